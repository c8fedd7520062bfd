//! What waits in the queues of the connections of the listener in focus: whose clients
//! do not keep up, or whose process does not.

use ratatui::layout::Rect;

use super::codes;
use super::connections::{NOT_COUNTED, bars, title};
use super::pen::Pen;
use crate::app::Breakdown;
use crate::fmt;
use crate::sample::{QUEUE_BOUNDS, Queued};
use crate::units::Bytes;

/// The title, and a line of each queue.
const LINES: u16 = 3;

/// Rows that it needs, and rows that it can use.
pub(super) const LEAST: u16 = LINES;
pub(super) const MOST: u16 = LINES + 5;

/// `send      12 hold 4.2 MiB, fullest 1.1 MiB`, and the send queues by size.
pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, focused: &Breakdown) {
    title(pen, area, "QUEUES", " bytes not acknowledged, not read");
    let Some(queues) = focused.queues else { return codes::placeholder(pen, area, NOT_COUNTED) };
    for (y, (name, queue)) in (1..).zip([("send", &queues.send), ("receive", &queues.receive)]) {
        line(pen, Rect { y: area.y + y, height: 1, ..area }, name, queue);
    }
    // The bars begin with a title of their own, which is the line above them.
    let below = Rect { y: area.y + LINES - 1, height: area.height.saturating_sub(2), ..area };
    let all = queues.send.classes.iter().fold(0, |sum: u64, count| sum.saturating_add(*count));
    if area.height >= MOST && all > 0 {
        bars(pen, below, &sizes(&queues.send), all);
    }
}

fn line(pen: &mut Pen<'_>, area: Rect, name: &str, queue: &Queued) {
    let theme = pen.theme();
    let x = pen.put_upto(area.x, area.y, area.right(), name, theme.text.muted) + 1;
    let bytes = |bytes| fmt::bytes(Bytes(bytes));
    let (text, tone) = match queue.waiting() {
        0 => ("all empty".to_owned(), theme.text.muted),
        1 => (format!("1 holds {}", bytes(queue.bytes)), theme.text.body),
        waiting => {
            let (sum, fullest) = (bytes(queue.bytes), bytes(queue.fullest));
            (format!("{} hold {sum}, fullest {fullest}", fmt::count(waiting)), theme.text.body)
        }
    };
    let x = area.right().saturating_sub(pen.width(&text)).max(x);
    pen.put_upto(x, area.y, area.right(), &text, tone);
}

/// Connections by what waits in their send queues.
fn sizes(send: &Queued) -> Vec<(String, u64)> {
    let upto = |bound: u64| format!("send up to {}", fmt::bytes(Bytes(bound)));
    let mut names: Vec<String> = vec!["send queue empty".to_owned()];
    names.extend(QUEUE_BOUNDS.map(upto));
    let [.., last] = QUEUE_BOUNDS;
    names.push(format!("send over {}", fmt::bytes(Bytes(last))));
    names.into_iter().zip(send.classes).collect()
}
