//! A pseudo-terminal with the program on it, and a screen to look at.

use std::fs::File;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::num::NonZeroU16;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::OwnedFd;
use rustix::process::{Pid, Signal, kill_process};
use rustix::termios::{Termios, Winsize, tcgetattr, tcsetwinsize};

/// No condition takes longer than this to come true, or it has failed.
const BOUND: Duration = Duration::from_secs(15);

/// The program on its terminal. Dropping it kills it.
pub(crate) struct Terminal {
    pub(crate) child: Child,
    master: Option<Arc<File>>,
    slave: OwnedFd,
    seen: Arc<Mutex<Seen>>,
    news: Receiver<()>,
    stop: Arc<AtomicBool>,
    /// Whether nobody reads what is written.
    deaf: Arc<AtomicBool>,
    /// The terminal's modes before the program came.
    pub(crate) before: Termios,
    home: tempfile::TempDir,
}

/// Where its input and output are, if not on the terminal.
#[derive(Default)]
pub(crate) struct Ends {
    pub(crate) input: Option<std::path::PathBuf>,
    pub(crate) output: Option<Stdio>,
}

struct Seen {
    parser: vt100::Parser,
    raw: Vec<u8>,
}

impl Terminal {
    /// Starts the program on a terminal of this size.
    pub(crate) fn start(columns: u16, rows: u16, arguments: &[&str]) -> Self {
        Self::start_with(columns, rows, arguments, &[])
    }

    /// The same with more variables.
    pub(crate) fn start_with(
        columns: u16,
        rows: u16,
        arguments: &[&str],
        variables: &[(&str, &str)],
    ) -> Self {
        Self::start_on(columns, rows, arguments, variables, Ends::default())
    }

    /// The same with its input or output elsewhere.
    pub(crate) fn start_on(
        columns: u16,
        rows: u16,
        arguments: &[&str],
        variables: &[(&str, &str)],
        ends: Ends,
    ) -> Self {
        Self::run(env!("CARGO_BIN_EXE_herdtop"), (columns, rows), arguments, variables, ends)
    }

