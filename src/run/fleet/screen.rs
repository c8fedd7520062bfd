//! The screen over many hosts.

use std::future::pending;
use std::ops::ControlFlow;
use std::time::Duration;

use tokio::time::sleep;

use super::asker::Asker;
use super::reader::FleetReader;
use super::shown::FleetShown;
use crate::clock::{Clock, SystemClock};
use crate::config::Settings;
use crate::run::console::{Console, TerminalOptions, without_hang_up};
use crate::run::look::CurrentLook;
use crate::run::screen;
use crate::run::shown::Shown;
use crate::run::signals::Signals;

/// How often the age of figures is told anew that do not come any more.
const AGES: Duration = Duration::from_secs(1);

/// Until the user or a signal ends it.
pub(super) async fn run(
    reader: FleetReader,
    settings: &Settings,
    every: Duration,
) -> anyhow::Result<u8> {
    let current_look = CurrentLook::choose(settings)?;
    let mut shown = FleetShown::new(settings, reader.server());
    let mut app = screen::app(shown.analysis(), settings);
    app.take_settings(settings.appearance(), settings.file().to_owned());
    app.watch_hosts();
    let signals = Signals::listen(true)?;
    let console = Console::take(app, TerminalOptions::of(settings), current_look, signals)?;
    without_hang_up(follow(console, &mut shown, reader, every).await)
}

async fn follow(
    mut console: Console,
    shown: &mut FleetShown,
    reader: FleetReader,
    every: Duration,
) -> anyhow::Result<u8> {
    let clock = SystemClock::start();
    let mut asker = Asker::start(reader, every, shown.wanted(&console.app));
    console.show(shown)?;
    loop {
        let draw = tokio::select! {
            biased;
            input = console.outside() => match console.carry_out(shown, input)? {
                ControlFlow::Break(code) => return Ok(code),
                ControlFlow::Continue(draw) => draw,
            },
            told = asker.told() => {
                shown.take(told, clock.now().mono, &mut console.app);
                true
            }
            () = aging(shown.is_failing()) => {
                shown.age(clock.now().mono);
                true
            }
        };
        shown.follow(&mut console.app);
        asker.want(shown.wanted(&console.app));
        if draw {
            console.show(shown)?;
        }
    }
}

/// A second, where figures grow older.
async fn aging(is_failing: bool) {
    if is_failing { sleep(AGES).await } else { pending().await }
}
