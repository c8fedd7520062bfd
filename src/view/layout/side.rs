//! The column of panels beside the charts: which of them there is room for, and how
//! tall each is.

use ratatui::layout::Rect;

use crate::app::Panel;

/// A panel that would like a place in a column.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Wish {
    panel: Panel,
    /// Whose rows come first where there are few: 0 before 1.
    rank: u8,
    /// Rows without which it says nothing, its title among them.
    least: u16,
    /// Rows that it can use.
    most: u16,
}

impl Wish {
    pub(in super::super) const fn of(panel: Panel, rank: u8, least: u16, most: u16) -> Self {
        Self { panel, rank, least, most }
    }

    /// Rows that it can use.
    pub(super) fn most(self) -> u16 {
        self.most.max(self.least)
    }
}

/// Shares the rows of a column. By rank each has what it cannot do without, then what it
/// can use; the last one in the column has the rest. They lie in the order of the wishes.
pub(super) fn stack(area: Rect, wishes: &[Wish]) -> Vec<(Panel, Rect)> {
    let mut order: Vec<usize> = (0..wishes.len()).collect();
    order.sort_by_key(|&at| wishes.get(at).map(|wish| wish.rank));
    let mut rows = vec![0_u16; wishes.len()];
    let mut left = area.height;
    let mut give = |rows: &mut [u16], wanted: fn(&Wish, u16) -> Option<u16>| {
        for &at in &order {
            if let (Some(wish), Some(has)) = (wishes.get(at), rows.get_mut(at))
                && let Some(more) = wanted(wish, *has)
            {
                let more = if *has == 0 && more > left { 0 } else { more.min(left) };
                (*has, left) = (*has + more, left - more);
            }
        }
    };
    give(&mut rows, |wish, _| Some(wish.least));
    give(&mut rows, |wish, has| (has > 0).then(|| wish.most.saturating_sub(has)));
    if let Some(last) = rows.iter_mut().rev().find(|rows| **rows > 0) {
        *last += left;
    }
    let mut y = area.y;
    let placed = wishes.iter().zip(rows).filter(|(_, height)| *height > 0).map(|(wish, height)| {
        let place = Rect { y, height, ..area };
        y += height;
        (wish.panel, place)
    });
    placed.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rows_are_shared_by_rank_and_none_is_left_over() {
        let wishes = [
            Wish::of(Panel::States, 1, 3, 4),
            Wish::of(Panel::Clients, 2, 4, 9),
            Wish::of(Panel::Events, 0, 4, 60),
        ];
        for height in 0..60 {
            let column = stack(Rect::new(5, 2, 40, height), &wishes);
            let used: u16 = column.iter().map(|(_, place)| place.height).sum();
            assert_eq!(used, if height < 3 { 0 } else { height }, "{height}");
            for pair in column.windows(2) {
                assert_eq!(pair[0].1.bottom(), pair[1].1.y);
            }
        }
        let panels = |height| {
            let all = stack(Rect::new(0, 0, 40, height), &wishes);
            all.into_iter().map(|(panel, _)| panel).collect::<Vec<_>>()
        };
        assert_eq!(panels(4), [Panel::Events]);
        assert_eq!(panels(7), [Panel::States, Panel::Events]);
        assert_eq!(panels(11), [Panel::States, Panel::Clients, Panel::Events]);
    }
}
