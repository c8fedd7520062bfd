//! Recordings of real servers going wrong, with the truth: each is replayed
//! through a session, and the verdict of every second held against its label.
//!
//! `INCIDENTS=DIR` replays another folder of recordings with its `labels.json`;
//! `INCIDENT=NAME` one of them, and prints what is said second by second.

mod frame;
mod label;
mod replay;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use herdtop::sample::{Reading, Sample};
use label::{Label, Score};

fn folder() -> PathBuf {
    std::env::var_os("INCIDENTS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/incidents/recordings"),
        PathBuf::from,
    )
}

fn labels(folder: &Path) -> BTreeMap<String, Label> {
    let text = std::fs::read_to_string(folder.join("labels.json")).expect("the labels");
    serde_json::from_str(&text).expect("labels")
}

/// The verdicts of a changed recording that are others than before.
fn changed(name: &str, label: &Label, change: impl FnMut(&mut Sample)) -> Vec<String> {
    // What is estimated between two walks may be known a moment earlier or later.
    const MOMENT: usize = 2;
    let path = folder().join(format!("{name}.rec"));
    let meant = replay::seconds(&path, label.seconds);
    let now = replay::seconds_of(&path, label.seconds, change);
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
        if let Some(Reading::Seen(dump)) = &mut sample.dump {
            dump.groups.reverse();
        }
        if let Some(processes) = &mut sample.processes {
            processes.reverse();
        }
        sample.workers.iter_mut().for_each(|workers| workers.reverse());
    };
    let all = labels(&folder());
    let others: Vec<_> = all.iter().flat_map(|(n, label)| changed(n, label, reversed)).collect();
    assert!(others.is_empty(), "{}", others.join("\n"));
}

#[test]
fn a_busy_neighbour_changes_no_verdict() {
    let all = labels(&folder());
    let others = all.iter().flat_map(|(name, label)| {
        let mut came = 0;
        changed(name, label, move |sample: &mut Sample| {
            if let Some(Reading::Seen(counters)) = &mut sample.counters {
                // 200 connections a second on a port that is not watched.
                came += 20;
                counters.passive_opens = counters.passive_opens.map(|n| n + came);
                counters.curr_estab = counters.curr_estab.map(|n| n + 5_000);
            }
        })
    });
    let others: Vec<String> = others.collect();
    assert!(others.is_empty(), "{}", others.join("\n"));
}

#[test]
fn the_verdict_of_every_incident_is_what_was_true() {
    let folder = folder();
    let labels = labels(&folder);
    let only = std::env::var("INCIDENT").ok();
    let mut wrong = Vec::new();
    let (mut all, mut share) = (0.0, 0.0);
    for (name, label) in &labels {
        if only.as_ref().is_some_and(|only| only != name) {
            continue;
        }
        let path = folder.join(format!("{name}.rec"));
        let seconds = replay::seconds(&path, label.seconds);
        if only.is_some() {
            for second in &seconds {
                println!("{second}");
            }
        }
        let score = Score::of(label, &seconds);
        println!("{:5} {name:10} {score}", if score.is_right() { "right" } else { "WRONG" });
        all += 1.0;
        share += score.share;
        if !score.is_right() {
            wrong.push(format!("{name}: {score}\n    {}", label.truth));
        }
    }
    println!("{} of {all} wrong, {:.1} % of the seconds right", wrong.len(), 100.0 * share / all);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
