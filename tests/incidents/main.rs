//! Recordings of real servers going wrong, with the truth: each is replayed
//! through a session, and the verdict of every second held against its label.
//!
//! Those of `live` were made by `record.py`, which tells what was done in each.
//! `INCIDENTS=DIR` replays another folder of recordings with its `labels.json`;
//! `INCIDENT=NAME` one of them, and prints what is said second by second.

mod label;
mod replay;
mod variations;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use herdtop::sample::{Reading, Sample};
use label::{Label, Score};

/// Whose verdicts are wrong, and why. Nothing is added here but a new recording; what
/// comes out right is struck off.
const KNOWN: [(&str, &str); 3] = [
    (
        "blocked_loop",
        "a loop blocked 700 ms every 2 s is ok in half of the seconds: of 17 pings 4 to 6 are late",
    ),
    (
        "readers_gone",
        "clients that end with all unread reset the server: it is called closed by the server's side",
    ),
    (
        "recycled_workers",
        "workers that recycle themselves (exit code 0, close 1012) are called a crash loop",
    ),
];

/// Those whose verdict a busy neighbour changes: once a herd is open, what comes to any
/// port of the host is counted into it. May only get fewer.
const DISTURBED: [&str; 4] = ["cron_burst", "killed_whole", "recycled_workers", "slow_consumers"];

/// A recording and what was true.
struct Incident {
    name: String,
    path: PathBuf,
    label: Label,
}

/// All recordings, or those of the folder that is named.
fn incidents() -> Vec<Incident> {
    let folders = std::env::var_os("INCIDENTS").map_or_else(
        || {
            let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/incidents");
            vec![own.join("recordings"), own.join("live")]
        },
        |folder| vec![PathBuf::from(folder)],
    );
    folders.iter().flat_map(|folder| labelled(folder)).collect()
}

fn labelled(folder: &Path) -> Vec<Incident> {
    let text = std::fs::read_to_string(folder.join("labels.json")).expect("the labels");
    let labels: BTreeMap<String, Label> = serde_json::from_str(&text).expect("labels");
    let incident = |(name, label)| {
        let path = folder.join(format!("{name}.rec"));
        Incident { name, path, label }
    };
    labels.into_iter().map(incident).collect()
}

/// The verdicts of a changed recording that are others than before.
fn changed(incident: &Incident, change: impl FnMut(&mut Sample)) -> Vec<String> {
    // What is estimated between two walks may be known a moment earlier or later.
    const MOMENT: usize = 2;
    let Incident { name, path, label } = incident;
    let meant = replay::seconds(path, label.seconds);
    let now = replay::seconds_of(path, label.seconds, change);
    let said = |s: &replay::Second| (s.kind.clone(), s.cause.clone());
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
    let others: Vec<_> = incidents().iter().flat_map(|i| changed(i, reversed)).collect();
    assert!(others.is_empty(), "{}", others.join("\n"));
}

#[test]
fn a_busy_neighbour_changes_no_verdict() {
    let mut wrong = Vec::new();
    for incident in &incidents() {
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
    for Incident { name, path, label } in &incidents() {
        if only.as_ref().is_some_and(|only| only != name) {
            continue;
        }
        let seconds = replay::seconds(path, label.seconds);
        if only.is_some() {
            for second in &seconds {
                println!("{second}");
            }
        }
        let score = Score::of(label, &seconds);
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
#[ignore = "prints"]
fn look() {
    let only = std::env::var("INCIDENT").ok();
    let kind = std::env::var("SEEN").unwrap_or_default();
    for Incident { name, path, label } in &incidents() {
        if only.as_ref().is_some_and(|only| !only.split(',').any(|o| o == name)) {
            continue;
        }
        println!("== {name} onset {} {}", label.onset_s, label.truth);
        let look = |what: &str, seen: variations::Seen| {
            println!("  -- {what}");
            variations::print(&seen.seconds(path, label.seconds));
        };
        let all = variations::Seen::default();
        match kind.as_str() {
            "hidden" => look("hidden", variations::Seen { hidden: true, ..all }),
            "unprobed" => look("unprobed", variations::Seen { unprobed: true, ..all }),
            "deathless" => look("deathless", variations::Seen { deathless: true, ..all }),
            "bare" => {
                look("hidden, unprobed", variations::Seen { hidden: true, unprobed: true, ..all })
            }
            "late" => {
                for after in [-2.5, 0.5, 3.0, 8.0, 15.0, 25.0] {
                    let late = label.onset_s + after;
                    if late > 0.0 && late + 6.0 < label.seconds {
                        look(&format!("late {late}"), variations::Seen { late, ..all });
                    }
                }
            }
            "check" => {
                let mut late = 0.0;
                let mut ends = Vec::new();
                while late + 5.6 < label.seconds {
                    let seen = variations::Seen { late, lasts: Some(5.6), ..all };
                    ends.extend(seen.seconds(path, label.seconds).pop());
                    late += 2.5;
                }
                variations::print(&ends);
            }
            _ => look("all", all),
        }
    }
}
