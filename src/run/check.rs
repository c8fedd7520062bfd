//! `herdtop check`: measure, judge, one line, exit code.

use std::io::Write;

use super::drive::drive;
use super::during;
use super::headless::Each;
use super::live::Live;
use super::signals::Signals;
use crate::cli::CheckArgs;
use crate::config::{FleetSettings, Settings};
use crate::detect::Severity;
use crate::model::Snapshot;
use crate::output::{self, Out, Span};
use crate::source::probe::Plan;

/// Alerts wait for two seconds and more before they are raised; a short check
/// cannot wait longer than a part of itself.
const PART: u32 = 3;

/// Runs the check; the exit code is the verdict's severity.
pub(super) async fn check(args: CheckArgs) -> anyhow::Result<u8> {
    if args.list_rules {
        let text = if args.json { output::list_rules_json()? } else { output::list_rules() };
        Out::default().line(&text)?;
        return Ok(0);
    }
    let mut settings = Settings::resolve(args.live.clone())?;
    super::say_notes(&settings);
    let probe = &args.live.probe;
    let fleet = FleetSettings::resolve(&args.fleet, probe.insecure, probe.cacert.clone())?;
    if let Some(fleet) = fleet {
        return Box::pin(super::fleet::check(fleet, &settings, &args)).await;
    }
    settings.thresholds.longest_hold = Some(args.run_for / PART);
    if args.during {
        return Box::pin(during::during(settings, &args)).await;
    }
    let mut live = Live::start_asked(&settings)?;
    let code = judged(&mut live, &settings, &args).await;
    live.close().await;
    code
}

async fn judged(live: &mut Live, settings: &Settings, args: &CheckArgs) -> anyhow::Result<u8> {
    let mut front = Each::new(|_| Ok(true))?;
    if let Some(code) = drive(live, settings.interval, Some(args.run_for), &mut front).await? {
        return Ok(code);
    }
    let longest = settings.plan().map(Plan::longest_attempt).unwrap_or_default();
    let mut signals = Signals::listen(false)?;
    tokio::select! {
        asked = signals.ended() => return Ok(asked),
        () = live.wait_for_verdict(longest) => {}
    }
    let Some(verdict) = live.analysis.session.verdict() else {
        anyhow::bail!("nothing could be measured");
    };
    let text = if args.json {
        live.analysis.document(Span::WholeRun).unwrap_or_default()
    } else {
        output::verdict_line(verdict)
    };
    let code = verdict.severity.exit_code();
    let snapshot = live.analysis.session.snapshot();
    let unplaced = snapshot.and_then(Snapshot::unplaced_capacity).map(str::to_owned);
    Out::default().line(&text)?;
    if let Some(why) = unplaced {
        let _ = writeln!(std::io::stderr(), "herdtop: {why}");
        // What was asked for was not held against anything: that is not ok.
        return Ok(if code == 0 { Severity::Unknown.exit_code() } else { code });
    }
    Ok(code)
}
