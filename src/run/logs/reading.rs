//! A log on its way into a session, a slice at a time.

use std::time::Duration;

use super::herds::HerdClients;
use crate::clock::{Clock, SystemClock};
use crate::output::{self, Out, Progress, Speaker};
use crate::run::analysis::Analysis;
use crate::run::progress::ProgressLine;
use crate::run::shown::Shown;
use crate::sample::{LogReading, Reading as Read, Sample, Stamp};
use crate::source::log::{Batch, Next};

/// While all is calm the judgement is asked for this often, in the log's time: a
/// day has 86 400 seconds, and a rate is over ten of them.
const CALM: Duration = Duration::from_secs(5);
/// A log that is silent for longer tells nothing of the time between.
const SILENCE: Duration = Duration::from_hours(1);
/// Between two looks at keys and signals.
const SLICE: Duration = Duration::from_millis(20);

/// What a slice brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Came {
    /// Something, and there is more.
    Some,
    /// The end of the log.
    End,
}

/// The log being read.
pub(super) struct LogRun {
    pub(super) analysis: Analysis,
    clock: SystemClock,
    batch: Batch,
    progress_line: ProgressLine,
    herds: HerdClients,
    /// When it was judged last, and the newest second, by the log's clock.
    judged: Option<Duration>,
    last: Option<Stamp>,
    lines: u64,
    /// How far it had come when it was stopped.
    stopped: Option<Progress>,
    /// Where a line is said for each change, and those that are not printed yet.
    speaker: Option<Speaker>,
    said: Vec<String>,
}

impl LogRun {
    pub(super) fn of(analysis: Analysis, batch: Batch, name: String) -> Self {
        let progress_line = ProgressLine::of(name, std::sync::Arc::clone(batch.advance()));
        Self {
            analysis,
            clock: SystemClock::start(),
            batch,
            progress_line,
            herds: HerdClients::default(),
            judged: None,
            last: None,
            lines: 0,
            stopped: None,
            speaker: None,
            said: Vec::new(),
        }
    }

    /// It is to be shown: moments are kept, and the first is of nothing yet.
    pub(super) fn begin(&mut self) {
        self.analysis.session.remember(CALM);
        self.analysis.session.wait(self.clock.now());
    }

    /// Takes in what comes within a slice of time.
    pub(super) async fn slice(&mut self) -> Came {
        // Keys and signals have their turn.
        tokio::task::yield_now().await;
        let began = self.clock.now().mono;
        while self.clock.now().mono.saturating_sub(began) < SLICE {
            match self.batch.within(SLICE) {
                Next::Sample(sample) => self.take(*sample),
                Next::Silence => break,
                Next::End => {
                    self.finish();
                    return Came::End;
                }
            }
        }
        Came::Some
    }

    fn take(&mut self, sample: Sample) {
        let at = sample.at;
        if let Some(Read::Seen(log)) = &sample.log {
            self.lines += log.lines;
            self.herds.take(at.wall, log);
        }
        self.pass(at);
        self.analysis.absorb(sample);
        self.last = Some(at);
        let judgement = self.analysis.session.judgement();
        let running = judgement.is_some_and(|judgement| judgement.herd.running);
        self.herds.judge(self.analysis.session.judge.herds(), running);
        let calm = judgement.is_none_or(|j| !j.herd.running && j.firing().next().is_none());
        let since = self.judged.map(|judged| at.mono.saturating_sub(judged));
        if !calm || since.is_none_or(|since| since >= CALM) {
            self.judge(at);
        }
    }

    /// Seconds in which nothing was told have a judgement as well: what was bad is
    /// over in them.
    fn pass(&mut self, to: Stamp) {
        let Some(last) = self.last else { return };
        if to.mono.saturating_sub(last.mono) > SILENCE {
            return;
        }
        while let Some(judged) = self.judged
            && judged + CALM < to.mono
        {
            self.judge(last.plus((judged + CALM).saturating_sub(last.mono)));
        }
    }

    fn judge(&mut self, at: Stamp) {
        self.judged = Some(at.mono);
        self.analysis.derive(at, None);
        if let Some(speaker) = &mut self.speaker {
            self.said.extend(speaker.hear(&self.analysis.session, None));
        }
    }

    /// Says a line for each change from now on.
    pub(super) fn speak(&mut self) {
        self.speaker = Some(Speaker::new(self.analysis.zone));
    }

    /// Reads no further: what has come so far is the whole.
    pub(super) fn stop(&mut self) {
        self.batch.advance().stop();
        self.stopped = Some(self.progress());
    }

    fn finish(&mut self) {
        let Some(last) = self.last else { return };
        let herd_clients = self.herds.told(self.analysis.session.judge.herds());
        if !herd_clients.is_empty() {
            let log = LogReading { herd_clients, ..LogReading::default() };
            self.analysis.absorb(Sample { log: Some(Read::Seen(log)), ..Sample::at(last) });
        }
        if let Some(stopped) = self.stopped {
            let note = format!("stopped after {} of it: the rest is not told", stopped.share());
            let log = LogReading { notes: vec![note], ..LogReading::default() };
            self.analysis.absorb(Sample { log: Some(Read::Seen(log)), ..Sample::at(last) });
        }
        self.judge(last);
    }

    /// How far it has come.
    pub(super) fn progress(&self) -> Progress {
        self.progress_line.now(Some(self.lines))
    }

    /// Whether it is time to tell of it again.
    pub(super) fn is_due(&mut self) -> bool {
        self.progress_line.is_due()
    }

    /// Tells what there is to hear of it, else on standard error how far it has come:
    /// a line that is written over and over is nothing for a screen reader.
    /// False = nobody listens any more.
    pub(super) fn tell(&mut self) -> anyhow::Result<bool> {
        if self.speaker.is_some() {
            for line in self.said.drain(..) {
                if !Out::default().line(&line)? {
                    return Ok(false);
                }
            }
        } else if self.progress_line.is_due() {
            self.progress_line.show(Some(self.lines));
        }
        Ok(true)
    }

    /// How the reading ended; what was shown of it meanwhile is erased.
    pub(super) fn end(&mut self) -> anyhow::Result<()> {
        self.progress_line.erase();
        self.batch.end().map_err(anyhow::Error::msg)
    }

    /// What the log told, in words.
    pub(super) fn summary(&self) -> Option<String> {
        let Analysis { session, names, zone, .. } = &self.analysis;
        output::log_summary(session, names, *zone)
    }
}

impl Shown for LogRun {
    fn analysis(&self) -> &Analysis {
        &self.analysis
    }

    fn analysis_mut(&mut self) -> &mut Analysis {
        &mut self.analysis
    }
}
