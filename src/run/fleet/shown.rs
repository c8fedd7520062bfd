//! What the screen is over: all hosts together, or the one that was opened.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use super::picture::{LookedAt, Picture};
use crate::app::{App, HostsPage};
use crate::clock::{Clock, SystemClock};
use crate::config::Settings;
use crate::detect::{Moment, Severity, Verdict};
use crate::fmt;
use crate::run::analysis::Analysis;
use crate::run::shown::Shown;
use crate::sample::Stamp;

/// The newest picture, and that of the past that is looked at.
pub(super) struct FleetShown {
    /// All hosts together.
    all: Analysis,
    /// The one that was opened.
    one: Option<(String, Analysis)>,
    settings: Settings,
    server: String,
    page: Arc<HostsPage>,
    /// A moment of the past: its second, its host, and its hosts.
    held: Option<(u64, Option<String>, Moment, Arc<HostsPage>)>,
    /// How often the user has asked out of turn.
    turns: Cell<u64>,
    /// Why the last one did not come.
    fault: Option<String>,
    /// When the newest came, by our own clock.
    came: Option<Duration>,
}

impl FleetShown {
    pub(super) fn new(settings: &Settings, server: String) -> Self {
        Self {
            all: waiting(settings, &server),
            one: None,
            settings: settings.clone(),
            server,
            page: Arc::default(),
            held: None,
            turns: Cell::new(0),
            fault: None,
            came: None,
        }
    }

    /// Takes in what came; `now` is by our own clock.
    pub(super) fn take(
        &mut self,
        told: Result<Box<Picture>, String>,
        now: Duration,
        app: &mut App,
    ) {
        match told {
            Ok(picture) => {
                self.fault = None;
                self.show(*picture, now, app);
            }
            Err(fault) => self.fault = Some(fault),
        }
        self.age(now);
    }

    /// What went wrong last, and how old the figures are by now.
    pub(super) fn age(&mut self, now: Duration) {
        let old = self.came.map(|came| fmt::span(now.saturating_sub(came)));
        let old = old.map(|old| format!("; figures are {old} old")).unwrap_or_default();
        self.analysis_mut().faults =
            self.fault.iter().map(|fault| format!("{fault}{old}")).collect();
    }

    /// Whether its age has to be told.
    pub(super) const fn is_failing(&self) -> bool {
        self.fault.is_some()
    }

    fn show(&mut self, picture: Picture, now: Duration, app: &mut App) {
        let Picture { wanted, page, moment, past, anew } = picture;
        // Another one was opened meanwhile.
        if wanted.host.as_ref() != self.one.as_ref().map(|(host, _)| host) {
            return;
        }
        let newest = self.analysis().session.latest.clone();
        if anew {
            let zone = self.analysis().zone;
            *self.analysis_mut() = waiting(&self.settings, &self.server);
            self.analysis_mut().zone = zone;
        }
        if let Some(second) = wanted.second {
            // Of the past only the stretch that is charted is another.
            if let (true, Some(newest)) = (anew, newest) {
                self.analysis_mut().session.show(newest, &past);
            }
            app.bring(second, moment.clone());
            app.take_hosts(Arc::clone(&page));
            self.held = Some((second, wanted.host, moment, page));
            return;
        }
        self.came = Some(now);
        self.analysis_mut().session.show(moment, &past);
        self.page = page;
        if !app.is_paused() {
            self.held = None;
            app.take_hosts(Arc::clone(&self.page));
        }
    }

    /// What the user looks at by now: another host, or now again.
    pub(super) fn follow(&mut self, app: &mut App) {
        let host = app.open_host();
        if host != self.one.as_ref().map(|(host, _)| host.as_str()) {
            let fresh = || waiting(&self.settings, &self.server);
            self.one = host.map(|host| (host.to_owned(), fresh()));
        }
        if !app.is_paused() && self.held.take().is_some() {
            app.take_hosts(Arc::clone(&self.page));
        }
    }

    /// What is to be asked for.
    pub(super) fn wanted(&self, app: &App) -> LookedAt {
        let host = app.open_host().map(str::to_owned);
        let turns = self.turns.get();
        LookedAt { host, window: app.window(), second: app.cursor(), turns }
    }
}

impl Shown for FleetShown {
    fn analysis(&self) -> &Analysis {
        self.one.as_ref().map_or(&self.all, |(_, analysis)| analysis)
    }

    fn analysis_mut(&mut self) -> &mut Analysis {
        self.one.as_mut().map_or(&mut self.all, |(_, analysis)| analysis)
    }

    fn walk(&self) {
        self.turns.set(self.turns.get() + 1);
    }

    /// What is not read yet is asked for, and brought when it comes.
    fn moment(&self, second: u64) -> Option<Moment> {
        let one = self.one.as_ref().map(|(host, _)| host);
        let held = self.held.as_ref();
        let held = held.filter(|(of, host, ..)| *of == second && host.as_ref() == one);
        if let Some((_, _, moment, _)) = held {
            return Some(moment.clone());
        }
        let mut latest = self.analysis().session.latest.clone()?;
        latest.judgement.verdict = Verdict {
            severity: Severity::Unknown,
            sentence: format!("asking {} about that moment", self.server),
            brief: "asking".to_owned(),
            ..Verdict::waiting(latest.snapshot.at.wall)
        };
        Some(latest)
    }
}

/// Before the first answer there is a picture of which nothing is known.
fn waiting(settings: &Settings, server: &str) -> Analysis {
    let mut analysis = super::analysis(settings, server);
    analysis.host.name.clone_from(&analysis.watching);
    let wall = SystemClock::start().now().wall;
    let seconds = u64::try_from(wall.timestamp()).unwrap_or(0);
    analysis.session.wait(Stamp { mono: Duration::from_secs(seconds), wall });
    if let Some(latest) = &mut analysis.session.latest {
        latest.judgement.verdict.sentence = format!("asking {server}");
    }
    analysis
}
