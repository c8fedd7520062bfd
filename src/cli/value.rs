//! Values as they are typed: each parser says what is wrong and what would do.
//!
//! The config file goes through the same parsers.

use std::net::SocketAddr;
use std::str::FromStr;
use std::time::Duration;

use crate::close::CloseCode;
use crate::text;
use crate::units::{Bytes, Port, Ratio, float, whole};

/// Below this the processes would be read more often than they change.
const SHORTEST_INTERVAL: Duration = Duration::from_millis(100);
/// A screen that moves once an hour is a mistake in the unit.
const LONGEST_INTERVAL: Duration = Duration::from_hours(1);

/// `--capacity [[ADDR:]PORT=]N`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CapacityArg {
    /// For this port only.
    pub port: Option<Port>,
    /// For the service at this address of it only.
    pub address: Option<SocketAddr>,
    /// How many connections.
    pub limit: u64,
}

/// `--on-alert CMD`: a program and its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandArg {
    /// Its words, the program first.
    pub words: Vec<String>,
}

/// A command line split as a POSIX shell would, but without one: nothing in it is
/// expanded.
pub(crate) fn command(text: &str) -> Result<CommandArg, String> {
    let words = shlex::split(text).ok_or("a quote in it is not closed")?;
    let program = words.first().ok_or("give a program and its arguments")?;
    if program.is_empty() || words.iter().any(|word| word.contains('\0')) {
        return Err("give a program and its arguments".to_owned());
    }
    Ok(CommandArg { words })
}

/// `https://runbooks/{rule}`: where the name of a rule leads.
pub(crate) fn runbook_url(text: &str) -> Result<String, String> {
    const LONGEST: usize = 500;
    const EXAMPLE: &str = "give one like https://runbooks/{rule}";
    if !text.chars().all(|c| c.is_ascii_graphic()) || text.len() > LONGEST {
        return Err(format!(
            "a URL has no spaces, control characters or letters beyond ASCII, and at most {LONGEST} \
             characters: {EXAMPLE}"
        ));
    }
    let filled = text.replace("{rule}", "rule");
    if filled.contains(['{', '}', '<', '>', '"', '\\', '^', '`', '|']) {
        return Err(format!("only {{rule}} is filled in: {EXAMPLE}"));
    }
    let url = url::Url::parse(&filled).map_err(|error| format!("{error}: {EXAMPLE}"))?;
    if !["http", "https"].contains(&url.scheme()) || !url.has_host() {
        return Err(format!("it begins with http:// or https:// and a host: {EXAMPLE}"));
    }
    Ok(text.to_owned())
}

/// A port, 1 to 65535.
pub(crate) fn port(text: &str) -> Result<Port, String> {
    let wrong = || "a port is a number from 1 to 65535".to_owned();
    text.trim().parse::<u16>().ok().and_then(Port::new).ok_or_else(wrong)
}

/// Where to listen: an address and a port; with the port alone on loopback.
pub(crate) fn listen(text: &str) -> Result<SocketAddr, String> {
    let text = text.trim();
    let loopback = || text.trim_start_matches(':').parse().ok().map(|port| ([127, 0, 0, 1], port));
    let found = text.parse().ok().or_else(|| loopback().map(SocketAddr::from));
    found.ok_or_else(|| "give an address and a port, such as 127.0.0.1:10013".to_owned())
}

/// A process id, from 1.
pub(crate) fn pid(text: &str) -> Result<u32, String> {
    let pid = text.trim().parse::<u32>().ok().filter(|&pid| (1..=1 << 22).contains(&pid));
    pid.ok_or_else(|| "a pid is a number from 1 to 4194304".to_owned())
}

/// `8000`, `8080=8000` or `127.0.0.1:8080=8000`.
pub(crate) fn capacity(text: &str) -> Result<CapacityArg, String> {
    let (of, limit) = text.split_once('=').map_or((None, text), |(p, n)| (Some(p.trim()), n));
    let address: Option<SocketAddr> = of.and_then(|of| of.parse().ok());
    let port = match (of, address) {
        (Some(_), Some(address)) => Port::new(address.port()),
        (Some(of), None) => Some(port(of)?),
        (None, _) => None,
    };
    let limit = limit.trim().replace('_', "").parse::<u64>().ok().filter(|&limit| limit > 0);
    let limit = limit
        .ok_or("give a number of connections above 0, PORT=N such as 8080=8000, or ADDR:PORT=N")?;
    Ok(CapacityArg { port, address, limit })
}

/// Columns of a name of one's own: it stands in tables beside those of the registry.
const LONGEST_NAME: usize = 24;

