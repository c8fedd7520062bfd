//! Processes that ended together: who of them, whether they were meant to, and where
//! their clients are now.

use std::time::Duration;

use super::{Harm, View};
use crate::close::Class;
use crate::detect::evidence::{End, Loss};
use crate::fmt;
use crate::units::{Ratio, float};

/// Where siblings go on, the end of one is told of this long after its clients are
/// back: nobody was out, so there is no return to speak of instead.
pub(super) const TOLD: Duration = Duration::from_secs(30);
/// Clients that are not back by then went elsewhere, if somebody took its place.
pub(super) const WAITED: Duration = Duration::from_secs(90);
/// From this share on what was lost comes back.
pub(super) const BEGUN: f64 = 0.05;
/// Ends within this are one.
const AT_ONCE: Duration = Duration::from_secs(5);
/// A server that says it restarts does so this close to it.
pub(super) const SAID_SO: Duration = Duration::from_secs(10);
/// Where nothing tells the order: ends so close to each other are one restart.
pub(super) const TOGETHER: Duration = Duration::from_secs(5);

/// The ends of a chain but those that held none for certain.
pub(super) fn with_connections<'a>(view: &View<'a>) -> Vec<&'a End> {
    view.chain().iter().filter(|e| e.lost != Some(0)).collect()
}

/// The ends with connections of a chain.
pub(super) fn harmful<'a>(view: &View<'a>) -> Vec<&'a End> {
    let alone = |e: &&End| e.workers_before < 2 && view.scene.thresholds.whole_host;
    let least = |e: &&End| if alone(e) { 10 } else { 1 };
    view.chain().iter().filter(|e| e.oom || e.lost.is_none_or(|lost| lost >= least(e))).collect()
}

/// Whether these were asked to go.
pub(super) fn is_planned(view: &View<'_>, ends: &[End]) -> bool {
    if ends.is_empty() || ends.iter().any(|e| e.oom) {
        return false;
    }
    if ends.iter().any(|e| view.was_told(Class::Restart, e.at.mono, SAID_SO)) {
        return true;
    }
    if were_asked(ends).is_none() {
        let goodbye = ends.last().and_then(|e| view.said_goodbye(e.at.mono));
        if let Some(goodbye) = goodbye {
            return goodbye;
        }
        if !is_untold(view, ends) {
            return false;
        }
    }
    were_asked(ends).unwrap_or_else(|| {
        let took = match (ends.first(), ends.last()) {
            (Some(first), Some(last)) => last.at.mono.saturating_sub(first.at.mono),
            _ => Duration::ZERO,
        };
        ends.len() > 1 && took <= TOGETHER && ends.iter().any(|e| e.replaced_by.is_some())
    })
}

/// Whether nothing tells a crash from a restart: neither a status nor the order, no
/// kill for memory and no probe that was cut off.
pub(super) fn is_untold(view: &View<'_>, ends: &[End]) -> bool {
    let cut = |e: &End| {
        view.was_told(Class::Crash, e.at.mono, SAID_SO) || view.said_goodbye(e.at.mono).is_some()
    };
    ends.len() > 1 && were_asked(ends).is_none() && !ends.iter().any(|e| e.oom || cut(e))
}

/// Where the clients of processes that ended are.
pub(super) struct Phase {
    pub(super) harm: Harm,
    /// Nobody of the service was left.
    pub(super) whole: bool,
    pub(super) loss: Option<Loss>,
}

impl Phase {
    /// None once there is nothing more to say of it.
    pub(super) fn of(view: &View<'_>, ends: &[&End]) -> Option<Self> {
        let last = ends.last()?;
        let age = view.now().saturating_sub(last.at.mono);
        let whole = is_whole(ends);
        let loss = view.memory.and_then(|m| m.losses.near(last.at.mono, AT_ONCE)).copied();
        let replaced = last.replaced_by.is_some() || (view.is_present() && whole);
        let harm = match loss {
            Some(Loss { returned: Some(back), .. }) => {
                if view.now().saturating_sub(back.mono) >= TOLD {
                    return None;
                }
                Harm::Past
            }
            _ if replaced && age > WAITED => return None,
            // What comes back is spoken of then, with this as its reason.
            Some(loss) if whole && replaced && loss.back() >= BEGUN => Harm::Past,
            None if replaced && age > TOLD => return None,
            _ => Harm::Lost,
        };
        Some(Self { harm, whole, loss })
    }
}

