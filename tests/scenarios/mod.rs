//! Incidents and near-misses told as samples, with the alerts they must raise
//! and, as important, none other.
//!
//! Each `*.toml` is one story: what happens when, and what is to be said of it, and
//! has a test of its name.
//! `world.rs` makes the samples, `clients.rs` the clients that come back, `crew.rs` the
//! processes behind a port.

mod clients;
mod crew;
mod story;
mod variations;
mod world;

use std::fs;
use std::path::{Path, PathBuf};

use herdtop::detect::AlertState;

use story::{Alert, Story};
use world::World;

/// Alerts are raised once a second, and may wait for one that is under way.
const TOLERANCE: i64 = 3;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios")
}

fn file(name: &str) -> PathBuf {
    folder().join(name).with_extension("toml")
}

/// The files, in order.
fn stories() -> Vec<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(folder())
        .expect("the stories")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|e| e == "toml"))
        .collect();
    paths.sort();
    paths
}

fn read(path: &Path) -> Story {
    let text = fs::read_to_string(path).expect("a story");
    toml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// A test for each story, so that a failure has its name.
macro_rules! stories {
    ($($name:ident,)*) => {
        $(
            #[test]
            fn $name() {
                let faults = faults(&file(stringify!($name)));
                assert!(faults.is_empty(), "{}", faults.join("\n"));
            }
        )*
        const NAMES: &[&str] = &[$(stringify!($name)),*];
    };
}

stories! {
    accept_queue_is_full,
    acceptor_is_stuck,
    calm,
    calm_busy,
    calm_quiet,
    capacity_fills_slowly,
    client_certificate_is_missed,
    clients_do_not_read,
    clients_leave_by_themselves,
    clock_is_set,
    cold_start_at_fifty,
    counters_begin_anew,
    crash_loop,
    cron_burst_under_the_floor,
    deploy_replaces_workers,
    descriptors_run_out,
    event_loop_lags,
    growth_by_day,
    herd_after_a_recovery,
    herd_after_outage_fixed,
    herd_against_a_dead_port,
    herd_exponential_no_jitter,
    herd_full_jitter,
    idle_timeout_cuts,
    leak_of_closed_connections,
    level_shift,
    loop_ends_down,
    machine_sleeps,
    memory_runs_out,
    neighbours_herd,
    old_ones_are_not_answered,
    one_worker_has_all,
    opened_in_the_incident,
    pings_are_never_answered,
    port_appears_late,
    probes_are_not_let_in,
    process_is_stopped,
    quota_holds_it_back,
    recovery_after_outage,
    refusing_new_while_old_live,
    restart_seen_by_probes,
    rolling_restart,
    runbook_client_never_backs_off,
    samples_are_missing,
    server_never_answers,
    stall_ends_at_the_ping_deadline,
    syn_flood_fills_its_queue,
    syn_flood_without_cookies,
    thread_is_full,
    two_herds_at_once,
    upstream_gone,
    worker_killed_for_memory,
    worker_lost,
    workers_end_again_and_again,
    workers_lost_and_not_replaced,
    young_container_on_an_old_host,
}

#[test]
fn no_story_is_left_out() {
    let named: Vec<PathBuf> = NAMES.iter().map(|name| file(name)).collect();
    assert_eq!(named, stories());
    assert!(named.len() >= 25, "{} stories", named.len());
}

/// What it can look like, and why: the closed list, as the schema has it.
const MEANINGS: [(&str, &[&str]); 12] = [
    ("ok", &["none"]),
    ("filling", &["time_to_full"]),
    (
        "overloaded",
        &[
            "connection_limit",
            "descriptors",
            "accept_queue",
            "acceptor_stuck",
            "memory",
            "slow_consumers",
            "cpu",
            "cpu_throttled",
            "refusing_new",
            "uneven",
        ],
    ),
    ("stalled", &["event_loop", "stopped", "no_answer"]),
    ("herd", &["after_outage", "no_jitter", "no_backoff", "unknown"]),
    ("recovering", &["herd_healing"]),
    ("restarting", &["planned"]),
    ("crashing", &["worker_lost", "oom", "crash_loop"]),
    ("down", &["refused", "upstream", "crash_loop"]),
    ("misconfigured", &["handshake", "tls_client_cert"]),
    ("leaving", &["clients_left", "idle_timeout"]),
    ("unknown", &["not_enough_data"]),
];

#[test]
fn every_verdict_there_is_comes_in_a_story() {
    let told: Vec<(String, String)> = stories()
        .iter()
        .flat_map(|path| read(path).verdict)
        .map(|verdict| (verdict.kind, verdict.cause))
        .collect();
    for (kind, causes) in MEANINGS {
        for cause in causes {
            let in_one = told.iter().any(|(k, c)| k == kind && c == cause);
            assert!(in_one, "no story has {kind}/{cause}");
        }
    }
}

/// What is not as it is told.
fn faults(path: &Path) -> Vec<String> {
    let name = path.file_stem().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let story = read(path);
    let mut world = World::new(&story);
    let mut said = Vec::new();
    let mut faults = Vec::new();
    for second in 0..story.seconds {
        world.second();
        let verdict = world.session.verdict().cloned().expect("judged");
        let now = (word(&verdict.kind), word(&verdict.cause));
        for wanted in story.verdict.iter().filter(|v| v.at == second) {
            if (wanted.kind.as_str(), wanted.cause.as_str()) != (now.0.as_str(), now.1.as_str()) {
                faults.push(format!(
                    "{name}: at {second} {}/{}, not {}/{}: {}",
                    now.0, now.1, wanted.kind, wanted.cause, verdict.sentence
                ));
            }
        }
    }
    let start = world.start;
    for alert in world.session.alerts() {
        said.push(Alert {
            rule: alert.rule.to_string(),
            severity: word(&alert.severity),
            since: (alert.since - start).num_seconds(),
            over: alert.state == AlertState::Resolved,
            about: alert.scope.to_string(),
            says: alert.sentence.clone(),
        });
    }
    faults.extend(compare(&name, &story.alert, said));
    faults
}

/// Each alert that was told against each that was expected, in any order.
fn compare(name: &str, wanted: &[Alert], mut said: Vec<Alert>) -> Vec<String> {
    let mut faults = Vec::new();
    for want in wanted {
        let fits = |got: &Alert| {
            got.rule == want.rule
                && got.severity == want.severity
                && (got.since - want.since).abs() <= TOLERANCE
                && got.over == want.over
                && got.about.contains(&want.about)
                && got.says.contains(&want.says)
        };
        match said.iter().position(fits) {
            Some(at) => drop(said.swap_remove(at)),
            None => faults.push(format!("{name}: not raised: {want:?}")),
        }
    }
    faults.extend(said.iter().map(|alert| format!("{name}: raised for nothing: {alert:?}")));
    faults
}

/// The word of the status document.
fn word(value: &impl serde::Serialize) -> String {
    let value = serde_json::to_value(value).expect("a word");
    value.as_str().expect("a word").to_owned()
}
