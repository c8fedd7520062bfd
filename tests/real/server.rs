//! A real server: started, read until it listens, killed with all it started.

use std::io::{PipeReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use chrono::{DateTime, FixedOffset};
use rustix::process::{Pid, Signal, kill_process_group};

use crate::checks::harness::until;

/// Where the small servers are.
pub(super) fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/servers")
}

/// What `tests/servers/setup.sh` has installed.
pub(super) fn installed(what: &str) -> PathBuf {
    let folder = std::env::var_os("HERDTOP_TEST_SERVERS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("target/servers"),
        PathBuf::from,
    );
    let path = folder.join(what);
    assert!(path.exists(), "{} is not there: bash tests/servers/setup.sh", path.display());
    path
}

/// A command that ends when the test does, even one that is killed.
pub(super) fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "--"]).arg(program);
    command.stdin(Stdio::null()).env("PYTHONUNBUFFERED", "1");
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    command
}

/// The same for what runs node, itself or by a shell: it finds the installed modules.
pub(super) fn with_node(program: &str) -> Command {
    let mut command = command(program);
    command.env("NODE_PATH", installed("node_modules"));
    command
}

/// One of the small servers of `tests/servers/node`.
pub(super) fn node<S: AsRef<std::ffi::OsStr>>(script: &str, args: &[S]) -> Server {
    let mut command = with_node("node");
    command.arg(sources().join("node").join(script)).args(args);
    Server::start(command)
}

/// One process of `service.js`, with what it is told in the environment; on a port of
/// its own where none is given.
pub(super) fn service(port: Option<u16>, told: &[(&str, &str)]) -> Server {
    let mut command = with_node("node");
    command.envs(told.iter().copied()).env("PORT", port.unwrap_or_default().to_string());
    command.arg(sources().join("node/service.js"));
    Server::start(command)
}

/// So many clients of `herd.js`, which come back by this strategy.
pub(super) fn clients(port: u16, many: u32, strategy: &str, told: &[(&str, &str)]) -> Server {
    let mut command = with_node("node");
    command.envs(told.iter().copied()).arg(sources().join("node/herd.js"));
    command.args([&port.to_string(), &many.to_string(), strategy]);
    Server::at(command, ([127, 0, 0, 1], port).into())
}

/// A server under way; ended when dropped.
pub(super) struct Server {
    child: Child,
    said: Arc<Mutex<String>>,
    address: SocketAddr,
}

impl Server {
    /// Starts one that says on which port of 127.0.0.1 it listens.
    pub(super) fn start(command: Command) -> Self {
        let mut server = Self::at(command, ([127, 0, 0, 1], 0).into());
        let mut port = 0;
        server.until("its port", |said| {
            port = port_in(said).unwrap_or_default();
            port > 0
        });
        server.address.set_port(port);
        server
    }

    /// Starts one of which the address is known.
    pub(super) fn at(mut command: Command, address: SocketAddr) -> Self {
        use std::os::unix::process::CommandExt;
        let (reader, writer) = std::io::pipe().expect("a pipe");
        command.stdout(writer.try_clone().expect("a descriptor")).stderr(writer).process_group(0);
        let child = command.spawn().expect("start the server");
        let said = Arc::new(Mutex::default());
        let its = Arc::clone(&said);
        std::thread::spawn(move || read(reader, &its));
        Self { child, said, address }
    }

    /// Where it is reached.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// `ws://127.0.0.1:PORT` and the path.
    pub(super) fn url(&self, path: &str) -> String {
        format!("ws://{}{path}", self.address)
    }

    /// The same port as an argument.
    pub(super) fn port(&self) -> String {
        self.address.port().to_string()
    }

    /// What it has said up to now.
    pub(super) fn said(&self) -> String {
        self.said.lock().expect("no thread panics with it").clone()
    }

    /// Waits until what it has said is so.
    pub(super) fn until(&self, what: &str, mut so: impl FnMut(&str) -> bool) {
        until(what, || so(&self.said()));
    }

    /// Waits until all of the clients are in.
    pub(super) fn all_in(&self) {
        self.until("all clients", |said| said.contains(" are in\n"));
    }

    /// When it says that something happened.
    pub(super) fn when(&self, what: &str) -> DateTime<FixedOffset> {
        let mut at = None;
        self.until(what, |said| {
            let mut lines = said.split_inclusive('\n').filter(|line| line.ends_with('\n'));
            at = lines
                .find_map(|line| line.strip_prefix(what))
                .map(|at| DateTime::parse_from_rfc3339(at.trim()).expect("a time"));
            at.is_some()
        });
        at.expect("waited for")
    }

    /// Sends its first process a signal.
    pub(super) fn signal(&self, signal: Signal) {
        rustix::process::kill_process(Pid::from_child(&self.child), signal).expect("it runs");
    }
}

impl Drop for Server {
    #[expect(clippy::print_stderr, reason = "belongs to what the failed test says")]
    fn drop(&mut self) {
        // Fails when all of them have ended, and then there is nothing to do.
        let _ = kill_process_group(Pid::from_child(&self.child), Signal::KILL);
        let _ = self.child.wait();
        if std::thread::panicking() {
            eprintln!("the server said:\n{}", self.said());
        }
    }
}

/// Keeps what a server says until its last process has ended.
fn read(mut from: PipeReader, into: &Mutex<String>) {
    let mut block = [0; 4096];
    while let Ok(length @ 1..) = from.read(&mut block) {
        let text = String::from_utf8_lossy(&block[..length]);
        into.lock().expect("no thread panics with it").push_str(&text);
    }
}

/// The port in the first whole line that names one of 127.0.0.1.
fn port_in(said: &str) -> Option<u16> {
    let lines = said.split_inclusive('\n').filter(|line| line.ends_with('\n'));
    lines.filter_map(|line| line.split_once("127.0.0.1:")).find_map(|(_, rest)| {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().ok()
    })
}
