//! Three herdtops over three servers, scraped by a real Prometheus.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rustix::process::Signal;
use serde_json::Value;

use super::server::{Server, clients, command, node, sources, with_node};
use crate::checks::harness::{Said, User, herdtop, own_folder, resident, say, until};
use crate::checks::running::Running;
use crate::pty::harness::Terminal;

/// Seconds of calm in which the baseline is learnt, and without a server.
const CALM: usize = 15;
const OUTAGE: usize = 4;

/// A `herdtop serve`; ended when dropped.
struct Serving {
    child: Child,
    at: String,
}

impl Serving {
    fn over(server: &Server, capacity: &str) -> Self {
        let port = server.port();
        let args = ["serve", "-p", &port, "-c", capacity, "--listen", "127.0.0.1:0"];
        let mut child = herdtop(User::Own, &args).stdout(Stdio::null()).spawn().expect("herdtop");
        let mut line = String::new();
        let stderr = child.stderr.take().expect("its complaints");
        BufReader::new(stderr).read_line(&mut line).expect("where it listens");
        let at = line.trim_end().strip_prefix("herdtop: metrics on http://").expect("an address");
        let at = at.trim_end_matches("/metrics").to_owned();
        Self { child, at }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A Prometheus on a port of its own; ended when dropped.
struct Prometheus {
    server: Option<Server>,
    folder: tempfile::TempDir,
    at: SocketAddr,
}

impl Prometheus {
    fn scraping(targets: &[&str]) -> Self {
        let folder = own_folder();
        let quoted: Vec<String> = targets.iter().map(|at| format!("'{at}'")).collect();
        let config = format!(
            "global: {{scrape_interval: 1s}}\nscrape_configs:\n- job_name: edge\n  \
             static_configs: [{{targets: [{}]}}]\n",
            quoted.join(", ")
        );
        std::fs::write(folder.path().join("prometheus.yml"), config).expect("its config");
        let free = TcpListener::bind("127.0.0.1:0").expect("a port");
        let at = free.local_addr().expect("its address");
        drop(free);
        let mut prometheus = Self { server: None, folder, at };
        prometheus.start();
        prometheus
    }

    fn start(&mut self) {
        let folder = self.folder.path();
        let mut prometheus = command("prometheus");
        prometheus
            .arg(format!("--config.file={}", folder.join("prometheus.yml").display()))
            .arg(format!("--storage.tsdb.path={}", folder.join("data").display()))
            .arg(format!("--web.listen-address={}", self.at));
        self.server = Some(Server::at(prometheus, self.at));
    }

    fn stop(&mut self) {
        self.server = None;
    }

    fn url(&self) -> String {
        format!("http://{}", self.at)
    }

    fn check(&self) -> Said {
        say(&["check", "--prometheus", &self.url(), "--json"])
    }

    /// The document once it is so.
    fn document_where(&self, what: &str, so: impl Fn(&Value) -> bool) -> Value {
        let mut last = Value::Null;
        until(what, || {
            let said = self.check();
            last = serde_json::from_str(&said.stdout).unwrap_or(Value::Null);
            so(&last)
        });
        last
    }
}

fn host<'d>(document: &'d Value, at: &str) -> &'d Value {
    let mut hosts = document["fleet"]["hosts"].as_array().into_iter().flatten();
    hosts.find(|host| host["instance"] == at).unwrap_or(&Value::Null)
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh and Debian's prometheus"]
fn the_herded_one_of_three_is_named_and_prometheus_may_go_and_come_back() {
    let servers = [(); 3].map(|()| node("limited.js", &["100000"]));
    let serving: Vec<Serving> =
        servers.iter().map(|server| Serving::over(server, "1000")).collect();
    let targets: Vec<&str> = serving.iter().map(|serving| serving.at.as_str()).collect();
    let mut prometheus = Prometheus::scraping(&targets);
    let [first, second, third] = servers;
    let port = first.address().port();
    let herd = clients(port, 400, "fixed", &[]);
    let others = [
        clients(second.address().port(), 30, "gone", &[]),
        clients(third.address().port(), 30, "gone", &[]),
    ];
    herd.all_in();
    others.iter().for_each(Server::all_in);
    let calm = prometheus.document_where("all hosts, and what they hold", |document| {
        let open = targets.iter().map(|at| host(document, at)["established"].as_u64());
        // How often it scrapes is seen from the second scrape on.
        let every = document["fleet"]["scrape_interval_s"].as_f64();
        let is_seen = every.is_some_and(|every| (0.5..2.0).contains(&every));
        is_seen && open.flatten().sum::<u64>() == 460 && document["fleet"]["fresh"] == 3
    });
    assert_eq!(calm["totals"]["established"], 460, "{calm:#}");
    let terminal =
        Terminal::start(120, 36, &["fleet", "-i", "1s", "--prometheus", &prometheus.url()]);
    terminal.shows("3 hosts");
    // What was usual has to be learnt before there can be a herd.
    let args = ["fleet", "-i", "1s", "--prometheus", &prometheus.url()];
    let mut seconds = Running::start(&mut herdtop(User::Own, &args));
    (0..CALM).for_each(|_| drop(seconds.line()));
    first.signal(Signal::KILL);
    (0..OUTAGE).for_each(|_| drop(seconds.line()));
    let mut smaller = with_node("node");
    smaller.env("PORT", port.to_string()).arg(sources().join("node/limited.js")).arg("50");
    let _smaller = Server::start(smaller);
    let bad = prometheus.document_where("the herded one", |document| {
        let alerts = host(document, targets[0])["alerts"].to_string();
        document["verdict"]["severity"] == "critical" && alerts.contains("herd")
    });
    let sentence = bad["verdict"]["sentence"].as_str().expect("a sentence");
    assert!(sentence.contains(targets[0]), "{sentence}");
    assert_eq!(bad["fleet"]["hosts"][0]["instance"], targets[0], "it is the first: {bad:#}");
    terminal.wait_for("the herded one first", |screen| {
        let text = screen.contents();
        let at = |host: &str| text.lines().skip(3).position(|line| line.contains(host));
        at(targets[0]).is_some()
            && at(targets[0]) < at(targets[1])
            && at(targets[0]) < at(targets[2])
    });
    terminal.types("\r");
    terminal.shows(&format!(":{port}"));
    terminal.types("\x1b");
    terminal.shows("HOSTS");

    prometheus.stop();
    terminal.shows("figures are");
    terminal.shows(targets[1]);
    prometheus.start();
    terminal.hides("figures are");
    terminal.shows(targets[1]);
}

/// Hosts and what each serves of itself, every so often for two hours and a while to come.
const HOSTS: u32 = 1_000;
const STEP: u64 = 30;

/// Two hours of a thousand hosts, as promtool takes them.
fn history(path: &Path, now: u64) -> std::io::Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    let times: Vec<u64> = (now - 7_200..now + 900).step_by(30).collect();
    let mut family = |name: &str, labels: &str, value: &dyn Fn(u32, u64) -> f64| {
        let mut text = String::new();
        for host in 0..HOSTS {
            for at in &times {
                let value = value(host, *at);
                writeln!(
                    text,
                    "{name}{{instance=\"web-{host}:10013\",job=\"edge\"{labels}}} {value} {at}"
                )
                .expect("a string");
            }
            out.write_all(text.as_bytes())?;
            text.clear();
        }
        std::io::Result::Ok(())
    };
    let base = now - 7_200;
    let counted = |per_s: f64| {
        move |host: u32, at: u64| {
            herdtop::units::float(at - base) * per_s * (1.0 + f64::from(host % 7))
        }
    };
    let open = |host: u32, _: u64| f64::from(400 + host % 50);
    family("up", "", &|_, _| 1.0)?;
    family("herdtop_build_info", ",version=\"0.1.0\"", &|_, _| 1.0)?;
    family("herdtop_sample_timestamp_seconds", "", &|_, at| herdtop::units::float(at))?;
    family(
        "herdtop_verdict",
        ",kind=\"ok\",cause=\"none\",severity=\"ok\",service=\"\"",
        &|_, _| 1.0,
    )?;
    family("herdtop_connections_open", ",service=\"8080\"", &open)?;
    family("herdtop_connections_opened_total", ",service=\"8080\"", &counted(1.0))?;
    family("herdtop_connections_closed_total", ",service=\"8080\"", &counted(1.0))?;
    family("herdtop_connection_attempts_total", ",service=\"8080\"", &counted(1.0))?;
    family("herdtop_peak_attempts_per_second", ",service=\"8080\",window=\"60s\"", &|_, _| 9.0)?;
    for (name, value) in [("used", 400.0), ("max", 65_536.0), ("room", 65_136.0)] {
        let name = format!("herdtop_limit_{name}");
        let at = |host: u32, _: u64| value - f64::from(host % 10);
        family(&name, ",service=\"8080\",limit=\"descriptors\"", &at)?;
    }
    family("herdtop_rejected_total", ",by=\"log\"", &counted(0.0))?;
    family("herdtop_closes_total", ",code=\"1001\",source=\"log\"", &counted(0.5))?;
    out.write_all(b"# EOF\n")
}

