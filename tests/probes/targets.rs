//! Several targets at once.

use super::reach::closed_port;
use super::run::{told_by, told_with};
use super::server::Rogue;
use super::wire::{CLOSE, close};
use crate::checks::harness::{User, herdtop};

#[test]
fn a_target_that_hangs_does_not_hold_up_the_other() {
    let hanging = Rogue::new(|peer| {
        peer.request()?;
        peer.keep_open()
    });
    let good = Rogue::new(|peer| {
        peer.accept()?;
        peer.behave()
    });
    let args = ["check", "--json", "--for", "5s", "--timeout", "2s", "--dwell", "200ms"];
    let more = ["--probe-every", "1s", &hanging.url(), &good.url()];
    let told = told_by(&mut herdtop(User::Own, &[&args[..], &more].concat()));
    let [first, second] = [&told.document["probes"][0], &told.document["probes"][1]];
    assert_eq!(first["url"], hanging.url());
    assert_eq!(second["url"], good.url());
    assert_eq!(first["accepted"], 0, "{first:#}");
    assert!(first["outcomes"]["hs_timeout"].as_u64() >= Some(1), "{first:#}");
    assert!(second["accepted"].as_u64() >= Some(3), "{second:#}");
    assert_eq!(second["accepted"], second["attempts"], "{second:#}");
}

#[test]
fn codes_of_all_targets_are_counted_together() {
    let full = |code| {
        Rogue::new(move |peer| {
            peer.accept()?;
            peer.send(close(code, b""))?;
            peer.fin()
        })
    };
    // Both are told to leave it for a minute: one attempt each.
    let (one, two) = (full(1008), full(1008));
    let (dead, _bound) = closed_port();
    let urls = [two.url(), format!("ws://{dead}/")];
    let told = told_with(&one.url(), &[&urls[0], &urls[1]]);
    told.closes(&[1008]).browser(&[1006, 1008]);
    assert_eq!(told.document["closes"][0]["total"], 2, "{:#}", told.document["closes"]);
    assert_eq!(told.document["probes"][2]["outcomes"].get("open_ok"), None);
    for server in [&one, &two] {
        assert_eq!(server.visits().len(), 1, "1008 needs a change, not another attempt");
        assert_eq!(server.first().frames(CLOSE).len(), 1);
    }
}

#[test]
fn check_waits_for_the_first_outcome_of_each_target() {
    let slow = Rogue::new(|peer| {
        peer.request()?;
        peer.keep_open()
    });
    let told = told_with(&slow.url(), &["--timeout", "3s"]);
    told.only("hs_timeout");
    assert!((2.9..15.0).contains(&told.took.as_secs_f64()), "{:?}", told.took);
}
