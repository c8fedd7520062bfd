//! Clients leave by themselves, or are cut by an idle timeout.

use std::time::Duration;

use super::{ATTEMPTS, Found, Harm, Row, View};
use crate::close::{Class, Outcome};
use crate::detect::evidence::Loss;
use crate::detect::idle_defaults;
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::fmt;
use crate::model::closed_by_server;
use crate::sample::Endings;
use crate::units::{Ratio, float};

/// It is told of this long; who is not back by then has left.
const TOLD: Duration = Duration::from_secs(45);
/// Those who are back so soon did not mean to leave.
const SOON: Duration = Duration::from_secs(10);
/// A probe that was cut off so close to it was cut off with them.
const CUT: Duration = Duration::from_secs(2);
/// Where two fit, neither is told for sure.
const UNSURE: f64 = 0.45;
/// What looks the same where processes are hidden, and where another server is behind.
const ENDED: &[(Kind, Cause)] =
    &[(Kind::Crashing, Cause::WorkerLost), (Kind::Restarting, Cause::Planned)];
const ASKED: &[(Kind, Cause)] = &[(Kind::Restarting, Cause::Planned)];
const BEHIND: &[(Kind, Cause)] = &[(Kind::Down, Cause::Upstream)];
/// Gaps between losses alike within this part are a timer's.
const ALIKE: f64 = 0.1;

pub(super) const ROW: Row = Row {
    meaning: (Kind::Leaving, Cause::ClientsLeft),
    needs: "connections were lost at once while every process lives, nobody was told of a restart or an error, and new ones are accepted",
    explains: &[ATTEMPTS],
    against: "a process ended, an upstream is down, a probe was refused or rejected",
    says: "CLIENTS LEFT :8080 gateway  300 of 340 connections closed at 14:16:26, every process lives; 12 % of 340 open",
    step: "an idle timeout of a proxy, a client release, or the network between? the server is fine",
    find,
};

/// The silence before the end that nearly all of them had in common, seconds.
fn one_idle_time(endings: &Endings) -> Option<u32> {
    const SHORTEST: u32 = 10;
    const NEARLY_ALL: f64 = 0.8;
    let all: u64 = endings.idle.iter().map(|(_, n)| n).sum();
    let &(most, _) = endings.idle.iter().max_by_key(|(_, n)| *n)?;
    let near = |seconds: u32| seconds.abs_diff(most) <= most / 20 + 1;
    let alike: u64 = endings.idle.iter().filter(|(s, _)| near(*s)).map(|(_, n)| n).sum();
    (most >= SHORTEST && float(alike) >= NEARLY_ALL * float(all.max(1))).then_some(most)
}

/// Which share of them the server closed; none where that cannot be told: a peer that
/// resets while something is sent to it has left, or was left. After an exchange of Close
/// frames the server closes the socket, whoever asked for it (RFC 6455, 7.1.1): only a
/// FIN out of silence is its own, and one of the peer's always is the peer's.
fn share_of_server(told: &Endings) -> Option<f64> {
    const FEW: f64 = 0.2;
    const MOST: f64 = 0.5;
    let all = float(told.total().max(1));
    let closed = closed_by_server(told).filter(|_| float(told.cut) <= FEW * all)?;
    let share = closed.count / all;
    let known: u64 = told.idle.iter().map(|(_, n)| n).sum();
    let silent: u64 = told.idle.iter().filter(|(idle, _)| *idle > 0).map(|(_, n)| n).sum();
    let out_of_silence = known > 0 && float(silent) >= MOST * float(known);
    (share <= FEW || out_of_silence).then_some(share)
}

/// Whether it is known why the connections of a loss are gone.
pub(super) fn is_explained(view: &View<'_>, loss: &Loss) -> bool {
    const NEAR: Duration = Duration::from_secs(10);
    let near = |at: Duration| at.abs_diff(loss.at.mono) <= NEAR;
    let gone = view.memory.is_some_and(|m| m.presence.changed_near(loss.at.mono, NEAR));
    let told =
        |class: Class| view.attempts_since(loss.at.mono).iter().any(|a| a.outcome.class() == class);
    view.chain().iter().any(|e| near(e.at.mono))
        || gone
        || [Class::Upstream, Class::Down, Class::Overload, Class::Restart].into_iter().any(told)
        || view.was_told(Class::Restart, loss.at.mono, NEAR)
        || view.sent_away(loss.at.mono)
}

