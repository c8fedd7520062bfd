//! What a server sends back of our secrets goes nowhere.

use super::run::{quick, told_by};
use super::server::Rogue;
use crate::checks::harness::run;
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
