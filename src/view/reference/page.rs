//! One code alone: what it says, what was seen of it, what to do.
//!
//! The same text as `herdtop explain` prints; here as much of it as there are
//! rows, the most useful first.

use ratatui::layout::Rect;

use super::super::pen::{Pen, columns};
use crate::app::ReferenceRow;
use crate::close::meaning::Article;
use crate::fmt;

/// Columns of the names at the left.
const NAME: u16 = 9;

pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, row: &ReferenceRow, article: &Article) {
    let theme = pen.theme();
    let title = format!("{} {}", row.codes, row.name);
    let x = pen.put_upto(area.x, area.y, area.right(), &title, theme.text.strong);
    pen.put(x, area.y, &format!(": {}", article.headline), theme.text.body);
    let room = usize::from(area.width.saturating_sub(NAME + 2));
    // The last line says where the rest is.
    let bottom = area.bottom().saturating_sub(1);
    let mut y = area.y + 2;
    let mut cut = false;
    for (name, items) in parts(row, article) {
        cut |= !items.is_empty() && y >= bottom;
        if y < bottom {
            pen.put(area.x, y, name, theme.text.muted);
        }
        for item in &items {
            let lines = crate::text::wrap(item, room);
            cut |= y.saturating_add(columns(lines.len())) > bottom;
            for (line, mark) in lines.iter().zip(["- "].into_iter().chain(std::iter::repeat("  ")))
            {
                if y < bottom {
                    let x = area.x + NAME;
                    let x = if items.len() > 1 { pen.put(x, y, mark, theme.text.muted) } else { x };
                    pen.put(x, y, line, theme.text.body);
                }
                y = y.saturating_add(1);
            }
        }
    }
    if cut {
        let more =
            format!("more: herdtop explain {}", row.codes.split('-').next_back().unwrap_or(""));
        pen.put(area.x, bottom, &more, theme.text.muted);
    }
}

/// The parts in the order of their use to whoever has been paged.
fn parts(row: &ReferenceRow, article: &Article) -> Vec<(&'static str, Vec<String>)> {
    let seen = row.seen.map_or_else(
        || "not counted here".to_owned(),
        |counts| {
            let [minute, five, total] = counts.map(fmt::count);
            format!("{minute} in the last minute, {five} in 5 min, {total} since herdtop started")
        },
    );
    let all = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    vec![
        ("seen", vec![seen]),
        ("means", vec![article.meaning.to_owned()]),
        ("causes", all(article.causes)),
        ("check", all(article.checks)),
        ("client", all(article.client)),
        ("fix", all(article.fixes)),
        ("sent by", vec![article.wire.to_owned()]),
    ]
}
