//! Connections the process does not accept, and those that are not complete.

use super::{Check, Doc, Facts, Finding, Measure, Param, Rule, RuleId, SETTLE, Subject, Unit};
use crate::detect::steps;
use crate::detect::verdict::{Cause, Kind, Severity};
use crate::fmt;
use crate::model::{ListenerSnapshot, ServiceSnapshot};
use crate::units::PerSecond;

/// Warn from half the backlog on ...
const WARN: Param = Param {
    rule: RuleId::AcceptQueue,
    key: "warn",
    default: 0.5,
    unit: Unit::Share,
    help: "share of the backlog that warns",
};
/// ... if it lasts: a burst fills half a queue for a moment ...
const HOLD: Param = Param {
    rule: RuleId::AcceptQueue,
    key: "hold",
    default: 3.0,
    unit: Unit::Seconds,
    help: "how long it has to be so to warn",
};
/// ... and clear 20 % below that.
const CLEAR: f64 = 0.8;
/// Without SYN cookies SYNs are dropped from three quarters of `tcp_max_syn_backlog` on,
/// whatever the backlog is (`tcp_conn_request`), and that is 128 at the least: 192 half-open
/// ones of a backlog of 256 dropped 600/s, and were told as a herd that subsides.
const HALF_OPEN: u64 = 64;

/// `accept_queue`: the process is too busy to call `accept(2)`. A full queue
/// holds one more than the backlog (`sk_acceptq_is_full`), and then the kernel
/// drops SYNs: clients see a connect timeout, not a refusal.
///
/// The SYN queue has the same limit: with as many half-open connections as the
/// backlog (`inet_csk_reqsk_queue_is_full`) further SYNs are answered with SYN
/// cookies, or dropped where those are off. 256 of 256 half-open read as OK.
pub(super) static RULE: Rule = Rule {
    id: RuleId::AcceptQueue,
    doc: Doc {
        fires: "half the backlog for 3 s; critical when it is over the backlog for 1 s; as many half-open connections as the backlog for 1 s, critical when SYNs are dropped (without SYN cookies: sooner)",
        says: "accept queue of :8080 full, 512 of 511, dropping 1 204/s",
        step: "is the process too busy to accept? lag, CPU, then the backlog",
        measure: Measure::Share,
    },
    params: &[WARN, HOLD],
    checks: &[Check::Service(check), Check::Listener(check_part)],
    // Over the limit clients are being lost.
    holds: |subject, severity, tuning| {
        let full = match subject {
            Subject::Service(service) => has_full_syn_queue(&service.whole),
            Subject::Listener(_, listener) => has_full_syn_queue(listener),
            _ => false,
        };
        if full || severity == Severity::Critical { SETTLE } else { tuning.seconds(&HOLD) }
    },
    meaning: |_, _| (Kind::Overloaded, Cause::AcceptQueue),
    steps: steps::limits::accept_queue,
    needs_closes: false,
};

/// Each address has a queue of its own: of a service with several, each is looked at
/// alone. `full, 512 of 1 022` is no figure of any of them.
fn check(facts: &Facts<'_>, service: &ServiceSnapshot) -> Finding {
    match service.addresses.as_slice() {
        [] | [_] => queues(facts, &service.whole, &service.whole.label()),
        _ => Finding::Clear,
    }
}

fn check_part(facts: &Facts<'_>, listener: &ListenerSnapshot) -> Finding {
    let of = listener.process.as_ref().map_or(String::new(), |process| format!(" {process}"));
    queues(facts, listener, &format!("{}{of}", listener.address))
}

fn queues(facts: &Facts<'_>, listener: &ListenerSnapshot, name: &str) -> Finding {
    let accept = accept_queue(facts, listener, name);
    let full = matches!(accept, Finding::Firing { severity: Severity::Critical, .. });
    match listener.syn_queue() {
        Some(share) if has_full_syn_queue(listener) && !full => syn_queue(listener, name, share),
        Some(share) if share >= CLEAR && matches!(accept, Finding::Clear) => Finding::Between,
        _ => accept,
    }
}

