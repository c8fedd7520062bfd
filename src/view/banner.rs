//! The verdict: the line to read first, and what to do about it under it.

mod second;

use ratatui::layout::Rect;
use ratatui::style::Style;

use self::second::{second_line, split};
use super::layout::LayoutStep;
use super::pen::{Pen, Piece};
use super::{severity, words};
use crate::app::{Frame, Mode, Silence};
use crate::fmt;

/// What a banner has at its right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Corner {
    /// The header has it all.
    Nothing,
    /// The time of day.
    Clock,
    /// The time of day, and under it the host.
    ClockAndHost,
}

impl Corner {
    /// By the screen a size gets.
    pub(super) fn at(step: LayoutStep) -> Self {
        if step == LayoutStep::Standard { Self::ClockAndHost } else { Self::Nothing }
    }
}

/// Columns of a host under the clock.
const HOST: u16 = 20;

/// The whole sentence, and under it its end and the next step where `area` has two
/// rows. Only trouble fills them; calm is a small chip.
/// `corner` is what stands at the right, where no header has it.
pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, frame: &Frame, corner: Corner) {
    let clock = corner != Corner::Nothing;
    let verdict = &frame.verdict;
    pen.link(Rect { height: area.height.min(1), ..area }, frame.links.of_verdict());
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
        let time = words::clock(&frame.header);
        right = pen.put_right(right, area.y, &time, if bad { text } else { theme.text.strong });
        if let Some(word) = stopped(frame) {
            right = pen.put_right(right.saturating_sub(1), area.y, &format!("{word} "), quiet);
        }
        right = right.saturating_sub(2);
    }
    let begin = x + 2;
    let mut x = begin;
    if let Some(word) = frame.silence.word() {
        x = pen.put(x, area.y, word, theme.text.muted) + 2;
    }
    if area.height > 1 {
        let (first, rest) = split(pen, &verdict.sentence, right.saturating_sub(x));
        pen.put_upto(x, area.y, right, first, text);
        let end = if corner == Corner::ClockAndHost {
            host(pen, area, frame, if bad { text } else { quiet })
        } else {
            area.right()
        };
        let width = end.saturating_sub(begin);
        let second = Rect { x: begin, y: area.y + 1, width, height: 1 };
        return second_line(pen, second, frame, (rest, text));
    }
    // A sentence that has to be cut must not lose the deadline at its end.
    if x + pen.width(&verdict.sentence) > right
        && let Some(deadline) = deadline(frame)
    {
        right = pen.put_right(right, area.y, &deadline, text).saturating_sub(2);
    }
    pen.put_upto(x, area.y, right, &verdict.sentence, text);
}

/// The host at the right of the second line; the column before it.
fn host(pen: &mut Pen<'_>, area: Rect, frame: &Frame, style: Style) -> u16 {
    let (name, end) = (&frame.header.host, area.right().saturating_sub(1));
    let width = pen.width(name).min(HOST).min(area.width / 4);
    let x = end.saturating_sub(width);
    pen.put_upto(x, area.y + 1, end, name, style);
    x.saturating_sub(1)
}

/// The first line of a page, `herdtop ▸ ` with the clock at its end: where its name
/// may stand, from and up to which column.
pub(super) fn page_title(pen: &mut Pen<'_>, area: Rect, frame: &Frame) -> (u16, u16) {
    let theme = pen.theme();
    let clock = words::clock(&frame.header);
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

/// `time to full 41s`, while that is bad news.
fn deadline(frame: &Frame) -> Option<String> {
    let hero = &frame.hero;
    let left = hero.full_in.filter(|_| severity::is_bad(hero.full_in_severity))?;
    let about = if hero.full_in_estimated { "~" } else { "" };
    Some(format!("time to full {about}{}", fmt::span(left)))
}

/// The short form for a pane: ` ■ CRIT HERD :8080 38×        14:05`.
pub(super) fn brief(pen: &mut Pen<'_>, area: Rect, frame: &Frame) {
    let verdict = &frame.verdict;
    pen.link(area, frame.links.of_verdict());
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
    let told = verdict.brief.contains("full");
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

/// One line and no more: ` ■ HERD 38× 41s`.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::advice::Step;
    use crate::detect::causes::CAUSES;
    use crate::theme::{Glyphs, Theme};
    use crate::view::{Look, fixtures};

    /// The rows of the banner at this width, trimmed.
    fn rows(width: u16, sentence: &str) -> [String; 2] {
        rows_of(width, sentence, fixtures::incident())
    }

    fn rows_of(width: u16, sentence: &str, mut frame: Frame) -> [String; 2] {
        sentence.clone_into(&mut frame.verdict.sentence);
        let area = Rect::new(0, 0, width, 2);
        let mut buf = ratatui::buffer::Buffer::empty(area);
        let theme = Theme::load("dark").expect("built in");
        let look = Look { theme, glyphs: Glyphs::Blocks };
        let corner = if width < 106 { Corner::ClockAndHost } else { Corner::Nothing };
        draw(&mut Pen::new(&look, area, &mut buf), area, &frame, corner);
        [0, 1].map(|y| {
            let cells = (0..width).map(|x| buf[(x, y)].symbol().to_owned());
            cells.collect::<String>().trim_end().to_owned()
        })
    }

    #[test]
    fn the_first_line_is_never_cut_while_the_second_is_free() {
        let long = "REJECTING NEW CLIENTS :8080 gateway  close 1013 (5 of the last 5 attempts), 133 \
                    of 133/s do not stay; 200 open, open files 57 %; also HERD 38x";
        for width in 72..200 {
            let [first, second] = rows(width, long);
            assert!(!first.contains('…'), "{width}: {first}");
            assert!(first.contains("REJECTING NEW CLIENTS"), "{width}: {first}");
            assert!(second.contains("n: "), "{width}: the next step: {second}");
        }
    }

    #[test]
    fn of_every_cause_what_matters_and_the_next_step_stand_at_80_columns() {
        for row in CAUSES {
            let [first, second] = rows(80, row.says);
            assert!(!first.contains('…'), "{first}");
            assert!(second.contains("n: "), "{second}");
            let begin: String = row.says.chars().take(60).collect();
            let whole = begin.rsplit_once(' ').map_or(begin.as_str(), |(words, _)| words);
            for word in whole.split_whitespace() {
                assert!(first.contains(word) || second.contains(word), "{word}: {first}\n{second}");
            }
        }
    }

    #[test]
    fn a_step_that_does_not_fit_is_its_command_and_no_half_sentence() {
        let mut frame = fixtures::incident();
        let what = "what the close codes mean by ws://edge-07:8080/ws, and what clients must do";
        let command = Some("herdtop explain 1013".to_owned());
        frame.next.steps = vec![Step { what: what.into(), command, raises: None }];
        let long = "REJECTING NEW CLIENTS :8080 gateway  close 1013 (5 of the last 5 attempts), \
                    since 14:16:31; 3 507 open, after pid 11 gateway ended 14:16:25";
        let [_, narrow] = rows_of(80, long, frame.clone());
        assert!(narrow.contains("n: herdtop explain 1013"), "{narrow}");
        let [_, wide] = rows_of(200, long, frame);
        assert!(wide.contains(what) && wide.ends_with("herdtop explain 1013"), "{wide}");
    }

    #[test]
    fn a_short_sentence_leaves_the_second_line_to_the_next_step() {
        let [first, second] = rows(80, "HERD on :8080  994 attempts/s");
        assert!(first.ends_with(":05:23 UTC") && first.contains("994 attempts/s"), "{first}");
        assert!(second.trim_start().starts_with("n: "), "{second}");
    }
}
