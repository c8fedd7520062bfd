//! A recording played into a session, at its own moments.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::mpsc::{Receiver, channel};
use tokio::task::JoinHandle;

use super::analysis::Analysis;
use super::progress::ProgressLine;
use super::recorded_clock::{RecordedClock, Sought};
use super::shown::{Marked, Shown};
use super::zone;
use crate::cli::MomentArg;
use crate::clock::{Clock, SystemClock};
use crate::model::ServiceId;
use crate::sample::Stamp;
use crate::source::Advance;
use crate::source::recording::{Fault, Reader, Record};
use crate::text;

/// Records that are read ahead.
const AHEAD: usize = 256;
/// A gap, such as a night the machine slept through, is not sat out.
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// Marks that wait to be taken out: without a screen nobody takes them.
const MARKS: usize = 1000;

/// Plays the records of a reader into an analysis.
pub(super) struct Player {
    pub(super) analysis: Analysis,
    /// Which recording, in words.
    pub(super) origin: String,
    /// Marks of it since they were last taken out.
    pub(super) marks: Vec<Marked>,
    clock: SystemClock,
    /// What the clock showed in it, once that was asked: the file is read for it.
    recorded_clock: Option<RecordedClock>,
    path: PathBuf,
    advance: Arc<Advance>,
    records: Receiver<Record>,
    reading: Option<JoinHandle<Option<Fault>>>,
    /// The next derivation; what comes before it is in the session already.
    next: Option<(Stamp, Option<SocketAddr>)>,
    /// The last one, and when it was shown by our own clock.
    last: Option<(Stamp, Duration)>,
    /// The moments of the first record and of the newest.
    first: Option<DateTime<Utc>>,
    newest: Option<DateTime<Utc>>,
    speed: Option<f64>,
    fault: Option<Fault>,
}

impl Player {
    /// Opens a recording; `speed` paces it, else it goes as fast as it can.
    pub(super) fn open(path: &Path, speed: Option<f64>) -> anyhow::Result<Self> {
        let advance = Advance::new();
        let mut reader = Reader::open_counted(path, &advance)?;
        let analysis = Analysis::recorded(reader.header());
        let (send, records) = channel(AHEAD);
        // Reading may wait for whoever writes into a pipe.
        let reading = tokio::task::spawn_blocking(move || {
            for record in reader.by_ref() {
                if send.blocking_send(record).is_err() {
                    return None;
                }
            }
            reader.fault()
        });
        Ok(Self {
            analysis,
            origin: format!("recording '{}'", shown(path)),
            marks: Vec::new(),
            clock: SystemClock::start(),
            recorded_clock: None,
            path: path.to_owned(),
            advance,
            records,
            reading: Some(reading),
            next: None,
            last: None,
            first: None,
            newest: None,
            speed,
            fault: None,
        })
    }

    /// Takes in what comes before the next derivation; false at the end.
    pub(super) async fn has_more(&mut self) -> bool {
        while self.next.is_none() {
            let Some(record) = self.records.recv().await else {
                self.finish().await;
                return false;
            };
            let wall = record.at().wall;
            self.first.get_or_insert(wall);
            self.newest = self.newest.max(Some(wall));
            match record {
                Record::Sample(sample) => self.analysis.absorb(*sample),
                Record::Derive { at, focus } => {
                    let focus = focus.map(|focus| self.analysis.redact.socket(focus));
                    self.next = Some((at, focus));
                }
                Record::Mark { at, note } => {
                    let second = self.analysis.session.model.timeline().second(at.mono);
                    self.analysis.session.note(second);
                    let note = self.analysis.redact.text(&note);
                    if self.marks.len() < MARKS {
                        self.marks.push(Marked { at: at.wall, second: Some(second), note });
                    }
                }
            }
        }
        true
    }

    /// The end was reached, or the damage: the last picture says which.
    async fn finish(&mut self) {
        let Some(reading) = self.reading.take() else { return };
        self.fault = reading.await.ok().flatten();
        self.analysis.faults.extend(self.fault.as_ref().map(ToString::to_string));
    }

    /// One derivation further, when it is due; false at the end. May be dropped
    /// while it waits.
    pub(super) async fn step(&mut self) -> bool {
        if !self.has_more().await {
            return false;
        }
        let Some((at, focus)) = self.next else { return false };
        if let (Some(speed), Some((last, shown))) = (self.speed, self.last) {
            let wait = at.mono.saturating_sub(last.mono).div_f64(speed).min(LONGEST_WAIT);
            let left = (shown + wait).saturating_sub(self.clock.now().mono);
            tokio::time::sleep(left).await;
        }
        self.derive(at, focus);
        true
    }

    fn derive(&mut self, at: Stamp, focus: Option<SocketAddr>) {
        self.next = None;
        self.last = Some((at, self.clock.now().mono));
        let netns = self.analysis.session.model.netns();
        self.analysis.derive(at, focus.map(|address| ServiceId::new(netns, address)));
    }

    /// Tells how far the reading has come, on standard error.
    pub(super) fn progress_line(&self) -> ProgressLine {
        let name = self.path.file_name().unwrap_or(self.path.as_os_str());
        ProgressLine::of(shown(Path::new(name)), Arc::clone(&self.advance))
    }

    /// Goes to a moment without showing what lies before it.
    pub(super) async fn seek(&mut self, to: MomentArg) -> anyhow::Result<()> {
        let wanted = self.resolve("--at", to, RecordedClock::first).await?;
        while self.has_more().await {
            // The end is part of what is said.
            let next = self.next.take();
            let Some((at, focus)) = next.filter(|_| !wanted.is_before()) else { continue };
            self.derive(at, focus);
            if wanted.is_reached(at) {
                return Ok(());
            }
        }
        Err(self.outside("--at", wanted))
    }

