//! The formats that are known, one file each, and which of them a line fits.
//!
//! `auto` takes the one that most of the first lines fit; of several that fit them
//! alike the one that is surer, then the one that stands first here.

mod access;
mod alb;
mod any;
mod apache;
mod bunyan;
mod caddy;
mod chi;
mod daphne;
mod dotnet;
mod envoy;
mod gevent;
mod gin;
mod gunicorn;
mod haproxy;
mod json;
mod keys;
mod line_format;
mod logrus;
mod messages;
mod morgan;
mod nginx;
mod number;
mod object;
mod pairs;
mod phoenix;
mod pino;
mod rails;
mod roles;
mod slog;
mod socket_io;
mod spring;
mod tracing;
mod traefik;
mod unquoted;
mod uvicorn;
mod w3c;
mod zap;
mod zerolog;

pub(super) use any::read as read_any;
pub(super) use line_format::{Fit, Line, LineFormat, Read, StampIs};
pub(super) use number::{Number, Unit};
pub(super) use w3c::{Columns, FIELDS};

/// All of them, in the order in which they are taken where several fit alike.
pub(super) static FORMATS: [&LineFormat; 28] = [
    &nginx::FORMAT,
    &apache::FORMAT,
    &envoy::FORMAT,
    &traefik::FORMAT,
    &caddy::FORMAT,
    &haproxy::FORMAT,
    &alb::FORMAT,
    &gunicorn::FORMAT,
    &uvicorn::FORMAT,
    &daphne::FORMAT,
    &gevent::FORMAT,
    &gin::FORMAT,
    &chi::FORMAT,
    &w3c::FORMAT,
    &socket_io::FORMAT,
    &pino::FORMAT,
    &bunyan::FORMAT,
    &zap::FORMAT,
    &zerolog::FORMAT,
    &slog::FORMAT,
    &logrus::FORMAT,
    &tracing::FORMAT,
    &spring::FORMAT,
    &phoenix::FORMAT,
    &rails::FORMAT,
    &dotnet::FORMAT,
    &morgan::FORMAT,
    &json::FORMAT,
];

/// What `--log-format` may be, beside `auto`.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    FORMATS.iter().map(|format| format.name)
}

/// The format of that name.
pub(super) fn by_name(name: &str) -> Option<&'static LineFormat> {
    FORMATS.iter().copied().find(|format| format.name == name)
}
