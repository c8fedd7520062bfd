//! `herdtop serve`: what Prometheus, a browser and whoever else asks gets.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::Duration;

use data_encoding::BASE64;

use super::clients::hold;
use super::harness::{User, herdtop, own_folder, say, until};
use super::schema;
use super::servers::Server;

/// One that serves; ended when dropped.
pub(crate) struct Serving {
    child: Child,
    pub(crate) at: SocketAddr,
    complaints: BufReader<ChildStderr>,
}

impl Serving {
    /// Of this server, of which it is told that it admits 50.
    pub(crate) fn start(server: &Server, more: &[&str]) -> Self {
        let port = server.port();
        let args = ["serve", "-p", &port, "-c", "50", "--listen", "127.0.0.1:0"];
        let mut command: Command = herdtop(User::Own, &[&args[..], more].concat());
        let mut child = command.stdout(Stdio::null()).spawn().expect("start herdtop");
        let mut line = String::new();
        let mut complaints = BufReader::new(child.stderr.take().expect("its complaints"));
        complaints.read_line(&mut line).expect("where it listens");
        let at = line
            .trim_end()
            .strip_prefix("herdtop: metrics on http://")
            .unwrap_or_else(|| panic!("{line}"));
        let at = at.trim_end_matches("/metrics").parse().expect("an address");
        Self { child, at, complaints }
    }

    /// What it says next on standard error.
    pub(super) fn complaint(&mut self) -> String {
        let mut line = String::new();
        self.complaints.read_line(&mut line).expect("it says something");
        line
    }

