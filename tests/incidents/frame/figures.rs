//! Figures as they stand in the text of a screen.

use std::sync::LazyLock;
use std::time::Duration;

use humantime::parse_duration;
use regex::Regex;

/// A figure as written: what it can have been before it was rounded.
#[derive(Debug, Clone, Copy)]
pub(super) struct Written {
    pub(super) least: f64,
    pub(super) most: f64,
}

impl Written {
    /// `57 038`, `57.0k`, `1.4`; none where it is no number.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let bare: String = text.chars().filter(|c| !matches!(c, ' ' | '~')).collect();
        let scale = match bare.chars().last()? {
            'k' => 1e3,
            'M' => 1e6,
            'G' => 1e9,
            'T' => 1e12,
            _ => 1.0,
        };
        let digits = bare.trim_end_matches(['k', 'M', 'G', 'T']);
        let value: f64 = digits.parse().ok()?;
        let places = digits.split_once('.').map_or(0, |(_, places)| places.len());
        let half = 0.5 * 10f64.powi(-i32::try_from(places).ok()?);
        Some(Self { least: (value - half).max(0.0) * scale, most: (value + half) * scale })
    }

    /// A count that is written in full is what it was.
    fn exact(self, text: &str) -> Self {
        let digits: String = text.chars().filter(|c| *c != ' ').collect();
        match digits.parse::<u32>() {
            Ok(count) => Self { least: count.into(), most: count.into() },
            Err(_) => self,
        }
    }

    pub(super) fn middle(self) -> f64 {
        f64::midpoint(self.least, self.most)
    }

    fn meets(self, other: Self) -> bool {
        const DUST: f64 = 1e-9;
        self.least <= other.most + DUST && other.least <= self.most + DUST
    }
}

/// `used of limit share %` in a line of text, and the columns of the details.
static SHARES: LazyLock<[Regex; 2]> = LazyLock::new(|| {
    const NUMBER: &str = r"\d+(?: [0-9][0-9][0-9])*(?:\.\d+)?[kMGT]?";
    const UNIT: &str = r"(?<unit> (?:B|[KMGTP]iB))?";
    const SHARE: &str = r"(?<share>\d+(?: [0-9][0-9][0-9])*(?:\.\d+)?) %";
    let of =
        format!(r"(?<used>{NUMBER}) of (?<limit>{NUMBER}){UNIT}(?: :\d+| [\d.]+:\d+)?:? *{SHARE}");
    let columns =
        format!(r"^ [●▲■?]? *[a-z][a-z ]+  +(?<used>{NUMBER})  +(?<limit>{NUMBER})  +{SHARE}");
    [of, columns].map(|text| Regex::new(&text).expect("a pattern"))
});

/// The shares of a line that cannot be.
pub(super) fn wrong_shares(line: &str) -> Vec<String> {
    // Both patterns end in it; of the million lines that are read most have none.
    if !line.contains(" %") {
        return Vec::new();
    }
    let all = SHARES.iter().flat_map(|one| one.captures_iter(line));
    let wrong = all.filter(|found| {
        let part = |name: &str| Written::parse(found[name].trim());
        let counted = found.name("unit").is_none();
        let (Some(used), Some(limit), Some(share)) = (part("used"), part("limit"), part("share"))
        else {
            return false;
        };
        let exact = |n: Written, text: &str| if counted { n.exact(text) } else { n };
        let (used, limit) = (exact(used, &found["used"]), exact(limit, &found["limit"]));
        let least = 100.0 * used.least / limit.most;
        let most = if limit.least > 0.0 { 100.0 * used.most / limit.least } else { f64::MAX };
        !Written { least, most }.meets(share)
    });
    wrong.map(|found| format!("'{}' is no such share", &found[0])).collect()
}

