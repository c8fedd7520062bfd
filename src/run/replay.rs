//! `herdtop replay`: the same outputs over a recording.

use std::io::Write;
use std::ops::ControlFlow;

use super::console::{Console, TerminalOptions, without_hang_up};
use super::headless::plain_line;
use super::look::CurrentLook;
use super::play::Player;
use super::screen;
use super::signals::Signals;
use crate::app::App;
use crate::cli::{LiveArgs, ReplayArgs};
use crate::config::Settings;
use crate::output::{self, Out, Span, Speaker};
use crate::term;

/// Shows it; 0, whatever was found in it.
pub(super) async fn replay(args: ReplayArgs) -> anyhow::Result<u8> {
    let live =
        LiveArgs { look: args.look.clone(), origins: args.origins.clone(), ..LiveArgs::default() };
    let settings = Settings::resolve(live)?;
    let current_look = CurrentLook::choose(&settings)?;
    let lines = Lines::of(&args, settings.plain);
    let is_screen = lines == Lines::Screen;
    if !is_screen && args.speed == Some(0.0) {
        anyhow::bail!("--speed '0' stands still on the screen; without one leave it out");
    }
    let speed = args.speed.or(is_screen.then_some(1.0));
    if !is_screen {
        super::say_notes(&settings);
    }
    let options = TerminalOptions::of(&settings);
    let mut player = Player::open(&args.file, speed)?;
    player.analysis.zone = settings.zone;
    player.analysis.redact(settings.redact);
    if is_screen {
        player.analysis.session.remember(settings.interval);
    }
    let mut signals = Signals::listen(is_screen)?;
    if let Some(at) = args.at {
        // A line that is written over and over is nothing for a screen reader.
        let progress_line = (lines != Lines::Changes).then(|| player.progress_line());
        let sought = async {
            match progress_line {
                Some(progress_line) => progress_line.during(player.seek(at)).await,
                None => player.seek(at).await,
            }
        };
        tokio::select! {
            code = signals.ended() => return Ok(code),
            reached = sought => reached?,
        }
    }
    let outcome = if is_screen {
        let mut app = screen::app(&player.analysis, &settings);
        app.take_settings(settings.appearance(), settings.file().to_owned());
        follow(&mut player, app, options, current_look, signals).await
    } else {
        print(&mut player, signals, lines, args.at.is_some()).await
    };
    if let (Ok(_), Some(fault)) = (&outcome, player.fault()) {
        let _ = writeln!(std::io::stderr(), "herdtop: {fault}");
    }
    without_hang_up(outcome)
}

/// What is shown of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lines {
    /// No lines: the screen.
    Screen,
    /// The document alone.
    Document,
    /// One a change, to be heard.
    Changes,
    /// One for each derivation.
    All,
}

impl Lines {
    fn of(args: &ReplayArgs, plain: bool) -> Self {
        if args.json {
            Self::Document
        } else if plain {
            Self::Changes
        } else if args.no_screen || !term::is_screen() {
            Self::All
        } else {
            Self::Screen
        }
    }
}

/// Lines, then the verdict; or the document alone. `sought` says that it is at the
/// moment that was asked for.
async fn print(
    player: &mut Player,
    mut signals: Signals,
    lines: Lines,
    sought: bool,
) -> anyhow::Result<u8> {
    let (mut out, mut speaker) = (Out::default(), Speaker::new(player.analysis.zone));
    let json = lines == Lines::Document;
    // With --json and --at the document is of that moment.
    let mut goes_on = !(json && sought);
    if json && goes_on {
        // Nothing is printed meanwhile: how far it has come is.
        let progress_line = player.progress_line();
        let to_its_end = async { while player.step().await {} };
        tokio::select! {
            code = signals.ended() => return Ok(code),
            () = progress_line.during(to_its_end) => {}
        }
        goes_on = false;
    }
    while goes_on {
        goes_on = tokio::select! {
            code = signals.ended() => return Ok(code),
            more = player.step() => more,
        };
        let analysis = &player.analysis;
        let ready = analysis.session.snapshot().is_some_and(|s| s.ready);
        let line = match lines {
            Lines::Changes => speaker.hear(&analysis.session, analysis.focus()),
            _ => plain_line(analysis).filter(|_| ready && goes_on),
        };
        if let Some(line) = line
            && !out.line(&line)?
        {
            return Ok(0);
        }
    }
    let analysis = &player.analysis;
    let last = match lines {
        Lines::Document => analysis.document(Span::WholeRun),
        Lines::Changes => speaker.repeat(&analysis.session, analysis.focus()),
        _ => analysis.session.verdict().map(output::verdict_line),
    };
    let Some(last) = last else {
        anyhow::bail!("{}", player.why_nothing());
    };
    out.line(&last)?;
    Ok(0)
}

/// The screen, paced as it was.
async fn follow(
    player: &mut Player,
    app: App,
    options: TerminalOptions,
    current_look: CurrentLook,
    mut signals: Signals,
) -> anyhow::Result<u8> {
    // An empty one is said on the line, not on a screen. Whoever writes into a pipe may
    // take long to begin.
    let has_more = tokio::select! {
        code = signals.ended() => return Ok(code),
        more = player.has_more() => more,
    };
    if !has_more && player.analysis.session.snapshot().is_none() {
        anyhow::bail!("{}", player.why_nothing());
    }
    let mut console = Console::take(app, options, current_look, signals)?;
    console.show(player)?;
    loop {
        let moves = player.moves() && !console.app.is_paused() && !player.is_over();
        let draw = tokio::select! {
            biased;
            input = console.outside() => match console.carry_out(player, input)? {
                ControlFlow::Break(code) => return Ok(code),
                ControlFlow::Continue(draw) => draw,
            },
            _ = player.step(), if moves => true,
        };
        if draw {
            console.show(player)?;
        }
    }
}