    /// The moment that a flag names; `which` of those in which the clock showed it.
    pub(super) async fn resolve(
        &mut self,
        flag: &str,
        to: MomentArg,
        which: fn(&RecordedClock, DateTime<Utc>) -> Sought,
    ) -> anyhow::Result<Sought> {
        self.has_more().await;
        let Some(first) = self.first else { anyhow::bail!("{}", self.why_nothing()) };
        self.read_recorded_clock().await?;
        let clock = self.recorded_clock.as_ref();
        let wall = match (to, clock) {
            (MomentArg::Exactly(at), _) => at,
            (MomentArg::Clock(time), _) => {
                let here = self.analysis.zone;
                let day = here.local(first).date_naive();
                let on =
                    |day: chrono::NaiveDate| zone::when_a_clock_shows(here, day.and_time(time));
                let shown: Vec<_> =
                    on(day).into_iter().chain(day.succ_opt().and_then(on)).collect();
                let is_shown = |at: &DateTime<Utc>| clock.is_some_and(|c| c.shows(*at));
                // The seconds of a clock have no fraction; the first record has.
                let begins = first - chrono::TimeDelta::seconds(1);
                let later = || shown.iter().copied().find(|at| *at > begins);
                // It lies before the beginning by less than a second, if at all.
                let later = || later().map(|at| at.max(first));
                let found = shown.iter().copied().find(is_shown).or_else(later);
                found.ok_or_else(|| anyhow::anyhow!("no such time"))?
            }
            (MomentArg::Ago(before), Some(clock)) => {
                let sought = clock.before_end(before);
                return sought.ok_or_else(|| anyhow::anyhow!("{}", self.why_nothing()));
            }
            (MomentArg::Ago(_), None) => {
                let what = if self.path.as_os_str() == "-" { "standard input" } else { "a pipe" };
                anyhow::bail!("{flag} '… ago' is counted from the end, which {what} has not yet")
            }
        };
        let by_clock = || Sought::by_clock(wall, first);
        Ok(clock.map_or_else(by_clock, |clock| which(clock, wall)))
    }

    /// Finds out what the clock showed: the recording has to be read for that, once more,
    /// and once for both ends of a range. A pipe cannot be.
    async fn read_recorded_clock(&mut self) -> anyhow::Result<()> {
        let is_file = self.path.as_os_str() != "-"
            && std::fs::metadata(&self.path).is_ok_and(|found| found.is_file());
        if !is_file || self.recorded_clock.is_some() {
            return Ok(());
        }
        let mut reader = Reader::open_counted(&self.path, &self.advance)?;
        let read = move || RecordedClock::of(reader.by_ref().map(|record| record.at()));
        self.recorded_clock = Some(tokio::task::spawn_blocking(read).await?);
        Ok(())
    }

    /// A moment that is not in it.
    pub(super) fn outside(&self, flag: &str, wanted: Sought) -> anyhow::Error {
        let range = self.first.zip(self.newest).map_or_else(
            || "has no time".to_owned(),
            |(first, last)| format!("goes from {} to {}", self.words(first), self.words(last)),
        );
        anyhow::anyhow!("{flag} '{}': {} {range}", self.words(wanted.wall), self.origin)
    }

    /// A moment as whoever looks reads it.
    pub(super) fn words(&self, at: DateTime<Utc>) -> String {
        self.analysis.zone.local(at).format("%Y-%m-%d %H:%M:%S").to_string()
    }

    /// Why there is nothing to show.
    pub(super) fn why_nothing(&self) -> String {
        let why = self.fault.as_ref().map_or_else(String::new, |fault| format!("; {fault}"));
        format!("{} ends before its first reading{why}", self.origin)
    }

    /// Where reading had to stop, once it has.
    pub(super) const fn fault(&self) -> Option<&Fault> {
        self.fault.as_ref()
    }

    /// Whether time goes on in it; up to the first picture it does at any speed.
    pub(super) fn moves(&self) -> bool {
        self.analysis.session.snapshot().is_none() || self.speed.is_none_or(|speed| speed > 0.0)
    }

    /// Whether the last picture is shown.
    pub(super) const fn is_over(&self) -> bool {
        self.reading.is_none()
    }

    /// When it derives next.
    pub(super) fn next_at(&self) -> Option<Stamp> {
        self.next.map(|(at, _)| at)
    }

    /// Leaves the next derivation out.
    pub(super) fn skip(&mut self) {
        self.next = None;
    }
}

impl Shown for Player {
    fn analysis(&self) -> &Analysis {
        &self.analysis
    }

    fn analysis_mut(&mut self) -> &mut Analysis {
        &mut self.analysis
    }

    fn recording(&self) -> Option<String> {
        Some(self.path.to_string_lossy().into_owned())
    }

    fn take_marks(&mut self) -> Vec<Marked> {
        std::mem::take(&mut self.marks)
    }

    fn badge(&self) -> Option<String> {
        Some(match self.speed {
            _ if self.is_over() => "REPLAY ended".to_owned(),
            Some(speed) if speed > 0.0 && (speed - 1.0).abs() > f64::EPSILON => {
                format!("REPLAY ×{speed}")
            }
            _ => "REPLAY".to_owned(),
        })
    }
}

fn shown(path: &Path) -> String {
    text::clean(&path.to_string_lossy(), 80)
}
