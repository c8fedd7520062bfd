//! The same incidents at other sizes, with other clients, seen by somebody who sees less
//! or comes late: what is said is right, or that it is not known, with the right
//! candidate. A wrong cause is said of none.

use std::fmt;

use herdtop::detect::{Candidate, Verdict};

use super::story::{Event, Listener, Story};
use super::word;
use super::world::World;

type Meaning = (&'static str, &'static str);

const OK: Meaning = ("ok", "none");
const PLANNED: Meaning = ("restarting", "planned");
const LOST: Meaning = ("crashing", "worker_lost");
const LOOP: Meaning = ("crashing", "crash_loop");
const DOWN: Meaning = ("down", "refused");
const DOWN_LOOP: Meaning = ("down", "crash_loop");
const BACK: Meaning = ("recovering", "herd_healing");
const REFUSING: Meaning = ("overloaded", "refusing_new");
const LEFT: Meaning = ("leaving", "clients_left");
const CUT: Meaning = ("leaving", "idle_timeout");
const AFTER: Meaning = ("herd", "after_outage");
const HERD: Meaning = ("herd", "unknown");
const NO_JITTER: Meaning = ("herd", "no_jitter");
const NO_BACKOFF: Meaning = ("herd", "no_backoff");
const SILENT: Meaning = ("stalled", "no_answer");
const STOPPED: Meaning = ("stalled", "stopped");
const QUEUE: Meaning = ("overloaded", "accept_queue");
const STUCK: Meaning = ("overloaded", "acceptor_stuck");

/// When it begins.
const ONSET: i64 = 60;

/// How it varies.
#[derive(Debug, Clone, Copy)]
struct How {
    clients: u32,
    retry: &'static str,
    probed: bool,
    hidden: bool,
    deathless: bool,
    /// Seconds after the onset at which the source is started; before it if negative.
    from: i64,
}

impl fmt::Display for How {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { clients, retry, from, .. } = self;
        write!(f, "{clients} {retry} clients, from {from} s")?;
        for (is, word) in
            [(self.probed, "probed"), (self.hidden, "hidden"), (self.deathless, "deathless")]
        {
            if is {
                write!(f, ", {word}")?;
            }
        }
        Ok(())
    }
}

/// What happens, and what may be said of it.
struct Incident {
    workers: u32,
    events: Vec<Event>,
    /// What may be said at any time.
    right: Vec<Meaning>,
    /// What has to be said from when to when, in seconds after the onset, by one who was
    /// there before it and may see all.
    must: Vec<(i64, i64, Vec<Meaning>)>,
    /// How often the verdict may change.
    changes: usize,
}