fn find(view: &View<'_>) -> Option<Found> {
    let loss = view.loss().filter(|l| l.mass && !is_explained(view, l))?;
    let age = view.now().saturating_sub(loss.at.mono);
    let over = loss.returned.is_some_and(|back| view.now().saturating_sub(back.mono) > SOON);
    if age >= TOLD || over {
        return None;
    }
    let soon = loss.returned.is_some_and(|back| back.mono.saturating_sub(loss.at.mono) <= SOON);
    let gaps = view.memory.map(|m| m.losses.gaps()).unwrap_or_default();
    let alike = gaps.windows(2).all(|g| (g[1] - g[0]).abs() <= ALIKE * g[0]) && gaps.len() >= 2;
    // The first time nobody knows whether they come back; it stays what it was called.
    let before = view.memory.and_then(|m| m.losses.before_last());
    let again = before.is_some_and(|l| {
        l.returned.is_some_and(|back| back.mono.saturating_sub(l.at.mono) <= SOON)
    });
    if let Some(lasted) = stall(view, loss) {
        return Some(after_stall(view, loss, lasted));
    }
    let told = view.memory.and_then(|m| m.endings_near(loss.at.mono));
    let timer = told.as_ref().and_then(one_idle_time);
    let by_server = told.as_ref().and_then(share_of_server);
    // Who is cut by a timer is closed by this side, after the same silence.
    let idle = alike || again || (timer.is_some() && by_server.is_none_or(|share| share > 0.5));
    let hidden = view.is_hidden();
    let left = loss.closed.max(loss.fell()).min(loss.before);
    let clock = fmt::clock(&loss.at.wall.with_timezone(&view.zone()));
    let share = fmt::percent(Ratio(float(loss.open) / float(loss.before.max(1))));
    let every =
        if alike { format!(", every {:.0} s", gaps[gaps.len() - 1]) } else { String::new() };
    // The server closed, and no timer is known: clients that left they are not.
    let closed_here = by_server.is_some_and(|share| share >= 0.8) && !idle;
    // The probe was cut off with them, and has not tried again.
    let cut = view.was_told(Class::Crash, loss.at.mono, CUT)
        && !view.attempts_since(loss.at.mono).iter().any(|a| a.outcome == Outcome::OpenOk);
    let goodbye = view.said_goodbye(loss.at.mono) == Some(true);
    let doubt: &[(Kind, Cause)] = match (hidden, closed_here || cut) {
        // Who is killed says no goodbye; who is asked to go does.
        (true, _) if goodbye => ASKED,
        (true, _) => ENDED,
        (false, true) => BEHIND,
        (false, false) => &[],
    };
    let idle = idle || closed_here;
    let timer = timer.filter(|_| idle).map_or(String::new(), silent);
    let side = side(by_server);
    let back = !closed_here && (idle || soon);
    let (what, note) = called(hidden, idle, back);
    let cause = if idle { Cause::IdleTimeout } else { Cause::ClientsLeft };
    Some(Found {
        severity: Severity::Warning,
        harm: if loss.returned.is_some() { Harm::Past } else { Harm::Near },
        since: loss.at.wall,
        sentence: format!(
            "{what} {}  {} of {} connections closed at {clock}{every}{timer}{side}, {note}; {share} of {} open",
            view.label(),
            fmt::count(left),
            fmt::count(loss.before),
            fmt::count(loss.before),
        ),
        brief: format!("{} left at once", fmt::count(left)),
        confidence: if doubt.is_empty() { 0.7 } else { UNSURE },
        settle: settle(hidden, !doubt.is_empty(), idle || soon),
        rivals: doubt,
        meaning: Some((Kind::Leaving, cause)),
        ..Found::default()
    })
}

