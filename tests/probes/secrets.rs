//! What a server sends back of our secrets goes nowhere.

use super::run::{quick, told_by};
use super::server::Rogue;
use super::wire;
use crate::checks::harness::{User, herdtop, run};
use crate::recording::file::{lines, text};

const SECRET: &str = "s3cr3t-t0ken-of-ours";

/// Everything the program says of a server that repeats the secret like this.
fn said_of(answer: &'static str) -> String {
    let server = Rogue::new(move |peer| {
        peer.request()?;
        peer.send(answer)?;
        peer.fin()
    });
    let header = format!("Authorization: Bearer {SECRET}");
    let told = told_by(&mut quick(&server.url(), &["-H", &header]));
    format!("{:#} {}", told.document, told.said.stderr)
}

#[test]
fn a_refusal_that_repeats_the_token_is_told_without_it() {
    let said = said_of(
        "HTTP/1.1 403 Forbidden\r\nServer: knows s3cr3t-t0ken-of-ours\r\n\r\n\
         bad token s3cr3t-t0ken-of-ours, go away",
    );
    assert!(said.contains("bad token [hidden]"), "{said}");
    assert!(!said.contains("s3cr3t"), "{said}");
}

#[test]
fn a_token_at_the_edge_of_what_is_shown_is_not_shown_in_part() {
    let said = said_of(
        "HTTP/1.1 401 No\r\n\r\n\
         xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\
         xxxxxxxxxxxxxxxxxxxxxxxxxxx s3cr3t-t0ken-of-ours",
    );
    assert!(said.contains("xxxxx"), "{said}");
    assert!(!said.contains("s3cr3t"), "{said}");
}

#[test]
fn garbage_that_holds_the_token_is_told_without_it() {
    let said = said_of("you sent s3cr3t-t0ken-of-ours and I do not like it\r\n\r\n");
    assert!(said.contains("hs_not_http") && !said.contains("s3cr3t"), "{said}");
}

#[test]
fn no_secret_gets_into_a_recording() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("r.rec");
    let server = Rogue::new(move |peer| {
        peer.request()?;
        peer.send("HTTP/1.1 403 No\r\n\r\nbad token s3cr3t-t0ken-of-ours")?;
        peer.fin()
    });
    let url = server.url().replacen("ws://", &format!("ws://ann:{SECRET}@"), 1);
    let url = format!("{url}?token={SECRET}");
    let header = format!("Authorization: Bearer {SECRET}");
    run(&mut quick(&url, &["-H", &header, "--record", text(&path)]));
    let kept = lines(&path);
    assert!(kept.contains("\"status\":403"), "the answer is there: {kept}");
    assert!(!kept.contains("s3cr3t") && !kept.contains("ann"), "{kept}");
}

/// Everything a run tells and keeps: document, errors, recording.
fn traces(url: &str, more: &[&str]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("r.rec");
    let more = [more, &["--record", text(&path)]].concat();
    let told = told_by(&mut quick(url, &more));
    format!("{:#} {} {}", told.document, told.said.stderr, lines(&path))
}

#[test]
fn what_was_sent_and_comes_back_is_told_without_it() {
    let server = Rogue::new(|peer| {
        peer.accept()?;
        let sent = peer.frame()?;
        peer.send(wire::frame(wire::FIN | wire::TEXT, &[b"what is ", &sent.payload[..]].concat()))?;
        peer.behave()
    });
    let sent = format!(r#"{{"op":"login","token":"{SECRET}"}}"#);
    let all = traces(&server.url(), &["--send", &sent, "--expect", "^welcome"]);
    assert!(all.contains("answer_unexpected") && all.contains("what is"), "{all}");
    assert!(!all.contains("s3cr3t"), "{all}");
}

#[test]
fn what_was_sent_and_comes_back_in_a_close_reason_is_told_without_it() {
    let server = Rogue::new(|peer| {
        peer.accept()?;
        let sent = peer.frame()?;
        let reason = [b"bad: ", &sent.payload[..sent.payload.len() - 3]].concat();
        peer.send(wire::close(1008, &reason))?;
        peer.fin()
    });
    let all = traces(&server.url(), &["--send", &format!("AUTH {SECRET}")]);
    assert!(all.contains("close 1008 'bad: "), "{all}");
    assert!(!all.contains("s3cr3t"), "{all}");
}

#[test]
fn tokens_among_subprotocols_and_in_the_path_are_shown_nowhere() {
    const TOKEN: &str = "kJ8dQ2vXz7LpW3nRt5YbA9";
    let server = Rogue::new(|peer| {
        let request = peer.request()?;
        let asked = request.value("Sec-WebSocket-Protocol").split(", ").last().unwrap_or_default();
        peer.send(request.switching(&format!("Sec-WebSocket-Protocol: {asked}\r\n")))?;
        peer.send(wire::close(1008, format!("no {TOKEN} at {}", request.line()).as_bytes()))?;
        peer.fin()
    });
    let url = format!("{}hook/{TOKEN}/ws", server.url());
    let all = traces(&url, &["-s", &format!("graphql-ws,bearer.{TOKEN}")]);
    assert!(all.contains("/hook/***/ws") && all.contains("bearer.***"), "{all}");
    assert!(!all.contains("kJ8dQ2"), "{all}");
}

#[test]
fn a_complaint_repeats_no_secret() {
    for args in [
        &["ws://ann:s3cr3tpw @127.0.0.1:1/"][..],
        &["ws://ann:s3cr3t pw@127.0.0.1:1/"][..],
        &["ws://ann:s3cr3tpw"][..],
        &["ws://ann:s3cr3tpw/x"][..],
        &["--subprotocol", "s3cr3t token", "ws://127.0.0.1:1/"][..],
        &["--metrics-url", "http://ann:s3cr3tpw"][..],
    ] {
        for command in [&["check"][..], &["stream"], &[]] {
            let said = run(&mut herdtop(User::Own, &[command, args].concat()));
            assert!(matches!(said.code, Some(2 | 3)), "{args:?}: {said:?}");
            assert_eq!(said.stderr.lines().count(), 1, "{said:?}");
            assert!(!said.stderr.contains("s3cr3t") && !said.stderr.contains("pw"), "{said:?}");
        }
    }
}
