//! The command of a deploy: started, handed signals, waited for.

use std::ffi::OsString;
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::os::unix::process::ExitStatusExt;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, getpgrp, kill_process};
use tokio::process::{Child, Command};

use crate::output::DeployCommand;
use crate::text;

/// Columns of the program's name.
const NAME: usize = 60;

/// The command.
pub(super) struct Running {
    /// None once it has ended.
    child: Option<Child>,
    began: Duration,
    told: DeployCommand,
    has_complained: bool,
}

impl Running {
    /// Starts it with our own input and output; where that is for the document, its
    /// output is ours for complaints.
    pub(super) fn start(words: &[OsString], json: bool, began: Duration) -> anyhow::Result<Self> {
        let (program, arguments) = words.split_first().unwrap_or((const { &OsString::new() }, &[]));
        let name = text::clean(&program.to_string_lossy(), NAME);
        let mut command = Command::new(program);
        command.args(arguments);
        if json {
            command.stdout(Stdio::from(io::stderr().as_fd().try_clone_to_owned()?));
        }
        let started = command.spawn();
        let child = started.map_err(|error| anyhow::anyhow!("'{name}' cannot be run: {error}"))?;
        let told = DeployCommand { program: name, ran: None, exit_code: None, signal: None };
        Ok(Self { child: Some(child), began, told, has_complained: false })
    }

    /// What is told of it.
    pub(super) const fn told(&self) -> &DeployCommand {
        &self.told
    }

    /// When it started.
    pub(super) const fn began(&self) -> Duration {
        self.began
    }

    /// Whether it has not ended.
    pub(super) const fn runs(&self) -> bool {
        self.child.is_some()
    }

    /// How it ended, once it has; for ever pending afterwards.
    pub(super) async fn ended(&mut self) -> io::Result<ExitStatus> {
        match &mut self.child {
            Some(child) => child.wait().await,
            None => std::future::pending().await,
        }
    }

    pub(super) fn end(&mut self, status: ExitStatus, now: Duration) {
        self.child = None;
        self.told.ran = Some(now.saturating_sub(self.began));
        (self.told.exit_code, self.told.signal) = (status.code(), status.signal());
    }

    /// Hands a signal on. What a terminal sends it sends to the command as well, which
    /// is of our group: a second one would make many programs give up at once.
    pub(super) fn hand_on(&self, code: u8) {
        let signal = match code {
            129 => Signal::HUP,
            130 => Signal::INT,
            _ => Signal::TERM,
        };
        if signal != Signal::TERM && is_in_front() {
            return;
        }
        let pid = self.child.as_ref().and_then(Child::id);
        let pid = pid.and_then(|pid| Pid::from_raw(i32::try_from(pid).ok()?));
        // It may have ended just now.
        if let Some(pid) = pid {
            let _ = kill_process(pid, signal);
        }
    }

    /// Says once that it takes longer than it is graded.
    pub(super) fn complain(&mut self) {
        if !std::mem::replace(&mut self.has_complained, true) {
            let name = &self.told.program;
            let _ = writeln!(
                io::stderr(),
                "herdtop: '{name}' still runs: graded up to now, and waited for"
            );
        }
    }
}

/// Whether the terminal sends its signals to us.
fn is_in_front() -> bool {
    let Ok(terminal) = std::fs::File::open("/dev/tty") else { return false };
    rustix::termios::tcgetpgrp(terminal).is_ok_and(|group| group == getpgrp())
}
