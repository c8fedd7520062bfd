//! `herdtop fleet`: every host that serves herdtop metrics, judged together.
//!
//! ```text
//! reader    asks the server
//! picture   what it is asked for one frame; asker: again and again, beside the screen
//! shown     what the screen is over: all hosts, or the one that was opened
//! screen    the loop; lines: without one; check: one verdict
//! ```

mod asker;
mod check;
mod lines;
mod picture;
mod reader;
mod screen;
mod shown;

pub(super) use check::check;

use std::sync::Arc;

use self::reader::FleetReader;
use super::alerting;
use super::analysis::{Analysis, host_name};
use super::redact::Redact;
use crate::cli::{FleetArgs, LiveArgs};
use crate::clock::{Clock, SystemClock};
use crate::config::{FleetSettings, Settings};
use crate::model::ModelConfig;
use crate::output::Out;
use crate::term;

/// Shows it until the user or a signal ends it.
pub(super) async fn fleet(args: FleetArgs) -> anyhow::Result<u8> {
    let FleetArgs { prometheus, alerting, insecure, cacert, interval, no_screen, look, origins } =
        args;
    let (warn, crit) = (alerting.warn.clone(), alerting.crit.clone());
    let live = LiveArgs { warn, crit, look, origins, ..LiveArgs::default() };
    let settings = Settings::resolve(live)?;
    if let Some(text) = alerting::printed(&alerting, &settings) {
        Out::default().line(text.trim_end())?;
        return Ok(0);
    }
    let Some(fleet) = FleetSettings::resolve(&prometheus, insecure, cacert)? else {
        anyhow::bail!("--prometheus is missing: give its URL, such as http://prometheus:9090");
    };
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::start());
    let redact = Redact::new(settings.redact);
    let reader = FleetReader::new(fleet, clock, redact).map_err(anyhow::Error::msg)?;
    if no_screen || settings.plain || !term::is_screen() {
        super::say_notes(&settings);
        lines::run(reader, &settings, interval).await
    } else {
        Box::pin(screen::run(reader, &settings, interval)).await
    }
}

/// An analysis that nothing is fed into but what others have judged.
fn analysis(settings: &Settings, server: &str) -> Analysis {
    let clock = SystemClock::start();
    let made = (ModelConfig::default(), settings.thresholds.clone());
    let watching = crate::text::clean(server, 60);
    let mut analysis =
        Analysis::new(made, host_name(), settings.names.clone(), watching, clock.now());
    analysis.zone = settings.zone;
    analysis
}
