//! The second line of the banner: the end of the sentence, and what to do about it.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::super::pen::Pen;
use super::super::severity;
use crate::app::{Action, Frame, ListedRow};
use crate::detect::Severity;
use crate::fmt;

/// As many whole words as fit, and what is left of the sentence. A first word that is
/// wider than the line is not broken: it is cut where it stands.
pub(super) fn split<'s>(pen: &Pen<'_>, sentence: &'s str, room: u16) -> (&'s str, &'s str) {
    if pen.width(sentence) <= room {
        return (sentence, "");
    }
    let gaps = sentence.match_indices(' ').map(|(at, _)| at);
    let fits = |at: &usize| pen.width(sentence[..*at].trim_end()) <= room;
    let at = gaps.take_while(fits).last().filter(|at| !sentence[..*at].trim().is_empty());
    at.map_or((sentence, ""), |at| (sentence[..at].trim_end(), sentence[at..].trim_start()))
}

/// The end of the sentence and the next step; of a sentence that is far too long its
/// end gives way, since what to do matters more than a third clause.
pub(super) fn second_line(
    pen: &mut Pen<'_>,
    area: Rect,
    frame: &Frame,
    (rest, text): (&str, Style),
) {
    let right = area.right().saturating_sub(1);
    let Some(step) = next_step(frame) else {
        let x = pen.put_upto(area.x, area.y, right, rest, text);
        let x = if rest.is_empty() { x } else { x + 2 };
        pen.put_upto(x, area.y, right, &calm_for(frame), pen.theme().text.muted);
        return;
    };
    let room = right.saturating_sub(area.x);
    let least = pen.width(&step.least).min(room / 2);
    let mut x = area.x;
    if !rest.is_empty() {
        let room = room.saturating_sub(least + 2);
        let (kept, left) = split(pen, rest, room.saturating_sub(2));
        let cut = if left.is_empty() { kept.to_owned() } else { format!("{kept} …") };
        let whole = if pen.width(rest) <= room { rest } else { &cut };
        x = pen.put_upto(x, area.y, area.x + room, whole, text) + 2;
    }
    let left = right.saturating_sub(x);
    let fits = pen.width(&step.full) <= left || step.full.starts_with(&step.least);
    let step = if fits { &step.full } else { &step.least };
    pen.put_upto(x, area.y, right, step, text.add_modifier(Modifier::BOLD));
}

/// The next step while something is wrong.
struct NextStep {
    full: String,
    /// What is of use by itself: of a limit that is raised what is raised, else what is
    /// shorter, the words or the command.
    least: String,
}

fn next_step(frame: &Frame) -> Option<NextStep> {
    let key = frame.keys.of(Action::Advice);
    let step = frame.next.lead().filter(|_| severity::is_bad(frame.verdict.severity))?;
    if key.is_empty() {
        return None;
    }
    let what = step.raises.unwrap_or(&step.what);
    let said = format!("{key}: {what}");
    Some(match &step.command {
        None => NextStep { full: said.clone(), least: said },
        Some(command) => {
            let full = format!("{said}: {command}");
            let bare = format!("{key}: {command}");
            let is_short = step.raises.is_some() || said.len() <= bare.len();
            NextStep { full, least: if is_short { said } else { bare } }
        }
    })
}

/// While nothing is wrong: when something was.
fn calm_for(frame: &Frame) -> String {
    if frame.verdict.severity != Severity::Ok {
        return String::new();
    }
    let most = frame.hero.peak_opened;
    let most = most.map(|most| format!("; at most {} handshakes in a second", fmt::rate(most)));
    if frame.hosts.is_some() && frame.alerts.rows.is_empty() {
        // What was before the chart begins was not asked for.
        return format!("no alert in {}", fmt::window(frame.chart.window));
    }
    let Some(last) = frame.alerts.rows.iter().find_map(ListedRow::alert) else {
        return format!("no alert since herdtop started{}", most.unwrap_or_default());
    };
    let ended = last.alert.until.unwrap_or(last.alert.since);
    let ago = (frame.header.clock.to_utc() - ended).to_std().unwrap_or_default();
    format!("last alert over {}: {}", fmt::ago(ago), last.alert.sentence)
}
