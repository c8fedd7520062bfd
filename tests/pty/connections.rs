//! From a listener down to single connections and up again, with every key there.

use std::io::Write;
use std::net::{TcpListener, TcpStream};

use super::harness::Terminal;

/// An address and ports that no other test listens at, and that no client is given by the
/// kernel: one with the port of the listener made four connections of three.
fn own_listener() -> TcpListener {
    let mut ports = 21_000..22_000;
    let bound = ports.find_map(|port| TcpListener::bind(("127.0.15.6", port)).ok());
    bound.expect("a port below those that clients get")
}

/// A listener whose second connection keeps a megabyte for a client that reads none.
struct Served {
    port: u16,
    _listener: TcpListener,
    held: Vec<(TcpStream, TcpStream)>,
}

impl Served {
    fn with(connections: usize) -> Self {
        let listener = own_listener();
        let at = listener.local_addr().expect("its address");
        let one = |_| {
            let client = TcpStream::connect(at).expect("a connection");
            (client, listener.accept().expect("its other end").0)
        };
        let mut held: Vec<_> = (0..connections).map(one).collect();
        held[0].0.write_all(&[1; 700]).expect("sent");
        held[1].1.set_nonblocking(true).expect("it can be");
        while held[1].1.write(&[2; 8192]).is_ok() {}
        Self { port: at.port(), _listener: listener, held }
    }

    /// The far end of a connection, as a row has it.
    fn peer(&self, at: usize) -> String {
        self.held[at].0.local_addr().expect("its end").to_string()
    }

    fn looked_at(&self) -> Terminal {
        let terminal = Terminal::start(120, 36, &["-p", &self.port.to_string(), "-c", "100"]);
        terminal.shows(&format!("{} of 100", self.held.len()));
        terminal
    }
}

/// The row of this peer, once there is one as described.
fn row(terminal: &Terminal, peer: &str, so: impl Fn(&[&str]) -> bool) {
    terminal.wait_for(&format!("a row of {peer}"), |screen| {
        let text = screen.contents();
        let line = text.lines().find(|line| line.trim_start_matches('▶').trim().starts_with(peer));
        line.is_some_and(|line| so(&line.split_whitespace().collect::<Vec<_>>()))
    });
}

#[test]
fn rows_have_the_bytes_the_queue_and_the_process_of_their_connection() {
    let served = Served::with(9);
    let terminal = served.looked_at();
    terminal.types("d");
    terminal.shows("CONNECTIONS 9  by send q ↓");
    let pid = std::process::id().to_string();
    row(&terminal, &served.peer(0), |cells| {
        cells.contains(&pid.as_str()) && cells.contains(&"700") && cells.contains(&"ESTABLISHED")
    });
    // The one that waits is the first, and has mebibytes or kibibytes of it.
    let first = format!("▶{}", served.peer(1));
    terminal.wait_for("the largest first", |screen| {
        let text = screen.contents();
        text.lines().any(|line| line.starts_with(&first) && line.contains("iB"))
    });
}

#[test]
fn every_key_of_the_page_does_what_the_footer_says() {
    let served = Served::with(9);
    let terminal = served.looked_at();
    terminal.types("\r");
    terminal.shows("CLIENTS  by network, open");
    terminal.types("\r");
    terminal.shows("▸ connections");
    terminal.types("s");
    terminal.shows("by retrans ↓");
    terminal.types("S");
    terminal.shows("by retrans ↑");
    terminal.types("/");
    terminal.shows("words, sendq:>64k");
    terminal.types("sendq:>64k");
    terminal.shows("CONNECTIONS 1 of 9  /sendq:>64k");
    terminal.types("\r");
    terminal.types("/ /(/");
    terminal.shows("'/(/': unclosed group");
    terminal.types("\x1b");
    terminal.hides("unclosed");
    terminal.types("y");
    let command = format!("ss -tinmoe dst {}", served.peer(1));
    let wanted = format!("\x1b]52;c;{}", data_encoding::BASE64.encode(command.as_bytes()));
    terminal.wait_for("the command in an OSC 52", |_| {
        terminal.raw().windows(wanted.len()).any(|bytes| bytes == wanted.as_bytes())
    });
    terminal.types("\x1b");
    terminal.shows("CONNECTIONS 9  by");
    for (key, first) in [("G", 1), ("g", 0), ("j", 1), ("k", 0)] {
        terminal.types(key);
        // With the order turned round the one that waits is the last.
        terminal.wait_for("another row is selected", |screen| {
            let text = screen.contents();
            let is_row = |line: &&str| line.trim_start_matches(['▶', ' ']).starts_with("127.");
            let at = text.lines().filter(is_row).position(|line| line.starts_with('▶'));
            at.is_some_and(|at| (at > 0) == (first > 0))
        });
    }
    terminal.types(" ");
    terminal.shows("PAUSED");
    terminal.shows("  read ");
    terminal.types(" ");
    terminal.shows(", every ");
    terminal.types("r");
    terminal.shows("CONNECTIONS 9  by");
    terminal.types("\x1b");
    terminal.shows("CLIENTS  by network, open");
}

