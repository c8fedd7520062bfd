//! 1010: the server lacks what the client needs.

use super::super::commands as c;
use super::super::facts::{Facts, Reconnect, Run};

pub(super) const MISSING: Facts = Facts {
    headline: "client gave up, extension not negotiated",
    meaning: "The client ends the connection because the server did not negotiate an extension \
              that it requires, such as permessage-deflate. The list of what it expected is in \
              the reason.",
    wire: "the client only, a server fails the handshake instead; may be on the wire",
    when: "the client asked for an extension and the 101 came without it",
    causes: &[
        "The extension is off on the server: ws has perMessageDeflate: false by default.",
        "A proxy strips Sec-WebSocket-Extensions from the request or from the answer.",
        "The client requires what it could do without.",
    ],
    reconnect: Reconnect::AfterFix,
    client: &[
        "Do not reconnect until the configuration has changed: it would end the same way.",
        "Or make the extension optional: offer it, and go on without.",
    ],
    checks: &[
        "Sec-WebSocket-Extensions in the 101, asked for past the proxy and through it.",
        "A new version of the server, the client or the proxy?",
    ],
    commands: &[
        c::UPGRADE_DEFLATE,
        Run { run: "herdtop check --require-extension permessage-deflate URL", why: "is it there" },
    ],
    fixes: &[
        "Enable the extension on the server, with an eye on its memory per connection.",
        "Update the client so that the extension is optional.",
        "Let the proxy pass Sec-WebSocket-Extensions both ways.",
    ],
    notes: &[
        "It says nothing about load: the server was ready to serve.",
        "A page cannot send it: close() of a browser takes 1000 and 3000-4999 only. It is a \
         native client or a library.",
    ],
    source: "RFC 6455 section 7.4.1; permessage-deflate: RFC 7692",
};
