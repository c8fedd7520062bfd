//! The names of the levels drawn across a chart.

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::pen::Pen;

/// Puts a name into its line, as far left as no bar stands in it: of a word with a
/// hole in it nothing can be read. Without such a place the scale says the number.
pub(super) fn name(pen: &mut Pen<'_>, line: Rect, taken: &[u16], name: &str, style: Style) {
    let text = format!(" {name} ");
    let length = pen.width(&text);
    let last = line.width.checked_sub(length);
    let is_free = |x: &u16| !taken.iter().any(|bar| (*x..x + length).contains(bar));
    if let Some(x) = last.and_then(|last| (1..=last).find(is_free)) {
        pen.put(line.x + x, line.y, &text, style);
    }
}
