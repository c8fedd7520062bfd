//! The part of the status document that is about probes and close codes.

use std::collections::BTreeMap;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;

use super::schema;

use crate::close::{CloseCode, Names, Phase, registry};
use crate::model::{CodeSource, Codes, Held, Snapshot, TargetSnapshot};
use crate::units::PerSecond;

/// Closes with one code, from one source.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(super) struct Close {
    /// The code.
    code: u16,
    /// Its name, the user's own first.
    name: String,
    /// Who was told.
    #[schemars(schema_with = "schema::close_source")]
    source: CodeSource,
    /// Per second over the last 10 s.
    per_s: PerSecond,
    /// In the last minute.
    last_minute: u64,
    /// Since the start.
    total: u64,
}

/// The same by what a browser says.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(super) struct BrowserClose {
    /// The code.
    code: u16,
    /// Its name.
    name: String,
    /// Since the start.
    total: u64,
}

/// One target.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(super) struct Probe<'a> {
    /// The target, without user info and query.
    url: &'a str,
    /// With --each-address: which of the name's addresses.
    address: Option<String>,
    /// Attempts that have ended, held and fresh.
    attempts: u64,
    /// Of these, open and past their dwell.
    accepted: u64,
    /// How attempts and lost held connections ended, by name; their sum is attempts +
    /// held.lost.
    #[schemars(schema_with = "schema::outcomes")]
    outcomes: &'a BTreeMap<String, u64>,
    /// Medians over the last 60 attempts, each of those that came through it.
    phase_ms: PhaseMs,
    /// TCP, TLS and upgrade together, of the last 60 attempts that got a 101.
    handshake_ms: Quantiles,
    /// Round trip of the last 60 pings on the held connection.
    ping_ms: Quantiles,
    /// The kernel's least TCP round trip of the held connection, ms.
    #[schemars(range(min = 0.0))]
    tcp_ms_min: Option<f64>,
    /// p99 of the pings less the least TCP round trip: the event loop's lag seen from
    /// outside.
    #[schemars(range(min = 0.0))]
    lag_ms: Option<f64>,
    /// The held connection.
    held: HeldEntry,
    /// Until the next attempt, held or fresh.
    #[schemars(range(min = 0.0))]
    next_attempt_s: Option<f64>,
    /// By which policy.
    next_attempt_why: Option<&'a str>,
    /// Extensions and subprotocol of the last 101, tokens hidden.
    agreed: Option<&'a str>,
    /// Whether it sends more than is read of it: reading was stopped within the
    /// last 5 s.
    flooding: bool,
    /// The last failure.
    last_failure: Option<Failure>,
}

/// How long each phase took.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct PhaseMs {
    /// Resolving the name, ms.
    #[schemars(range(min = 0.0))]
    dns: Option<f64>,
    /// TCP handshake, ms.
    #[schemars(range(min = 0.0))]
    tcp: Option<f64>,
    /// TLS handshake, ms.
    #[schemars(range(min = 0.0))]
    tls: Option<f64>,
    /// Request to the end of the answer's headers, ms.
    #[schemars(range(min = 0.0))]
    upgrade: Option<f64>,
}

/// Two quantiles.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct Quantiles {
    /// Median, ms.
    #[schemars(range(min = 0.0))]
    p50: Option<f64>,
    /// 99th percentile, ms.
    #[schemars(range(min = 0.0))]
    p99: Option<f64>,
}

/// The held connection.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct HeldEntry {
    /// Whether it is open and past its dwell.
    #[schemars(range(max = 1))]
    open: u8,
    /// Held connections that ended once past their dwell.
    lost: u64,
}

/// A failed attempt.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct Failure {
    /// Its name, as in outcomes.
    outcome: String,
    /// Where.
    phase: Phase,
    /// In words, with what the peer said.
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

/// What the application says of itself.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(super) struct ApplicationEntry<'a> {
    /// Where from, without user info and query.
    url: &'a str,
    /// Open by its own metric.
    connections: Option<u64>,
    /// Established by the kernel's count, of the same listener.
    kernel_connections: Option<u64>,
    /// Its count less the kernel's.
    difference: Option<i64>,
    /// The difference has lasted a minute.
    leak: bool,
    /// `nodejs_eventloop_lag_p99_seconds`, the worst worker's, ms.
    #[schemars(range(min = 0.0))]
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
