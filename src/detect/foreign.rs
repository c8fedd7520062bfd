//! What of the host's arrivals came to somebody else.
//!
//! The kernel counts what it accepts for the whole network namespace, ten times a
//! second; what a service was sent is exact only up to the last walk. A burst of 400
//! beside a neighbour with 20 a second read as 1 358 once its herd was open: the
//! difference between the two is somebody else's, and is taken off what is told.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Duration;

use crate::model::{ListenerSnapshot, Snapshot};
use crate::units::float;

/// What is looked back on for the rate of a moment, and for what was before a herd.
const LATELY: Duration = Duration::from_secs(5);
const BEFORE: Duration = Duration::from_secs(30);
/// Walks of so long have to say that it is quiet.
const CERTAIN: Duration = Duration::from_millis(900);
/// Walks and counters that are kept: a herd is a level shift after ten minutes.
const KEPT: Duration = Duration::from_mins(11);
/// Ticks of the host's counter that are kept: a walk is no older.
const TICKS: Duration = Duration::from_mins(1);

/// What came to those that are meant, as walks have counted it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Own {
    /// All of it, without the usual.
    pub(super) total: f64,
    /// The most that came in a second from one walk to the next.
    pub(super) peak: f64,
}

/// Arrivals that were somebody else's, since a moment.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Share {
    /// A second, now and before that moment.
    pub(super) now: f64,
    pub(super) before: f64,
    /// All of them since.
    pub(super) since: f64,
    /// A second of our own before that moment, where that is known.
    pub(super) usual: Option<f64>,
    /// Our own since, without the usual ones, once a walk has seen the last of them.
    pub(super) own: Option<Own>,
}

/// What was opened up to a walk: at the host, and at each service.
#[derive(Debug, Clone)]
struct Point {
    at: Duration,
    host: f64,
    others: f64,
    services: Vec<(SocketAddr, f64)>,
}

impl Point {
    /// Opened at those that are meant: one, or all that are watched.
    fn own(&self, of: Option<SocketAddr>) -> f64 {
        let meant = |(a, _): &&(SocketAddr, f64)| of.is_none_or(|address| *a == address);
        let rest = if of.is_none() { self.others } else { 0.0 };
        rest + self.services.iter().filter(meant).map(|(_, n)| n).sum::<f64>()
    }

    fn foreign(&self, of: Option<SocketAddr>) -> f64 {
        self.host - self.own(of)
    }
}

/// How much it grew a second from one walk to the next.
fn rate(from: &Point, to: &Point, value: impl Fn(&Point) -> f64) -> f64 {
    let took = to.at.saturating_sub(from.at).as_secs_f64();
    if took > 0.0 { (value(to) - value(from)).max(0.0) / took } else { 0.0 }
}

/// Both countings, side by side.
#[derive(Debug, Clone, Default)]
pub(super) struct Foreign {
    ticks: VecDeque<(Duration, u64)>,
    points: VecDeque<Point>,
}

impl Foreign {
    /// The host has accepted so many, ever.
    pub(super) fn count(&mut self, at: Duration, accepted: u64) {
        if self.ticks.back().is_some_and(|(_, before)| *before > accepted) {
            *self = Self::default();
        }
        self.ticks.push_back((at, accepted));
        let old = |(then, _): &(Duration, u64)| at.saturating_sub(*then) > TICKS;
        while self.ticks.front().is_some_and(old) {
            self.ticks.pop_front();
        }
    }

    /// What each service was sent, up to the walk that is told of.
    pub(super) fn observe(&mut self, snapshot: &Snapshot) {
        let walked = snapshot.listeners.iter().filter_map(|l| l.walked).min();
        let Some((at, host)) = walked.and_then(|at| Some((at, self.accepted_at(at)?))) else {
            return;
        };
        if self.points.back().is_some_and(|point| point.at >= at) {
            return;
        }
        let of = |l: &ListenerSnapshot| (l.address, float(l.opened_total));
        let services = snapshot.services.iter().map(|s| of(&s.whole)).collect();
        let others = float(snapshot.others.map_or(0, |others| others.opened_total));
        self.points.push_back(Point { at, host, others, services });
        let old = |point: &Point| at.saturating_sub(point.at) > KEPT;
        while self.points.front().is_some_and(old) {
            self.points.pop_front();
        }
    }

    /// The host's counter at that moment, between two ticks by their line.
    fn accepted_at(&self, at: Duration) -> Option<f64> {
        let next = self.ticks.iter().position(|(then, _)| *then >= at)?;
        let (then, after) = self.ticks[next];
        let Some(&(from, before)) = next.checked_sub(1).and_then(|n| self.ticks.get(n)) else {
            return (then == at).then(|| float(after));
        };
        let whole = then.saturating_sub(from).as_secs_f64().max(1e-3);
        let part = at.saturating_sub(from).as_secs_f64() / whole;
        Some(float(before) + part * float(after - before))
    }

