//! How real clients end, by the shape of it: with TLS and without, as root and as nobody.

use std::process::Command;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

use super::nginx::{UPGRADE, nginx, nginx_tls};
use super::server::{Server, clients, node, sources, with_node};
use super::watch::Watch;
use super::{channels, gunicorn};
use crate::checks::harness::User;
use crate::checks::noise::noisy;
use crate::checks::schema::count;

/// A key and a certificate of its own.
struct Certificate(TempDir);

impl Certificate {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let args = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
                    -subj /CN=127.0.0.1 -days 2 -keyout key.pem -out cert.pem";
        let mut openssl = Command::new("openssl");
        openssl.args(args.split_whitespace()).current_dir(&folder);
        let made = openssl.output().expect("run openssl");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        Self(folder)
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().expect("a plain path").to_owned()
    }
}

/// With TLS or without, and who looks.
#[derive(Clone, Copy)]
struct Way(bool, User);

/// A probe each second.
const OFTEN: &[&str] = &["--probe-every", "1s"];

const WAYS: [Way; 2] = [Way(false, User::Nobody), Way(true, User::Own)];

/// `ends.js`, what it is told, and the clients of it.
struct Service {
    server: Server,
    tls: bool,
    _certificate: Certificate,
}

impl Service {
    fn new(Way(tls, _): Way, told: &[(&str, &str)]) -> Self {
        let certificate = Certificate::new();
        let mut command = with_node("node");
        command.envs(told.iter().copied()).arg(sources().join("node/ends.js"));
        if tls {
            command.env("KEY", certificate.path("key.pem"));
            command.env("CERT", certificate.path("cert.pem"));
        }
        Self { server: Server::start(command), tls, _certificate: certificate }
    }

    fn scheme(&self) -> &'static str {
        if self.tls { "wss" } else { "ws" }
    }

    fn herd(&self, many: u32, strategy: &str, told: &[(&str, &str)]) -> Server {
        let told = [told, &[("SCHEME", self.scheme())]].concat();
        clients(self.server.address().port(), many, strategy, &told)
    }

    fn watch(&self, Way(_, user): Way, args: &[&str]) -> Watch {
        let url = format!("{}://{}/", self.scheme(), self.server.address());
        Watch::by(user, &self.server.port(), &[&["--insecure", &url], args].concat())
    }
}

fn endings(told: &Value) -> &[Value] {
    told["services"][0]["endings"].as_array().map_or(&[][..], Vec::as_slice)
}

/// How many ended so, and all others that have a label, but the probes that were
/// accepted.
fn labelled(told: &Value, label: &str) -> (u64, u64) {
    let sum = |of: &dyn Fn(&Value) -> bool| -> u64 {
        let those = endings(told).iter().filter(|ending| of(&ending["label"]));
        those.map(|ending| count(&ending["total"])).sum()
    };
    let wrong = |name: &Value| !name.is_null() && name != label && name != "open_ok";
    (sum(&|name| name == label), sum(&wrong))
}

/// Reads until so many are labelled so, which are nine in ten of all that ended since, and
/// next to none is labelled otherwise.
fn until_labelled(watch: &mut Watch, label: &str, least: u64) -> Value {
    let told = watch.until_where(label, |told| {
        // What came before the first socket scan has no known life.
        let known = |ending: &&Value| ending["lifetime"] != "unknown";
        let all: u64 = endings(told).iter().filter(known).map(|e| count(&e["total"])).sum();
        let (named, _) = labelled(told, label);
        named >= least && named * 10 >= all * 9
    });
    let (named, wrong) = labelled(&told, label);
    assert!(wrong * 100 <= named, "{wrong} beside {named}: {:#}", told["services"][0]);
    told
}

