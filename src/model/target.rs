//! One target of the probes: what it was told, how long everything took.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::IpAddr;
use std::time::Duration;

use super::probe_snapshot::{Attempt, Held, TargetSnapshot};
use super::spread::Spread;
use crate::close::{Outcome, Phase};
use crate::sample::{Lane, Phases, ProbeFact};

/// What is shown and judged: the last sixty attempts and pings.
const LAST: usize = 60;
/// A handshake over this is slow: half of what users wait before they reload.
pub const SLOW: Duration = Duration::from_secs(1);

/// The state of one target.
#[derive(Debug, Clone, Default)]
pub(super) struct TargetState {
    url: String,
    address: Option<IpAddr>,
    holds: bool,
    attempts: u64,
    accepted: u64,
    outcomes: BTreeMap<String, u64>,
    strip: VecDeque<Attempt>,
    phases: VecDeque<Phases>,
    pings: VecDeque<Duration>,
    tcp: Option<Duration>,
    held_since: Option<Duration>,
    lost: u64,
    last_loss: Option<(Outcome, Duration)>,
    last_failure: Option<(Outcome, Duration)>,
    /// When each lane goes on, and why then.
    next: BTreeMap<Lane, (Duration, String)>,
    agreed: Option<String>,
    /// Lanes whose peer sends more than is read of it.
    floods: BTreeSet<Lane>,
    rejected: u64,
    all_handshakes: Spread,
    all_pings: Spread,
}

impl TargetState {
    /// A target as it introduced itself.
    pub(super) fn new(url: String, address: Option<IpAddr>, holds: bool) -> Self {
        Self { url, address, holds, ..Self::default() }
    }

    /// Takes in what happened at `at`.
    pub(super) fn note(&mut self, at: Duration, lane: Lane, fact: ProbeFact) {
        match fact {
            ProbeFact::Target { .. } | ProbeFact::Gone => {}
            ProbeFact::Started => drop(self.next.remove(&lane)),
            ProbeFact::Ended { phases, outcome, agreed, .. } => {
                self.ended(at, lane, phases, outcome, agreed);
            }
            ProbeFact::Lost { outcome, .. } => {
                self.lost += 1;
                self.last_loss = Some((outcome.clone(), at));
                self.held_since = None;
                // What the lost connection measured says nothing of the next.
                self.pings.clear();
                self.tcp = None;
                self.count(at, &outcome);
            }
            ProbeFact::Ping { round_trip, tcp } => {
                push(&mut self.pings, round_trip);
                self.all_pings.add(round_trip);
                self.tcp = tcp.seen().copied().or(self.tcp);
            }
            ProbeFact::Flood { on: true } => drop(self.floods.insert(lane)),
            ProbeFact::Flood { on: false } => drop(self.floods.remove(&lane)),
            ProbeFact::Next { after, why } => {
                self.next.insert(lane, (at + after, why));
            }
        }
    }

    fn ended(
        &mut self,
        at: Duration,
        lane: Lane,
        phases: Phases,
        outcome: Outcome,
        agreed: Option<String>,
    ) {
        self.attempts += 1;
        self.agreed = agreed.or(self.agreed.take());
        let accepted = outcome == Outcome::OpenOk;
        if accepted {
            self.accepted += 1;
            if lane == Lane::Held {
                self.held_since = Some(at);
            }
        } else if lane == Lane::Held {
            self.pings.clear();
            self.tcp = None;
        }
        self.count(at, &outcome);
        push(&mut self.phases, phases);
        // Only what got a 101: a quick refusal is no quick handshake.
        let handshake = phases.handshake().filter(|_| outcome.phase() == Phase::Open);
        if let Some(took) = handshake {
            self.all_handshakes.add(took);
        }
        self.rejected += u64::from(outcome.is_rejection(self.accepted > 0));
        let slow = accepted && handshake.is_some_and(|took| took > SLOW);
        push(&mut self.strip, Attempt { at, lane, outcome, handshake, slow });
    }

    fn count(&mut self, at: Duration, outcome: &Outcome) {
        *self.outcomes.entry(outcome.name().into_owned()).or_default() += 1;
        if *outcome != Outcome::OpenOk {
            self.last_failure = Some((outcome.clone(), at));
        }
    }

    /// The target at this moment.
    pub(super) fn snapshot(&self, id: u32, now: Duration) -> TargetSnapshot {
        let of = |phase: fn(&Phases) -> Option<Duration>| {
            percentile(self.phases.iter().filter_map(phase), 50)
        };
        let handshakes = || self.strip.iter().filter_map(|a| a.handshake);
        let ping_p99 = percentile(self.pings.iter().copied(), 99);
        let soonest = self.next.values().min_by_key(|(at, _)| *at);
        TargetSnapshot {
            id,
            url: self.url.clone(),
            address: self.address,
            attempts: self.attempts,
            accepted: self.accepted,
            outcomes: self.outcomes.clone(),
            strip: self.strip.iter().cloned().collect(),
            phases: Phases {
                dns: of(|p| p.dns),
                tcp: of(|p| p.tcp),
                tls: of(|p| p.tls),
                upgrade: of(|p| p.upgrade),
            },
            handshake_p50: percentile(handshakes(), 50),
            handshake_p99: percentile(handshakes(), 99),
            ping_p50: percentile(self.pings.iter().copied(), 50),
            ping_p99,
            tcp_round_trip: self.tcp,
            lag: ping_p99.zip(self.tcp).map(|(ping, tcp)| ping.saturating_sub(tcp)),
            held: match self.held_since {
                _ if !self.holds => Held::Off,
                Some(since) => Held::Open(now.saturating_sub(since)),
                None => Held::Closed,
            },
            lost: self.lost,
            last_loss: self.last_loss.clone(),
            last_failure: self.last_failure.clone(),
            next: soonest.map(|(at, why)| (at.saturating_sub(now), why.clone())),
            agreed: self.agreed.clone(),
            is_flooding: !self.floods.is_empty(),
            rejected: self.rejected,
            handshakes: self.all_handshakes,
            pings: self.all_pings,
        }
    }
}

