//! `herdtop handoff`: what to tell whoever takes over, of now or of a recording.

use std::io::{IsTerminal, Write};

use chrono::{DateTime, Utc};

use super::analysis::Analysis;
use super::drive::drive;
use super::headless::Each;
use super::live::Live;
use super::play::Player;
use super::report::play;
use super::signals::Signals;
use crate::cli::HandoffArgs;
use crate::config::Settings;
use crate::output::Out;
use crate::output::report::{Gather, Handed};
use crate::term;
use crate::text::{self, Pseudonyms};

/// Prints it, and copies it where standard output is a terminal that knows how.
pub(super) async fn handoff(args: HandoffArgs) -> anyhow::Result<u8> {
    let lines = match args.recording().map_err(anyhow::Error::msg)? {
        Some(file) => of_recording(&file).await?,
        None => of_now(args).await?,
    };
    let lines = match lines {
        Ok(lines) => lines,
        Err(code) => return Ok(code),
    };
    Out::default().line(&lines)?;
    if std::io::stdout().is_terminal() && term::knows_sequences() {
        term::copy(&lines)?;
        let _ = writeln!(std::io::stderr(), "sent to the terminal's clipboard");
    }
    Ok(0)
}

async fn of_now(args: HandoffArgs) -> anyhow::Result<Result<String, u8>> {
    let settings = Settings::resolve(args.live)?;
    super::say_notes(&settings);
    let mut live = Live::start_asked(&settings)?;
    live.analysis.session.remember(settings.interval);
    let mut front = Each::new(|_| Ok(true))?;
    if let Some(code) = drive(&mut live, settings.interval, Some(args.run_for), &mut front).await? {
        live.close().await;
        return Ok(Err(code));
    }
    live.settle().await;
    let file = settings.record.as_ref().map(|(path, _)| path.to_string_lossy().into_owned());
    let lines = summary(&live.analysis, &[], file.as_deref());
    live.close().await;
    lines.map(Ok).ok_or_else(|| anyhow::anyhow!("nothing could be measured"))
}

async fn of_recording(file: &std::path::Path) -> anyhow::Result<Result<String, u8>> {
    let mut player = Player::open(file, None)?;
    let mut signals = Signals::listen(false)?;
    let mut gather = Gather::default();
    let mut marks = Vec::new();
    tokio::select! {
        code = signals.ended() => return Ok(Err(code)),
        () = player.progress_line().during(play(&mut player, &mut gather, (None, None), &mut marks)) => {}
    }
    if let Some(fault) = player.fault() {
        let _ = writeln!(std::io::stderr(), "herdtop: {fault}");
    }
    let shown = file.to_string_lossy();
    let lines = written(&player.analysis, &gather, &marks, Some(&shown));
    lines.map(Ok).ok_or_else(|| anyhow::anyhow!("{}", player.why_nothing()))
}

/// Of the last hour of a session that remembers; `marks` by their second.
pub(super) fn summary(
    analysis: &Analysis,
    marks: &[(u64, String)],
    recording: Option<&str>,
) -> Option<String> {
    let timeline = analysis.session.model.timeline();
    let gather = Gather::past(&analysis.session, analysis.last_hour()?, analysis.focus());
    let marks = marks.iter();
    let marks: Vec<_> =
        marks.filter_map(|(at, note)| Some((timeline.wall(*at)?, note.clone()))).collect();
    written(analysis, &gather, &marks, recording)
}

/// What identifies is hidden: a chat is read by many. Of the recording the name stays,
/// without its folder.
fn written(
    analysis: &Analysis,
    gather: &Gather,
    marks: &[(DateTime<Utc>, String)],
    recording: Option<&str>,
) -> Option<String> {
    let name = recording.map(|path| {
        let name = path.rsplit('/').next().unwrap_or(path);
        text::clean(name, 80)
    });
    let handed = Handed { marks, recording: name.as_deref() };
    let origin = String::new();
    let lines = gather.handoff(&analysis.session, analysis.subject(&origin), handed)?;
    if analysis.redact.is_on() {
        return Some(lines.join("\n"));
    }
    let mut names = Pseudonyms::new();
    names.hide(&analysis.host.name);
    let hidden = |line: &String| names.text(line);
    Some(lines.iter().map(hidden).collect::<Vec<_>>().join("\n"))
}