/// Whether it has as many half-open connections as it may: as the backlog, or so many
/// that it drops SYNs while its accept queue has room.
pub(in crate::detect) fn has_full_syn_queue(listener: &ListenerSnapshot) -> bool {
    let half_open = listener.states.map_or(0, |states| states.syn_recv);
    let has_room = listener.fullest_queue.is_some_and(|share| share < CLEAR);
    let drops = listener.drops.is_some_and(|drops| drops.0 > 0.0);
    listener.has_full_syn_queue() || (drops && has_room && half_open >= HALF_OPEN)
}

/// Only with cookies does the kernel drop no SYN where this queue is full.
fn syn_queue(listener: &ListenerSnapshot, name: &str, share: f64) -> Finding {
    let half_open = listener.states.map_or(0, |states| states.syn_recv);
    let limit = listener.backlog.unwrap_or(0);
    let dropped = listener.drops.is_some_and(|drops| drops.0 > 0.0);
    let fate = match listener.drops {
        Some(_) if !dropped => ", none dropped: SYN cookies".to_owned(),
        drops => dropping(drops),
    };
    // Of how many where that is not the backlog nobody tells.
    let (of, short) = if share >= 1.0 {
        (format!(" of {}", fmt::count(limit)), format!("/{limit}"))
    } else {
        (String::new(), String::new())
    };
    Finding::Firing {
        severity: if dropped { Severity::Critical } else { Severity::Warning },
        sentence: format!(
            "SYN queue of {name} full, {}{of} half-open{fate}",
            fmt::count(half_open),
        ),
        brief: format!("SYN queue {half_open}{short}").into(),
        value: share.into(),
    }
}

/// `, dropping 1 204/s`.
pub(in crate::detect) fn dropping(drops: Option<PerSecond>) -> String {
    let drops = drops.filter(|drops| drops.0 > 0.0);
    drops.map_or_else(String::new, |drops| format!(", dropping {}/s", fmt::rate(drops)))
}

