//! `herdtop logs`: what happened, from the application's own log.

use std::time::Duration;

use super::rig::host_name;
use crate::cli::{LiveArgs, LogsArgs};
use crate::config::Settings;
use crate::model::ModelConfig;
use crate::output::{self, About, Out, Span};
use crate::sample::{Sample, Stamp};
use crate::session::Session;
use crate::source::log::Batch;

/// While all is calm the judgement is asked for this often, in the log's time: a
/// day has 86 400 seconds, and a rate is over ten of them.
const CALM: Duration = Duration::from_secs(5);

/// Reads the logs and prints what they tell.
pub(super) fn logs(args: LogsArgs) -> anyhow::Result<u8> {
    let LogsArgs { files, log, herd_factor, names, config, json } = args;
    let mut live = LiveArgs { herd_factor, config, ..LiveArgs::default() };
    live.log.lines = log;
    live.probe.code = names;
    let settings = Settings::resolve(live)?;
    let mut batch = Batch::start(&files, &settings.log).map_err(anyhow::Error::msg)?;
    let model = ModelConfig { only_probes: true, ..settings.model() };
    let mut session = Session::new(model, settings.thresholds.clone());
    let last = read(&mut batch, &mut session);
    batch.end().map_err(anyhow::Error::msg)?;
    if let Some(at) = last {
        session.derive(at, None, |_| None);
    }
    let text = if json {
        let host = host_name();
        let names = &settings.names;
        output::document(
            &session,
            About { host: &host, names, focus: None, span: Span::WholeRun, from: None },
        )
    } else {
        output::log_summary(&session, &settings.names)
    };
    Out::default().line(&text.unwrap_or_default())?;
    Ok(0)
}

/// Takes all of it in; the moment of the last sample.
fn read(batch: &mut Batch, session: &mut Session) -> Option<Stamp> {
    let (mut last, mut judged) = (None, Duration::ZERO);
    while let Some(sample) = batch.sample() {
        last = Some(absorb(session, sample, &mut judged));
    }
    last
}

fn absorb(session: &mut Session, sample: Sample, judged: &mut Duration) -> Stamp {
    let at = sample.at;
    session.absorb(sample);
    let judge = &session.judge;
    let calm = judge.arrivals().running().is_none() && judge.ledger().firing().next().is_none();
    if !calm || at.mono.saturating_sub(*judged) >= CALM {
        *judged = at.mono;
        session.derive(at, None, |_| None);
    }
    at
}
