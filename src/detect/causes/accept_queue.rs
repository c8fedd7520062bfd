//! Connections are not taken from the accept queue as fast as they come.

use std::time::Duration;

use super::{ATTEMPTS, Found, Harm, Row, View};
use crate::detect::evidence::Acceptor;
use crate::detect::identity::RuleId;
use crate::detect::rules::has_full_syn_queue;
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::fmt;

/// A queue that nothing is taken from for so long is told as such.
const UNTOUCHED: Duration = Duration::from_secs(5);

/// A burst fills a queue for a moment.
const AT_ONCE: Duration = Duration::from_secs(1);

pub(super) const ROW: Row = Row {
    meaning: (Kind::Overloaded, Cause::AcceptQueue),
    needs: "the accept queue is over its limit, or half of it for 3 s, or as many connections are half open as its limit, or fewer while SYNs are dropped and it has room",
    explains: &[ATTEMPTS, &[Cause::RefusingNew, Cause::NoAnswer, Cause::ClientsLeft]],
    against: "nothing at all is taken from it, descriptors are out, the process is stopped (then that leads)",
    says: "ACCEPT QUEUE of :8080 gateway full, 512 of 511, dropping 1 204/s; nothing accepted for 12s",
    step: "is the process too busy to accept? lag, CPU, a limit of its own (maxconn), then the backlog",
    find,
};

fn find(view: &View<'_>) -> Option<Found> {
    let acceptor = view.memory.map(|m| &m.acceptor);
    let untouched_for = acceptor.and_then(|a| a.untouched_for(view.now()));
    let untouched = untouched_for.filter(|lasted| *lasted >= UNTOUCHED);
    let waiting = acceptor.map_or(0, Acceptor::waiting);
    let full = view.has_full_queue();
    let half_open = view.whole().filter(|whole| has_full_syn_queue(whole));
    let none = untouched
        .map_or(String::new(), |lasted| format!("; nothing accepted for {}", fmt::span(lasted)));
    let (severity, since, what) = match view.alert(RuleId::AcceptQueue) {
        Some(alert) => (alert.now, alert.since, alert.sentence.clone()),
        // Before it has lasted long enough for the alert.
        None if full && untouched_for.is_some_and(|lasted| lasted >= AT_ONCE) => (
            Severity::Critical,
            view.ago(untouched.unwrap_or_default()),
            format!("accept queue of {} full, {} wait", view.label(), fmt::count(waiting)),
        ),
        None => {
            let whole = half_open?;
            let dropped = whole.drops.is_some_and(|drops| drops.0 > 0.0);
            let severity = if dropped { Severity::Critical } else { Severity::Warning };
            let held = whole.states.map_or(0, |states| states.syn_recv);
            let what =
                format!("SYN queue of {} full, {} half-open", view.label(), fmt::count(held));
            (severity, view.snapshot.at.wall, what)
        }
    };
    Some(Found {
        severity,
        harm: if full || (half_open.is_some() && severity == Severity::Critical) {
            Harm::Refused
        } else {
            Harm::Near
        },
        since,
        sentence: format!("{what}{none}"),
        brief: format!("accept queue {}", fmt::count(waiting)),
        confidence: 0.85,
        ..Found::default()
    })
}
