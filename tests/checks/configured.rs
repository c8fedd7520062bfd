//! Limits that a server was told to keep to, found in its command line and its files.
//!
//! The servers are scripts that hold what they accept, under the names of those they
//! stand for: what is read is what the kernel tells of a process.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::harness::{Running, User, herdtop};
use super::noise::noisy;
use super::script::Script;

const HOLDS: &str = "
import socket, sys, threading
s = socket.socket()
s.bind(('127.0.0.1', 0))
s.listen(16)
held = []
def serve():
    while True:
        held.append(s.accept())
threading.Thread(target=serve, daemon=True).start()
print(s.getsockname()[1], flush=True)
sys.stdin.read()
";

/// A script that listens under the name of another.
struct Pretender(Script);

impl Pretender {
    fn start(folder: &Path, name: &str, args: &[&str], set: &[(&str, &str)]) -> Self {
        let script = folder.join(name);
        fs::write(&script, HOLDS).expect("written");
        let mut command = Command::new("python3");
        command.arg(&script).args(args).envs(set.iter().copied()).current_dir(folder);
        Self(Script::start(&mut command))
    }

    /// The first document that knows its program.
    fn told(&self, args: &[&str]) -> Value {
        let port = self.0.said.as_str();
        let all = [&["stream", "-p", port, "-i", "250ms"], args].concat();
        let mut stream = Running::start(&mut herdtop(User::Own, &all));
        stream.document_where("what is known of its limit", |document| {
            let service = &document["services"][0];
            let found = capacity(document).is_some() || plain_http(document).is_some();
            document["verdict"]["kind"] != "unknown" && found
                || service["limit_not_found"].is_string()
        })
    }
}

fn named<'d>(document: &'d Value, name: &str) -> Option<&'d Value> {
    document["limits"].as_array().expect("limits").iter().find(|limit| limit["name"] == name)
}

fn capacity(document: &Value) -> Option<&Value> {
    named(document, "capacity")
}

fn plain_http(document: &Value) -> Option<&Value> {
    named(document, "plain_http")
}

#[test]
fn a_limit_of_the_command_line_is_the_capacity_and_c_is_over_it() {
    let _noisy = noisy();
    let folder = tempfile::tempdir().expect("a folder");
    let args = ["-k", "gthread", "--worker-connections", "40", "app:app"];
    let server = Pretender::start(folder.path(), "gunicorn", &args, &[]);
    let told = server.told(&[]);
    let found = capacity(&told).expect("a capacity");
    assert_eq!(found["limit"], 40, "{found:#}");
    assert_eq!(found["source"], "--worker-connections of its command line", "{found:#}");
    assert_eq!(found["binding"], true, "{found:#}");
    let given = server.told(&["-c", "30"]);
    let given = capacity(&given).expect("a capacity");
    assert_eq!((&given["limit"], &given["source"]), (&30.into(), &Value::Null), "{given:#}");
}

#[test]
fn a_limit_of_the_environment_and_of_a_file_say_where_they_stand() {
    let _noisy = noisy();
    let folder = tempfile::tempdir().expect("a folder");
    let set = [("GUNICORN_CMD_ARGS", "--worker-connections=70 -k gevent")];
    let server = Pretender::start(folder.path(), "gunicorn", &["app:app"], &set);
    let told = server.told(&[]);
    let found = capacity(&told).expect("a capacity");
    assert_eq!(found["limit"], 70);
    assert_eq!(found["source"], "--worker-connections of its GUNICORN_CMD_ARGS");
    let config = "global\n  maxconn 500\nfrontend all\n  bind :1-65535\n  maxconn 120\n";
    fs::write(folder.path().join("haproxy.cfg"), config).expect("written");
    let server = Pretender::start(folder.path(), "haproxy", &["-f", "haproxy.cfg"], &[]);
    let told = server.told(&[]);
    let found = capacity(&told).expect("a capacity");
    assert_eq!((&found["limit"], &found["source"]), (&120.into(), &"haproxy.cfg:5".into()));
}

#[test]
fn what_turns_only_plain_requests_away_is_no_capacity() {
    let _noisy = noisy();
    let folder = tempfile::tempdir().expect("a folder");
    let args = ["app:app", "--limit-concurrency", "3"];
    let server = Pretender::start(folder.path(), "uvicorn", &args, &[]);
    let told = server.told(&[]);
    assert_eq!(capacity(&told), None, "{told:#}");
    let found = plain_http(&told).expect("its own row");
    assert_eq!((&found["limit"], &found["binding"]), (&3.into(), &false.into()), "{found:#}");
}

#[test]
fn where_nothing_is_found_it_says_where_that_server_keeps_it() {
    let _noisy = noisy();
    let folder = tempfile::tempdir().expect("a folder");
    let server = Pretender::start(folder.path(), "daphne", &["a:b"], &[]);
    let told = server.told(&[]);
    let said = told["services"][0]["limit_not_found"].as_str().expect("a line");
    assert!(said.contains("daphne keeps it nowhere"), "{said}");
    // A file that never answers holds up nobody.
    let fifo = folder.path().join("gunicorn.conf.py");
    let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
    let kind = rustix::fs::FileType::Fifo;
    rustix::fs::mknodat(rustix::fs::CWD, &fifo, kind, mode, 0).expect("a fifo");
    let server = Pretender::start(folder.path(), "gunicorn", &["app:app"], &[]);
    let told = server.told(&[]);
    let said = told["services"][0]["limit_not_found"].as_str().expect("a line");
    assert!(said.contains("gunicorn.conf.py"), "{said}");
}