#[test]
#[ignore = "wants Debian's prometheus; takes a minute"]
fn a_thousand_hosts_are_read_within_a_second_and_64_megabytes() {
    let mut prometheus = Prometheus::scraping(&[]);
    prometheus.stop();
    let folder = prometheus.folder.path().to_owned();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    let now = now / STEP * STEP;
    history(&folder.join("history.om"), now).expect("a place for it");
    let made = Command::new("promtool")
        .args(["tsdb", "create-blocks-from", "openmetrics"])
        .args([folder.join("history.om"), folder.join("data")])
        .output()
        .expect("Debian's prometheus has it");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    std::fs::remove_file(folder.join("history.om")).expect("it was there");
    prometheus.start();
    prometheus.document_where("all of them", |document| document["fleet"]["fresh"] == 1_000);
    let begun = Instant::now();
    let said = prometheus.check();
    let check = begun.elapsed();
    assert_eq!(said.code, Some(0), "{}", said.stdout);

    let terminal =
        Terminal::start(160, 45, &["fleet", "-i", "1s", "--prometheus", &prometheus.url()]);
    terminal.shows("HOSTS 1 000");
    let mut took = Vec::new();
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(20) {
        terminal.shows("read in");
        took.extend(read_in(&terminal.screen().contents()));
        std::thread::sleep(Duration::from_millis(500));
    }
    // The first has the whole window, all others what came since.
    took.sort_by(f64::total_cmp);
    let (median, longest) = (took[took.len() / 2], took[took.len() - 1]);
    let memory = resident(terminal.child.id());
    let words = format!(
        "check {check:?}; a refresh {median} ms in the median, {longest} ms at the most; {memory} KiB"
    );
    writeln!(std::io::stdout(), "{words}").expect("standard output");
    assert!(median < 1_000.0 && memory < 64 << 10, "{words}");
}