/// How long nothing was answered, or taken from the accept queue, just before or while
/// those of this loss were closed.
fn stall(view: &View<'_>, loss: &Loss) -> Option<Duration> {
    // What is late after the loss is late for the return.
    const BEFORE: Duration = Duration::from_secs(5);
    const AFTER: Duration = Duration::from_millis(1500);
    let queue = view.memory.and_then(|m| m.acceptor.stall());
    let pings = view.targets.iter().filter_map(|t| view.probe(t)?.stall());
    let near = |(end, _): &(Duration, Duration)| {
        *end + BEFORE >= loss.at.mono && *end <= loss.at.mono + AFTER
    };
    pings.chain(queue).filter(near).map(|(_, lasted)| lasted).max()
}

/// Who answers no ping for long enough is given up, by either side: those of a loop that
/// stood still are closed together once it goes on.
fn after_stall(view: &View<'_>, loss: &Loss, lasted: Duration) -> Found {
    let clock = fmt::clock(&loss.at.wall.with_timezone(&view.zone()));
    let share = fmt::percent(Ratio(float(loss.open) / float(loss.before.max(1))));
    let left = loss.closed.max(loss.fell()).min(loss.before);
    Found {
        severity: Severity::Warning,
        harm: if loss.returned.is_some() { Harm::Past } else { Harm::Near },
        since: loss.at.wall,
        sentence: format!(
            "STALLED {}  {} of {} connections closed at {clock}, as nothing was answered for {}: \
             their ping deadline; {share} of {} open",
            view.label(),
            fmt::count(left),
            fmt::count(loss.before),
            fmt::span(lasted),
            fmt::count(loss.before),
        ),
        brief: format!("{} cut by a stall", fmt::count(left)),
        confidence: 0.7,
        settle: Some("what blocks the loop? a longer ping deadline only hides it"),
        meaning: Some((Kind::Stalled, Cause::EventLoop)),
        ..Found::default()
    }
}

/// What it is called, and what is known of the processes.
const fn called(hidden: bool, idle: bool, back: bool) -> (&'static str, &'static str) {
    const BACK: &str = "every process lives, they come back at once";
    const ALIVE: &str = "every process lives";
    match (hidden, idle) {
        (true, _) => ("CONNECTIONS LOST", "whose they were is hidden without root"),
        (false, true) => ("CUT OFF", if back { BACK } else { ALIVE }),
        (false, false) => ("CLIENTS LEFT", if back { BACK } else { ALIVE }),
    }
}

/// The silence before the end, and whose default it is.
fn silent(seconds: u32) -> String {
    let whose = idle_defaults::of(seconds);
    let whose = whose.map_or(String::new(), |whose| format!(" (default of {whose})"));
    format!(", each silent for {seconds} s{whose}")
}

/// Who closed, by the share of the closes that were the server's.
fn side(by_server: Option<f64>) -> &'static str {
    match by_server {
        Some(share) if share >= 0.8 => ", closed by the server's side",
        Some(share) if share <= 0.2 => ", closed by the clients",
        _ => "",
    }
}

/// What would settle it.
fn settle(hidden: bool, doubted: bool, timed: bool) -> Option<&'static str> {
    if hidden {
        Some("clients that left, or a worker that ended: root, or a URL, would tell")
    } else if doubted {
        Some("an idle timeout, or the server behind a proxy is gone: a URL would tell")
    } else if timed {
        Some("an idle timeout (proxy_read_timeout, timeout tunnel)? clients that ping are not cut")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_answers_a_close_frame_has_not_closed_by_itself() {
        let told = |closed_here, idle: &[(u32, u64)]| {
            let none = Endings::none(([127, 0, 0, 1], 80).into());
            let told = Endings { orderly: 200, asked: 200, closed_here, ..none };
            share_of_server(&Endings { idle: idle.to_vec(), ..told })
        };
        assert_eq!(told(200, &[(0, 200)]), None, "the client asked, or the server did");
        assert_eq!(told(200, &[(60, 190), (0, 10)]), Some(1.0), "a FIN out of silence");
        assert_eq!(told(0, &[(0, 200)]), Some(0.0), "the FIN of the client came first");
    }
}
