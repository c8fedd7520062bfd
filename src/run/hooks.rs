//! The command of `--on-alert`: run once for each thing to tell, bounded in time
//! and in number.

use std::collections::{BTreeSet, VecDeque};
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStderr, Command};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;

use super::become_hook::COMMAND;
use crate::config::Hook;
use crate::fmt::Zone;
use crate::source::privilege;
use crate::{fmt, text};

/// This very program, also where its file was replaced since.
const OURSELVES: &str = "/proc/self/exe";
/// Commands under way at once: a storm of alerts is no reason for one of
/// processes.
const AT_ONCE: usize = 4;
/// Calls that wait for their turn.
const WAITING: usize = 256;
/// Of what a command complains, this much is read; the last line of it is shown.
const COMPLAINT: usize = 4096;
/// What it wrote before it ended is in the pipe; who it left behind may hold that
/// open for ever.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// How what went wrong begins.
const FAULT: &str = "--on-alert '";

/// What is told by one run of the command.
#[derive(Debug)]
pub(super) struct Call {
    /// The alert it is about: its calls stay in order.
    pub(super) alert: u64,
    pub(super) at: DateTime<Utc>,
    pub(super) document: String,
    pub(super) variables: [(&'static str, String); 7],
}

/// How the calls went.
#[derive(Debug, Default)]
struct Record {
    calls: u64,
    failed: u64,
    last: Option<(DateTime<Utc>, String)>,
    /// Failures nobody has been told of yet.
    fresh: bool,
}

/// The command, and the calls of it.
#[derive(Debug)]
pub(super) struct Hooks {
    name: String,
    calls: Sender<Call>,
    record: Arc<Mutex<Record>>,
    runner: Option<JoinHandle<()>>,
}

impl Hooks {
    pub(super) fn start(hook: Hook) -> Self {
        let (calls, waiting) = channel(WAITING);
        let record = Arc::default();
        let name = hook.name();
        let runner = Some(tokio::spawn(run_all(hook, waiting, Arc::clone(&record))));
        Self { name, calls, record, runner }
    }

    /// Runs the command for this, when its turn comes.
    pub(super) fn call(&self, call: Call) {
        let at = call.at;
        if self.calls.try_send(call).is_err() {
            note(&self.record, at, Err(format!("not run: {WAITING} calls wait already")));
        }
    }

    /// What went wrong last, when by the clock of that zone, and how often; none while
    /// all went well.
    pub(super) fn fault(&self, zone: Zone) -> Option<String> {
        let record = self.record.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, why) = record.last.as_ref()?;
        let clock = fmt::clock(&zone.local(*at));
        let (failed, calls) = (fmt::count(record.failed), fmt::count(record.calls));
        let of = format!("{failed} of {calls} failed");
        Some(format!("{FAULT}{}' at {clock}: {why} ({of})", self.name))
    }

    /// The same, if it is not the one that was told last.
    pub(super) fn fresh_fault(&self, zone: Zone) -> Option<String> {
        let mut record = self.record.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = std::mem::take(&mut record.fresh);
        drop(record);
        self.fault(zone).filter(|_| fresh)
    }

    /// Waits for what is under way; each has its own limit. What went wrong.
    pub(super) async fn finish(&mut self, zone: Zone) -> Option<String> {
        // With its sender gone the runner ends after the last call.
        let (closed, _) = channel(1);
        drop(std::mem::replace(&mut self.calls, closed));
        if let Some(runner) = self.runner.take() {
            let _ = runner.await;
        }
        self.fresh_fault(zone)
    }
}

fn note(record: &Mutex<Record>, at: DateTime<Utc>, outcome: Result<(), String>) {
    let mut record = record.lock().unwrap_or_else(PoisonError::into_inner);
    record.calls += 1;
    if let Err(why) = outcome {
        record.failed += 1;
        record.last = Some((at, why));
        record.fresh = true;
    }
}

/// Runs what comes, at most [`AT_ONCE`] at a time and one at a time for an alert:
/// that it is over must not be told before that it began.
async fn run_all(hook: Hook, mut calls: Receiver<Call>, record: Arc<Mutex<Record>>) {
    let (mut waiting, mut busy) = (VecDeque::<Call>::new(), BTreeSet::new());
    let mut running = JoinSet::new();
    let mut open = true;
    while open || !running.is_empty() || !waiting.is_empty() {
        while running.len() < AT_ONCE
            && let Some(at) = waiting.iter().position(|call| !busy.contains(&call.alert))
            && let Some(call) = waiting.remove(at)
        {
            busy.insert(call.alert);
            let hook = hook.clone();
            running.spawn(async move { (call.alert, call.at, run(&hook, call).await) });
        }
        tokio::select! {
            call = calls.recv(), if open && waiting.len() < WAITING => match call {
                Some(call) => waiting.push_back(call),
                None => open = false,
            },
            Some(Ok((alert, at, outcome))) = running.join_next() => {
                busy.remove(&alert);
                note(&record, at, outcome);
            }
            else => {}
        }
    }
}

/// One run; why it failed, in words.
async fn run(hook: &Hook, call: Call) -> Result<(), String> {
    let mut command = Command::new(OURSELVES);
    command.args([COMMAND, "--parent", &std::process::id().to_string()]);
    if privilege::is_privileged() {
        command.arg("--no-new-privs");
    }
    command
        .arg("--")
        .arg(&hook.program)
        .args(&hook.arguments)
        .envs(call.variables)
        .stdin(Stdio::piped())
        // What it prints would be drawn over the screen, or into the documents.
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| format!("cannot be run: {error}"))?;
    let group = child.id().and_then(|pid| Pid::from_raw(i32::try_from(pid).ok()?));
    let mut guard = ProcessGroup(group);
    match timeout(hook.timeout, watch(&mut child, call.document)).await {
        Ok(Ok((status, said))) => {
            // Who ends by itself may leave something running on purpose.
            guard.0 = None;
            ended(status, &said)
        }
        Ok(Err(error)) => Err(format!("cannot be followed: {error}")),
        Err(_) => {
            drop(guard);
            let _ = child.wait().await;
            Err(format!("killed after {}", fmt::period(hook.timeout)))
        }
    }
}

