//! The live screen.

use std::ops::ControlFlow;
use std::time::Duration;

use super::analysis::Analysis;
use super::available_themes::AvailableThemes;
use super::console::{Console, HANG_UP, Outside, TerminalOptions, without_hang_up};
use super::drive::{Front, drive};
use super::live::Live;
use super::look::CurrentLook;
use super::signals::Signals;
use crate::app::{App, SidePanels};
use crate::config::{Remembered, Settings};
use crate::detect::Alert;
use crate::model::ServiceId;
use crate::output::Out;
use crate::term;
use crate::text;

/// Shows it until the user or a signal ends it; `until` ends it by itself.
pub(super) async fn run(
    mut live: Live,
    app: App,
    settings: &Settings,
    current_look: CurrentLook,
    until: Option<Duration>,
) -> anyhow::Result<u8> {
    let outcome = without_hang_up(follow(&mut live, app, settings, current_look, until).await);
    let ended = matches!(outcome, Ok(code) if code != HANG_UP);
    // One that is not read would hold up the end.
    if settings.summary && ended && term::is_writable() {
        let file = settings.record.as_ref().map(|(path, _)| path.to_string_lossy());
        let file = file.map(|path| text::clean(&path, 80));
        if let Some(lines) = live.analysis.summary(file.as_deref()) {
            Out::default().line(&lines)?;
        }
    }
    live.close().await;
    outcome
}

async fn follow(
    live: &mut Live,
    app: App,
    settings: &Settings,
    current_look: CurrentLook,
    until: Option<Duration>,
) -> anyhow::Result<u8> {
    let signals = Signals::listen(true)?;
    live.analysis.session.remember(settings.interval);
    let mut console = Console::take(app, TerminalOptions::of(settings), current_look, signals)?;
    console.settings = Some(Box::new(settings.clone()));
    let code = drive(live, settings.interval, until, &mut console).await?;
    Ok(code.unwrap_or(0))
}

/// The state of a screen with these settings, arranged as in the run before.
pub(super) fn app(analysis: &Analysis, settings: &Settings) -> App {
    app_after(Remembered::read().as_ref(), analysis, settings)
}

fn app_after(before: Option<&Remembered>, analysis: &Analysis, settings: &Settings) -> App {
    let (host, notes) = (analysis.host.name.clone(), settings.notes.clone());
    let app = App::new(host, analysis.watching.clone(), notes).with_names(analysis.names.clone());
    let mut app = app.in_zone(analysis.zone);
    app.bind(settings.keys.clone());
    app.links.runbook.clone_from(&settings.runbook_url);
    app.take_themes(AvailableThemes::of(settings).names());
    if let Some(panels) = before.and_then(|before| before.panels.as_deref()) {
        app.arrange(SidePanels::read(panels));
    }
    if let Some(before) = before {
        app.take_columns(before.columns.iter().map(|(name, kept)| (name.as_str(), kept.as_str())));
    }
    app
}

/// The same with the settings of a run.
pub(super) fn live_app(analysis: &mut Analysis, settings: &Settings) -> App {
    let before = Remembered::read();
    let mut app = app_after(before.as_ref(), analysis, settings);
    app.redact_notes(|note| analysis.redact.text(note));
    let rows = analysis.redact.settings(settings.shown());
    let file = analysis.redact.text(settings.file());
    app.take_settings(rows, file);
    if before.is_some_and(|before| !before.hints_used) {
        app.welcome();
    }
    app
}

impl Front for Console {
    type Input = Outside;
    const SHOWS_CHANGES: bool = true;

    async fn next(&mut self) -> Outside {
        self.outside().await
    }

    fn handle(&mut self, live: &mut Live, input: Outside) -> anyhow::Result<ControlFlow<u8>> {
        match self.carry_out(live, input)? {
            ControlFlow::Break(code) => return Ok(ControlFlow::Break(code)),
            ControlFlow::Continue(true) => self.show(live)?,
            ControlFlow::Continue(false) => {}
        }
        Ok(ControlFlow::Continue(()))
    }

    fn derived(&mut self, live: &mut Live) -> anyhow::Result<ControlFlow<u8>> {
        self.screen.notify(&live.notifications())?;
        if self.is_due(&live.analysis) {
            self.show(live)?;
        }
        Ok(ControlFlow::Continue(()))
    }

    fn written(&self) -> u64 {
        self.screen.written()
    }

    fn allowance(&self) -> u64 {
        self.screen.allowance()
    }

    fn interval(&self) -> Option<Duration> {
        self.settings.as_ref().map(|settings| settings.interval)
    }

    fn refreshed(&mut self, live: &mut Live) -> anyhow::Result<ControlFlow<u8>> {
        self.show(live)?;
        Ok(ControlFlow::Continue(()))
    }

    fn chosen(&self) -> Option<ServiceId> {
        self.app.chosen()
    }

    fn is_silenced(&self, alert: &Alert) -> bool {
        self.app.is_silenced(alert)
    }
}
