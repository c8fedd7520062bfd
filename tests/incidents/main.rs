//! Recordings of real servers going wrong, with the truth: each is replayed
//! through a session, and the verdict of every second held against its label.
//!
//! Those of `live` were made by `record.py`; `of_load.py` and `of_processes.py` tell what
//! was done in each.
//! `INCIDENTS=DIR` replays another folder of recordings with its `labels.json`;
//! `INCIDENT=NAME` one of them, and prints what is said second by second.

mod frame;
mod label;
mod replay;
mod variations;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, OnceLock};

use herdtop::sample::{Reading, Sample};
use label::{Label, Score};
use replay::Second;
use variations::Seen;

/// Whose verdicts are wrong, and why. Nothing is added here but a new recording; what
/// comes out right is struck off.
const KNOWN: [(&str, &str); 0] = [];

/// Those whose verdict a busy neighbour changes: beside it a herd is found by what each
/// service was sent alone, which is known a second later. May only get fewer.
const DISTURBED: [&str; 4] = ["cron_burst", "limit_conn", "recycled_workers", "slow_consumers"];

/// Where something untrue is said to somebody who sees less: without root a mass of
/// closed connections may be a worker's, which is said with a question mark. May only
/// get fewer.
const GUESSED: [(&str, &str); 4] = [
    ("03", "hidden, unprobed"),
    ("28", "deathless"),
    ("limit_conn", "hidden"),
    ("limit_conn", "hidden, unprobed"),
];

/// A recording and what was true.
struct Incident {
    name: String,
    path: PathBuf,
    label: Label,
    meant: OnceLock<Vec<Second>>,
}

impl Incident {
    /// What is said of it as it was recorded: replayed once for all that ask.
    fn meant(&self) -> &[Second] {
        self.meant.get_or_init(|| replay::seconds(&self.path, self.label.seconds))
    }
}

/// All recordings, or those of the folder that is named.
static INCIDENTS: LazyLock<Vec<Incident>> = LazyLock::new(|| {
    let folders = std::env::var_os("INCIDENTS").map_or_else(
        || {
            let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/incidents");
            vec![own.join("recordings"), own.join("live")]
        },
        |folder| vec![PathBuf::from(folder)],
    );
    folders.iter().flat_map(|folder| labelled(folder)).collect()
});

fn labelled(folder: &Path) -> Vec<Incident> {
    let text = std::fs::read_to_string(folder.join("labels.json")).expect("the labels");
    let labels: BTreeMap<String, Label> = serde_json::from_str(&text).expect("labels");
    let incident = |(name, label)| {
        let path = folder.join(format!("{name}.rec"));
        Incident { name, path, label, meant: OnceLock::new() }
    };
    labels.into_iter().map(incident).collect()
}

/// The verdicts of a changed recording that are others than before.
fn changed(incident: &Incident, change: impl FnMut(&mut Sample)) -> Vec<String> {
    // What is estimated between two walks may be known a moment earlier or later.
    const MOMENT: usize = 2;
    let (name, meant) = (&incident.name, incident.meant());
    let now = replay::seconds_of(&incident.path, incident.label.seconds, change);
    let said = |s: &Second| (s.kind.clone(), s.cause.clone());
    let other = |at: &usize| {
        let near = &meant[at.saturating_sub(MOMENT)..meant.len().min(at + MOMENT + 1)];
        !near.iter().any(|second| said(second) == said(&now[*at]))
    };
    let others = (0..now.len()).filter(other);
    others.map(|at| format!("{name}:\n  {}\n  {}", meant[at], now[at])).collect()
}

#[test]
fn the_order_of_what_is_told_changes_no_verdict() {
    let reversed = |sample: &mut Sample| {
        if let Some(Reading::Seen(listeners)) = &mut sample.listeners {
            listeners.reverse();
        }
        if let Some(Reading::Seen(walk)) = &mut sample.walk {
            walk.groups.reverse();
        }
        if let Some(processes) = &mut sample.processes {
            processes.reverse();
        }
        sample.workers.iter_mut().for_each(|workers| workers.reverse());
    };
    let others: Vec<_> = INCIDENTS.iter().flat_map(|i| changed(i, reversed)).collect();
    assert!(others.is_empty(), "{}", others.join("\n"));
}

#[test]
fn a_busy_neighbour_changes_no_verdict() {
    let mut wrong = Vec::new();
    for incident in INCIDENTS.iter() {
        let mut came = 0;
        let others = changed(incident, move |sample: &mut Sample| {
            if let Some(Reading::Seen(counters)) = &mut sample.counters {
                // 200 connections a second on a port that is not watched.
                came += 20;
                counters.passive_opens = counters.passive_opens.map(|n| n + came);
                counters.curr_estab = counters.curr_estab.map(|n| n + 5_000);
            }
        });
        match (others.is_empty(), DISTURBED.contains(&incident.name.as_str())) {
            (true, true) => wrong.push(format!("{} is right: strike it off", incident.name)),
            (false, false) => wrong.extend(others),
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_verdict_of_every_incident_is_what_was_true() {
    let only = std::env::var("INCIDENT").ok();
    let mut wrong = Vec::new();
    let (mut all, mut share) = (0.0, 0.0);
    for incident in INCIDENTS.iter() {
        let Incident { name, label, .. } = incident;
        if only.as_ref().is_some_and(|only| only != name) {
            continue;
        }
        let seconds = incident.meant();
        if only.is_some() {
            for second in seconds {
                println!("{second}");
            }
        }
        let score = Score::of(label, seconds);
        println!("{:5} {name:10} {score}", if score.is_right() { "right" } else { "WRONG" });
        all += 1.0;
        share += score.share;
        match (score.is_right(), KNOWN.iter().find(|known| known.0 == name)) {
            (false, None) => wrong.push(format!("{name}: {score}\n    {}", label.truth)),
            (true, Some(_)) => wrong.push(format!("{name} is right: strike it off KNOWN")),
            (false, Some((_, why))) => println!("      known: {why}"),
            (true, None) => {}
        }
    }
    println!("{} of {all} wrong, {:.1} % of the seconds right", wrong.len(), 100.0 * share / all);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn who_sees_less_is_told_nothing_that_was_never_true() {
    let all = Seen::default();
    let hidden = Seen { hidden: true, ..all };
    let ways = [
        ("hidden", hidden),
        ("unprobed", Seen { unprobed: true, ..all }),
        ("hidden, unprobed", Seen { unprobed: true, ..hidden }),
        ("deathless", Seen { deathless: true, ..all }),
        ("late", Seen { late: 12.0, ..all }),
    ];
    let mut wrong = Vec::new();
    for Incident { name, path, label, .. } in INCIDENTS.iter() {
        for (way, seen) in ways {
            let seconds = seen.seconds(path, label.seconds);
            let untrue = seconds.iter().find_map(|s| Some((s, label.untrue(s)?)));
            match (untrue, GUESSED.contains(&(name.as_str(), way))) {
                (Some((s, what)), false) => wrong.push(format!("{name} {way} at {}: {what}", s.at)),
                (Some((s, what)), true) => println!("{name} {way} at {}: {what}", s.at),
                (None, true) => wrong.push(format!("{name} {way} is right: strike it off")),
                _ => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
