//! Who is told of what the judge has found: a command, the terminal, Alertmanager.

use std::io::{IsTerminal, Write};
use std::time::Duration;

use super::analysis::Analysis;
use super::hooks::{Call, Hooks};
use super::posted::Posted;
use super::signals::Signals;
use crate::config::Settings;
use crate::detect::{Alert, Judgement, Moment, News, Turn, advice};
use crate::fmt::Zone;
use crate::output::{self, Dialect, HostName};
use crate::sample::Stamp;
use crate::term;

/// After this it is said what the end waits for.
const PATIENCE: Duration = Duration::from_secs(1);

/// What was told, and to whom.
pub(super) struct Notifier {
    news: News,
    hooks: Option<Hooks>,
    posted: Option<Posted>,
    bell: bool,
    notify: Option<Dialect>,
    in_tmux: bool,
    /// For the terminal, since it was last asked.
    bytes: Vec<u8>,
}

impl Notifier {
    /// None where nobody is to be told.
    pub(super) fn start(settings: &Settings) -> anyhow::Result<Option<Self>> {
        let posted = Posted::start(settings)?;
        let is_told = posted.is_some() || Self::tells_here(settings);
        Ok(is_told.then(|| Self::new(settings, posted)))
    }

    /// The same in the middle of a run: what fires already is not new, and Alertmanager
    /// is for who was started with one.
    pub(super) fn start_at(settings: &Settings, judgement: Option<&Judgement>) -> Option<Self> {
        let mut notifier = Self::tells_here(settings).then(|| Self::new(settings, None))?;
        if let Some(judgement) = judgement {
            drop(notifier.news.of(judgement));
        }
        Some(notifier)
    }

    /// Whether a command or the terminal is told.
    const fn tells_here(settings: &Settings) -> bool {
        let wanted = &settings.notifications;
        wanted.hook.is_some() || wanted.bell || wanted.notify
    }

    fn new(settings: &Settings, posted: Option<Posted>) -> Self {
        let wanted = &settings.notifications;
        Self {
            news: News::default(),
            hooks: wanted.hook.clone().map(Hooks::start),
            posted,
            bell: wanted.bell,
            notify: wanted.notify.then(dialect),
            in_tmux: std::env::var_os("TMUX").is_some(),
            bytes: Vec::new(),
        }
    }

    /// The terminal is told otherwise from now on.
    pub(super) fn retune(&mut self, settings: &Settings) {
        self.bell = settings.notifications.bell;
        self.notify = settings.notifications.notify.then(dialect);
    }

    /// It was judged: what is new goes out; a silenced alert makes no sound.
    pub(super) fn judged(
        &mut self,
        at: Stamp,
        analysis: &Analysis,
        silenced: impl Fn(&Alert) -> bool,
    ) {
        if let Some(posted) = &self.posted {
            posted.publish(analysis);
        }
        let Some(Moment { snapshot, judgement, .. }) = &analysis.session.latest else { return };
        let (host, focus) = (&analysis.host, analysis.focus());
        for (turn, alert) in self.news.of(judgement) {
            if let Some(hooks) = &self.hooks {
                let steps = advice::of_alert(judgement, snapshot, alert, focus.map(|f| f.socket()));
                hooks.call(Call {
                    alert: alert.id,
                    at: at.wall,
                    document: output::alert_document(alert, at.wall, host, &steps),
                    variables: output::alert_variables(alert, host),
                });
            }
            if !silenced(alert) {
                notify_terminal(
                    &mut self.bytes,
                    (self.bell, self.notify, self.in_tmux),
                    turn,
                    alert,
                    host,
                );
            }
        }
    }

    /// What goes wrong with it.
    pub(super) fn faults(&self, zone: Zone) -> impl Iterator<Item = String> {
        let hook = self.hooks.as_ref().and_then(|hooks| hooks.fault(zone));
        hook.into_iter().chain(self.posted.as_ref().and_then(|posted| posted.fault(zone)))
    }

    /// What rings and notifies on a terminal, since this was last asked.
    pub(super) fn bytes(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }

    /// Without a screen: to standard error, where that is a terminal, and what
    /// went wrong in words.
    pub(super) fn notify_stderr(&mut self, zone: Zone) {
        let mut stderr = std::io::stderr().lock();
        let bytes = self.bytes();
        if stderr.is_terminal() && term::knows_sequences() {
            let _ = stderr.write_all(&bytes);
        }
        let hook = self.hooks.as_ref().and_then(|hooks| hooks.fresh_fault(zone));
        let posted = self.posted.as_ref().and_then(|posted| posted.fresh_fault(zone));
        for fault in hook.into_iter().chain(posted) {
            let _ = writeln!(stderr, "herdtop: {fault}");
        }
    }

    /// Waits for the last post and the commands under way, unless a signal ends that too.
    /// Said when it takes long.
    pub(super) async fn finish(&mut self, zone: Zone) {
        if let Some(posted) = &mut self.posted {
            posted.finish().await;
            if let Some(fault) = posted.fresh_fault(zone) {
                let _ = writeln!(std::io::stderr(), "herdtop: {fault}");
            }
        }
        let Some(hooks) = &mut self.hooks else { return };
        let Ok(mut signals) = Signals::listen(false) else { return };
        let said = async {
            tokio::time::sleep(PATIENCE).await;
            let _ =
                writeln!(std::io::stderr(), "herdtop: waiting for --on-alert; Ctrl-C leaves it");
            std::future::pending::<()>().await;
        };
        tokio::select! {
            fault = hooks.finish(zone) => if let Some(fault) = fault {
                let _ = writeln!(std::io::stderr(), "herdtop: {fault}");
            },
            _ = signals.ended() => {}
            () = said => {}
        }
    }
}

/// What this terminal most likely understands: not one of them tells.
fn dialect() -> Dialect {
    let term = std::env::var("TERM").unwrap_or_default();
    let knows_777 = ["rxvt", "foot"].iter().any(|name| term.starts_with(name));
    if knows_777 || std::env::var_os("VTE_VERSION").is_some() {
        Dialect::Osc777
    } else {
        Dialect::Osc9
    }
}

fn notify_terminal(
    bytes: &mut Vec<u8>,
    (bell, notify, in_tmux): (bool, Option<Dialect>, bool),
    turn: Turn,
    alert: &Alert,
    host: &HostName,
) {
    // One bell for all that is new: a herd raises three alerts in one second.
    if bell && turn != Turn::Resolved && bytes.first() != Some(&BELL) {
        bytes.insert(0, BELL);
    }
    if let Some(dialect) = notify {
        let words = output::alert_words(alert);
        bytes.extend(output::notification(dialect, in_tmux, &host.name, &words));
    }
}

/// `BEL`.
const BELL: u8 = 0x07;
