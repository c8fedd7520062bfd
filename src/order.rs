//! Sorting of what is small: tables, lists of alerts, rows of a screen.
//!
//! The standard sort is compiled anew for every type and key, 7 KB each: 45
//! short lists made 300 KB of a binary that may have 8 MiB. Here it is compiled
//! once, over places, and the items follow. Anyone may call it; what sorts
//! thousands, or numbers, sorts by itself.

use std::cmp::Ordering;

/// Sorts by a key; equals keep their order.
pub fn by_key<T, K: Ord>(items: &mut [T], key: impl Fn(&T) -> K) {
    by(items, |a, b| key(a).cmp(&key(b)));
}

/// Sorts by a comparison; equals keep their order.
pub fn by<T>(items: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    let order = order(items.len(), &|a, b| compare(&items[a], &items[b]));
    settle(order, &mut |a, b| items.swap(a, b));
}

/// Which item comes first, second, ….
fn order(len: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..len).collect();
    order.sort_by(|a, b| compare(*a, *b));
    order
}

/// Brings every item to its place, each by one swap.
fn settle(mut order: Vec<usize>, swap: &mut dyn FnMut(usize, usize)) {
    for start in 0..order.len() {
        // Along the ring that begins here, until it closes.
        let mut at = start;
        while order[at] != start {
            let from = order[at];
            swap(at, from);
            order[at] = at;
            at = from;
        }
        order[at] = at;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All orders of some of the digits, equal ones among them.
    fn arrangements(of: &[(u8, u8)]) -> Vec<Vec<(u8, u8)>> {
        let Some((first, rest)) = of.split_first() else { return vec![Vec::new()] };
        let put = |place: usize, mut into: Vec<(u8, u8)>| {
            into.insert(place, *first);
            into
        };
        let others = arrangements(rest);
        let each = others.iter().flat_map(|o| (0..=o.len()).map(move |at| put(at, o.clone())));
        each.collect()
    }

    #[test]
    fn whatever_the_order_the_items_come_as_the_standard_sort_has_them() {
        for len in 0..=6 {
            let of = [(3, 0), (1, 0), (3, 1), (2, 0), (1, 1), (0, 0)];
            for items in arrangements(&of[..len]) {
                let (mut ours, mut theirs) = (items.clone(), items);
                by_key(&mut ours, |(key, _)| *key);
                theirs.sort_by_key(|(key, _)| *key);
                assert_eq!(ours, theirs);
                by(&mut ours, |(_, a), (_, b)| b.cmp(a));
                theirs.sort_by(|(_, a), (_, b)| b.cmp(a));
                assert_eq!(ours, theirs);
            }
        }
    }
}
