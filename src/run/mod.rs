//! The composition root: chooses source and output and owns the loops.
//!
//! The only room that sees all others. One file per way of running.

mod alerting;
mod analysis;
mod available_themes;
mod backfill;
mod become_hook;
mod change;
mod check;
mod console;
mod demo;
mod drive;
mod during;
mod explain;
mod export;
mod fleet;
mod handoff;
mod headless;
mod hooks;
mod live;
mod logs;
mod look;
mod notify;
mod pace;
mod plain;
mod play;
mod posted;
mod progress;
mod recorded_clock;
mod recorder;
mod redact;
mod replay;
mod report;
mod screen;
mod serve;
mod served;
mod shell;
mod shown;
mod signals;
mod textfile;
mod themes;
mod write;
mod zone;

use std::io::Write;

use anyhow::Context;

use crate::cli::{Cli, Command, LiveArgs};
use crate::config::Settings;
use crate::output::{self, Out};
use crate::source::{host, privilege, shortage};
use crate::term;
use crate::text;

/// Runs what was asked for; the program's exit code.
///
/// # Errors
/// What made it impossible, as a chain to be printed on one line.
pub fn run(cli: Cli) -> anyhow::Result<u8> {
    end_on_panic();
    privilege::put_aside()?;
    if let Some(Command::RunHook(args)) = &cli.command {
        return become_hook::become_hook(args);
    }
    shortage::check().map_err(anyhow::Error::msg)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot start the event loop")?;
    let code = runtime.block_on(async {
        match cli.command {
            None => Box::pin(live(cli.live)).await,
            Some(Command::Check(args)) => check::check(args).await,
            Some(Command::Stream(args)) => headless::stream(args).await,
            Some(Command::Serve(args)) => serve::serve(args).await,
            Some(Command::Fleet(args)) => Box::pin(fleet::fleet(args)).await,
            Some(Command::Replay(args)) => Box::pin(replay::replay(args)).await,
            Some(Command::Report(args)) => report::report(args).await,
            Some(Command::Handoff(args)) => handoff::handoff(args).await,
            Some(Command::Demo(args)) => Box::pin(demo::demo(args)).await,
            Some(Command::Doctor { json }) => doctor(json),
            Some(Command::Logs(args)) => Box::pin(logs::logs(args)).await,
            Some(Command::Explain(args)) => explain::explain(args),
            Some(Command::Themes(args)) => themes::themes(&args),
            Some(Command::Reset) => reset(),
            Some(Command::Completions { shell }) => shell::completions(shell),
            Some(Command::Man) => shell::man(),
            Some(Command::DemoServer(args)) => demo::serve(args).await,
            Some(Command::RunHook(args)) => become_hook::become_hook(&args),
        }
    });
    // A name that is just being resolved is not waited for: with a dead name
    // server `q` took 9 s.
    runtime.shutdown_background();
    code
}

/// A lane that ended alone would leave its last figures standing, which look
/// live; so the program ends with whichever thread panics, in words.
fn end_on_panic() {
    let speak = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        match shortage::now() {
            Some(why) => drop(writeln!(std::io::stderr(), "herdtop: {why}")),
            None => speak(panic),
        }
        std::process::exit(70);
    }));
}

/// The screen, or lines: one an interval where there is none to draw on, one a change
/// where `--plain` asks for what can be heard.
async fn live(args: LiveArgs) -> anyhow::Result<u8> {
    let mut settings = Settings::resolve(args)?;
    let look = look::CurrentLook::choose(&settings)?;
    if settings.plain {
        plain::run(&settings).await
    } else if term::is_screen() {
        let before = backfill::Backfill::read(&mut settings);
        let mut live = live::Live::start_after(&settings, before)?;
        let app = screen::live_app(&mut live.analysis, &settings);
        screen::run(live, app, &settings, look, None).await
    } else {
        say_notes(&settings);
        headless::plain(&settings).await
    }
}

/// Columns of a note on standard error.
const LONGEST_NOTE: usize = 1_000;

/// Tells what was left out of what was asked for, where no screen says so.
fn say_notes(settings: &Settings) {
    let mut stderr = std::io::stderr().lock();
    for note in &settings.notes {
        let _ = writeln!(stderr, "herdtop: {}", text::clean(note, LONGEST_NOTE));
    }
}

fn reset() -> anyhow::Result<u8> {
    term::reset().context("no terminal to give back; run it in the one that is meant")?;
    Ok(0)
}

fn doctor(json: bool) -> anyhow::Result<u8> {
    let facilities = host::examine();
    let text = if json { serde_json::to_string(&facilities)? } else { output::report(&facilities) };
    Out::default().line(&text)?;
    Ok(0)
}