/// `4408=auth timeout`: a code from 1000 to 4999 and the user's name of it, clean.
pub(crate) fn code(text: &str) -> Result<(CloseCode, String), String> {
    let (number, name) = text.split_once('=').ok_or("give N=NAME such as 4408=\"auth timeout\"")?;
    let number = number.trim().parse::<u16>().ok().filter(|n| (1000..=4999).contains(n));
    let number = number.ok_or("a close code to name is a number from 1000 to 4999")?;
    // Cleaned one column wider than it may be, so that what is too long shows.
    let name = text::clean(name, LONGEST_NAME + 1);
    match text::width(&name) {
        0 => Err("the name is empty: give N=NAME such as 4408=\"auth timeout\"".to_owned()),
        1..=LONGEST_NAME => Ok((CloseCode(number), name)),
        _ => Err(format!("the name is longer than {LONGEST_NAME} columns")),
    }
}

/// `70%`, `70`, or `0.7`: above 0, at most 100 %.
pub(crate) fn share(text: &str) -> Result<Ratio, String> {
    let wrong = "give a share above 0 and at most 100 %, such as 70% or 0.7";
    let text = text.trim();
    let (number, percent) = match text.strip_suffix('%') {
        Some(number) => (number.trim(), true),
        None => (text, false),
    };
    let value = f64::from_str(number).map_err(|_| wrong.to_owned())?;
    // A bare 70 can only mean percent, a bare 0.7 only a share.
    let ratio = if percent || value > 1.0 { value / 100.0 } else { value };
    (ratio > 0.0 && ratio <= 1.0).then_some(Ratio(ratio)).ok_or_else(|| wrong.to_owned())
}

/// A share and what was typed for it, for a sentence that names it.
#[derive(Debug, Clone, PartialEq)]
pub struct ShareArg {
    /// The share.
    pub ratio: Ratio,
    /// `95%`, as it was typed.
    pub typed: String,
}

/// `--warn`, `--crit`.
pub(crate) fn level(text: &str) -> Result<ShareArg, String> {
    Ok(ShareArg { ratio: share(text)?, typed: text.trim().to_owned() })
}

/// How many times the baseline.
pub(crate) fn factor(text: &str) -> Result<f64, String> {
    let value = text.trim().trim_start_matches(['x', '×']).parse::<f64>().ok();
    value.filter(|v| (1.1..=1000.0).contains(v)).ok_or("give a number from 1.1 to 1000".to_owned())
}

/// `--speed`: how many times as fast; 0 = it stands still.
pub(crate) fn speed(text: &str) -> Result<f64, String> {
    let value = text.trim().trim_start_matches(['x', '×']).parse::<f64>().ok();
    let is_one = |v: &f64| *v == 0.0 || (0.1..=1000.0).contains(v);
    value.filter(is_one).ok_or("give a number from 0.1 to 1000, or 0 to stand still".to_owned())
}

/// `250ms`, `2s`, `5m`; a bare number is seconds.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds)
            .map_err(|_| "a duration cannot be negative".to_owned());
    }
    humantime::parse_duration(text)
        .map_err(|_| "give a duration such as 250ms, 2s or 5m".to_owned())
}

/// `--interval`.
pub(crate) fn interval(text: &str) -> Result<Duration, String> {
    let value = duration(text)?;
    if (SHORTEST_INTERVAL..=LONGEST_INTERVAL).contains(&value) {
        Ok(value)
    } else {
        Err("an interval is from 100ms to 1h".to_owned())
    }
}

/// A duration between two bounds.
fn between(text: &str, least: &str, most: &str) -> Result<Duration, String> {
    let value = duration(text)?;
    let bound = |text| duration(text).unwrap_or_default();
    if (bound(least)..=bound(most)).contains(&value) {
        Ok(value)
    } else {
        Err(format!("give from {least} to {most}"))
    }
}

/// `--probe-every`.
pub(crate) fn probe_every(text: &str) -> Result<Duration, String> {
    between(text, "1s", "1h")
}

/// `--dwell`.
pub(crate) fn dwell(text: &str) -> Result<Duration, String> {
    between(text, "0", "1m")
}

/// `--timeout`.
pub(crate) fn timeout(text: &str) -> Result<Duration, String> {
    between(text, "100ms", "2m")
}

/// `--on-alert-timeout`.
pub(crate) fn on_alert_timeout(text: &str) -> Result<Duration, String> {
    between(text, "100ms", "10m")
}

/// `--lag-warn`.
pub(crate) fn lag(text: &str) -> Result<Duration, String> {
    between(text, "1ms", "1m")
}

/// `--ping-period`.
pub(crate) fn ping_period(text: &str) -> Result<Duration, String> {
    between(text, "1s", "1h")
}

/// `--held`.
pub(crate) fn held(text: &str) -> Result<bool, String> {
    match text.trim() {
        "0" => Ok(false),
        "1" => Ok(true),
        _ => Err("give 0 or 1: more than one would be load".to_owned()),
    }
}