fn rejected(told: &[(&str, &str)], label: &str) {
    let _noisy = noisy();
    for way in WAYS {
        let service = Service::new(way, told);
        let mut watch = service.watch(way, OFTEN);
        let _herd = service.herd(20, "fixed", &[("BASE", "300")]);
        let told = until_labelled(&mut watch, label, 300);
        let accepted = told["services"][0]["accepted_ratio"].as_f64().expect("a ratio");
        assert!(accepted < 0.1, "{:#}", told["services"][0]);
        let closes = told["closes"].as_array().expect("closes");
        let by_shape = closes.iter().find(|close| close["source"] == "shape");
        let code = label.parse::<u64>().ok();
        let by_shape = by_shape.filter(|close| count(&close["total"]) > 200);
        assert_eq!(by_shape.and_then(|close| close["code"].as_u64()), code, "{closes:#?}");
    }
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn clients_that_get_1013_are_known_by_the_probe_that_got_it() {
    rejected(&[("CODE", "1013"), ("REASON", "Try Again Later")], "1013");
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn clients_that_get_1011_are_known_by_the_probe_that_got_it() {
    rejected(&[("CODE", "1011")], "1011");
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn clients_that_get_503_are_known_by_the_probe_that_got_it() {
    rejected(&[("STATUS", "503")], "http_503");
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn clients_that_come_and_go_by_themselves_were_accepted() {
    let _noisy = noisy();
    for way in WAYS {
        let service = Service::new(way, &[]);
        let args = [OFTEN, &["--held", "0", "--dwell", "2s"]].concat();
        let mut watch = service.watch(way, &args);
        let _herd = service.herd(60, "fixed", &[("BASE", "100"), ("STAY", "1500-3000")]);
        let told = until_labelled(&mut watch, "open_ok", 200);
        let accepted = told["services"][0]["accepted_ratio"].as_f64().expect("a ratio");
        assert!(accepted > 0.95, "{:#}", told["services"][0]);
    }
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn clients_of_a_killed_server_are_killed_and_those_of_one_that_stops_get_1012() {
    let _noisy = noisy();
    for (signal, label) in [(Signal::KILL, "killed"), (Signal::TERM, "1012")] {
        for way in WAYS {
            let service = Service::new(way, &[]);
            let herd = service.herd(100, "gone", &[]);
            herd.all_in();
            let mut watch = service.watch(way, &["--probe-every", "1m"]);
            watch.settled();
            watch.stays(3, &["ok"]);
            service.server.signal(signal);
            let told = watch.until_where(label, |told| labelled(told, label).0 >= 90);
            let (_, wrong) = labelled(&told, label);
            assert!(wrong <= 1, "{:#}", told["services"][0]);
        }
    }
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn clients_that_are_cut_after_a_silence_are_an_idle_cut() {
    let _noisy = noisy();
    for way in WAYS {
        let service = Service::new(way, &[("IDLE", "4000")]);
        let mut watch = service.watch(way, &["--probe-every", "1m"]);
        let _herd = service.herd(30, "fixed", &[("STEP", "100")]);
        let told = watch.until_where("cuts", |told| labelled(told, "idle_cut").0 >= 60);
        let cut = endings(&told).iter().find(|ending| ending["label"] == "idle_cut");
        let idle = cut.expect("the shape")["idle_ms"][0].as_u64().expect("milliseconds");
        assert!((3_900..4_500).contains(&idle), "{idle}");
    }
}

/// Until so many are labelled so, and ten times as many as are labelled otherwise.
fn known_by_the_probe(server: &Server, scheme: &str, path: &str, label: &str) {
    let url = format!("{scheme}://{}{path}", server.address());
    let args = ["--insecure", "--dwell", "2500ms", "--probe-every", "1s", &url];
    let mut watch = Watch::by(User::Nobody, &server.port(), &args);
    let told = [("BASE", "300"), ("URL_PATH", path), ("SCHEME", scheme)];
    let _herd = clients(server.address().port(), 20, "fixed", &told);
    let told = watch.until_where(label, |told| labelled(told, label).0 >= 100);
    let (named, wrong) = labelled(&told, label);
    assert!(wrong * 10 <= named, "{wrong} beside {named}: {:#}", told["services"][0]);
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn what_daphne_says_to_clients_is_known_by_the_probe() {
    let _noisy = noisy();
    let daphne = channels::started("daphne", "--port");
    for (path, label) in [("/full", "1011"), ("/rejected", "http_403"), ("/broken", "http_500")] {
        known_by_the_probe(&daphne, "ws", path, label);
    }
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn what_comes_through_an_nginx_with_tls_is_never_named_otherwise() {
    let _noisy = noisy();
    let certificate = Certificate::new();
    let files = (&*certificate.path("key.pem"), &*certificate.path("cert.pem"));
    let mut behind = with_node("node");
    behind.env("CODE", "1013").arg(sources().join("node/ends.js"));
    let behind = Server::start(behind);
    let (front, _folder) = nginx_tls(behind.address(), UPGRADE, files);
    let url = format!("wss://{}/", front.address());
    let args = ["--insecure", "--probe-every", "1s", &url];
    let mut watch = Watch::by(User::Nobody, &front.port(), &args);
    let _herd = clients(front.address().port(), 20, "fixed", &[("BASE", "300"), ("SCHEME", "wss")]);
    // OpenSSL sends a library that asks for other tickets other bytes: those are not the
    // probe's, and get no name.
    let told = watch.until_where("300 of them", |told| {
        let all = endings(told).iter().map(|ending| count(&ending["total"])).sum::<u64>();
        all >= 300 && labelled(told, "1013").0 >= 3
    });
    assert_eq!(labelled(&told, "1013").1, 0, "{:#}", told["services"][0]);
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn clients_of_a_gunicorn_worker_that_is_killed_are_killed() {
    let _noisy = noisy();
    let gunicorn = gunicorn::started("app", 1, &[]);
    let herd = clients(gunicorn.address().port(), 60, "gone", &[]);
    herd.all_in();
    let mut watch = Watch::by(User::Own, &gunicorn.port(), &[]);
    watch.until(&["ok"]);
    watch.stays(3, &["ok"]);
    let pid = gunicorn.said().lines().find_map(|line| line.strip_prefix("open / ")?.parse().ok());
    let pid = Pid::from_raw(pid.expect("a pid")).expect("a pid");
    kill_process(pid, Signal::KILL).expect("it runs");
    let told = watch.until_where("killed", |told| labelled(told, "killed").0 >= 54);
    assert!(labelled(&told, "killed").1 <= 1, "{:#}", told["services"][0]);
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn a_log_that_tells_closes_with_codes_names_the_shape_they_have() {
    let _noisy = noisy();
    let folder = tempfile::tempdir().expect("a folder");
    let log = folder.path().join("app.log");
    std::fs::write(&log, "").expect("a log");
    let path = log.to_str().expect("a plain path");
    let mut command = with_node("node");
    command.env("CODE", "1013").env("LOG", path).arg(sources().join("node/ends.js"));
    let server = Server::start(command);
    let mut watch = Watch::by(User::Own, &server.port(), &["--log", path]);
    let _herd = clients(server.address().port(), 20, "fixed", &[("BASE", "500")]);
    let told = watch.until_where("a label of the log", |told| labelled(told, "1013").0 >= 100);
    let row = endings(&told).iter().find(|ending| ending["label"] == "1013");
    assert_eq!(row.expect("the shape")["label_source"], "log");
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn what_uvicorn_and_nginx_say_to_clients_is_known_too() {
    let _noisy = noisy();
    let uvicorn = channels::started("uvicorn", "--port");
    for (path, label) in [("/full", "1013"), ("/rejected", "http_403"), ("/broken", "http_500")] {
        let url = uvicorn.url(path);
        let args = ["--dwell", "500ms", "--probe-every", "1s", &url];
        let mut watch = Watch::by(User::Nobody, &uvicorn.port(), &args);
        let told = [("BASE", "300"), ("URL_PATH", path)];
        let _herd = clients(uvicorn.address().port(), 20, "fixed", &told);
        watch.until_where(label, |told| labelled(told, label).0 >= 200);
    }
    let behind = node("echo.js", &["plain"]);
    let (front, _folder) = nginx(behind.address(), &format!("{UPGRADE} limit_conn clients 1;"));
    let url = front.url("/");
    let first = clients(front.address().port(), 1, "gone", &[]);
    first.all_in();
    let mut watch = Watch::by(User::Nobody, &front.port(), &["--probe-every", "1s", &url]);
    let _herd = clients(front.address().port(), 20, "fixed", &[("BASE", "300")]);
    until_labelled(&mut watch, "http_503", 200);
}
