//! Checks of five seconds, one after another, while an incident goes on: they say the
//! same, and what is right.

use super::super::story::{Event, Story};
use super::super::world::World;
use super::{How, Incident, Meaning, ONSET, at, is_one_of, meaning, story};

/// How long one measures.
const LONG: i64 = 5;

/// A service, and what goes wrong with it.
#[derive(Clone, Copy)]
struct Case<'a> {
    name: &'a str,
    /// What may be said.
    right: &'a [Meaning],
    workers: u32,
    /// Open files each of them may have.
    files: u64,
    capacity: Option<u64>,
    events: &'a [Event],
}

impl<'a> Case<'a> {
    fn new(name: &'a str, right: &'a [Meaning], events: &'a [Event]) -> Self {
        Self { name, right, workers: 1, files: 100_000, capacity: None, events }
    }

    /// What one check says that begins so many seconds after the onset, or before it.
    fn check(&self, (clients, retry): (u32, &'static str), probed: bool, from: i64) -> Said {
        let how = How { clients, retry, probed, hidden: false, deathless: false, from };
        let events = self.events.to_vec();
        let (right, must) = (self.right.to_vec(), Vec::new());
        let incident = Incident { workers: self.workers, events, right, must, changes: 1 };
        let seconds = ONSET + from + LONG + 1;
        let (files, capacity) = (Some(self.files), self.capacity);
        let story = Story { seconds, check: true, files, capacity, ..story(how, &incident) };
        let mut world = World::new(&story);
        (0..seconds).for_each(|_| world.second());
        let verdict = world.session.verdict().expect("judged");
        let (kind, cause) = meaning(verdict);
        let wrong = (!is_one_of(verdict, self.right))
            .then(|| format!("{}, {how}: {kind}/{cause} {}", self.name, verdict.sentence));
        Said { meaning: (kind, cause), wrong }
    }

    /// The incident goes on from the onset to the end of the story. One that is up to a
    /// minute old is met by eleven checks.
    fn is_said_again_and_again(&self) {
        let mut faults = Vec::new();
        for clients in CLIENTS {
            for probed in [true, false] {
                let checks = (6..60).step_by(5).map(|from| self.check(clients, probed, from));
                let mut said = Vec::new();
                for check in checks {
                    faults.extend(check.wrong);
                    said.push(check.meaning);
                }
                let flips = said.windows(2).filter(|pair| pair[0] != pair[1]).count();
                if flips > 1 {
                    let name = self.name;
                    faults.push(format!("{name}, {clients:?}, {probed}: {flips} flips: {said:?}"));
                }
            }
        }
        assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    }

    /// It happens once, from one to three seconds after a check began.
    fn is_found_as_it_happens(&self) {
        let froms = [-3, -2, -1].into_iter();
        let each = froms.flat_map(|from| [(from, true), (from, false)]);
        let of = |(from, probed)| CLIENTS.map(|clients| self.check(clients, probed, from));
        let faults: Vec<String> = each.flat_map(of).filter_map(|said| said.wrong).collect();
        assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    }
}

/// What a check says, and what is wrong with it.
struct Said {
    meaning: (String, String),
    wrong: Option<String>,
}

const CLIENTS: [(u32, &str); 2] = [(60, "full"), (400, "fixed")];

fn told(word: &str) -> Event {
    Event { probe: Some(word.to_owned()), ..at(1) }
}

/// Probes are let in, and pings answered.
fn well() -> Event {
    Event { ping: Some(1), ..told("ok") }
}

#[test]
fn of_a_server_that_rejects() {
    let full = Event { limit: Some(40), clients: 150, ..at(0) };
    let right = [super::REFUSING, super::HERD, super::NO_JITTER, super::NO_BACKOFF];
    Case::new("limit", &right, &[full, told("1013")]).is_said_again_and_again();
}

#[test]
fn of_a_server_that_is_stopped() {
    let stopped = Event { stopped: Some(true), queue: Some(3), rate: Some(0.0), ..at(0) };
    Case::new("stopped", &[super::STOPPED], &[stopped, told("none")]).is_said_again_and_again();
}

#[test]
fn of_a_queue_that_is_full() {
    let full = Event { queue: Some(129), dropped: Some(60.0), rate: Some(0.0), ..at(0) };
    let right = [super::QUEUE, super::STUCK];
    Case::new("queue", &right, &[full, told("none")]).is_said_again_and_again();
}

#[test]
fn of_descriptors_that_are_out() {
    let out = Event { descriptors: Some(1_000), rate: Some(0.0), ..at(0) };
    let right = [("overloaded", "descriptors")];
    let events = [out, told("none")];
    Case { files: 1_000, ..Case::new("files", &right, &events) }.is_said_again_and_again();
}

#[test]
fn of_a_quota_that_holds_it_back() {
    let back = Event { throttled: Some(true), ping: Some(600), ..at(0) };
    let right = [("overloaded", "cpu_throttled"), ("stalled", "event_loop")];
    Case::new("quota", &right, &[back, told("ok")]).is_said_again_and_again();
}

#[test]
fn of_a_port_that_nobody_listens_at() {
    let down = Event { kill: true, signal: Some(9), ..at(0) };
    Case::new("down", &[super::DOWN], &[down, told("refused")]).is_said_again_and_again();
}

#[test]
fn of_a_backend_that_is_gone() {
    let right = [("down", "upstream")];
    // Without a URL nothing is seen of it.
    let right = [&right[..], &[super::OK, super::LEFT, super::CUT]].concat();
    Case::new("upstream", &right, &[told("502")]).is_said_again_and_again();
}

#[test]
fn of_a_loop_that_is_blocked_again_and_again() {
    let pings = (0..60).map(|n| Event { ping: Some(if n % 2 == 0 { 650 } else { 1 }), ..at(n) });
    let events: Vec<Event> = pings.chain([told("ok")]).collect();
    // Without a URL nothing is seen of it.
    let right = [("stalled", "event_loop"), super::OK];
    Case::new("blocked", &right, &events).is_said_again_and_again();
}

#[test]
fn of_a_service_that_is_well() {
    let events = [Event { rate: Some(3.0), ..at(0) }, well()];
    Case::new("well", &[super::OK], &events).is_said_again_and_again();
}

#[test]
fn of_a_thread_that_is_full() {
    let busy = Event { busy: Some(true), cpu: Some(1.0), ping: Some(300), ..at(0) };
    // Ten seconds of it are not known: by its lag alone.
    let right = [("overloaded", "cpu"), ("stalled", "event_loop")];
    Case::new("cpu", &right, &[busy, told("ok")]).is_said_again_and_again();
}

#[test]
fn of_memory_that_is_out() {
    let out = Event { memory: Some(0.96), ..at(0) };
    let right = [("overloaded", "memory")];
    Case::new("memory", &right, &[out, well()]).is_said_again_and_again();
}

#[test]
fn of_one_worker_that_has_all() {
    let all = Event { burst: 1_300, uneven: Some(true), rate: Some(0.0), ..at(0) };
    let right = [("overloaded", "uneven")];
    let events = [all, well()];
    let case = Case { workers: 3, files: 1_455, ..Case::new("uneven", &right, &events) };
    case.is_said_again_and_again();
}

#[test]
fn of_credentials_that_are_refused() {
    let right = [("misconfigured", "handshake")];
    Case::new("credentials", &right, &[told("401")]).is_said_again_and_again();
}

#[test]
fn of_a_limit_that_fills() {
    let grows = Event { grow: Some(8.0), ..at(0) };
    // How fast it fills is not known within five seconds.
    let right = [super::OK, ("filling", "time_to_full"), ("overloaded", "connection_limit")];
    let events = [grows, well()];
    let case = Case { capacity: Some(1_000), ..Case::new("filling", &right, &events) };
    case.is_said_again_and_again();
}

#[test]
fn of_a_worker_that_is_lost() {
    let lost = Event { lose: 1, signal: Some(11), ..at(0) };
    let events = [lost, Event { hire: 1, ..at(1) }, well()];
    Case { workers: 3, ..Case::new("worker", &[super::LOST], &events) }.is_found_as_it_happens();
}

#[test]
fn of_a_worker_that_is_killed_for_memory() {
    let lost = Event { lose: 1, oom: 1, signal: Some(9), ..at(0) };
    let events = [lost, Event { hire: 1, ..at(1) }, well()];
    let right = [("crashing", "oom")];
    Case { workers: 3, ..Case::new("oom", &right, &events) }.is_found_as_it_happens();
}