    /// What came to others than that service, or than all that are watched, since
    /// `onset`.
    pub(super) fn since(&self, onset: Duration, of: Option<SocketAddr>, now: Duration) -> Share {
        // The first walk after it: of a moment in which hundreds come a second the counter and
        // the walk are some milliseconds apart, and 29 of 400 were a neighbour's.
        let after = self.points.iter().find(|p| p.at >= now);
        let Some(last) = after.or_else(|| self.points.back()) else { return Share::default() };
        let others = |point: &Point| point.foreign(of);
        let lately = self.points.iter().find(|p| last.at.saturating_sub(p.at) <= LATELY);
        let rate_now = lately.map_or(0.0, |from| rate(from, last, others));
        let before_it = |p: &&Point| p.at <= onset;
        let older = self.points.iter().rfind(before_it);
        let mut first = self.points.iter().filter(before_it);
        let first = first.find(|p| onset.saturating_sub(p.at) <= BEFORE);
        let both = first.zip(older);
        let before = both.map_or(0.0, |(from, to)| rate(from, to, others));
        let usual = both.map(|(from, to)| rate(from, to, |point| point.own(of)));
        // Up to the last walk it is known; since then, and before the first one, it is
        // supposed to go on.
        let base = older.or_else(|| self.points.front());
        let known = base.map_or(0.0, |base| {
            let gap = base.at.abs_diff(onset).as_secs_f64() * before;
            let came = last.foreign(of) - base.foreign(of);
            if base.at <= onset { came - gap } else { came + gap }
        });
        // What a walk has counted on both sides of it is exact, whatever a neighbour does.
        let own = older.filter(|_| after.is_some()).map(|base| {
            let seconds = last.at.saturating_sub(base.at).as_secs_f64();
            let came = last.own(of) - base.own(of);
            let pairs = self.points.iter().zip(self.points.iter().skip(1));
            let within = pairs.filter(|(from, to)| from.at >= base.at && to.at <= last.at);
            let each = within.map(|(from, to)| rate(from, to, |point| point.own(of)));
            let total = (came - usual.unwrap_or(0.0) * seconds).max(0.0);
            Own { total, peak: each.fold(0.0, f64::max).min(total) }
        });
        let rest = now.saturating_sub(last.at.max(onset)).as_secs_f64() * rate_now;
        let beyond = last.at.saturating_sub(now.max(onset)).as_secs_f64() * rate_now;
        Share { now: rate_now, before, since: (known + rest - beyond).max(0.0), usual, own }
    }

    /// For how long no more came to those that are meant than is usual: fewer than so
    /// many a second; none while that is not known, or nothing came since `onset`.
    pub(super) fn quiet_for(
        &self,
        onset: Duration,
        of: Option<SocketAddr>,
        most: f64,
        now: Duration,
    ) -> Option<Duration> {
        let last = self.points.back()?;
        let pairs = || self.points.iter().zip(self.points.iter().skip(1));
        let own = |point: &Point| point.own(of);
        let loud = pairs().rfind(|(from, to)| rate(from, to, own) >= most)?.1.at;
        let known = last.at.saturating_sub(loud) >= CERTAIN;
        (known && loud >= onset).then(|| now.saturating_sub(loud))
    }

    /// Opened at those that are meant, and at the host, from that moment to the last of
    /// which more than so many a second came.
    pub(super) fn part(&self, onset: Duration, most: f64) -> Option<(f64, f64)> {
        let own = |point: &Point| point.own(None);
        let base = self.points.iter().rfind(|p| p.at <= onset).or_else(|| self.points.front())?;
        let pairs = || self.points.iter().zip(self.points.iter().skip(1));
        let loud = pairs().rfind(|(from, to)| to.at > onset && rate(from, to, own) >= most)?.1;
        Some((own(loud) - own(base), loud.host - base.host))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Netns, ServiceId, ServiceSnapshot};
    use crate::sample::Stamp;

    #[test]
    fn what_came_to_a_neighbour_is_taken_off() {
        let s = Duration::from_secs;
        let wall = chrono::DateTime::from_timestamp(1_000_000, 0).unwrap();
        let address: SocketAddr = ([0, 0, 0, 0], 8080).into();
        let mut foreign = Foreign::default();
        // 20 a second to somebody else; 100 a second to us from 20 s to 24 s.
        let own = |second: u64| second.clamp(20, 24) * 100;
        for second in 0..40 {
            foreign.count(s(second), 20 * second + own(second));
            let whole = ListenerSnapshot {
                walked: Some(s(second)),
                opened_total: own(second),
                ..ListenerSnapshot::nothing(address)
            };
            let id = ServiceId::new(Netns::default(), address);
            let snapshot = Snapshot {
                listeners: vec![whole.clone()],
                services: vec![ServiceSnapshot {
                    id,
                    addresses: vec![address],
                    whole,
                    behind: None,
                }],
                ..Snapshot::nothing(Stamp { mono: s(second), wall })
            };
            foreign.observe(&snapshot);
        }
        let share = foreign.since(s(20), None, s(39));
        assert_eq!((share.now, share.before, share.since), (20.0, 20.0, 380.0));
        assert_eq!(share.own, Some(Own { total: 400.0, peak: 100.0 }));
        assert_eq!(foreign.since(s(20), Some(address), s(39)), share);
        assert_eq!(foreign.quiet_for(s(20), None, 10.0, s(39)), Some(s(15)));
        assert_eq!(foreign.part(s(20), 10.0), Some((400.0, 480.0)));
    }
}
