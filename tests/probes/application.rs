//! The application's metrics, from endpoints good and bad.

use std::io;
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::sleep;
use std::time::Duration;

use rustix::io::Errno;
use rustix::net::{RecvFlags, recv};
use serde_json::Value;

use super::peer::Peer;
use super::run::together;
use super::server::Rogue;
use crate::checks::harness::{Running, Said, User, herdtop, run};
use crate::checks::noise::noisy;
use crate::checks::servers::Server;

const GOOD: &str = "# TYPE ws_open gauge\nws_open{worker=\"1\"} 20\nws_open{worker=\"2\"} 30\n\
    nodejs_eventloop_lag_p99_seconds{worker=\"1\"} 0.012\n\
    nodejs_eventloop_lag_p99_seconds{worker=\"2\"} 0.25\n";

fn answer(peer: &mut Peer, text: &str) -> io::Result<()> {
    peer.request()?;
    peer.send(text)?;
    peer.fin()
}

/// A check of a server with this many connections, and this endpoint beside it.
fn said(
    clients: usize,
    endpoint: impl Fn(&mut Peer) -> io::Result<()> + Send + Sync + 'static,
    more: &[&str],
) -> Said {
    let _noise = noisy();
    let server = Server::at("127.0.0.1");
    let held: Vec<TcpStream> =
        (0..clients).map(|_| TcpStream::connect(server.address).expect("a connection")).collect();
    let endpoint = Rogue::new(endpoint);
    let url = format!("http://user:hushhush@{}/metrics?key=quietquiet", endpoint.address);
    let port = server.port();
    let args = ["check", "--json", "--for", "3s", "-p", &port, "--metrics-url", &url];
    let said = run(&mut herdtop(User::Own, &[&args[..], more].concat()));
    drop(held);
    let all = format!("{} {}", said.stdout, said.stderr);
    assert!(!all.contains("hushhush") && !all.contains("quietquiet"), "{all}");
    said
}

const OPEN: [&str; 2] = ["--metric-connections", "ws_open"];

