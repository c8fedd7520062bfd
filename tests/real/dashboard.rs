//! `fleet --dashboard`: a real Prometheus that scrapes a real `herdtop serve` answers what
//! it asks.

use super::prometheus::Monitor;
use crate::checks::alerting::{model, panels};
use crate::checks::clients::hold;
use crate::checks::harness::until;
use crate::checks::noise::noisy;
use crate::checks::served::Serving;
use crate::checks::servers::Server;

#[test]
#[ignore = "wants Debian's prometheus"]
fn every_query_is_answered_by_prometheus() {
    let _noise = noisy();
    let server = Server::at("127.0.0.1");
    let serving = Serving::start(&server, &[]);
    let _held = hold(&server, server.address, 46);
    serving.metrics_with("# TYPE herdtop_alert gauge");
    let prometheus = Monitor::prometheus(serving.at, None, None);
    until("two scrapes", || {
        !prometheus.query("rate(herdtop_connection_attempts_total[1m])").is_empty()
    });
    let model = model();
    let filled = |query: &str| {
        ["$host", "$service"]
            .iter()
            .fold(query.to_owned(), |query, name| query.replace(name, ".*"))
            .replace("$__rate_interval", "1m")
    };
    let mut told = Vec::new();
    for panel in panels(&model) {
        let queries = panel["targets"].as_array().expect("targets").iter();
        let answers: Vec<bool> = queries
            .map(|target| {
                let query = filled(target["expr"].as_str().expect("an expression"));
                assert!(!query.contains('$'), "a variable without a value: {query}");
                !prometheus.query(&query).is_empty()
            })
            .collect();
        if answers.contains(&true) {
            told.push(panel["title"].as_str().expect("a title"));
        }
    }
    // The others are of probes and close codes, of which there are none here.
    for title in ["Verdict", "Alerts", "Open, and how many fit", "Limits", "Attempts/s"] {
        assert!(told.contains(&title), "nothing in {title}: {told:?}");
    }
    for (variable, label) in
        [("herdtop_build_info", "instance"), ("herdtop_connections_open", "service")]
    {
        let series = prometheus.query(variable);
        assert!(series[0]["metric"][label].is_string(), "{series:?}");
    }
}
