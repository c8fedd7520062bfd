//! A part of the client ports, as the kernel filters by it (see `bytecode`).
//!
//! ```text
//! port >= from, else to the next range
//! port <= to,   else to the next range
//! accepted
//! ...
//! ```
//! Systems hand out ports of a part of the numbers (32 768 to 60 999 on Linux), so a slice
//! is a strip of each eighth of them.

use super::super::bytecode::{AT_LEAST, AT_MOST, OPERATION, jump, operation};

/// Of all ports, and how many each strip is taken from.
const STRIPS: u32 = 8;
const STRIP_OF: u32 = 65_536 / STRIPS;
/// The finest.
const FINEST: u32 = 64;
/// So many connections are looked at in one go: 6 ms.
const AT_ONCE: u64 = 2_000;

/// One of so many slices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slice {
    pub(super) of: u32,
    pub(super) number: u32,
}

impl Slice {
    /// The one after `before`, of so many connections.
    pub(super) fn next(before: Option<Self>, open: u64) -> Self {
        let parts = u32::try_from(open.div_ceil(AT_ONCE)).unwrap_or(FINEST).clamp(1, FINEST);
        let of = parts.next_power_of_two();
        let number = before.filter(|before| before.of == of).map_or(0, |before| before.number + 1);
        Self { of, number: number % of }
    }

    /// The first port of each strip, and the last.
    fn ranges(self) -> impl ExactSizeIterator<Item = (u16, u16)> {
        let width = STRIP_OF / self.of;
        (0..8_u16).map(move |strip| {
            let from = u32::from(strip) * STRIP_OF + self.number * width;
            let port = |n: u32| u16::try_from(n).unwrap_or(u16::MAX);
            (port(from), port(from + width - 1))
        })
    }

    /// The program; empty where everything passes.
    pub(super) fn program(self) -> Vec<u8> {
        const COMPARISON: usize = 2 * OPERATION;
        let ranges = self.ranges();
        if self.of == 1 {
            return Vec::new();
        }
        // The last needs no jump.
        let all = ranges.len() * (2 * COMPARISON + OPERATION) - OPERATION;
        let mut program = Vec::with_capacity(all);
        let port = |port: u16| [[0; 2], port.to_ne_bytes()].concat();
        for (from, to) in ranges {
            // Behind the jump, or four behind the end: rejected.
            let next = 2 * COMPARISON + OPERATION;
            operation(&mut program, AT_LEAST, &port(from), next);
            operation(&mut program, AT_MOST, &port(to), next - COMPARISON);
            let left = all - program.len();
            if left > 0 {
                jump(&mut program, left);
            }
        }
        program
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_port_is_in_one_slice_of_a_round() {
        for of in [2, 8, FINEST] {
            let mut times = vec![0_u8; 65_536];
            for number in 0..of {
                for (from, to) in (Slice { of, number }).ranges() {
                    (from..=to).for_each(|port| times[usize::from(port)] += 1);
                }
            }
            assert!(times.iter().all(|n| *n == 1), "{of}");
        }
    }

    #[test]
    fn few_are_looked_at_whole_and_many_by_a_sixty_fourth() {
        let of = |open| Slice::next(None, open);
        assert_eq!(
            [0, 2_000, 2_001, 10_000, 100_000, 900_000].map(|n| of(n).of),
            [1, 1, 2, 8, 64, 64]
        );
        assert!(of(40).program().is_empty());
        let mut slice = of(100_000);
        for number in [1, 2, 3] {
            slice = Slice::next(Some(slice), 99_000);
            assert_eq!(slice.number, number);
        }
        assert_eq!(Slice::next(Some(slice), 10_000).number, 0, "another width begins anew");
    }
}
