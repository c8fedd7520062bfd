//! The text format of Prometheus and `OpenMetrics`, line by line:
//! `name{label="value",…} 12.5 [timestamp] [# exemplar]`.
//!
//! A line that is none is told from one that is, and skipped: the endpoint
//! belongs to somebody else, and one odd metric must not hide the one that was
//! asked for. Nothing is copied, so memory does not depend on what is sent.

/// Label sets have some hundred bytes. One line of 4 MB, all of it labels, took
/// 28 MB apart and a third of a core each second.
const LONGEST_LINE: usize = 16 << 10;

/// A line taken apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct ExpositionLine<'a> {
    /// The metric.
    pub(super) name: &'a str,
    /// Its labels.
    pub(super) labels: Labels<'a>,
    /// May be NaN or infinite.
    pub(super) value: f64,
}

/// What stands between the braces; well-formed, as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Labels<'a>(&'a str);

impl<'a> Labels<'a> {
    /// Name and value of each, the value still with its escapes.
    pub(super) fn each(self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let (name, value, after) = label(rest)?;
            rest = after.trim_start().trim_start_matches(',');
            Some((name, value))
        })
    }
}

/// Every line that is to hold a metric; none where it does not. Comments and
/// empty lines are left out.
pub(super) fn lines(body: &[u8]) -> impl Iterator<Item = Option<ExpositionLine<'_>>> {
    let each = body.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    each.filter(|line| !line.is_empty() && line[0] != b'#').map(line)
}

fn line(bytes: &[u8]) -> Option<ExpositionLine<'_>> {
    if bytes.len() > LONGEST_LINE {
        return None;
    }
    let (name, labels, rest) = series(std::str::from_utf8(bytes).ok()?)?;
    let value = rest.split_ascii_whitespace().next()?.parse().ok()?;
    Some(ExpositionLine { name, labels, value })
}

/// Name and labels taken apart from what follows.
pub(super) fn series(line: &str) -> Option<(&str, Labels<'_>, &str)> {
    let (name, rest) = name(line, |c| c == ':')?;
    let Some(inside) = rest.trim_start().strip_prefix('{') else {
        let ends = rest.is_empty() || rest.starts_with([' ', '\t']);
        return ends.then_some((name, Labels(""), rest));
    };
    let mut left = inside.trim_start();
    loop {
        if let Some(after) = left.strip_prefix('}') {
            let labels = &inside[..inside.len() - left.len()];
            return Some((name, Labels(labels), after));
        }
        let (_, _, after) = label(left)?;
        let after = after.trim_start();
        // A comma may follow the last one, and must stand between two.
        left = match after.strip_prefix(',') {
            Some(after) => after.trim_start(),
            None if after.starts_with('}') => after,
            None => return None,
        };
    }
}

/// One label, its value without the quotes, and what follows.
fn label(text: &str) -> Option<(&str, &str, &str)> {
    let (name, after) = name(text.trim_start(), |_| false)?;
    let quoted = after.trim_start().strip_prefix('=')?.trim_start().strip_prefix('"')?;
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((name, &quoted[..at], &quoted[at + 1..])),
            '\\' if !matches!(chars.next()?.1, '\\' | '"' | 'n') => return None,
            _ => {}
        }
    }
    None
}

/// A name at the beginning, and what follows it.
fn name(text: &str, also: impl Fn(char) -> bool) -> Option<(&str, &str)> {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_' || also(c);
    let (name, rest) = text.split_at(text.find(|c| !fits(c)).unwrap_or(text.len()));
    (!name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit())).then_some((name, rest))
}

