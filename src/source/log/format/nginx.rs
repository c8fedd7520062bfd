//! nginx: `combined` and what is built on it, ingress-nginx, and logs in JSON.
//!
//! `$time_local` and `$msec` are of the end; `$request_time` is in seconds with three
//! decimals, and no shorter than any upstream's.

use super::access::Request;
use super::any;
use super::keys::Keys;
use super::line_format::{Fit, Line, LineFormat};
use super::number::Unit;

pub(super) const FORMAT: LineFormat =
    LineFormat { unit: Some(Unit::Seconds), ..LineFormat::of_access("nginx", fits, any::read) };

fn fits(line: &Line<'_>) -> Fit {
    if line.keys.is_some() {
        return Fit::sure(line.has(Keys::NGINX.and(Keys::STATUS)));
    }
    // `2026/11/20 14:00:00 [error] 12#12: *7 …`.
    let body = line.body;
    let error = body.get(4) == Some(&b'/') && body.get(20) == Some(&b'[');
    if error && memchr::memmem::find(&body[..body.len().min(60)], b"#").is_some() {
        return Fit::Sure;
    }
    Fit::maybe(Request::of(body).is_some_and(|request| request.is_http()))
}
