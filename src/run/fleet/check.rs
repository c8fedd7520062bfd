//! `herdtop check --prometheus`: one verdict over all hosts.

use std::io::Write;
use std::sync::Arc;

use super::picture;
use super::reader::FleetReader;
use crate::cli::CheckArgs;
use crate::clock::SystemClock;
use crate::config::{FleetSettings, Settings};
use crate::output::{self, Out, Span};
use crate::run::redact::Redact;
use crate::run::signals::Signals;
use crate::source::prometheus::ApiFault;

/// Asks once; the exit code is the verdict's severity. What the server has to say of its
/// answer stands on standard error: a partial one looks like success.
pub(in crate::run) async fn check(
    fleet: FleetSettings,
    settings: &Settings,
    args: &CheckArgs,
) -> anyhow::Result<u8> {
    let watch = &settings.watch;
    anyhow::ensure!(
        watch.is_everything() && settings.plan().is_none(),
        "--prometheus asks about hosts that watch themselves: leave out '{}'; --match narrows",
        if settings.plan().is_some() { "URL" } else { "-p" }
    );
    anyhow::ensure!(!args.during, "--during watches this host; it takes no --prometheus yet");
    let clock = Arc::new(SystemClock::start());
    let redact = Redact::new(settings.redact);
    let mut reader = FleetReader::new(fleet, clock, redact).map_err(anyhow::Error::msg)?;
    let mut signals = Signals::listen(false)?;
    let asked = async {
        let snapshot = reader.hosts(None).await?;
        let moment = picture::moment_of(&mut reader, &snapshot, None).await?;
        Ok::<_, ApiFault>((snapshot, moment))
    };
    let (snapshot, moment) = tokio::select! {
        code = signals.ended() => return Ok(code),
        read = asked => read.map_err(|fault| anyhow::anyhow!("{}: {fault}", reader.server()))?,
    };
    let text = if args.json {
        let mut analysis = super::analysis(settings, &reader.server());
        // The figures are of many hosts, none of them this one.
        analysis.host.name.clone_from(&analysis.watching);
        "-".clone_into(&mut analysis.host.kernel);
        analysis.session.show(moment, &[]);
        analysis.faults.clone_from(&snapshot.notes);
        analysis.document_of_fleet(Span::LastInterval, &snapshot).unwrap_or_default()
    } else {
        output::verdict_line(&snapshot.verdict)
    };
    if !args.json {
        for note in &snapshot.notes {
            let _ = writeln!(std::io::stderr(), "herdtop: {note}");
        }
    }
    Out::default().line(&text)?;
    Ok(snapshot.verdict.severity.exit_code())
}