/// A value without its escapes `\\`, `\"` and `\n`.
pub(super) fn plain(value: &str) -> String {
    let mut chars = value.chars();
    let mut plain = String::new();
    while let Some(c) = chars.next() {
        let meant = if c == '\\' { chars.next() } else { Some(c) };
        plain.extend(if c == '\\' && meant == Some('n') { Some('\n') } else { meant });
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    type Told = (String, Vec<(String, String)>, f64);

    fn told(text: &str) -> Option<Told> {
        let all: Vec<_> = lines(text.as_bytes()).collect();
        assert_eq!(all.len(), 1, "{text:?}: {all:?}");
        let line = all[0]?;
        let labels = line.labels.each().map(|(name, value)| (name.to_owned(), plain(value)));
        Some((line.name.to_owned(), labels.collect(), line.value))
    }

    fn expected(name: &str, labels: &[(&str, &str)], value: f64) -> Told {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        (name.to_owned(), labels.iter().map(owned).collect(), value)
    }

    #[test]
    fn a_line_is_a_name_labels_and_a_value() {
        assert_eq!(told("up 1"), Some(expected("up", &[], 1.0)));
        assert_eq!(
            told(" \tjob:up:sum\t+1.5e3 1700000000\r"),
            Some(expected("job:up:sum", &[], 1500.0))
        );
        assert_eq!(told("up{} 1"), Some(expected("up", &[], 1.0)));
        let two = Some(expected("up", &[("a", "1"), ("b", "")], 2.0));
        assert_eq!(told("up{a=\"1\",b=\"\"} 2"), two);
        assert_eq!(told("up { a = \"1\" , b = \"\" , } 2 # {trace=\"x\"} 9"), two);
    }

    #[test]
    fn a_labels_value_may_hold_anything() {
        let odd = "a,}\"=\\\n{\u{e9}";
        assert_eq!(
            told("up{a=\"a,}\\\"=\\\\\\n{\u{e9}\",b=\"2\"} 3"),
            Some(expected("up", &[("a", odd), ("b", "2")], 3.0))
        );
    }

    #[test]
    fn infinities_are_values() {
        for (text, value) in [("+Inf", f64::INFINITY), ("-Inf", f64::NEG_INFINITY)] {
            assert_eq!(told(&format!("up {text}")), Some(expected("up", &[], value)));
        }
        assert!(told("up NaN").is_some_and(|(_, _, value)| value.is_nan()));
    }

    #[test]
    fn what_is_no_metric_is_told_so() {
        for wrong in [
            "up",
            "up{",
            "up{a",
            "up{a=",
            "up{a=1} 1",
            "up{a=\"1\" 1",
            "up{a=\"1} 1",
            "up{a=\"1\"}",
            "up{a=\"1\"b=\"2\"} 1",
            "up{=\"1\"} 1",
            "up{,} 1",
            "up{a!=\"1\"} 1",
            "up{1a=\"\"} 1",
            "up{a=\"\\q\"} 1",
            "1up 1",
            "{} 1",
            "up one",
            "up-1 2",
            "<html>",
            "up\u{e9} 1",
        ] {
            assert_eq!(told(wrong), None, "{wrong}");
        }
        assert_eq!(lines(b"up\xff 1").collect::<Vec<_>>(), [None]);
        assert_eq!(told(&format!("up{{a=\"{}\"}} 1", "x".repeat(LONGEST_LINE))), None);
    }

    #[test]
    fn comments_and_empty_lines_are_nothing() {
        assert_eq!(lines(b"# HELP up x\n\n  # TYPE up gauge\r\n \n# EOF\n").count(), 0);
        assert_eq!(lines(b"").count(), 0);
    }

    /// Texts of pieces that mean something here, in any order.
    fn rubbish(rounds: u32) -> impl Iterator<Item = String> {
        const PIECES: [&str; 22] = [
            "up", "a", "{", "}", "=", "\"", ",", "\\", "\\\\", "\\\"", "\\n", " ", "\n", "#", "1",
            ".5e3", "NaN", "\u{e9}", ":", "{a=\"", "\nup", " 1",
        ];
        let mut seed = 1_u64;
        let mut next = move |below: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            usize::try_from(seed >> 33).unwrap_or(0) % below
        };
        (0..rounds).map(move |_| (0..next(24)).map(|_| PIECES[next(PIECES.len())]).collect())
    }

    #[test]
    fn no_text_makes_it_panic_or_invent() {
        let mut good = 0;
        for text in rubbish(50_000) {
            for line in lines(text.as_bytes()).flatten() {
                good += 1;
                assert!(text.contains(line.name) && !line.name.is_empty(), "{text:?}");
                for (name, value) in line.labels.each() {
                    assert!(text.contains(&format!("\"{value}\"")), "{text:?}");
                    assert!(name.starts_with(|c: char| c.is_ascii_alphabetic()), "{text:?}");
                    let _ = plain(value);
                }
            }
        }
        assert!(good > 500, "the rubbish must hit on metrics too, not {good} times");
    }

    #[test]
    fn what_is_written_is_read_again() {
        for value in rubbish(2_000) {
            let escaped = value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
            let line = format!("up{{a=\"{escaped}\",b=\"end\"}} 7");
            assert_eq!(
                told(&line),
                Some(expected("up", &[("a", &value), ("b", "end")], 7.0)),
                "{line}"
            );
        }
    }
}
