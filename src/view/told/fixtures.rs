//! What probes see in the situations of the other fixtures.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::app::{
    AdvicePage, CodeReference, CodeRow, CodeTable, Failure, Frame, HandshakePoint, Handshakes,
    LastFailure, Overlay, Probes, ReferenceRow, SLOW, Seen, TargetDetails, TargetRow, Trend,
};
use crate::close::meaning::{Article, Target};
use crate::close::{CloseCode, Names, Phase, registry};
use crate::detect::Severity;
use crate::detect::advice::{Advice, Step};
use crate::model::{Held, ProberSnapshot};
use crate::sample::Phases;
use crate::units::{PerSecond, Ratio};

const fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

/// No URL was given.
pub(in super::super) fn none(end: DateTime<Utc>) -> Probes {
    Probes {
        rows: Vec::new(),
        selected: None,
        handshake_p99: None,
        failing: None,
        severity: Severity::Ok,
        failures: Vec::new(),
        attempts: 0,
        load: None,
        handshakes: handshakes(end, &[]),
    }
}

/// Nothing is listened to.
pub(in super::super) fn no_codes() -> CodeTable {
    CodeTable {
        rows: Vec::new(),
        per_second: None,
        sources: Vec::new(),
        browser: Vec::new(),
        empty: "no close codes: give a ws:// URL, and what its probes are told is counted here",
        reading: None,
    }
}

/// One attempt of a target: how many seconds ago, how it went, how long.
type Told = (i64, Seen, Option<Duration>);

/// Sixty attempts, five seconds apart; in the incident the last 188 s are bad.
fn attempts(incident: bool, base: u64, of: usize) -> Vec<Told> {
    (0..60)
        .map(|i| {
            let ago = 300 - 5 * i64::try_from(i).unwrap_or(0) - 2;
            let noise = ((i * 7919 + of * 31) % 13) as u64;
            let calm = ms(base + noise * base / 26);
            if !incident || ago > 188 {
                return (ago, Seen::Accepted, Some(calm));
            }
            match (i * 31 + of * 17) % 8 {
                0 | 3 | 6 => (ago, Seen::Failed, None),
                1 | 4 => (ago, Seen::Slow, Some(ms(1_400 + noise * 84))),
                _ => (ago, Seen::Accepted, Some(ms(120 + noise * 60))),
            }
        })
        .collect()
}

fn handshakes(end: DateTime<Utc>, of: &[Vec<Told>]) -> Handshakes {
    let told = of.iter().enumerate().flat_map(|(n, told)| told.iter().map(move |t| (n, t)));
    let points = told.map(|(target, (ago, seen, took))| HandshakePoint {
        target,
        at: end - TimeDelta::seconds(*ago),
        took: *took,
        failed: *seen == Seen::Failed,
    });
    Handshakes {
        scope: format!("worst of {} targets", of.len()),
        window: Duration::from_mins(10),
        end,
        points: points.collect(),
        marks: Vec::new(),
    }
}

fn row(label: &str, severity: Severity, phases: [Option<u64>; 4], told: &[Told]) -> TargetRow {
    let [dns, tcp, tls, upgrade] = phases.map(|p| p.map(ms));
    let strip: Vec<Seen> = told.iter().map(|(_, seen, _)| *seen).collect();
    let ok = strip.iter().filter(|seen| **seen != Seen::Failed).count() as u64;
    TargetRow {
        label: label.into(),
        severity,
        phases: Phases { dns, tcp, tls, upgrade },
        ping: Some(ms(if severity == Severity::Ok { 1 } else { 47 })),
        lag: Some(ms(if severity == Severity::Ok { 1 } else { 46 })),
        p99: told.iter().filter_map(|(.., took)| *took).max(),
        ok: Ratio::of(ok, strip.len() as u64),
        strip,
        held: Held::Open(Duration::from_secs(if severity == Severity::Ok { 1504 } else { 171 })),
        lost: u64::from(severity != Severity::Ok) * 2,
        agreed: Some("permessage-deflate".into()),
        is_flooding: false,
        next: Some((ms(2_300), "as scheduled".into())),
    }
}

