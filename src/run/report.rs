//! `herdtop report`: a recording played to its end, and what is to be told of it.

use std::io::Write;

use chrono::{DateTime, Utc};

use super::play::Player;
use super::recorded_clock::{RecordedClock, Sought};
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
        Some(from) => Some(player.resolve("--from", from, RecordedClock::first).await?),
        None => None,
    };
    let to = match args.to {
        Some(to) => Some(player.resolve("--to", to, RecordedClock::last).await?),
        None => None,
    };
    if let (Some(from), Some(to)) = (from, to)
        && from.is_after(to)
    {
        let [from, to] = [from, to].map(|sought| player.words(sought.wall));
        anyhow::bail!("--from '{from}' is after --to '{to}'");
    }
    let mut gather = Gather::default();
    play(player, &mut gather, (from, to), &mut Vec::new()).await;
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
        ReportFormat::Json => player.analysis.document_of(&gather).unwrap_or_default(),
    })
}

/// Plays what lies between the two, and all of it where nothing does: the complaint
/// says from when to when it goes.
pub(super) async fn play(
    player: &mut Player,
    gather: &mut Gather,
    (from, to): (Option<Sought>, Option<Sought>),
    marks: &mut Vec<(DateTime<Utc>, String)>,
) {
    let (mut any, mut begun) = (false, from.is_none());
    while player.has_more().await {
        let next = player.next_at();
        let over = to.zip(next).is_some_and(|(to, at)| to.is_passed(at));
        if over && any {
            return;
        }
        if over {
            player.skip();
            continue;
        }
        begun |= from.zip(next).is_some_and(|(from, at)| from.is_reached(at));
        for Marked { at, second, note } in player.marks.drain(..).filter(|_| begun) {
            let note = text::clean(&note, 200);
            gather.mark(at, second.unwrap_or(0), &note);
            marks.push((at, note));
        }
        player.step().await;
        let session = &player.analysis.session;
        match &session.latest {
            Some(moment) if begun => {
                let second = session.model.timeline().second(moment.snapshot.at.mono);
                gather.take(moment, player.analysis.focus(), second);
            }
            Some(moment) => gather.skip(moment),
            None => {}
        }
        any = true;
    }
}
