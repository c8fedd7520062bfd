//! The part of the status document that is about probes and close codes.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use crate::close::{CloseCode, Names, Phase, registry};
use crate::model::{CodeSource, Codes, Held, Snapshot, TargetSnapshot};
use crate::units::PerSecond;

#[derive(Debug, Serialize)]
pub(super) struct Close {
    code: u16,
    name: String,
    source: CodeSource,
    per_s: PerSecond,
    last_minute: u64,
    total: u64,
}

#[derive(Debug, Serialize)]
pub(super) struct BrowserClose {
    code: u16,
    name: String,
    total: u64,
}

#[derive(Debug, Serialize)]
pub(super) struct Probe<'a> {
    url: &'a str,
    address: Option<String>,
    attempts: u64,
    accepted: u64,
    outcomes: &'a BTreeMap<String, u64>,
    phase_ms: PhaseMs,
    handshake_ms: Quantiles,
    ping_ms: Quantiles,
    tcp_ms_min: Option<f64>,
    lag_ms: Option<f64>,
    held: HeldEntry,
    next_attempt_s: Option<f64>,
    next_attempt_why: Option<&'a str>,
    agreed: Option<&'a str>,
    flooding: bool,
    last_failure: Option<Failure>,
}

#[derive(Debug, Serialize)]
struct PhaseMs {
    dns: Option<f64>,
    tcp: Option<f64>,
    tls: Option<f64>,
    upgrade: Option<f64>,
}

#[derive(Debug, Serialize)]
struct Quantiles {
    p50: Option<f64>,
    p99: Option<f64>,
}

#[derive(Debug, Serialize)]
struct HeldEntry {
    open: u8,
    lost: u64,
}

#[derive(Debug, Serialize)]
struct Failure {
    outcome: String,
    phase: Phase,
    detail: String,
}

/// Codes on the wire.
pub(super) fn closes(codes: &Codes, names: &Names) -> Vec<Close> {
    let one = |c: &crate::model::CodeSnapshot| Close {
        code: c.code.0,
        name: registry::name(c.code, names),
        source: c.source,
        per_s: c.per_second,
        last_minute: c.last_minute,
        total: c.total,
    };
    codes.wire.iter().map(one).collect()
}

/// What a browser would have reported.
pub(super) fn closes_browser(codes: &Codes, names: &Names) -> Vec<BrowserClose> {
    let one = |(&code, &total): (&u16, &u64)| BrowserClose {
        code,
        name: registry::name(CloseCode(code), names),
        total,
    };
    codes.browser.iter().map(one).collect()
}

#[derive(Debug, Serialize)]
pub(super) struct ApplicationEntry<'a> {
    url: &'a str,
    connections: Option<u64>,
    kernel_connections: Option<u64>,
    difference: Option<i64>,
    leak: bool,
    event_loop_lag_ms: Option<f64>,
}

/// What the application says of itself.
pub(super) fn application(snapshot: &Snapshot) -> Option<ApplicationEntry<'_>> {
    let a = snapshot.application.as_ref()?;
    Some(ApplicationEntry {
        url: &a.url,
        connections: a.connections,
        kernel_connections: a.kernel,
        difference: a.difference(),
        leak: a.leaks(),
        event_loop_lag_ms: ms(a.lag_p99),
    })
}

/// The targets.
pub(super) fn probes(snapshot: &Snapshot) -> Vec<Probe<'_>> {
    snapshot.targets.iter().map(probe).collect()
}

fn probe(t: &TargetSnapshot) -> Probe<'_> {
    Probe {
        url: &t.url,
        address: t.address.map(|ip| ip.to_string()),
        attempts: t.attempts,
        accepted: t.accepted,
        outcomes: &t.outcomes,
        phase_ms: PhaseMs {
            dns: ms(t.phases.dns),
            tcp: ms(t.phases.tcp),
            tls: ms(t.phases.tls),
            upgrade: ms(t.phases.upgrade),
        },
        handshake_ms: Quantiles { p50: ms(t.handshake_p50), p99: ms(t.handshake_p99) },
        ping_ms: Quantiles { p50: ms(t.ping_p50), p99: ms(t.ping_p99) },
        tcp_ms_min: ms(t.tcp_round_trip),
        lag_ms: ms(t.lag),
        held: HeldEntry { open: u8::from(matches!(t.held, Held::Open(_))), lost: t.lost },
        next_attempt_s: t.next.as_ref().map(|(after, _)| after.as_secs_f64()),
        next_attempt_why: t.next.as_ref().map(|(_, why)| why.as_str()),
        agreed: t.agreed.as_deref(),
        flooding: t.is_flooding,
        last_failure: t.last_failure.as_ref().map(|(outcome, _)| Failure {
            outcome: outcome.name().into_owned(),
            phase: outcome.phase(),
            detail: outcome.words(),
        }),
    }
}

/// Milliseconds to the microsecond.
fn ms(took: Option<Duration>) -> Option<f64> {
    took.map(|took| (took.as_secs_f64() * 1e6).round() / 1e3)
}
