//! The live screen.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use super::look::Looks;
use super::rig::Rig;
use super::signals::{Asked, Signals};
use crate::app::{Effect, Frozen, Scene};
use crate::config::Settings;
use crate::output::Out;
use crate::session::Moment;
use crate::source::host::WalkFor;
use crate::term::{Screen, TermEvent, TermEvents};
use crate::text;

/// Shows the rig until the user or a signal ends it; `until` ends it by itself.
pub(super) async fn run(
    rig: Rig,
    settings: &Settings,
    looks: Looks,
    until: Option<Duration>,
) -> anyhow::Result<u8> {
    let mut rig = rig;
    let outcome = match follow(&mut rig, settings, looks, until).await {
        // Nobody is left to be told: ends as by SIGHUP, which comes with it.
        Err(error) if is_hang_up(&error) => Ok(HANG_UP),
        outcome => outcome,
    };
    if settings.summary && matches!(outcome, Ok(code) if code != HANG_UP) {
        let file = settings.record.as_ref().map(|(path, _)| path.to_string_lossy());
        let file = file.map(|path| text::clean(&path, 80));
        if let Some(lines) = rig.summary(file.as_deref()) {
            Out::default().line(&lines)?;
        }
    }
    rig.close().await;
    outcome
}

/// The exit code of a run whose terminal has gone away.
const HANG_UP: u8 = 129;

/// A terminal that is gone answers every write with `EIO`.
pub(super) fn is_hang_up(error: &anyhow::Error) -> bool {
    let gone = rustix::io::Errno::IO.raw_os_error();
    error.downcast_ref::<std::io::Error>().is_some_and(|e| e.raw_os_error() == Some(gone))
}

async fn follow(
    rig: &mut Rig,
    settings: &Settings,
    mut looks: Looks,
    until: Option<Duration>,
) -> anyhow::Result<u8> {
    let mut signals = Signals::listen(true)?;
    rig.session.remember(settings.interval);
    rig.app.take_settings(settings.shown(), settings.file().to_owned());
    looks.tell(&mut rig.app, None);
    rig.app.has_mouse(settings.mouse);
    let mut screen = Screen::take(settings.mouse)?;
    let mut events = TermEvents::default();
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
            asked = signals.next() => match asked {
                Asked::End(code) => return Ok(code),
                Asked::Stop => { screen.suspend()?; true }
                Asked::Continued => { screen.resume()?; true }
            },
            event = events.next() => match event {
                // The terminal's own end: nobody is left to show anything to.
                TermEvent::Gone => return Ok(HANG_UP),
                TermEvent::Resized => { screen.redraw(); true }
                did => match did_by_hand(rig, &mut looks, &mut screen, did)? {
                    Some(draw) => draw,
                    None => return Ok(0),
                },
            },
            () = looks.changed() => true,
            () = &mut end => return Ok(0),
            _ = tick.tick() => {
                rig.derive();
                screen.attend(&rig.rings())?;
                rig.is_due()
            }
            Some(sample) = rig.sample() => {
                let first = rig.session.snapshot.as_ref().is_some_and(|s| !s.ready);
                let walked = rig.absorb(sample);
                if first && walked {
                    rig.derive();
                }
                first && walked
            }
        };
        if draw {
            show(rig, &mut screen, &looks)?;
        }
    }
}

/// Brings the moment the user looks at.
fn fetch(rig: &mut Rig) {
    if let Some(second) = rig.app.wanted()
        && let Some(moment) = rig.session.moment(second)
    {
        let Moment { snapshot, judge, missing } = moment;
        rig.app.bring(second, Frozen { judge, snapshot, missing });
    }
}

/// Draws what was derived last.
pub(super) fn show(rig: &mut Rig, screen: &mut Screen, looks: &Looks) -> std::io::Result<()> {
    fetch(rig);
    rig.app.look_notes = looks.notes();
    let Some(snapshot) = &rig.session.snapshot else { return Ok(()) };
    let scene = Scene { model: &rig.session.model, judge: &rig.session.judge, snapshot };
    let frame = rig.app.frame(scene);
    screen.title(&frame.title())?;
    screen.draw(frame, &looks.look)?;
    rig.app.shown(screen.shown());
    Ok(())
}

/// Carries out what the user did; whether to draw, or none to leave.
pub(super) fn did_by_hand(
    rig: &mut Rig,
    looks: &mut Looks,
    screen: &mut Screen,
    did: TermEvent,
) -> std::io::Result<Option<bool>> {
    let effect = match did {
        TermEvent::Key(key) => rig.app.key(key).1,
        TermEvent::Pointer(pointer) => {
            let hit = screen.hit(pointer, &looks.look);
            rig.app.point(pointer.gesture, hit)
        }
        TermEvent::Resized | TermEvent::Gone => Effect::Nothing,
    };
    match effect {
        Effect::Quit => return Ok(None),
        Effect::Nothing => return Ok(Some(false)),
        Effect::Draw => {}
        Effect::ProbeNow => rig.probe_now(),
        Effect::NextTheme | Effect::NextMarker => {
            looks.change(&effect);
            looks.tell(&mut rig.app, Some("key"));
        }
        Effect::Redraw => screen.redraw(),
        Effect::WalkNow => rig.walk(WalkFor::Change),
        Effect::Mouse(ours) => {
            screen.mouse(ours)?;
            rig.app.set("no-mouse", if ours { "no" } else { "yes" }, Some("key"));
        }
        Effect::Suspend => screen.suspend()?,
        Effect::Copy(text) => screen.copy(&text)?,
        Effect::Export => rig.export(std::path::Path::new(".")),
        Effect::Mark { second, note } => rig.marked(second, note),
    }
    Ok(Some(true))
}