/// Estimates that lie outside of the interval beside them.
pub(super) fn outside(line: &str) -> Vec<String> {
    let Some((_, rest)) = line.split_once("full in ") else { return Vec::new() };
    let Some((estimate, rest)) = rest.split_once(" at this growth (") else { return Vec::new() };
    let Some((interval, _)) = rest.split_once(')') else { return Vec::new() };
    let (soonest, latest) = match interval.split_once(" to ") {
        Some((soonest, latest)) => (parse_duration(soonest), parse_duration(latest)),
        None => {
            (parse_duration(interval.trim_start_matches("at the earliest ")), Ok(Duration::MAX))
        }
    };
    let wrong = match (parse_duration(estimate), soonest, latest) {
        (Ok(estimate), Ok(soonest), Ok(latest)) => estimate < soonest || estimate > latest,
        _ => false,
    };
    wrong.then(|| format!("'{estimate}' lies outside of '{interval}'")).into_iter().collect()
}

/// The peaks in a text, as in `peak 668/s`.
pub(super) fn peaks(text: &str) -> Vec<f64> {
    static PEAK: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"peak ~?(\d+(?: \d{3})*(?:\.\d+)?[kMGT]?)/s").expect("a pattern")
    });
    numbers(&PEAK, text)
}

/// The rates of attempts in a text, as in `994 attempts/s`.
pub(super) fn attempts(text: &str) -> Vec<f64> {
    static ATTEMPTS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"  (\d+(?: \d{3})*(?:\.\d+)?[kMGT]?) attempts/s").expect("a pattern")
    });
    numbers(&ATTEMPTS, text)
}

/// What stands behind `ESTABLISHED` among the states.
pub(super) fn established(text: &str) -> Option<u64> {
    static STATE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"ESTABLISHED[^0-9\n]+(\d+(?: \d{3})*)\b").expect("a pattern"));
    STATE.captures(text)?[1].replace(' ', "").parse().ok()
}

/// `2 929/s`; none where it is something else.
pub(super) fn rate(text: &str) -> Option<f64> {
    Written::parse(text.strip_suffix("/s")?).map(Written::middle)
}

fn numbers(pattern: &Regex, text: &str) -> Vec<f64> {
    let all = pattern.captures_iter(text);
    all.filter_map(|found| Written::parse(&found[1])).map(Written::middle).collect()
}

/// The multiples of a herd that goes on, wherever they stand.
pub(super) fn multiples(text: &str) -> Vec<String> {
    static MULTIPLE: LazyLock<Regex> = LazyLock::new(|| {
        let text =
            r"HERD (\d+(?: \d{3})*(?:\.\d)?×)|attempts/s, (\d+(?: \d{3})*(?:\.\d)?×) baseline, for";
        Regex::new(text).expect("a pattern")
    });
    let all = MULTIPLE.captures_iter(text);
    // One that is cut off is none.
    all.filter_map(|found| found.get(1).or(found.get(2)))
        .filter(|found| !text[found.end()..].starts_with('…'))
        .map(|found| found.as_str().to_owned())
        .collect()
}

#[test]
fn a_share_that_cannot_be_is_found() {
    let right = ["2 293 of 4 096   56.0 %", "host memory 1.4 of 23.5 GiB 6 %", "41 of 40: 102.5 %"];
    let wrong = ["1 768 of 4 096   49.0 %", "file handles 9 173 of 2.47M 9 %", "41 of 40: 100.0 %"];
    assert!(right.iter().all(|line| wrong_shares(line).is_empty()));
    assert!(wrong.iter().all(|line| wrong_shares(line).len() == 1));
    assert_eq!(wrong_shares(" ● open files      2 293      4 096  80 % ▆▆▆▆").len(), 1);
    assert_eq!(outside("full in 0s at this growth (6s to 1m17s), 81 % used").len(), 1);
    assert!(outside("full in 1m10s at this growth (6s to 1m17s), 81 % used").is_empty());
    assert_eq!(established("ESTABLISHED   57 021  SYN_RECV   1 024"), Some(57_021));
    assert_eq!(established(" ESTABLISHED  ▆▆▆▆▆▆  395"), Some(395));
    assert_eq!(peaks("peak 2 929/s; peak 668/s"), [2_929.0, 668.0]);
    assert_eq!(attempts("HERD on :80  994 attempts/s, 13× baseline"), [994.0]);
    assert_eq!(
        multiples("HERD on :80  994 attempts/s, 13× baseline, for 4s; G HERD 2 027×"),
        ["13×", "2 027×"]
    );
}
