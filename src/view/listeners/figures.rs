//! The columns of figures, and which of them a width has room for.

use ratatui::style::Style;

use super::super::pen::Pen;
use super::super::{severity, words};
use crate::app::{Age, ListenerRow, SortColumn};
use crate::detect::Severity;
use crate::fmt;

/// A column of figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Figure {
    Open,
    Opened,
    Closed,
    Peak,
    Queue,
    Drops,
    Age,
    Memory,
    Busiest,
}

/// From left to right, with their columns and how much is left for names and
/// shape before one comes in. Those of 0 are always there.
const ALL: [(Figure, u16, u16); 9] = [
    (Figure::Open, 8, 0),
    (Figure::Opened, 9, 0),
    (Figure::Closed, 9, 1),
    (Figure::Peak, 9, 2),
    (Figure::Queue, 9, 0),
    (Figure::Drops, 8, 0),
    (Figure::Age, 9, 3),
    (Figure::Memory, 10, 4),
    (Figure::Busiest, 26, 5),
];

/// All there are.
pub(super) fn all() -> impl Iterator<Item = Figure> {
    ALL.iter().map(|(figure, ..)| *figure)
}

/// Columns that address, process and shape keep in front of further figures.
const NAMES: u16 = 54;

/// The figures of a table whose names, shape and figures share `room` columns.
/// They come in one after the other, so a wider table only adds.
pub(super) fn of(room: u16) -> Vec<(Figure, u16)> {
    let mut left = room.saturating_sub(8 + 9 + 9 + 8);
    let mut latest = 0;
    for next in 1..=5 {
        let Some((_, width, _)) = ALL.iter().find(|(_, _, at)| *at == next) else { break };
        if left < NAMES + width {
            break;
        }
        (left, latest) = (left - width, next);
    }
    ALL.iter()
        .filter(|(_, _, at)| *at <= latest)
        .map(|(figure, width, _)| (*figure, *width))
        .collect()
}

/// Columns that address and process keep in front of figures that were chosen.
const NAMES_LEAST: u16 = 28;

/// Those that were chosen, in their order, as far as they fit.
pub(super) fn chosen(room: u16, names: &[&str]) -> Vec<(Figure, u16)> {
    let mut left = room.saturating_sub(NAMES_LEAST);
    let known = names.iter().filter_map(|name| ALL.iter().find(|(one, ..)| one.key() == *name));
    let fits = |(figure, width, _): &(Figure, u16, u16)| {
        left = left.checked_sub(*width)?;
        Some((*figure, *width))
    };
    known.map_while(fits).collect()
}

impl Figure {
    /// Its name where columns are chosen.
    const fn key(self) -> &'static str {
        match self {
            Self::Queue => "accept-q",
            Self::Age => "med-age",
            Self::Busiest => "network",
            _ => self.name(),
        }
    }

    /// The word over it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Opened => "handsh/s",
            Self::Closed => "closed/s",
            Self::Peak => "peak/s",
            Self::Queue => "accept q",
            Self::Drops => "drops/s",
            Self::Age => "med age",
            Self::Memory => "mem/conn",
            Self::Busiest => "busiest network",
        }
    }

    /// The order it stands for.
    pub(super) const fn sort(self) -> Option<SortColumn> {
        match self {
            Self::Open => Some(SortColumn::Open),
            Self::Opened => Some(SortColumn::Opened),
            Self::Closed => Some(SortColumn::Closed),
            Self::Peak => Some(SortColumn::Peak),
            Self::Queue => Some(SortColumn::AcceptQueue),
            Self::Drops => Some(SortColumn::Drops),
            _ => None,
        }
    }

    /// Its value, the shorter form last.
    pub(super) fn forms(self, row: &ListenerRow) -> [String; 2] {
        let both =
            |write: &dyn Fn(fn(u64) -> String) -> String| [write(fmt::count), write(fmt::tight)];
        let rate = |rate, estimated| {
            [
                words::value(rate, estimated, fmt::rate),
                words::value(rate, estimated, fmt::rate_tight),
            ]
        };
        let one = |text: String| [text.clone(), text];
        match self {
            Self::Open => {
                both(&|write| words::value(row.listener.open, row.listener.estimated, write))
            }
            Self::Opened => rate(row.listener.opened, row.listener.estimated),
            Self::Closed => rate(row.listener.closed, row.listener.estimated),
            Self::Peak => rate(row.listener.peak_opened, false),
            Self::Drops => rate(row.listener.drops, false),
            Self::Queue => [|n: u64| n.to_string(), fmt::tight].map(|write| {
                match (row.listener.accept_queue, row.listener.backlog) {
                    (Some(used), Some(limit)) => format!("{}/{}", write(used), write(limit)),
                    (Some(used), None) => write(used),
                    _ => words::NONE.to_owned(),
                }
            }),
            Self::Age => one(words::value(row.age(), false, age)),
            Self::Memory => one(words::value(row.memory(), false, fmt::bytes)),
            Self::Busiest => one(words::value(row.busiest(), false, |(network, share)| {
                format!("{network} {:>5}", fmt::percent(share))
            })),
        }
    }

    /// What is bad has its colour, what is beside the point is quiet.
    pub(super) fn tone(self, pen: &Pen<'_>, row: &ListenerRow) -> Style {
        let theme = pen.theme();
        let is_bad = match self {
            Self::Queue => is_full(row),
            Self::Drops => row.listener.drops.is_some_and(|drops| drops.0 > 0.0),
            Self::Open | Self::Opened | Self::Closed => return theme.text.body,
            _ => false,
        };
        if is_bad {
            severity::text_or(theme, row.severity, theme.severity.warn)
        } else {
            theme.text.muted
        }
    }
}

/// `<30 s`, `>5 min`: half of the connections are so old.
fn age(age: Age) -> String {
    match age {
        Age::Below(bound) => format!("<{}", fmt::window(bound)),
        Age::AtLeast(bound) => format!(">{}", fmt::window(bound)),
    }
}

/// Whether its accept queue is full, and that is told of as bad.
pub(super) fn is_full(row: &ListenerRow) -> bool {
    let full = row
        .listener
        .accept_queue
        .zip(row.listener.backlog)
        .is_some_and(|(used, limit)| limit > 0 && used >= limit);
    full && row.severity != Severity::Ok
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wider_table_only_adds_figures() {
        let mut before = of(0);
        for room in 0..240 {
            let now = of(room);
            assert!(before.iter().all(|figure| now.contains(figure)), "{room}");
            before = now;
        }
        assert_eq!((of(74).len(), before.len()), (4, 9));
    }
}
