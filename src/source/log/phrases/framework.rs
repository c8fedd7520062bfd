//! What only one framework writes, in a line of text or as a logger's message.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use crate::source::log::event::{LineEvents, Pattern};

/// Made once: making one takes as long as the search in a line.
struct Words {
    upgraded: Finder<'static>,
    connected: Finder<'static>,
    connection: Finder<'static>,
    created: Finder<'static>,
    finished: Finder<'static>,
    socket: Finder<'static>,
    removed: Finder<'static>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| Words {
    upgraded: Finder::new("Successfully upgraded to WebSocket"),
    connected: Finder::new("CONNECTED TO "),
    connection: Finder::new(" connection "),
    created: Finder::new(" created"),
    finished: Finder::new("Finished "),
    socket: Finder::new("[WebSocket]"),
    removed: Finder::new(" from the list"),
});

/// Rails' Action Cable, Phoenix, `SignalR`.
pub(in crate::source::log) fn framework(line: &[u8]) -> LineEvents<'_> {
    let words = &*WORDS;
    let has = |text: &Finder<'_>| text.find(line).is_some();
    if has(&words.upgraded) || has(&words.connected) {
        return LineEvents::open(Pattern::Framework);
    }
    let (mut closes, mut from) = (has(&words.socket) && has(&words.finished), 0);
    while let Some(at) = line.get(from..).and_then(|rest| words.connection.find(rest)) {
        let before = &line[..from + at];
        if before.ends_with(b"New") && has(&words.created) {
            return LineEvents::open(Pattern::Framework);
        }
        closes |= before.ends_with(b"Removing") && has(&words.removed);
        from += at + 1;
    }
    if closes { LineEvents::close(Pattern::Framework, None) } else { LineEvents::default() }
}
