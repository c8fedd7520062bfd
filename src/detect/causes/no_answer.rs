//! The server is there and does not answer.

use std::time::Duration;

use super::{ATTEMPTS, Found, Harm, Row, View};
use crate::close::Outcome;
use crate::detect::evidence::{Acceptor, is_silence};
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::fmt;
use crate::model::{Attempt, ProcessState};
use crate::sample::RunState;

/// A ping is sent every half to one and a half seconds.
const SILENT: Duration = Duration::from_millis(3500);
/// Nothing is taken from the queue for this long, by a server that nobody asks.
const UNTOUCHED: Duration = Duration::from_secs(5);
/// An attempt waits about so long for its answer.
const WAITED: Duration = Duration::from_secs(4);
/// Attempts without an answer, one after another.
const UNANSWERED: usize = 2;

/// What follows where nothing is answered.
const SILENCE: &[Cause] = &[
    Cause::AcceptorStuck,
    Cause::AcceptQueue,
    Cause::EventLoop,
    Cause::RefusingNew,
    Cause::ClientsLeft,
    Cause::HerdHealing,
];

pub(super) const ROW: Row = Row {
    meaning: (Kind::Stalled, Cause::NoAnswer),
    needs: "pings of a connection that was answered get no answer for 3.5 s, or two attempts in a row time out (also where old connections are answered and no queue waits), or nothing is taken from an accept queue that grows for 5 s while nobody is asked",
    explains: &[ATTEMPTS, SILENCE],
    against: "anything was answered since; the queue is full or descriptors are out (then that leads)",
    says: "STALLED :8080 gateway  no answer for 8s (pings); 45 wait in the accept queue",
    step: "is the process stopped (T), deadlocked or in a long call? cat /proc/PID/status, then /proc/PID/stack",
    find,
};

pub(super) const STOPPED: Row = Row {
    meaning: (Kind::Stalled, Cause::Stopped),
    needs: "a process behind the port is stopped (state T)",
    explains: &[ATTEMPTS, SILENCE, &[Cause::NoAnswer]],
    against: "it runs again",
    says: "STALLED :8080 gateway  process 4312 is stopped (T) for 8s",
    step: "who stopped it? kill -CONT PID lets it go on",
    find: stopped,
};

fn stopped(view: &View<'_>) -> Option<Found> {
    let held = |p: &&ProcessState| {
        matches!(p.state, Some(RunState::Stopped | RunState::Traced)) && p.state_since.is_some()
    };
    let all: Vec<&ProcessState> = view.processes().filter(held).collect();
    let first = all.iter().min_by_key(|p| p.state_since)?;
    let lasted = view.now().saturating_sub(first.state_since?);
    let letter = if first.state == Some(RunState::Traced) { "t" } else { "T" };
    let who = match all.as_slice() {
        [one] => format!("process {} is stopped ({letter})", one.pid),
        all => format!("{} processes are stopped ({letter})", all.len()),
    };
    let others = view.processes().count() - all.len();
    let waiting = view.memory.map_or(0, |m| m.acceptor.waiting());
    let queue = match waiting {
        0 => String::new(),
        n => format!("; {} wait in the accept queue", fmt::count(n)),
    };
    let left = match others {
        0 => String::new(),
        1 => "; one other process goes on".to_owned(),
        n => format!("; {n} other processes go on"),
    };
    Some(Found {
        severity: Severity::Critical,
        harm: if others == 0 { Harm::Outage } else { Harm::Lost },
        since: view.ago(lasted),
        sentence: format!("STALLED {}  {who} for {}{queue}{left}", view.label(), fmt::span(lasted)),
        brief: "process stopped".to_owned(),
        confidence: 0.97,
        ..Found::default()
    })
}

fn find(view: &View<'_>) -> Option<Found> {
    if !view.is_present() {
        return None;
    }
    let now = view.now();
    let acceptor = view.memory.map(|m| &m.acceptor);
    let untouched = acceptor.and_then(|a| a.untouched_for(now));
    let waiting = acceptor.map_or(0, Acceptor::waiting);
    let full = view.has_full_queue();
    let silent = view.targets.iter().filter_map(|t| view.probe(t)?.silent_for(now)).min();
    let answered = view.targets.iter().any(|t| t.accepted > 0);
    let (run, newest) = unanswered(view);
    // An answer that came after it says that it is over.
    let still = |silent: Duration| newest.is_some_and(|at| now.saturating_sub(silent) <= at);
    let (lasted, what) = match silent {
        // A queue that is full explains why new ones wait, not why old ones do.
        Some(_) if full && !answered => return None,
        Some(silent) if silent >= SILENT && answered => {
            (silent, if run.is_empty() { "pings" } else { "pings, handshakes" })
        }
        Some(silent) if still(silent) && !run.is_empty() && !answered => (silent, "handshakes"),
        // Old ones are answered and new ones are not. Where these wait in the queue it is
        // the acceptor that tells why.
        Some(_) if waiting == 0 => {
            let beside: Vec<_> =
                run.into_iter().filter(|at| is_answered_beside(view, *at)).collect();
            let first = beside.last().filter(|_| beside.len() >= UNANSWERED)?;
            (now.saturating_sub(*first), "handshakes; old connections are answered")
        }
        None if view.targets.is_empty() && untouched? >= UNTOUCHED && waiting >= 2 && !full => {
            (untouched?, "nothing is accepted")
        }
        _ => return None,
    };
    let queue = match waiting {
        0 => String::new(),
        n => format!("; {} wait in the accept queue", fmt::count(n)),
    };
    let heard = !view.targets.is_empty();
    Some(Found {
        severity: Severity::Critical,
        harm: Harm::Outage,
        since: view.ago(lasted),
        sentence: format!(
            "STALLED {}  no answer for {} ({what}){queue}",
            view.label(),
            fmt::span(lasted)
        ),
        brief: "no answer".to_owned(),
        confidence: if heard { 0.9 } else { 0.6 },
        settle: (!heard).then_some("a URL would tell whether old ones are answered"),
        ..Found::default()
    })
}

/// When the last attempts ended that were taken and not answered, newest first, and
/// when the last of those to which nothing came back did.
fn unanswered(view: &View<'_>) -> (Vec<Duration>, Option<Duration>) {
    let attempts = view.attempts_since(Duration::ZERO);
    let nothing = |a: &&&Attempt| is_silence(&a.outcome) || a.outcome == Outcome::TcpTimeout;
    let run: Vec<&&Attempt> = attempts.iter().take_while(nothing).collect();
    let taken = run.iter().filter(|a| is_silence(&a.outcome));
    (taken.map(|a| a.at).collect(), run.first().map(|a| a.at))
}

/// Whether pings were answered while an attempt waited that ended at that moment: one
/// that began while the process was stopped says nothing of now.
fn is_answered_beside(view: &View<'_>, ended: Duration) -> bool {
    let from = ended.saturating_sub(WAITED);
    let within = view.now().saturating_sub(from);
    view.targets.iter().filter_map(|t| view.probe(t)).any(|probe| {
        let pongs = probe.pongs(view.now(), within);
        pongs.iter().filter(|pong| pong.at >= from && pong.at <= ended).count() >= 2
    })
}
