//! `herdtop report`: a recording played to its end, and what is to be told of it.

use std::io::Write;

use chrono::{DateTime, Utc};

use super::play::Player;
use super::shown::Marked;
use super::signals::Signals;
use crate::cli::{ReportArgs, ReportFormat};
use crate::output::Out;
use crate::output::report::{self, Gather};
use crate::text;

/// Prints it; 0, whatever was found in it.
pub(super) async fn report(args: ReportArgs) -> anyhow::Result<u8> {
    let mut player = Player::open(&args.file, None)?;
    player.analysis.redact(args.redact);
    player.origin = player.analysis.redact.text(&player.origin);
    let mut signals = Signals::listen(false)?;
    let text = tokio::select! {
        code = signals.ended() => return Ok(code),
        text = player.progress_line().during(written(&mut player, &args)) => text?,
    };
    if let Some(fault) = player.fault() {
        let _ = writeln!(std::io::stderr(), "herdtop: {fault}");
    }
    Out::default().line(text.trim_end())?;
    Ok(0)
}

async fn written(player: &mut Player, args: &ReportArgs) -> anyhow::Result<String> {
    let from = match args.from {
        Some(from) => Some(player.resolve("--from", from).await?),
        None => None,
    };
    let to = match args.to {
        Some(to) => Some(player.resolve("--to", to).await?),
        None => None,
    };
    if let (Some(from), Some(to)) = (from, to)
        && from > to
    {
        anyhow::bail!("--from '{}' is after --to '{}'", player.words(from), player.words(to));
    }
    let mut gather = Gather::new(from);
    play(player, &mut gather, to, &mut Vec::new()).await;
    let none_inside = || match (from, to) {
        (Some(from), _) => player.outside("--from", from),
        (None, Some(to)) => player.outside("--to", to),
        (None, None) => anyhow::anyhow!("{}", player.why_nothing()),
    };
    let subject = player.analysis.subject(&player.origin);
    let report = gather.report(&player.analysis.session, subject).ok_or_else(none_inside)?;
    Ok(match args.format {
        ReportFormat::Md => report::md(&report),
        ReportFormat::Html => report::html(&report),
        ReportFormat::Json => player.analysis.document_from(from).unwrap_or_default(),
    })
}

/// Plays what lies before `to`, and all of it where nothing does: the complaint
/// says from when to when it goes.
pub(super) async fn play(
    player: &mut Player,
    gather: &mut Gather,
    to: Option<DateTime<Utc>>,
    marks: &mut Vec<(DateTime<Utc>, String)>,
) {
    let mut any = false;
    while player.has_more().await {
        let over = to.is_some_and(|to| player.next_at().is_some_and(|at| at.wall > to));
        if over && any {
            return;
        }
        if over {
            player.skip();
            continue;
        }
        for Marked { at, note, .. } in player.marks.drain(..) {
            let note = text::clean(&note, 200);
            gather.mark(at, &note);
            marks.push((at, note));
        }
        player.step().await;
        let session = &player.analysis.session;
        if let Some(moment) = &session.latest {
            let second = session.model.timeline().second(moment.snapshot.at.mono);
            gather.take(moment, player.analysis.focus(), second);
        }
        any = true;
    }
}
