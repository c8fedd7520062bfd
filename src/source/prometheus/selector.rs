//! Which metric is meant: a name, and labels that have to match.

use super::exposition::{ExpositionLine, plain, series};

/// A metric to look for: `ws_open` or `ws_open{app="chat"}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selector {
    name: String,
    labels: Vec<(String, String)>,
}

impl Selector {
    /// A name with labels that have to match, if any.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || "give a metric's name such as ws_open or ws_open{app=\"chat\"}".to_owned();
        let (name, labels, rest) = series(text.trim()).ok_or_else(wrong)?;
        if !rest.trim().is_empty() {
            return Err(wrong());
        }
        let labels = labels.each().map(|(name, value)| (name.to_owned(), plain(value)));
        Ok(Self { name: name.to_owned(), labels: labels.collect() })
    }

    /// The name, for saying that it is not there.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Whether this is the metric.
    pub(super) fn fits(&self, line: &ExpositionLine<'_>) -> bool {
        let has = |(name, wanted): &(String, String)| {
            line.labels.each().any(|(label, value)| label == name && plain(value) == *wanted)
        };
        line.name == self.name && self.labels.iter().all(has)
    }
}

#[cfg(test)]
mod tests {
    use super::super::exposition::lines;
    use super::*;

    const TEXT: &[u8] = b"ws_open{app=\"chat\",worker=\"1\"} 12\n\
        ws_open{app=\"chat\",worker=\"2\"} 30\nws_open{app=\"a,}\\\"b\"} 5\nws_open_total 99\n\
        ws_open 7\nrubbish\n";

    fn values(selector: &str) -> Vec<f64> {
        let selector = Selector::parse(selector).unwrap();
        lines(TEXT).flatten().filter(|line| selector.fits(line)).map(|line| line.value).collect()
    }

    #[test]
    fn a_name_finds_all_its_series_and_no_longer_name() {
        assert_eq!(values("ws_open"), [12.0, 30.0, 5.0, 7.0]);
        assert_eq!(values("ws_open_total"), [99.0]);
        assert_eq!(values("ws_ope"), [0.0; 0]);
    }

    #[test]
    fn labels_narrow_it_down() {
        assert_eq!(values("ws_open{app=\"chat\"}"), [12.0, 30.0]);
        assert_eq!(values("ws_open{worker=\"2\", app=\"chat\"}"), [30.0]);
        assert_eq!(values("ws_open{app=\"a,}\\\"b\"}"), [5.0]);
        assert_eq!(values("ws_open{app=\"1\"}"), [0.0; 0]);
        assert_eq!(values("ws_open{worker=\"chat\"}"), [0.0; 0]);
    }

    #[test]
    fn a_selector_is_a_name_with_labels_and_nothing_else() {
        for wrong in [
            "",
            " ",
            "1abc",
            "a b",
            "a{b}",
            "a{b=\"c\"",
            "a{b=\"c\"} 3",
            "a-b",
            "a{b!=\"c\"}",
            "a{b=~\"c\"}",
            "a{=\"c\"}",
            "a{b=\"c\"d=\"e\"}",
            "a{b=\"\\q\"}",
            "{b=\"c\"}",
        ] {
            assert!(Selector::parse(wrong).is_err(), "{wrong}");
        }
    }
}
