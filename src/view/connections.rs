//! The connections of the listener in focus, beside the charts: by TCP state, by
//! client network and by age.

use std::net::IpAddr;

use ratatui::layout::Rect;

use super::pen::{Pen, columns};
use super::{codes, words};
use crate::app::Breakdown;
use crate::fmt;
use crate::sample::{AGE_BOUNDS, Network, States};
use crate::units::{Ratio, float};

pub(super) const NOT_COUNTED: &str = "not counted yet";

/// Columns of one state with its count; two or more stand side by side.
const STATE: u16 = 18;

/// `ESTABLISHED   17 370  SYN_RECV     0`, as many beside each other as fit.
pub(super) fn states(pen: &mut Pen<'_>, area: Rect, focused: &Breakdown) {
    title(pen, area, "TCP STATES", " in focus");
    let Some(states) = focused.states else { return codes::placeholder(pen, area, NOT_COUNTED) };
    // As `ss` has it, where two or more stand side by side.
    let short = |name| if name == "ESTABLISHED" { "ESTAB" } else { name };
    let name = |name| if across(area.width) > 1 { short(name) } else { name };
    let figures = named(&states).map(|(state, count)| (name(state), fmt::count(count), count > 0));
    cells(pen, area, &figures);
}

/// How many figures stand beside each other in so many columns.
pub(super) fn across(width: u16) -> u16 {
    (width / STATE).max(1)
}

/// Names with their figures under a title, as many beside each other as fit; a figure that
/// says nothing is quiet.
pub(super) fn cells(pen: &mut Pen<'_>, area: Rect, figures: &[(&str, String, bool)]) {
    let theme = pen.theme();
    let across = across(area.width);
    let width = area.width / across;
    for (at, (name, value, tells)) in (0..).zip(figures) {
        let (column, row) = (at % across, at / across);
        let x = area.x + column * width;
        let y = area.y + 1 + row;
        if y >= area.bottom() {
            break;
        }
        let last = column + 1 == across;
        let right = if last { area.right() } else { x + width - 2 };
        let tone = if *tells { theme.text.body } else { theme.text.muted };
        let value = pen.put_right(right, y, value, tone);
        pen.put_upto(x, y, value.saturating_sub(1), name, theme.text.muted);
    }
}