/// Milliseconds behind `read in`.
fn read_in(screen: &str) -> Option<f64> {
    let (_, rest) = screen.split_once("read in ")?;
    let mut words = rest.split_whitespace();
    let number: f64 = words.next()?.parse().ok()?;
    Some(if words.next()? == "s" { number * 1e3 } else { number })
}

#[test]
#[ignore = "wants Debian's victoria-metrics"]
fn victoria_metrics_is_asked_for_what_is_new_and_not_for_what_it_kept() {
    let server = node("limited.js", &["100000"]);
    let serving = Serving::over(&server, "100");
    let folder = own_folder();
    let config = format!(
        "global: {{scrape_interval: 1s}}\nscrape_configs:\n- job_name: edge\n  \
         static_configs: [{{targets: ['{}']}}]\n",
        serving.at
    );
    std::fs::write(folder.path().join("scrape.yml"), config).expect("its config");
    let free = TcpListener::bind("127.0.0.1:0").expect("a port");
    let at = free.local_addr().expect("its address");
    drop(free);
    let mut victoria = command("victoria-metrics");
    victoria
        .arg(format!("-promscrape.config={}", folder.path().join("scrape.yml").display()))
        .arg(format!("-storageDataPath={}", folder.path().join("data").display()))
        .arg(format!("-httpListenAddr={at}"));
    let _victoria = Server::at(victoria, at);
    let url = format!("http://{at}");
    let check = || {
        let said = say(&["check", "--prometheus", &url, "--json"]);
        serde_json::from_str::<Value>(&said.stdout).unwrap_or(Value::Null)
    };
    until("the host", || host(&check(), &serving.at)["state"] == "fresh");
    let held = clients(server.address().port(), 40, "gone", &[]);
    held.all_in();
    // It holds back the newest 30 s of who does not ask otherwise.
    let begun = Instant::now();
    until("what is open now", || host(&check(), &serving.at)["established"] == 40);
    let late = begun.elapsed();
    assert!(late < Duration::from_secs(15), "{late:?}");
    let age = host(&check(), &serving.at)["age_s"].as_f64().expect("its age");
    assert!(age < 10.0, "{age} s");
}

