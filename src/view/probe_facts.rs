//! The lines under the targets of the probes: how attempts failed, what was agreed and held,
//! what the prober costs.

use ratatui::layout::Rect;

use super::pen::{Pen, Piece};
use super::words;
use crate::app::{Probes, TargetRow};
use crate::fmt;
use crate::model::Held;
use crate::units::Bytes;

/// A name and what there is to say under it.
type Fact = (&'static str, String);

pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, probes: &Probes) {
    if probes.rows.is_empty() || area.is_empty() {
        return;
    }
    failures(pen, Rect { height: 1, ..area }, probes, true);
    if area.height > 1 {
        let line = Rect { y: area.y + 1, height: 1, ..area };
        let chosen = probes.selected.and_then(|at| probes.rows.get(at));
        let facts = chosen.map_or_else(|| of_all(probes), |row| of_one(probes, row));
        whole(pen, line, &facts);
    }
}

/// `failed 23 of 60:  HTTP 503, retry after 5 s ×9   handshake timed out ×4`.
pub(super) fn failures(pen: &mut Pen<'_>, area: Rect, probes: &Probes, named: bool) {
    if area.is_empty() || probes.rows.is_empty() {
        return;
    }
    let theme = pen.theme();
    let lead = lead(probes);
    let indent = if named { 2 } else { 0 };
    let mut x = pen.put_upto(area.x + indent, area.y, area.right(), &lead, theme.text.muted) + 3;
    for failure in &probes.failures {
        let count = format!(" ×{}", failure.count);
        let left = area.right().saturating_sub(x);
        // What does not fit whole is cut once, then no more.
        let room = left.saturating_sub(pen.width(&count));
        if room < 12 {
            break;
        }
        x = pen.put_upto(x, area.y, x + room.min(48), &failure.words, theme.text.body);
        x = pen.put_upto(x, area.y, area.right(), &count, theme.text.strong) + 3;
    }
}

/// How many attempts failed of how many.
pub(super) fn lead(probes: &Probes) -> String {
    let all: u64 = probes.failures.iter().map(|failure| failure.count).sum();
    match (all, probes.attempts) {
        (_, 0) => "no attempt has ended yet".to_owned(),
        (0, n) => format!("none of the last {n} attempts failed"),
        (all, n) => format!("failed {all} of {n}"),
    }
}

/// What there is to say of one target.
fn of_one(probes: &Probes, row: &TargetRow) -> Vec<Fact> {
    let held = match row.target.held {
        Held::Off => "off".to_owned(),
        Held::Closed => format!("none open, {} lost", fmt::count(row.target.lost)),
        Held::Open(_) => {
            format!("open {}, {} lost", words::held(row), fmt::count(row.target.lost))
        }
    };
    let mut facts = vec![("held", held)];
    if let Some((after, why)) = &row.target.next {
        facts.push(("next", format!("in {}, {why}", words::wait(*after))));
    }
    facts.push(("agreed", row.target.agreed.clone().unwrap_or_else(|| words::NONE.to_owned())));
    facts.extend(load(probes));
    facts
}

/// What all the probing costs.
fn load(probes: &Probes) -> Option<Fact> {
    let load = probes.load?;
    let tries = fmt::count(load.attempts_last_minute);
    let bytes = fmt::bytes(Bytes(load.bytes_last_minute));
    Some(("own load", format!("{tries} tries/min, {bytes}/min")))
}

/// What there is to say of all of them together.
fn of_all(probes: &Probes) -> Vec<Fact> {
    let rows = &probes.rows;
    let first = rows.first().and_then(|row| row.target.agreed.as_ref());
    let agreed = match first {
        Some(same) if rows.iter().all(|row| row.target.agreed.as_ref() == first) => same.clone(),
        None if rows.iter().all(|row| row.target.agreed.is_none()) => words::NONE.to_owned(),
        _ => "not the same by all".to_owned(),
    };
    let mut facts = under_way(probes);
    facts.push(("agreed", agreed));
    facts
}

/// Of it what is under way: the held connections, the next attempt, the load.
pub(super) fn under_way(probes: &Probes) -> Vec<Fact> {
    let rows = &probes.rows;
    let holding = rows.iter().filter(|row| row.target.held != Held::Off).count();
    let open = rows.iter().filter(|row| matches!(row.target.held, Held::Open(_))).count();
    let lost: u64 = rows.iter().fold(0, |sum, row| sum.saturating_add(row.target.lost));
    let held = match holding {
        0 => "off".to_owned(),
        n => format!("{open} of {n} open, {} lost", fmt::count(lost)),
    };
    let mut facts = vec![("held", held)];
    let soonest = rows.iter().filter_map(|row| row.target.next.as_ref()).min_by_key(|next| next.0);
    if let Some((after, _)) = soonest {
        facts.push(("next", format!("in {}", words::wait(*after))));
    }
    facts.extend(load(probes));
    facts
}

/// Whole facts while they fit; only the first may be cut.
pub(super) fn whole(pen: &mut Pen<'_>, area: Rect, facts: &[Fact]) {
    let theme = pen.theme();
    let mut x = area.x + 2;
    for (index, (name, text)) in facts.iter().enumerate() {
        let pieces: [Piece<'_>; 2] = [
            (format!("{name} ").into(), theme.text.muted),
            (text.as_str().into(), theme.text.body),
        ];
        if index > 0 && x + pen.pieces_width(&pieces) > area.right() {
            continue;
        }
        x = pen.pieces(x, area.y, area.right(), &pieces) + 3;
    }
}
