//! The live screen.

use std::ops::ControlFlow;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use super::console::{Console, HANG_UP, TerminalOptions, without_hang_up};
use super::look::Looks;
use super::rig::Rig;
use super::signals::Signals;
use crate::config::Settings;
use crate::output::Out;
use crate::term;
use crate::text;

/// Shows the rig until the user or a signal ends it; `until` ends it by itself.
pub(super) async fn run(
    rig: Rig,
    settings: &Settings,
    looks: Looks,
    until: Option<Duration>,
) -> anyhow::Result<u8> {
    let mut rig = rig;
    let outcome = without_hang_up(follow(&mut rig, settings, looks, until).await);
    let ended = matches!(outcome, Ok(code) if code != HANG_UP);
    // One that is not read would hold up the end.
    if settings.summary && ended && term::is_writable() {
        let file = settings.record.as_ref().map(|(path, _)| path.to_string_lossy());
        let file = file.map(|path| text::clean(&path, 80));
        if let Some(lines) = rig.summary(file.as_deref()) {
            Out::default().line(&lines)?;
        }
    }
    rig.close().await;
    outcome
}

async fn follow(
    rig: &mut Rig,
    settings: &Settings,
    looks: Looks,
    until: Option<Duration>,
) -> anyhow::Result<u8> {
    let signals = Signals::listen(true)?;
    rig.session.remember(settings.interval);
    rig.app.take_settings(settings.shown(), settings.file().to_owned());
    let mut console = Console::take(rig, TerminalOptions::of(settings), looks, signals)?;
    let mut tick = interval(settings.interval);
    tick.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let end = async {
        match until {
            Some(after) => tokio::time::sleep(after).await,
            None => std::future::pending().await,
        }
    };
    tokio::pin!(end);
    // The first tick is now: the first frame shows what is watched while the
    // first walk is under way.
    loop {
        let draw = tokio::select! {
            biased;
            came = console.next() => match console.answer(rig, came)? {
                ControlFlow::Break(code) => return Ok(code),
                ControlFlow::Continue(draw) => draw,
            },
            () = &mut end => return Ok(0),
            _ = tick.tick() => {
                rig.derive();
                console.screen.notify(&rig.rings())?;
                rig.is_due()
            }
            Some(sample) = rig.sample() => {
                let first = rig.session.snapshot().is_some_and(|s| !s.ready);
                let walked = rig.absorb(sample);
                if first && walked {
                    rig.derive();
                }
                first && walked
            }
        };
        if draw {
            console.show(rig)?;
        }
    }
}
