//! `herdtop check --during -- CMD`: a deploy, and what it does to clients.

mod command;

use std::io;
use std::ops::ControlFlow;
use std::process::ExitStatus;
use std::time::Duration;

use self::command::Running;
use super::drive::{Front, drive};
use super::headless::Each;
use super::live::Live;
use super::signals::{Asked, Signals};
use crate::cli::CheckArgs;
use crate::config::Settings;
use crate::detect::Deploy;
use crate::model::ServiceId;
use crate::output::{self, Out};
use crate::source::probe::Plan;

/// So long the usual is learned before it starts.
const BASELINE: Duration = Duration::from_secs(5);

/// Learns the usual, runs the command, grades it; the exit code is the worse of the
/// verdict and the command's own failure.
///
/// # Errors
/// Whatever stands in the way before the command has started: then it is not run.
pub(super) async fn during(settings: Settings, args: &CheckArgs) -> anyhow::Result<u8> {
    anyhow::ensure!(
        !args.command.is_empty(),
        "--during: the command is missing: herdtop check --during -- ./deploy.sh"
    );
    let mut live = Live::start_asked(&settings)?;
    let code = graded(&mut live, &settings, args).await;
    live.close().await;
    code
}

async fn graded(live: &mut Live, settings: &Settings, args: &CheckArgs) -> anyhow::Result<u8> {
    let mut deploy = Deploy::default();
    let mut before = Each::new(|analysis| {
        analysis.session.latest.iter().for_each(|latest| deploy.observe(latest));
        Ok(true)
    })?;
    if let Some(code) = drive(live, settings.interval, Some(BASELINE), &mut before).await? {
        return Ok(code);
    }
    let mut signals = Signals::listen(false)?;
    tokio::select! {
        asked = signals.ended() => return Ok(asked),
        () = live.settle() => {}
    }
    let Some(latest) = &live.analysis.session.latest else {
        anyhow::bail!("nothing could be measured: the command is not run");
    };
    deploy.observe(latest);
    let began = live.now().mono;
    let command = Running::start(&args.command, args.json, began)?;
    deploy.begin(began);
    let mut front = Watch { signals, deploy, command, longest: args.run_for, asked: None };
    drive(live, settings.interval, None, &mut front).await?;
    let Watch { mut deploy, command, asked, .. } = front;
    if asked.is_none() {
        let longest = settings.plan().map(Plan::longest_attempt).unwrap_or_default();
        let mut signals = Signals::listen(false)?;
        tokio::select! {
            _ = signals.ended() => {}
            () = live.wait_for_verdict(longest) => {}
        }
        live.analysis.session.latest.iter().for_each(|latest| deploy.observe(latest));
    }
    let (command, grade) = (command.told(), deploy.grade());
    let text = if args.json {
        live.analysis.document_after((command, &grade)).unwrap_or_default()
    } else {
        output::deploy_line(command, &grade)
    };
    Out::default().line(&text)?;
    Ok(asked.unwrap_or_else(|| output::deploy_severity(command, &grade).exit_code()))
}

/// Something happened to the command, or to us.
enum Event {
    Asked(Asked),
    Ended(io::Result<ExitStatus>),
}

/// The deploy under way.
struct Watch {
    signals: Signals,
    deploy: Deploy,
    command: Running,
    /// It is graded no longer than this.
    longest: Duration,
    /// The exit code of the signal that asked us to end.
    asked: Option<u8>,
}

impl Front for Watch {
    type Input = Event;

    async fn next(&mut self) -> Event {
        tokio::select! {
            asked = self.signals.next() => Event::Asked(asked),
            status = self.command.ended() => Event::Ended(status),
        }
    }

    /// Who asks us to end asks the command, which is waited for: half a deploy is worse
    /// than none.
    fn handle(&mut self, live: &mut Live, event: Event) -> anyhow::Result<ControlFlow<u8>> {
        match event {
            Event::Asked(Asked::End(code)) => {
                self.asked = Some(code);
                self.command.hand_on(code);
            }
            Event::Asked(Asked::Stop | Asked::Continued) => {}
            Event::Ended(status) => {
                let now = live.now().mono;
                self.command.end(status?, now);
                self.deploy.end(now);
            }
        }
        let is_over = !self.command.runs() && self.asked.is_some();
        Ok(if is_over { ControlFlow::Break(0) } else { ControlFlow::Continue(()) })
    }

    fn derived(&mut self, live: &mut Live) -> anyhow::Result<ControlFlow<u8>> {
        live.notify_stderr();
        let now = live.now().mono;
        let is_late = now.saturating_sub(self.command.began()) >= self.longest;
        if !is_late {
            live.analysis.session.latest.iter().for_each(|latest| self.deploy.observe(latest));
        } else if self.command.runs() {
            self.command.complain();
        }
        let is_over = !self.command.runs() && (is_late || self.deploy.is_over(now));
        Ok(if is_over { ControlFlow::Break(0) } else { ControlFlow::Continue(()) })
    }

    fn chosen(&self) -> Option<ServiceId> {
        self.deploy.service()
    }
}
