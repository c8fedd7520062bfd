//! Alerts as Debian's Alertmanager has them: from herdtop itself, and by the rules of
//! `fleet --rules` from a Prometheus that scrapes it.

use serde_json::Value;

use super::prometheus::Monitor;
use crate::checks::clients::hold;
use crate::checks::harness::{say, until};
use crate::checks::noise::noisy;
use crate::checks::served::Serving;
use crate::checks::servers::Server;

/// The alerts of the group of this service.
fn group(alertmanager: &Monitor, service: &str) -> Vec<Value> {
    let (code, groups) = alertmanager.get("/api/v2/alerts/groups");
    assert_eq!(code, 200, "{groups}");
    let groups = groups.as_array().expect("groups").clone();
    let of_it = groups.into_iter().find(|group| group["labels"]["service"] == *service);
    of_it.map_or(Vec::new(), |group| group["alerts"].as_array().expect("alerts").clone())
}

/// Those of the full capacity, by who tells of it: the name of the host, or the address
/// that was scraped.
fn full<'a>(alerts: &'a [Value], instance: &str) -> Option<&'a Value> {
    alerts.iter().find(|alert| {
        let labels = &alert["labels"];
        let is_it = labels["alertname"] == "HerdtopCapacity" && labels["severity"] == "critical";
        is_it && labels["instance"] == *instance
    })
}

#[test]
#[ignore = "wants Debian's prometheus-alertmanager"]
fn an_alert_reaches_alertmanager_among_those_of_its_service_and_ends_there() {
    let _noise = noisy();
    let alertmanager = Monitor::alertmanager();
    let server = Server::at("127.0.0.1");
    let url = format!("http://{}/", alertmanager.at);
    let serving = Serving::start(&server, &["--alertmanager", &url]);
    let rules = say(&["fleet", "--rules", "--runbook-url", "https://runbooks/{rule}"]).stdout;
    let _prometheus = Monitor::prometheus(serving.at, Some(&rules), Some(alertmanager.at));
    let held = hold(&server, server.address, 46);
    let service = server.port();
    let (host, scraped) = (rustix::system::uname(), serving.at.to_string());
    let host = host.nodename().to_string_lossy().into_owned();
    let mut alerts = Vec::new();
    until("both", || {
        alerts = group(&alertmanager, &service);
        full(&alerts, &host).is_some() && full(&alerts, &scraped).is_some()
    });
    for (instance, sentence) in [(&host, "46 of 50"), (&scraped, ": 92.0 %, over 90 %, room for 4")]
    {
        let said = &full(&alerts, instance).expect("waited for")["annotations"]["summary"];
        assert!(said.as_str().is_some_and(|said| said.contains(sentence)), "{instance}: {said}");
    }
    let runbook = &full(&alerts, &scraped).expect("waited for")["annotations"]["runbook_url"];
    assert_eq!(runbook, "https://runbooks/capacity");
    drop(held);
    until("its end", || full(&group(&alertmanager, &service), &host).is_none());
}
