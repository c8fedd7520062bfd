//! A server that is away, slow or something else: one line, and exit code 3.

use std::time::Instant;

use super::server::{Fake, FakeHost, Manner, http};
use crate::checks::harness::{Said, own_folder, say};

fn check(url: &str) -> Said {
    say(&["check", "--prometheus", url])
}

/// The one line of complaint, and that nothing else was said.
fn complaint(said: &Said) -> &str {
    assert_eq!((said.code, said.stdout.as_str()), (Some(3), ""), "{}", said.stderr);
    let line = said.stderr.strip_suffix('\n').expect("a line");
    assert!(!line.contains('\n') && line.starts_with("herdtop: "), "{line}");
    assert!(!line.contains(['\u{1b}', '\u{7}']), "{line:?}");
    line
}

#[test]
fn whatever_answers_instead_of_prometheus_is_told_in_one_line() {
    let error = r#"{"status":"error","errorType":"timeout","error":"query timed\nout \u001b[2J"}"#;
    let ends = r#"{"status":"success","data":{"resultType":"vector","res"#;
    for (manner, words) in [
        (Manner::Status("503 Service Unavailable", error.to_owned()), "timeout: query timed out"),
        (Manner::Status("502 Bad Gateway", "no upstream".to_owned()), "HTTP 502"),
        (Manner::Status("200 OK", "<!doctype html><title>Login</title>".to_owned()), "page of HTML"),
        (Manner::Status("200 OK", ends.to_owned()), "ends in the middle"),
        (Manner::Status("200 OK", String::new()), "empty"),
        (Manner::Status("200 OK", "[1]".to_owned()), "not JSON"),
        (Manner::Status("401 Unauthorized", "no".to_owned()), "give --prometheus-token"),
        (Manner::Status("404 Not Found", "no".to_owned()), "is a part of its path missing"),
        (Manner::Bytes(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec()), "not HTTP"),
        (Manner::Bytes(http("200 OK", "{}")[..40].to_vec()), "closed"),
        (
            Manner::Status("200 OK", r#"{"status":"success","data":{"resultType":"streams","result":[]}}"#.into()),
            "another version of the API",
        ),
        (Manner::Bytes(b"HTTP/1.1 302 Found\r\nLocation: https://sso/login?t=secret\r\nContent-Length: 0\r\n\r\n".to_vec()), "redirects to 'https://sso/login'"),
    ] {
        let fake = Fake::start(manner.clone());
        let said = check(&fake.url());
        let line = complaint(&said);
        assert!(line.contains(words) && line.contains(&fake.url()), "{manner:?}: {line}");
        assert!(!line.contains("secret"), "{line}");
    }
}

#[test]
fn a_server_that_is_away_or_says_nothing_is_not_waited_for_without_end() {
    let refused = check("http://127.0.0.1:1");
    assert!(complaint(&refused).contains("onnection refused"), "{}", refused.stderr);
    let fake = Fake::start(Manner::Silent);
    let begun = Instant::now();
    let said = check(&fake.url());
    assert!(complaint(&said).contains("no whole answer in 10s"), "{}", said.stderr);
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
}

#[test]
fn a_server_without_our_metrics_is_unknown_and_says_what_is_missing() {
    let fake = Fake::start(Manner::Hosts(Vec::new()));
    let said = check(&fake.url());
    assert_eq!(said.code, Some(3));
    assert!(
        said.stdout.contains("is 'herdtop serve' running there, and scraped?"),
        "{}",
        said.stdout
    );
}

#[test]
fn a_hundred_thousand_series_are_read_in_part_and_that_is_said() {
    let fake = Fake::start(Manner::Many(100_000));
    let said = check(&fake.url());
    let told = "20000 series are read, 80000 more are not: --match asks for fewer hosts";
    assert!(said.stderr.contains(told), "{}", said.stderr);
}

#[test]
fn a_partial_answer_and_what_a_server_remarks_are_shown() {
    let fake = Fake::start(Manner::Partial(vec![FakeHost::well("web-1")]));
    let said = check(&fake.url());
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    let told = "herdtop: store 'eu-2' did not answer\nherdtop: metric might not be a counter\n";
    assert_eq!(said.stderr, told);
}

#[test]
fn what_was_typed_wrong_is_quoted_without_its_secret() {
    for (args, words) in [
        (&["--prometheus", "prometheus:9090"][..], "--prometheus 'prometheus:9090': not a URL"),
        (&["--prometheus", "ftp://me:hushhush@p/"], "over http or https"),
        (&["--match", "job=\"a\""], "--match needs --prometheus beside it"),
        (&["--prometheus", "http://127.0.0.1:1", "--match", "edge"], "--match 'edge': give label"),
        (
            &["--prometheus", "http://127.0.0.1:1", "--prometheus-token", "/nonexistent"],
            "--prometheus-token '/nonexistent'",
        ),
    ] {
        for command in ["check", "fleet"] {
            let said = say(&[&[command], args].concat());
            let code = if command == "check" { 3 } else { 2 };
            assert_eq!(said.code, Some(code), "{command} {args:?}: {}", said.stderr);
            assert!(said.stderr.contains(words), "{command} {args:?}: {}", said.stderr);
            assert!(!said.stderr.contains("hush"), "{}", said.stderr);
        }
    }
    let said = say(&["fleet"]);
    assert_eq!(said.code, Some(2));
    assert!(said.stderr.contains("--prometheus is missing"), "{}", said.stderr);
}

#[test]
fn who_asks_shows_what_lets_in() {
    let folder = own_folder();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path.to_str().expect("a path").to_owned()
    };
    let (token, user) = (file("token", "sesame\n"), file("user", "me:hush\n"));
    let fake = Fake::start(Manner::Hosts(vec![FakeHost::well("web-1")]));
    for args in [["--prometheus-token", &token], ["--prometheus-user", &user]] {
        let said = say(&[&["check", "--prometheus", &fake.url()][..], &args[..]].concat());
        assert_eq!(said.code, Some(0), "{}", said.stderr);
    }
    let both = say(&[
        "check",
        "--prometheus",
        &fake.url(),
        "--prometheus-token",
        &token,
        "--prometheus-user",
        &user,
    ]);
    assert_eq!(both.code, Some(3), "{}", both.stdout);
    let asked = fake.asked();
    assert!(asked.iter().all(|one| one.starts_with("POST /api/v1/query")), "{asked:?}");
    assert!(asked.iter().all(|one| one.contains("nocache=1")), "what VictoriaMetrics wants");
}
