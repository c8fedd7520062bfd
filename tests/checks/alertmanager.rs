//! `--alertmanager`: what fires is posted, and that it is over. What a real Alertmanager
//! makes of it is in `real::alertmanager`.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::clients::hold;
use super::down::free_port;
use super::harness::{User, herdtop, own_folder, run, say, until};
use super::noise::noisy;
use super::served::Serving;
use super::servers::Server;

/// Never answers.
const SILENT: u16 = 0;

/// A post as it came in.
struct Post {
    head: String,
    alerts: Vec<Value>,
    /// What was answered.
    status: u16,
}

/// Takes posts, and answers each with the status it is told to.
struct Receiver {
    at: SocketAddr,
    status: Arc<AtomicU16>,
    posts: Arc<Mutex<Vec<Post>>>,
}

impl Receiver {
    fn start(status: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let at = listener.local_addr().expect("an address");
        let receiver = Self { at, status: Arc::new(AtomicU16::new(status)), posts: Arc::default() };
        let (status, posts) = (Arc::clone(&receiver.status), Arc::clone(&receiver.posts));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (status, posts) = (Arc::clone(&status), Arc::clone(&posts));
                std::thread::spawn(move || converse(&stream, &status, &posts));
            }
        });
        receiver
    }

    fn url(&self) -> String {
        format!("http://{}", self.at)
    }

    /// The newest that was said of an alert, in a post that was taken.
    fn newest(&self, name: &str, severity: &str) -> Option<Value> {
        let posts = self.posts.lock().expect("no thread panics with it");
        let taken = posts.iter().rev().filter(|post| post.status == 200);
        let mut alerts = taken.flat_map(|post| &post.alerts);
        let is_it = |alert: &&Value| {
            let labels = &alert["labels"];
            labels["alertname"] == name && labels["severity"] == severity
        };
        alerts.find(is_it).cloned()
    }

    /// The same once it is there.
    fn alert(&self, name: &str, severity: &str) -> Value {
        let mut found = None;
        until(name, || {
            found = self.newest(name, severity);
            found.is_some()
        });
        found.expect("waited for")
    }
}

/// Posts on one connection, until it ends.
fn converse(stream: &TcpStream, status: &AtomicU16, posts: &Mutex<Vec<Post>>) {
    let mut reader = BufReader::new(stream);
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if reader.read_line(&mut head).unwrap_or(0) == 0 {
                return;
            }
        }
        let length = head.to_lowercase();
        let length = length.lines().find_map(|line| line.strip_prefix("content-length: "));
        let mut body = vec![0; length.and_then(|n| n.parse().ok()).unwrap_or(0)];
        reader.read_exact(&mut body).expect("all of it");
        let alerts = serde_json::from_slice(&body).expect("a list of alerts");
        let status = status.load(Ordering::SeqCst);
        posts.lock().expect("no thread panics with it").push(Post { head, alerts, status });
        if status == SILENT {
            // Until it goes away.
            let _ = reader.read(&mut [0]);
            return;
        }
        let answer = format!("HTTP/1.1 {status} So\r\nContent-Length: 0\r\n\r\n");
        (&*stream).write_all(answer.as_bytes()).expect("it reads");
    }
}

fn time(alert: &Value, key: &str) -> DateTime<Utc> {
    alert[key].as_str().and_then(|time| time.parse().ok()).unwrap_or_else(|| panic!("{alert}"))
}

#[test]
fn an_alert_is_posted_while_it_fires_and_when_it_is_over() {
    let _noise = noisy();
    let server = Server::at("127.0.0.1");
    let receiver = Receiver::start(200);
    let (url, runbook) = (receiver.url(), "https://runbooks/{rule}");
    let _serving = Serving::start(&server, &["--alertmanager", &url, "--runbook-url", runbook]);
    let held = hold(&server, server.address, 46);
    let alert = receiver.alert("HerdtopCapacity", "critical");
    let labels = &alert["labels"];
    assert_eq!((&labels["rule"], &labels["service"]), (&"capacity".into(), &server.port().into()));
    let system = rustix::system::uname();
    assert_eq!(labels["instance"], *system.nodename().to_string_lossy());
    let said = &alert["annotations"];
    assert!(said["summary"].as_str().is_some_and(|said| said.contains("46 of 50")), "{alert}");
    assert!(said["description"].as_str().is_some_and(|said| !said.is_empty()), "{alert}");
    assert_eq!(said["runbook_url"], "https://runbooks/capacity");
    assert!(alert.get("generatorURL").is_none(), "nobody else reaches loopback: {alert}");
    assert!(time(&alert, "startsAt") <= Utc::now() && time(&alert, "endsAt") > Utc::now());
    drop(held);
    until("its end", || {
        let alert = receiver.newest("HerdtopCapacity", "critical");
        alert.is_some_and(|alert| time(&alert, "endsAt") <= Utc::now())
    });
    let posts = receiver.posts.lock().expect("no thread panics with it");
    assert!(posts.iter().all(|post| post.head.starts_with("POST /api/v2/alerts HTTP/1.1\r\n")));
}

