//! The columns of single connections.

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::super::pen::{Pen, columns};
use super::super::words;
use crate::app::{Chosen, ConnectionRow};
use crate::fmt;
use crate::sample::{ConnectionAge, ConnectionOrder as By};
use crate::units::Bytes;

/// `10.0.3.117:40112` and a gap; more where there is room.
const PEER: u16 = 22;
/// `[2001:db8:1234:5678:9abc:def0:1234:5678]:40112`.
const WIDEST_PEER: u16 = 48;
/// `gateway 2143`, longer where there is room.
const WORKER: u16 = 15;

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Worker,
    State,
    Age,
    Idle,
    Received,
    Sent,
    SendQueue,
    ReceiveQueue,
    Retransmits,
    Memory,
}

/// In the order in which they are worth their room, and how much that is.
const WORTH: [(Column, u16); 10] = [
    (Column::SendQueue, 9),
    (Column::Idle, 10),
    (Column::Retransmits, 8),
    (Column::Age, 9),
    (Column::State, 13),
    (Column::Sent, 9),
    (Column::Received, 9),
    (Column::Worker, WORKER),
    (Column::ReceiveQueue, 9),
    (Column::Memory, 9),
];

/// In the order in which they stand.
const STANDING: [Column; 10] = [
    Column::Worker,
    Column::State,
    Column::Age,
    Column::Idle,
    Column::Received,
    Column::Sent,
    Column::SendQueue,
    Column::ReceiveQueue,
    Column::Retransmits,
    Column::Memory,
];

/// Which columns there are, how wide each is, and what is left to the peer.
pub(super) struct Shape {
    peer: u16,
    columns: Vec<(Column, u16)>,
}

/// As many columns as there is room for, the most worth first. The peers of these rows
/// are whole up to two fifths of the width: an IPv6 address that has lost its front is
/// anybody's.
pub(super) fn shape(width: u16, rows: &[ConnectionRow], chosen: &Chosen) -> Shape {
    let widest = rows.iter().map(|row| columns(crate::text::width(&row.peer()))).max();
    let peer = widest.unwrap_or(0).saturating_add(2).min(width * 2 / 5).clamp(PEER, WIDEST_PEER);
    let mut room = width.saturating_sub(peer);
    let of_key = |key: &&str| WORTH.into_iter().find(|(column, _)| column.key() == *key);
    let wanted: Vec<_> = match &chosen.columns {
        Some(keys) => keys.iter().filter_map(of_key).collect(),
        None => WORTH.to_vec(),
    };
    let mut kept = Vec::new();
    for (column, width) in wanted {
        // One that does not fit ends it: a narrower one of less worth does not come in.
        if width > room {
            break;
        }
        room -= width;
        kept.push((column, width));
    }
    let more = room.min(WIDEST_PEER - peer);
    let (peer, spare) = (peer + more, (room - more).min(25));
    // What was chosen stands as it was chosen.
    if chosen.columns.is_none() {
        kept.sort_by_key(|(column, _)| STANDING.iter().position(|one| one == column));
    }
    if let Some((_, worker)) = kept.iter_mut().find(|(column, _)| *column == Column::Worker) {
        *worker += spare;
    }
    Shape { columns: kept, peer }
}

/// What an order is called.
pub(super) const fn name(order: By) -> &'static str {
    match order {
        By::SendQueue => "send q",
        By::Retransmits => "retrans",
        By::Sent => "out",
        By::Received => "in",
        By::Idle => "last data",
        By::Age => "age",
        By::Peer => "peer",
        By::State => "state",
        By::Worker => "worker",
    }
}

impl Column {
    const fn order(self) -> Option<By> {
        Some(match self {
            Self::Worker => By::Worker,
            Self::State => By::State,
            Self::Age => By::Age,
            Self::Idle => By::Idle,
            Self::Received => By::Received,
            Self::Sent => By::Sent,
            Self::SendQueue => By::SendQueue,
            Self::Retransmits => By::Retransmits,
            Self::ReceiveQueue | Self::Memory => return None,
        })
    }

    /// Its name where columns are chosen.
    const fn key(self) -> &'static str {
        match self {
            Self::Worker => "worker",
            Self::State => "state",
            Self::Age => "age",
            Self::Idle => "last-data",
            Self::Received => "in",
            Self::Sent => "out",
            Self::SendQueue => "send-q",
            Self::ReceiveQueue => "recv-q",
            Self::Retransmits => "retrans",
            Self::Memory => "memory",
        }
    }

    fn name(self) -> &'static str {
        match self.order() {
            Some(order) => name(order),
            None if self == Self::Memory => "memory",
            None => "recv q",
        }
    }

    /// Words stand at the left of their column, numbers at the right.
    const fn is_words(self) -> bool {
        matches!(self, Self::Worker | Self::State)
    }

    fn text(self, row: &ConnectionRow) -> String {
        let c = &row.connection;
        match self {
            Self::Worker => row.worker(),
            Self::State => c.state_name().to_owned(),
            Self::Age => age(c.age),
            Self::Idle => words::value(c.idle, false, fmt::span),
            Self::Received => words::value(c.received, false, bytes),
            Self::Sent => words::value(c.sent, false, bytes),
            Self::SendQueue => bytes(c.send_queue.into()),
            Self::ReceiveQueue => bytes(c.receive_queue.into()),
            Self::Retransmits => words::value(c.retransmits, false, |n| fmt::count(n.into())),
            Self::Memory => words::value(c.memory, false, bytes),
        }
    }

    /// What waits or was sent again is looked for: it stands out.
    fn tone(self, pen: &Pen<'_>, row: &ConnectionRow) -> Style {
        let (theme, c) = (pen.theme(), &row.connection);
        let stands_out = match self {
            Self::SendQueue => c.send_queue > 0,
            Self::ReceiveQueue => c.receive_queue > 0,
            Self::Retransmits => c.retransmits.is_some_and(|n| n > 0),
            Self::State => c.state != 1,
            _ => return if self == Self::Worker { theme.text.muted } else { theme.text.body },
        };
        if stands_out { theme.text.strong } else { theme.text.muted }
    }
}

