//! What the processes behind the listeners were told to admit: from their command line, or
//! the settings that it names.
//!
//! A lane of its own, asked by the interval lane whenever it has looked for who holds which
//! listener: a file may lie on a file system that never answers. Settings are read once
//! for each set of processes; a server that reads them again has other workers then.

mod files;
mod haproxy;
mod nginx;
mod python;
mod tomcat;
mod words;

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use super::lanes::Lanes;
use super::processes::{Identity, parent, start_ticks};
use crate::sample::{ConfiguredLimit, Sample, Server};
use crate::source::privilege::{self, OTHER_USERS};

/// So many ports are looked into, and so many processes of each.
const MOST_PORTS: usize = 64;
const MOST_PROCESSES: usize = 256;
/// Told again after this: a replay may begin in the middle.
const AGAIN: Duration = Duration::from_mins(2);
/// How often it looks whether it is to end.
const LOOK_UP: Duration = Duration::from_secs(1);

/// A port, and who holds its listeners.
pub(super) type Holders = (u16, Vec<u32>);

/// What is known of one port, and of which processes that is.
type KnownLimit = ((u16, Vec<Identity>), Option<ConfiguredLimit>);

/// What the lane remembers.
pub(super) struct ConfiguredLane {
    proc: PathBuf,
    asked: Receiver<Vec<Holders>>,
    known: Vec<KnownLimit>,
    told: Option<(Duration, Vec<ConfiguredLimit>)>,
}

impl ConfiguredLane {
    pub(super) fn new(asked: Receiver<Vec<Holders>>) -> Self {
        Self { proc: PathBuf::from("/proc"), asked, known: Vec::new(), told: None }
    }

    /// Looks whenever asked, until stopped.
    pub(super) fn run(mut self, lanes: &Lanes) {
        while !lanes.stopped() {
            let holders = match self.asked.recv_timeout(LOOK_UP) {
                Ok(holders) => holders,
                Err(RecvTimeoutError::Timeout) => continue,
                Err(RecvTimeoutError::Disconnected) => return,
            };
            let found = privilege::with(OTHER_USERS, || self.look(&holders));
            let at = lanes.clock.now();
            let again = |told: Duration| at.mono.saturating_sub(told) >= AGAIN;
            let same =
                self.told.as_ref().is_some_and(|(then, told)| *told == found && !again(*then));
            let nothing = self.told.is_none() && found.is_empty();
            if same || nothing {
                continue;
            }
            self.told = Some((at.mono, found.clone()));
            lanes.deliver(Sample { configured: Some(found), ..Sample::at(at) });
        }
    }

    fn look(&mut self, holders: &[Holders]) -> Vec<ConfiguredLimit> {
        let mut before = std::mem::take(&mut self.known);
        for (port, pids) in holders.iter().take(MOST_PORTS) {
            let pids = pids.iter().take(MOST_PROCESSES);
            let identities =
                pids.filter_map(|pid| Some((*pid, start_ticks(&self.proc.join(pid.to_string()))?)));
            let key = (*port, identities.collect::<Vec<_>>());
            let known = before.iter().position(|(known, _)| *known == key);
            let known = if let Some(at) = known {
                before.swap_remove(at)
            } else {
                let found = self.read(key.0, &key.1);
                (key, found)
            };
            self.known.push(known);
        }
        self.known.iter().filter_map(|(_, found)| found.clone()).collect()
    }