    /// Another program on such a terminal.
    pub(crate) fn run(
        binary: &str,
        (columns, rows): (u16, u16),
        arguments: &[&str],
        variables: &[(&str, &str)],
        ends: Ends,
    ) -> Self {
        let size = Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
        let pty = rustix_openpty::openpty(None, Some(&size)).expect("a pseudo-terminal");
        let before = tcgetattr(&pty.user).expect("its modes");
        let home = tempfile::tempdir().expect("a home");
        let end = || Stdio::from(pty.user.try_clone().expect("a descriptor"));
        // Without code between fork and exec nobody but `setsid` can make it the
        // controlling terminal, which Ctrl-C and a hang-up need.
        let mut command = Command::new("setsid");
        if ends.input.is_none() {
            command.args(["--ctty", binary]);
        } else {
            // setsid takes the terminal of its own input: a shell changes it then.
            command.args(["--ctty", "sh", "-c", r#"exec "$0" "$@" < "$INPUT""#, binary]);
        }
        let variables = variables.iter().copied();
        let input = ends.input.iter().map(|path| ("INPUT", path.as_os_str()));
        let child = command
            .args(arguments)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .envs([("TERM", "xterm-256color"), ("COLORTERM", "truecolor")])
            .envs([("LANG", "C.UTF-8"), ("TZ", "UTC")])
            .current_dir(home.path())
            .env("HOME", home.path())
            .env("XDG_CONFIG_HOME", home.path())
            .envs(variables)
            .envs(input)
            .stdin(end())
            .stdout(ends.output.unwrap_or_else(end))
            .stderr(end())
            .spawn()
            .expect("setsid of util-linux");
        let master = Arc::new(File::from(pty.controller));
        let seen =
            Seen { parser: vt100::Parser::new(cells(rows), cells(columns), 0), raw: Vec::new() };
        let (seen, stop) = (Arc::new(Mutex::new(seen)), Arc::new(AtomicBool::new(false)));
        let deaf = Arc::new(AtomicBool::new(false));
        let ears = Ears { stop: Arc::clone(&stop), deaf: Arc::clone(&deaf) };
        let news = read_on(Arc::clone(&master), Arc::clone(&seen), ears);
        Self { child, master: Some(master), slave: pty.user, seen, news, stop, deaf, before, home }
    }

    /// Runs the program once more on this terminal, to its end.
    pub(crate) fn runs_here(&self, arguments: &[&str]) -> std::process::ExitStatus {
        let end = || Stdio::from(self.slave.try_clone().expect("a descriptor"));
        let mut again = Command::new("setsid");
        again.args(["--ctty", "--wait", env!("CARGO_BIN_EXE_herdtop")]).args(arguments);
        again.env("TERM", "xterm-256color").stdin(end()).stdout(end()).stderr(end());
        again.status().expect("setsid of util-linux")
    }

    /// Waits until the screen is as described.
    pub(crate) fn wait_for(&self, what: &str, condition: impl Fn(&vt100::Screen) -> bool) {
        let deadline = Instant::now() + BOUND;
        loop {
            let screen = self.screen();
            if condition(&screen) {
                return;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "not within {BOUND:?}: {what}\n{}", screen.contents());
            let _ = self.news.recv_timeout(left.min(Duration::from_millis(200)));
        }
    }

    /// Waits until this text is on the screen.
    pub(crate) fn shows(&self, text: &str) {
        self.wait_for(&format!("'{text}' is shown"), |screen| screen.contents().contains(text));
    }

    /// Waits until this text is not on the screen.
    pub(crate) fn hides(&self, text: &str) {
        self.wait_for(&format!("'{text}' is gone"), |screen| !screen.contents().contains(text));
    }

    /// The screen now.
    pub(crate) fn screen(&self) -> vt100::Screen {
        self.seen.lock().expect("the reader lives").parser.screen().clone()
    }

    /// Everything the program has written so far.
    pub(crate) fn raw(&self) -> Vec<u8> {
        self.seen.lock().expect("the reader lives").raw.clone()
    }

    /// How many whole frames were drawn; a synchronized update ends each.
    pub(crate) fn frames(&self) -> usize {
        frames_in(&self.raw()).len()
    }

    /// Waits until so many frames are there, and nothing of the next one.
    pub(crate) fn draws(&self, frames: usize) {
        self.wait_for(&format!("{frames} frames"), |_| {
            let raw = self.raw();
            raw.ends_with(FRAME_ENDS) && frames_in(&raw).len() >= frames
        });
    }

    /// Types.
    pub(crate) fn types(&self, keys: &str) {
        let mut master = self.master.as_deref().expect("the terminal is there");
        master.write_all(keys.as_bytes()).expect("it takes keys");
    }

    /// At 120x36 over a service that admits a hundred, once it is seen.
    pub(crate) fn watching(service: &Service) -> Self {
        let terminal = Self::start(120, 36, &["-p", &service.argument(), "-c", "100"]);
        terminal.shows(" of 100");
        terminal
    }

    /// Over two services, the first with more connections and in focus.
    pub(crate) fn watching_two() -> (Service, Service, Self) {
        let (many, few) = (Service::with(9), Service::with(4));
        let both = format!("{},{}", many.port, few.port);
        let capacity = format!("{}=100,{}=50", many.port, few.port);
        let terminal = Self::start(120, 36, &["-p", &both, "-c", &capacity]);
        terminal.shows("9 of 100");
        // Judged: until then the footer and the rows may still change places.
        terminal.shows(" OK ");
        (many, few, terminal)
    }

    /// Waits until the program is stopped (`T` in `proc(5)`).
    pub(crate) fn is_stopped(&self) {
        let stat = format!("/proc/{}/stat", self.child.id());
        self.wait_for("stopped", |_| {
            let stat = std::fs::read_to_string(&stat).unwrap_or_default();
            stat.rsplit_once(") ").is_some_and(|(_, fields)| fields.starts_with('T'))
        });
    }

    /// Stops reading what the program writes, or goes on.
    pub(crate) fn reads(&self, on: bool) {
        self.deaf.store(!on, Ordering::SeqCst);
    }

    /// Waits until the program has read all that was typed.
    pub(crate) fn has_read_all(&self) {
        self.wait_for("all keys are read", |_| {
            rustix::io::ioctl_fionread(&self.slave).is_ok_and(|left| left == 0)
        });
    }

    /// Waits until the program has taken this signal into its own hands.
    pub(crate) fn listens_to(&self, signal: Signal) {
        let status = format!("/proc/{}/status", self.child.id());
        let bit = 1_u64 << (signal.as_raw() - 1);
        self.wait_for("it listens to the signal", |_| {
            let status = std::fs::read_to_string(&status).unwrap_or_default();
            let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
            caught
                .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
                .is_some_and(|mask| mask & bit != 0)
        });
    }

    /// Changes the size; the kernel tells the program.
    pub(crate) fn resize(&self, columns: u16, rows: u16) {
        let mut seen = self.seen.lock().expect("the reader lives");
        seen.parser.screen_mut().set_size(cells(rows), cells(columns));
        drop(seen);
        let size = Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
        let master = self.master.as_deref().expect("the terminal is there");
        tcsetwinsize(master, size).expect("a new size");
    }

    /// Sends a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).expect("it runs");
    }

    /// What is in the only file in its folder that ends so.
    pub(crate) fn file_ending(&self, end: &str) -> String {
        std::fs::read_to_string(self.path_ending(end)).expect("text")
    }

    /// Whether there is a file in its folder that ends so.
    pub(crate) fn has_file_ending(&self, end: &str) -> bool {
        let mut all = std::fs::read_dir(self.home.path()).expect("its folder").flatten();
        all.any(|entry| entry.path().to_string_lossy().ends_with(end))
    }

    /// The only file in its folder that ends so.
    pub(crate) fn path_ending(&self, end: &str) -> std::path::PathBuf {
        let all = std::fs::read_dir(self.home.path()).expect("its folder").flatten();
        let path = |entry: std::fs::DirEntry| entry.path();
        let found: Vec<_> = all.map(path).filter(|p| p.to_string_lossy().ends_with(end)).collect();
        assert_eq!(found.len(), 1, "{found:?}");
        found[0].clone()
    }

    /// Takes the terminal away, as a lost connection does.
    pub(crate) fn hang_up(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        // The reader gives its half back once it has seen the flag.
        while self.master.as_ref().is_some_and(|master| Arc::strong_count(master) > 1) {
            std::thread::yield_now();
        }
        self.master = None;
    }

    /// Waits for the end of the program; its exit code.
    pub(crate) fn exit_code(&mut self) -> Option<i32> {
        let deadline = Instant::now() + BOUND;
        loop {
            if let Some(status) = self.child.try_wait().expect("our child") {
                self.read_up();
                return status.code();
            }
            assert!(Instant::now() < deadline, "it does not end\n{}", self.screen().contents());
            let _ = self.news.recv_timeout(Duration::from_millis(50));
        }
    }

    /// Waits until all that was written is read: the end may be on its way when the
    /// program has ended.
    fn read_up(&self) {
        let Some(master) = &self.master else { return };
        let deadline = Instant::now() + BOUND;
        while !self.deaf.load(Ordering::SeqCst) && Instant::now() < deadline {
            // What was taken from the terminal is kept under the same lock.
            let seen = self.seen.lock().expect("nobody panics with it");
            if rustix::io::ioctl_fionread(master).is_ok_and(|left| left == 0) {
                return;
            }
            drop(seen);
            let _ = self.news.recv_timeout(Duration::from_millis(20));
        }
    }

    /// The terminal's modes now.
    pub(crate) fn modes(&self) -> Termios {
        tcgetattr(&self.slave).expect("its modes")
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What ends a frame (DEC private mode 2026, reset).
const FRAME_ENDS: &[u8] = b"\x1b[?2026l";

/// The bytes of each whole frame, with what was sent before it.
pub(crate) fn frames_in(raw: &[u8]) -> Vec<&[u8]> {
    let length = FRAME_ENDS.len();
    let ends = raw.windows(length).enumerate().filter(|(_, bytes)| *bytes == FRAME_ENDS);
    let mut from = 0;
    ends.map(|(at, _)| &raw[std::mem::replace(&mut from, at + length)..at + length]).collect()
}

fn cells(n: u16) -> NonZeroU16 {
    NonZeroU16::new(n).expect("a terminal has a size")
}

/// What the reader is told.
struct Ears {
    stop: Arc<AtomicBool>,
    deaf: Arc<AtomicBool>,
}

/// Reads on until told to stop, so that the program never waits for us.
fn read_on(master: Arc<File>, seen: Arc<Mutex<Seen>>, ears: Ears) -> Receiver<()> {
    let (tell, news) = channel();
    std::thread::spawn(move || {
        let mut buffer = vec![0; 1 << 16];
        let tick = Timespec { tv_sec: 0, tv_nsec: 20_000_000 };
        while !ears.stop.load(Ordering::SeqCst) {
            if ears.deaf.load(Ordering::SeqCst) {
                std::thread::sleep(Duration::from_millis(10));
                continue;
            }
            let mut fds = [PollFd::new(&master, PollFlags::IN)];
            if !poll(&mut fds, Some(&tick)).is_ok_and(|ready| ready > 0) {
                continue;
            }
            let mut seen = seen.lock().expect("nobody panics with it");
            match (&*master).read(&mut buffer) {
                Ok(0) | Err(_) => break,
                Ok(n) => {
                    seen.parser.process(&buffer[..n]);
                    seen.raw.extend_from_slice(&buffer[..n]);
                }
            }
            drop(seen);
            let _ = tell.send(());
        }
    });
    news
}

/// A listener with this many connections held open.
pub(crate) struct Service {
    pub(crate) port: u16,
    listener: TcpListener,
    held: Vec<(TcpStream, TcpStream)>,
}

impl Service {
    pub(crate) fn with(connections: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port on loopback");
        let port = listener.local_addr().expect("its address").port();
        let mut service = Self { port, listener, held: Vec::new() };
        service.open(connections);
        service
    }

    /// Opens more.
    pub(crate) fn open(&mut self, more: usize) {
        for _ in 0..more {
            let client = TcpStream::connect(("127.0.0.1", self.port)).expect("a connection");
            let (server, _) = self.listener.accept().expect("its other end");
            self.held.push((client, server));
        }
    }

    /// The port as an argument.
    pub(crate) fn argument(&self) -> String {
        self.port.to_string()
    }
}

/// Seconds since midnight on the clock at the right of the first line, before its zone.
pub(crate) fn clock(screen: &vt100::Screen) -> Option<u32> {
    screen.contents().lines().next()?.split_whitespace().rev().find_map(seconds)
}

fn seconds(time: &str) -> Option<u32> {
    let mut parts = time.split(':').map(|part| part.parse::<u32>().ok());
    Some(parts.next()?? * 3600 + parts.next()?? * 60 + parts.next()??)
}