fn push<T>(last: &mut VecDeque<T>, one: T) {
    if last.len() == LAST {
        last.pop_front();
    }
    last.push_back(one);
}

/// The nearest-rank percentile.
fn percentile(values: impl Iterator<Item = Duration>, percent: usize) -> Option<Duration> {
    let mut sorted: Vec<Duration> = values.collect();
    sorted.sort_unstable();
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::close::CloseCode;
    use crate::sample::Reading;

    const MS: Duration = Duration::from_millis(1);

    fn target() -> TargetState {
        TargetState::new("ws://host/".to_owned(), None, true)
    }

    fn ended(outcome: Outcome, upgrade: Option<Duration>) -> ProbeFact {
        let phases = Phases { tcp: Some(MS), upgrade, ..Phases::default() };
        ProbeFact::Ended { phases, outcome, peer: None, agreed: None }
    }

    #[test]
    fn every_end_is_counted_once_and_only_what_passed_its_dwell_is_accepted() {
        let mut target = target();
        let refused = Outcome::CloseClean { code: CloseCode(1013), reason: String::new() };
        target.note(MS, Lane::Fresh, ended(refused.clone(), Some(MS)));
        target.note(MS * 2, Lane::Held, ended(Outcome::OpenOk, Some(MS * 3000)));
        let lost = ProbeFact::Lost { outcome: Outcome::EofNoClose, age: MS * 9 };
        target.note(MS * 10, Lane::Held, lost);
        let seen = target.snapshot(0, MS * 11);
        assert_eq!((seen.attempts, seen.accepted, seen.lost), (2, 1, 1));
        assert_eq!(seen.outcomes.values().sum::<u64>(), seen.attempts + seen.lost);
        assert_eq!(seen.last_failure, Some((Outcome::EofNoClose, MS * 10)));
        assert_eq!(seen.held, Held::Closed);
        let slow: Vec<bool> = seen.strip.iter().map(|a| a.slow).collect();
        assert_eq!(slow, [false, true], "a refusal is a failure, however slow");
    }

    #[test]
    fn lag_is_what_the_ping_takes_beyond_the_path() {
        let mut target = target();
        for ping in [2, 3, 700] {
            let tcp = Reading::Seen(MS);
            target.note(MS, Lane::Held, ProbeFact::Ping { round_trip: MS * ping, tcp });
        }
        let seen = target.snapshot(0, MS);
        assert_eq!((seen.ping_p50, seen.ping_p99), (Some(MS * 3), Some(MS * 700)));
        assert_eq!(seen.lag, Some(MS * 699));
        target.note(MS, Lane::Held, ProbeFact::Lost { outcome: Outcome::RstNoClose, age: MS });
        assert_eq!(target.snapshot(0, MS).lag, None, "a lost connection measures nothing");
    }

    #[test]
    fn without_the_kernels_round_trip_there_is_no_lag() {
        let mut target = target();
        let tcp = Reading::Denied("no sock_diag".to_owned());
        target.note(MS, Lane::Held, ProbeFact::Ping { round_trip: MS * 9, tcp });
        assert_eq!(target.snapshot(0, MS).lag, None);
    }

    #[test]
    fn the_next_attempt_is_the_sooner_of_both_lanes() {
        let mut target = target();
        let next = |seconds, why: &str| ProbeFact::Next {
            after: Duration::from_secs(seconds),
            why: why.to_owned(),
        };
        target.note(MS, Lane::Fresh, next(5, "as scheduled"));
        target.note(MS, Lane::Held, next(2, "backing off"));
        let (after, why) = target.snapshot(0, MS).next.unwrap();
        assert_eq!((after, why.as_str()), (Duration::from_secs(2), "backing off"));
        target.note(MS, Lane::Held, ProbeFact::Started);
        assert_eq!(target.snapshot(0, MS).next.unwrap().1, "as scheduled");
    }

    #[test]
    fn percentiles_are_of_what_was_measured() {
        let of = |n: u32, p| percentile((1..=n).map(|i| MS * i), p);
        assert_eq!(of(0, 50), None);
        assert_eq!((of(1, 50), of(1, 99)), (Some(MS), Some(MS)));
        assert_eq!((of(60, 50), of(60, 99)), (Some(MS * 30), Some(MS * 60)));
    }
}
