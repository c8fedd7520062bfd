//! What leaves the screen at a key: the report, once that is confirmed, and the summary
//! for whoever takes over.

use std::path::Path;

use super::console::{Console, Planned};
use super::export::{self, export};
use super::handoff;
use super::shown::Shown;
use crate::clock::{Clock, SystemClock};

impl Console {
    /// Names the files a report would be written into now.
    pub(super) fn ask_to_export(&mut self) {
        let now = SystemClock::start().now().wall;
        let path = export::path(now, Path::new("."));
        self.app.ask_to_write(export::files(&path));
        self.planned = Some(Planned::Report(path));
    }

    /// Writes what was asked about, and says so.
    pub(super) fn write(&mut self, shown: &impl Shown) {
        match self.planned.take() {
            Some(Planned::Report(path)) => {
                let done = export(shown, &path, &self.marks());
                self.app.say(done);
            }
            Some(Planned::Settings(values)) => self.keep(&values),
            None => {}
        }
    }

    /// Sends the summary to the terminal's clipboard, and says how long it is.
    pub(super) fn hand_over(&mut self, shown: &impl Shown) -> std::io::Result<()> {
        let file = shown.recording();
        let summary = handoff::summary(shown.analysis(), &self.marks(), file.as_deref());
        let Some(text) = summary else {
            self.app.say("nothing has been measured yet".to_owned());
            return Ok(());
        };
        self.screen.copy(&text)?;
        let lines = text.lines().count();
        let done = format!("{lines} lines for who takes over: sent to the terminal's clipboard");
        self.app.say(done);
        Ok(())
    }

    /// The seconds of history that were noted.
    fn marks(&self) -> Vec<(u64, String)> {
        self.app.marks().map(|(at, note)| (at, note.to_owned())).collect()
    }
}
