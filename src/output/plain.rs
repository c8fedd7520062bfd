//! One line per interval for pipes, logs and dumb terminals.

use crate::detect::Verdict;
use crate::fmt::{self, Zone};
use crate::model::{ListenerSnapshot, Snapshot};

/// `14:05:23 CRIT :8080 gateway open 57 038 handshakes 4 812/s closed 4 605/s …`.
#[must_use]
pub fn line(
    snapshot: &Snapshot,
    verdict: &Verdict,
    focus: Option<&ListenerSnapshot>,
    zone: Zone,
) -> String {
    let time = zone.local(snapshot.at.wall).format("%H:%M:%S");
    let Some(l) = focus else {
        return format!("{time} {:4} {}", verdict.severity.word(), verdict.sentence);
    };
    let number = |value: Option<u64>| value.map_or_else(|| "-".to_owned(), fmt::count);
    let rate = |value: Option<_>| value.map_or_else(|| "-".to_owned(), fmt::rate);
    let tilde = if l.estimated { "~" } else { "" };
    let binding = l.binding().map_or_else(
        || "no limit known".to_owned(),
        |limit| {
            let (of, share) = (limit.kind.name(), fmt::percent(limit.ratio()));
            let left = number(limit.headroom);
            format!("{of} {share}, room for {left}")
        },
    );
    let which = snapshot.which_capacity().map(|why| format!("  {why}")).unwrap_or_default();
    format!(
        "{time} {:4} {}  open {tilde}{}  handshakes {tilde}{}/s  closed {}/s  queue {}/{}  {binding}{which}  | {}",
        verdict.severity.word(),
        l.label(),
        number(l.open),
        rate(l.opened),
        rate(l.closed),
        number(l.accept_queue),
        number(l.backlog),
        verdict.sentence,
    )
}

/// The last word of `check` and of the demo: `CRIT overloaded (connection_limit): …`.
#[must_use]
pub fn verdict_line(verdict: &Verdict) -> String {
    format!("{}: {}", verdict_words(verdict), verdict.sentence)
}

/// The same without its sentence: `CRIT overloaded (connection_limit)`.
pub(super) fn verdict_words(verdict: &Verdict) -> String {
    let (kind, cause) = (name(&verdict.kind), name(&verdict.cause));
    format!("{} {kind} ({cause})", verdict.severity.word())
}

/// The name as the status document has it.
pub(super) fn name(value: &impl serde::Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}
