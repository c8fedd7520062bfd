//! What stands where there is no data: a dash, or what would bring it.

use std::borrow::Cow;

/// No reading.
pub(super) const NONE: &str = "-";
/// The close codes' place.
pub(super) const NO_CODES: &str = "no close codes: needs a probe or a log";
/// The probes' place.
pub(super) const NO_PROBES: &str = "no probes: give a URL";
/// The big number of the probes.
pub(super) const NO_PROBE_HERO: &str = "none";
/// The events' place.
pub(super) const NO_EVENTS: &str = "no events yet";
/// Nobody listens on a watched port.
pub(super) const NOBODY: &str = "nobody";
/// The owner of a socket cannot be seen.
pub(super) const HIDDEN: &str = "hidden";

/// A value, marked `~` where it is an estimate, or a dash.
pub(super) fn value<T>(value: Option<T>, estimated: bool, write: impl Fn(T) -> String) -> String {
    match value {
        Some(value) if estimated => format!("~{}", write(value)),
        Some(value) => write(value),
        None => NONE.to_owned(),
    }
}

/// Cuts the front of an address so that its port stays: `…8::1]:8080`.
pub(super) fn address(address: &str, width: usize) -> Cow<'_, str> {
    if crate::text::width(address) <= width {
        return address.into();
    }
    let mut kept = Vec::new();
    let mut used = 1;
    for c in address.chars().rev() {
        used += crate::text::width(c.encode_utf8(&mut [0; 4]));
        if used > width {
            break;
        }
        kept.push(c);
    }
    std::iter::once('…').chain(kept.into_iter().rev()).take(width).collect::<String>().into()
}

/// Cuts a process so that its number stays: `redis-… 1033`.
pub(super) fn process(process: &str, width: usize) -> Cow<'_, str> {
    let number = process.rsplit_once(' ').filter(|(_, pid)| pid.parse::<u32>().is_ok());
    match number {
        Some((name, pid)) if crate::text::width(process) > width && width > pid.len() + 4 => {
            let name = crate::text::cut(name, width - pid.len() - 1);
            format!("{name} {pid}").into()
        }
        Some((name, _)) if crate::text::width(process) > width => crate::text::cut(name, width),
        _ => crate::text::cut(process, width),
    }
}

/// Breaks a sentence into lines of at most `width` columns, at spaces.
pub(super) fn wrap(sentence: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in sentence.split_whitespace() {
        match lines.last_mut() {
            Some(line) if crate::text::width(line) + 1 + crate::text::width(word) <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_loses_its_front_and_keeps_its_port() {
        assert_eq!(address("[2001:db8::1]:8080", 11), "…8::1]:8080");
        assert_eq!(address("[::]:9090", 12), "[::]:9090");
        assert_eq!(address("0.0.0.0:8080", 0), "");
        assert_eq!(address("0.0.0.0:8080", 1), "…");
    }

    #[test]
    fn a_process_keeps_its_number_while_there_is_room() {
        assert_eq!(process("redis-server 1033", 12), "redis-… 1033");
        assert_eq!(process("gateway 2143", 7), "gateway");
        assert_eq!(process("3× gunicorn", 7), "3× gun…");
    }

    #[test]
    fn sentences_break_at_spaces() {
        assert_eq!(wrap("no probes: give a URL", 12), ["no probes:", "give a URL"]);
        assert_eq!(wrap("", 12), Vec::<String>::new());
    }

    #[test]
    fn an_estimate_is_marked_and_no_reading_is_a_dash() {
        assert_eq!(value(Some(5_u64), true, crate::fmt::count), "~5");
        assert_eq!(value(None, true, crate::fmt::count), "-");
    }
}
