//! Numbers in a line that may say how long a connection lasted.

/// What a number is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::source::log) enum Unit {
    Seconds,
    Millis,
    Micros,
    Nanos,
    /// Neither its name nor its format says.
    Unknown,
}

impl Unit {
    /// Microseconds of one.
    pub(in crate::source::log) const fn micros(self) -> f64 {
        match self {
            Self::Seconds => 1e6,
            Self::Millis => 1e3,
            Self::Micros | Self::Unknown => 1.0,
            Self::Nanos => 1e-3,
        }
    }

    /// As it is told.
    pub(in crate::source::log) const fn name(self) -> &'static str {
        match self {
            Self::Seconds => "s",
            Self::Millis => "ms",
            Self::Micros => "µs",
            Self::Nanos => "ns",
            Self::Unknown => "",
        }
    }
}

/// One number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::source::log) struct Number<'a> {
    /// As it is written, with its unit.
    pub(in crate::source::log) text: &'a [u8],
    pub(in crate::source::log) value: f64,
    pub(in crate::source::log) unit: Unit,
    /// Digits behind its point.
    pub(in crate::source::log) decimals: u8,
    /// The name beside it; empty = it has none, and its place tells which one it is.
    pub(in crate::source::log) name: &'a [u8],
    pub(in crate::source::log) place: u8,
}

/// Numbers kept of a line.
const MOST: usize = 6;

/// The numbers of one line.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(in crate::source::log) struct Numbers<'a>([Option<Number<'a>>; MOST]);

impl<'a> Numbers<'a> {
    pub(in crate::source::log) fn push(&mut self, number: Number<'a>) {
        if let Some(free) = self.0.iter_mut().find(|free| free.is_none()) {
            *free = Some(number);
        }
    }

    /// Gives the number before that place its unit, where it has none and this is one.
    pub(super) fn measure(&mut self, place: u8, word: &[u8]) -> bool {
        let Some(unit) = unit_of(word) else { return false };
        let before = self.0.iter_mut().flatten().find(|n| n.place.checked_add(1) == Some(place));
        let bare = before.filter(|number| number.unit == Unit::Unknown);
        bare.map(|number| number.unit = unit).is_some()
    }

    /// Those that say their unit.
    pub(super) fn with_unit(self) -> Self {
        Self(self.0.map(|number| number.filter(|number| number.unit != Unit::Unknown)))
    }

    pub(in crate::source::log) fn iter(&self) -> impl Iterator<Item = &Number<'a>> {
        self.0.iter().flatten()
    }

    /// Only this one.
    pub(in crate::source::log) fn one(number: Number<'a>) -> Self {
        let mut all = Self::default();
        all.push(number);
        all
    }
}

impl<'a> Number<'a> {
    /// `12.345`, `12345ms`, `12.3s`, `1m2.5s` as Go writes it; nothing else.
    pub(in crate::source::log) fn read(text: &'a [u8]) -> Option<Self> {
        let (value, decimals, length) = decimal(text)?;
        let suffix = &text[length..];
        let unit = match suffix {
            b"" => Unit::Unknown,
            _ => match unit_of(suffix.strip_prefix(b" ").unwrap_or(suffix)) {
                Some(unit) => unit,
                None => return Self::of_parts(text),
            },
        };
        Some(Self { text, value, unit, decimals, name: b"", place: 0 })
    }

    /// `00:00:12.345`, as .NET writes a span, and ISO 8601's `PT12.345S`: of a key that
    /// is named like a duration.
    pub(super) fn read_span(text: &'a [u8]) -> Option<Self> {
        if let Some(parts) = text.strip_prefix(b"PT") {
            let lower: Vec<u8> = parts.to_ascii_lowercase();
            let seconds = seconds_of_parts(&lower)?;
            return Some(Self::of_seconds(text, seconds));
        }
        let mut parts = text.split(|c| *c == b':');
        let (hours, minutes, rest) = (parts.next()?, parts.next()?, parts.next()?);
        let whole = |text: &[u8]| decimal(text).filter(|(.., length)| *length == text.len());
        let (hours, minutes, rest) = (whole(hours)?.0, whole(minutes)?.0, whole(rest)?.0);
        parts
            .next()
            .is_none()
            .then(|| Self::of_seconds(text, hours * 3600.0 + minutes * 60.0 + rest))
    }

