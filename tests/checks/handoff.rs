//! What is handed over, and what it does not tell.

use std::net::TcpListener;

use super::harness::say;
use super::schema::document;

const RECORDING: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/incident.rec");

#[test]
fn a_recording_is_summed_up_in_twelve_lines_without_an_address() {
    let said = say(&["handoff", RECORDING]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let lines: Vec<&str> = said.stdout.lines().collect();
    assert!(lines.len() <= 12, "{}", said.stdout);
    for begins in ["impact: ", "since: ", "trigger", "figures: ", "alerts: ", "done: "] {
        assert!(lines.iter().any(|line| line.starts_with(begins)), "{begins}: {}", said.stdout);
    }
    assert!(said.stdout.contains("recording: incident.rec"), "{}", said.stdout);
    assert!(!said.stdout.contains(env!("CARGO_MANIFEST_DIR")), "{}", said.stdout);
    // The recording ends in the middle of a line, which is said.
    let document = document(&say(&["replay", RECORDING, "--json"]).stdout);
    let host = document["host"]["name"].as_str().expect("a name").to_owned();
    assert!(!said.stdout.contains(&host), "{host}: {}", said.stdout);
}

#[test]
fn it_is_of_now_without_a_file_and_other_words_are_one_line() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("its address").port().to_string();
    let said = say(&["handoff", "-p", &port, "-c", "100", "--for", "2s"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.stdout.contains(&format!(":{port}")) && said.stdout.contains("figures: 0 open"));
    for wrong in [&["handoff", "nosuch.rec"][..], &["handoff", "a.rec", "ws://b/"]] {
        let said = say(wrong);
        assert_eq!((said.code, said.stderr.lines().count()), (Some(2), 1), "{said:?}");
    }
}

#[test]
fn a_report_with_pseudonyms_names_no_host_and_another_run_has_others() {
    let (plain, one, other) = (
        say(&["report", RECORDING]).stdout,
        say(&["report", RECORDING, "--redact"]).stdout,
        say(&["report", RECORDING, "--redact"]).stdout,
    );
    let title = |text: &str| text.lines().next().unwrap_or_default().to_owned();
    assert_ne!(title(&plain), title(&one));
    assert_ne!(title(&one), title(&other), "the key is another one");
    assert!(title(&one).contains("host-"), "{}", title(&one));
    assert_eq!(plain.lines().count(), one.lines().count(), "the same is told");
}