    fn read(&self, port: u16, identities: &[Identity]) -> Option<ConfiguredLimit> {
        let process = |(pid, _): &Identity| {
            let dir = self.proc.join(pid.to_string());
            HoldingProcess { pid: *pid, parent: parent(&dir), words: words::of(&dir), dir }
        };
        let processes: Vec<HoldingProcess> = identities.iter().map(process).collect();
        let of = |process: &HoldingProcess| Server::of(process.words.iter().map(String::as_str));
        let server = processes.iter().find_map(of)?;
        let setting: fn(&Asked<'_>) -> Setting = match server {
            Server::Nginx => nginx::setting,
            Server::Haproxy => haproxy::setting,
            Server::Gunicorn => python::gunicorn,
            Server::Uvicorn => python::uvicorn,
            Server::Tomcat | Server::Java => tomcat::setting,
            Server::Hypercorn | Server::Daphne | Server::Node => |_| Setting::Unset,
        };
        let (limit, plain_http, source) = match setting(&Asked { port, processes: &processes }) {
            Setting::Found { limit, source, plain_http } => (Some(limit), plain_http, source),
            Setting::Unset => (None, false, String::new()),
            Setting::NotFound(why) => (None, false, why),
        };
        let pids = identities.iter().map(|(pid, _)| *pid).collect();
        Some(ConfiguredLimit { port, pids, server, limit, plain_http, source })
    }
}

/// What the settings of a server say of a port.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Setting {
    /// So many connections of clients, of all workers together.
    Found {
        limit: u64,
        /// Where it stands.
        source: String,
        /// It holds for plain requests alone.
        plain_http: bool,
    },
    /// They were read, and do not say.
    Unset,
    /// Why it is not known.
    NotFound(String),
}

impl Setting {
    fn hidden() -> Self {
        Self::NotFound("its settings are another user's to see: run as root".to_owned())
    }
}

/// One process that holds the listener.
#[derive(Debug)]
struct HoldingProcess {
    pid: u32,
    parent: Option<u32>,
    words: Vec<String>,
    dir: PathBuf,
}

/// Of which port, and who holds it; there is at least one.
struct Asked<'a> {
    port: u16,
    processes: &'a [HoldingProcess],
}

impl Asked<'_> {
    /// Folder and words of the first process of which this holds, else of the first.
    fn process(&self, is: impl Fn(&[String]) -> bool) -> (PathBuf, Vec<String>) {
        let found = self.processes.iter().find(|process| is(&process.words));
        let found = found.or(self.processes.first());
        found.map(|process| (process.dir.clone(), process.words.clone())).unwrap_or_default()
    }

    /// The one that started the others.
    fn parent(&self) -> (PathBuf, Vec<String>) {
        let first = self.processes.iter().find(|process| !self.is_worker(process));
        let first = first.or(self.processes.first());
        first.map(|process| (process.dir.clone(), process.words.clone())).unwrap_or_default()
    }

    /// Of how many processes this holds; at least one.
    fn count(&self, is: impl Fn(&[String]) -> bool) -> u64 {
        let count = self.processes.iter().filter(|process| is(&process.words)).count();
        count.max(1) as u64
    }

    /// How many were started by one of the others; one where none was.
    fn workers(&self) -> u64 {
        self.processes.iter().filter(|process| self.is_worker(process)).count().max(1) as u64
    }

    fn is_worker(&self, process: &HoldingProcess) -> bool {
        self.processes.iter().any(|other| Some(other.pid) == process.parent)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// Of processes with these command lines, the first of them the parent of the others;
    /// their files are ours.
    pub(super) fn asked(
        commands: &[&str],
        port: u16,
        setting: impl Fn(&Asked<'_>) -> Setting,
    ) -> Setting {
        let process = |(at, command): (usize, &&str)| HoldingProcess {
            pid: u32::try_from(at).expect("few"),
            parent: (at > 0).then_some(0),
            words: command.split_whitespace().map(str::to_owned).collect(),
            dir: Path::new("/proc/self").to_owned(),
        };
        let processes: Vec<HoldingProcess> = commands.iter().enumerate().map(process).collect();
        setting(&Asked { port, processes: &processes })
    }

    #[test]
    fn our_own_process_is_no_server_that_is_known() {
        let (_ask, asked) = std::sync::mpsc::channel();
        let mut lane = ConfiguredLane::new(asked);
        assert_eq!(lane.look(&[(80, vec![std::process::id()]), (81, vec![])]), []);
    }
}
