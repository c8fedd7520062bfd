//! Stories of a service of several workers, second by second.

use std::net::SocketAddr;
use std::time::Duration;

use crate::close::{CloseCode, Outcome};
use crate::detect::{Cause, Judge, Judgement, Kind, RuleId, Scope, Severity, Thresholds};
use crate::model::{Model, ModelConfig};
use crate::sample::fixtures::walk;
use crate::sample::{
    Cgroup, CgroupVersion, Ended, HostReading, Lane, Listener, Owners, ProbeEvent, ProbeFact,
    ProcessReading, Reading, Sample, Stamp, Worker,
};

const ADDRESS: ([u8; 4], u16) = ([127, 0, 0, 1], 80);

/// A worker and what it holds.
#[derive(Clone, Copy)]
struct Is {
    pid: u32,
    started: u64,
    held: u64,
    gone: u64,
}

struct Story {
    model: Model,
    judge: Judge,
    judgement: Judgement,
    at: Stamp,
    workers: Vec<Is>,
    /// Those that ended and are told of by one more walk.
    left: Vec<Is>,
    listens: bool,
    hidden: bool,
    oom_kills: u64,
}

fn boot() -> chrono::DateTime<chrono::Utc> {
    chrono::DateTime::from_timestamp(1_000_000, 0).unwrap()
}

impl Story {
    /// Workers from 11 up that each hold so many, watched for half a minute.
    fn of(held: &[u64]) -> Self {
        let watch =
            Thresholds { named_ports: [80].into(), whole_host: false, ..Thresholds::default() };
        Self::with(held, watch)
    }

