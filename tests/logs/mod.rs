//! `herdtop logs`: what an application's log tells, from files written here.

mod bad_input;
mod clients;
mod documented;
mod each_format;
mod errors;
mod formats;
mod fuzz;
mod live;
mod public_forms;
mod public_loggers;
mod read_as;
mod story;
mod vectors;
mod wrappers;

use std::io::Write;
use std::path::PathBuf;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::Value;

use crate::checks::harness::{Said, User, herdtop, run};

/// When the logs of these tests begin: 2026-11-21T14:00:00Z.
const BEGIN: i64 = 1_795_269_600;

/// A folder with a log in it.
struct Log {
    folder: tempfile::TempDir,
}

impl Log {
    fn of(lines: impl IntoIterator<Item = String>) -> Self {
        let log = Self { folder: tempfile::tempdir().expect("a folder") };
        let text: String = lines.into_iter().map(|line| line + "\n").collect();
        log.write("app.log", text.as_bytes());
        log
    }

    fn bytes(bytes: &[u8]) -> Self {
        let log = Self::of([]);
        log.write("app.log", bytes);
        log
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.path(name), bytes).expect("written");
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// `herdtop logs` in the folder, in UTC.
    fn say(&self, args: &[&str]) -> Said {
        let mut command = herdtop(User::Own, &["logs"]);
        run(command.args(args).current_dir(self.folder.path()).env("TZ", "UTC"))
    }

    /// The document of the one log.
    fn document(&self, args: &[&str]) -> Value {
        self.say(&[&["--json", "app.log"], args].concat()).document()
    }

    /// What is printed about it.
    fn text(&self, args: &[&str]) -> String {
        let said = self.say(&[&["app.log"], args].concat());
        assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""), "{args:?}");
        said.stdout
    }
}

/// So many milliseconds after the beginning.
fn at(millis: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(BEGIN, 0).expect("a moment") + TimeDelta::milliseconds(millis)
}

fn rfc3339(millis: i64) -> String {
    at(millis).to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// A gzip of these bytes, by the system's own packer.
fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = std::process::Command::new("gzip")
        .arg("-c")
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("gzip");
    let mut input = packer.stdin.take().expect("its input");
    let owned = bytes.to_vec();
    let writer = std::thread::spawn(move || input.write_all(&owned));
    let output = packer.wait_with_output().expect("packed");
    writer.join().expect("no panic").expect("written");
    output.stdout
}
