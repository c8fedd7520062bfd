//! Other programs that listen: scripts that say in their first line where, or who they are.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// One that runs until its standard input is closed.
pub(super) struct Script {
    child: Child,
    /// Its first line.
    pub(super) said: String,
}

impl Script {
    /// Waits for its first line.
    pub(super) fn start(command: &mut Command) -> Self {
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = child.unwrap_or_else(|why| panic!("{command:?}: {why}"));
        let mut said = String::new();
        let out = child.stdout.take().expect("its output");
        BufReader::new(out).read_line(&mut said).expect("it says where it listens");
        Self { child, said: said.trim().to_owned() }
    }

    /// This text in Python, with these arguments.
    pub(super) fn python(text: &str, args: &[&str]) -> Self {
        Self::start(Command::new("python3").args(["-c", text]).args(args))
    }

    /// Its process.
    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The port it said.
    pub(super) fn port(&self) -> u16 {
        self.said.parse().expect("a port")
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}