fn every_way(sizes: &[u32], retries: &[&'static str]) -> Vec<How> {
    let mut all = Vec::new();
    for &clients in sizes {
        for &retry in retries {
            for seen in 0..8 {
                let (probed, hidden, deathless) = (seen & 1 > 0, seen & 2 > 0, seen & 4 > 0);
                let small = clients < 500;
                let froms: &[i64] = match (seen < 4 && small, small || retry == retries[0]) {
                    (true, _) => &[-50, -4, 2, 9],
                    (false, true) => &[-50],
                    (false, false) => &[],
                };
                for &from in froms {
                    all.push(How { clients, retry, probed, hidden, deathless, from });
                }
            }
        }
    }
    all
}

/// The verdicts second by second.
fn verdicts(how: How, incident: &Incident) -> Vec<(i64, Verdict)> {
    let mut event = incident.events.clone();
    for each in &mut event {
        each.at += ONSET;
    }
    let first = Event {
        probe: how.probed.then(|| "ok".to_owned()),
        ping: how.probed.then_some(1),
        retry: Some(how.retry.to_owned()),
        ..Event::default()
    };
    event.insert(0, first);
    let rate = (f64::from(how.clients) / 60.0).clamp(0.2, 20.0);
    let story = Story {
        seconds: ONSET + 70,
        named: vec![8080],
        host_age: Some(100_000),
        accepted_before: 100_000,
        from: ONSET + how.from,
        hidden: how.hidden,
        deathless: how.deathless,
        ages: true,
        files: Some(100_000),
        listener: vec![Listener {
            port: 8080,
            open: how.clients.into(),
            rate,
            poisson: true,
            workers: incident.workers,
            ..Listener::default()
        }],
        event,
        ..Story::default()
    };
    let mut world = World::new(&story);
    let mut all = Vec::new();
    for second in 0..story.seconds {
        world.second();
        if second >= story.from + 4 {
            all.push((second - ONSET, world.session.verdict().cloned().expect("judged")));
        }
    }
    all
}

fn meaning(verdict: &Verdict) -> (String, String) {
    (word(&verdict.kind), word(&verdict.cause))
}

fn is_one_of(verdict: &Verdict, right: &[Meaning]) -> bool {
    let is = |kind: &str, cause: &str| right.iter().any(|(k, c)| *k == kind && *c == cause);
    let (kind, cause) = meaning(verdict);
    let candidate = |c: &Candidate| is(&word(&c.kind), &word(&c.cause));
    let known = is(&kind, &cause);
    known || (kind == "unknown" && verdict.candidates.iter().any(candidate))
}

/// What is wrong with what is said of an incident seen like this.
fn faults(name: &str, how: How, incident: &Incident) -> Vec<String> {
    let said = verdicts(how, incident);
    let told = |second: i64, verdict: &Verdict, why: &str| {
        let (kind, cause) = meaning(verdict);
        format!("{name}, {how}: at {second} {kind}/{cause} {why}: {}", verdict.sentence)
    };
    let mut faults = Vec::new();
    let wrong = said.iter().find(|(_, verdict)| !is_one_of(verdict, &incident.right));
    faults.extend(wrong.map(|(second, verdict)| told(*second, verdict, "is wrong")));
    let calm = said.iter().find(|(second, v)| *second < -1 && meaning(v).0 != "ok");
    faults.extend(calm.map(|(second, verdict)| told(*second, verdict, "before it")));
    if how.from < -5 && how.probed && !how.hidden {
        for (from, to, right) in &incident.must {
            let within = |(second, _): &&(i64, Verdict)| from <= second && second <= to;
            let other = said.iter().filter(within).find(|(_, v)| !is_one_of(v, right));
            faults.extend(other.map(|(second, verdict)| told(*second, verdict, "is not it")));
        }
    }
    let mut changes = said.windows(2).filter(|p| meaning(&p[0].1) != meaning(&p[1].1)).peekable();
    if changes.peek().is_some() {
        let all: Vec<String> =
            changes.map(|p| format!("{} {:?}", p[1].0, meaning(&p[1].1))).collect();
        if all.len() > incident.changes {
            faults.push(format!("{name}, {how}: changes {} times: {}", all.len(), all.join(", ")));
        }
    }
    faults
}

fn hold(name: &str, ways: Vec<How>, incident: impl Fn(How) -> Incident) {
    let all = ways.into_iter();
    let faults: Vec<String> = all.flat_map(|how| faults(name, how, &incident(how))).collect();
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

/// One who comes later cannot know of what they come.
fn late(how: How, meaning: Meaning) -> &'static [Meaning] {
    assert_eq!(meaning, HERD);
    if how.from > 0 { &[HERD] } else { &[] }
}

fn at(second: i64) -> Event {
    Event { at: second, ..Event::default() }
}

const RETRIES: [&str; 4] = ["full", "exponential", "fixed", "runbook"];

#[test]
fn a_killed_server_that_comes_back() {
    hold("killed", every_way(&[20, 100, 3_000], &RETRIES), |how| {
        let gap = 2 + i64::from(how.clients % 7);
        Incident {
            workers: 1,
            events: vec![
                Event {
                    kill: true,
                    signal: Some(9),
                    probe: how.probed.then(|| "refused".to_owned()),
                    lost: how.probed.then_some(1006),
                    ..at(0)
                },
                Event {
                    start: true,
                    hire: 1,
                    probe: how.probed.then(|| "ok".to_owned()),
                    ..at(gap)
                },
            ],
            right: [&[OK, LOST, DOWN, BACK, AFTER, NO_JITTER, NO_BACKOFF][..], late(how, HERD)]
                .concat(),
            must: vec![(1, gap - 1, vec![LOST, DOWN])],
            changes: 7,
        }
    });
}

#[test]
fn one_worker_of_three_is_killed() {
    hold("one of three", every_way(&[60, 300, 3_000], &["full", "fixed"]), |_| Incident {
        workers: 3,
        events: vec![Event { lose: 1, signal: Some(11), ..at(0) }, Event { hire: 1, ..at(1) }],
        right: vec![OK, LOST, BACK, AFTER],
        must: vec![(2, 15, vec![LOST])],
        changes: 5,
    });
}

#[test]
fn a_server_that_was_asked_to_restart() {
    hold("asked", every_way(&[60, 300, 3_000], &["full", "fixed"]), |_| Incident {
        workers: 3,
        events: vec![
            Event { lose: 3, asked: true, signal: Some(15), ..at(0) },
            Event { hire: 3, ..at(1) },
        ],
        right: vec![OK, PLANNED, BACK, AFTER],
        must: vec![(2, 15, vec![PLANNED, BACK])],
        changes: 5,
    });
}

#[test]
fn workers_that_are_replaced_one_after_another() {
    hold("rolling", every_way(&[90, 600], &["full"]), |_| Incident {
        workers: 3,
        events: (0..3)
            .flat_map(|n| {
                let lose = Event { lose: 1, asked: true, code: Some(0), ..at(n * 8) };
                [lose, Event { hire: 1, ..at(n * 8 + 1) }]
            })
            .collect(),
        right: vec![OK, PLANNED, BACK, AFTER],
        must: vec![(2, 25, vec![PLANNED, BACK])],
        changes: 6,
    });
}

#[test]
fn a_server_at_its_limit() {
    hold("limit", every_way(&[100, 1_000], &RETRIES), |how| Incident {
        workers: 1,
        events: vec![
            Event {
                limit: Some(u64::from(how.clients) + 5),
                clients: usize::try_from(how.clients / 2).expect("few"),
                ..at(0)
            },
            Event { probe: how.probed.then(|| "1013".to_owned()), ..at(1) },
        ],
        right: vec![OK, REFUSING, HERD, NO_JITTER, NO_BACKOFF],
        must: vec![(5, 60, vec![REFUSING])],
        changes: 5,
    });
}

#[test]
fn clients_that_leave_at_once() {
    hold("left", every_way(&[60, 300, 3_000], &["full"]), |how| Incident {
        workers: 2,
        events: vec![Event { leave: u64::from(how.clients) * 7 / 10, ..at(0) }],
        right: vec![OK, LEFT, CUT],
        must: vec![(2, 30, vec![LEFT, CUT])],
        changes: 4,
    });
}

#[test]
fn clients_that_are_cut_and_come_back() {
    hold("cut", every_way(&[60, 300, 3_000], &["full"]), |how| Incident {
        workers: 2,
        events: (0..2)
            .map(|n| Event {
                leave: u64::from(how.clients) * 7 / 10,
                back_after: Some(1),
                ..at(30 * n)
            })
            .collect(),
        right: vec![OK, LEFT, CUT, AFTER, BACK],
        must: vec![(32, 36, vec![CUT])],
        changes: 9,
    });
}

#[test]
fn a_server_that_is_stopped() {
    hold("stopped", every_way(&[20, 100, 3_000], &["full"]), |how| Incident {
        workers: 1,
        events: vec![
            Event {
                stopped: Some(true),
                queue: Some(3),
                rate: Some(0.0),
                probe: how.probed.then(|| "none".to_owned()),
                ping: None,
                ..at(0)
            },
            Event { stopped: Some(false), queue: Some(0), rate: Some(1.0), ..at(30) },
        ],
        right: vec![OK, STOPPED, SILENT, STUCK],
        must: vec![(5, 28, vec![STOPPED])],
        changes: 4,
    });
}

#[test]
fn a_queue_that_is_full() {
    hold("queue", every_way(&[100, 1_000], &["full"]), |how| Incident {
        workers: 1,
        events: vec![
            Event {
                queue: Some(129),
                dropped: Some(60.0),
                rate: Some(0.0),
                probe: how.probed.then(|| "none".to_owned()),
                ..at(0)
            },
            Event { queue: Some(0), dropped: Some(0.0), rate: Some(1.0), ..at(40) },
        ],
        right: vec![OK, QUEUE, STUCK, SILENT],
        must: vec![(3, 38, vec![QUEUE, STUCK])],
        changes: 4,
    });
}

#[test]
fn a_server_that_dies_again_and_again() {
    hold("loop", every_way(&[60, 200], &["full", "fixed"]), |how| {
        let probe = |word: &str| how.probed.then(|| word.to_owned());
        let deaths = (0..6).flat_map(|n| {
            let kill = Event { kill: true, signal: Some(11), probe: probe("refused"), ..at(n * 7) };
            [kill, Event { start: true, hire: 1, probe: probe("ok"), ..at(n * 7 + 2) }]
        });
        Incident {
            workers: 1,
            events: deaths.collect(),
            right: vec![OK, LOST, DOWN, LOOP, DOWN_LOOP, BACK, AFTER, NO_JITTER, NO_BACKOFF],
            must: vec![(16, 45, vec![LOOP])],
            changes: if how.hidden { 12 } else { 8 },
        }
    });
}

#[test]
fn ordinary_traffic() {
    hold("ordinary", every_way(&[8, 100, 3_000], &["full"]), |how| Incident {
        workers: 2,
        events: vec![Event {
            rate: Some((f64::from(how.clients) / 40.0).clamp(0.3, 25.0)),
            ..at(0)
        }],
        right: vec![OK],
        must: vec![],
        changes: 0,
    });
}
