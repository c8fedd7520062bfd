//! Logs that cannot be understood are said to be so in one line; what can be
//! understood of a bad one is told.

use std::io::Write;
use std::process::Stdio;

use super::{Log, gzip, rfc3339};
use crate::checks::harness::{User, herdtop};

fn complains(log: &Log, args: &[&str], about: &[&str]) {
    let said = log.say(args);
    assert_eq!((said.code, said.stdout.as_str()), (Some(2), ""), "{args:?}: {said:?}");
    assert_eq!(said.stderr.lines().count(), 1, "{args:?}: {}", said.stderr);
    for word in about {
        assert!(said.stderr.contains(word), "{args:?}: no {word:?} in {}", said.stderr);
    }
    assert!(!said.stderr.contains('\u{1b}'), "{}", said.stderr);
}

fn connected(millis: i64) -> String {
    format!("{} client connected", rfc3339(millis))
}

#[test]
fn a_regex_that_does_not_compile_names_its_flag() {
    let log = Log::of([connected(0)]);
    for flag in ["--log-open", "--log-close", "--log-error"] {
        let about = [flag, "'(unclosed'", "unclosed group"];
        complains(&log, &["app.log", flag, "(unclosed"], &about);
    }
    complains(&log, &["app.log", "--log-open", "x*"], &["--log-open 'x*'", "every line"]);
    complains(&log, &["app.log", "--log-time", "%Q"], &["--log-time '%Q'", "not understood"]);
    complains(&log, &["app.log", "--log-time", "%H:%M"], &["tells no time", "%d.%m.%Y"]);
}

#[test]
fn files_that_cannot_be_read() {
    let log = Log::of([connected(0)]);
    complains(&log, &[], &["not provided: <FILE>..."]);
    complains(&log, &["nosuch.log"], &["'nosuch.log'", "No such file"]);
    complains(&log, &["app.log", "nosuch.log"], &["'nosuch.log'"]);
    complains(&log, &["."], &["'.' is a folder"]);
    log.write("cut.gz", &gzip(b"client connected")[..12]);
    complains(&log, &["cut.gz"], &["'cut.gz': cannot be read: "]);
    log.write("x.zst", b"\x28\xb5\x2f\xfd........");
    complains(&log, &["x.zst"], &["'x.zst': cannot be read: "]);
    log.write("x.xz", b"\xfd7zXZ........");
    complains(&log, &["x.xz"], &["'x.xz'", "xzcat FILE | herdtop logs -"]);
}

#[test]
fn logs_that_tell_nothing() {
    complains(&Log::of([]), &["app.log"], &["'app.log' is empty"]);
    let strange = Log::of(["\u{1b}[2Jsomething else".to_owned(), "entirely".to_owned()]);
    let about =
        ["none of 2 lines tells of a connection", "--log-open REGEX", "'[2Jsomething else'"];
    complains(&strange, &["app.log"], &about);
    let timeless = Log::of(["INFO: client connected".to_owned(), "client connected".to_owned()]);
    let about = ["none of the 2 lines", "has a timestamp", "--log-time FORMAT", "'INFO: client"];
    complains(&timeless, &["app.log"], &about);
    let garbage: Vec<u8> =
        (0..200_000_u32).map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()[2]).collect();
    complains(&Log::bytes(&garbage), &["app.log"], &["'app.log'", "is no text"]);
}

#[test]
fn one_line_is_told_as_one() {
    let one = |line: &str| Log::of([line.to_owned()]);
    complains(&one("x"), &["app.log"], &["'app.log': its only line tells of no connection"]);
    let about = ["the one line that tells something has no timestamp", "--log-time FORMAT"];
    complains(&one("client connected"), &["app.log"], &about);
    let text = Log::of([connected(0), "x".to_owned()]).text(&[]);
    assert!(text.contains("2 read, 1 tells nothing"), "{text}");
}

#[test]
fn one_empty_log_among_others_is_a_note() {
    let log = Log::of([connected(0)]);
    log.write("empty.log", b"");
    let said = log.say(&["--json", "empty.log", "app.log"]);
    let notes = said.document()["log"]["notes"].to_string();
    assert!(notes.contains("empty.log is empty"), "{notes}");
}

#[test]
fn garbage_and_a_line_of_ten_megabytes_between_good_lines() {
    let mut bytes = connected(0).into_bytes();
    bytes.extend(b"\n\x00\xff\xfe\x80\x00 binary\n");
    bytes.resize(bytes.len() + (10 << 20), b'x');
    bytes.extend(format!("\n{}\r\n{}", connected(1000), connected(2000)).into_bytes());
    let document = Log::bytes(&bytes).document(&[]);
    let told = &document["log"];
    assert_eq!((&told["opened"]["total"], &told["lines"]), (&3.into(), &5.into()));
    let notes = told["notes"].to_string();
    assert!(notes.contains("1 line was longer than 64 KiB and cut"), "{notes}");
    assert!(notes.contains("1 line holds binary data"), "{notes}");
}

#[test]
fn a_gzip_that_ends_too_early_is_read_as_far_as_it_goes() {
    let lines: Vec<String> = (0..50_000).map(|n| connected(n * 10)).collect();
    let packed = gzip(lines.join("\n").as_bytes());
    let document = Log::bytes(&packed[..packed.len() / 2]).document(&[]);
    let told = &document["log"];
    let opened = told["opened"]["total"].as_u64().expect("a count");
    assert!((1..50_000).contains(&opened), "{opened}");
    assert!(told["notes"].to_string().contains("could not be read to its end"));
}

#[test]
fn mixed_zones_are_brought_together_and_told() {
    let log = Log::of([
        "2026-11-21T14:00:00Z client connected".to_owned(),
        "2026-11-21T15:00:01+01:00 client connected".to_owned(),
        "2026-11-21T09:00:02-05:00 client connected".to_owned(),
    ]);
    let document = log.document(&[]);
    assert_eq!(document["log"]["until"], "2026-11-21T14:00:02Z");
    assert!(
        document["log"]["notes"].to_string().contains("mixed time zones (UTC, +01:00, -05:00)")
    );
}

#[test]
fn a_clock_that_jumps_loses_no_line_and_makes_no_herd() {
    let jump = |n: i64| if n < 300 { n * 1000 } else { n * 1000 - 200_000 };
    let steady = (0..600).flat_map(|n| (0..5).map(move |k| connected(jump(n) + k * 200)));
    let document = Log::of(steady).document(&[]);
    assert_eq!(document["log"]["opened"]["total"], 3000);
    assert_eq!(document["herds"], serde_json::json!([]));
    assert!(document["log"]["notes"].to_string().contains("the clock went back once, by"));
    let ahead = (0..600).map(|n| connected(n * 1000 + if n < 300 { 0 } else { 86_400_000 }));
    let document = Log::of(ahead).document(&[]);
    assert_eq!(
        (&document["log"]["opened"]["total"], &document["log"]["late"]),
        (&600.into(), &0.into())
    );
    assert_eq!(document["herds"], serde_json::json!([]));
}

#[test]
fn standard_input_is_a_log_too() {
    let mut command = herdtop(User::Own, &["logs", "--json", "-"]);
    let mut running = command.stdin(Stdio::piped()).spawn().expect("it starts");
    let mut input = running.stdin.take().expect("its input");
    input.write_all((connected(0) + "\n").as_bytes()).expect("written");
    drop(input);
    let output = running.wait_with_output().expect("it ends");
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(document["log"]["opened"]["total"], 1);
}