/// A command and all that it started, killed when this is dropped.
struct ProcessGroup(Option<Pid>);

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        if let Some(group) = self.0
            && kill_process_group(group, Signal::KILL).is_err()
        {
            // It has not begun a session of its own yet.
            let _ = kill_process(group, Signal::KILL);
        }
    }
}

/// Hands the document over and waits for the end; how it ended and what it
/// complained of.
async fn watch(child: &mut Child, document: String) -> std::io::Result<(ExitStatus, Vec<u8>)> {
    let (stdin, stderr) = (child.stdin.take(), child.stderr.take());
    let give = async {
        if let Some(mut stdin) = stdin {
            // Who does not read it does not want it.
            let _ = stdin.write_all(document.as_bytes()).await;
            let _ = stdin.write_all(b"\n").await;
        }
    };
    let mut said = Vec::new();
    let status = {
        let reading = read_end(stderr, &mut said);
        let waited = async { tokio::join!(give, child.wait()).1 };
        tokio::pin!(reading, waited);
        let mut is_read = false;
        let status = loop {
            tokio::select! {
                status = &mut waited => break status?,
                () = &mut reading, if !is_read => is_read = true,
            }
        };
        if !is_read {
            let _ = timeout(LAST_WORDS, reading).await;
        }
        status
    };
    Ok((status, said))
}

/// Reads to the end and keeps the last of it.
async fn read_end(stderr: Option<ChildStderr>, said: &mut Vec<u8>) {
    let Some(mut stderr) = stderr else { return };
    let mut buffer = [0; 1024];
    while let Ok(n @ 1..) = stderr.read(&mut buffer).await {
        said.extend_from_slice(&buffer[..n]);
        let excess = said.len().saturating_sub(COMPLAINT);
        said.drain(..excess);
    }
}

fn ended(status: ExitStatus, said: &[u8]) -> Result<(), String> {
    use std::os::unix::process::ExitStatusExt;
    if status.success() {
        return Ok(());
    }
    let how = match (status.code(), status.signal()) {
        (Some(code), _) => format!("ended with {code}"),
        (None, Some(signal)) => format!("killed by signal {signal}"),
        (None, None) => "ended".to_owned(),
    };
    let said = String::from_utf8_lossy(said);
    let last = said.lines().rfind(|line| !line.trim().is_empty()).map(|line| text::clean(line, 80));
    Err(last.map_or(how.clone(), |last| format!("{how}: {last}")))
}

#[cfg(test)]
mod tests {
    use chrono::FixedOffset;

    use super::*;

    #[test]
    fn a_failure_is_told_by_the_clock_of_whoever_looks() {
        let record = Arc::default();
        note(&record, DateTime::UNIX_EPOCH, Err("ended with 3".to_owned()));
        let hooks = Hooks { name: "page".to_owned(), calls: channel(1).0, record, runner: None };
        let tokyo = FixedOffset::east_opt(9 * 3600).map(Zone::Fixed).expect("an hour there is");
        let told = "--on-alert 'page' at 09:00:00: ended with 3 (1 of 1 failed)";
        assert_eq!(hooks.fault(tokyo).as_deref(), Some(told));
        assert_eq!(hooks.fresh_fault(tokyo).as_deref(), Some(told));
        assert_eq!(hooks.fresh_fault(tokyo), None, "told once");
    }
}
