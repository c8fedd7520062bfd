//! `fleet --rules`, as Prometheus' own tool sees it: each rule fires on the series that
//! herdtop serves, says its sentence, lasts and ends.

use std::path::Path;

use herdtop::detect::{RULES, RuleId};
use herdtop::output::alert_name;
use serde_json::{Value, json};

use super::server::command;
use crate::checks::harness::{own_folder, say};

/// Where all of these series are.
const HERE: &str = "job=\"herdtop\",instance=\"a\"";
/// How often they come.
const STEP: &str = "15s";

fn promtool(args: &[&str], folder: &Path) -> (bool, String) {
    let output = command("promtool").args(args).current_dir(folder).output().expect("promtool");
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

fn series(name: &str, labels: &str, values: &str) -> Value {
    let comma = if labels.is_empty() { "" } else { "," };
    json!({"series": format!("{name}{{{HERE}{comma}{labels}}}"), "values": values})
}

/// What a host serves beside what it thinks.
fn figures() -> Vec<Value> {
    let service = "service=\"8080\"";
    vec![
        series("herdtop_connection_attempts_total", service, "0+150x80"),
        series("herdtop_peak_attempts_per_second", "service=\"8080\",window=\"60s\"", "240x80"),
        series("herdtop_closes_total", "code=\"1013\",source=\"log\"", "0+60x80"),
        series("herdtop_closes_total", "code=\"1000\",source=\"log\"", "0+15x80"),
        series("herdtop_accept_queue", service, "512x80"),
        series("herdtop_accept_queue_max", service, "511x80"),
        series("herdtop_full_in_seconds", service, "250x80"),
        series("herdtop_probe_lag_seconds", "target=\"ws://app/ws\"", "0.699x80"),
        series(
            "herdtop_probe_outcomes_total",
            "target=\"ws://app/ws\",outcome=\"http_503\"",
            "0+3x80",
        ),
        series("herdtop_build_info", "version=\"1\"", "1x80"),
    ]
}

/// What is said of a rule that is told as it is judged.
fn sentence(rule: RuleId) -> String {
    let here = "service 8080 on a";
    let attempts = ", 10 attempts/s, peak 240/s";
    let met = ": probes of ws://app/ws met http_503";
    match rule {
        RuleId::Down => format!("no process listening, or none that answers, at {here}{met}"),
        RuleId::Herd => format!("HERD on {here}{attempts}"),
        RuleId::Waves => format!("clients of {here} back off without jitter{attempts}"),
        RuleId::NoBackoff => format!("clients of {here} do not back off{attempts}"),
        RuleId::CloseStorm => {
            format!("many connections of {here} end with one code: close 1013 at 4.0/s (log)")
        }
        RuleId::AcceptQueue => format!("accept queue of {here} is filling, 512 wait, backlog 511"),
        RuleId::TimeToFull => format!("tightest limit of {here} full in 4m 10s at this growth"),
        RuleId::Lag => format!("event loop probed from {here} lags: 699ms behind ws://app/ws"),
        RuleId::RefusingNew => format!("new clients are rejected, as seen from {here}{met}"),
        RuleId::Upstream => {
            format!("a proxy's upstream does not answer, as seen from {here}{met}")
        }
        RuleId::Crash => format!("clients are dropped, as seen from {here}{met}"),
        RuleId::Misconfigured => {
            format!("clients are refused until something is changed, as seen from {here}{met}")
        }
        RuleId::OomKill => format!("OOM kill on {here}"),
        RuleId::WorkerLost => format!("WORKER LOST at {here}"),
        RuleId::Restart => format!("{here} restarts"),
        RuleId::Cpu => format!("a thread, or the CPU quota, is used up by {here}"),
        RuleId::CloseWait => format!("connections in CLOSE_WAIT that are not closed by {here}"),
        other => format!("{} at {here}", other.name().replace('_', " ")),
    }
}

/// An alert with its labels beyond job and instance, and what is said of it.
fn alert(rule: &str, severity: &str, more: &Value, summary: &str, about: &str) -> Value {
    let mut labels = json!({"job": "herdtop", "instance": "a", "rule": rule, "severity": severity});
    for (name, value) in more.as_object().expect("labels") {
        labels[name] = value.clone();
    }
    let runbook = format!("https://runbooks/{rule}");
    json!({"exp_labels": labels, "exp_annotations": {
        "summary": summary, "description": about, "runbook_url": runbook}})
}

/// When an alert is looked for, and which are there then.
fn at(time: &str, rule: &str, alerts: &[Value]) -> Value {
    json!({"eval_time": time, "alertname": alert_name(rule), "exp_alerts": alerts})
}

fn test(name: &str, series: &[Value], alerts: &[Value]) -> Value {
    json!({"name": name, "interval": STEP, "input_series": series, "alert_rule_test": alerts})
}

fn about(rule: RuleId) -> String {
    let doc = rule.rule().doc;
    let is_of_limit = rule.limits().next().is_some();
    let when = if is_of_limit { "Fires on" } else { "Fires by default on" };
    format!("{when}: {}. What to do: {}.", doc.fires, doc.step)
}

/// Served for five minutes, with a scrape that fails at three and a half.
fn judged(rule: RuleId) -> Value {
    let name = rule.name();
    let labels = format!("service=\"8080\",rule=\"{name}\",severity=\"critical\"");
    let mut all = figures();
    all.push(series("herdtop_alert", &labels, "1x13 stale 1x5 stale"));
    let fires = alert(name, "critical", &json!({"service": "8080"}), &sentence(rule), &about(rule));
    let fires = [fires];
    test(
        name,
        &all,
        &[
            at("3m", name, &fires),
            at("3m30s", name, &fires),
            at("4m45s", name, &fires),
            at("5m30s", name, &fires),
            at("6m30s", name, &[]),
        ],
    )
}

/// From room to a warning, to full, and back: by the levels of 70 % and 90 %.
fn of_limit(rule: RuleId) -> Value {
    let (name, limit) = (rule.name(), rule.limits().next().expect("a limit").key());
    let labels = format!("service=\"8080\",limit=\"{limit}\"");
    let more = || json!({"service": "8080", "limit": limit});
    let summary = |share: &str, over: &str| {
        format!("{limit} of service 8080 on a: {share} %, over {over} %, room for 7")
    };
    let warns = alert(name, "warning", &more(), &summary("70.0", "70"), &about(rule));
    let full = alert(name, "critical", &more(), &summary("90.5", "90"), &about(rule));
    test(
        name,
        &[
            series("herdtop_limit_used", &labels, "1398x8 1400x8 1810x8 1398x20"),
            series("herdtop_limit_max", &labels, "2000x50"),
            series("herdtop_limit_room", &labels, "7x50"),
        ],
        &[
            at("2m", name, &[]),
            at("4m", name, &[warns]),
            at("6m30s", name, &[full]),
            at("9m", name, &[]),
        ],
    )
}

/// A series of one host.
fn of(instance: &str, name: &str, labels: &str, values: &str) -> Value {
    let series = format!("{name}{{job=\"herdtop\",instance=\"{instance}\"{labels}}}");
    json!({"series": series, "values": values})
}

/// One of no rule of the table: what it fires on, when, with which labels, and what it says.
struct OfHosts {
    rule: &'static str,
    series: Vec<Value>,
    time: &'static str,
    fires: Option<(&'static str, Value, &'static str)>,
}

const SERVICE: &str = ",service=\"8080\"";
const CAPACITY: &str = ",service=\"8080\",limit=\"capacity\"";
const FULL: &str = ",kind=\"overloaded\",cause=\"connection_limit\",severity=\"critical\"";
const CALM: &str = ",kind=\"ok\",cause=\"none\",severity=\"ok\"";
const BUILD: &str = ",version=\"1\"";

impl OfHosts {
    fn new(
        rule: &'static str,
        series: Vec<Value>,
        time: &'static str,
        fires: Option<(&'static str, Value, &'static str)>,
    ) -> Self {
        Self { rule, series, time, fires }
    }
}

/// What is wrong with hosts.
fn of_hosts() -> Vec<OfHosts> {
    vec![
        OfHosts::new(
            "verdict",
            vec![of("a", "herdtop_verdict", FULL, "1x8"), of("b", "herdtop_verdict", CALM, "1x8")],
            "1m",
            Some((
                "critical",
                json!({"job": "herdtop", "instance": "a", "kind": "overloaded",
                       "cause": "connection_limit"}),
                "a: overloaded (connection_limit)",
            )),
        ),
        OfHosts::new("verdict", vec![of("b", "herdtop_verdict", CALM, "1x8")], "1m", None),
        OfHosts::new(
            "no_room",
            vec![
                of("a", "herdtop_limit_room", CAPACITY, "0x8"),
                of("a", "herdtop_limit_room", ",service=\"8080\",limit=\"pids\"", "5x8"),
                of("b", "herdtop_limit_room", CAPACITY, "9x8"),
            ],
            "1m",
            Some((
                "critical",
                json!({"job": "herdtop", "instance": "a", "service": "8080", "limit": "capacity"}),
                "service 8080 on a is full: capacity has room for no more",
            )),
        ),
        OfHosts::new(
            "fleet_limit",
            // 180 of 200 and 0 of 50 are 72 %; what fits on the third is not known.
            vec![
                of("a", "herdtop_connections_open", SERVICE, "180x8"),
                of("a", "herdtop_limit_room", CAPACITY, "20x8"),
                of("b", "herdtop_connections_open", SERVICE, "0x8"),
                of("b", "herdtop_limit_room", CAPACITY, "50x8"),
                of("c", "herdtop_connections_open", SERVICE, "999x8"),
            ],
            "1m",
            Some((
                "warning",
                json!({"job": "herdtop", "service": "8080"}),
                "service 8080 is 72.0 % full over all hosts, over 70 %",
            )),
        ),
        OfHosts::new(
            "fleet_limit",
            // One full host is no fleet: its own limits tell of it.
            vec![
                of("a", "herdtop_connections_open", SERVICE, "190x8"),
                of("a", "herdtop_limit_room", CAPACITY, "10x8"),
            ],
            "1m",
            None,
        ),
    ]
}

/// Where nothing is told.
fn of_silence() -> Vec<OfHosts> {
    vec![
        OfHosts::new(
            "stale",
            vec![
                of("a", "herdtop_sample_timestamp_seconds", "", "7x20"),
                of("b", "herdtop_sample_timestamp_seconds", "", "7+15x20"),
            ],
            "4m",
            Some((
                "warning",
                json!({"job": "herdtop", "instance": "a"}),
                "the figures of a stand still",
            )),
        ),
        OfHosts::new(
            "gone",
            vec![
                of("a", "herdtop_build_info", BUILD, "1x8 stale"),
                of("a", "up", "", "1x8 0x30"),
                of("b", "herdtop_build_info", BUILD, "1x40"),
                of("b", "up", "", "1x40"),
                of("c", "up", "", "0x40"),
            ],
            "6m",
            Some((
                "warning",
                json!({"job": "herdtop", "instance": "a"}),
                "herdtop on a does not answer any more",
            )),
        ),
        OfHosts::new("gone", vec![of("c", "up", "", "0x40")], "6m", None),
        OfHosts::new(
            "absent",
            vec![of("c", "up", "", "1x40")],
            "6m",
            Some(("warning", json!({}), "no host serves herdtop's metrics")),
        ),
        OfHosts::new("absent", vec![of("a", "herdtop_build_info", BUILD, "1x40")], "6m", None),
    ]
}

/// The test of one of them; what else stands beside its sentence is as it is printed.
fn of_hosts_test(row: OfHosts, rules: &str) -> Value {
    let OfHosts { rule, series, time, fires } = row;
    let alert = fires.map(|(severity, mut labels, summary)| {
        labels["rule"] = rule.into();
        labels["severity"] = severity.into();
        let name = format!("- alert: {}\n", alert_name(rule));
        let printed = rules.split_once(&name).expect("it is printed").1;
        let about = printed.split_once("description: '").expect("a description").1;
        let about = about.split_once("'\n").expect("its end").0.replace("''", "'");
        let runbook = format!("https://runbooks/{rule}");
        json!({"exp_labels": labels, "exp_annotations": {
            "summary": summary, "description": about, "runbook_url": runbook}})
    });
    let alerts: Vec<Value> = alert.into_iter().collect();
    test(rule, &series, &[at(time, rule, &alerts)])
}

#[test]
#[ignore = "wants promtool"]
fn promtool_finds_nothing_wrong_with_the_rules_and_each_fires_when_it_should() {
    let rules = say(&["fleet", "--rules", "--runbook-url", "https://runbooks/{rule}"]);
    assert_eq!((rules.code, rules.stderr.as_str()), (Some(0), ""), "{rules:?}");
    let folder = own_folder();
    std::fs::write(folder.path().join("rules.yml"), &rules.stdout).expect("a file");
    let (is_good, said) = promtool(&["check", "rules", "--lint=all", "rules.yml"], folder.path());
    assert!(is_good && said.contains("SUCCESS"), "{said}\n{}", rules.stdout);
    let all = RULES.iter().map(|rule| match rule.id.limits().next() {
        Some(_) => of_limit(rule.id),
        None => judged(rule.id),
    });
    let hosts =
        of_hosts().into_iter().chain(of_silence()).map(|row| of_hosts_test(row, &rules.stdout));
    // JSON is YAML.
    let tests = json!({"rule_files": ["rules.yml"], "evaluation_interval": STEP,
                       "tests": all.chain(hosts).collect::<Vec<_>>()});
    std::fs::write(folder.path().join("tests.yml"), tests.to_string()).expect("a file");
    let (is_good, said) = promtool(&["test", "rules", "tests.yml"], folder.path());
    assert!(is_good && said.contains("SUCCESS"), "{said}");
}
