//! What a URL may look like, and what of it is shown.

use super::peer::Peer;
use super::run::{quick, told, told_by, told_with};
use super::server::Rogue;
use crate::checks::harness::{Running, User, herdtop, say};

fn accept(peer: &mut Peer) -> std::io::Result<()> {
    peer.accept()?;
    peer.behave()
}

/// What the server was asked for with this path.
fn asked(path: &str) -> String {
    let server = Rogue::new(accept);
    told(&format!("ws://{}{path}", server.address)).only("open_ok");
    server.first().request().line().to_owned()
}

#[test]
fn a_path_is_asked_for_as_it_was_written() {
    assert_eq!(asked("/a%2Fb%20c/?x=%41&y=%2B"), "GET /a%2Fb%20c/?x=%41&y=%2B HTTP/1.1");
    assert_eq!(asked(""), "GET / HTTP/1.1");
    assert_eq!(asked("?room=1"), "GET /?room=1 HTTP/1.1");
}

#[test]
fn user_and_password_become_basic_auth_and_are_shown_nowhere() {
    let server = Rogue::new(accept);
    let address = server.address;
    let url = format!("ws://al%20ice:s3cr%3Aet@{address}/chat?token=hushhush");
    let told = told_by(&mut quick(&url, &[]));
    told.only("open_ok");
    let request = server.first().request().clone();
    // "al ice:s3cr:et"
    assert_eq!(request.value("Authorization"), "Basic YWwgaWNlOnMzY3I6ZXQ=");
    assert_eq!(request.line(), "GET /chat?token=hushhush HTTP/1.1");
    assert_eq!(request.value("Host"), address.to_string());
    let shown = told.target()["url"].as_str().expect("a URL");
    assert_eq!(shown, format!("ws://{address}/chat"));
    keeps_quiet(&told.said.stdout);
}

#[test]
fn secrets_of_a_url_are_not_in_the_outputs_for_people_either() {
    let server = Rogue::new(|peer| {
        peer.request()?;
        peer.send("HTTP/1.1 503 Service Unavailable\r\n\r\n")?;
        peer.fin()
    });
    let url = format!("ws://al%20ice:s3cr%3Aet@{}/chat?token=hushhush", server.address);
    let sentence = say(&["check", "--for", "1s", "--held", "0", &url]);
    keeps_quiet(&format!("{sentence:?}"));
    let mut plain = Running::start(&mut herdtop(User::Own, &["-i", "250ms", &url]));
    for _ in 0..6 {
        keeps_quiet(&plain.line().expect("a line per interval"));
    }
}

fn keeps_quiet(text: &str) {
    for secret in ["al ice", "al%20ice", "s3cr", "YWwg", "token", "hushhush"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

#[test]
fn an_international_name_is_asked_for_in_its_ascii_form() {
    let server = Rogue::new(accept);
    let port = server.address.port();
    let resolve = format!("xn--bcher-kva.example:{port}:127.0.0.1");
    told_with(&format!("ws://bücher.example:{port}/"), &["--resolve", &resolve]).only("open_ok");
    let host = format!("xn--bcher-kva.example:{port}");
    assert_eq!(server.first().request().value("Host"), host);
}

#[test]
fn http_is_taken_for_ws() {
    let server = Rogue::new(accept);
    let told = told(&format!("http://{}/chat", server.address));
    told.only("open_ok");
    assert_eq!(told.target()["url"], format!("ws://{}/chat", server.address));
}

#[test]
fn what_is_no_url_to_probe_is_named_in_one_line() {
    for wrong in [
        "ftp://127.0.0.1/",
        "ws://",
        "ws:///chat",
        "ws://127.0.0.1:0/",
        "ws://127.0.0.1:70000/",
        "ws://[::1/",
        "ws://a b/",
        "wss//127.0.0.1/",
    ] {
        // `check` first: it ends, should the URL be taken for a good one.
        for (before, code) in [(&["check"][..], 3), (&["stream"], 2), (&[], 2)] {
            let said = say(&[before, &[wrong]].concat());
            assert_eq!(said.code, Some(code), "{wrong}: {said:?}");
            assert_eq!(said.stdout, "", "{wrong}");
            assert_eq!(said.stderr.lines().count(), 1, "{wrong}: {}", said.stderr);
            assert!(said.stderr.starts_with("herdtop: "), "{wrong}: {}", said.stderr);
            assert!(said.stderr.contains('\''), "{wrong}: what is wrong in {}", said.stderr);
        }
    }
}

#[test]
fn a_complaint_about_a_url_keeps_its_secrets() {
    for wrong in [
        "ftp://al%20ice:s3cr%3Aet@127.0.0.1/?token=hushhush",
        "ws://al%20ice:s3cr%3Aet@127.0.0.1:0/?token=hushhush",
        "ws://al%20ice:s3cr%3Aet@/?token=hushhush",
        "ws://al%20ice:s3cr%3Aet@127.0.0.1:70000/?token=hushhush",
        // Forgot the scheme, forgot to encode the '#', forgot both slashes.
        "al%20ice:s3cr%3Aet@127.0.0.1:80/?token=hushhush",
        "ws://alice:s3cr#et@127.0.0.1:80/",
        "ws:al%20ice:s3cr%3Aet@/?token=hushhush",
    ] {
        let said = say(&["check", wrong]);
        assert_eq!(said.code, Some(3), "{said:?}");
        keeps_quiet(&said.stderr);
    }
}