    /// Asks it to end, and waits for that.
    pub(super) fn end(&mut self) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("it runs");
        until("its end", || self.child.try_wait().expect("a child").is_some());
    }

    /// The status line with the headers, and the body.
    fn ask(&self, request: &str) -> (String, String) {
        let mut stream = TcpStream::connect(self.at).expect("it listens");
        stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a timeout");
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
        (head.to_owned(), body.to_owned())
    }

    pub(super) fn get(&self, path: &str, headers: &str) -> (String, String) {
        self.ask(&format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n"))
    }

    /// The page once it has this line.
    pub(crate) fn metrics_with(&self, line: &str) -> String {
        let mut page = String::new();
        until(line, || {
            page = self.get("/metrics", "").1;
            page.lines().any(|one| one == line)
        });
        page
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn prometheus_reads_what_is_open_and_what_fits() {
    let server = Server::at("127.0.0.1");
    let held = hold(&server, server.address, 20);
    let serving = Serving::start(&server, &[]);
    let port = server.port();
    let of = |name: &str, value: &str| format!("{name}{{service=\"{port}\"}} {value}");
    let page = serving.metrics_with(&of("herdtop_connections_open", "20.0"));
    for line in [
        of("herdtop_accept_queue", "0.0"),
        format!("herdtop_limit_max{{service=\"{port}\",limit=\"capacity\"}} 50.0"),
        format!("herdtop_limit_room{{service=\"{port}\",limit=\"capacity\"}} 30.0"),
        "# TYPE herdtop_connections_opened_total counter".to_owned(),
    ] {
        assert!(page.lines().any(|one| one == line), "no {line} in {page}");
    }
    let more = hold(&server, server.address, 28);
    let page = serving.metrics_with(&of("herdtop_connections_opened_total", "28"));
    assert!(page.contains(&of("herdtop_connection_attempts_total", "28")), "{page}");
    // 48 of 50.
    let rule =
        format!("herdtop_alert{{service=\"{port}\",rule=\"capacity\",severity=\"critical\"}} 1.0");
    serving.metrics_with(&rule);
    drop((held, more));
}

#[test]
fn the_format_is_the_one_asked_for_and_openmetrics_has_an_end() {
    let server = Server::at("127.0.0.1");
    let serving = Serving::start(&server, &[]);
    serving.metrics_with(&format!("herdtop_connections_open{{service=\"{}\"}} 0.0", server.port()));
    let (head, page) = serving.get("/metrics", "");
    assert!(head.contains("text/plain; version=0.0.4") && !page.contains("# EOF"), "{head}");
    let accept = "Accept: application/openmetrics-text;version=1.0.0;q=0.8,text/plain;q=0.2\r\n";
    let (head, page) = serving.get("/metrics", accept);
    assert!(head.contains("application/openmetrics-text; version=1.0.0"), "{head}");
    assert!(page.ends_with("# EOF\n") && !page.contains("_created"), "{page}");
    assert_eq!(serving.get("/healthz", "").1, "ok\n");
    let status = schema::document(&serving.get("/status.json", "").1);
    let system = rustix::system::uname();
    assert_ne!(status["host"]["name"], *system.nodename().to_string_lossy(), "everybody reads it");
}

#[test]
fn what_is_no_question_of_a_scraper_is_refused() {
    let server = Server::at("127.0.0.1");
    let serving = Serving::start(&server, &[]);
    let status =
        |request: &str| serving.ask(request).0.lines().next().unwrap_or_default().to_owned();
    let rebound = "GET /metrics HTTP/1.1\r\nHost: evil.example\r\n\r\n";
    assert!(status(rebound).contains("421"), "{}", status(rebound));
    assert!(status("POST /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n").contains("405"));
    assert!(status("GET /other HTTP/1.1\r\nHost: localhost\r\n\r\n").contains("404"));
    assert!(status("nonsense\r\n\r\n").contains("400"));
}

#[test]
fn who_says_nothing_keeps_nobody_waiting() {
    let server = Server::at("127.0.0.1");
    let serving = Serving::start(&server, &[]);
    serving.metrics_with(&format!("herdtop_connections_open{{service=\"{}\"}} 0.0", server.port()));
    let silent: Vec<_> =
        (0..200).map(|_| TcpStream::connect(serving.at).expect("connect")).collect();
    let held = hold(&server, server.address, 7);
    // Those that say nothing are sent off within 5 s; the lanes have counted on.
    let line = format!("herdtop_connections_open{{service=\"{}\"}} 7.0", server.port());
    until("an answer", || {
        let Ok(mut stream) = TcpStream::connect(serving.at) else { return false };
        let asked = stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
        let mut page = String::new();
        asked.is_ok()
            && stream.read_to_string(&mut page).is_ok()
            && page.lines().any(|one| one == line)
    });
    drop((silent, held));
}

#[test]
fn with_a_token_or_users_only_they_may_read() {
    let server = Server::at("127.0.0.1");
    let folder = own_folder();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path.to_str().expect("a path").to_owned()
    };
    let token = file("token", "0123456789abcdef\n");
    // Of a password nobody sends.
    let hash = "$2b$04$MDEyMzQ1Njc4OWFiY2RlZeHHYl3VuL9pFDrMwoRvQ.Chl3PMxq5oW";
    let users = file("users", &format!("ann:{hash}\n"));
    let serving = Serving::start(&server, &["--listen-token", &token, "--listen-users", &users]);
    let code = |headers: &str| {
        let head = serving.get("/metrics", headers).0;
        head.split(' ').nth(1).expect("a status").to_owned()
    };
    until("the first figures", || code("Authorization: Bearer 0123456789abcdef\r\n") == "200");
    let basic = |sent: &str| format!("Authorization: Basic {}\r\n", BASE64.encode(sent.as_bytes()));
    assert_eq!(code(""), "401");
    assert_eq!(code("Authorization: Bearer 0123456789abcdeX\r\n"), "401");
    assert_eq!(code(&basic("ann:wrong")), "401");
    assert_eq!(serving.get("/healthz", "").1, "ok\n", "a health check has no password");
}

#[test]
fn what_cannot_be_served_is_one_line() {
    let folder = own_folder();
    let empty = folder.path().join("empty");
    std::fs::write(&empty, "").expect("a file");
    let empty = empty.to_str().expect("a path");
    let taken = Server::at("127.0.0.1");
    let taken = taken.address.to_string();
    for (args, about) in [
        (vec!["--listen", "nowhere"], "'nowhere'"),
        (vec!["--listen", &taken], taken.as_str()),
        (vec!["--listen-token", "/dev/zero"], "/dev/zero"),
        (vec!["--listen-token", empty], "--listen-token"),
        (vec!["--listen-users", empty], "htpasswd -nB"),
        (vec!["--listen-cert", empty], "--listen-key"),
        (vec!["--listen-cert", empty, "--listen-key", empty], "--listen-cert"),
    ] {
        let said = say(&[&["serve"][..], &args].concat());
        assert_eq!(said.code, Some(2), "{args:?}: {said:?}");
        assert_eq!(said.stderr.lines().count(), 1, "{args:?}: {}", said.stderr);
        assert!(said.stderr.contains(about), "{args:?}: {}", said.stderr);
    }
}

#[test]
fn the_textfile_is_whole_whenever_it_is_read_and_gone_with_the_program() {
    let server = Server::at("127.0.0.1");
    let _held = hold(&server, server.address, 3);
    let folder = own_folder();
    let path = folder.path().join("herdtop.prom");
    let folder = folder.path().to_str().expect("a path");
    let port = server.port();
    let args = ["stream", "-p", &port, "-i", "100ms", "--textfile", folder];
    let mut child = herdtop(User::Own, &args).spawn().expect("start herdtop");
    let line = format!("herdtop_connections_open{{service=\"{port}\"}} 3.0");
    until(&line, || std::fs::read_to_string(&path).is_ok_and(|page| page.contains(&line)));
    for _ in 0..200 {
        let page = std::fs::read_to_string(&path).expect("always there");
        assert!(page.ends_with('\n') && page.contains("herdtop_events_lost_total"), "{page}");
    }
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("it runs");
    child.wait().expect("it ends");
    assert!(!path.exists(), "figures that nobody renews");
    let said = say(&["stream", "-p", &port, "--textfile", "/nonexistent"]);
    assert_eq!((said.code, said.stderr.lines().count()), (Some(2), 1), "{said:?}");
    assert!(said.stderr.contains("'/nonexistent'"), "{}", said.stderr);
}
