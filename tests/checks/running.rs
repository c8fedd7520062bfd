//! A run of the program under way.

use std::io::{BufRead, BufReader, Lines, Read};
use std::process::{Child, ChildStdout, Command};
use std::time::Instant;

use serde_json::Value;

use super::harness::{LONGEST, Said, until};
use super::schema;

/// A run under way; ended when dropped.
pub(crate) struct Running {
    child: Child,
    lines: Option<Lines<BufReader<ChildStdout>>>,
}

impl Running {
    pub(crate) fn start(command: &mut Command) -> Self {
        Self::of(command.spawn().expect("start herdtop"))
    }

    /// One that was started already, its input perhaps in other hands.
    pub(crate) fn of(mut child: Child) -> Self {
        let lines = child.stdout.take().map(|out| BufReader::new(out).lines());
        Self { child, lines }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits until the first walk is made: what is opened from now on counts.
    /// The thread that walks sleeps for the first time when it has walked.
    pub(crate) fn counting(&self) {
        let tasks = format!("/proc/{}/task", self.pid());
        until("the first walk", || {
            let threads = std::fs::read_dir(&tasks).into_iter().flatten().flatten();
            threads.map(|thread| thread.path().join("stat")).any(|stat| {
                let stat = std::fs::read_to_string(stat).unwrap_or_default();
                stat.contains("(herdtop-slow) S")
            })
        });
    }

    /// The next line; none when it has ended.
    pub(crate) fn line(&mut self) -> Option<String> {
        let lines = self.lines.as_mut().expect("its output is read here");
        lines.next().map(|line| line.expect("its output is text"))
    }

    /// The next document of a stream.
    pub(crate) fn document(&mut self) -> Value {
        let line = self.line().unwrap_or_else(|| {
            let (code, stderr) = (self.child.wait(), self.complaints());
            panic!("a stream does not end by itself: {code:?} {stderr}")
        });
        schema::document(&line)
    }

    /// The first document of a stream that is so. Bounded by what a stream
    /// prints: one per interval.
    pub(crate) fn document_where(&mut self, what: &str, so: impl Fn(&Value) -> bool) -> Value {
        let start = Instant::now();
        loop {
            let document = self.document();
            if so(&document) {
                return document;
            }
            assert!(start.elapsed() < LONGEST, "waited for {what}: {document}");
        }
    }

    /// Closes our end of its output.
    pub(crate) fn close_output(&mut self) {
        self.lines = None;
    }

    /// All it writes to standard error until its end.
    fn complaints(&mut self) -> String {
        let mut stderr = String::new();
        if let Some(mut pipe) = self.child.stderr.take() {
            pipe.read_to_string(&mut stderr).expect("its complaints are text");
        }
        stderr
    }

    /// Waits for its end and takes all it says.
    pub(crate) fn end(mut self) -> Said {
        let mut stdout = String::new();
        for line in self.lines.take().into_iter().flatten() {
            stdout.push_str(&line.expect("its output is text"));
            stdout.push('\n');
        }
        let stderr = self.complaints();
        let code = self.child.wait().expect("it ends").code();
        Said { code, stdout, stderr }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail when it has ended, and then there is nothing to do.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