/// Whether nobody of the service was left after the last of these.
fn is_whole(ends: &[&End]) -> bool {
    let Some(last) = ends.last() else { return false };
    let at_once = |e: &&&End| last.at.mono.saturating_sub(e.at.mono) < AT_ONCE;
    let together: Vec<_> = ends.iter().filter(at_once).collect();
    let before = together.iter().map(|e| e.workers_before).max().unwrap_or(1);
    together.len() >= before.max(1)
}

/// Since when other processes serve than before, all of them: what clients were told
/// until then says nothing of these.
pub(super) fn renewed(view: &View<'_>) -> Option<Duration> {
    let ends = with_connections(view);
    ends.last().filter(|_| is_whole(&ends)).map(|last| last.at.mono)
}

/// `WORKER LOST  pid 4312 gunicorn, 104 connections lost at 14:09:31; ...`.
pub(super) fn sentence(what: &str, view: &View<'_>, ends: &[&End], phase: &Phase) -> String {
    let Some(newest) = ends.last() else { return String::new() };
    let who = match ends {
        [one] => format!("pid {} {}", one.pid, one.name),
        all => format!("{} processes of {}", all.len(), view.label()),
    };
    let lost = ends.iter().map(|e| e.lost).sum::<Option<u64>>();
    let lost = lost.map_or_else(
        || "connections not counted".to_owned(),
        |n| {
            if n == 1 {
                "1 connection lost".to_owned()
            } else {
                format!("{} connections lost", fmt::count(n))
            }
        },
    );
    let clock = |end: &End| fmt::clock(&end.at.wall.with_timezone(&view.zone()));
    let when = match ends {
        [one] => format!("at {}", clock(one)),
        [first, ..] => format!("from {} to {}", clock(first), clock(newest)),
        [] => String::new(),
    };
    let how = how(ends);
    format!("{what}  {who}{how}, {lost} {when}{}{}", after(view, ends), back(phase.loss))
}

/// Who took their place.
fn after(view: &View<'_>, ends: &[&End]) -> String {
    let new: Vec<u32> = ends.iter().filter_map(|e| e.replaced_by).collect();
    match (new.as_slice(), ends.last()) {
        ([], Some(_)) if !view.is_present() => "; no process listening".to_owned(),
        ([], Some(last)) => match last.others_left {
            0 => String::new(),
            1 => "; one process is left".to_owned(),
            n => format!("; {n} processes are left"),
        },
        ([one], _) => format!("; pid {one} took its place"),
        (all, _) => format!("; {} took their place", all.len()),
    }
}

/// How many are back.
pub(super) fn back(loss: Option<Loss>) -> String {
    loss.filter(|loss| loss.before > 0).map_or_else(String::new, |loss| {
        let share = Ratio(float(loss.open.min(loss.before)) / float(loss.before.max(1)));
        format!("; {} of {} back", fmt::percent(share), fmt::count(loss.before))
    })
}

pub(super) fn brief(ends: &[&End]) -> String {
    match ends {
        [one] => format!("pid {} ended", one.pid),
        all => format!("{} processes ended", all.len()),
    }
}

/// Whether all that is known says that it was asked to go.
pub(super) fn were_asked(ends: &[End]) -> Option<bool> {
    let known: Vec<bool> = ends.iter().filter_map(End::was_asked).collect();
    (!known.is_empty()).then(|| known.iter().all(|asked| *asked))
}

/// How they ended, where they all ended alike.
pub(super) fn how(ends: &[&End]) -> String {
    let mut all: Vec<String> = ends.iter().filter_map(|e| e.how_it_ended()).collect();
    let known = all.len() == ends.len();
    all.dedup();
    match all.as_slice() {
        [one] if known => format!(" ({one})"),
        _ => String::new(),
    }
}
