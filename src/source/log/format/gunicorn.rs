//! gunicorn: its access log, with `%(L)s`, `%(D)s`, `%(M)s` or `%(T)s` behind, and its
//! own lines.
//!
//! The stamp is of the end; `%(L)s` has six decimals, which nobody else writes.

use super::access::Request;
use super::any;
use super::line_format::{Fit, Line, LineFormat};
use super::number::Unit;

/// `%(D)s` is in microseconds, and a whole number.
pub(super) const FORMAT: LineFormat =
    LineFormat { unit: Some(Unit::Micros), ..LineFormat::of_access("gunicorn", fits, any::read) };

fn fits(line: &Line<'_>) -> Fit {
    let body = line.body;
    if line.keys.is_some() {
        return Fit::No;
    }
    // `[2026-11-20 14:00:00 +0000] [812] [INFO] Booting worker with pid: 9`.
    let process = memchr::memmem::find(&body[..body.len().min(60)], b"] [").map(|at| at + 3);
    let own = body.first() == Some(&b'[')
        && process.and_then(|at| body.get(at)).is_some_and(u8::is_ascii_digit)
        && body.get(5) == Some(&b'-');
    if own {
        return Fit::Sure;
    }
    let Some(request) = Request::of(body).filter(|r| r.is_http() && r.is_common()) else {
        return Fit::No;
    };
    let numbers = request.read().numbers;
    let six = numbers.iter().any(|number| number.decimals == 6 && number.name.is_empty());
    if six && !request.after.starts_with(b" -") { Fit::Sure } else { Fit::Maybe }
}
