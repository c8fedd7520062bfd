//! Django Channels: the same consumers under two servers, which tell clients
//! different things.

use super::server::{Server, command, installed, sources};
use super::told::{Told, WITHOUT_CLOSE, check, outcome, turned_away};
use crate::checks::schema::count;

const PATHS: [&str; 5] = ["/echo", "/rejected", "/full", "/crash", "/broken"];

/// Starts the application under this server.
pub(super) fn started(program: &str, port: &str) -> Server {
    let mut command = command(installed("venv/bin").join(program));
    command.args([port, "0", "app:application"]).current_dir(sources().join("django"));
    Server::start(command)
}

/// Starts it and watches each of its consumers.
fn told_by(program: &str, port: &str) -> (Told, impl Fn(&str) -> String) {
    let server = started(program, port);
    let urls = PATHS.map(|path| server.url(path));
    // daphne takes up to a second to say that it closes.
    let told = check(&["--dwell", "4s"], &urls.each_ref().map(String::as_str));
    let url = server.url("");
    (told, move |path| format!("{url}{path}"))
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn uvicorn_says_403_before_accept_1013_after_and_nothing_in_a_crash() {
    let (told, url) = told_by("uvicorn", "--port");
    assert!(outcome(told.target(&url("/echo")), "open_ok") > 0, "{told:#?}");
    // What was meant as 1013: before accept no server can say so.
    turned_away(told.target(&url("/rejected")), &["http_403"]);
    let full = told.target(&url("/full"));
    turned_away(full, &["close_clean"]);
    assert_eq!(told.closes(1013), count(&full["attempts"]), "{told:#?}");
    let crash = told.target(&url("/crash"));
    turned_away(crash, &WITHOUT_CLOSE);
    assert_eq!(told.closes(1006), count(&crash["attempts"]), "{told:#?}");
    turned_away(told.target(&url("/broken")), &["http_500"]);
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn daphne_says_403_before_accept_and_1011_for_1013_and_for_a_crash() {
    let (told, url) = told_by("daphne", "--port");
    assert!(outcome(told.target(&url("/echo")), "open_ok") > 0, "{told:#?}");
    turned_away(told.target(&url("/rejected")), &["http_403"]);
    let (full, crash) = (told.target(&url("/full")), told.target(&url("/crash")));
    turned_away(full, &["close_clean"]);
    turned_away(crash, &["close_clean"]);
    let both = count(&full["attempts"]) + count(&crash["attempts"]);
    assert_eq!((told.closes(1011), told.closes(1013)), (both, 0), "{told:#?}");
    turned_away(told.target(&url("/broken")), &["http_500"]);
}
