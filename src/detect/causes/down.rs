//! Nobody listens.

use std::time::Duration;

use super::phase::is_planned;
use super::{ATTEMPTS, CUTS, Found, Harm, Row, View};
use crate::close::Class;
use crate::detect::identity::RuleId;
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::fmt;

/// A restart on the same port takes a second or two.
const SETTLE: Duration = Duration::from_millis(2500);
/// What would settle why it went.
const DOUBT: &str =
    "a crash, or a restart that takes its time: a URL to probe, or root, would tell";
/// One that was announced may take longer.
const ANNOUNCED: Duration = Duration::from_secs(10);

pub(super) const ROW: Row = Row {
    meaning: (Kind::Down, Cause::Refused),
    needs: "no process listening on a port that was named or that lost its last process, for 2.5 s; or two probes in a row refused",
    explains: &[
        ATTEMPTS,
        CUTS,
        &[
            Cause::WorkerLost,
            Cause::Planned,
            Cause::HerdHealing,
            Cause::RefusingNew,
            Cause::NoAnswer,
            Cause::AcceptQueue,
        ],
    ],
    against: "somebody listens; an announced restart is under way (10 s)",
    says: "DOWN :8080  no process listening (connection refused) for 12s, after pid 4312 gateway ended 14:16:26",
    step: "is the service running? journalctl -u UNIT",
    find,
};

fn find(view: &View<'_>) -> Option<Found> {
    let now = view.now();
    let ended = view.chain().last().map(|e| e.at.mono);
    let seen = view.memory.and_then(|m| m.presence.gone_since());
    // The end of the process is known to the millisecond, that nobody listens to the tick.
    let gone = match (seen, ended) {
        (Some(seen), Some(end)) if seen.saturating_sub(end) < SETTLE => Some(end),
        (seen, ended) => seen.or(ended),
    };
    let gone = gone.filter(|_| !view.is_present());
    let lost = view.chain().last().is_some_and(|e| e.lost != Some(0));
    let named = view.alert(RuleId::Down).is_some()
        || (!view.scene.thresholds.whole_host && view.chain().last().is_some());
    let settled = gone.filter(|_| named || lost).filter(|at| now.saturating_sub(*at) >= SETTLE);
    // A port that was named and never had a listener.
    let never = view
        .alert(RuleId::Down)
        .filter(|_| !view.is_present())
        .map(|_| gone.unwrap_or_else(|| now.saturating_sub(view.heard_for())));
    // Refused by what is in front of it, or where no socket is watched: what was
    // refused before somebody listened again says nothing of now.
    let back = view.memory.and_then(|m| m.presence.back()).unwrap_or_default();
    let refused = view.targets.iter().filter_map(|target| {
        let of = |a: &&crate::model::Attempt| a.outcome.class() == Class::Down && a.at > back;
        let run: Vec<_> = target.strip.iter().rev().take_while(of).collect();
        let first = target.accepted == 0 && target.attempts == run.len() as u64;
        (run.len() >= 2 || (first && !run.is_empty())).then(|| run.last().map(|a| a.at)).flatten()
    });
    let refused = refused.min();
    let since = settled.or(never).or(refused)?;
    let lasted = now.saturating_sub(since);
    if is_planned(view, view.chain()) && lasted < ANNOUNCED {
        return None;
    }
    let reason = view.reason().map_or(String::new(), |reason| format!(", {reason}"));
    // One process that is deployed looks like that, where nothing tells how it ended.
    let deployed = lasted < ANNOUNCED && refused.is_none() && is_doubtful(view);
    Some(Found {
        severity: if deployed { Severity::Warning } else { Severity::Critical },
        settle: deployed.then_some(DOUBT),
        harm: Harm::Outage,
        since: view.ago(lasted),
        sentence: format!(
            "DOWN {}  no process listening (connection refused) for {}{reason}",
            view.label(),
            fmt::span(lasted)
        ),
        brief: "no process listening".to_owned(),
        confidence: 0.95,
        ..Found::default()
    })
}

/// Whether its listener went and nothing tells why: its processes are hidden, and nobody
/// is asked.
fn is_doubtful(view: &View<'_>) -> bool {
    let was_there = view.memory.is_some_and(|m| m.presence.was_there());
    was_there && view.is_hidden() && view.chain().is_empty() && view.targets.is_empty()
}
