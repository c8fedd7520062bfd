//! The top line, and what there is to say below.

use super::super::action::Action;
use super::super::frame::{Header, Mode, OwnLoad, View};
use super::super::state::{App, FirstHints, Past};
use crate::fmt;
use crate::model::Snapshot;
use crate::units::Bytes;

/// Whose figures these are, and what they cost.
pub(super) fn header(app: &App, snapshot: &Snapshot, past: &Past) -> Header {
    let sampling = &snapshot.sampling;
    let own = sampling.cpu_lately.zip(sampling.rss).map(|(cpu, rss)| OwnLoad {
        cpu,
        rss: Bytes(rss),
        walk_period: sampling.period.unwrap_or_default(),
        events_lost: sampling.events_lost,
    });
    Header {
        host: app.host_in_front(),
        watching: app.watching.clone(),
        clock: app.zone.local(snapshot.at.wall),
        zone: app.zone.name(snapshot.at.wall),
        is_past_day: is_past_day(app, snapshot, past),
        mode: mode(app),
        ago: app.time.ago(past.newest),
        own,
        recorded: app.recorded,
        replay: app.replay.clone(),
    }
}

/// A recording is of some other day, whichever that is; what is paused may be.
fn is_past_day(app: &App, snapshot: &Snapshot, past: &Past) -> bool {
    let shown = app.zone.local(snapshot.at.wall);
    let ago = app.time.ago(past.newest).and_then(|ago| chrono::TimeDelta::from_std(ago).ok());
    let newest = shown + ago.unwrap_or_default();
    app.replay.is_some() || newest.date_naive() != shown.date_naive()
}

/// Whether the picture moves.
fn mode(app: &App) -> Mode {
    if app.is_paused() { Mode::Paused } else { Mode::Live }
}

/// What is denied, lost or not as it seems, worst first.
pub(super) fn notes(app: &App, snapshot: &Snapshot) -> Vec<String> {
    let sampling = &snapshot.sampling;
    let first = app.look_notes.iter().chain(&app.done);
    let mut notes: Vec<String> = first.cloned().collect();
    if let Some(hosts) = &app.hosts {
        // What does not come any more is told before what came.
        notes.extend(app.faults.iter().chain(&hosts.page.notes).cloned());
    }
    let unplaced = snapshot.unplaced_capacity();
    notes.extend(unplaced.map(str::to_owned));
    if app.hints == FirstHints::Shown {
        let key = |action| app.keys.of(action);
        notes.push(format!(
            "new here: {} lists the keys, {} finds anything by its name, {} says what to do next",
            key(Action::Help),
            key(Action::Palette),
            key(Action::Advice)
        ));
    }
    if sampling.events_lost > 0 {
        notes.push(format!(
            "at least {} events lost: handshakes and closes are put right from PassiveOpens at each socket scan",
            fmt::count(sampling.events_lost)
        ));
    }
    if sampling.stepped_aside {
        notes.push(
            "closes too many to be reported one by one: they are counted at each socket scan; \
                    --exact keeps the events"
                .to_owned(),
        );
    }
    notes.extend(disagreement(sampling.crosscheck));
    // What a host does not serve is missed where one is looked at.
    let is_of_hosts = app.view == View::Hosts;
    let denied = sampling.denied.iter().filter(|_| !is_of_hosts);
    let denied = denied.filter(|why| Some(why.as_str()) != unplaced);
    let faults = app.faults.iter().filter(|_| app.hosts.is_none());
    notes.extend(faults.chain(denied).cloned());
    notes.extend(app.notes.iter().cloned());
    notes
}

/// Two independent ways of counting must agree; where they do not, connections
/// were accepted on ports that came and went between two looks.
fn disagreement(crosscheck: Option<(u64, u64)>) -> Option<String> {
    const SKEW: u64 = 20;
    let (ours, kernel) = crosscheck?;
    (ours.abs_diff(kernel) > SKEW.max(kernel / 50)).then(|| {
        format!(
            "{} connections put to listeners, the kernel accepted {}: some were on ports that came and went",
            fmt::count(ours),
            fmt::count(kernel)
        )
    })
}
