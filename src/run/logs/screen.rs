//! The screens over a log: while it is read, and over its whole span then.

use std::ops::ControlFlow;

use super::reading::{Came, Reading};
use crate::app::Key;
use crate::output::Out;
use crate::run::console::{Console, TerminalOptions, without_hang_up};
use crate::run::look::Looks;
use crate::run::signals::Signals;

/// Shows it until the user leaves; what the log told stays in the terminal.
pub(super) async fn run(
    mut reading: Reading,
    options: TerminalOptions,
    looks: Looks,
) -> anyhow::Result<u8> {
    let outcome = without_hang_up(follow(&mut reading, options, looks).await);
    if matches!(outcome, Ok(0))
        && let Some(summary) = reading.summary()
    {
        Out::default().line(&summary)?;
    }
    outcome
}

async fn follow(
    reading: &mut Reading,
    options: TerminalOptions,
    looks: Looks,
) -> anyhow::Result<u8> {
    let signals = Signals::listen(true)?;
    let rig = &mut reading.rig;
    let mut console = Console::take(rig, options, looks, signals)?;
    rig.session.remember(Reading::every());
    // The first picture is of nothing yet; it says what is under way.
    rig.session.wait(rig.now());
    rig.app.key(Key::Char('4'));
    say(reading);
    console.show(&mut reading.rig)?;
    let mut reads = true;
    loop {
        let draw = tokio::select! {
            biased;
            came = console.next() => match console.answer(&mut reading.rig, came)? {
                ControlFlow::Break(code) => return Ok(code),
                ControlFlow::Continue(draw) => draw,
            },
            came = reading.slice(), if reads => match came {
                Came::Some => {
                    let due = reading.is_due();
                    if due {
                        say(reading);
                    }
                    due
                }
                Came::End => {
                    reads = false;
                    // Of a log that told nothing there is nothing to show.
                    reading.end()?;
                    ended(reading);
                    true
                }
            },
        };
        if draw {
            console.show(&mut reading.rig)?;
        }
    }
}

/// How far it has come, on the screen.
fn say(reading: &mut Reading) {
    let progress = reading.progress();
    let app = &mut reading.rig.app;
    app.replay = Some(format!("READING {}", progress.share()));
    app.say(format!("{}; q ends", progress.pace()));
}

/// The whole span in one window, and the picture that of its end.
fn ended(reading: &mut Reading) {
    let log = reading.rig.session.snapshot().and_then(|snapshot| snapshot.log.as_ref());
    let span = log.and_then(|log| log.span).map(|(from, until)| until - from);
    let app = &mut reading.rig.app;
    app.replay = Some("LOG".to_owned());
    app.unsay();
    if let Some(span) = span.and_then(|span| span.to_std().ok()) {
        app.fit(span);
    }
}
