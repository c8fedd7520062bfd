//! Recordings of real servers going wrong, with the truth: each is replayed
//! through a session, and the verdict of every second held against its label.
//!
//! `INCIDENTS=DIR` replays another folder of recordings with its `labels.json`;
//! `INCIDENT=NAME` one of them, and prints what is said second by second.

mod label;
mod replay;

use std::path::{Path, PathBuf};

use label::{Label, Score};

fn folder() -> PathBuf {
    std::env::var_os("INCIDENTS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/incidents/recordings"),
        PathBuf::from,
    )
}

#[test]
fn the_verdict_of_every_incident_is_what_was_true() {
    let folder = folder();
    let text = std::fs::read_to_string(folder.join("labels.json")).expect("the labels");
    let labels: std::collections::BTreeMap<String, Label> =
        serde_json::from_str(&text).expect("labels");
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
            seconds.iter().for_each(|second| println!("{second}"));
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