#[test]
fn enter_leads_from_a_client_network_to_its_addresses_and_their_connections() {
    let served = Served::with(9);
    let mut terminal = served.looked_at();
    terminal.types("\r");
    terminal.shows("CLIENTS  by network, open");
    terminal.types("/");
    terminal.types("!127");
    terminal.shows("no network matches the filter");
    terminal.types("\x1b");
    terminal.shows("127.0.0.0/24");
    terminal.types("j");
    terminal.shows("addresses");
    terminal.types("\r");
    terminal.shows("ADDRESSES 1  9 open");
    terminal.shows("▶127.0.0.1 ");
    terminal.types("\r");
    terminal.shows("127.0.0.0/24 ▸ 127.0.0.1");
    terminal.shows("CONNECTIONS 9  by");
    terminal.types("\x1b");
    terminal.shows("ADDRESSES 1");
    terminal.types("\x1b");
    terminal.shows("CLIENTS  by network, open");
    terminal.types("q");
    assert_eq!(terminal.exit_code(), Some(0));
}

/// How often the thread that reads them was put to sleep, and so had woken.
fn sleeps(terminal: &Terminal) -> u64 {
    let tasks = format!("/proc/{}/task", terminal.child.id());
    let mut tasks = std::fs::read_dir(tasks).expect("its threads").flatten();
    let is_it = |task: &std::fs::DirEntry| {
        let name = std::fs::read_to_string(task.path().join("comm")).unwrap_or_default();
        name.trim_end() == "herdtop-single"
    };
    let task = tasks.find(is_it).expect("the thread that reads them");
    let status = std::fs::read_to_string(task.path().join("status")).expect("its account");
    let count = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
    count.and_then(|count| count.trim().parse().ok()).expect("a number")
}

/// Whether three frames in a row go by without its being woken. The answers to the last
/// look may be under way when it ends, on a busy machine for more than a frame; one that
/// is still asked is woken with every frame.
fn is_left_alone(terminal: &Terminal) -> bool {
    (0..5).any(|_| {
        let (frames, before) = (terminal.frames(), sleeps(terminal));
        terminal.draws(frames + 3);
        sleeps(terminal) == before
    })
}

#[test]
fn while_nobody_looks_the_thread_that_reads_them_is_not_even_woken() {
    let served = Served::with(3);
    let terminal = served.looked_at();
    let frames = terminal.frames();
    let before = sleeps(&terminal);
    terminal.draws(frames + 3);
    assert_eq!(sleeps(&terminal), before, "three seconds without a look");
    terminal.types("d");
    terminal.shows("CONNECTIONS 3  by");
    assert!(sleeps(&terminal) > before);
    terminal.types("\x1b");
    terminal.shows("CLIENTS  by network, open");
    assert!(is_left_alone(&terminal), "the details ask for none");
}

#[test]
fn a_recording_has_none_and_says_so() {
    let served = Served::with(3);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("run.herdtop");
    let file = path.to_str().expect("a path");
    let port = served.port.to_string();
    let mut live = Terminal::start(120, 36, &["-p", &port, "-c", "100", "--record", file]);
    live.shows("3 of 100");
    live.types("d");
    live.shows("CONNECTIONS 3  by");
    live.types("q");
    assert_eq!(live.exit_code(), Some(0));
    let replay = Terminal::start(120, 36, &["replay", file]);
    replay.shows("3 of 100");
    replay.types("d");
    replay.shows("not recorded: single connections are read only while live");
}
