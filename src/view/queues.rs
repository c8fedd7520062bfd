//! What waits in the queues of the connections of the listener in focus: whose clients
//! do not keep up, or whose process does not.

use ratatui::layout::Rect;

use super::codes;
use super::connections::{NOT_COUNTED, across, cells, cells_rows, title};
use super::pen::{Pen, columns};
use crate::app::Breakdown;
use crate::fmt;
use crate::sample::QUEUE_BOUNDS;
use crate::units::{Bytes, whole};

/// How many figures there are.
const FIGURES: u16 = 9;

/// Rows without which it says nothing: of both queues what waits, and in the fullest.
pub(super) const LEAST: u16 = 3;

/// Rows that it can fill in so many columns, the title among them.
pub(super) fn rows(width: u16, focused: &Breakdown) -> u16 {
    cells_rows(width, FIGURES + columns(clients(focused).len()))
}

/// What single connections say, where it is anything: clients that do not read, and those
/// that are silent.
fn clients(focused: &Breakdown) -> Vec<Figure> {
    let Some(told) = &focused.sampled else { return Vec::new() };
    let mut figures = Vec::new();
    if told.slow.count > 0.0 {
        figures.push(count("slow", whole(told.slow.count)));
        figures.push(bytes("unsent", whole(told.unsent.count)));
    }
    let silence = told.silence.filter(|silence| silence.silent.count > 0.0);
    figures.extend(silence.map(|s| ("silent", fmt::percent(s.share()), true)));
    figures
}

/// `send 4.2 MiB  fullest 1.1 MiB  waiting 12`, and the connections by what waits for them.
pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, focused: &Breakdown) {
    title(pen, area, "QUEUES", " bytes that wait");
    let Some(queues) = focused.queues else { return codes::placeholder(pen, area, NOT_COUNTED) };
    let [send, receive] =
        [("send", "waiting", queues.send), ("receive", "not read", queues.receive)].map(
            |(name, waiting, queue)| {
                [
                    bytes(name, queue.bytes),
                    bytes("fullest", queue.fullest),
                    count(waiting, queue.waiting()),
                ]
            },
        );
    // The names of the classes say their bounds.
    const { assert!(matches!(QUEUE_BOUNDS, [4_096, 65_536, 1_048_576])) };
    let [_, small, medium, large, huge] = queues.send.classes;
    let sizes = [
        count("to 64 KiB", small.saturating_add(medium)),
        count("to 1 MiB", large),
        count("over 1 MiB", huge),
    ];
    let mut figures = if across(area.width) == 2 {
        // Below each other stands what is of one queue.
        let beside = send.into_iter().zip(receive).flat_map(|(send, receive)| [send, receive]);
        beside.chain(sizes).collect::<Vec<_>>()
    } else {
        [send, receive, sizes].concat()
    };
    figures.extend(clients(focused));
    cells(pen, area, &figures);
}

type Figure = (&'static str, String, bool);

fn bytes(name: &'static str, n: u64) -> Figure {
    (name, fmt::bytes(Bytes(n)), n > 0)
}

fn count(name: &'static str, n: u64) -> Figure {
    (name, fmt::count(n), n > 0)
}