    fn with(held: &[u64], thresholds: Thresholds) -> Self {
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

    fn address() -> SocketAddr {
        ADDRESS.into()
    }

    fn absorb(&mut self, sample: Sample) {
        self.judge.hear(&sample);
        self.model.absorb(sample);
    }

    /// What the alerts that fire say, newest first.
    fn said(&self) -> Vec<String> {
        self.judgement.firing().map(|a| a.sentence.clone()).collect()
    }

    fn pass(&mut self, seconds: u64) {
        for _ in 0..seconds {
            self.at = self.at.plus(Duration::from_secs(1));
            self.second();
        }
    }

    fn second(&mut self) {
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

    fn walk(&mut self) {
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
    fn ends(&mut self, pid: u32) {
        let at = self.workers.iter().position(|w| w.pid == pid).unwrap();
        let Is { started, held, .. } = self.workers.remove(at);
        let ended = vec![Ended { pid, start_ticks: started, how: None }];
        self.absorb(Sample { ended, ..Sample::at(self.at) });
        self.left.push(Is { pid, started, held: 0, gone: held });
    }

    /// A new process is behind the listener, started now.
    fn starts(&mut self, pid: u32) {
        let started = (self.at.wall - boot()).num_seconds().unsigned_abs() * 100;
        self.workers.push(Is { pid, started, held: 0, gone: 0 });
    }

    /// Connections of a worker that lives on are over.
    fn closes(&mut self, pid: u32, closed: u64) {
        let worker = self.workers.iter_mut().find(|w| w.pid == pid).unwrap();
        worker.held -= closed;
        worker.gone += closed;
    }

    /// The rules that fire, and the scope's pid.
    fn firing(&self) -> Vec<(&'static str, String)> {
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

    fn lost(pids: &[u32]) -> Vec<(&'static str, String)> {
        pids.iter().map(|pid| ("worker_lost", pid.to_string())).collect()
    }

    fn verdict(&self) -> (Severity, Kind, Cause) {
        let verdict = &self.judgement.verdict;
        (verdict.severity, verdict.kind, verdict.cause)
    }

    fn sentence(&self) -> &str {
        &self.judgement.verdict.sentence
    }
}

fn process(is: &Is) -> ProcessReading {
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

fn host(oom_kills: u64) -> HostReading {
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

#[test]
fn one_of_three_gone_is_one_alert_with_its_pid_and_what_it_held() {
    let mut story = Story::of(&[1_204, 900, 950]);
    story.ends(11);
    story.pass(3);
    assert_eq!(story.firing(), Story::lost(&[11]));
    assert_eq!(story.verdict(), (Severity::Critical, Kind::Crashing, Cause::WorkerLost));
    let said =
        "worker 11 (gunicorn) gone: 1 204 connections lost in 1 s; 2 processes are left on :80";
    assert_eq!(story.said(), [said]);
    assert!(story.sentence().starts_with("WORKER LOST  pid 11 gunicorn, 1 204 connections lost"));
    story.starts(14);
    story.pass(2);
    assert!(story.sentence().contains("; pid 14 took its place"), "{}", story.sentence());
    story.pass(70);
    assert!(story.firing().is_empty());
    assert_eq!(story.judgement.alerts().count(), 1);
}

#[test]
fn one_that_nobody_replaces_stays_lost() {
    let mut story = Story::of(&[40, 40, 40]);
    story.ends(12);
    story.pass(120);
    assert_eq!(story.firing(), Story::lost(&[12]));
}

#[test]
fn two_of_three_gone_and_not_replaced_are_two_losses_and_no_restart() {
    let mut story = Story::of(&[40, 50, 60]);
    story.ends(11);
    story.ends(13);
    story.pass(8);
    assert!(story.firing().is_empty(), "it may be a restart yet");
    story.pass(4);
    assert_eq!(story.firing(), Story::lost(&[11, 13]));
    assert!(story.judgement.alerts().all(|a| a.rule != RuleId::Restart));
}

#[test]
fn two_gone_and_replaced_are_a_restart_and_no_loss() {
    let mut story = Story::of(&[40, 50, 60]);
    story.ends(11);
    story.ends(13);
    story.pass(6);
    story.starts(21);
    story.starts(22);
    story.pass(3);
    assert_eq!(story.firing(), [("restart", String::new())]);
    assert_eq!(story.verdict(), (Severity::Warning, Kind::Restarting, Cause::Planned));
    let said = ":80 gunicorn restarts: 2 workers gone within 1 s, replaced; 100 connections closed";
    assert_eq!(story.said(), [said]);
    assert!(story.sentence().starts_with("RESTARTED  :80 gunicorn, 2 workers replaced at "));
    story.pass(60);
    assert!(story.judgement.alerts().all(|a| a.rule == RuleId::Restart));
    assert!(story.firing().is_empty());
}

#[test]
fn an_oom_kill_makes_a_restart_a_loss() {
    let mut story = Story::of(&[40, 50, 60]);
    story.ends(11);
    story.ends(13);
    story.oom_kills += 1;
    story.starts(21);
    story.pass(2);
    let [oom, first, second] = &story.firing()[..] else { panic!("{:?}", story.firing()) };
    assert_eq!((oom.0, first.0, second.0), ("oom_kill", "worker_lost", "worker_lost"));
    assert_eq!((story.verdict().1, story.verdict().2), (Kind::Crashing, Cause::Oom));
    let said: Vec<_> = story.judgement.firing().map(|a| a.sentence.clone()).collect();
    assert!(
        said.iter().any(|s| s.contains("gone, OOM kill suspected: 40 connections")),
        "{said:?}"
    );
    assert!(said.iter().any(|s| s.starts_with("OOM kill in /ws at ")), "{said:?}");
}

#[test]
fn the_last_one_gone_is_down() {
    let mut story = Story::of(&[40]);
    story.ends(11);
    story.listens = false;
    story.pass(3);
    assert_eq!(story.verdict(), (Severity::Critical, Kind::Down, Cause::Refused));
    let said = story.sentence();
    assert!(said.starts_with("DOWN :80 gunicorn  no process listening"), "{said}");
    assert!(said.contains("after pid 11 gunicorn ended "), "{said}");
}

#[test]
fn a_tool_that_ends_on_a_host_watched_as_a_whole_is_nobodys_business() {
    let mut story = Story::with(&[3], Thresholds::default());
    story.ends(11);
    story.listens = false;
    story.pass(20);
    assert!(story.firing().is_empty());
}

#[test]
fn a_drained_worker_that_is_replaced_is_the_pool_at_work() {
    let mut story = Story::of(&[0, 50, 60]);
    story.ends(11);
    story.starts(21);
    story.pass(20);
    assert!(story.firing().is_empty());
    story.ends(21);
    story.pass(12);
    assert_eq!(story.firing(), Story::lost(&[21]));
    assert_eq!(story.verdict().0, Severity::Warning, "nobody took its place: {}", story.sentence());
}

#[test]
fn a_server_that_said_it_restarts_did() {
    let mut story = Story::of(&[40]);
    let note = |fact| {
        let event = ProbeEvent { target: 0, lane: Lane::Held, fact };
        vec![event]
    };
    let url = "ws://app/ws".to_owned();
    let target = ProbeFact::Target { url, address: None, holds: true };
    let outcome = Outcome::CloseClean { code: CloseCode::SERVICE_RESTART, reason: String::new() };
    let lost = ProbeFact::Lost { outcome, age: Duration::from_mins(1) };
    for fact in [target, lost] {
        story.absorb(Sample { probes: note(fact), ..Sample::at(story.at) });
    }
    story.ends(11);
    story.starts(12);
    story.pass(5);
    assert!(story.firing().iter().all(|(rule, _)| *rule == "restart"), "{:?}", story.firing());
    assert_eq!(story.verdict().1, Kind::Restarting);
}

#[test]
fn a_worker_that_lives_and_closes_all_is_none_lost() {
    let mut story = Story::of(&[400, 500]);
    story.closes(11, 390);
    story.pass(4);
    assert!(story.firing().is_empty(), "its clients left, or were cut: {:?}", story.said());
    assert_eq!(story.verdict(), (Severity::Warning, Kind::Leaving, Cause::ClientsLeft));
    let said = "CLIENTS LEFT :80 gunicorn  390 of 900 connections closed at ";
    assert!(story.sentence().starts_with(said), "{}", story.sentence());
    story.pass(70);
    assert_ne!(story.verdict().1, Kind::Leaving, "who is not back by then has left");
}

#[test]
fn one_that_closes_all_and_then_ends_is_told_as_gone() {
    let mut story = Story::of(&[400, 500]);
    story.closes(11, 400);
    story.pass(1);
    story.ends(11);
    story.pass(4);
    assert_eq!(story.firing(), Story::lost(&[11]));
    assert!(story.said()[0].starts_with("worker 11 (gunicorn) gone: 400 "), "{:?}", story.said());
    assert!(story.sentence().starts_with("WORKER LOST  pid 11 "), "{}", story.sentence());
}

#[test]
fn connections_that_live_two_seconds_end_together_now_and_then() {
    let mut story = Story::of(&[15, 500]);
    for _ in 0..240 {
        story.closes(11, 6);
        story.workers[0].held = 15;
        story.pass(1);
    }
    story.closes(11, 15);
    story.pass(4);
    assert!(story.firing().is_empty(), "{}", story.sentence());
}

#[test]
fn a_pid_that_is_given_out_again_is_no_return() {
    let mut story = Story::of(&[40, 50]);
    story.ends(11);
    story.starts(11);
    story.pass(3);
    assert_eq!(story.firing(), Story::lost(&[11]));
}

#[test]
fn hidden_workers_are_told_by_what_their_listener_loses() {
    let mut story = Story::of(&[]);
    story.hidden = true;
    story.workers.push(Is { pid: 11, started: 0, held: 1_000, gone: 0 });
    story.pass(30);
    story.closes(11, 150);
    story.pass(3);
    assert!(story.firing().is_empty(), "15 % may be anything");
    story.closes(11, 400);
    story.pass(3);
    assert_eq!(story.firing(), [("worker_lost", "-".to_owned())]);
    let said = "a worker of :80 lost?: 400 of 850 connections closed at once; whose they were is \
                hidden without root";
    assert_eq!(story.said(), [said]);
    assert_eq!(story.verdict().0, Severity::Warning, "clients that left look the same");
    assert!(story.sentence().contains("root, or a URL, would tell"), "{}", story.sentence());
}
