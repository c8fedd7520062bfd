//! Links of the terminal (OSC 8): on alerts and on the recording, each ended with its
//! cells, and none where they would be shown as they are.

use super::harness::{Service, Terminal};
use crate::screenshots::INCIDENT;

const BEGIN: &str = "\x1b]8;;";
const END: &str = "\x1b]8;;\x1b\\";

/// Where each link leads and its text; each must be ended before the next.
fn links(raw: &[u8]) -> Vec<(String, String)> {
    let text = String::from_utf8_lossy(raw);
    let mut found = Vec::new();
    let mut rest = &*text;
    while let Some(at) = rest.find(BEGIN) {
        let link = &rest[at + BEGIN.len()..];
        let (url, after) = link.split_once("\x1b\\").expect("a URL ends");
        assert!(!url.is_empty(), "an end without a beginning");
        let (shown, after) = after.split_once(END).expect("a link ends");
        assert!(!shown.contains('\x1b'), "{shown:?}: cells of their own between both");
        found.push((url.to_owned(), shown.to_owned()));
        rest = after;
    }
    found
}

fn replayed(variables: &[(&str, &str)], url: &str) -> Terminal {
    let arguments = ["replay", INCIDENT, "--speed", "0", "--at", "14:17:43", "--runbook-url", url];
    let terminal = Terminal::start_with(120, 36, &arguments, variables);
    terminal.shows("quit");
    terminal
}

#[test]
fn every_alert_leads_to_its_runbook() {
    let terminal = replayed(&[], "https://runbooks/{rule}?from=herdtop");
    terminal.wait_for("a link", |_| !links(&terminal.raw()).is_empty());
    terminal.types("4");
    terminal.shows("ALERTS");
    let is_alert = |(url, _): &(String, String)| url == "https://runbooks/herd?from=herdtop";
    terminal.wait_for("the runbook of the herd", |_| links(&terminal.raw()).iter().any(is_alert));
    for (url, _) in links(&terminal.raw()) {
        let rule = url.strip_prefix("https://runbooks/").expect("ours");
        let rule = rule.strip_suffix("?from=herdtop").expect("ours");
        assert!(rule.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{rule}");
    }
    // What lies over the screen covers the links.
    let before = terminal.raw().len();
    terminal.types("?");
    terminal.shows("closes");
    terminal.types("\x1b");
    terminal.hides("closes");
    terminal.wait_for("the links are back", |_| !links(&terminal.raw()[before..]).is_empty());
}

#[test]
fn there_are_none_in_tmux_on_a_console_and_without_a_runbook() {
    for variables in [&[("TMUX", "/tmp/x,1,0")][..], &[("TERM", "linux")], &[("TERM", "screen")]] {
        let terminal = replayed(variables, "https://runbooks/{rule}");
        assert!(links(&terminal.raw()).is_empty(), "{variables:?}");
    }
    let terminal = crate::screenshots::at("14:17:43", &[], (120, 36));
    assert!(links(&terminal.raw()).is_empty());
}

#[test]
fn the_recording_is_a_link_to_its_file() {
    let service = Service::with(2);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("a b.rec");
    let path = file.to_str().expect("UTF-8");
    let arguments = ["-p", &service.argument(), "-i", "200ms", "--record", path];
    let terminal = Terminal::start(160, 45, &arguments);
    terminal.shows("  rec ");
    let raw = terminal.raw();
    let all = links(&raw);
    let (url, _) = all.last().expect("a link");
    assert!(url.starts_with("file://") && url.ends_with("/a%20b.rec"), "{url}");
}

#[test]
fn a_page_of_a_code_leads_to_what_it_cites() {
    let mut terminal = Terminal::start(100, 60, &["explain", "1013"]);
    assert_eq!(terminal.exit_code(), Some(0));
    terminal.shows("source");
    terminal.wait_for("a link", |_| {
        links(&terminal.raw()).iter().any(|(url, _)| url.starts_with("https://www.iana.org/"))
    });
    let mut terminal = Terminal::start_with(100, 60, &["explain", "1013"], &[("TMUX", "/x,1,0")]);
    assert_eq!(terminal.exit_code(), Some(0));
    terminal.shows("source");
    assert!(links(&terminal.raw()).is_empty());
}