fn bytes(n: u64) -> String {
    if n == 0 { "0".to_owned() } else { fmt::bytes(Bytes(n)) }
}

/// `31s`; `~31s` where scans tell it, `>31s` where it was there before them.
fn age(age: ConnectionAge) -> String {
    let sign = match age {
        ConnectionAge::Exactly(_) => "",
        ConnectionAge::About(_) => "~",
        ConnectionAge::AtLeast(_) => ">",
    };
    format!("{sign}{}", fmt::span(age.figure()))
}

/// Each column and where it stands in a line.
fn places(line: Rect, shape: &Shape) -> impl Iterator<Item = (Column, Rect)> + use<'_> {
    let mut x = line.x + shape.peer;
    shape.columns.iter().map(move |(column, width)| {
        let place = Rect { x, width: *width, height: 1, ..line };
        x += width;
        (*column, place)
    })
}

/// Where each order can be chosen by its heading.
pub(super) fn sorted(line: Rect, shape: &Shape) -> Vec<(By, Rect)> {
    let peer = Rect { width: shape.peer.min(line.width), height: 1, ..line };
    let columns = places(line, shape).filter_map(|(column, place)| Some((column.order()?, place)));
    std::iter::once((By::Peer, peer)).chain(columns).collect()
}

pub(super) fn headings(pen: &mut Pen<'_>, line: Rect, shape: &Shape, order: By) {
    let theme = pen.theme();
    let tone = |is: bool| if is { theme.ui.tab_active } else { theme.text.muted };
    pen.put_upto(line.x, line.y, line.x + shape.peer, name(By::Peer), tone(order == By::Peer));
    for (column, place) in places(line, shape) {
        put(pen, place, column, column.name(), tone(column.order() == Some(order)));
    }
}

pub(super) fn row(pen: &mut Pen<'_>, line: Rect, shape: &Shape, row: &ConnectionRow) {
    let body = pen.theme().text.body;
    let peer = words::address(&row.peer(), usize::from(shape.peer.saturating_sub(1))).into_owned();
    pen.put_upto(line.x, line.y, line.x + shape.peer, &peer, body);
    for (column, place) in places(line, shape) {
        let tone = column.tone(pen, row);
        put(pen, place, column, &column.text(row), tone);
    }
}

fn put(pen: &mut Pen<'_>, place: Rect, column: Column, text: &str, tone: Style) {
    if column.is_words() {
        let room = usize::from(place.width.saturating_sub(1));
        let text = words::process(text, room);
        pen.put_upto(place.x, place.y, place.right(), &text, tone);
    } else {
        pen.put_right(place.right(), place.y, text, tone);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::app::TableName;

    #[test]
    fn columns_go_in_the_order_of_their_worth() {
        let names = |width| {
            shape(width, &[], &Chosen::default())
                .columns
                .iter()
                .map(|(c, _)| c.name())
                .collect::<Vec<_>>()
        };
        assert_eq!(names(42), ["last data", "send q"]);
        assert_eq!(names(58), ["age", "last data", "send q", "retrans"]);
        assert_eq!(names(118).len(), 9, "all but the memory");
        assert_eq!(names(198).len(), 10);
        for width in 0..250 {
            let shape = shape(width, &[], &Chosen::default());
            let all: u16 = shape.columns.iter().map(|(_, width)| width).sum();
            assert!(shape.columns.is_empty() || shape.peer + all <= width, "{width}");
        }
    }

    #[test]
    fn columns_that_were_chosen_stand_as_they_were_chosen() {
        let chosen = Chosen::parse(TableName::Connections, "memory send-q worker").unwrap();
        let shape = shape(118, &[], &chosen);
        let names: Vec<_> = shape.columns.iter().map(|(column, _)| column.key()).collect();
        assert_eq!(names, ["memory", "send-q", "worker"]);
        let all = |keys: &[&'static str]| keys.iter().copied().collect::<BTreeSet<_>>();
        let known: Vec<_> = STANDING.iter().map(|column| column.key()).collect();
        assert_eq!(all(&known), all(TableName::Connections.columns()));
    }
}
