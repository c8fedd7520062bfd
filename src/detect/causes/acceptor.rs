//! Nothing is taken from the accept queue, though the process lives.

use std::time::Duration;

use super::{ATTEMPTS, Found, Harm, Row, View};
use crate::detect::evidence::Acceptor;
use crate::detect::rules::{THREAD, dropping};
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::fmt;
use crate::units::Ratio;

/// A ping is answered this long after the one before, as a rule.
const ANSWERED: Duration = Duration::from_millis(2500);
/// A queue that nothing is taken from for so long.
const UNTOUCHED: Duration = Duration::from_secs(5);
/// One connection may just have come.
const FEWEST: u64 = 2;
/// Of a core: below it a process idles.
const IDLE: f64 = 0.02;

pub(super) const ROW: Row = Row {
    meaning: (Kind::Overloaded, Cause::AcceptorStuck),
    needs: "two connections wait in the accept queue and none is taken from it for 5 s, while old ones are answered or the process runs; or it is full and the process idles or has one full thread",
    explains: &[
        ATTEMPTS,
        &[
            Cause::AcceptQueue,
            Cause::RefusingNew,
            Cause::NoAnswer,
            Cause::ClientsLeft,
            Cause::Cpu,
            Cause::HerdHealing,
        ],
    ],
    against: "descriptors are out, the process is stopped or does not answer at all (then that leads)",
    says: "ACCEPTOR STUCK :8080 gateway  nothing accepted for 58s, 9 of 8 wait, dropping 11/s; pid 2143 idles",
    step: "what does it wait for instead of accept(2)? a limit of its own (maxconn), a lock, a full thread: cat /proc/PID/stack",
    find,
};

fn find(view: &View<'_>) -> Option<Found> {
    let now = view.now();
    let acceptor = view.memory.map(|m| &m.acceptor)?;
    let lasted = acceptor.untouched_for(now).filter(|lasted| *lasted >= UNTOUCHED)?;
    let waiting = Acceptor::waiting(acceptor);
    if waiting < FEWEST || !view.is_present() {
        return None;
    }
    let answers = |t: &&crate::model::TargetSnapshot| {
        t.accepted > 0
            && view.probe(t).and_then(|p| p.silent_for(now)).is_some_and(|silent| silent < ANSWERED)
    };
    let held = view.targets.iter().any(answers);
    let (runs, what) = process(view);
    let full = view.has_full_queue();
    if !(held || runs || (full && what.is_some())) {
        return None;
    }
    let whole = view.whole()?;
    let limit = whole.backlog.map_or_else(String::new, |n| format!(" of {}", fmt::count(n)));
    let drops = dropping(whole.drops);
    let old = if held { "; old connections are answered" } else { "" };
    let what = what.map_or_else(String::new, |what| format!("; {what}"));
    Some(Found {
        severity: Severity::Critical,
        harm: Harm::Refused,
        since: view.ago(lasted),
        sentence: format!(
            "ACCEPTOR STUCK {}  nothing accepted for {}, {}{limit} wait{drops}{old}{what}",
            view.label(),
            fmt::span(lasted),
            fmt::count(waiting),
        ),
        brief: format!("acceptor stuck, {waiting} wait"),
        confidence: 0.85,
        ..Found::default()
    })
}

/// Whether a process behind it runs, and what the busiest of them does.
fn process(view: &View<'_>) -> (bool, Option<String>) {
    let used = |p: &crate::model::ProcessState| p.busiest_thread.or(p.cpu).map(|share| share.0);
    let of = view.processes().filter_map(|p| Some((p, used(p)?)));
    let Some((process, share)) = of.max_by(|a, b| a.1.total_cmp(&b.1)) else {
        return (false, None);
    };
    // With a full thread it turns in circles.
    let busy = view.scene.thresholds.tuning.get(&THREAD);
    let what = match share {
        share if share >= busy => {
            format!("a thread of pid {} uses {} of a core", process.pid, fmt::percent(Ratio(share)))
        }
        share if share < IDLE => format!("pid {} idles", process.pid),
        share => format!("pid {} runs, {} of a core", process.pid, fmt::percent(Ratio(share))),
    };
    (share >= IDLE, Some(what))
}
