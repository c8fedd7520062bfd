//! What must not get into a recording, and what must not get out of one.

use serde_json::Value;

use super::record::Record;
use crate::text;

/// Columns of the longest text: a command line is the longest there is.
const LONGEST: usize = 4096;
/// No count is larger: a petabyte, or thirty years of a million a second.
const MOST: u64 = 1_000_000_000_000_000;

/// Takes out what may be a secret: a command line carries tokens and passwords
/// as arguments, so only the program is kept. URLs come without user info and
/// query already (`sample::ProbeFact::Target`, `sample::Application`).
pub(super) fn without_secrets(record: &mut Record) {
    let Record::Sample(sample) = record else { return };
    for process in sample.processes.iter_mut().flatten() {
        if let Some((program, _)) = process.command.split_once(char::is_whitespace) {
            process.command = format!("{program} …");
        }
    }
}

/// Whether a line can hold nothing that has to be cleaned, cut or weighed: control
/// characters stand behind a backslash in JSON, all other marks beyond ASCII, a
/// number beyond all measure has many digits, and a text too long is far from one
/// quote to the next. Nine digits are those of a fraction of a second.
pub(super) fn is_plain(line: &[u8]) -> bool {
    let (mut digits, mut since_quote) = (0, 0);
    line.iter().all(|byte| {
        digits = if byte.is_ascii_digit() { digits + 1 } else { 0 };
        since_quote = if *byte == b'"' { 0 } else { since_quote + 1 };
        byte.is_ascii() && *byte != b'\\' && digits <= 9 && since_quote <= LONGEST
    })
}

/// Cleans every text of a line, whoever wrote it; false when one of its numbers
/// cannot be: sums of such would overflow. `field` is whose value it is.
pub(super) fn clean(value: &mut Value, field: &str) -> bool {
    match value {
        Value::String(text) => {
            *text = text::clean(text, LONGEST);
            true
        }
        Value::Array(all) => all.iter_mut().all(|value| clean(value, field)),
        Value::Object(all) => all.iter_mut().all(|(key, value)| {
            // A reading that was seen is the field's own.
            clean(value, if key == "seen" { field } else { key })
        }),
        Value::Number(number) => number.as_u64().is_none_or(|number| number <= most(field)),
        Value::Null | Value::Bool(_) => true,
    }
}

/// The most that a field of this name can hold.
fn most(key: &str) -> u64 {
    match key {
        // Durations, seconds: thirty years.
        "secs" => 1_000_000_000,
        // A limit may be none in the kernel's words, an identity any number.
        "limit"
        | "tcp_mem_limit_pages"
        | "fd_soft"
        | "fd_hard"
        | "inode"
        | "cookie"
        | "peerless"
        | "pids"
        | "hidden" => u64::MAX,
        _ => MOST,
    }
}
