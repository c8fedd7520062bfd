//! npm's ws and Node's own http, overloaded and misbehaving.

use super::server::node;
use super::told::{WITHOUT_CLOSE, check, check_for, detail, outcome, stream, told_where};
use crate::checks::schema::count;

/// No arguments.
const NONE: &[&str] = &[];

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn a_server_that_takes_us_in_is_accepted_and_held() {
    let server = node("echo.js", NONE);
    let url = server.url("/");
    let mut stream = stream(&["--dwell", "500ms", "--probe-every", "1s"], &[&url]);
    let told = told_where(&mut stream, "a pinged connection", |told| {
        let target = told.only();
        target["held"]["open"] == 1 && target["ping_ms"]["p50"].is_number()
    });
    let target = told.only();
    assert_eq!(outcome(target, "open_ok"), count(&target["attempts"]), "{target:#}");
    assert!(target["handshake_ms"]["p50"].is_number(), "{target:#}");
    assert!(target["phase_ms"]["tcp"].is_number(), "{target:#}");
    assert!(target["phase_ms"]["upgrade"].is_number(), "{target:#}");
    assert!(target["phase_ms"]["tls"].is_null(), "no TLS, no figure: {target:#}");
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn an_answer_is_held_against_what_was_expected() {
    let server = node("echo.js", NONE);
    let url = server.url("/");
    let args = ["--held", "0", "--dwell", "300ms", "--send", "marco", "--expect"];
    let told = check(&[&args[..], &["^marco$"]].concat(), &[&url]);
    assert!(outcome(told.only(), "open_ok") > 0, "{told:#?}");
    check(&[&args[..], &["^polo$"]].concat(), &[&url])
        .turned_away(&["answer_unexpected"], "misconfigured/handshake");
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn over_the_limit_is_1013_while_the_client_that_is_in_stays() {
    let server = node("limited.js", &["1"]);
    let url = server.url("/");
    let mut stream = stream(&["--dwell", "500ms", "--probe-every", "1s"], &[&url]);
    let told = told_where(&mut stream, "1013 beside a held connection", |told| {
        let target = told.only();
        let held = target["held"]["open"] == 1 && target["ping_ms"]["p50"].is_number();
        held && told.closes(1013) > 0 && told.verdict() == "overloaded/refusing_new"
    });
    let target = told.only();
    assert_eq!(target["held"]["lost"], 0, "{target:#}");
    assert_eq!(outcome(target, "close_clean"), told.closes(1013), "{target:#}");
    assert_eq!(told.browser(1013), told.closes(1013), "a browser shows it too: {told:#?}");
    assert!(detail(target).contains("Try Again Later"), "{target:#}");
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn closed_within_the_dwell_is_not_accepted() {
    let server = node("limited.js", &["0"]);
    let told = check(&[], &[&server.url("/")]);
    told.turned_away(&["close_clean"], "overloaded/refusing_new");
    assert_eq!(told.closes(1013), count(&told.only()["attempts"]), "{told:#?}");
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn a_503_is_no_close_code_and_its_retry_after_is_waited_for() {
    let server = node("busy.js", NONE);
    let told = check_for("4s", &["--held", "0", "--probe-every", "1s"], &[&server.url("/")]);
    told.turned_away(&["http_503"], "overloaded/refusing_new");
    let target = told.only();
    assert_eq!(target["attempts"], 1, "asked to wait 7 s, and did: {target:#}");
    let next = target["next_attempt_s"].as_f64().expect("a next attempt");
    assert!((2.0..=7.0 + 1.0).contains(&next), "7 s and up to 1 s of jitter: {target:#}");
    assert!(detail(target).contains("server full"), "the body says why: {target:#}");
    assert_eq!((told.closes(1006), told.browser(1006)), (0, 1), "only a browser: {told:#?}");
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn a_401_is_tried_once_a_minute() {
    let server = node("unauthorized.js", NONE);
    let told = check(&["--held", "0", "--probe-every", "1s"], &[&server.url("/")]);
    told.turned_away(&["http_401"], "misconfigured/handshake");
    let next = told.only()["next_attempt_s"].as_f64().expect("a next attempt");
    assert!(next > 50.0, "{told:#?}");
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn max_connections_of_node_ends_the_handshake_without_an_answer() {
    let server = node("max_connections.js", NONE);
    let told = check(&[], &[&server.url("/")]);
    // Which of the two depends on whether the request had arrived.
    told.turned_away(&["hs_eof", "hs_reset"], "overloaded/refusing_new");
    let target = told.only();
    assert_eq!(target["last_failure"]["phase"], "upgrade", "{target:#}");
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn a_socket_dropped_on_upgrade_is_an_end_within_the_handshake() {
    let server = node("destroy.js", NONE);
    check(&[], &[&server.url("/")]).turned_away(&["hs_eof"], "overloaded/refusing_new");
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn an_open_connection_dropped_without_a_close_frame_is_1006() {
    let server = node("terminate.js", NONE);
    // One or two that are cut may be by chance: the verdict waits for more.
    let told = check_for("12s", &[], &[&server.url("/")]);
    told.turned_away(&WITHOUT_CLOSE, "crashing/crash_loop");
    let attempts = count(&told.only()["attempts"]);
    assert_eq!((told.closes(1006), told.browser(1006)), (attempts, attempts), "{told:#?}");
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn a_server_that_never_answers_the_upgrade_is_a_handshake_timeout() {
    let server = node("silent.js", NONE);
    let told = check(&["--timeout", "1s"], &[&server.url("/")]);
    told.turned_away(&["hs_timeout"], "stalled/no_answer");
    assert!(told.only()["phase_ms"]["tcp"].is_number(), "TCP was fine: {told:#?}");
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn a_blocked_event_loop_is_lag_and_not_the_network() {
    let server = node("stalled.js", NONE);
    let mut stream = stream(&["--dwell", "500ms", "--timeout", "10s"], &[&server.url("/")]);
    let told = told_where(&mut stream, "a lag over 300 ms", |told| {
        let lag = told.only()["lag_ms"].as_f64();
        lag.is_some_and(|lag| lag > 300.0) && told.verdict() == "stalled/event_loop"
    });
    let target = told.only();
    let tcp = target["tcp_ms_min"].as_f64().expect("the kernel's round trip");
    assert!(tcp < 5.0, "{target:#}");
    assert_eq!(target["held"]["open"], 1, "{target:#}");
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn ws_without_compression_lacks_the_extension_that_is_required() {
    let server = node("echo.js", NONE);
    let told = check(&["--require-extension", "permessage-deflate"], &[&server.url("/")]);
    told.turned_away(&["missing_extension"], "misconfigured/handshake");
    let target = told.only();
    assert_eq!(told.closes(1010), count(&target["attempts"]), "{told:#?}");
    assert!(detail(target).contains("permessage-deflate"), "{target:#}");
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn ws_with_compression_has_the_extension_that_is_required() {
    let server = node("echo.js", &["deflate"]);
    let args = ["--require-extension", "permessage-deflate", "--dwell", "500ms", "--send", "text"];
    let told = check_for("2s", &args, &[&server.url("/")]);
    let target = told.only();
    assert!(outcome(target, "open_ok") > 0, "{target:#}");
    assert_eq!(outcome(target, "open_ok"), count(&target["attempts"]), "{target:#}");
    assert_eq!((told.closes(1010), told.closes(1002)), (0, 0), "{told:#?}");
}
