//! `herdtop demo`: the real sampling over a real server and herd.

use std::time::Duration;

use super::drive::drive;
use super::headless::{Each, plain_line};
use super::live::Live;
use super::look::CurrentLook;
use super::screen;
use crate::cli::{DemoArgs, DemoServerArgs};
use crate::config::Settings;
use crate::demo::{self, Scenario, ServerArgs};
use crate::output::{self, Out, Span};
use crate::term;
use crate::units::Port;

/// Runs the demo; always ends with 0, since its overload is meant to be.
pub(super) async fn demo(args: DemoArgs) -> anyhow::Result<u8> {
    let scenario = Scenario::parse(&args.scenario).ok_or_else(|| {
        let names: Vec<&str> = Scenario::ALL.iter().map(|s| s.name()).collect();
        let given = crate::text::clean(&args.scenario, 40);
        anyhow::anyhow!("demo '{given}': no such scenario; give one of {}", names.join(", "))
    })?;
    let mut settings = Settings::resolve(args.live)?;
    if !settings.watch.is_everything() || !settings.netns.is_own() {
        anyhow::bail!("demo watches its own server; leave out -p, --pid, --process and --netns");
    }
    let current_look = CurrentLook::choose(&settings)?;
    let has_screen = !args.no_screen && term::is_screen();
    let usual = scenario.usual_length();
    let until = args.seconds.or_else(|| (!has_screen).then_some(usual));
    let demo = demo::start(scenario, until.unwrap_or(usual)).await?;
    let port = Port::new(demo.port()).ok_or_else(|| anyhow::anyhow!("the demo has no port"))?;
    settings.watch_only(port, demo.capacity());
    let mut live = Live::start_after(&settings, None)?;
    let outcome = if has_screen {
        let mut app = screen::live_app(&mut live.analysis, &settings);
        // A story of a minute would be a sliver of the usual ten.
        app.fit(until.unwrap_or(usual));
        screen::run(live, app, &settings, current_look, until).await
    } else {
        headless(live, &settings, until.unwrap_or(usual), args.json).await
    };
    demo.stop().await;
    outcome
}

/// Plain lines, then the verdict; with `--json` the status document alone.
async fn headless(
    mut live: Live,
    settings: &Settings,
    length: Duration,
    json: bool,
) -> anyhow::Result<u8> {
    let mut out = Out::default();
    let mut front = Each::new(|analysis| {
        let ready = analysis.session.snapshot().is_some_and(|s| s.ready);
        match plain_line(analysis) {
            Some(text) if ready && !json => out.line(&text),
            _ => Ok(true),
        }
    })?;
    if let Some(code) = drive(&mut live, settings.interval, Some(length), &mut front).await? {
        return Ok(code);
    }
    live.settle().await;
    live.notify_stderr();
    live.finish_notifying().await;
    let last = if json {
        live.analysis.document(Span::WholeRun)
    } else {
        live.analysis.session.verdict().map(output::verdict_line)
    };
    out.line(&last.unwrap_or_default())?;
    Ok(0)
}

/// The server half.
pub(super) async fn serve(args: DemoServerArgs) -> anyhow::Result<u8> {
    demo::child_main(ServerArgs { port: args.port, limit: args.limit }).await?;
    Ok(0)
}
