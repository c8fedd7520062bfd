//! `herdtop fleet`: every host that serves herdtop metrics, judged together.

use super::alerting;
use crate::cli::FleetArgs;
use crate::output::Out;

/// Shows it until the user or a signal ends it.
pub(super) async fn fleet(args: FleetArgs) -> anyhow::Result<u8> {
    if let Some(text) = alerting::printed(&args)? {
        Out::default().line(text.trim_end())?;
        return Ok(0);
    }
    let Some(_url) = args.prometheus.prometheus else {
        anyhow::bail!("--prometheus is missing: give its URL, such as http://prometheus:9090");
    };
    anyhow::bail!("not yet")
}
