//! The live view without a screen: lines to be heard, and three keys.

use std::io;
use std::ops::ControlFlow;

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

use super::drive::{Front, drive};
use super::live::Live;
use super::signals::{Asked, Signals};
use crate::app::Key;
use crate::config::Settings;
use crate::output::{Out, Speaker};
use crate::term::{TermEvent, TermEvents};

/// Speaks until the user, a signal or a closed output ends it.
pub(super) async fn run(settings: &Settings) -> anyhow::Result<u8> {
    let mut live = Live::start(settings)?;
    let outcome = follow(&mut live, settings).await;
    live.close().await;
    outcome
}

async fn follow(live: &mut Live, settings: &Settings) -> anyhow::Result<u8> {
    let (signals, keys) = (Signals::listen(false)?, TerminalKeys::take()?);
    let mut voice =
        Voice { out: Out::default(), speaker: Speaker::new(live.analysis.zone), signals, keys };
    let held = voice.keys.0.is_some();
    let known = if held { "Enter repeats, q or Ctrl-C ends." } else { "Ctrl-C ends." };
    let watching = settings.watching();
    voice.out.line(&format!("herdtop watches {watching}. A line is a change. {known}"))?;
    for note in &settings.notes {
        voice.out.line(&format!("note: {note}"))?;
    }
    Ok(drive(live, settings.interval, None, &mut voice).await?.unwrap_or(0))
}

/// Lines to be heard.
struct Voice {
    out: Out,
    speaker: Speaker,
    signals: Signals,
    keys: TerminalKeys,
}

/// What came from outside.
enum VoiceInput {
    Signal(Asked),
    Hand(TermEvent),
}

impl Front for Voice {
    type Input = VoiceInput;

    async fn next(&mut self) -> VoiceInput {
        tokio::select! {
            biased;
            asked = self.signals.next() => VoiceInput::Signal(asked),
            did = self.keys.next() => VoiceInput::Hand(did),
        }
    }

    fn handle(&mut self, live: &mut Live, input: VoiceInput) -> anyhow::Result<ControlFlow<u8>> {
        match input {
            VoiceInput::Signal(Asked::End(code)) => return Ok(ControlFlow::Break(code)),
            VoiceInput::Signal(Asked::Continued) => self.keys.resume(),
            VoiceInput::Hand(TermEvent::Key(Key::Char('q')) | TermEvent::Gone) => {
                return Ok(ControlFlow::Break(0));
            }
            VoiceInput::Hand(TermEvent::Key(Key::Enter)) => {
                let analysis = &live.analysis;
                let said = self.speaker.repeat(&analysis.session, analysis.focus());
                return self.say(Some(said.unwrap_or_else(|| "nothing is known yet".to_owned())));
            }
            VoiceInput::Signal(Asked::Stop)
            | VoiceInput::Hand(TermEvent::Key(_) | TermEvent::Pointer(_) | TermEvent::Resized) => {}
        }
        Ok(ControlFlow::Continue(()))
    }

    fn derived(&mut self, live: &mut Live) -> anyhow::Result<ControlFlow<u8>> {
        live.notify_stderr();
        let analysis = &live.analysis;
        let said = self.speaker.hear(&analysis.session, analysis.focus());
        self.say(said)
    }
}

impl Voice {
    /// An end where nobody listens any more.
    fn say(&mut self, line: Option<String>) -> anyhow::Result<ControlFlow<u8>> {
        let open = line.map_or(Ok(true), |line| self.out.line(&line))?;
        Ok(if open { ControlFlow::Continue(()) } else { ControlFlow::Break(0) })
    }
}

/// The keys of a terminal, each as it is pressed and without its echo; none where
/// the input is no terminal. The modes are given back at the end.
struct TerminalKeys(Option<RawTerminal>);

struct RawTerminal {
    events: TermEvents,
    before: Termios,
    ours: Termios,
}

impl TerminalKeys {
    fn take() -> io::Result<Self> {
        let Ok(before) = tcgetattr(io::stdin()) else { return Ok(Self(None)) };
        let mut ours = before.clone();
        // Ctrl-C and Ctrl-Z stay signals.
        ours.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO);
        let keys = Self(Some(RawTerminal { events: TermEvents::start()?, before, ours }));
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

impl Drop for TerminalKeys {
    fn drop(&mut self) {
        if let Some(held) = &self.0 {
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, &held.before);
        }
    }
}