/// A whole answer with this body.
fn with_body(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

#[test]
fn its_count_stands_beside_the_kernels() {
    let said = said(20, |peer| answer(peer, &with_body(GOOD)), &OPEN);
    let application = &said.document()["application"];
    assert_eq!(application["connections"], 50, "the workers' sum: {application:#}");
    assert_eq!(application["kernel_connections"], 20, "{application:#}");
    assert_eq!(application["difference"], 30, "{application:#}");
    assert_eq!(application["leak"], false, "not for a minute yet");
    assert_eq!(application["event_loop_lag_ms"], 250.0, "the worst worker's");
    let url = application["url"].as_str().expect("text");
    assert!(url.starts_with("http://127.0.0.1:") && url.ends_with("/metrics"), "{url}");
}

#[test]
fn a_chunked_answer_and_a_selector_are_understood() {
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
        1a\r\nws_open{worker=\"1\"} 7\nws_o\r\n19\r\npen{worker=\"2\"} 1\nrubbish\r\n0\r\n\r\n";
    let one = ["--metric-connections", "ws_open{worker=\"1\"}"];
    let said = said(0, |peer| answer(peer, chunked), &one);
    assert_eq!(said.document()["application"]["connections"], 7);
}

/// The reason in `sampling.denied`, and no reading.
fn denied(said: &Said, reason: &str) {
    let document = said.document();
    assert_eq!(document["application"], Value::Null, "{document:#}");
    let denied = document["sampling"]["denied"].to_string();
    assert!(denied.contains(reason), "'{reason}' in {denied}");
}

#[test]
fn an_endpoint_that_fails_is_a_gap_with_its_reason() {
    let compressed = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\u{1f}rubbish";
    let elsewhere = "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n\r\n";
    let short = "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nws_open 5\n";
    let login = with_body("<html>\n<p>\u{1b}[2Jwho are you?</p>\n</html>\n");
    let cases = [
        ("HTTP/1.1 500 No\r\n\r\n", "HTTP 500"),
        ("HTTP/1.1 204 None\r\n\r\n", "HTTP 204"),
        (elsewhere, "HTTP 302"),
        ("\u{1b}[2Jgarbage\r\n\r\n", "http://127.0.0.1"),
        (compressed, "compressed"),
        (short, "error reading a body"),
        (&login, "no metrics in its answer (3 lines are none)"),
        ("HTTP/1.1 200 OK\r\n\r\n", "no metrics in its answer"),
    ];
    together(&cases, |(text, reason)| {
        let text = (*text).to_owned();
        denied(&said(0, move |peer| answer(peer, &text), &OPEN), reason);
    });
}

#[test]
fn a_value_that_is_no_count_is_a_gap_with_its_reason() {
    let cases = ["-5", "NaN", "+Inf", "1e308"];
    together(&cases, |value| {
        let text = with_body(&format!("ws_open {value}\n"));
        let document = said(0, move |peer| answer(peer, &text), &OPEN).document();
        assert_eq!(document["application"]["connections"], Value::Null, "{value}");
        assert_eq!(document["application"]["difference"], Value::Null, "{value}");
        let denied = document["sampling"]["denied"].to_string();
        assert!(denied.contains("'ws_open': its value there"), "{value}: {denied}");
    });
}

#[test]
fn a_body_of_one_byte_a_second_is_given_up() {
    let slow = |peer: &mut Peer| {
        peer.request()?;
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")?;
        loop {
            peer.send("#")?;
            sleep(Duration::from_secs(1));
        }
    };
    denied(&said(0, slow, &OPEN), "no whole answer in 2s");
}

#[test]
fn a_line_without_end_costs_neither_memory_nor_cpu() {
    let labels = "a=\"\",".repeat(800_000);
    let text = with_body(&format!("ws_open{{{labels}}} 5\nws_open 7\n"));
    let short = said(0, |peer| answer(peer, &with_body(GOOD)), &OPEN).document();
    let document = said(0, move |peer| answer(peer, &text), &OPEN).document();
    assert_eq!(document["application"]["connections"], 7, "the line that is one");
    let rss = |document: &Value| document["sampling"]["rss_bytes"].as_u64().expect("a count");
    // The body has 4 MB. Beside a short one, since the pages of a debug build count too.
    let (long, short) = (rss(&document), rss(&short));
    assert!(long < short + (9 << 20), "{long} bytes, {short} with a short answer");
}

#[test]
fn it_asks_for_plain_text_with_the_credentials_of_the_url() {
    let _noise = noisy();
    let endpoint = Rogue::new(|peer| answer(peer, &with_body(GOOD)));
    let url = format!("http://us%40er:hush%20hush@{}/m/x?key=quiet", endpoint.address);
    let args = ["check", "--json", "--for", "1s", "-p", "1", "--metrics-url", &url];
    run(&mut herdtop(User::Own, &args)).document();
    let first = endpoint.first();
    let request = first.request();
    assert_eq!(request.line(), "GET /m/x?key=quiet HTTP/1.1");
    assert_eq!(request.value("Host"), endpoint.address.to_string());
    assert_eq!(request.value("Accept"), "text/plain");
    // us@er:hush hush
    assert_eq!(request.value("Authorization"), "Basic dXNAZXI6aHVzaCBodXNo");
    assert!(request.values("Accept-Encoding").is_empty(), "{request:?}");
}

/// Whether the client still holds it. Its FIN is here before it connects anew, though who
/// reads the connection may not have run since.
fn is_open(connection: &TcpStream) -> bool {
    let flags = RecvFlags::PEEK | RecvFlags::DONTWAIT;
    recv(connection, &mut [0; 1], flags).err() == Some(Errno::WOULDBLOCK)
}

#[test]
fn it_is_asked_once_at_a_time() {
    let _noise = noisy();
    let most = Arc::new(AtomicUsize::new(0));
    let its_most = Arc::clone(&most);
    let visits: Mutex<Vec<Arc<TcpStream>>> = Mutex::default();
    let endpoint = Rogue::new(move |peer| {
        peer.request()?;
        let mut visits = visits.lock().expect("no thread panics with it");
        visits.push(peer.connection());
        let open = visits.iter().filter(|visit| is_open(visit)).count();
        drop(visits);
        its_most.fetch_max(open, Ordering::SeqCst);
        peer.keep_open()
    });
    let url = format!("http://{}/", endpoint.address);
    let args = ["stream", "-i", "100ms", "-p", "1", "--metrics-url", &url];
    let mut stream = Running::start(&mut herdtop(User::Own, &args));
    stream.document_where("three looks", |_| endpoint.visits().len() >= 3);
    assert_eq!(most.load(Ordering::SeqCst), 1);
}

#[test]
fn a_reading_ends_and_comes_back_with_the_endpoint() {
    let _noise = noisy();
    // Well, then ill until the gap is seen, then well again.
    let ill = Arc::new(AtomicUsize::new(0));
    let its = Arc::clone(&ill);
    let endpoint = Rogue::new(move |peer| match its.load(Ordering::SeqCst) {
        0 => answer(peer, &with_body(GOOD)),
        _ => answer(peer, "HTTP/1.1 500 No\r\n\r\n"),
    });
    let url = format!("http://{}/", endpoint.address);
    let args = ["stream", "-p", "1", "--metrics-url", &url, OPEN[0], OPEN[1]];
    let mut stream = Running::start(&mut herdtop(User::Own, &args));
    let read = |d: &Value| d["application"]["connections"] == 50;
    stream.document_where("a reading", read);
    ill.store(1, Ordering::SeqCst);
    let gap = stream.document_where("a gap", |d| d["application"].is_null());
    assert!(gap["sampling"]["denied"].to_string().contains("HTTP 500"), "{gap:#}");
    ill.store(0, Ordering::SeqCst);
    let again = stream.document_where("a reading again", read);
    assert!(!again["sampling"]["denied"].to_string().contains("HTTP 500"), "{again:#}");
}

#[test]
fn an_endpoint_that_never_ends_is_given_up_in_time() {
    let endless = |peer: &mut Peer| {
        peer.request()?;
        peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")?;
        loop {
            peer.send("10\r\nws_open 1      \n\r\n")?;
        }
    };
    let said = said(0, endless, &OPEN);
    let document = said.document();
    assert_eq!(document["application"], Value::Null);
    assert!(document["sampling"]["rss_bytes"].as_u64().expect("a count") < 64 << 20);
}

#[test]
fn a_metric_that_is_not_there_is_named() {
    let said = said(0, |p| answer(p, &with_body(GOOD)), &["--metric-connections", "sockets"]);
    let document = said.document();
    assert_eq!(document["application"]["connections"], Value::Null);
    let denied = document["sampling"]["denied"].to_string();
    assert!(denied.contains("'sockets': no such metric"), "{denied}");
}

#[test]
fn what_is_no_endpoint_and_no_metric_is_said_in_one_line() {
    for (args, wanted) in [
        (&["--metrics-url", "ws://host/"][..], "--metrics-url 'ws://host/': metrics are read over"),
        (&["--metrics-url", "nothing"][..], "--metrics-url 'nothing': not a URL"),
        (&["--metrics-url", "http://me:hushhush@host:99999/"][..], "'http://…@host:99999/': not a"),
        (&["--metric-connections", "a b"][..], "--metric-connections 'a b': give a metric's name"),
        (&["--metric-connections", "a{b!=\"c\"}"][..], "give a metric's name"),
        (&["--metric-connections", "open"][..], "no --metrics-url"),
    ] {
        let said = run(&mut herdtop(User::Own, &[&["check"][..], args].concat()));
        assert_eq!(said.code, Some(3), "{said:?}");
        assert!(said.stderr.contains(wanted) && said.stderr.lines().count() == 1, "{said:?}");
        assert!(!said.stderr.contains("hushhush"), "{said:?}");
    }
}
