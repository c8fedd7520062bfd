//! The screens over a log: while it is read, and over its whole span then.

use std::ops::ControlFlow;

use super::reading::{Came, LogRun};
use crate::app::{App, Key};
use crate::output::Out;
use crate::run::console::{Console, TerminalOptions, without_hang_up};
use crate::run::look::CurrentLook;
use crate::run::signals::Signals;

/// Shows it until the user leaves; what the log told stays in the terminal.
pub(super) async fn run(
    mut reading: LogRun,
    app: App,
    options: TerminalOptions,
    current_look: CurrentLook,
) -> anyhow::Result<u8> {
    let outcome = without_hang_up(follow(&mut reading, app, options, current_look).await);
    if matches!(outcome, Ok(0))
        && let Some(summary) = reading.summary()
    {
        Out::default().line(&summary)?;
    }
    outcome
}

async fn follow(
    reading: &mut LogRun,
    app: App,
    options: TerminalOptions,
    current_look: CurrentLook,
) -> anyhow::Result<u8> {
    let signals = Signals::listen(true)?;
    let mut console = Console::take(app, options, current_look, signals)?;
    reading.begin();
    console.app.key(Key::Char('4'));
    say(reading, &mut console.app);
    console.show(reading)?;
    let mut reads = true;
    loop {
        let draw = tokio::select! {
            biased;
            came = console.outside() => match console.carry_out(reading, came)? {
                ControlFlow::Break(code) => return Ok(code),
                ControlFlow::Continue(draw) => draw,
            },
            came = reading.slice(), if reads => match came {
                Came::Some => {
                    let due = reading.is_due();
                    if due {
                        say(reading, &mut console.app);
                    }
                    due
                }
                Came::End => {
                    reads = false;
                    // Of a log that told nothing there is nothing to show.
                    reading.end()?;
                    ended(reading, &mut console.app);
                    true
                }
            },
        };
        if draw {
            console.show(reading)?;
        }
    }
}

/// How far it has come, on the screen.
fn say(reading: &mut LogRun, app: &mut App) {
    let progress = reading.progress();
    app.replay = Some(format!("READING {}", progress.share()));
    app.say(format!("{}; q ends", progress.pace()));
}

/// The whole span in one window, and the picture that of its end.
fn ended(reading: &LogRun, app: &mut App) {
    let log = reading.analysis.session.snapshot().and_then(|snapshot| snapshot.log.as_ref());
    let span = log.and_then(|log| log.span).map(|(from, until)| until - from);
    app.replay = Some("LOG".to_owned());
    app.unsay();
    if let Some(span) = span.and_then(|span| span.to_std().ok()) {
        app.fit(span);
    }
}
