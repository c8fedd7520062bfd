//! `herdtop check`: measure, judge, one line, exit code.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval, sleep};

use super::rig::Rig;
use super::signals::{Asked, Signals};
use crate::cli::CheckArgs;
use crate::config::Settings;
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
    settings.thresholds.longest_hold = Some(args.run_for / PART);
    let mut rig = Rig::start_asked(&settings)?;
    let code = judged(&mut rig, &settings, &args).await;
    rig.close().await;
    code
}

async fn judged(rig: &mut Rig, settings: &Settings, args: &CheckArgs) -> anyhow::Result<u8> {
    if let Some(code) = measure(rig, settings.interval, args.run_for, |_| Ok(true)).await? {
        return Ok(code);
    }
    let longest = settings.plan().map(Plan::longest_attempt).unwrap_or_default();
    let mut signals = Signals::listen(false)?;
    let rest = async {
        rig.first_answers(longest).await;
        rig.settle().await;
        rig.tell_aside();
        rig.finish_telling().await;
    };
    tokio::select! {
        asked = signals.ended() => return Ok(asked),
        () = rest => {}
    }
    let Some(verdict) = rig.session.verdict() else {
        anyhow::bail!("nothing could be measured");
    };
    let text = if args.json {
        rig.document(Span::WholeRun).unwrap_or_default()
    } else {
        output::verdict_line(verdict)
    };
    let code = verdict.severity.exit_code();
    Out::default().line(&text)?;
    Ok(code)
}

/// Samples for that long, deriving each interval; an exit code when a signal
/// ends it early. `each` is called per interval and may end it too.
pub(super) async fn measure(
    rig: &mut Rig,
    every: Duration,
    run_for: Duration,
    mut each: impl FnMut(&Rig) -> std::io::Result<bool>,
) -> anyhow::Result<Option<u8>> {
    let mut signals = Signals::listen(false)?;
    let mut tick = interval(every);
    tick.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let end = sleep(run_for);
    tokio::pin!(end);
    loop {
        tokio::select! {
            biased;
            asked = signals.next() => if let Asked::End(code) = asked { return Ok(Some(code)) },
            () = &mut end => return Ok(None),
            _ = tick.tick() => { rig.derive(); rig.tell_aside(); if !each(rig)? { return Ok(Some(0)) } }
            Some(sample) = rig.sample() => { rig.absorb(sample); }
        }
    }
}
