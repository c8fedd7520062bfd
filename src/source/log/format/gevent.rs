//! gevent's pywsgi and gevent-websocket: the common log format with an ISO stamp
//! without a zone, of the end, and the seconds with six decimals last.

use super::access::Request;
use super::any;
use super::line_format::{Fit, Line, LineFormat};
use super::number::Unit;

pub(super) const FORMAT: LineFormat =
    LineFormat { unit: Some(Unit::Seconds), ..LineFormat::of_access("gevent", fits, any::read) };

fn fits(line: &Line<'_>) -> Fit {
    let request = Request::of(line.body).filter(Request::is_http);
    let stamp = request.and_then(|request| request.stamp());
    let iso =
        stamp.is_some_and(|stamp| stamp.get(4) == Some(&b'-') && stamp.get(10) == Some(&b' '));
    Fit::sure(iso && line.body.first() != Some(&b'['))
}
