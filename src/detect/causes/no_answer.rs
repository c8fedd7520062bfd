//! The server is there and does not answer.

use std::time::Duration;

use super::{ATTEMPTS, Found, Harm, Row, View};
use crate::close::Outcome;
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::fmt;
use crate::model::{Attempt, ProcessState, TargetSnapshot};
use crate::sample::RunState;

/// A ping is sent every half to one and a half seconds.
const SILENT: Duration = Duration::from_millis(3500);
/// Nothing is taken from the queue for this long, by a server that nobody asks.
const UNTOUCHED: Duration = Duration::from_secs(5);
/// An attempt waits about so long for its answer.
const WAITED: Duration = Duration::from_secs(4);
/// Attempts without an answer, one after another.
const UNANSWERED: usize = 2;

/// What would settle it where no ping was ever answered.
const NEVER: &str = "stalled, or does it answer no ping at all (RFC 6455, 5.5.3)? --send and --expect would tell whether it answers data";

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
    needs: "pings get no answer for 3.5 s (a warning where the server has never answered one and lets new ones in), or two attempts in a row time out (also where old connections are answered and no queue waits), or nothing is taken from an accept queue that grows for 5 s while nobody is asked",
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
    let others = view.processes().count().saturating_sub(all.len());
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

/// For how long who does not answer what.
struct Silence {
    lasted: Duration,
    what: String,
    severity: Severity,
    harm: Harm,
    confidence: f64,
    settle: Option<&'static str>,
}

impl Silence {
    fn of(lasted: Duration, what: &str) -> Self {
        Self {
            lasted,
            what: what.to_owned(),
            severity: Severity::Critical,
            harm: Harm::Outage,
            confidence: 0.9,
            settle: None,
        }
    }
}

fn find(view: &View<'_>) -> Option<Found> {
    if !view.is_present() {
        return None;
    }
    let silence = nothing(view)
        .or_else(|| new_ones(view))
        .or_else(|| pings(view))
        .or_else(|| unasked(view))?;
    let Silence { lasted, what, severity, harm, confidence, settle } = silence;
    let queue = match waiting(view) {
        0 => String::new(),
        n => format!("; {} wait in the accept queue", fmt::count(n)),
    };
    Some(Found {
        severity,
        harm,
        since: view.ago(lasted),
        sentence: format!(
            "STALLED {}  no answer for {} ({what}){queue}",
            view.label(),
            fmt::span(lasted)
        ),
        brief: "no answer".to_owned(),
        confidence,
        settle,
        ..Found::default()
    })
}

fn waiting(view: &View<'_>) -> u64 {
    view.memory.map_or(0, |m| m.acceptor.waiting())
}

/// Nothing is answered, old or new.
fn nothing(view: &View<'_>) -> Option<Silence> {
    let now = view.now();
    let silent = view.targets.iter().filter_map(|t| view.probe(t)?.silent_for(now)).min()?;
    let answered = view.targets.iter().any(|t| t.accepted > 0);
    // A queue that is full explains why new ones wait, not why old ones do.
    if view.has_full_queue() && !answered {
        return None;
    }
    let (run, newest) = unanswered(view);
    // An answer that came after it says that it is over.
    let still = newest.is_some_and(|at| now.saturating_sub(silent) <= at);
    if answered {
        let what = if run.is_empty() { "pings" } else { "pings, handshakes" };
        return (silent >= SILENT).then(|| Silence::of(silent, what));
    }
    (still && !run.is_empty()).then(|| Silence::of(silent, "handshakes"))
}

/// Old ones are answered and new ones are not. Where these wait in the queue it is the
/// acceptor that tells why.
fn new_ones(view: &View<'_>) -> Option<Silence> {
    if waiting(view) > 0 {
        return None;
    }
    let (run, _) = unanswered(view);
    let beside: Vec<_> = run.into_iter().filter(|at| is_answered_beside(view, *at)).collect();
    let first = beside.last().filter(|_| beside.len() >= UNANSWERED)?;
    let lasted = view.now().saturating_sub(*first);
    Some(Silence::of(lasted, "handshakes; old connections are answered"))
}

/// New ones are let in and old ones are not answered: theirs is the worker that stands
/// still. Or the server never answers a ping: then nobody knows whether it could.
fn pings(view: &View<'_>) -> Option<Silence> {
    let of = |t: &&TargetSnapshot| {
        let let_in = t.strip.last().is_some_and(|last| last.outcome == Outcome::OpenOk);
        let pings = view.probe(t)?.pings();
        let lasted = pings.unanswered_for(view.now()).filter(|lasted| *lasted >= SILENT)?;
        let_in.then_some((pings.were_answered(), lasted, pings.given_up()))
    };
    let (were_answered, lasted, given_up) = view.targets.iter().filter_map(of).max()?;
    let connections = match given_up {
        0 => String::new(),
        1 => ", one connection given up".to_owned(),
        n => format!(", {} connections given up", fmt::count(n)),
    };
    let what = if were_answered { "pings of old connections" } else { "pings: none ever was" };
    let silence = Silence::of(lasted, &format!("{what}{connections}; new ones are let in"));
    Some(if were_answered {
        Silence { harm: Harm::Near, confidence: 0.8, ..silence }
    } else {
        Silence {
            severity: Severity::Warning,
            harm: Harm::Near,
            confidence: 0.6,
            settle: Some(NEVER),
            ..silence
        }
    })
}

/// Nobody is asked, and nothing is accepted.
fn unasked(view: &View<'_>) -> Option<Silence> {
    let acceptor = view.memory.map(|m| &m.acceptor)?;
    let untouched = acceptor.untouched_for(view.now()).filter(|lasted| *lasted >= UNTOUCHED)?;
    let asked = !view.targets.is_empty();
    if asked || waiting(view) < 2 || view.has_full_queue() {
        return None;
    }
    let settle = Some("a URL would tell whether old ones are answered");
    Some(Silence { confidence: 0.6, settle, ..Silence::of(untouched, "nothing is accepted") })
}

/// When the last attempts ended that were taken and not answered, newest first, and
/// when the last of those to which nothing came back did.
fn unanswered(view: &View<'_>) -> (Vec<Duration>, Option<Duration>) {
    let attempts = view.attempts_since(Duration::ZERO);
    let nothing = |a: &&&Attempt| a.outcome.is_silence() || a.outcome == Outcome::TcpTimeout;
    let run: Vec<&&Attempt> = attempts.iter().take_while(nothing).collect();
    let taken = run.iter().filter(|a| a.outcome.is_silence());
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
