//! What is another in a long list of listeners: of ten thousand a few come and go, and all
//! of them are 1.7 MB, which took 50 ms to pack.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::sample::Listener;

/// More than this are written by their changes, and are told only when they change: so a
/// part begins with them.
pub(super) const MANY: usize = 1_000;
/// No host has more; a file may say so line by line.
pub(super) const MOST: usize = 1 << 17;

/// From one list to the next.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Changes {
    /// Places in the list before of those that are not in the next as they were.
    gone: Vec<usize>,
    /// Places in the next list, and what stands there.
    came: Vec<(usize, Listener)>,
}

impl Changes {
    /// None where the whole is shorter, or where those that stay are in another order.
    pub(super) fn between(before: &[Listener], now: &[Listener]) -> Option<Self> {
        let cookies = |all: &[Listener]| all.iter().map(|l| l.cookie).collect::<HashSet<u64>>();
        let (were, are) = (cookies(before), cookies(now));
        let mut changes = Self::default();
        let (mut old, mut new) = (before.iter().enumerate(), now.iter().enumerate());
        let (mut was, mut is) = (old.next(), new.next());
        while was.is_some() || is.is_some() {
            match (was, is) {
                (Some((_, a)), Some((_, b))) if a == b => (was, is) = (old.next(), new.next()),
                (Some((at, a)), other)
                    if other.is_some_and(|(_, b)| a.cookie == b.cookie)
                        || !are.contains(&a.cookie) =>
                {
                    changes.gone.push(at);
                    if let Some((to, b)) = other.filter(|(_, b)| a.cookie == b.cookie) {
                        changes.came.push((to, b.clone()));
                        is = new.next();
                    }
                    was = old.next();
                }
                (_, Some((to, b))) if !were.contains(&b.cookie) => {
                    changes.came.push((to, b.clone()));
                    is = new.next();
                }
                _ => return None,
            }
            if changes.gone.len() + changes.came.len() > now.len() / 4 {
                return None;
            }
        }
        Some(changes)
    }

    /// The next list; what is wrong where there is none.
    pub(super) fn apply(self, before: &[Listener]) -> Result<Vec<Listener>, String> {
        let wrong = || "changes of listeners that were not there".to_owned();
        let mut gone = self.gone.into_iter().peekable();
        let mut kept = Vec::with_capacity(before.len());
        for (at, listener) in before.iter().enumerate() {
            if gone.next_if_eq(&at).is_none() {
                kept.push(listener);
            }
        }
        if gone.next().is_some() || kept.len() + self.came.len() > MOST {
            return Err(wrong());
        }
        let mut kept = kept.into_iter();
        let mut now = Vec::with_capacity(before.len());
        for (at, listener) in self.came {
            while now.len() < at {
                now.push(kept.next().ok_or_else(wrong)?.clone());
            }
            now.push(listener);
        }
        now.extend(kept.cloned());
        Ok(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listener(n: u16, queue: u32) -> Listener {
        Listener {
            local: ([127, 0, 0, 1], n).into(),
            accept_queue: queue,
            backlog: Some(128),
            drops: Some(0),
            inode: u64::from(n) + 7,
            cookie: u64::from(n) + 1,
        }
    }

    fn list(of: impl IntoIterator<Item = u16>) -> Vec<Listener> {
        of.into_iter().map(|n| listener(n, 0)).collect()
    }

    #[test]
    fn what_came_went_and_changed_makes_the_same_list_again() {
        let before = list(0..100);
        let nexts = [
            list(0..100),
            list((0..40).chain(41..100)),
            list(1..99),
            list([200, 201].into_iter().chain(0..50).chain([202]).chain(50..100).chain([203])),
            list((3..60).chain([300]).chain(62..100)),
        ];
        for now in nexts {
            let changes = Changes::between(&before, &now).expect("few changes");
            assert_eq!(changes.apply(&before), Ok(now));
        }
        let mut busy = before.clone();
        (busy[0], busy[99]) = (listener(0, 4), listener(99, 5));
        let changes = Changes::between(&before, &busy).expect("few changes");
        assert_eq!((changes.gone.len(), changes.came.len()), (2, 2));
        assert_eq!(changes.apply(&before), Ok(busy));
    }

    #[test]
    fn where_the_whole_is_no_longer_or_in_another_order_it_is_written() {
        let before = list(0..100);
        let mut turned = before.clone();
        turned.swap(10, 60);
        assert_eq!(Changes::between(&before, &turned), None);
        assert_eq!(Changes::between(&before, &list(50..150)), None);
        // Without cookies none is known from another.
        let without = |all: Vec<Listener>| -> Vec<Listener> {
            all.into_iter().map(|l| Listener { cookie: 0, ..l }).collect()
        };
        assert_eq!(Changes::between(&without(before), &without(list(1..101))), None);
    }

    #[test]
    fn what_a_stranger_wrote_is_a_fault_and_no_panic() {
        let before = list(0..5);
        let of = |gone: &[usize], came: &[usize]| Changes {
            gone: gone.to_vec(),
            came: came.iter().map(|at| (*at, listener(9, 0))).collect(),
        };
        for wrong in [of(&[5], &[]), of(&[2, 1], &[]), of(&[1, 1], &[]), of(&[], &[99])] {
            assert!(wrong.clone().apply(&before).is_err(), "{wrong:?}");
        }
        let turned = of(&[], &[3, 1]).apply(&before).expect("a list");
        assert_eq!(turned.len(), 7);
    }
}