/// Those that matter first: what is left half closed is a leak or a dead peer.
fn named(states: &States) -> [(&'static str, u64); 6] {
    let sum = u64::saturating_add;
    [
        ("ESTABLISHED", states.established),
        ("CLOSE_WAIT", states.close_wait),
        ("SYN_RECV", states.syn_recv),
        ("FIN_WAIT", sum(states.fin_wait1, states.fin_wait2)),
        ("LAST_ACK", states.last_ack),
        ("CLOSING", states.closing),
    ]
}

/// `10.20.31.0/24   ▆▆▆▆▆▆▆▆▆▆▆▆  2 204  12 %`, the largest fills its bar.
pub(super) fn clients(pen: &mut Pen<'_>, area: Rect, focused: &Breakdown) {
    title(pen, area, "CLIENTS", &format!("  open by network{}", counted(focused)));
    if focused.networks.is_empty() && focused.other_networks == 0 {
        let why = if focused.states.is_some() { "no connections" } else { NOT_COUNTED };
        return codes::placeholder(pen, area, why);
    }
    busiest(pen, area, &focused.networks, focused.other_networks);
}

/// `10.20.31.7   ▆▆▆▆▆▆▆▆▆▆▆▆  204  2 %`.
pub(super) fn addresses(pen: &mut Pen<'_>, area: Rect, focused: &Breakdown) {
    if focused.attempts.is_empty() {
        title(pen, area, "TOP ADDRESSES", "  open by client");
        return busiest(pen, area, &focused.addresses, focused.other_addresses);
    }
    title(pen, area, "TOP ADDRESSES", "  open, attempts/min");
    let theme = pen.theme();
    let attempts = area.right();
    let open = attempts.saturating_sub(COUNT + 1).max(area.x);
    for (y, (address, held, came)) in (area.y + 1..area.bottom()).zip(who_tries(focused)) {
        let (name, room) = (address.to_string(), open.saturating_sub(area.x + COUNT));
        let name = words::address(&name, usize::from(room));
        pen.put_upto(area.x, y, open.saturating_sub(COUNT), &name, theme.text.muted);
        pen.put_right(open, y, &fmt::count(held), theme.text.body);
        let tone = if came > 0 { theme.text.body } else { theme.text.muted };
        pen.put_right(attempts, y, &fmt::count(came), tone);
    }
}

/// Who tries and who is in, how many each has open and has tried in a minute; who tries
/// the most first.
fn who_tries(focused: &Breakdown) -> Vec<(IpAddr, u64, u64)> {
    let of = |list: &[(IpAddr, u64)], address: IpAddr| {
        list.iter().find(|(known, _)| *known == address).map_or(0, |(_, n)| *n)
    };
    let silent = focused.addresses.iter().filter(|(a, _)| of(&focused.attempts, *a) == 0);
    let all = focused.attempts.iter().chain(silent).map(|(address, _)| *address);
    all.map(|a| (a, of(&focused.addresses, a), of(&focused.attempts, a))).collect()
}

/// The busiest that there is room for, the rest in the last row.
fn busiest<T: ToString>(pen: &mut Pen<'_>, area: Rect, named: &[(T, u64)], others: u64) {
    let listed = named.iter().fold(0_u64, |sum, (_, n)| sum.saturating_add(*n));
    let all = listed.saturating_add(others);
    let kept = named.iter().take(rows_of_their_own(area, named, others));
    let mut rows: Vec<(String, u64)> = kept.map(|(name, open)| (name.to_string(), *open)).collect();
    let shown = rows.iter().fold(0_u64, |sum, (_, n)| sum.saturating_add(*n));
    if all > shown {
        rows.push(("all others".to_owned(), all - shown));
    }
    bars(pen, area, &rows, all);
}

/// How many of them have a row: the last one is for all others, where there are any.
fn rows_of_their_own<T>(area: Rect, named: &[(T, u64)], others: u64) -> usize {
    let room = usize::from(area.height.saturating_sub(1));
    let fits = others == 0 && named.len() <= room;
    if fits { named.len() } else { room.saturating_sub(1).min(named.len()) }
}

/// The client network in this row below the title.
pub(super) fn client_at(area: Rect, focused: &Breakdown, row: usize) -> Option<Network> {
    let kept = rows_of_their_own(area, &focused.networks, focused.other_networks);
    focused.networks.get(..kept)?.get(row).map(|(network, _)| *network)
}

/// The address in this row below the title.
pub(super) fn address_at(area: Rect, focused: &Breakdown, row: usize) -> Option<IpAddr> {
    if !focused.attempts.is_empty() {
        let room = usize::from(area.height.saturating_sub(1));
        let all = who_tries(focused);
        return all.into_iter().take(room).nth(row).map(|(address, ..)| address);
    }
    let kept = rows_of_their_own(area, &focused.addresses, focused.other_addresses);
    focused.addresses.get(..kept)?.get(row).map(|(address, _)| *address)
}

/// `under 1 s  4  to 5 s  25  to 30 s  189`: of a service that is well nearly all are of one
/// class, whose bar would say nothing; the details have bars.
pub(super) fn ages(pen: &mut Pen<'_>, area: Rect, focused: &Breakdown) {
    title(pen, area, "CONNECTION AGE", &counted(focused));
    let Some(ages) = focused.ages else { return codes::placeholder(pen, area, NOT_COUNTED) };
    let unit = |s: u64| if s < 60 { format!("{s} s") } else { format!("{} min", s / 60) };
    let mut rows: Vec<(String, u64)> = Vec::new();
    let mut from: Option<u64> = None;
    for (bound, count) in AGE_BOUNDS.into_iter().zip(ages.classes) {
        let name = match from {
            None => format!("under {}", unit(bound)),
            Some(_) => format!("to {}", unit(bound)),
        };
        rows.push((name, count));
        from = Some(bound);
    }
    let [.., oldest] = ages.classes;
    rows.push((format!("over {}", unit(from.unwrap_or(0))), oldest));
    // They were there when we came, so they are at least as old as our watch.
    rows.push(("older".to_owned(), ages.before_watch));
    let figures: Vec<(&str, String, bool)> =
        rows.iter().map(|(name, n)| (name.as_str(), fmt::tight(*n), *n > 0)).collect();
    cells(pen, area, &figures);
}

/// Rows that the ages need in so many columns, the title among them.
pub(super) fn age_rows(width: u16) -> u16 {
    cells_rows(width, 6)
}

/// Columns of a count and of a share.
const COUNT: u16 = 8;
const SHARE: u16 = 6;

/// Names, bars of which the longest is the largest, counts and shares.
pub(super) fn bars(pen: &mut Pen<'_>, area: Rect, rows: &[(String, u64)], all: u64) {
    let theme = pen.theme();
    let names = rows.iter().map(|(name, _)| pen.width(name)).max().unwrap_or(0);
    let most = rows.iter().map(|(_, count)| *count).max().unwrap_or(0);
    let numbers = area.right().saturating_sub(COUNT + SHARE);
    // A bar of three cells compares nothing: then the name has the room.
    let bar = (area.x + names + 1).min(area.x + area.width / 2);
    let has_bar = bar + 4 <= numbers;
    for (y, (name, count)) in (area.y + 1..area.bottom()).zip(rows) {
        let end = if has_bar { bar } else { numbers };
        let name = words::address(name, usize::from(end.saturating_sub(area.x + 1)));
        pen.put_upto(area.x, y, end, &name, theme.text.muted);
        if has_bar {
            let width = float(*count) / float(most.max(1)) * f64::from(numbers - bar);
            let cells = super::pen::cells(width).max(u16::from(*count > 0));
            pen.rule(bar, y, bar + cells, "▆", theme.series.opened.base());
        }
        let share = Ratio::of(*count, all).map_or(words::NONE.to_owned(), fmt::percent);
        pen.put_right(area.right(), y, &share, theme.text.muted);
        pen.put_right(numbers + COUNT, y, &fmt::count(*count), theme.text.body);
    }
}

/// `  12s ago`: what was counted then does not add up to what is open now.
pub(super) fn counted(parts: &Breakdown) -> String {
    parts.counted_ago.map_or_else(String::new, |ago| format!("  {} ago", fmt::span(ago)))
}

pub(super) fn title(pen: &mut Pen<'_>, area: Rect, name: &str, words: &str) {
    let words = [(words.into(), pen.theme().text.muted)];
    pen.title(Rect { height: area.height.min(1), ..area }, name, &words);
}

/// Rows that the states need in so many columns, the title among them.
pub(super) fn states_rows(width: u16) -> u16 {
    cells_rows(width, 6)
}

/// Rows of so many figures in so many columns, the title among them.
pub(super) fn cells_rows(width: u16, figures: u16) -> u16 {
    1 + figures.div_ceil(across(width))
}

/// Rows that these networks can fill.
pub(super) fn client_rows(focused: &Breakdown) -> u16 {
    columns(1 + focused.networks.len() + usize::from(focused.other_networks > 0))
}

/// Rows that these addresses can fill; none where they say no more than the networks do,
/// as where every client is the same host.
pub(super) fn address_rows(focused: &Breakdown) -> Option<u16> {
    let (addresses, others) = (&focused.addresses, focused.other_addresses);
    let networks = focused.networks.iter().map(|(_, open)| open);
    let same = addresses.iter().map(|(_, open)| open).eq(networks);
    if !focused.attempts.is_empty() {
        return Some(columns(1 + who_tries(focused).len()));
    }
    let rows = columns(1 + addresses.len() + usize::from(others > 0));
    let nothing = addresses.is_empty() || same && others == focused.other_networks;
    (!nothing).then_some(rows)
}