fn accept_queue(facts: &Facts<'_>, listener: &ListenerSnapshot, name: &str) -> Finding {
    let Some(share) = listener.fullest_queue else {
        return if listener.is_present() { Finding::NotEnoughData } else { Finding::Clear };
    };
    let warn = facts.number(&WARN);
    let severity = match share {
        s if s > 1.0 => Severity::Critical,
        s if s >= warn => Severity::Warning,
        s if s >= warn * CLEAR => return Finding::Between,
        _ => return Finding::Clear,
    };
    let used = listener.accept_queue.unwrap_or(0);
    let limit = listener.backlog.unwrap_or(0);
    let full = if severity == Severity::Critical { "full, " } else { "" };
    let dropping = dropping(listener.drops);
    Finding::Firing {
        severity,
        sentence: format!(
            "accept queue of {name} {full}{} of {}{dropping}",
            fmt::count(used),
            fmt::count(limit),
        ),
        brief: format!("accept queue {used}/{limit}").into(),
        value: share.into(),
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
    use std::time::Duration;

    use super::*;
    use crate::detect::Thresholds;
    use crate::detect::signals::Signals;
    use crate::detect::{Judge, Scope};
    use crate::model::{ListenerId, Model, ModelConfig, Netns, Presence, ServiceId, Snapshot};
    use crate::sample::{Listener, Reading, Sample, Stamp, States};

    /// So many half-open ones and waiting ones of a backlog of 256, and so many drops.
    fn found(syn_recv: u64, waiting: u64, drops: f64) -> Option<(Severity, String)> {
        let address = ([0, 0, 0, 0], 8080).into();
        let whole = ListenerSnapshot {
            presence: Presence::Listening,
            states: Some(States { syn_recv, ..States::default() }),
            accept_queue: Some(waiting),
            backlog: Some(256),
            fullest_queue: Some(crate::units::float(waiting) / 256.0),
            drops: Some(PerSecond(drops)),
            ..ListenerSnapshot::nothing(address)
        };
        let id = ServiceId::new(Netns::default(), address);
        let service = ServiceSnapshot { id, addresses: vec![address], whole, behind: None };
        let wall = chrono::DateTime::from_timestamp(1_000_000, 0).unwrap();
        let snapshot = Snapshot::nothing(Stamp { mono: Duration::from_secs(9), wall });
        let facts = Facts {
            snapshot: &snapshot,
            thresholds: &Thresholds::default(),
            signals: &Signals::new(3.0),
            zone: chrono::FixedOffset::east_opt(0).unwrap(),
        };
        match check(&facts, &service) {
            Finding::Firing { severity, sentence, .. } => Some((severity, sentence)),
            _ => None,
        }
    }

    #[test]
    fn as_many_half_open_as_the_backlog_are_a_full_queue() {
        let told = |severity, text: &str| Some((severity, text.to_owned()));
        assert_eq!(
            found(256, 0, 0.0),
            told(
                Severity::Warning,
                "SYN queue of :8080 full, 256 of 256 half-open, none dropped: SYN cookies"
            )
        );
        assert_eq!(
            found(257, 0, 40.0),
            told(
                Severity::Critical,
                "SYN queue of :8080 full, 257 of 256 half-open, dropping 40/s"
            )
        );
        assert_eq!(found(100, 0, 0.0), None, "as many as usual on a busy host");
    }

    #[test]
    fn without_cookies_it_is_full_before_the_backlog() {
        assert_eq!(
            found(192, 0, 640.0),
            Some((
                Severity::Critical,
                "SYN queue of :8080 full, 192 half-open, dropping 640/s".to_owned()
            ))
        );
        assert_eq!(found(12, 0, 3.0), None, "dropped for another reason");
        let (_, sentence) = found(192, 240, 640.0).unwrap();
        assert!(sentence.starts_with("accept queue"), "half-open for want of room: {sentence}");
    }

    #[test]
    fn where_both_are_full_the_process_is_to_blame() {
        let (severity, sentence) = found(256, 257, 40.0).unwrap();
        assert_eq!(severity, Severity::Critical);
        assert!(sentence.starts_with("accept queue of :8080 full, 257 of 256"), "{sentence}");
    }

    #[test]
    fn of_two_addresses_of_a_service_the_one_that_is_full_is_named() {
        let socket = |ip: IpAddr, inode, accept_queue| Listener {
            local: (ip, 8080).into(),
            accept_queue,
            backlog: Some(511),
            drops: Some(0),
            inode,
            cookie: inode,
        };
        let (v4, v6) = (Ipv4Addr::UNSPECIFIED.into(), Ipv6Addr::UNSPECIFIED.into());
        let config = ModelConfig { everything: true, ..ModelConfig::default() };
        let (mut model, mut judge) = (Model::new(config), Judge::new(Thresholds::default()));
        let wall = chrono::DateTime::from_timestamp(1_000_000, 0).unwrap();
        let start = Stamp { mono: Duration::ZERO, wall };
        for second in 0..5 {
            let at = start.plus(Duration::from_secs(second));
            let both = vec![socket(v4, 7, 0), socket(v6, 8, 512)];
            model.absorb(Sample { listeners: Some(Reading::Seen(both)), ..Sample::at(at) });
            let snapshot = model.derive(at, None);
            assert_eq!(snapshot.services.len(), 1);
            let judgement = judge.judge(&snapshot, None);
            let told: Vec<_> = judgement.alerts().map(|a| (a.scope, a.sentence.as_str())).collect();
            let service = snapshot.services[0].id;
            let address = (v6, 8080).into();
            let wanted = (
                Scope::Listener(ListenerId { service, address }),
                "accept queue of [::]:8080 full, 512 of 511",
            );
            assert_eq!(told, if second == 0 { vec![] } else { vec![wanted] });
            assert!(judgement.alerts().all(|alert| alert.is_about(service)));
        }
    }
}