    const fn of_seconds(text: &'a [u8], value: f64) -> Self {
        Self { text, value, unit: Unit::Seconds, decimals: 0, name: b"", place: 0 }
    }

    /// `1h2m3.5s`.
    fn of_parts(text: &'a [u8]) -> Option<Self> {
        seconds_of_parts(text).map(|seconds| Self::of_seconds(text, seconds))
    }

    /// The same with its name: the name may say the unit.
    pub(in crate::source::log) fn named(mut self, name: &'a [u8]) -> Self {
        self.name = name;
        if self.unit == Unit::Unknown {
            self.unit = unit_of_name(name);
        }
        self
    }
}

/// What a unit is called behind a number.
fn unit_of(word: &[u8]) -> Option<Unit> {
    Some(match word {
        b"s" | b"sec" | b"secs" | b"seconds" => Unit::Seconds,
        b"ms" | b"msec" | b"millis" => Unit::Millis,
        b"us" | b"\xc2\xb5s" | b"\xce\xbcs" | b"usec" => Unit::Micros,
        b"ns" | b"nsec" => Unit::Nanos,
        _ => return None,
    })
}

/// The seconds of `1h2m3.5s`.
fn seconds_of_parts(text: &[u8]) -> Option<f64> {
    let (mut rest, mut seconds) = (text, 0.0);
    while !rest.is_empty() {
        let (value, _, length) = decimal(rest)?;
        let (factor, width) = match &rest[length..] {
            [b'm', b's', ..] => (1e-3, 2),
            [b'h', ..] => (3600.0, 1),
            [b'm', ..] => (60.0, 1),
            [b's', ..] => (1.0, 1),
            _ => return None,
        };
        seconds += value * factor;
        rest = &rest[length + width..];
    }
    Some(seconds)
}

/// `duration_ms`, `elapsedMs`, `took_ns`, `request_time`.
fn unit_of_name(name: &[u8]) -> Unit {
    let ends = |tail: &str| {
        let tail = tail.as_bytes();
        name.len() > tail.len() && name[name.len() - tail.len()..].eq_ignore_ascii_case(tail)
    };
    if ends("_ms") || ends("millis") || ends("milliseconds") || name.ends_with(b"Ms") {
        Unit::Millis
    } else if ends("_us") || ends("micros") || ends("microseconds") || name.ends_with(b"Us") {
        Unit::Micros
    } else if ends("_ns") || ends("nanos") || ends("nanoseconds") || name.ends_with(b"Ns") {
        Unit::Nanos
    } else if ends("_s") || ends("_sec") || ends("_secs") || ends("seconds") {
        Unit::Seconds
    } else {
        match name {
            b"request_time" | b"requestTime" | b"rt" | b"req_time" => Unit::Seconds,
            b"responseTime" | b"latencies.request" => Unit::Millis,
            b"event.duration" => Unit::Nanos,
            _ => Unit::Unknown,
        }
    }
}

/// A decimal at the start: its value, digits behind the point, and how long it is.
fn decimal(text: &[u8]) -> Option<(f64, u8, usize)> {
    let whole = text.iter().take(16).take_while(|c| c.is_ascii_digit()).count();
    let point = text.get(whole) == Some(&b'.');
    let part = if point {
        // JavaScript and Python write all that a double has.
        text[whole + 1..].iter().take(24).take_while(|c| c.is_ascii_digit()).count()
    } else {
        0
    };
    if whole == 0 || whole > 15 || (point && part == 0) {
        return None;
    }
    let length = whole + if point { 1 + part } else { 0 };
    // Exponents are written by some JSON libraries.
    let exponent = match &text[length..] {
        [b'e' | b'E', rest @ ..] => {
            1 + rest.iter().take_while(|c| b"+-0123456789".contains(c)).count()
        }
        _ => 0,
    };
    let length = length + exponent;
    let value: f64 = std::str::from_utf8(&text[..length]).ok()?.parse().ok()?;
    Some((value, u8::try_from(part).unwrap_or(12), length))
}
