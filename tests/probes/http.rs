//! Answers other than 101.

use chrono::{DateTime, TimeDelta, Utc};

use super::run::{Told, together, told_of};

/// Answers with this and closes, as refusals are.
fn refused_with(answer: impl Into<String>) -> Told {
    let answer = answer.into();
    told_of(move |peer| {
        peer.request()?;
        peer.send(&answer)?;
        peer.fin()
    })
}

/// Seconds until the next attempt, as the document has it.
fn next_attempt(told: &Told) -> f64 {
    told.target()["next_attempt_s"].as_f64().expect("another attempt is planned")
}

#[test]
fn a_503_is_told_with_the_seconds_it_asks_for_and_is_obeyed() {
    let told = refused_with(
        "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 70\r\nServer: nginx\r\n\
         Content-Length: 9\r\nConnection: close\r\n\r\noverload\n",
    );
    told.only("http_503").failed_in("upgrade", &["HTTP 503", "retry after 70 s", "overload"]);
    told.closes(&[]).browser(&[1006]);
    // Longer than any wait of our own making; the run has used up a few seconds of it.
    assert!((60.0..=75.0).contains(&next_attempt(&told)), "{:#}", told.target());
    assert_eq!(told.target()["attempts"], 1);
}

#[test]
fn retry_after_may_be_a_date() {
    // The clock of the server counts, which may be wrong.
    let now = Utc::now() - TimeDelta::hours(3);
    let date = |time: DateTime<Utc>| time.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let (date, then) = (date(now), date(now + TimeDelta::seconds(100)));
    let told = refused_with(format!(
        "HTTP/1.1 503 Service Unavailable\r\nDate: {date}\r\nRetry-After: {then}\r\n\r\n"
    ));
    told.only("http_503").failed_in("upgrade", &["HTTP 503, retry after 100 s"]);
    assert!((80.0..=105.0).contains(&next_attempt(&told)), "{:#}", told.target());
    let years = "HTTP/1.1 429 No\r\nRetry-After: 343655605\r\n\r\n";
    refused_with(years).failed_in("upgrade", &["HTTP 429, retry after 3977 d"]);
}

#[test]
fn a_retry_after_that_cannot_be_meant_does_no_harm() {
    let odd = ["-5", "99999999999999999999", "soon", "", "Wed, 32 Foo 2026 25:61:00 GMT", "86400"];
    together(&odd, |odd| {
        let told = refused_with(format!("HTTP/1.1 503 No\r\nRetry-After: {odd}\r\n\r\n"));
        told.only("http_503");
        // None while an attempt is under way. Beyond ten minutes nobody is obeyed.
        let next = told.target()["next_attempt_s"].as_f64();
        assert!(next.is_none_or(|next| next <= 615.0), "{:#}", told.target());
    });
}

