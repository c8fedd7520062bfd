//! What only one framework writes, in a line of text or as a logger's message.

use memchr::memmem;

use crate::source::log::event::{LineEvents, Pattern};

/// Rails' Action Cable, Phoenix, `SignalR`.
pub(in crate::source::log) fn framework(line: &[u8]) -> LineEvents<'_> {
    let has = |text: &[u8]| memmem::find(line, text).is_some();
    let opens = has(b"Successfully upgraded to WebSocket")
        || has(b"CONNECTED TO ")
        || has(b"New connection ") && has(b" created");
    if opens {
        return LineEvents::open(Pattern::Framework);
    }
    let closes = has(b"Finished ") && has(b"[WebSocket]")
        || has(b"Removing connection ") && has(b" from the list");
    if closes { LineEvents::close(Pattern::Framework, None) } else { LineEvents::default() }
}
