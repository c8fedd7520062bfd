//! Several lines of seconds as one.

use std::iter::Peekable;

use super::Second;

/// Several lines of seconds as one: each second is their sum.
#[derive(Clone)]
pub(in crate::model) struct Sum<I: Iterator<Item = (u64, Second)>>(Vec<Peekable<I>>);

impl<I: Iterator<Item = (u64, Second)>> Sum<I> {
    pub(in crate::model) fn of(lines: impl Iterator<Item = I>) -> Self {
        Self(lines.map(Iterator::peekable).collect())
    }
}

impl<I: Iterator<Item = (u64, Second)>> Iterator for Sum<I> {
    type Item = (u64, Second);

    fn next(&mut self) -> Option<(u64, Second)> {
        let number = self.0.iter_mut().filter_map(|line| line.peek()).map(|(n, _)| *n).min()?;
        let due = self.0.iter_mut().filter_map(|line| line.next_if(|(n, _)| *n == number));
        Some((number, due.fold(Second::default(), |sum, (_, one)| sum.plus(one))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_different_length_are_summed_by_their_seconds() {
        let one = |open: f64| Second { opened: 1.0, measured: 1.0, closed: 2.0, open };
        let long = vec![(7, one(5.0)), (8, one(6.0)), (10, one(7.0))];
        let short = vec![(8, one(3.0)), (9, one(4.0))];
        let sum = Sum::of([long, short].into_iter().map(Vec::into_iter));
        let told: Vec<(u64, f64, f64)> = sum.map(|(n, s)| (n, s.open, s.closed)).collect();
        assert_eq!(told, [(7, 5.0, 2.0), (8, 9.0, 4.0), (9, 4.0, 2.0), (10, 7.0, 2.0)]);
    }
}
