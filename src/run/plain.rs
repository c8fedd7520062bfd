//! The live view without a screen: lines to be heard, and three keys.

use std::io;

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use tokio::time::{MissedTickBehavior, interval};

use super::rig::Rig;
use super::signals::{Asked, Signals};
use crate::app::Key;
use crate::config::Settings;
use crate::output::{Out, Speaker};
use crate::term::{TermEvent, TermEvents};

/// Speaks until the user, a signal or a closed output ends it.
pub(super) async fn run(settings: &Settings) -> anyhow::Result<u8> {
    let mut rig = Rig::start(settings)?;
    let outcome = follow(&mut rig, settings).await;
    rig.close().await;
    outcome
}

async fn follow(rig: &mut Rig, settings: &Settings) -> anyhow::Result<u8> {
    let (mut out, mut speaker) = (Out::default(), Speaker::default());
    let mut signals = Signals::listen(false)?;
    let mut keys = Keys::take()?;
    let known = if keys.0.is_some() { "Enter repeats, q or Ctrl-C ends." } else { "Ctrl-C ends." };
    let watching = settings.watching();
    out.line(&format!("herdtop watches {watching}. A line is a change. {known}"))?;
    for note in &settings.notes {
        out.line(&format!("note: {note}"))?;
    }
    let mut tick = interval(settings.interval);
    tick.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        let said = tokio::select! {
            biased;
            asked = signals.next() => match asked {
                Asked::End(code) => return Ok(code),
                Asked::Continued => { keys.resume(); None }
                Asked::Stop => None,
            },
            key = keys.next() => match key {
                TermEvent::Key(Key::Char('q')) | TermEvent::Gone => return Ok(0),
                TermEvent::Key(Key::Enter) => {
                    let line = speaker.repeat(&rig.session, rig.focus());
                    Some(line.unwrap_or_else(|| "nothing is known yet".to_owned()))
                }
                TermEvent::Key(_) | TermEvent::Pointer(_) | TermEvent::Resized => None,
            },
            _ = tick.tick() => {
                rig.derive();
                rig.tell_aside();
                speaker.hear(&rig.session, rig.focus())
            }
            Some(sample) = rig.sample() => { rig.absorb(sample); None }
        };
        if let Some(line) = said
            && !out.line(&line)?
        {
            return Ok(0);
        }
    }
}

/// The keys of a terminal, each as it is pressed and without its echo; none where
/// the input is no terminal. The modes are given back at the end.
struct Keys(Option<Held>);

struct Held {
    events: TermEvents,
    before: Termios,
    ours: Termios,
}

impl Keys {
    fn take() -> io::Result<Self> {
        let Ok(before) = tcgetattr(io::stdin()) else { return Ok(Self(None)) };
        let mut ours = before.clone();
        // Ctrl-C and Ctrl-Z stay signals.
        ours.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO);
        let keys = Self(Some(Held { events: TermEvents::start()?, before, ours }));
        keys.resume();
        Ok(keys)
    }

    /// At the start, and when a shell had the terminal meanwhile.
    fn resume(&self) {
        if let Some(held) = &self.0 {
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, &held.ours);
        }
    }

    /// The next one.
    async fn next(&mut self) -> TermEvent {
        match &mut self.0 {
            Some(held) => held.events.next().await,
            None => std::future::pending().await,
        }
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        if let Some(held) = &self.0 {
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, &held.before);
        }
    }
}
