//! One question, one answer.

use std::convert::Infallible;
use std::net::IpAddr;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{
    ACCEPT, ALLOW, CACHE_CONTROL, CONTENT_TYPE, HOST, HeaderValue, WWW_AUTHENTICATE,
};
use hyper::{Method, Request, Response, StatusCode};

use super::{Latest, Terms};

type Reply = Response<Full<Bytes>>;

const PLAIN: &str = "text/plain; version=0.0.4; charset=utf-8";
const OPEN: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
const WORDS: &str = "text/plain; charset=utf-8";
const INDEX: &str = "herdtop: /metrics for Prometheus, /status.json, /healthz\n";

/// The answer.
pub(super) async fn answer(
    request: &Request<Incoming>,
    terms: &Terms,
    latest: Option<&Latest>,
) -> Result<Reply, Infallible> {
    let header =
        |name| request.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    if !is_known(header(HOST).unwrap_or_default(), &terms.names) {
        let why =
            "the Host of this request is no name of this server; --listen-name NAME adds one\n";
        return Ok(said(StatusCode::MISDIRECTED_REQUEST, WORDS, why.to_owned()));
    }
    if ![Method::GET, Method::HEAD].contains(request.method()) {
        let mut refused = said(StatusCode::METHOD_NOT_ALLOWED, WORDS, "GET or HEAD\n".to_owned());
        refused.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return Ok(refused);
    }
    let path = request.uri().path();
    if path == "/healthz" {
        return Ok(health(latest));
    }
    if !["/", "/metrics", "/status.json"].contains(&path) {
        return Ok(said(StatusCode::NOT_FOUND, WORDS, INDEX.to_owned()));
    }
    if !terms.access.admits(header(hyper::header::AUTHORIZATION)).await {
        let mut refused = said(StatusCode::UNAUTHORIZED, WORDS, "who are you?\n".to_owned());
        let asks = HeaderValue::from_static(terms.access.asks());
        refused.headers_mut().insert(WWW_AUTHENTICATE, asks);
        return Ok(refused);
    }
    let Some(Latest { pages, .. }) = latest else {
        let why = "measuring: counting the connections for the first time\n";
        return Ok(said(StatusCode::SERVICE_UNAVAILABLE, WORDS, why.to_owned()));
    };
    Ok(match path {
        "/metrics" if wants_open(header(ACCEPT).unwrap_or_default()) => {
            said(StatusCode::OK, OPEN, (pages.open)())
        }
        "/metrics" => said(StatusCode::OK, PLAIN, (pages.plain)()),
        "/status.json" => said(StatusCode::OK, "application/json", (pages.status)()),
        _ => said(StatusCode::OK, WORDS, INDEX.to_owned()),
    })
}

/// Whether figures come in.
fn health(latest: Option<&Latest>) -> Reply {
    match latest {
        Some(latest) if !latest.is_stale => said(StatusCode::OK, WORDS, "ok\n".to_owned()),
        Some(_) => {
            let why = "the figures are out of date: nothing was read lately\n";
            said(StatusCode::SERVICE_UNAVAILABLE, WORDS, why.to_owned())
        }
        None => said(StatusCode::SERVICE_UNAVAILABLE, WORDS, "measuring\n".to_owned()),
    }
}

fn said(status: StatusCode, kind: &'static str, body: String) -> Reply {
    let mut answer = Response::new(Full::from(body));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

/// Whether `OpenMetrics` is preferred to plain text, as Prometheus says it by `q`.
fn wants_open(accept: &str) -> bool {
    let quality = |kind: &str, version: &str| {
        accept
            .split(',')
            .filter_map(|one| {
                let mut parts = one.split(';').map(str::trim);
                let is_it = parts.next().is_some_and(|of| of.eq_ignore_ascii_case(kind));
                let mut q = 1.0;
                let mut fits = true;
                for part in parts {
                    match part.split_once('=') {
                        Some(("q", value)) => q = value.trim().parse().unwrap_or(0.0),
                        Some(("version", value)) => fits = value.trim().starts_with(version),
                        _ => {}
                    }
                }
                (is_it && fits).then_some(q)
            })
            .fold(0.0, f64::max)
    };
    let open = quality("application/openmetrics-text", "1.");
    open > 0.0 && open >= quality("text/plain", "0.0.4")
}

/// An address, `localhost` or one of the names, with or without a port.
fn is_known(host: &str, names: &[String]) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    let name = name.trim_end_matches('.');
    let is_named = names.iter().any(|known| known.eq_ignore_ascii_case(name));
    name.parse::<IpAddr>().is_ok() || name.eq_ignore_ascii_case("localhost") || is_named
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_somebody_else_could_lead_here_is_not_known() {
        let names = ["edge-3".to_owned()];
        for host in
            ["127.0.0.1:10013", "[::1]:10013", "localhost", "EDGE-3:10013", "10.0.0.7", "edge-3."]
        {
            assert!(is_known(host, &names), "{host}");
        }
        for host in
            ["evil.example:10013", "evil.example", "", "127.0.0.1.evil.example", "edge-3.evil"]
        {
            assert!(!is_known(host, &names), "{host}");
        }
    }

    #[test]
    fn the_format_is_the_one_that_is_preferred() {
        let prometheus = "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,\
                          application/openmetrics-text;version=0.0.1;q=0.4,\
                          text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,\
                          text/plain;version=0.0.4;q=0.2,*/*;q=0.1";
        assert!(wants_open(prometheus));
        assert!(wants_open("application/openmetrics-text; version=1.0.0"));
        for other in [
            "",
            "*/*",
            "text/plain",
            "application/openmetrics-text;version=0.0.1",
            "text/plain;version=0.0.4,application/openmetrics-text;version=1.0.0;q=0.3",
        ] {
            assert!(!wants_open(other), "{other}");
        }
    }
}
