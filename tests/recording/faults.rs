//! Files that are no recordings, damaged ones, and disks that will not take one.

use std::path::Path;
use std::process::Command;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::file::{lines, of_version_1, packed, replay, text};
use crate::checks::harness::{Running, User, herdtop, run, say};
use crate::checks::schema;

fn complains(path: &Path, args: &[&str], about: &[&str]) {
    let said = replay(path, args);
    assert_eq!((said.code, said.stdout.as_str()), (Some(2), ""), "{said:?}");
    assert_eq!(said.stderr.lines().count(), 1, "{}", said.stderr);
    for word in about {
        assert!(said.stderr.contains(word), "no {word:?} in {}", said.stderr);
    }
}

#[test]
fn what_is_no_recording_is_told_in_one_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("a file");
        path
    };
    let header = lines(&of_version_1()).lines().next().expect("a header").to_owned();
    let newer = header.replacen("herdtop.recording/1", "herdtop.recording/7", 1);
    complains(&folder.path().join("none"), &[], &["none': No such file"]);
    complains(folder.path(), &[], &["it is a folder"]);
    complains(&file("empty", b""), &[], &["empty' is empty"]);
    complains(&file("log", b"GET / HTTP/1.1\n"), &[], &["log' is not a recording", "'GET / "]);
    complains(&file("other.gz", &packed("hello\n")), &[], &["some other compressed file"]);
    complains(&file("newer", &packed(&newer)), &[], &["format 7", "reads up to format 1"]);
    complains(&file("short", &packed(&header)), &[], &["ends before its first reading"]);
    complains(&file("cut", &packed(&header)[..40]), &[], &["cut' is truncated at byte 0"]);
}

#[test]
fn damage_in_the_middle_leaves_what_lies_before_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("hurt.rec");
    let mut bytes = std::fs::read(of_version_1()).expect("the recording");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x55;
    std::fs::write(&path, bytes).expect("a file");
    let said = replay(&path, &["--json"]);
    assert_eq!(said.code, Some(0));
    assert!(said.stderr.contains("hurt.rec' is damaged at byte"), "{}", said.stderr);
    let document = schema::document(&said.stdout);
    let whole = replay(&of_version_1(), &["--json"]).document();
    let opened = |d: &serde_json::Value| d["listeners"][0]["opened_total"].as_u64();
    assert!(opened(&document) > Some(10) && opened(&document) < opened(&whole), "{document}");
    let denied = document["sampling"]["denied"][0].as_str().expect("a reason");
    assert!(denied.contains("is damaged at byte"), "{denied}");
}

#[test]
fn a_time_outside_is_told_with_what_there_is() {
    let path = of_version_1();
    for time in ["2001-01-01T00:00:00Z", "2100-01-01T00:00:00Z", "3h ago"] {
        complains(&path, &["--at", time, "--json"], &["goes from 20", " to 20"]);
    }
    let there = ["--at", "2001-01-01T00:00:00Z", "--tz", "Asia/Tokyo", "--no-screen"];
    complains(&path, &there, &["--at '2001-01-01 09:00:00'", "goes from 2026-11-21 20:16:5"]);
    complains(&path, &["--at", "noon"], &["'noon'", "14:05:23", "3m ago"]);
    for speed in ["-1", "fast", "NaN"] {
        complains(&path, &[&format!("--speed={speed}")], &["from 0.1 to 1000"]);
    }
    complains(&path, &["--speed=0"], &["'0' stands still", "leave it out"]);
    let said = say(&["replay", "-", "--at", "3m ago", "--json"]);
    assert_eq!(said.code, Some(2), "{said:?}");
}

