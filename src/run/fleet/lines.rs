//! Without a screen: a line each time.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use super::reader::FleetReader;
use crate::config::Settings;
use crate::output::{self, Out};
use crate::run::signals::Signals;
use crate::text;

/// Columns of what went wrong.
const FAULT: usize = 300;

/// One line each time until a signal, or until nobody reads. What goes wrong is a line too,
/// and is tried again.
pub(super) async fn run(
    mut reader: FleetReader,
    settings: &Settings,
    every: Duration,
) -> anyhow::Result<u8> {
    let mut signals = Signals::listen(false)?;
    let mut tick = interval(every);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut out = Out::default();
    let mut newest = None;
    // What was said last, where a line is to be heard: the same again is nothing new.
    let mut said = None;
    loop {
        let read = async {
            tick.tick().await;
            reader.hosts(None).await
        };
        let read = tokio::select! {
            code = signals.ended() => return Ok(code),
            read = read => read,
        };
        let line = match read {
            Ok(fleet) => {
                newest = Some(fleet.at);
                let verdict = &fleet.verdict;
                let now = Some(format!("{:?} {}", verdict.severity, verdict.brief));
                if settings.plain && said == now {
                    continue;
                }
                said = now;
                output::fleet_line(&fleet, settings.zone)
            }
            Err(_) if settings.plain && said.as_deref() == Some("") => continue,
            Err(fault) => {
                said = Some(String::new());
                let clock = newest.map(|at| crate::fmt::clock(&settings.zone.local(at)));
                let last =
                    clock.map_or_else(String::new, |at| format!("; the last figures are of {at}"));
                format!("{}: {}{last}", reader.server(), text::clean(&fault.to_string(), FAULT))
            }
        };
        if !out.line(&line)? {
            return Ok(0);
        }
    }
}
