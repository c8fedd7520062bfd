//! What all sections are written from: the session, the time it is about, its
//! clocks.

use chrono::{DateTime, FixedOffset, TimeZone, Utc};

use super::gather::Gather;
use crate::close::Names;
use crate::fmt::Zone;
use crate::model::{Limit, ListenerSnapshot, ServiceId, Snapshot, Track};
use crate::output::{HostName, focused};
use crate::session::Session;

/// What a report is of, beside the session.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The host.
    pub host: &'a HostName,
    /// What was watched, in words.
    pub watching: &'a str,
    /// The user's own names of close codes.
    pub names: &'a Names,
    /// What it is made from: `recording 'x.rec'`.
    pub origin: &'a str,
    /// Whose local time stands beside UTC.
    pub zone: Zone,
    /// What went wrong with the run itself.
    pub faults: &'a [String],
}

/// Everything a section may look at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page<'a> {
    pub(super) session: &'a Session,
    pub(super) snapshot: &'a Snapshot,
    pub(super) gather: &'a Gather,
    pub(super) subject: Subject<'a>,
    pub(super) from: DateTime<Utc>,
    pub(super) to: DateTime<Utc>,
    /// The same in seconds of the history, and its newest.
    pub(super) seconds: (u64, u64),
    pub(super) now: u64,
    /// The service that was looked at most.
    pub(super) main: Option<ServiceId>,
    /// Whether a time needs its day beside it.
    with_day: bool,
}

impl<'a> Page<'a> {
    /// None before the first derivation.
    pub(super) fn new(
        gather: &'a Gather,
        session: &'a Session,
        subject: Subject<'a>,
    ) -> Option<Self> {
        let snapshot = session.snapshot()?;
        let (from, to) = gather.wall.ends()?;
        let (first, last) = gather.wall.seconds()?;
        let now = session.model.timeline().now()?;
        let mut page = Self {
            session,
            snapshot,
            gather,
            subject,
            from,
            to,
            seconds: (first.min(last).min(now), last.min(now)),
            now,
            main: gather.busiest(),
            with_day: false,
        };
        let day = |at| (at, page.offset(at)).0;
        let days =
            [page.from, page.to].map(|at| (day(at).date_naive(), page.local(at).date_naive()));
        page.with_day = days.iter().any(|(utc, local)| *utc != days[0].0 || *local != days[0].0);
        Some(page)
    }

    fn offset(&self, at: DateTime<Utc>) -> FixedOffset {
        self.subject.zone.offset(at)
    }

    fn local(&self, at: DateTime<Utc>) -> DateTime<FixedOffset> {
        at.with_timezone(&self.offset(at))
    }

    /// `14:05:23`, with its day where the report is of more than one.
    pub(super) fn utc(&self, at: DateTime<Utc>) -> String {
        self.write(&at)
    }

    /// The same on the local clock.
    pub(super) fn local_time(&self, at: DateTime<Utc>) -> String {
        self.write(&self.local(at))
    }

    fn write<Z: TimeZone<Offset: std::fmt::Display>>(&self, at: &DateTime<Z>) -> String {
        at.format(if self.with_day { "%Y-%m-%d %H:%M:%S" } else { "%H:%M:%S" }).to_string()
    }

    /// `+02:00` at the beginning of the report.
    pub(super) fn zone(&self) -> String {
        self.offset(self.from).to_string()
    }

    /// `2026-11-21 12:00:00 to 12:20:00 UTC (local +02:00: 14:00:00 to 14:20:00)`.
    pub(super) fn range(&self) -> String {
        let day =
            if self.with_day { String::new() } else { self.from.format("%Y-%m-%d ").to_string() };
        let steps = match self.gather.wall.steps() {
            0 => String::new(),
            1 => "; in between the clock was set".to_owned(),
            n => format!("; in between the clock was set {n} times"),
        };
        format!(
            "{day}{} to {} UTC (local {}: {} to {}){steps}",
            self.utc(self.from),
            self.utc(self.to),
            self.zone(),
            self.local_time(self.from),
            self.local_time(self.to),
        )
    }

    /// The main listener as it was last seen.
    pub(super) fn listener(&self) -> Option<&'a ListenerSnapshot> {
        focused(self.snapshot, self.main)
    }

    /// Whether something that lasted from one moment to another falls into it.
    pub(super) fn holds(&self, since: DateTime<Utc>, until: Option<DateTime<Utc>>) -> bool {
        self.gather.wall.holds(since, until)
    }

    /// The second of history in which the clock showed that.
    pub(super) fn second(&self, at: DateTime<Utc>) -> u64 {
        self.gather.wall.second(at)
    }

    /// Whether that was before the report begins.
    pub(super) fn began_before(&self, at: DateTime<Utc>) -> bool {
        self.second(at) < self.seconds.0
    }

    /// The highest second of a track and when it was.
    pub(super) fn peak(&self, track: &Track) -> Option<(f64, DateTime<Utc>)> {
        let (first, last) = self.seconds;
        let step = track.step(first, self.now);
        // Of equals the first: that is when it began.
        let seen = track.seen(step, first, last);
        let (second, highest) = seen.reduce(|a, b| if b.1.max > a.1.max { b } else { a })?;
        let at = self.gather.wall.at(second.max(first))?;
        Some((f64::from(highest.max), at))
    }

    /// The highest second of several; of equals the first.
    pub(super) fn peak_of(&self, tracks: &[&Track]) -> Option<(f64, DateTime<Utc>)> {
        let peaks = tracks.iter().filter_map(|track| self.peak(track));
        peaks.reduce(|a, b| if b.0 > a.0 { b } else { a })
    }

    /// The series of a limit: of one that each process has for itself those of all
    /// processes of that name, since the worst was that of a pid that is gone as a
    /// rule.
    pub(super) fn tracks(&self, limit: &Limit) -> Vec<&'a Track> {
        let of_process = |scope: &str| {
            let (pid, name) = scope.strip_prefix("pid ")?.split_once(' ')?;
            pid.parse::<u32>().is_ok().then(|| name.to_owned())
        };
        let own = of_process(&limit.scope);
        let related =
            |scope: &str| scope == limit.scope || own.is_some() && of_process(scope) == own;
        let all = self.session.model.history().limits(limit.kind);
        all.filter(|(scope, _)| related(scope)).map(|(_, track)| track).collect()
    }

    /// The sum of a track.
    pub(super) fn sum(&self, track: &Track) -> Option<f64> {
        let (first, last) = self.seconds;
        Some(f64::from(track.total(first, last, self.now)?.sum))
    }
}
