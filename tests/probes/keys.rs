//! Which keys of the screen make an attempt: one.

use super::peer::Peer;
use super::server::Rogue;
use crate::checks::harness::until;
use crate::checks::noise::noisy;
use crate::pty::harness::Terminal;

#[test]
fn no_key_but_p_probes() {
    let _noise = noisy();
    let server = Rogue::new(|peer: &mut Peer| {
        peer.accept()?;
        peer.behave()
    });
    let url = server.url();
    let rarely = ["--held", "0", "--probe-every", "5m", "--dwell", "100ms", &url];
    let terminal = Terminal::start(120, 36, &rarely);
    // Past its dwell, so that nothing is under way when the keys come.
    terminal.shows("100 % ok");
    for (keys, shown) in [
        ("2", "by open"),
        ("3", "PROBES 1"),
        ("4", "ALERTS"),
        ("1", "CAPACITY"),
        ("n", "What next"),
        ("c", "sent by"),
        ("?", "this help"),
        // Not Esc: with the next key right behind it, it would be Alt.
        ("?", "1-4 view"),
        // What lay under the help is there again.
        ("c", "▍PROBES"),
        ("+", "live"),
        (" ", "PAUSED"),
        (" ", "live"),
        ("hlHL[]", "PAUSED"),
        (" ", "live"),
        ("mnode 3 out\r", "node 3 out"),
        ("rtaAyssSgGjk\x0c-", "▍PROBES"),
    ] {
        terminal.types(keys);
        terminal.shows(shown);
    }
    assert_eq!(server.visits().len(), 1, "only the attempt of the start");
    terminal.types("p");
    until("the attempt that was asked for", || server.visits().len() == 2);
}
