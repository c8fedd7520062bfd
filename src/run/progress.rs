//! Tells on standard error how far a long read has come, where that is a terminal.

use std::future::Future;
use std::io::{IsTerminal, Write};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;

use crate::clock::{Clock, SystemClock};
use crate::output::Progress;
use crate::source::Advance;
use crate::term;

/// What is over by then needs no line: it would only flash.
const PATIENCE: Duration = Duration::from_millis(200);
/// Four lines a second are read; more are drawn for nobody.
const EVERY: Duration = Duration::from_millis(250);

/// One line that is written again and again, and erased at the end.
pub(super) struct ProgressLine {
    name: String,
    advance: Arc<Advance>,
    clock: SystemClock,
    is_shown: bool,
    last: Duration,
}

impl ProgressLine {
    /// Of the reading of this, named in clean words.
    pub(super) fn of(name: String, advance: Arc<Advance>) -> Self {
        let clock = SystemClock::start();
        Self { name, advance, clock, is_shown: false, last: Duration::ZERO }
    }

    /// How far it has come.
    pub(super) fn now(&self, lines: Option<u64>) -> Progress {
        let (read, total) = (self.advance.read(), self.advance.total());
        Progress { read, total, lines, elapsed: self.clock.now().mono }
    }

    /// Whether it is time to tell again: within 200 ms, then four times a second.
    pub(super) fn is_due(&mut self) -> bool {
        let now = self.clock.now().mono;
        let due = if self.last.is_zero() { PATIENCE } else { self.last + EVERY };
        if now >= due {
            self.last = now;
        }
        now >= due
    }

    /// Writes the line.
    pub(super) fn show(&mut self, lines: Option<u64>) {
        let mut stderr = std::io::stderr().lock();
        if stderr.is_terminal() && term::knows_sequences() {
            self.is_shown = true;
            let line = self.now(lines).line(&self.name);
            let _ = write!(stderr, "\r{line}\x1b[K").and_then(|()| stderr.flush());
        }
    }

    /// Does the work and tells of it meanwhile.
    pub(super) async fn during<T>(mut self, work: impl Future<Output = T>) -> T {
        tokio::pin!(work);
        let mut wait = PATIENCE;
        loop {
            tokio::select! {
                biased;
                () = sleep(wait) => {
                    self.show(None);
                    wait = EVERY;
                }
                done = &mut work => return done,
            }
        }
    }
}

impl Drop for ProgressLine {
    fn drop(&mut self) {
        self.erase();
    }
}

impl ProgressLine {
    /// What comes next begins on an empty line.
    pub(super) fn erase(&mut self) {
        if std::mem::take(&mut self.is_shown) {
            let mut stderr = std::io::stderr().lock();
            let _ = write!(stderr, "\r\x1b[K").and_then(|()| stderr.flush());
        }
    }
}
