//! The text format of Prometheus and `OpenMetrics`, as much as is needed to find
//! a value: `name{label="value",…} 12.5 [timestamp]`.
//!
//! A line that is none is skipped: the endpoint belongs to somebody else, and
//! one odd metric must not hide the one that was asked for.

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
        let (name, rest) = series(text.trim()).ok_or_else(wrong)?;
        if !rest.0.trim().is_empty() {
            return Err(wrong());
        }
        Ok(Self { name: name.to_owned(), labels: rest.1 })
    }

    /// The name, for saying that it is not there.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// All values of the series that match, without those that are no number.
    pub(super) fn values<'a>(&'a self, text: &'a str) -> impl Iterator<Item = f64> + 'a {
        text.lines().filter_map(|line| self.value(line)).filter(|v| v.is_finite())
    }

    fn value(&self, line: &str) -> Option<f64> {
        // Cheap for the thousands of lines that are about something else.
        let after = line.trim_start().strip_prefix(self.name.as_str())?;
        if !after.starts_with([' ', '\t', '{']) {
            return None;
        }
        let (name, (rest, labels)) = series(line.trim_start())?;
        let fits = |wanted: &(String, String)| labels.contains(wanted);
        if name != self.name || !self.labels.iter().all(fits) {
            return None;
        }
        rest.split_ascii_whitespace().next()?.parse().ok()
    }
}

/// What stands behind a series, and its labels.
type Rest<'a> = (&'a str, Vec<(String, String)>);

/// Name and labels taken apart from what follows.
fn series(line: &str) -> Option<(&str, Rest<'_>)> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
    let end = line.find(|c| !is_name(c)).unwrap_or(line.len());
    let (name, rest) = line.split_at(end);
    if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    match rest.trim_start().strip_prefix('{') {
        Some(inside) => labels(inside).map(|rest| (name, rest)),
        None => Some((name, (rest, Vec::new()))),
    }
}

/// Labels up to the closing brace; a value may hold braces, commas and escapes.
fn labels(text: &str) -> Option<Rest<'_>> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    loop {
        rest = rest.trim_start_matches([',', ' ', '\t']);
        if let Some(after) = rest.strip_prefix('}') {
            return Some((after, found));
        }
        let (name, after) = rest.split_once('=')?;
        let quoted = after.trim_start().strip_prefix('"')?;
        let (value, after) = unquoted(quoted)?;
        found.push((name.trim().to_owned(), value));
        rest = after;
    }
}

/// A quoted value with `\\`, `\"` and `\n`, and what follows its end.
fn unquoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((value, &text[at + 1..])),
            '\\' => value.push(match chars.next()?.1 {
                'n' => '\n',
                other => other,
            }),
            other => value.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(selector: &str, text: &str) -> Vec<f64> {
        Selector::parse(selector).unwrap().values(text).collect()
    }

    const TEXT: &str = "# HELP ws_open Open\n# TYPE ws_open gauge\n\
        ws_open{app=\"chat\",worker=\"1\"} 12\nws_open{app=\"chat\",worker=\"2\"} 30 1700000000\n\
        ws_open{app=\"a,}\\\"b\"} 5\nws_open_total 99\n ws_open 7\n\
        lag NaN\nlag +Inf\nlag 0.5 # {trace=\"x\"} 1\nrubbish\n{}\nws_open{broken 3\n";

    #[test]
    fn a_name_finds_all_its_series_and_no_longer_name() {
        assert_eq!(values("ws_open", TEXT), [12.0, 30.0, 5.0, 7.0]);
        assert_eq!(values("ws_open_total", TEXT), [99.0]);
        assert_eq!(values("nothing", TEXT), [0.0; 0]);
    }

    #[test]
    fn labels_narrow_it_down() {
        assert_eq!(values("ws_open{app=\"chat\"}", TEXT), [12.0, 30.0]);
        assert_eq!(values("ws_open{worker=\"2\", app=\"chat\"}", TEXT), [30.0]);
        assert_eq!(values("ws_open{app=\"a,}\\\"b\"}", TEXT), [5.0]);
    }

    #[test]
    fn what_is_no_number_is_no_value() {
        assert_eq!(values("lag", TEXT), [0.5]);
    }

    #[test]
    fn a_selector_is_a_name_with_labels_and_nothing_else() {
        for wrong in ["", "1abc", "a b", "a{b}", "a{b=\"c\"", "a{b=\"c\"} 3", "a-b"] {
            assert!(Selector::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn no_bytes_make_it_panic() {
        let mut seed = 1_u64;
        let alphabet: Vec<char> = "ws_open{}=\",\\ \n#1.e+N\u{e9}".chars().collect();
        let selector = Selector::parse("ws_open").unwrap();
        for _ in 0..2_000 {
            let text: String = (0..40)
                .map(|_| {
                    seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    let at = usize::try_from(seed >> 33).unwrap_or(0);
                    alphabet[at % alphabet.len()]
                })
                .collect();
            let _ = selector.values(&text).count();
            let _ = Selector::parse(&text);
        }
    }
}
