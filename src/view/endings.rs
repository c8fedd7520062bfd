//! How connections of the service in focus ended, under the close codes.

use ratatui::layout::Rect;

use super::pen::{Pen, Piece};
use super::words;
use crate::detect::ending_words;
use crate::fmt;
use crate::model::EndingSnapshot;
use crate::units::Ratio;

/// Columns of a label, of a share and of a rate.
const LABEL: u16 = 10;
const SHARE: u16 = 5;
const RATE: u16 = 7;

/// `1013 ~     88%   533  rejected at once, 148 bytes sent`, one line a shape; nothing
/// where there is no room for one.
pub(super) fn draw(
    pen: &mut Pen<'_>,
    area: Rect,
    endings: &[EndingSnapshot],
    accepted: Option<Ratio>,
) {
    let lately: Vec<&EndingSnapshot> = endings.iter().filter(|e| e.last_minute > 0).collect();
    if lately.is_empty() || area.height < 2 {
        return;
    }
    let muted = pen.theme().text.muted;
    let accepted =
        accepted.map_or(String::new(), |share| format!("  {} accepted", fmt::percent(share)));
    let title: [Piece<'_>; 1] = [(format!(" 1 min{accepted}").into(), muted)];
    pen.title(Rect { height: 1, ..area }, "ENDINGS", &title);
    for (y, ending) in (area.y + 1..area.bottom()).zip(lately) {
        line(pen, Rect { y, height: 1, ..area }, ending);
    }
}

fn line(pen: &mut Pen<'_>, area: Rect, ending: &EndingSnapshot) {
    let theme = pen.theme();
    let (x, y, right) = (area.x, area.y, area.right());
    let label = match &ending.label {
        Some(label) => format!("{label} ~"),
        None => words::NONE.to_owned(),
    };
    pen.put_upto(x, y, (x + LABEL).min(right), &label, theme.text.body);
    let share = ending.share.map_or(words::NONE.to_owned(), |s| fmt::percent(s).replace(' ', ""));
    let mut end = x + LABEL + SHARE;
    if end > right {
        return;
    }
    pen.put_right(end, y, &share, theme.text.body);
    end += RATE;
    if end <= right {
        pen.put_right(end, y, &fmt::rate_tight(ending.per_second), theme.text.body);
        pen.put_upto((end + 2).min(right), y, right, &ending_words(ending), theme.text.muted);
    }
}
