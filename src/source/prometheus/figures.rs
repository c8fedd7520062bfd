//! The figures that are looked for, out of a whole answer.

use std::time::Duration;

use super::exposition::lines;
use super::selector::Selector;
use crate::sample::Application;
use crate::units::whole;

/// The lag of Node's event loop as prom-client names it.
const LAG: &str = "nodejs_eventloop_lag_p99_seconds";
/// From 2^53 on a sum of floats is no count any more.
const MOST: f64 = 9_007_199_254_740_992.0;

/// What to look for.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    lag: Selector,
    connections: Option<Selector>,
}

/// All series of a metric together.
#[derive(Debug, Clone, Copy)]
struct Together {
    series: u64,
    /// NaN if one is.
    sum: f64,
    /// NaN and infinities left out.
    most: Option<f64>,
}

impl Together {
    const NOTHING: Self = Self { series: 0, sum: 0.0, most: None };

    fn add(&mut self, value: f64) {
        self.series += 1;
        self.sum += value;
        if value.is_finite() {
            self.most = Some(self.most.map_or(value, |most| most.max(value)));
        }
    }

    /// The sum, where it is a count: what cannot be one is not rounded to one.
    fn count(&self) -> Result<u64, String> {
        if self.series == 0 {
            return Err("no such metric there".to_owned());
        }
        if (0.0..MOST).contains(&self.sum) {
            return Ok(whole(self.sum));
        }
        // A float of 1e308 would be written out in 309 digits.
        let sum = self.sum;
        let sum = if sum.abs() < MOST { format!("{sum}") } else { format!("{sum:e}") };
        Err(format!("its value there, {sum}, is no count"))
    }
}

impl Wanted {
    /// The lag of the event loop, and what counts connections.
    ///
    /// # Errors
    /// None in practice: the name of the lag is a metric's.
    pub(super) fn new(connections: Option<Selector>) -> Result<Self, String> {
        Ok(Self { lag: Selector::parse(LAG)?, connections })
    }

    /// Connections are summed over workers; of lags the worst counts.
    ///
    /// # Errors
    /// When there is no metric at all in the answer: another kind of page.
    pub(super) fn look(&self, url: &str, body: &[u8]) -> Result<Application, String> {
        let (mut lag, mut open) = (Together::NOTHING, Together::NOTHING);
        let (mut metrics, mut odd) = (0_u64, 0_u64);
        for line in lines(body) {
            let Some(line) = line else {
                odd += 1;
                continue;
            };
            metrics += 1;
            if self.lag.fits(&line) {
                lag.add(line.value);
            }
            if self.connections.as_ref().is_some_and(|wanted| wanted.fits(&line)) {
                open.add(line.value);
            }
        }
        let odd = match odd {
            0 => String::new(),
            1 => " (1 line is none)".to_owned(),
            odd => format!(" ({odd} lines are none)"),
        };
        if metrics == 0 {
            return Err(format!("no metrics in its answer{odd}"));
        }
        let lag_p99 = lag.most.and_then(|lag| Duration::try_from_secs_f64(lag).ok());
        let (connections, missing) = match &self.connections {
            Some(wanted) => match open.count() {
                Ok(count) => (Some(count), None),
                Err(why) => {
                    (None, Some(format!("--metric-connections '{}': {why}{odd}", wanted.name())))
                }
            },
            None => (
                None,
                lag_p99.is_none().then(|| {
                    format!("no value of {LAG} there; name what counts connections by --metric-connections")
                }),
            ),
        };
        Ok(Application { url: url.to_owned(), lag_p99, connections, missing })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(connections: Option<&str>, body: &str) -> Result<Application, String> {
        let selector = connections.map(|text| Selector::parse(text).unwrap());
        Wanted::new(selector).unwrap().look("http://a/", body.as_bytes())
    }

    const LAGS: &str = "nodejs_eventloop_lag_p99_seconds{w=\"1\"} 0.012\n\
        nodejs_eventloop_lag_p99_seconds{w=\"2\"} 0.25\n\
        nodejs_eventloop_lag_p99_seconds{w=\"3\"} NaN\n";

    #[test]
    fn connections_are_summed_and_of_lags_the_worst_counts() {
        let text = format!("{LAGS}open{{w=\"1\"}} 20\nopen{{w=\"2\"}} 30\n");
        let told = look(Some("open"), &text).unwrap();
        assert_eq!((told.connections, told.missing), (Some(50), None));
        assert_eq!(told.lag_p99, Some(Duration::from_millis(250)));
    }

    #[test]
    fn what_is_no_count_is_not_made_one() {
        for (text, said) in [
            ("open -5", "there, -5, is"),
            ("open NaN", "NaN"),
            ("open 3\nopen NaN", "NaN"),
            ("open +Inf", "inf"),
            ("open 1e30", "1e30"),
        ] {
            let told = look(Some("open"), text).unwrap();
            assert_eq!(told.connections, None, "{text}");
            let why = told.missing.unwrap();
            assert!(why.contains(said) && why.contains("is no count"), "{text}: {why}");
        }
        assert_eq!(look(Some("open"), "open 0").unwrap().connections, Some(0));
    }

    #[test]
    fn what_is_missing_is_named_with_the_lines_that_are_none() {
        let why = |wanted, text| look(wanted, text).unwrap().missing;
        assert_eq!(
            why(Some("open{a=\"b\"}"), "up 1\nopen{\n").unwrap(),
            "--metric-connections 'open': no such metric there (1 line is none)"
        );
        assert!(
            why(None, "up 1").unwrap().starts_with("no value of nodejs_eventloop_lag_p99_seconds")
        );
        assert_eq!(why(None, LAGS), None);
    }

    #[test]
    fn another_kind_of_page_is_no_reading() {
        let login = "<html>\n<p>who are you?</p>\n</html>";
        assert_eq!(look(None, login).unwrap_err(), "no metrics in its answer (3 lines are none)");
        assert_eq!(look(None, "# EOF\n").unwrap_err(), "no metrics in its answer");
    }

    #[test]
    fn a_lag_that_is_none_is_not_shown() {
        for wrong in ["-1", "NaN", "+Inf", "1e300"] {
            let text = format!("nodejs_eventloop_lag_p99_seconds {wrong}");
            assert_eq!(look(None, &text).unwrap().lag_p99, None, "{wrong}");
        }
    }
}
