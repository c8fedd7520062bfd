//! Spring Boot (Logback): its console pattern, Logback's own, and logstash's JSON.

use memchr::memmem;

use super::any;
use super::keys::Keys;
use super::line_format::{Fit, Line, LineFormat};

pub(super) const FORMAT: LineFormat = LineFormat::of_application("spring", fits, any::read);

fn fits(line: &Line<'_>) -> Fit {
    if line.keys.is_some() {
        return Fit::sure(line.has(Keys::AT_TIMESTAMP.and(Keys::LOGGER_NAME)));
    }
    let body = line.body;
    let head = &body[..body.len().min(160)];
    let dated = head.first().is_some_and(u8::is_ascii_digit);
    if !dated {
        return Fit::No;
    }
    if memmem::find(head, b" --- [").is_some() {
        return Fit::Sure;
    }
    // `14:00:00.123 [main] INFO  chat.Ws - client connected`.
    let Some(thread) = memmem::find(head, b"] ") else { return Fit::No };
    let rest = head[thread + 2..].trim_ascii_start();
    let levels: [&[u8]; 5] = [b"TRACE ", b"DEBUG ", b"INFO ", b"WARN ", b"ERROR "];
    let level = levels.iter().any(|level| rest.starts_with(level));
    Fit::sure(level && memmem::find(rest, b" - ").is_some())
}
