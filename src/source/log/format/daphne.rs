//! daphne and Channels: `"WSCONNECT /ws/"`, `"WSDISCONNECT /ws/"`, `WebSocket CONNECT /ws/`.
//! No code.

use memchr::memmem;

use super::access::Request;
use super::any;
use super::line_format::{Fit, Line, LineFormat};

pub(super) const FORMAT: LineFormat = LineFormat::of_application("daphne", fits, any::read);

fn fits(line: &Line<'_>) -> Fit {
    let body = line.body;
    if line.keys.is_some() {
        return Fit::No;
    }
    let words: [&[u8]; 6] = [
        b"\"WSCONNECT",
        b"\"WSDISCONNECT",
        b"\"WSREJECT",
        b"WebSocket CONNECT ",
        b"WebSocket DISCONNECT ",
        b"WebSocket HANDSHAKING ",
    ];
    if words.iter().any(|word| memmem::find(body, word).is_some()) {
        return Fit::Sure;
    }
    // `"GET /health" 200 2`: no version of HTTP.
    Fit::sure(Request::of(body).is_some_and(|request| !request.is_http()))
}