fn probes(end: DateTime<Utc>, incident: bool) -> Probes {
    let bad = |severity| if incident { severity } else { Severity::Ok };
    let told = [attempts(incident, 16, 0), attempts(incident, 8, 1), attempts(false, 3, 2)];
    let [edge, local, presence] = &told;
    let phases = |n: [u64; 4]| n.map(|n| (n > 0).then_some(n));
    let mut rows = vec![
        row(
            "wss://edge-07/ws",
            bad(Severity::Critical),
            phases(if incident { [1, 388, 611, 902] } else { [1, 2, 5, 9] }),
            edge,
        ),
        row(
            "ws://127.0.0.1:8080/",
            bad(Severity::Critical),
            phases(if incident { [0, 204, 0, 744] } else { [0, 1, 0, 8] }),
            local,
        ),
        row("ws://10.0.4.7:9001/", Severity::Ok, phases([0, 1, 0, 2]), presence),
    ];
    if incident {
        rows[1].held = Held::Closed;
        rows[1].next = Some((ms(7_900), "backing off".into()));
    }
    let failed = rows.iter().flat_map(|row| &row.strip).filter(|seen| **seen == Seen::Failed);
    let failed = failed.count() as u64;
    let failures =
        [("HTTP 503, retry after 5 s", failed / 2), ("TCP connect timed out", failed / 4)];
    let rest = failed - failed / 2 - failed / 4;
    let failures = failures.into_iter().chain([("close 1013 'server overloaded'", rest)]);
    Probes {
        handshake_p99: rows.iter().filter_map(|row| row.p99).max(),
        failing: Ratio::of(failed, 180),
        severity: bad(Severity::Critical),
        failures: failures
            .filter(|(_, count)| *count > 0)
            .map(|(words, count)| Failure { words: words.into(), count })
            .collect(),
        attempts: 180,
        load: Some(ProberSnapshot { attempts_last_minute: 36, bytes_last_minute: 18_641 }),
        handshakes: handshakes(end, &told),
        rows,
        selected: None,
    }
}

fn code(code: u16, severity: Severity, per_second: f64, trend: Trend, share: f64) -> CodeRow {
    let before = if trend == Trend::Up { 0.1 } else { 0.6 };
    let per_step = |i: u64| per_second * if i < 18 { before } else { 1.0 } * 10.0;
    CodeRow {
        code: CloseCode(code),
        name: registry::name(CloseCode(code), &Names::default()),
        severity,
        per_second: PerSecond(per_second),
        trend,
        share: Some(Ratio(share)),
        last_minute: crate::units::whole(per_second * 60.0),
        five_minutes: crate::units::whole(per_second * 200.0),
        total: crate::units::whole(per_second * 900.0),
        spark: (0..30).map(|i| (i > 2).then(|| per_step(i))).collect(),
    }
}

fn codes(incident: bool) -> CodeTable {
    let rows = if incident {
        vec![
            code(1006, Severity::Critical, 0.4, Trend::Up, 0.61),
            code(1013, Severity::Warning, 0.2, Trend::Up, 0.19),
            code(1012, Severity::Warning, 0.1, Trend::Down, 0.12),
            code(1001, Severity::Ok, 0.1, Trend::Level, 0.05),
            code(4408, Severity::Ok, 0.1, Trend::Level, 0.02),
            code(1000, Severity::Ok, 0.1, Trend::Down, 0.01),
        ]
    } else {
        vec![code(1001, Severity::Ok, 0.1, Trend::Level, 1.0)]
    };
    let reading = if incident {
        "1006 abnormal = TCP cut, crash, timeout"
    } else {
        "1001 going away = page left, server stops"
    };
    CodeTable {
        per_second: Some(PerSecond(rows.iter().map(|row| row.per_second.0).sum())),
        rows,
        sources: vec!["probe"],
        browser: vec![(CloseCode(1006), 41), (CloseCode(1013), 3)],
        empty: "none in the last 5 min",
        reading: Some(reading.into()),
    }
}