#[test]
fn nothing_is_written_over_and_the_size_is_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("mine");
    std::fs::write(&path, "precious").expect("a file");
    let said = say(&["check", "--record", text(&path)]);
    assert_eq!((said.code, said.stderr.lines().count()), (Some(3), 1), "{said:?}");
    assert!(said.stderr.contains("mine': it exists already"), "{}", said.stderr);
    assert_eq!(std::fs::read_to_string(&path).expect("it is there"), "precious");
    std::fs::write(folder.path().join("new.1"), "precious").expect("a file");
    let said = say(&["check", "--record", text(&folder.path().join("new"))]);
    assert!(said.stderr.contains("new.1' exists already"), "{}", said.stderr);
    let said = say(&["stream", "--record", "/nonexistent/x"]);
    assert_eq!(said.code, Some(2));
    assert!(said.stderr.contains("--record '/nonexistent/x': No such file"), "{}", said.stderr);
    for size in ["0", "12", "much", "-1G"] {
        let said = say(&["stream", &format!("--record-max={size}")]);
        assert!(said.stderr.contains("such as 64M or 1G"), "{size}: {}", said.stderr);
    }
}

/// A disk that is full, as the kernel says it of a file that may not grow.
#[test]
fn a_full_disk_is_told_and_is_no_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("full.rec");
    let plain = herdtop(User::Own, &["stream", "--record", text(&path)]);
    let mut command = Command::new("sh");
    // Blocks of 512 bytes: the header fits and five seconds, should the first
    // block be as late as that.
    command.args(["-c", "trap '' XFSZ; ulimit -f 12; exec \"$0\" \"$@\""]);
    command.arg(plain.get_program()).args(plain.get_args());
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    command.env("XDG_CONFIG_HOME", "/nonexistent");
    let mut stream = Running::start(&mut command);
    let document = stream.document_where("a word about the disk", |document| {
        let denied = document["sampling"]["denied"].as_array().expect("reasons");
        denied.iter().any(|why| why.as_str().is_some_and(|why| why.contains("File too large")))
    });
    let denied = document["sampling"]["denied"][0].as_str().expect("a reason");
    assert!(denied.starts_with("recording '"), "first of all: {denied}");
    stream.document();
    drop(stream);
    let said = run(&mut herdtop(User::Own, &["replay", text(&path), "--json"]));
    assert_eq!(said.code, Some(0), "what is there is whole: {said:?}");
    assert!(said.stderr.contains("truncated"), "{}", said.stderr);
}

#[test]
fn a_removed_file_is_told_and_begins_anew() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("gone.rec");
    let mut stream = Running::start(&mut herdtop(User::Own, &["stream", "--record", text(&path)]));
    stream.document();
    std::fs::remove_file(&path).expect("it is there");
    stream.document_where("a word about the loss", |document| {
        let denied = document["sampling"]["denied"].to_string();
        denied.contains("gone.rec") && denied.contains("records were lost")
    });
    // A block is on disk within two derivations of a second.
    (0..3).for_each(|_| drop(stream.document()));
    drop(stream);
    let said = replay(&path, &["--json"]);
    assert_eq!(said.code, Some(0), "{said:?}");
}

/// Checksums keep accidents out, not malice: a recording may come from anybody.
#[test]
fn numbers_no_kernel_tells_do_not_end_it() {
    let whole = lines(&of_version_1());
    let all: Vec<&str> = whole.lines().collect();
    let mut random = StdRng::seed_from_u64(11);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("malice.rec");
    for _ in 0..150 {
        let mut text = String::new();
        for line in &all {
            let changed =
                if random.random_bool(0.02) { exaggerated(line, &mut random) } else { None };
            text.push_str(changed.as_deref().unwrap_or(line));
            text.push('\n');
        }
        std::fs::write(&path, packed(&text)).expect("a file");
        let said = replay(&path, &["--json"]);
        assert!(matches!(said.code, Some(0 | 2)), "{said:?}");
        assert!(!said.stderr.contains("panicked"), "{}", said.stderr);
    }
}

/// One number of the line is another.
fn exaggerated(line: &str, random: &mut StdRng) -> Option<String> {
    const WEIRD: [&str; 6] =
        ["0", "18446744073709551615", "4294967295", "65535", "999999999999", "1e308"];
    let digits = |c: char| c.is_ascii_digit();
    let starts: Vec<usize> = line.match_indices(':').map(|(at, _)| at + 1).collect();
    let at = *starts.get(random.random_range(0..starts.len().max(1)))?;
    let rest = line[at..].trim_start_matches(digits);
    let weird = WEIRD[random.random_range(0..WEIRD.len())];
    (rest.len() < line.len() - at).then(|| format!("{}{weird}{rest}", &line[..at]))
}