#[test]
#[ignore = "takes most of a minute"]
fn one_that_goes_on_is_posted_again_before_it_lapses() {
    let _noise = noisy();
    let server = Server::at("127.0.0.1");
    let receiver = Receiver::start(200);
    let _serving = Serving::start(&server, &["--alertmanager", &receiver.url()]);
    let _held = hold(&server, server.address, 46);
    let first = receiver.alert("HerdtopCapacity", "critical");
    until("the next post", || {
        let newest = receiver.newest("HerdtopCapacity", "critical");
        newest.is_some_and(|newest| time(&newest, "endsAt") > time(&first, "endsAt"))
    });
    assert!(time(&first, "endsAt") > Utc::now(), "it would have lapsed meanwhile: {first}");
    let newest = receiver.alert("HerdtopCapacity", "critical");
    assert_eq!(newest["startsAt"], first["startsAt"], "the same alert");
}

#[test]
fn one_that_fails_is_named_once_and_told_when_it_is_back() {
    let _noise = noisy();
    let server = Server::at("127.0.0.1");
    let receiver = Receiver::start(503);
    let url = receiver.url();
    let mut serving = Serving::start(&server, &["--alertmanager", &url]);
    let _held = hold(&server, server.address, 46);
    let said = serving.complaint();
    assert!(said.starts_with(&format!("herdtop: --alertmanager '{url}/' at ")), "{said}");
    assert!(said.contains("HTTP 503"), "{said}");
    until("a note", || serving.get("/status.json", "").1.contains("HTTP 503"));
    receiver.status.store(200, Ordering::SeqCst);
    receiver.alert("HerdtopCapacity", "critical");
    until("no note any more", || !serving.get("/status.json", "").1.contains("HTTP 503"));
}

#[test]
fn one_that_never_answers_holds_nothing_up() {
    let _noise = noisy();
    let server = Server::at("127.0.0.1");
    let receiver = Receiver::start(SILENT);
    let mut serving = Serving::start(&server, &["--alertmanager", &receiver.url()]);
    let _held = hold(&server, server.address, 46);
    until("a post", || !receiver.posts.lock().expect("no thread panics with it").is_empty());
    let _more = hold(&server, server.address, 3);
    let port = server.port();
    serving.metrics_with(&format!("herdtop_connections_open{{service=\"{port}\"}} 49.0"));
    serving.end();
}

#[test]
fn who_posts_says_who_it_is_and_nobody_else_reads_it() {
    let _noise = noisy();
    let server = Server::at("127.0.0.1");
    let folder = own_folder();
    let token = folder.path().join("token");
    std::fs::write(&token, "a-long-secret\nand a comment\n").expect("a file");
    let token = token.to_str().expect("a path");
    for (user, more, wanted) in [
        ("me:hushhush@", vec![], "authorization: Basic bWU6aHVzaGh1c2g=\r\n"),
        ("", vec!["--alertmanager-token", token], "authorization: Bearer a-long-secret\r\n"),
    ] {
        let receiver = Receiver::start(401);
        let url = format!("http://{user}{}/am/", receiver.at);
        let mut serving = Serving::start(&server, &[&["--alertmanager", &url][..], &more].concat());
        let _held = hold(&server, server.address, 46);
        let said = serving.complaint();
        assert!(said.contains("HTTP 401") && !said.contains("hush"), "{said}");
        let posts = receiver.posts.lock().expect("no thread panics with it");
        let head = &posts[0].head;
        assert!(head.contains(wanted), "{head}");
        assert!(head.starts_with("POST /am/api/v2/alerts "), "{head}");
    }
}

#[test]
fn a_check_posts_what_it_finds_and_does_not_say_that_it_is_over() {
    let receiver = Receiver::start(200);
    let port = free_port().to_string();
    let args = ["check", "--for", "2s", "-p", &port, "--alertmanager", &receiver.url()];
    let said = run(&mut herdtop(User::Own, &args));
    assert_eq!((said.code, said.stderr.as_str()), (Some(2), ""), "{said:?}");
    let alert = receiver.newest("HerdtopDown", "critical").expect("posted by its end");
    assert!(time(&alert, "endsAt") > Utc::now(), "{alert}");
    assert_eq!(alert["labels"]["service"], *port, "{alert}");
}

#[test]
fn what_cannot_be_posted_to_is_one_line_without_a_secret() {
    let folder = own_folder();
    let empty = folder.path().join("empty");
    std::fs::write(&empty, "").expect("a file");
    let empty = empty.to_str().expect("a path");
    for (args, about) in [
        (vec!["--alertmanager", "nowhere"], "--alertmanager 'nowhere'"),
        (vec!["--alertmanager", "ws://a/"], "over http or https"),
        (vec!["--alertmanager", "http://me:hushhush@a:99999/"], "--alertmanager"),
        (vec!["--alertmanager", "http://a/", "--alertmanager-token", empty], "first line"),
        (vec!["--alertmanager-token", empty], "needs --alertmanager"),
        (vec!["--alertmanager", "http://a/", "--alertmanager-token", "/dev/zero"], "/dev/zero"),
    ] {
        let said = say(&[&["serve", "--listen", "127.0.0.1:0"][..], &args].concat());
        assert_eq!(said.code, Some(2), "{args:?}: {said:?}");
        assert_eq!(said.stderr.lines().count(), 1, "{args:?}: {}", said.stderr);
        assert!(said.stderr.contains(about), "{args:?}: {}", said.stderr);
        assert!(!said.stderr.contains("hush"), "{args:?}: {}", said.stderr);
    }
}
