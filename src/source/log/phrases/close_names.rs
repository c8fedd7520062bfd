//! Close codes that libraries write by name.

use super::digits::lone;

/// How coder/websocket names them: `status = StatusGoingAway`.
const OF_GO: [(&[u8], u16); 14] = [
    (b"NormalClosure", 1000),
    (b"GoingAway", 1001),
    (b"ProtocolError", 1002),
    (b"UnsupportedData", 1003),
    (b"NoStatusRcvd", 1005),
    (b"AbnormalClosure", 1006),
    (b"InvalidFramePayloadData", 1007),
    (b"PolicyViolation", 1008),
    (b"MessageTooBig", 1009),
    (b"MandatoryExtension", 1010),
    (b"InternalError", 1011),
    (b"ServiceRestart", 1012),
    (b"TryAgainLater", 1013),
    (b"BadGateway", 1014),
];
/// How tungstenite names them: `CloseFrame { code: Away, … }`.
const OF_RUST: [(&[u8], u16); 14] = [
    (b"Normal", 1000),
    (b"Away", 1001),
    (b"Protocol", 1002),
    (b"Unsupported", 1003),
    (b"Status", 1005),
    (b"Abnormal", 1006),
    (b"Invalid", 1007),
    (b"Policy", 1008),
    (b"Size", 1009),
    (b"Extension", 1010),
    (b"Error", 1011),
    (b"Restart", 1012),
    (b"Again", 1013),
    (b"Tls", 1015),
];
/// How .NET names them: `CloseStatus: NormalClosure`.
const OF_DOTNET: [(&[u8], u16); 10] = [
    (b"NormalClosure", 1000),
    (b"EndpointUnavailable", 1001),
    (b"ProtocolError", 1002),
    (b"InvalidMessageType", 1003),
    (b"Empty", 1005),
    (b"InvalidPayloadData", 1007),
    (b"PolicyViolation", 1008),
    (b"MessageTooBig", 1009),
    (b"MandatoryExtension", 1010),
    (b"InternalServerError", 1011),
];

/// `status = StatusGoingAway`, `status = StatusCode(4001)`, `CloseFrame { code: Away`,
/// `CloseStatus: NormalClosure`.
pub(super) fn by_name(text: &[u8]) -> Option<u16> {
    if let Some(name) = behind(text, b"status = Status") {
        return match name.strip_prefix(b"Code(") {
            Some(digits) => lone(digits, 0),
            None => named(name, &OF_GO),
        };
    }
    if let Some(name) = behind(text, b"CloseFrame { code: ") {
        return named(name, &OF_RUST);
    }
    let name = behind(text, b"CloseStatus")?;
    let mark = |c: &u8| matches!(c, b' ' | b':' | b'=' | b'.' | b'"');
    let gap = name.iter().take(4).take_while(|c| mark(c)).count();
    if gap > 0 { named(&name[gap..], &OF_DOTNET) } else { None }
}

/// `Some(1006)`, `Library(4001)`: a number as Rust writes one in its enum.
pub(super) fn of_rust(text: &[u8]) -> Option<u16> {
    const AROUND: [&[u8]; 5] = [b"Some(", b"Library(", b"Iana(", b"Reserved(", b"Bad("];
    let digits = AROUND.iter().find_map(|around| text.strip_prefix(*around))?;
    lone(digits, 0)
}

fn behind<'a>(text: &'a [u8], words: &[u8]) -> Option<&'a [u8]> {
    memchr::memmem::find(text, words).map(|at| &text[at + words.len()..])
}

/// The name at the start, and nothing more of a word behind it.
fn named(text: &[u8], names: &[(&[u8], u16)]) -> Option<u16> {
    let length = text.iter().take_while(|c| c.is_ascii_alphanumeric()).count();
    names.iter().find(|(known, _)| *known == &text[..length]).map(|(_, code)| *code)
}