/// `--record-max`: `64M`, `1G`, `1.5GiB`; 1024 each, a bare number is bytes.
pub(crate) fn size(text: &str) -> Result<Bytes, String> {
    /// Less would hold a minute of a busy host.
    const LEAST: u64 = 1 << 20;
    let wrong = || "give a size from 1M, such as 64M or 1G".to_owned();
    let text = text.trim().to_ascii_lowercase();
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let factor: u64 = match text[digits.len()..].trim_end_matches("ib").trim_end_matches('b') {
        "" => 1,
        "k" => 1 << 10,
        "m" => 1 << 20,
        "g" => 1 << 30,
        "t" => 1 << 40,
        _ => return Err(wrong()),
    };
    let number = digits.trim().parse::<f64>().ok().filter(|n| (0.0..=1e15).contains(n));
    let bytes = number.map(|n| whole(n * float(factor)));
    bytes.filter(|bytes| *bytes >= LEAST).map(Bytes).ok_or_else(wrong)
}

/// How long `check` and `demo` run.
pub(crate) fn run_time(text: &str) -> Result<Duration, String> {
    let value = duration(text)?;
    if (Duration::from_secs(1)..=Duration::from_hours(24)).contains(&value) {
        Ok(value)
    } else {
        Err("give from 1s to 24h".to_owned())
    }
}

/// Seconds as `demo --seconds` takes them.
pub(crate) fn seconds(text: &str) -> Result<Duration, String> {
    let value = run_time(text)?;
    if float(value.as_secs()) < 5.0 { Err("give at least 5 seconds".to_owned()) } else { Ok(value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_taken_as_people_write_them() {
        let percent = |text| share(text).map(|r| (r.0 * 1000.0).round() / 10.0);
        assert_eq!(percent("70%"), Ok(70.0));
        assert_eq!(percent("70 %"), Ok(70.0));
        assert_eq!(percent("70"), Ok(70.0));
        assert_eq!(percent("0.7"), Ok(70.0));
        assert_eq!(percent("0.4%"), Ok(0.4));
        for wrong in ["120%", "0", "-1", "abc", "", "NaN", "inf", "%"] {
            assert!(share(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn ports_and_capacities_say_what_would_do() {
        assert_eq!(port("0"), Err("a port is a number from 1 to 65535".to_owned()));
        assert!(port("70000").is_err() && port("http").is_err());
        let both = capacity("8080=8_000").unwrap();
        assert_eq!((both.port.map(Port::get), both.limit), (Some(8080), 8000));
        for wrong in ["abc", "0", "8080=", "=5", "0=5", "-3", "99999999999999999999"] {
            assert!(capacity(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn sizes_take_units_of_1024_and_bare_bytes() {
        for (text, bytes) in [
            ("64M", 64 << 20),
            ("1g", 1 << 30),
            ("1.5 GiB", 3 << 29),
            ("2048kb", 2 << 20),
            ("1048576", 1 << 20),
        ] {
            assert_eq!(size(text), Ok(Bytes(bytes)), "{text}");
        }
        for wrong in ["", "0", "1k", "-1G", "12X", "G", "NaN", "1e300T", "infG"] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn durations_take_units_and_bare_seconds() {
        assert_eq!(interval("0.25"), Ok(Duration::from_millis(250)));
        assert_eq!(interval("5m"), Ok(Duration::from_mins(5)));
        for wrong in ["0", "99ms", "2h", "-1", "soon", ""] {
            assert!(interval(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_code_is_named_in_24_clean_columns() {
        assert_eq!(code("4408=auth timeout"), Ok((CloseCode(4408), "auth timeout".to_owned())));
        assert_eq!(code(" 1013 = a=b\u{1b}[2J "), Ok((CloseCode(1013), "a=b [2J".to_owned())));
        assert!(code(&format!("4000={}", "x".repeat(24))).is_ok());
        assert_eq!(code("999=x"), Err("a close code to name is a number from 1000 to 4999".into()));
        let longer = format!("4000={}", "x".repeat(25));
        for wrong in ["4408", "=x", "4408=", "4408= \t", "5000=x", "70000=x", "-1=x", &longer] {
            assert!(code(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_command_line_is_split_and_nothing_in_it_is_expanded() {
        let words = |text| command(text).map(|c| c.words);
        assert_eq!(
            words("page.sh --to 'on call' $HOME;"),
            Ok(["page.sh", "--to", "on call", "$HOME;"].map(String::from).to_vec())
        );
        for wrong in ["", "  ", "page 'x", "'' x"] {
            assert!(command(wrong).is_err(), "{wrong}");
        }
    }
}
