//! The last lines: what is missing, and what the keys do.

use ratatui::layout::Rect;

use super::layout::WIDE;
use super::look::Look;
use super::pen::Pen;
use super::{heroes, own};
use crate::app::{Frame, Hint, ListenerRow, Prompt, View};
use crate::fmt;
use crate::units::PerSecond;

/// Keys and their words; one that does not fit is left out. While
/// a line is typed, the line.
pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, frame: &Frame) {
    let theme = pen.theme();
    if let Some(input) = &frame.input {
        let x = pen.put_upto(area.x, area.y, area.right(), input.prompt.sign(), theme.ui.key);
        let room = usize::from(area.right().saturating_sub(x.saturating_add(1)));
        // The end is what is being typed.
        let shown = super::words::address(input.prompt.text(), room);
        let x = pen.put_upto(x, area.y, area.right(), &shown, theme.text.strong);
        if matches!(input.prompt, Prompt::Write(_)) {
            return;
        }
        let x = pen.put_upto(x, area.y, area.right(), "_", theme.ui.accent) + 2;
        if let Some(fault) = &input.fault {
            pen.put_upto(x, area.y, area.right(), fault, theme.severity.warn);
        } else if input.prompt == Prompt::Filter(String::new()) {
            pen.put_upto(x, area.y, area.right(), input.terms, theme.text.muted);
        }
        return;
    }
    for (place, hint) in places(pen.look, area, frame) {
        let x = pen.put(place.x, area.y, &hint.keys, theme.ui.key) + 1;
        pen.put(x, area.y, hint.word, theme.text.muted);
    }
}

/// The hints that fit, each with its place.
pub(super) fn places<'f>(look: &Look, area: Rect, frame: &'f Frame) -> Vec<(Rect, &'f Hint)> {
    let mut x = area.x;
    let mut places = Vec::new();
    for hint in &frame.hints {
        let width = look.width(&hint.keys) + 1 + look.width(hint.word);
        if x + width > area.right() {
            continue;
        }
        places.push((Rect { x, width, height: 1, ..area }, hint));
        x += width + 2;
    }
    places
}

/// The worst of what is denied, lost or estimated, and what herdtop costs. Losses and
/// cost stay in sight: the note is cut before them.
pub(super) fn note(pen: &mut Pen<'_>, area: Rect, frame: &Frame) {
    if area.is_empty() {
        return;
    }
    let mut right = area.right();
    let lost = own::lost(pen, frame.header.own);
    let whole = frame.notes.first().map_or(0, |note| pen.width(note) + 2);
    let room = area.width.saturating_sub(whole).max(area.width / 2);
    let forms = own::cost(pen, frame);
    let lost_width = if lost.is_empty() { 0 } else { pen.pieces_width(&lost) + 2 };
    let fits = |form: &&Vec<_>| (1..=room).contains(&(pen.pieces_width(form) + lost_width));
    if let Some(form) = forms.iter().find(fits) {
        let x = right - pen.pieces_width(form);
        pen.pieces(x, area.y, right, form);
        if frame.header.recorded.is_some() {
            let place = Rect { x, width: right.saturating_sub(x), height: 1, ..area };
            pen.link(place, frame.links.recording.clone());
        }
        right = x.saturating_sub(2);
    }
    if !lost.is_empty() {
        let x = right.saturating_sub(pen.pieces_width(&lost)).max(area.x);
        pen.pieces(x, area.y, right, &lost);
        right = x.saturating_sub(2);
    }
    let said = [together(frame), totals(pen, area, frame)].into_iter().flatten();
    let said = || Some(said.collect::<Vec<_>>().join("   ")).filter(|said| !said.is_empty());
    let text = frame.notes.first().cloned().or_else(said);
    if let Some(text) = text {
        pen.put_upto(area.x, area.y, right, &text, pen.theme().text.muted);
    }
}

/// What came and went, where no number of the screen and no line of its table says it.
fn totals(pen: &Pen<'_>, area: Rect, frame: &Frame) -> Option<String> {
    let is_wide = area.width + 2 >= WIDE && frame.view == View::Incident;
    let (opened, closed) = frame.hero.totals.filter(|_| is_wide && !heroes::has_totals(frame))?;
    let (opened, closed) = (fmt::count(opened), fmt::count(closed));
    let text = format!("since herdtop started {opened} handshakes, {closed} closed");
    (pen.width(&text) * 3 < area.width).then_some(text)
}

/// `5 listeners together: 30 316 open, 201 handshakes/s, 190 closed/s`: what no row says.
fn together(frame: &Frame) -> Option<String> {
    let rows = &frame.listeners.rows;
    // The title of the hosts has their sums.
    if frame.view == View::Hosts || rows.len() < 2 || rows.len() < frame.listeners.total {
        return None;
    }
    let open = rows
        .iter()
        .map(|row| row.listener.open)
        .try_fold(0_u64, |sum, n| Some(sum.saturating_add(n?)))?;
    let sum = |of: fn(&ListenerRow) -> Option<PerSecond>| {
        rows.iter().map(of).try_fold(0.0, |sum, rate| Some(sum + rate?.0)).map(PerSecond)
    };
    let rate = |rate: Option<PerSecond>, what| {
        rate.map_or_else(String::new, |rate| format!(", {} {what}/s", fmt::rate(rate)))
    };
    let (opened, closed) = (sum(|row| row.listener.opened), sum(|row| row.listener.closed));
    let about = if rows.iter().any(|row| row.listener.estimated) { "about " } else { "" };
    Some(format!(
        "{} listeners together: {about}{} open{}{}",
        rows.len(),
        fmt::count(open),
        rate(opened, "handshakes"),
        rate(closed, "closed"),
    ))
}