/// The same situation, looked at by three probes.
pub(in super::super) fn probed(mut frame: Frame, incident: bool) -> Frame {
    frame.probes = probes(frame.chart.end, incident);
    frame.probes.handshakes.marks.clone_from(&frame.chart.marks);
    frame.codes = codes(incident);
    frame
}

/// The same with one target chosen.
pub(in super::super) fn chosen(mut frame: Frame, at: usize) -> Frame {
    let probes = &mut frame.probes;
    probes.selected = Some(at);
    probes.attempts = 60;
    probes.failures.truncate(1);
    probes.failures[0].count =
        probes.rows[at].strip.iter().filter(|seen| **seen == Seen::Failed).count() as u64;
    probes.handshakes.scope.clone_from(&probes.rows[at].label);
    probes.handshakes.points.retain(|point| point.target == at);
    frame
}

/// Targets that have just been told to the program.
pub(in super::super) fn knocking(frame: Frame) -> Frame {
    let mut frame = probed(frame, false);
    for row in &mut frame.probes.rows {
        *row = TargetRow {
            severity: Severity::Unknown,
            phases: Phases::default(),
            ping: None,
            lag: None,
            p99: None,
            ok: None,
            strip: Vec::new(),
            held: Held::Closed,
            lost: 0,
            agreed: None,
            is_flooding: false,
            next: None,
            label: row.label.clone(),
        };
    }
    frame.probes.handshake_p99 = None;
    frame.probes.failing = None;
    frame.probes.attempts = 0;
    frame.probes.handshakes.points.clear();
    frame.codes =
        CodeTable { sources: vec!["probe"], empty: "none in the last 5 min", ..no_codes() };
    frame.codes.per_second = Some(PerSecond(0.0));
    frame
}

/// The largest and the most foreign of everything.
pub(in super::super) fn hostile(frame: Frame, long: &str) -> Frame {
    let mut frame = probed(frame, true);
    let probes = &mut frame.probes;
    let row = TargetRow {
        label: format!("wss://{long}/"),
        phases: Phases {
            dns: Some(Duration::MAX),
            tcp: Some(Duration::ZERO),
            tls: Some(Duration::MAX),
            upgrade: None,
        },
        ping: Some(Duration::MAX),
        lag: Some(Duration::MAX),
        p99: Some(Duration::MAX),
        strip: vec![Seen::Ours; 60],
        held: Held::Open(Duration::MAX),
        lost: u64::MAX,
        agreed: Some(long.into()),
        is_flooding: false,
        next: Some((Duration::MAX, long.into())),
        ..probes.rows[0].clone()
    };
    probes.rows = vec![row; 200];
    probes.selected = Some(199);
    probes.handshake_p99 = Some(Duration::MAX);
    probes.failures = vec![Failure { words: long.into(), count: u64::MAX / 2 }; 2];
    probes.attempts = u64::MAX;
    probes.load =
        Some(ProberSnapshot { attempts_last_minute: u64::MAX, bytes_last_minute: u64::MAX });
    probes.handshakes.scope = long.into();
    probes.handshakes.window = Duration::MAX;
    let end = probes.handshakes.end;
    probes.handshakes.points.push(HandshakePoint {
        target: usize::MAX,
        at: end,
        took: Some(Duration::MAX),
        failed: true,
    });
    let code = CodeRow {
        code: CloseCode(u16::MAX),
        name: long.into(),
        per_second: PerSecond(f64::MAX),
        share: Some(Ratio(1.0)),
        last_minute: u64::MAX,
        five_minutes: u64::MAX,
        total: u64::MAX,
        ..frame.codes.rows[0].clone()
    };
    frame.codes.rows = vec![code; 200];
    frame.codes.browser = vec![(CloseCode(u16::MAX), u64::MAX); 200];
    frame.codes.reading = Some(long.into());
    frame
}

