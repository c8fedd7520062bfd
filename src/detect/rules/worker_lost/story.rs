//! A service of several workers, told second by second.

use std::net::SocketAddr;
use std::time::Duration;

use crate::detect::{Cause, Judge, Judgement, Kind, Scope, Severity, Thresholds};
use crate::model::{Model, ModelConfig};
use crate::sample::fixtures::walk;
use crate::sample::{
    Cgroup, CgroupVersion, Ended, HostReading, Listener, Owners, ProcessReading, Reading, Sample,
    Stamp, Worker,
};

pub(super) const ADDRESS: ([u8; 4], u16) = ([127, 0, 0, 1], 80);

/// A worker and what it holds.
#[derive(Clone, Copy)]
pub(super) struct Is {
    pub(super) pid: u32,
    pub(super) started: u64,
    pub(super) held: u64,
    pub(super) gone: u64,
}

pub(super) struct Story {
    pub(super) model: Model,
    pub(super) judge: Judge,
    pub(super) judgement: Judgement,
    pub(super) at: Stamp,
    pub(super) workers: Vec<Is>,
    /// Those that ended and are told of by one more walk.
    pub(super) left: Vec<Is>,
    pub(super) listens: bool,
    pub(super) hidden: bool,
    pub(super) oom_kills: u64,
}

pub(super) fn boot() -> chrono::DateTime<chrono::Utc> {
    chrono::DateTime::from_timestamp(1_000_000, 0).unwrap()
}

impl Story {
    /// Workers from 11 up that each hold so many, watched for half a minute.
    pub(super) fn of(held: &[u64]) -> Self {
        let watch =
            Thresholds { named_ports: [80].into(), whole_host: false, ..Thresholds::default() };
        Self::with(held, watch)
    }

    pub(super) fn with(held: &[u64], thresholds: Thresholds) -> Self {
        let config = ModelConfig { ports: [80].into(), ..ModelConfig::default() };
        let worker = |(pid, &held): (u32, &u64)| Is { pid, started: 0, held, gone: 0 };
        let mut story = Self {
            model: Model::new(config),
            judge: Judge::new(thresholds),
            judgement: Judgement::waiting(chrono::DateTime::UNIX_EPOCH),
            at: Stamp { mono: Duration::ZERO, wall: boot() }.plus(Duration::from_secs(100)),
            workers: (11..).zip(held).map(worker).collect(),
            left: Vec::new(),
            listens: true,
            hidden: false,
            oom_kills: 7,
        };
        story.pass(30);
        story
    }

    pub(super) fn address() -> SocketAddr {
        ADDRESS.into()
    }

    pub(super) fn absorb(&mut self, sample: Sample) {
        self.judge.hear(&sample);
        self.model.absorb(sample);
    }

    /// What the alerts that fire say, newest first.
    pub(super) fn said(&self) -> Vec<String> {
        self.judgement.firing().map(|a| a.sentence.clone()).collect()
    }

    pub(super) fn pass(&mut self, seconds: u64) {
        for _ in 0..seconds {
            self.at = self.at.plus(Duration::from_secs(1));
            self.second();
        }
    }

    pub(super) fn second(&mut self) {
        let listener = Listener {
            local: Self::address(),
            accept_queue: 0,
            backlog: Some(128),
            drops: Some(0),
            inode: 1,
            cookie: 1,
        };
        let found = if self.listens { vec![listener] } else { vec![] };
        let mut sample = Sample::at(self.at);
        sample.listeners = Some(Reading::Seen(found));
        let pids: Vec<u32> = self.workers.iter().map(|w| w.pid).collect();
        sample.owners = Some(Reading::Seen(if self.hidden {
            Owners { pids: vec![], hidden: vec![1], why: "run as root".into() }
        } else {
            Owners { pids: vec![(1, pids)], hidden: vec![], why: String::new() }
        }));
        sample.processes = Some(self.workers.iter().map(process).collect());
        sample.host = Some(host(self.oom_kills));
        self.absorb(sample);
        self.walk();
        let snapshot = self.model.derive(self.at, None);
        self.judgement = self.judge.judge(&snapshot, None);
    }

