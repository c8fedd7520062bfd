//! The page that Prometheus reads, as its own tool sees it.

use std::io::Write;
use std::process::{Command, Stdio};

use super::server::node;
use crate::checks::harness::{User, herdtop, own_folder, until};

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn promtool_finds_nothing_wrong_with_a_page_that_has_everything() {
    let server = node("echo.js", &[""; 0]);
    let url = server.url("/");
    let port = url.trim_end_matches('/').rsplit(':').next().expect("a port").to_owned();
    let folder = own_folder();
    let path = folder.path().join("herdtop.prom");
    let folder = folder.path().to_str().expect("a path");
    let args = ["stream", "-p", &port, "-c", "2", "--dwell", "100ms", "--textfile", folder, &url];
    let mut child = herdtop(User::Own, &args).spawn().expect("start herdtop");
    let mut page = String::new();
    until("everything", || {
        page = std::fs::read_to_string(&path).unwrap_or_default();
        let wanted = ["_ping_seconds_bucket", "_handshake_seconds_sum", "open_ok", "_limit_room"];
        wanted.iter().all(|one| page.contains(one))
    });
    child.kill().and_then(|()| child.wait()).expect("it runs");
    let mut tool = Command::new("promtool");
    tool.args(["check", "metrics"]).stdin(Stdio::piped()).stderr(Stdio::piped());
    let mut tool = tool.stdout(Stdio::piped()).spawn().expect("Debian's prometheus has it");
    tool.stdin.take().expect("its input").write_all(page.as_bytes()).expect("it reads");
    let said = tool.wait_with_output().expect("it ends");
    let words = String::from_utf8_lossy(&said.stderr);
    assert!(said.status.success() && words.is_empty(), "{words}\n{page}");
}