/// All codes, over the screen.
pub(in super::super) fn reference(frame: &Frame) -> Overlay {
    let seen_of = |code: u16| {
        let row = frame.codes.rows.iter().find(|row| row.code.0 == code);
        row.map_or([0; 3], |row| [row.last_minute, row.five_minutes, row.total])
    };
    let rows = registry::ENTRIES.iter().map(|entry| {
        let range = entry.first != entry.last;
        let row = frame.codes.rows.iter().find(|row| row.code.0 == entry.first);
        ReferenceRow {
            codes: if range {
                format!("{}-{}", entry.first, entry.last)
            } else {
                entry.first.to_string()
            },
            name: entry.name.into(),
            synthetic: matches!(entry.first, 1005 | 1006 | 1015),
            sent_by: entry.sent_by,
            reads_as: entry.reads_as,
            seen: (!range && !frame.codes.sources.is_empty()).then(|| seen_of(entry.first)),
            severity: row.map_or(Severity::Ok, |row| row.severity),
        }
    });
    Overlay::Codes(Box::new(CodeReference {
        rows: rows.collect(),
        selected: 6,
        page: None,
        filter: String::new(),
        typing: false,
    }))
}

/// One of them alone.
pub(in super::super) fn page(frame: &Frame) -> Overlay {
    let Overlay::Codes(mut reference) = reference(frame) else { return Overlay::None };
    reference.page = Article::of(Target::Code(1006), &Names::default()).map(Box::new);
    Overlay::Codes(reference)
}

/// The first target of a frame in detail; a bare one where there is none.
pub(in super::super) fn target(frame: &Frame) -> Overlay {
    let bare = || row("ws://127.0.0.1:8080/", Severity::Unknown, [None; 4], &[]);
    let row = frame.probes.rows.first().cloned().unwrap_or_else(bare);
    let shown = &frame.probes.handshakes;
    let points = shown.points.iter().filter(|point| point.target == 0).copied().collect();
    let failing = row.severity != Severity::Ok && !row.strip.is_empty();
    let words = "HTTP 503, retry after 5 s 'upstream connect error or disconnect/reset before \
                 headers. reset reason: overflow'";
    Overlay::Target(Box::new(TargetDetails {
        attempts: (812, 503),
        outcomes: [("open_ok", 503), ("http_503", 214), ("tcp_timeout", 61), ("close_clean", 34)]
            .into_iter()
            .take(if failing { 4 } else { 1 })
            .map(|(name, count)| (name.to_owned(), count))
            .collect(),
        handshake_p50: row.p99.map(|p99| p99.min(SLOW) / 2),
        ping_p99: row.ping.map(|ping| ping.saturating_mul(2)),
        tcp_round_trip: row.ping.map(|_| ms(1)),
        last_loss: failing.then(|| LastFailure {
            words: "close 1012 'service restart'".into(),
            phase: Phase::Open,
            at: frame.header.clock - TimeDelta::seconds(171),
        }),
        last_failure: failing.then(|| LastFailure {
            words: words.into(),
            phase: Phase::Upgrade,
            at: frame.header.clock - TimeDelta::seconds(3),
        }),
        handshakes: Handshakes { scope: row.label.clone(), points, ..shown.clone() },
        row,
    }))
}

/// What to do next about the frame's verdict.
pub(in crate::view) fn advice(frame: &Frame) -> Overlay {
    let advice = advised(frame);
    let errors = frame.alerts.rows.first().map(|row| row.errors.clone()).unwrap_or_default();
    Overlay::Advice(Box::new(AdvicePage { advice, errors, selected: Some(0), copied: false }))
}

/// The same in the side panel.
pub(in crate::view) fn advised(frame: &Frame) -> Advice {
    let step = |what: &str, command: Option<&str>| Step {
        what: what.to_owned(),
        command: command.map(str::to_owned),
    };
    Advice {
        about: frame.verdict.sentence.clone(),
        severity: frame.verdict.severity,
        steps: vec![
            step(
                "how many are open",
                Some("ss -Htn state established '( sport = :8080 )' | wc -l"),
            ),
            step(
                "find the limit in the code, and ask whether it is still the right one for the \
                 hosts of today",
                None,
            ),
            step("raise it live", Some("prlimit --pid 2143 --nofile=1048576")),
        ],
    }
}
