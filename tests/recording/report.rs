//! The incident report of a recording.

use std::process::Stdio;

use super::file::{alerts, of_version_1, text};
use crate::checks::harness::{Said, User, herdtop, run, say};

/// The report of the recording that is always the same, on a clock two hours east
/// of Greenwich.
fn report(arguments: &[&str]) -> Said {
    let path = of_version_1();
    let all = [&["report", text(&path)], arguments].concat();
    run(herdtop(User::Own, &all).env("TZ", "XYZ-2"))
}

fn good(arguments: &[&str]) -> String {
    let said = report(arguments);
    assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""), "{arguments:?}");
    said.stdout
}

#[test]
fn markdown_tells_what_happened_and_what_to_do() {
    let text = good(&[]);
    assert_eq!(text, good(&["--format", "md"]));
    for heading in [
        "Summary",
        "Timeline",
        "Alerts",
        "Charts",
        "Herds",
        "Listeners",
        "Limits",
        "Close codes",
        "Probes",
        "What to do next time",
        "What is not known",
    ] {
        assert!(text.contains(&format!("\n## {heading}\n")), "no {heading} in {text}");
    }
    assert!(text.contains("| UTC | local +02:00 |"), "{text}");
    // Nobody was refused for the herd itself: what harms is told by the others.
    for row in ["| CRIT | capacity |", "| WARN | herd |", "| CRIT | refusing_new |"] {
        assert!(text.contains(row), "no {row} in {text}");
    }
    assert!(text.contains("| 1013 | try again later | probe | 3 |"), "{text}");
    // 11:17:07 on one clock is 13:17:07 on the other.
    let raised = text.lines().find(|line| line.contains("alert 2, herd")).expect("the herd");
    assert!(raised.starts_with("| 11:17:07 | 13:17:07 | WARN |"), "{raised}");
    let chart = text.lines().find(|line| line.starts_with("opened per second")).expect("a chart");
    assert!(chart.contains('█') && chart.contains("most 254 at 11:17:11 UTC"), "{chart}");
}

#[test]
fn html_is_one_file_that_asks_for_no_other() {
    let page = good(&["--format", "html"]);
    assert!(page.starts_with("<!doctype html>"), "{page}");
    assert!(page.matches("<svg ").count() >= 5, "charts");
    for other in ["<script", "<link", "<img", "<iframe", " src=", "href=", "url(", "@import"] {
        assert!(!page.contains(other), "{other}");
    }
    assert_eq!(page, good(&["--format", "html"]), "the same bytes");
}

#[test]
fn json_is_the_status_document_of_its_end() {
    let document = crate::checks::schema::document(&good(&["--format", "json"]));
    let replayed = super::file::replay(&of_version_1(), &["--json"]).document();
    assert_eq!(alerts(&document), alerts(&replayed));
    assert_eq!(document, replayed);
}

#[test]
fn a_part_of_it_is_told_by_its_two_ends() {
    let part = good(&["--from", "13:17:00", "--to", "2026-11-21T11:17:10Z"]);
    assert!(part.contains("2026-11-21 11:17:0") && part.contains(" to 11:17:"), "{part}");
    assert!(part.contains("refusing\\_new") || part.contains("refusing_new"), "{part}");
    assert!(!part.contains("| WARN | restart |"), "that was later: {part}");
    let end = good(&["--from", "5s ago"]);
    assert!(end.contains("the report begins; firing already: "), "{end}");
    let document = good(&["--format", "json", "--to", "13:17:06"]);
    let document = crate::checks::schema::document(&document);
    let rules: Vec<String> = alerts(&document).into_iter().map(|(rule, _)| rule).collect();
    assert_eq!(rules, ["capacity"], "the herd came later");
}

#[test]
fn what_is_not_in_it_is_said_with_what_is() {
    let complains = |arguments: &[&str], about: &[&str]| {
        let said = report(arguments);
        assert_eq!((said.code, said.stdout.as_str()), (Some(2), ""), "{arguments:?}");
        assert_eq!(said.stderr.lines().count(), 1, "{}", said.stderr);
        for word in about {
            assert!(said.stderr.contains(word), "no {word:?} in {}", said.stderr);
        }
    };
    let goes = "goes from 2026-11-21 13:16:5";
    complains(&["--from", "2026-11-22T00:00:00Z"], &["--from '2026-11-22 02:00:00'", goes]);
    complains(&["--to", "2026-11-20T00:00:00Z"], &["--to '2026-11-20 02:00:00'", goes]);
    complains(&["--from", "13:17:10", "--to", "13:17:05"], &["--from '", "is after --to '"]);
    complains(&["--from", "soon"], &["--from", "14:05:23"]);
    complains(&["--format", "pdf"], &["'pdf'"]);
    let said = say(&["report", "/nonexistent.rec"]);
    assert_eq!(said.code, Some(2));
    assert!(said.stderr.contains("/nonexistent.rec"), "{}", said.stderr);
}

#[test]
fn it_comes_through_a_pipe_and_damage_is_told_in_it() {
    let bytes = std::fs::read(of_version_1()).expect("the recording");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("half.rec");
    std::fs::write(&path, &bytes[..bytes.len() * 2 / 3]).expect("written");
    let file = std::fs::File::open(&path).expect("a file");
    let said = run(herdtop(User::Own, &["report", "-"]).stdin(Stdio::from(file)));
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.stderr.contains("truncated"), "{}", said.stderr);
    let missing = said.stdout.split("## What is not known").nth(1).expect("its section");
    assert!(missing.contains("truncated"), "{missing}");
    let file = std::fs::File::open(of_version_1()).expect("a file");
    let arguments = ["report", "-", "--from", "3s ago"];
    let said = run(herdtop(User::Own, &arguments).stdin(Stdio::from(file)));
    assert_eq!(said.code, Some(2));
    assert!(said.stderr.contains("--from '… ago'"), "{}", said.stderr);
}
