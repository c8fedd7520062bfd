//! What must not get into a recording, and what must not get out of one.

use serde_json::Value;

use super::record::Record;
use crate::text;

/// Columns of the longest text: a command line is the longest there is.
const LONGEST: usize = 4096;

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

/// Whether a line can hold nothing that has to be cleaned: control characters
/// stand behind a backslash in JSON, all other marks beyond ASCII.
pub(super) fn is_plain(line: &[u8]) -> bool {
    line.iter().all(|byte| byte.is_ascii() && *byte != b'\\')
}

/// Cleans every text of a line, whoever wrote it.
pub(super) fn clean(value: &mut Value) {
    match value {
        Value::String(text) => *text = text::clean(text, LONGEST),
        Value::Array(all) => all.iter_mut().for_each(clean),
        Value::Object(all) => all.iter_mut().for_each(|(_, value)| clean(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
