//! The screens over a log: while it is read, and over its whole span then.

use super::reading::{Came, Reading};
use crate::app::Key;
use crate::model::Snapshot;
use crate::output::Out;
use crate::run::look::Looks;
use crate::run::screen as live;
use crate::run::signals::{Asked, Signals};
use crate::term::{Screen, TermEvent, TermEvents};

/// The exit code of a run whose terminal has gone away.
const HANG_UP: u8 = 129;

/// Shows it until the user leaves; what the log told stays in the terminal.
/// `given` is whether the mouse is ours, and whether frames are synchronized.
pub(super) async fn run(
    mut reading: Reading,
    given: (bool, bool),
    looks: Looks,
) -> anyhow::Result<u8> {
    let outcome = match follow(&mut reading, given, looks).await {
        Err(error) if live::is_hang_up(&error) => Ok(HANG_UP),
        outcome => outcome,
    };
    if matches!(outcome, Ok(0))
        && let Some(summary) = reading.summary()
    {
        Out::default().line(&summary)?;
    }
    outcome
}

async fn follow(
    reading: &mut Reading,
    (mouse, synchronized): (bool, bool),
    mut looks: Looks,
) -> anyhow::Result<u8> {
    let mut signals = Signals::listen(true)?;
    let mut screen = Screen::take(mouse, synchronized)?;
    let mut events = TermEvents::default();
    let rig = &mut reading.rig;
    rig.session.remember(Reading::every());
    rig.app.has_mouse(mouse);
    looks.tell(&mut rig.app, None);
    // The first picture is of nothing yet; it says what is under way.
    rig.session.snapshot = Some(Snapshot::nothing(rig.now()));
    rig.app.key(Key::Char('4'));
    say(reading);
    live::show(&mut reading.rig, &mut screen, &looks)?;
    let mut reads = true;
    loop {
        let draw = tokio::select! {
            biased;
            asked = signals.next() => match asked {
                Asked::End(code) => return Ok(code),
                Asked::Stop => { screen.suspend()?; true }
                Asked::Continued => { screen.resume()?; true }
            },
            event = events.next() => match event {
                TermEvent::Gone => return Ok(HANG_UP),
                TermEvent::Resized => { screen.redraw(); true }
                did => {
                    match live::did_by_hand(&mut reading.rig, &mut looks, &mut screen, did)? {
                        Some(draw) => draw,
                        None => return Ok(0),
                    }
                }
            },
            () = looks.changed() => true,
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
            live::show(&mut reading.rig, &mut screen, &looks)?;
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
    let log = reading.rig.session.snapshot.as_ref().and_then(|snapshot| snapshot.log.as_ref());
    let span = log.and_then(|log| log.span).map(|(from, until)| until - from);
    let app = &mut reading.rig.app;
    app.replay = Some("LOG".to_owned());
    app.unsay();
    if let Some(span) = span.and_then(|span| span.to_std().ok()) {
        app.fit(span);
    }
}
