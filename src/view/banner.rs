//! The verdict: the one line to read first.

use ratatui::layout::Rect;

use super::pen::{Pen, Piece};
use super::{severity, words};
use crate::app::{Frame, Mode, Silence};
use crate::fmt;

/// The whole sentence. Only trouble fills the row; calm is a small chip.
/// `clock` adds the time at the right, where no header has it.
pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, frame: &Frame, clock: bool) {
    let verdict = &frame.verdict;
    let theme = pen.theme();
    let bad = shouts(frame);
    let ground = severity::banner(theme, verdict.severity);
    let (text, quiet) = if bad { (ground, ground) } else { (theme.text.body, theme.text.muted) };
    if bad {
        pen.paint(area, ground);
    }
    let chip = format!(" {} {} ", severity::glyph(verdict.severity), verdict.severity.word());
    let x = pen.put(area.x, area.y, &chip, ground);
    let mut right = area.right().saturating_sub(1);
    if clock {
        let time = fmt::clock(&frame.header.clock);
        right = pen.put_right(right, area.y, &time, if bad { text } else { theme.text.strong });
        if let Some(word) = stopped(frame) {
            right = pen.put_right(right.saturating_sub(1), area.y, &format!("{word} "), quiet);
        }
        right = right.saturating_sub(2);
    }
    let mut x = x + 2;
    if let Some(word) = frame.silence.word() {
        x = pen.put(x, area.y, word, theme.text.muted) + 2;
    }
    // A sentence that has to be cut must not lose the deadline at its end.
    if x + pen.width(&verdict.sentence) > right
        && let Some(deadline) = deadline(frame)
    {
        right = pen.put_right(right, area.y, &deadline, text).saturating_sub(2);
    }
    pen.put_upto(x, area.y, right, &verdict.sentence, text);
}

/// The first line of a page, `herdtop ▸ ` with the clock at its end: where its name
/// may stand, from and up to which column.
pub(super) fn page_title(pen: &mut Pen<'_>, area: Rect, frame: &Frame) -> (u16, u16) {
    let theme = pen.theme();
    let clock = fmt::clock(&frame.header.clock);
    let mut right = pen.put_right(area.right(), area.y, &clock, theme.text.strong);
    if let Some(word) = stopped(frame) {
        let quiet = theme.severity.info_banner;
        right = pen.put_right(right.saturating_sub(2), area.y, &format!(" {word} "), quiet);
    }
    let right = right.saturating_sub(2);
    let x = pen.put_upto(area.x, area.y, right, "herdtop", theme.ui.accent);
    let x = pen.put_upto(x, area.y, right, " ▸ ", theme.text.muted);
    (x, right)
}

/// `‖ PAUSED`, `▶ REPLAY ×20`; none while it is live.
pub(super) fn stopped(frame: &Frame) -> Option<String> {
    match (frame.header.mode, &frame.header.replay) {
        (Mode::Live, None) => None,
        (_, Some(replay)) => Some(format!("{} {replay}", glyph_of(frame))),
        (Mode::Paused, None) => Some(words::paused(&frame.header)),
    }
}

/// The same in one column.
fn glyph_of(frame: &Frame) -> &'static str {
    match (frame.header.mode, &frame.header.replay) {
        (Mode::Paused, _) => "‖",
        (Mode::Live, Some(_)) => "▶",
        (Mode::Live, None) => " ",
    }
}

/// Trouble that nobody has seen fills the row.
fn shouts(frame: &Frame) -> bool {
    severity::is_bad(frame.verdict.severity) && frame.silence == Silence::Off
}

/// `full in 0:41`, while that is bad news.
fn deadline(frame: &Frame) -> Option<String> {
    let hero = &frame.hero;
    let left = hero.full_in.filter(|_| severity::is_bad(hero.full_in_severity))?;
    let about = if hero.full_in_estimated { "~" } else { "" };
    Some(format!("full in {about}{}", fmt::span(left)))
}

/// The short form for a pane: ` ■ CRIT HERD :8080 ×38        14:05`.
pub(super) fn brief(pen: &mut Pen<'_>, area: Rect, frame: &Frame) {
    let verdict = &frame.verdict;
    let theme = pen.theme();
    let bad = shouts(frame);
    let ground = severity::banner(theme, verdict.severity);
    let text = if bad { ground } else { theme.text.body };
    if bad {
        pen.paint(area, ground);
    }
    let glyph = severity::glyph(verdict.severity);
    // Where the strip has it too: the margin is the last place to be cut.
    let stopped = glyph_of(frame);
    let chip = format!("{stopped}{glyph} {} ", verdict.severity.word());
    let x = pen.put(area.x, area.y, &chip, ground);
    let x = if bad { x } else { x + 1 };
    let end = fmt::clock_short(&frame.header.clock);
    let limit = area.right().saturating_sub(pen.width(&end) + 2);
    let fits = |text: &str| x + pen.width(text) < limit;
    let deadline = deadline(frame).map(|deadline| format!("{}  {deadline}", verdict.brief));
    let told = verdict.brief.contains("full in");
    match deadline {
        _ if fits(&verdict.sentence) => pen.put_upto(x, area.y, limit, &verdict.sentence, text),
        Some(with) if !told && fits(&with) => pen.put_upto(x, area.y, limit, &with, text),
        _ if fits(&verdict.brief) => pen.put_upto(x, area.y, limit, &verdict.brief, text),
        // The verdict matters more than the time of day.
        _ => {
            pen.put_upto(x, area.y, area.right(), &verdict.brief, text);
            return;
        }
    };
    pen.put_right(area.right().saturating_sub(1), area.y, &end, text);
}

/// One line and no more: ` ■ HERD ×38 0:41`.
pub(super) fn strip(pen: &mut Pen<'_>, area: Rect, frame: &Frame) {
    let verdict = &frame.verdict;
    let theme = pen.theme();
    let bad = shouts(frame);
    let ground = severity::banner(theme, verdict.severity);
    if bad {
        pen.paint(area, ground);
    }
    let stopped = glyph_of(frame);
    // Two columns of a line 1 to 3 wide would be lost to the margin.
    let margin = if area.width > 3 { stopped } else { "" };
    let glyph = severity::glyph(verdict.severity);
    let text = if bad { ground } else { theme.text.body };
    let pieces: [Piece<'_>; 3] = [
        (format!("{margin}{glyph}").into(), ground),
        (" ".into(), ground),
        (verdict.brief.as_str().into(), text),
    ];
    let x = pen.pieces(area.x, area.y, area.right(), &pieces);
    let left = frame.hero.full_in.filter(|_| severity::is_bad(frame.hero.full_in_severity));
    if let Some(left) = left.map(fmt::span)
        && !verdict.brief.contains(&left)
        && x + 1 + pen.width(&left) <= area.right()
    {
        pen.put(x + 1, area.y, &left, text);
    }
}
