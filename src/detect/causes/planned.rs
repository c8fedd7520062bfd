//! A restart that was meant: all at once, or one worker after another.

use std::time::Duration;

use super::phase::{
    Phase, SAID_SO, TOGETHER, WAITED, back, how, is_planned, is_untold, with_connections,
};
use super::{ATTEMPTS, CUTS, Found, Harm, RETURNS, Row, View};
use crate::close::Class;
use crate::detect::evidence::End;
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::fmt;

/// What would settle it.
const DOUBT: &str = "an unannounced restart, or a crash: a URL to probe, or root, would tell";
/// Told of a server whose processes are not seen.
const TOLD: Duration = Duration::from_secs(30);

pub(super) const ROW: Row = Row {
    meaning: (Kind::Restarting, Cause::Planned),
    needs: "close 1012 or 1001 was received, or processes ended after their connections were closed, and are replaced",
    explains: &[ATTEMPTS, CUTS, RETURNS, &[Cause::WorkerLost, Cause::Refused]],
    against: "a process ended before its connections did and nobody was told 1012; the kernel killed for memory",
    says: "RESTARTED  :8080 gateway, 3 workers replaced at 14:16:26 (announced: close 1012); 61 % of 3 996 back",
    step: "a deploy? clients are to come back within 1-5 s at random",
    find,
};

fn find(view: &View<'_>) -> Option<Found> {
    let ends = with_connections(view);
    let Some(last) = ends.last() else { return told(view).or_else(|| unseen(view)) };
    if !is_planned(view, view.chain()) {
        return told(view);
    }
    let phase = Phase::of(view, &ends)?;
    let said = ends.iter().any(|e| view.was_told(Class::Restart, e.at.mono, SAID_SO));
    let untold = !said && is_untold(view, view.chain());
    let status = how(&ends);
    let how = match (said, status.trim_matches([' ', '(', ')'])) {
        (true, _) => "announced: close 1012",
        (false, "") if untold => "all at once",
        (false, "") => "connections closed first",
        (false, status) => status,
    };
    let clock = |end: &End| fmt::clock(&end.at.wall.with_timezone(&view.zone()));
    let replaced = ends.iter().filter(|e| e.replaced_by.is_some()).count();
    let (who, when) = match ends.as_slice() {
        [one] => (format!("pid {}", one.pid), format!("at {}", clock(one))),
        all => {
            let apart = last.at.mono.saturating_sub(all[0].at.mono) > TOGETHER;
            let one_by_one = if apart { "one after another from" } else { "at" };
            (format!("{} workers", all.len()), format!("{one_by_one} {}", clock(all[0])))
        }
    };
    let replaced = if replaced == 0 { "ended" } else { "replaced" };
    Some(Found {
        severity: Severity::Warning,
        // A restart is over when its clients are back: their return belongs to it.
        harm: match phase.harm {
            Harm::Past if phase.loss.is_some_and(|l| l.returned.is_none()) => Harm::Near,
            harm => harm,
        },
        since: ends.first()?.at.wall,
        sentence: format!(
            "RESTARTED  {}, {who} {replaced} {when} ({how}){}",
            view.label(),
            back(phase.loss)
        ),
        brief: format!("{} restarts", view.label()),
        until: Some(last.at.wall),
        confidence: match (said, untold) {
            (true, _) => 0.95,
            (false, true) => 0.55,
            (false, false) => 0.8,
        },
        rivals: &[(Kind::Crashing, Cause::WorkerLost)],
        settle: untold.then_some(DOUBT),
        ..Found::default()
    })
}

/// Where its processes are not ours to see: its clients were told so by Close frames, and
/// its listener is another, or did not read what they answered.
fn unseen(view: &View<'_>) -> Option<Found> {
    let memory = view.memory?;
    let loss = view.loss().filter(|l| l.mass && l.returned.is_none())?;
    let is_new = memory.presence.changed_near(loss.at.mono, TOGETHER);
    let age = view.now().saturating_sub(loss.at.mono);
    let asked = is_new && view.said_goodbye(loss.at.mono) == Some(true);
    if !(asked || view.sent_away(loss.at.mono)) || age > WAITED {
        return None;
    }
    let what = if is_new { "its listener replaced" } else { "a worker, it seems," };
    let clock = fmt::clock(&loss.at.wall.with_timezone(&view.zone()));
    Some(Found {
        severity: Severity::Warning,
        harm: Harm::Lost,
        since: loss.at.wall,
        sentence: format!(
            "RESTARTED  {}, {what} at {clock} (connections closed with a Close \
             frame){}",
            view.label(),
            back(Some(*loss))
        ),
        brief: format!("{} restarts", view.label()),
        confidence: 0.7,
        ..Found::default()
    })
}

/// A server that said so, where its processes are not seen.
fn told(view: &View<'_>) -> Option<Found> {
    let said = view.targets.iter().find_map(|t| {
        let failure = [&t.last_loss, &t.last_failure].into_iter().flatten();
        let lately = |at: Duration| view.now().saturating_sub(at) < TOLD;
        let mut told = failure.filter(|(o, at)| o.class() == Class::Restart && lately(*at));
        told.next().map(|(outcome, at)| (t, outcome.words(), *at))
    });
    let (target, words, at) = said?;
    let lasted = view.now().saturating_sub(at);
    Some(Found {
        severity: Severity::Warning,
        harm: Harm::Near,
        since: view.ago(lasted),
        sentence: format!(
            "RESTARTED  {} (announced: {words}) {} ago",
            target.label(),
            fmt::span(lasted)
        ),
        brief: words,
        confidence: 0.8,
        ..Found::default()
    })
}
