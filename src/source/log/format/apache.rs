//! Apache httpd: `common`, `combined`, `vhost_combined`, with `%D`, `%T` or
//! `%{ms}T` behind; its error log.
//!
//! `%t` is when the request was received, so that the lines are not in its order
//! where connections last. `%D` has no name and no unit: the order of the lines says
//! what it is in.

use super::access::Request;
use super::any;
use super::line_format::{Fit, Line, LineFormat};
use super::number::Unit;

pub(super) const FORMAT: LineFormat =
    LineFormat { unit: Some(Unit::Micros), ..LineFormat::of_access("apache", fits, any::read) };

fn fits(line: &Line<'_>) -> Fit {
    let body = line.body;
    if line.keys.is_some() {
        return Fit::No;
    }
    // `[Fri Nov 20 14:00:00.123456 2026] [proxy_wstunnel:info] [pid 8]`.
    let error = body.first() == Some(&b'[')
        && body.get(4) == Some(&b' ')
        && memchr::memmem::find(&body[..body.len().min(64)], b"] [").is_some();
    if error {
        return Fit::Sure;
    }
    Fit::maybe(Request::of(body).is_some_and(|r| r.is_http() && r.is_common()))
}
