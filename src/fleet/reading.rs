//! The answers of one moment.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::sample::{MetricSeries, QueryAnswer};
use crate::units::whole;

/// What a server answered to a set of questions at one moment of its clock.
#[derive(Debug, Clone, PartialEq)]
pub struct Answers<F> {
    /// Seconds since 1970, by the server's clock.
    pub at: f64,
    /// How often hosts are scraped, as last seen.
    pub scrape: Duration,
    by_figure: BTreeMap<F, QueryAnswer>,
    /// What could not be read, and what the server has to say, each once.
    pub notes: Vec<String>,
}

/// Notes that are kept of one moment.
const NOTES: usize = 5;

impl<F: Ord + Copy> Answers<F> {
    /// Of this moment; nothing was answered yet.
    #[must_use]
    pub const fn at(at: f64, scrape: Duration) -> Self {
        Self { at, scrape, by_figure: BTreeMap::new(), notes: Vec::new() }
    }

    /// Takes an answer in.
    pub fn take(&mut self, figure: F, answer: QueryAnswer) {
        for note in &answer.notes {
            self.note(note.clone());
        }
        if answer.left_out > 0 {
            let (read, left) = (answer.series.len(), answer.left_out);
            self.note(format!(
                "{read} series are read, {left} more are not: --match asks for fewer hosts"
            ));
        }
        self.by_figure.insert(figure, answer);
    }

    /// The points of a figure that came since, and no longer those before `oldest`.
    pub fn append(&mut self, figure: F, later: &Self, oldest: f64) {
        self.at = later.at;
        let known = self.by_figure.entry(figure).or_default();
        for series in later.series(figure) {
            match known.series.iter_mut().find(|own| own.labels == series.labels) {
                Some(own) => own.points.extend(&series.points),
                None => known.series.push(series.clone()),
            }
        }
        known.series.retain_mut(|series| {
            series.points.retain(|(at, _)| *at >= oldest);
            !series.points.is_empty()
        });
    }

    /// Something to be said of it, once.
    pub fn note(&mut self, note: String) {
        if self.notes.len() < NOTES && !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// The series of a figure; none where it was not answered.
    pub fn series(&self, figure: F) -> impl Iterator<Item = &MetricSeries> {
        self.by_figure.get(&figure).into_iter().flat_map(|answer| &answer.series)
    }

    /// Whether it was answered, be it with nothing.
    #[must_use]
    pub fn has(&self, figure: F) -> bool {
        self.by_figure.contains_key(&figure)
    }

    /// The newest value of each series of a figure, by one of its labels.
    pub(super) fn by(&self, figure: F, label: &str) -> BTreeMap<&str, f64> {
        let one = |series: &'_ MetricSeries| Some(series.last()?.1);
        self.series(figure).filter_map(|s| Some((s.label(label), one(s)?))).collect()
    }
}

/// Points of one answer that Prometheus gives at the most.
const MOST_POINTS: u64 = 11_000;

/// Seconds from one point to the next over so long a span in so many columns: never
/// between two scrapes, never more points than an answer may have.
#[must_use]
pub fn step_of(scrape: Duration, span: Duration, columns: u64) -> u64 {
    let seconds = span.as_secs();
    let of_span = (seconds / columns.max(1)).max(seconds.div_ceil(MOST_POINTS - 1));
    of_span.max(whole(scrape.as_secs_f64().ceil())).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_no_finer_than_a_scrape_and_no_answer_too_long() {
        let of = |scrape, span, columns| {
            step_of(Duration::from_secs(scrape), Duration::from_secs(span), columns)
        };
        assert_eq!([of(15, 600, 100), of(1, 600, 100), of(15, 7_200, 100)], [15, 6, 72]);
        assert_eq!(of(1, 14 * 86_400, 1_000_000), 110, "14 days in 11 000 points");
        assert_eq!(of(0, 0, 0), 1);
    }
}
