//! The same incidents at other sizes, with other clients, seen by somebody who sees less
//! or comes late: what is said is right, or that it is not known, with the right
//! candidate. A wrong cause is said of none.

mod checks;
mod clients;
mod servers;

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

/// The story of an incident as it is seen like that.
fn story(how: How, incident: &Incident) -> Story {
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
    Story {
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
        }],
        event,
        ..Story::default()
    }
}

/// The verdicts second by second.
fn verdicts(how: How, incident: &Incident) -> Vec<(i64, Verdict)> {
    let story = story(how, incident);
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
    let changes = said.windows(2).filter(|p| meaning(&p[0].1) != meaning(&p[1].1));
    let all: Vec<String> = changes.map(|p| format!("{} {:?}", p[1].0, meaning(&p[1].1))).collect();
    if all.len() > incident.changes {
        faults.push(format!("{name}, {how}: changes {} times: {}", all.len(), all.join(", ")));
    }
    faults
}

fn hold(name: &str, ways: Vec<How>, incident: impl Fn(How) -> Incident) {
    let all = ways.into_iter();
    let faults: Vec<String> = all.flat_map(|how| faults(name, how, &incident(how))).collect();
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

fn at(second: i64) -> Event {
    Event { at: second, ..Event::default() }
}