#[test]
fn a_refusal_is_told_by_its_status() {
    let cases = [
        ("http_429", "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\n\r\n", "HTTP 429"),
        (
            "http_403",
            "HTTP/1.1 403 Forbidden\r\nServer: daphne\r\n\r\nAccess denied",
            "Access denied",
        ),
        ("http_403", "HTTP/1.1 403 \r\n\r\n", "HTTP 403"),
        ("http_404", "HTTP/1.1 404 Not Found\r\n\r\nno such room", "no such room"),
        ("http_426", "HTTP/1.1 426 Upgrade Required\r\n\r\nUpgrade Required", "HTTP 426"),
        ("http_200", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", "HTTP 200"),
        ("http_302", "HTTP/1.1 302 Found\r\nLocation: https://login.example/\r\n\r\n", "HTTP 302"),
        ("http_502", "HTTP/1.1 502 Bad Gateway\r\n\r\n<html>", "HTTP 502"),
        ("http_504", "HTTP/1.0 504 Gateway Timeout\r\n\r\n", "504"),
    ];
    together(&cases, |(name, answer, words)| {
        let told = refused_with(*answer);
        told.only(name).failed_in("upgrade", &[words]).closes(&[]).browser(&[1006]);
    });
}

#[test]
fn a_refusal_that_needs_a_change_is_tried_once_a_minute() {
    let told = refused_with("HTTP/1.1 401 Unauthorized\r\n\r\n");
    told.only("http_401");
    assert!((50.0..=73.0).contains(&next_attempt(&told)), "{:#}", told.target());
}

#[test]
fn of_a_long_body_the_beginning_is_shown() {
    let body = format!("<h1>Down</h1>\u{1b}[31m{}", "x".repeat(100_000));
    let told = refused_with(format!("HTTP/1.1 500 Oops\r\n\r\n{body}"));
    told.only("http_500").failed_in("upgrade", &["HTTP 500 'Down"]);
    let detail = told.target()["last_failure"]["detail"].as_str().expect("text");
    assert!(detail.len() < 250, "{detail}");
}

#[test]
fn a_body_that_never_comes_is_not_waited_for_long() {
    let told = told_of(|peer| {
        peer.request()?;
        peer.send("HTTP/1.1 503 No\r\nContent-Length: 1000000\r\n\r\nbusy")?;
        peer.keep_open()
    });
    told.only("http_503").failed_in("upgrade", &["busy"]);
    assert!(told.took.as_secs() < 8, "{:?}", told.took);
}

/// The kind and cause of the verdict, and the exit code.
fn verdict(told: &Told) -> (String, String) {
    let of = |name: &str| told.document["verdict"][name].as_str().unwrap_or_default().to_owned();
    (of("kind"), of("cause"))
}

#[test]
fn a_status_is_judged_by_what_it_means() {
    let upstream = ("down", "upstream");
    let refused = ("misconfigured", "handshake");
    let full = ("overloaded", "refusing_new");
    let cases: Vec<(u16, (&str, &str))> = (520..=527)
        .chain([502, 504, 530, 598, 599])
        .map(|status| (status, upstream))
        .chain([501, 505, 508, 511, 561, 421, 407].map(|status| (status, refused)))
        .chain([408, 509, 529].map(|status| (status, full)))
        .chain([(500, ("crashing", "crash_loop"))])
        .collect();
    together(&cases, |&(status, (kind, cause))| {
        let told = refused_with(format!("HTTP/1.1 {status} Odd\r\nContent-Length: 0\r\n\r\n"));
        told.only(&format!("http_{status}")).failed_in("upgrade", &[&format!("HTTP {status}")]);
        assert_eq!(verdict(&told), (kind.to_owned(), cause.to_owned()), "{status}");
        let sentence = told.document["verdict"]["sentence"].as_str().expect("a sentence");
        assert_eq!(sentence.contains("tracebacks"), status == 500, "{sentence}");
    });
}

#[test]
fn a_redirect_names_its_place_and_is_not_followed() {
    let cases = [
        (
            "301",
            "Location: https://edge.example/ws\r\n",
            "HTTP 301 to https://edge.example/ws, not",
        ),
        ("307", "Location: /ws/\r\n", "HTTP 307 to /ws/, not followed"),
        (
            "302",
            "Location: https://u:pw@login.example/x?token=hushhush#f\r\n",
            "HTTP 302 to https://login.example/x, not",
        ),
        ("308", "", "HTTP 308 without a Location"),
        ("303", "Location:  \r\n", "HTTP 303 without a Location"),
        ("304", "", "HTTP 304 not modified: a cache answered"),
    ];
    together(&cases, |(status, header, words)| {
        let told =
            refused_with(format!("HTTP/1.1 {status} Moved\r\n{header}Content-Length: 0\r\n\r\n"));
        told.only(&format!("http_{status}")).failed_in("upgrade", &[words]);
        let all = told.document.to_string();
        assert!(!all.contains("hushhush") && !all.contains("pw@"), "{all}");
    });
}

#[test]
fn a_refusal_tells_what_is_asked_for_instead() {
    let cases = [
        ("HTTP/1.1 426 Upgrade Required\r\nSec-WebSocket-Version: 8\r\n\r\n", "version 8, not 13"),
        ("HTTP/1.1 401 No\r\nWWW-Authenticate: Bearer realm=\"x\"\r\n\r\n", "it wants Bearer"),
        (
            "HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n<html><head><title>400 The plain \
             HTTP request was sent to HTTPS port</title></head>",
            "try wss://",
        ),
        (
            "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n",
            "try wss://",
        ),
        ("HTTP/1.1 511 Network Authentication Required\r\n\r\n", "a network on the way"),
    ];
    together(&cases, |(answer, words)| {
        refused_with(*answer).failed_in("upgrade", &[words]);
    });
}

#[test]
fn a_certificate_that_is_missed_over_http_is_a_client_certificate() {
    let told = refused_with(
        "HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n<html><head><title>400 No required SSL \
         certificate was sent</title></head>",
    );
    told.only("http_400").failed_in("upgrade", &["No required SSL certificate was sent"]);
    assert_eq!(verdict(&told), ("misconfigured".to_owned(), "tls_client_cert".to_owned()));
}
