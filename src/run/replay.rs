//! `herdtop replay`: the same outputs over a recording.

use std::io::{IsTerminal, Write};
use std::ops::ControlFlow;
use std::time::Duration;

use super::console::{Console, Manner, without_hang_up};
use super::headless::plain_line;
use super::look::Looks;
use super::play::Player;
use super::signals::Signals;
use crate::cli::{LiveArgs, ReplayArgs};
use crate::config::Settings;
use crate::output::{self, Out, Span};

/// Shows it; 0, whatever was found in it.
pub(super) async fn replay(args: ReplayArgs) -> anyhow::Result<u8> {
    let live = LiveArgs {
        theme: args.theme.clone(),
        color: args.color,
        marker: args.marker,
        ascii: args.ascii,
        origins: args.origins,
        sync: args.sync,
        no_mouse: args.no_mouse,
        ..LiveArgs::default()
    };
    let settings = Settings::resolve(live)?;
    let looks = Looks::choose(&settings)?;
    let screen = !args.no_screen && !args.json && std::io::stdout().is_terminal();
    if !screen && args.speed == Some(0.0) {
        anyhow::bail!("--speed '0' stands still on the screen; without one leave it out");
    }
    let speed = args.speed.or(screen.then_some(1.0));
    let (shown, file) = (settings.looks(), settings.file().to_owned());
    let manner = Manner::of(&settings);
    let mut player = Player::open(&args.file, speed, settings.notes)?;
    player.rig.app.bind(settings.keys);
    player.rig.app.take_settings(shown, file);
    if screen {
        player.rig.session.remember(settings.interval);
    }
    let mut signals = Signals::listen(screen)?;
    if let Some(at) = args.at {
        tokio::select! {
            code = signals.ended() => return Ok(code),
            reached = player.telling().during(player.seek(at)) => reached?,
        }
    }
    let outcome = if screen {
        follow(&mut player, manner, looks, signals).await
    } else {
        let until_here = args.json && args.at.is_some();
        print(&mut player, signals, args.json, until_here).await
    };
    if let (Ok(_), Some(fault)) = (&outcome, player.fault()) {
        let _ = writeln!(std::io::stderr(), "herdtop: {fault}");
    }
    without_hang_up(outcome)
}

/// Plain lines, then the verdict; or the document alone.
async fn print(
    player: &mut Player,
    mut signals: Signals,
    json: bool,
    until_here: bool,
) -> anyhow::Result<u8> {
    let mut out = Out::default();
    // With --json and --at the document is of that moment.
    let mut goes_on = !until_here;
    if json && goes_on {
        // Nothing is printed meanwhile: how far it has come is.
        let telling = player.telling();
        let to_its_end = async { while player.step().await {} };
        tokio::select! {
            code = signals.ended() => return Ok(code),
            () = telling.during(to_its_end) => {}
        }
        goes_on = false;
    }
    while goes_on {
        goes_on = tokio::select! {
            code = signals.ended() => return Ok(code),
            more = player.step() => more,
        };
        let ready = player.rig.session.snapshot.as_ref().is_some_and(|s| s.ready);
        let line = plain_line(&player.rig).filter(|_| ready && goes_on && !json);
        if let Some(line) = line
            && !out.line(&line)?
        {
            return Ok(0);
        }
    }
    let rig = &player.rig;
    let last = if json {
        rig.document(Span::WholeRun)
    } else {
        rig.session.judge.verdict().map(output::verdict_line)
    };
    let Some(last) = last else {
        anyhow::bail!("{}", player.why_nothing());
    };
    out.line(&last)?;
    Ok(0)
}

/// How soon a frame that found the terminal busy is tried again.
const AGAIN: Duration = Duration::from_millis(50);

/// The screen, paced as it was.
async fn follow(
    player: &mut Player,
    manner: Manner,
    looks: Looks,
    signals: Signals,
) -> anyhow::Result<u8> {
    // An empty one is said on the line, not on a screen.
    if !player.has_more().await && player.rig.session.snapshot.is_none() {
        anyhow::bail!("{}", player.why_nothing());
    }
    let mut console = Console::take(&mut player.rig, manner, looks, signals)?;
    console.show(&mut player.rig)?;
    loop {
        let moves = player.moves() && !player.rig.app.is_paused() && !player.is_over();
        let draw = tokio::select! {
            biased;
            came = console.next() => match console.answer(&mut player.rig, came)? {
                ControlFlow::Break(code) => return Ok(code),
                ControlFlow::Continue(draw) => draw,
            },
            _ = player.step(), if moves => true,
            // Nothing else may come that would draw what was left out.
            () = tokio::time::sleep(AGAIN), if console.screen.is_behind() => true,
        };
        if draw {
            console.show(&mut player.rig)?;
        }
    }
}
