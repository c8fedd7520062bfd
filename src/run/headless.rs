//! Without a screen: one line or one document per interval.

use tokio::time::{MissedTickBehavior, interval};

use super::rig::Rig;
use super::signals::{Asked, Signals};
use crate::cli::StreamArgs;
use crate::config::Settings;
use crate::output::{self, Out, Span};

/// One plain line per interval until a signal, or until nobody reads.
pub(super) async fn plain(settings: &Settings) -> anyhow::Result<u8> {
    let rig = Rig::start(settings)?;
    follow(rig, settings, plain_line).await
}

/// One JSON document per interval.
pub(super) async fn stream(args: StreamArgs) -> anyhow::Result<u8> {
    let mut settings = Settings::resolve(args.live)?;
    if args.ring {
        settings.keep_ring()?;
    }
    let rig = Rig::start(&settings)?;
    follow(rig, &settings, |rig| rig.document(Span::LastInterval)).await
}

/// The line of this moment.
pub(super) fn plain_line(rig: &Rig) -> Option<String> {
    let snapshot = rig.session.snapshot()?;
    let focus = rig.focus().and_then(|f| snapshot.listener(f));
    Some(output::line(snapshot, rig.session.verdict()?, focus))
}

async fn follow(
    mut rig: Rig,
    settings: &Settings,
    line: impl Fn(&Rig) -> Option<String>,
) -> anyhow::Result<u8> {
    let code = print(&mut rig, settings, line).await;
    rig.close().await;
    code
}

async fn print(
    rig: &mut Rig,
    settings: &Settings,
    line: impl Fn(&Rig) -> Option<String>,
) -> anyhow::Result<u8> {
    let mut out = Out::default();
    let mut signals = Signals::listen(false)?;
    let mut tick = interval(settings.interval);
    tick.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        tokio::select! {
            biased;
            asked = signals.next() => if let Asked::End(code) = asked { return Ok(code) },
            _ = tick.tick() => {
                rig.derive();
                rig.tell_aside();
                // Before the first walk there is nothing to tell.
                let ready = rig.session.snapshot().is_some_and(|s| s.ready);
                if ready && let Some(line) = line(rig) && !out.line(&line)? {
                    return Ok(0);
                }
            }
            Some(sample) = rig.sample() => { rig.absorb(sample); }
        }
    }
}
