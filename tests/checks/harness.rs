//! Runs the program and reads what it says.

use std::io::{BufRead, BufReader, Lines};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::schema;

/// Nothing that is waited for takes longer.
pub(super) const LONGEST: Duration = Duration::from_mins(1);

/// Waits until it is so; the moments between are only there to spare the CPU.
pub(super) fn until(what: &str, mut so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !so() {
        assert!(start.elapsed() < LONGEST, "waited {LONGEST:?} for {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Who runs the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum User {
    /// Whoever runs the tests.
    Own,
    /// Nobody in particular, without any capability.
    Nobody,
}

/// A command for the program that knows nothing of the user's settings.
pub(super) fn herdtop(user: User, args: &[&str]) -> Command {
    let mut command = if user == User::Nobody && rustix::process::getuid().is_root() {
        let mut command = Command::new("setpriv");
        command.args(["--reuid", "65534", "--regid", "65534", "--clear-groups", "--"]);
        command.arg(public_copy());
        command
    } else {
        Command::new(program())
    };
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("HERDTOP_") {
            command.env_remove(name);
        }
    }
    command.env("XDG_CONFIG_HOME", "/nonexistent").args(args);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// The program under test; `HERDTOP_BIN` names another build of it.
fn program() -> PathBuf {
    std::env::var_os("HERDTOP_BIN").map_or_else(|| env!("CARGO_BIN_EXE_herdtop").into(), Into::into)
}

/// The program where everybody may run it: a home folder may be closed.
fn public_copy() -> &'static Path {
    static COPY: OnceLock<PathBuf> = OnceLock::new();
    COPY.get_or_init(|| {
        let copy = std::env::temp_dir().join(format!("herdtop-test-{}", std::process::id()));
        std::fs::copy(program(), &copy).expect("copy the program");
        let mode = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(&copy, mode).expect("let everybody run it");
        copy
    })
}

/// What a finished run has said.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) code: Option<i32>,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

impl Said {
    /// The one document, held against the schema.
    pub(super) fn document(&self) -> Value {
        assert_eq!(self.stderr, "", "nothing to complain about");
        assert_eq!(self.stdout.lines().count(), 1, "one line: {}", self.stdout);
        schema::document(&self.stdout)
    }
}

/// Runs it to its end.
pub(super) fn run(command: &mut Command) -> Said {
    Running::start(command).end()
}

/// `herdtop` with these arguments as the user of the tests, to its end.
pub(super) fn say(args: &[&str]) -> Said {
    run(&mut herdtop(User::Own, args))
}

/// A run under way; ended when dropped.
pub(super) struct Running {
    child: Child,
    lines: Option<Lines<BufReader<ChildStdout>>>,
}

impl Running {
    pub(super) fn start(command: &mut Command) -> Self {
        let mut child = command.spawn().expect("start herdtop");
        let lines = child.stdout.take().map(|out| BufReader::new(out).lines());
        Self { child, lines }
    }

    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits until the first walk is made: what is opened from now on counts.
    /// The thread that walks sleeps for the first time when it has walked.
    pub(super) fn counting(&self) {
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
    pub(super) fn line(&mut self) -> Option<String> {
        let lines = self.lines.as_mut().expect("its output is read here");
        lines.next().map(|line| line.expect("its output is text"))
    }

    /// The next document of a stream.
    pub(super) fn document(&mut self) -> Value {
        schema::document(&self.line().expect("a stream does not end by itself"))
    }

    /// The first document of a stream that is so. Bounded by what a stream
    /// prints: one per interval.
    pub(super) fn document_where(&mut self, what: &str, so: impl Fn(&Value) -> bool) -> Value {
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
    pub(super) fn close_output(&mut self) {
        self.lines = None;
    }

    /// Waits for its end and takes all it says.
    pub(super) fn end(mut self) -> Said {
        use std::io::Read;
        let mut stdout = String::new();
        for line in self.lines.take().into_iter().flatten() {
            stdout.push_str(&line.expect("its output is text"));
            stdout.push('\n');
        }
        let mut stderr = String::new();
        if let Some(mut pipe) = self.child.stderr.take() {
            pipe.read_to_string(&mut stderr).expect("its complaints are text");
        }
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