    pub(super) fn walk(&mut self) {
        let established = self.workers.iter().map(|w| w.held).sum();
        let mut sample = Sample::at(self.at);
        sample.walk = Some(Reading::Seen(walk(Self::address(), established)));
        self.absorb(sample);
        if self.workers.len() + self.left.len() > 1 && !self.hidden {
            let told = |w: &Is| Worker {
                pid: w.pid,
                start_ticks: w.started,
                held: Reading::Seen(w.held),
                gone: w.gone,
                whole: true,
            };
            let all = self.workers.iter().chain(&self.left);
            let workers = Some(all.map(told).collect());
            self.absorb(Sample { workers, ..Sample::at(self.at) });
        }
        self.left.clear();
        self.workers.iter_mut().for_each(|w| w.gone = 0);
    }

    /// A process ends, now.
    pub(super) fn ends(&mut self, pid: u32) {
        let at = self.workers.iter().position(|w| w.pid == pid).unwrap();
        let Is { started, held, .. } = self.workers.remove(at);
        let ended = vec![Ended { pid, start_ticks: started, how: None }];
        self.absorb(Sample { ended, ..Sample::at(self.at) });
        self.left.push(Is { pid, started, held: 0, gone: held });
    }

    /// A new process is behind the listener, started now.
    pub(super) fn starts(&mut self, pid: u32) {
        let started = (self.at.wall - boot()).num_seconds().unsigned_abs() * 100;
        self.workers.push(Is { pid, started, held: 0, gone: 0 });
    }

    /// Connections of a worker that lives on are over.
    pub(super) fn closes(&mut self, pid: u32, closed: u64) {
        let worker = self.workers.iter_mut().find(|w| w.pid == pid).unwrap();
        worker.held -= closed;
        worker.gone += closed;
    }

    /// The rules that fire, and the scope's pid.
    pub(super) fn firing(&self) -> Vec<(&'static str, String)> {
        let of = |a: &crate::detect::Alert| {
            let pid = match a.scope {
                Scope::Exit(exit) => exit.pid.map_or("-".to_owned(), |pid| pid.to_string()),
                _ => String::new(),
            };
            (a.rule.name(), pid)
        };
        let mut all: Vec<_> = self.judgement.firing().map(of).collect();
        all.sort();
        all
    }

    pub(super) fn lost(pids: &[u32]) -> Vec<(&'static str, String)> {
        pids.iter().map(|pid| ("worker_lost", pid.to_string())).collect()
    }

    pub(super) fn verdict(&self) -> (Severity, Kind, Cause) {
        let verdict = &self.judgement.verdict;
        (verdict.severity, verdict.kind, verdict.cause)
    }

    pub(super) fn sentence(&self) -> &str {
        &self.judgement.verdict.sentence
    }
}

pub(super) fn process(is: &Is) -> ProcessReading {
    let ticks = i64::try_from(is.started).unwrap() * 10;
    ProcessReading {
        pid: is.pid,
        start_ticks: is.started,
        started: Some(boot() + chrono::TimeDelta::milliseconds(ticks)),
        name: "gunicorn".into(),
        command: "gunicorn app".into(),
        uid: Reading::Seen(33),
        state: None,
        rss: Reading::Seen(1 << 20),
        cpu_seconds: Reading::Seen(1.0),
        threads: Reading::Seen(1),
        busiest_thread: None,
        fds: Reading::Seen(is.held + 10),
        fd_soft: Reading::Seen(None),
        fd_hard: Reading::Seen(None),
        cgroup: Some("/ws".into()),
    }
}

pub(super) fn host(oom_kills: u64) -> HostReading {
    let cgroup = Cgroup {
        oom_kills: Reading::Seen(oom_kills),
        ..Cgroup::nothing("/ws".into(), CgroupVersion::V2)
    };
    HostReading {
        oom_kills: Reading::Seen(40 + oom_kills),
        cgroups: vec![cgroup],
        ..HostReading::nothing()
    }
}
