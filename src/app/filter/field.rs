//! The columns of a list that a term can name, and what may stand behind the colon.

use std::borrow::Cow;

use super::address::{RowAddress, TypedAddress};
use crate::detect::Severity;

/// A column that can be named.
#[derive(Debug, Clone, Copy)]
pub(in crate::app) struct Field {
    /// What it may be called, its name first.
    names: &'static [&'static str],
    pub(super) kind: FieldKind,
}

/// What stands in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::app) enum FieldKind {
    /// Text: any part of it will do. What is wanted, for the sentence.
    Text(&'static str),
    /// An address, however it is written, or a part of one.
    Address,
    /// Ports.
    Ports,
    /// Numbers.
    Number,
    /// Bytes: `64k`, `1.5M`.
    Bytes,
    /// Time: `30s`, `5m`, `2h`.
    Time,
    /// How bad it is.
    Severity,
}

/// What stands in a column of a row. Time is in seconds.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::app) enum Value<'v> {
    Text(Cow<'v, str>),
    Address(RowAddress),
    Number(f64),
    Numbers(&'v [u32]),
    Severity(Severity),
    /// It has none, or it is not known.
    Unknown,
}

/// What a term asks of its column.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Wanted {
    Text(String),
    Address(TypedAddress),
    /// In any of these, both ends included.
    Within(Vec<(f64, f64)>),
    Severity(Severity),
}

impl Field {
    pub(super) const fn new(names: &'static [&'static str], kind: FieldKind) -> Self {
        Self { names, kind }
    }

    pub(super) fn name(&self) -> &'static str {
        self.names.first().copied().unwrap_or_default()
    }

    pub(super) fn is_called(&self, name: &str) -> bool {
        self.names.iter().any(|known| known.eq_ignore_ascii_case(name))
    }
}

impl FieldKind {
    /// What would be right, for a sentence.
    pub(super) const fn wants(self) -> &'static str {
        match self {
            Self::Text(what) => what,
            Self::Address => "an address, or a part of one",
            Self::Ports => "a port, as 8080, 80,443 or 8000-8100",
            Self::Number => "a number, as 4, 1-9 or >0",
            Self::Bytes => "bytes, as 0, >64k or 1M-2M",
            Self::Time => "a time, as 30s, >5m or 1h-2h",
            Self::Severity => "crit, warn or ok",
        }
    }

    /// The value of a term, in lower case.
    pub(super) fn read(self, value: &str) -> Option<Wanted> {
        match self {
            Self::Text(_) => (!value.is_empty()).then(|| Wanted::Text(value.to_owned())),
            Self::Address => {
                (!value.is_empty()).then(|| Wanted::Address(TypedAddress::read(value)))
            }
            Self::Severity => severity(value).map(Wanted::Severity),
            Self::Ports => ranges(value, &|text| text.parse::<u16>().ok().map(f64::from)),
            Self::Number => ranges(value, &|text| text.parse::<u32>().ok().map(f64::from)),
            Self::Bytes => ranges(value, &|text| scaled(text, &BYTES)),
            Self::Time => ranges(value, &|text| scaled(text, &TIME)),
        }
    }
}

impl Wanted {
    pub(super) fn is(&self, value: &Value<'_>) -> bool {
        let within = |ranges: &[(f64, f64)], n: f64| {
            ranges.iter().any(|&(least, most)| (least..=most).contains(&n))
        };
        match (self, value) {
            (Self::Text(wanted), Value::Text(text)) => text.to_lowercase().contains(wanted),
            (Self::Address(wanted), Value::Address(row)) => wanted.is(*row),
            (Self::Address(wanted), Value::Text(text)) => wanted.is_in(text),
            (Self::Within(ranges), Value::Number(n)) => within(ranges, *n),
            (Self::Within(ranges), Value::Numbers(all)) => {
                all.iter().any(|n| within(ranges, f64::from(*n)))
            }
            (Self::Severity(wanted), Value::Severity(is)) => wanted == is,
            _ => false,
        }
    }
}

/// As `fmt::bytes` counts them.
const BYTES: [(&str, f64); 4] =
    [("k", 1024.0), ("m", 1_048_576.0), ("g", 1_073_741_824.0), ("b", 1.0)];
/// `ms` before `m` and `s`.
const TIME: [(&str, f64); 5] =
    [("ms", 0.001), ("s", 1.0), ("m", 60.0), ("h", 3600.0), ("d", 86_400.0)];

fn scaled(text: &str, units: &[(&str, f64)]) -> Option<f64> {
    let text = if units == BYTES { text.trim_end_matches("ib") } else { text };
    let unit = units.iter().find_map(|(unit, scale)| Some((text.strip_suffix(unit)?, *scale)));
    let (number, scale) = unit.unwrap_or((text, 1.0));
    let is_number = number.starts_with(|c: char| c.is_ascii_digit())
        && number.chars().all(|c| c.is_ascii_digit() || c == '.');
    let number: f64 = number.parse().ok().filter(|_| is_number)?;
    Some(number * scale)
}

/// `8080`, `80,443`, `8000-8100`, `>9`, `<9`.
fn ranges(value: &str, number: &impl Fn(&str) -> Option<f64>) -> Option<Wanted> {
    let one = |part: &str| {
        if let Some(above) = part.strip_prefix('>') {
            return Some((number(above)?.next_up(), f64::INFINITY));
        }
        if let Some(below) = part.strip_prefix('<') {
            return Some((f64::NEG_INFINITY, number(below)?.next_down()));
        }
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        let (from, to) = (number(from)?, number(to)?);
        (from <= to).then_some((from, to))
    };
    value.split(',').map(one).collect::<Option<_>>().map(Wanted::Within)
}

fn severity(value: &str) -> Option<Severity> {
    match value {
        "crit" | "critical" => Some(Severity::Critical),
        "warn" | "warning" => Some(Severity::Warning),
        "ok" => Some(Severity::Ok),
        _ => None,
    }
}
