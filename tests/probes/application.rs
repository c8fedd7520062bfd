//! The application's metrics, from endpoints good and bad.

use std::io;
use std::net::TcpStream;

use serde_json::Value;

use super::peer::Peer;
use super::server::Rogue;
use crate::checks::harness::{Said, User, herdtop, run};
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
    denied(&said(0, |p| answer(p, "HTTP/1.1 500 No\r\n\r\n"), &OPEN), "HTTP 500");
    let elsewhere = "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n\r\n";
    denied(&said(0, |p| answer(p, elsewhere), &OPEN), "HTTP 302");
    denied(&said(0, |p| answer(p, "\u{1b}[2Jgarbage\r\n\r\n"), &OPEN), "http://127.0.0.1");
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
        (&["--metrics-url", "ws://host/"][..], "over http or https"),
        (&["--metrics-url", "nothing"][..], "not a URL"),
        (&["--metric-connections", "a b"][..], "'a b'"),
        (&["--metric-connections", "open"][..], "no --metrics-url"),
    ] {
        let said = run(&mut herdtop(User::Own, &[&["check"][..], args].concat()));
        assert_eq!(said.code, Some(3), "{said:?}");
        assert!(said.stderr.contains(wanted) && said.stderr.lines().count() == 1, "{said:?}");
    }
}
