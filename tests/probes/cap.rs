//! The prober never joins the herd: at most one attempt a second and twenty a
//! minute for each target, whatever the server does and however often we ask.

use std::time::{Duration, Instant};

use super::peer::Peer;
use super::run::assert_honest;
use super::server::Rogue;
use super::wire::close;
use crate::checks::harness::{Running, User, herdtop};

const MINUTE: Duration = Duration::from_mins(1);
/// Attempts a minute, both connections of a target together.
pub(super) const CAP: usize = 20;
/// A second, less what a busy machine may keep the server from noticing.
const APART: Duration = Duration::from_millis(800);

#[test]
fn no_server_gets_more_than_20_attempts_a_minute_or_two_in_a_second() {
    let slamming = Rogue::new(Peer::rst);
    let hurrying = Rogue::new(|peer| {
        peer.request()?;
        peer.send("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 0\r\n\r\n")?;
        peer.fin()
    });
    // An ordinary end asks for no patience: only the cap holds this one back.
    let closing = Rogue::new(|peer| {
        peer.accept()?;
        peer.send(close(1000, b""))?;
        peer.fin()
    });
    let good = Rogue::new(|peer| {
        peer.accept()?;
        peer.behave()
    });
    let servers = [slamming, hurrying, closing, good];
    let urls: Vec<String> = servers.iter().map(Rogue::url).collect();
    let mut args = vec!["stream", "--probe-every", "1s", "--dwell", "100ms"];
    args.extend(urls.iter().map(String::as_str));
    let start = Instant::now();
    let mut stream = Running::start(&mut herdtop(User::Own, &args));
    let mut document = stream.document();
    // A window that slides has to be watched for longer than its length.
    while start.elapsed() < MINUTE + Duration::from_secs(5) {
        document = stream.document();
    }
    drop(stream);
    assert_honest(&document);
    for (server, url) in servers.iter().zip(&urls) {
        let came: Vec<Instant> = server.visits().iter().map(|visit| visit.came).collect();
        hold_the_cap(url, &came);
    }
    let closed = servers[2].visits().len();
    assert!(closed + 2 >= CAP, "{closed}: the cap is used where nothing else holds it back");
}

fn hold_the_cap(url: &str, came: &[Instant]) {
    assert!(came.len() >= 3, "{url}: only {} attempts", came.len());
    for pair in came.windows(2) {
        let apart = pair[1] - pair[0];
        assert!(apart >= APART, "{url}: two attempts {apart:?} apart");
    }
    for minute in came.windows(CAP + 1) {
        let took = minute[CAP] - minute[0];
        assert!(took >= MINUTE.saturating_sub(Duration::from_secs(1)), "{url}: {CAP} in {took:?}");
    }
}
