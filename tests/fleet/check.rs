//! `herdtop check --prometheus`: one verdict over all hosts.

use super::server::{Fake, FakeHost, Manner};
use crate::checks::harness::say;

fn three() -> Vec<FakeHost> {
    ["web-1", "web-2", "web-3"].map(FakeHost::well).to_vec()
}

#[test]
fn hosts_that_are_well_are_one_line_and_exit_code_0() {
    let fake = Fake::start(Manner::Hosts(three()));
    let said = say(&["check", "--prometheus", &fake.url()]);
    assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""));
    assert!(said.stdout.starts_with("OK ok (none): 3 hosts, 1 200 open"), "{}", said.stdout);
}

#[test]
fn the_worst_host_leads_and_its_severity_is_the_exit_code() {
    let mut hosts = three();
    let herded = &mut hosts[1];
    (herded.severity, herded.kind, herded.cause) = ("critical", "herd", "no_jitter");
    let fake = Fake::start(Manner::Hosts(hosts.clone()));
    let said = say(&["check", "--prometheus", &fake.url()]);
    assert_eq!(said.code, Some(2), "{}", said.stdout);
    let begin = "CRIT herd (no_jitter): HERD on 1 of 3 hosts: web-2";
    assert!(said.stdout.starts_with(begin), "{}", said.stdout);
    hosts[1].severity = "warning";
    fake.becomes(Manner::Hosts(hosts));
    assert_eq!(say(&["check", "--prometheus", &fake.url()]).code, Some(1));
}

#[test]
fn the_document_has_the_shape_of_a_check_and_every_host() {
    let mut hosts = three();
    (hosts[2].age, hosts[0].ahead) = (200.0, 90.0);
    hosts[0].name = "we\"ird\\\u{1b}[2J".to_owned();
    let fake = Fake::start(Manner::Hosts(hosts));
    let said = say(&["check", "--prometheus", &fake.url(), "--json"]);
    let document = said.document();
    assert_eq!(document["verdict"]["severity"], "ok");
    let fleet = &document["fleet"];
    assert_eq!((&fleet["known"], &fleet["fresh"]), (&3.into(), &2.into()), "{document:#}");
    assert_eq!(fleet["established"], 800, "{fleet:#}");
    let of = |name: &str| {
        let hosts = fleet["hosts"].as_array().expect("hosts");
        hosts.iter().find(|host| host["instance"] == name).expect("the host").clone()
    };
    let stale = of("web-3");
    assert_eq!((&stale["state"], &stale["established"]), (&"gone".into(), &().into()), "{stale}");
    let skewed = of("we\"ird\\ [2J");
    assert!(skewed["clock_ahead_s"].as_f64().is_some_and(|ahead| ahead > 80.0), "{skewed}");
    let notes = document["sampling"]["denied"].to_string();
    assert!(notes.contains("ahead of the metrics server's"), "{notes}");
    assert_eq!(document["totals"]["established"], 800 + 400, "by service, of all that is scraped");
}