#[test]
#[ignore = "wants Debian's prometheus and openssl"]
fn a_wrong_certificate_is_told_and_who_is_let_in_reads_over_tls() {
    let folder = own_folder();
    let path = |name: &str| folder.path().join(name).to_str().expect("a path").to_owned();
    let (cert, key) = (path("cert.pem"), path("key.pem"));
    let config = sources().join("openssl.cnf");
    let made = Command::new("openssl")
        .args(["req", "-x509", "-config"])
        .arg(config)
        .args(["-subj", "/CN=127.0.0.1", "-extensions", "loopback", "-nodes", "-newkey", "ec"])
        .args(["-pkeyopt", "ec_paramgen_curve:prime256v1", "-keyout", &key, "-out", &cert])
        .current_dir(&folder)
        .output()
        .expect("openssl");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let hash = bcrypt::hash("hushhush", 4).expect("a hash");
    let web = format!(
        "tls_server_config: {{cert_file: '{cert}', key_file: '{key}'}}\n\
         basic_auth_users: {{me: '{hash}'}}\n"
    );
    std::fs::write(path("web.yml"), web).expect("its config");
    std::fs::write(path("prometheus.yml"), "scrape_configs: []\n").expect("its config");
    std::fs::write(path("user"), "me:hushhush\n").expect("a file");
    let free = TcpListener::bind("127.0.0.1:0").expect("a port");
    let at = free.local_addr().expect("its address");
    drop(free);
    let mut prometheus = command("prometheus");
    prometheus
        .arg(format!("--config.file={}", path("prometheus.yml")))
        .arg(format!("--storage.tsdb.path={}", path("data")))
        .arg(format!("--web.config.file={}", path("web.yml")))
        .arg(format!("--web.listen-address={at}"));
    let server = Server::at(prometheus, at);
    server.until("that it listens", |said| said.contains("Server is ready"));
    let url = format!("https://{at}");
    let check = |more: &[&str]| say(&[&["check", "--prometheus", &url], more].concat());
    let wrong = check(&[]);
    assert_eq!((wrong.code, wrong.stderr.lines().count()), (Some(3), 1), "{wrong:?}");
    assert!(
        wrong.stderr.contains("certificate") && wrong.stderr.contains("self-signed"),
        "{wrong:?}"
    );
    let stranger = check(&["--cacert", &cert]);
    assert!(stranger.stderr.contains("HTTP 401: give --prometheus-token"), "{stranger:?}");
    for more in [&["--cacert", &cert][..], &["-k"]] {
        let said = check(&[more, &["--prometheus-user", &path("user")]].concat());
        assert!(said.stdout.contains("no host serves herdtop metrics"), "{said:?}");
    }
    let with_url = say(&["check", "-k", "--prometheus", &format!("https://me:hushhush@{at}")]);
    assert!(with_url.stdout.contains("no host serves herdtop metrics"), "{with_url:?}");
    let refused = say(&["check", "-k", "--prometheus", &format!("https://me:other@{at}")]);
    assert!(refused.stderr.contains("does not take the user of the URL"), "{refused:?}");
    assert!(!refused.stderr.contains("other"), "{refused:?}");
}
