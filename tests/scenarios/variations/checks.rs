//! Checks of five seconds, one after another, while an incident goes on: they say the
//! same, and what is right.

use super::super::story::{Event, Story};
use super::super::world::World;
use super::{How, Incident, Meaning, ONSET, at, is_one_of, meaning, story};

/// How long one measures.
const LONG: i64 = 5;

/// The incidents go on from the onset to the end of the story. One that is up to a minute
/// old is met by eleven checks.
fn say_the_same(name: &str, right: &[Meaning], files: Option<u64>, events: &[Event]) {
    let mut faults = Vec::new();
    for (clients, retry) in [(60, "full"), (400, "fixed")] {
        for probed in [true, false] {
            let mut said: Vec<(String, String)> = Vec::new();
            for from in (6..60).step_by(5) {
                let (hidden, deathless) = (false, false);
                let how = How { clients, retry, probed, hidden, deathless, from };
                let events = events.to_vec();
                let (right, must) = (right.to_vec(), Vec::new());
                let incident = Incident { workers: 1, events, right, must, changes: 1 };
                let seconds = ONSET + from + LONG + 1;
                let files = files.or(Some(100_000));
                let story = Story { seconds, check: true, files, ..story(how, &incident) };
                let mut world = World::new(&story);
                (0..seconds).for_each(|_| world.second());
                let verdict = world.session.verdict().expect("judged");
                if !is_one_of(verdict, &incident.right) {
                    let (kind, cause) = meaning(verdict);
                    faults.push(format!("{name}, {how}: {kind}/{cause} {}", verdict.sentence));
                }
                said.push(meaning(verdict));
            }
            let flips = said.windows(2).filter(|pair| pair[0] != pair[1]).count();
            if flips > 1 {
                faults
                    .push(format!("{name}, {clients} {retry}, {probed}: {flips} flips: {said:?}"));
            }
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

fn told(word: &str) -> Event {
    Event { probe: Some(word.to_owned()), ..at(1) }
}

#[test]
fn of_a_server_that_rejects() {
    let full = Event { limit: Some(40), clients: 150, ..at(0) };
    let right = [super::REFUSING, super::HERD, super::NO_JITTER, super::NO_BACKOFF];
    say_the_same("limit", &right, None, &[full, told("1013")]);
}

#[test]
fn of_a_server_that_is_stopped() {
    let stopped = Event { stopped: Some(true), queue: Some(3), rate: Some(0.0), ..at(0) };
    let right = [super::STOPPED];
    say_the_same("stopped", &right, None, &[stopped, told("none")]);
}

#[test]
fn of_a_queue_that_is_full() {
    let full = Event { queue: Some(129), dropped: Some(60.0), rate: Some(0.0), ..at(0) };
    let right = [super::QUEUE, super::STUCK];
    say_the_same("queue", &right, None, &[full, told("none")]);
}

#[test]
fn of_descriptors_that_are_out() {
    let out = Event { descriptors: Some(1_000), rate: Some(0.0), ..at(0) };
    say_the_same("files", &[("overloaded", "descriptors")], Some(1_000), &[out, told("none")]);
}

#[test]
fn of_a_quota_that_holds_it_back() {
    let back = Event { throttled: Some(true), ping: Some(600), ..at(0) };
    let right = [("overloaded", "cpu_throttled"), ("stalled", "event_loop")];
    say_the_same("quota", &right, None, &[back, told("ok")]);
}

#[test]
fn of_a_port_that_nobody_listens_at() {
    let down = Event { kill: true, signal: Some(9), ..at(0) };
    say_the_same("down", &[super::DOWN], None, &[down, told("refused")]);
}

#[test]
fn of_a_backend_that_is_gone() {
    let right = [("down", "upstream")];
    // Without a URL nothing is seen of it.
    let right = [&right[..], &[super::OK, super::LEFT, super::CUT]].concat();
    say_the_same("upstream", &right, None, &[told("502")]);
}

#[test]
fn of_a_loop_that_is_blocked_again_and_again() {
    let pings = (0..60).map(|n| Event { ping: Some(if n % 2 == 0 { 650 } else { 1 }), ..at(n) });
    let events: Vec<Event> = pings.chain([told("ok")]).collect();
    // Without a URL nothing is seen of it.
    say_the_same("blocked", &[("stalled", "event_loop"), super::OK], None, &events);
}

#[test]
fn of_a_service_that_is_well() {
    say_the_same("well", &[super::OK], None, &[Event { rate: Some(3.0), ..at(0) }, told("ok")]);
}
