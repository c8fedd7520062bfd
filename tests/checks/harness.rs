//! How the program is called, and what it has said at its end.

use std::fs::File;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

pub(crate) use super::running::Running;
use super::schema;

/// Nothing that is waited for takes longer.
pub(crate) const LONGEST: Duration = Duration::from_mins(1);

/// Waits until it is so; the moments between are only there to spare the CPU.
pub(crate) fn until(what: &str, mut so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !so() {
        assert!(start.elapsed() < LONGEST, "waited {LONGEST:?} for {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Who runs the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum User {
    /// Whoever runs the tests.
    Own,
    /// Nobody in particular, without any capability.
    Nobody,
}

/// A command for the program that knows nothing of the user's settings.
pub(crate) fn herdtop(user: User, args: &[&str]) -> Command {
    let mut command = if user == User::Nobody && rustix::process::getuid().is_root() {
        nobody()
    } else {
        let mut command = Command::new(program());
        command.stdin(Stdio::null());
        command
    };
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("HERDTOP_") {
            command.env_remove(name);
        }
    }
    command.env("XDG_CONFIG_HOME", "/nonexistent").args(args);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// The program under test; `HERDTOP_BIN` names another build of it.
pub(crate) fn program() -> PathBuf {
    std::env::var_os("HERDTOP_BIN").map_or_else(|| env!("CARGO_BIN_EXE_herdtop").into(), Into::into)
}

/// The program run by nobody. It is handed over as standard input, which herdtop
/// does not read here: its folder may be closed to others.
fn nobody() -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--reuid", "65534", "--regid", "65534", "--clear-groups", "--"]);
    command.arg("/proc/self/fd/0").stdin(Stdio::from(opened_program()));
    command
}

/// The program, open, for who may not see the folder it is in.
pub(crate) fn opened_program() -> File {
    let program = File::open(program()).expect("the program");
    let mode = program.metadata().expect("its mode").permissions().mode();
    assert!(mode & 0o001 != 0, "everybody has to be allowed to run the program: chmod o+x");
    program
}

/// A folder with none above it that others could write: the system's temporary one
/// is no place for what is obeyed.
pub(crate) fn own_folder() -> tempfile::TempDir {
    let home = std::env::var_os("HOME").map(PathBuf::from);
    let places = [env!("CARGO_TARGET_TMPDIR"), "/var/lib", "/var/cache"].map(PathBuf::from);
    let places = places.into_iter().chain(home);
    let mut made = places
        .filter(|place| herdtop::source::ownership::owned(place).is_ok())
        .filter_map(|place| tempfile::tempdir_in(place).ok());
    made.next().expect("a place that belongs to whoever runs the tests alone")
}

/// Resident memory of a process, KiB.
pub(crate) fn resident(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("it runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its memory");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

/// What a finished run has said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Said {
    /// The one document, held against the schema.
    pub(crate) fn document(&self) -> Value {
        assert_eq!(self.stderr, "", "nothing to complain about");
        assert_eq!(self.stdout.lines().count(), 1, "one line: {}", self.stdout);
        schema::document(&self.stdout)
    }
}

/// Runs it to its end.
pub(crate) fn run(command: &mut Command) -> Said {
    Running::start(command).end()
}

/// `herdtop` with these arguments as the user of the tests, to its end.
pub(crate) fn say(args: &[&str]) -> Said {
    run(&mut herdtop(User::Own, args))
}
