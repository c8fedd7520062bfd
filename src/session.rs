//! Model and judge behind one door: samples in, snapshots and verdicts out.
//!
//! Screen, check, stream and demo all hold one of these, so they cannot
//! disagree. Pure like what it holds: the time comes with the samples.

use std::net::SocketAddr;

use crate::detect::{Judge, Thresholds};
use crate::model::{Model, ModelConfig, Snapshot};
use crate::sample::{Reading, Sample, Stamp};

/// One run over one source.
#[derive(Debug)]
pub struct Session {
    /// What the samples mean.
    pub model: Model,
    /// What is to be thought of it.
    pub judge: Judge,
    /// The latest derivation.
    pub snapshot: Option<Snapshot>,
    walked: Option<std::time::Duration>,
}

impl Session {
    /// A session that has seen nothing.
    #[must_use]
    pub fn new(model: ModelConfig, thresholds: Thresholds) -> Self {
        Self {
            model: Model::new(model),
            judge: Judge::new(thresholds),
            snapshot: None,
            walked: None,
        }
    }

    /// Takes a sample in.
    pub fn absorb(&mut self, sample: Sample) {
        if let Some(Reading::Seen(counters)) = &sample.counters {
            self.judge.count(sample.at, counters, sample.host_age);
        }
        if let Some(Reading::Seen(log)) = &sample.log
            && !log.ticks.is_empty()
        {
            self.judge.told(sample.at, &log.ticks);
        }
        if sample.dump.is_some() {
            self.walked = Some(sample.at.mono);
        }
        self.model.absorb(sample);
    }

    /// When the connections were last counted.
    #[must_use]
    pub const fn walked(&self) -> Option<std::time::Duration> {
        self.walked
    }

    /// Derives and judges. `focus` says which listener is looked at, given the
    /// one before and what there is now.
    pub fn derive(
        &mut self,
        at: Stamp,
        before: Option<SocketAddr>,
        focus: impl FnOnce(&Snapshot) -> Option<SocketAddr>,
    ) {
        let snapshot = self.model.derive(at, before);
        let focus = focus(&snapshot);
        self.judge.judge(&snapshot, focus);
        self.snapshot = Some(snapshot);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::detect::{Kind, Severity};
    use crate::sample::{Ages, Counters, Destroyed, Dump, DumpScope, Group, Listener, States};

    const PORT: u16 = 80;

    /// Fifteen calm seconds, then a herd of `herd` seconds on the host, each
    /// connection held. `ours` says whether it comes to the watched port.
    fn verdicts(ours: bool, herd: u64) -> Vec<(Kind, Severity)> {
        let thresholds =
            Thresholds { named_ports: [PORT].into(), whole_host: false, ..Thresholds::default() };
        let config = ModelConfig { ports: [PORT].into(), ..ModelConfig::default() };
        let mut session = Session::new(config, thresholds);
        let start = Stamp {
            mono: Duration::ZERO,
            wall: chrono::DateTime::from_timestamp(1_000_000, 0).unwrap(),
        };
        let (mut passive, mut open) = (1_000, 0);
        let mut told = Vec::new();
        for tick in 0..400 {
            let at = start.plus(Duration::from_millis(tick * 100));
            let arrivals = if (150..150 + herd * 10).contains(&tick) { 40 } else { tick % 2 };
            passive += arrivals;
            open += if ours { arrivals } else { 0 };
            session.absorb(sample(at, passive, (tick % 10 == 0).then_some(open)));
            if tick % 10 == 0 {
                session.derive(at, None, |s| s.listeners.first().map(|l| l.address));
                told.extend(session.judge.verdict().map(|v| (v.kind, v.severity)));
            }
        }
        told
    }

    fn sample(at: Stamp, passive: u64, open: Option<u64>) -> Sample {
        let local = ([127, 0, 0, 1], PORT).into();
        let counters = Counters { passive_opens: Some(passive), ..Counters::default() };
        let listener = Listener {
            local,
            accept_queue: 0,
            backlog: Some(128),
            drops: Some(0),
            inode: 1,
            cookie: 1,
        };
        let dump = |established| Dump {
            scope: DumpScope::OnePort(PORT),
            by_sock_diag: true,
            groups: vec![Group {
                local,
                states: States { established, ..States::default() },
                unaccepted: 0,
                networks: vec![],
                other_networks: 0,
                ages: Ages::default(),
                from_this_host: 0,
            }],
            outgoing: vec![],
            cpu: Duration::from_millis(1),
            took: Duration::from_millis(1),
            period: Duration::from_secs(1),
        };
        Sample {
            counters: Some(Reading::Seen(counters)),
            listeners: Some(Reading::Seen(vec![listener])),
            destroyed: Some(Reading::Seen(Destroyed::default())),
            dump: open.map(|open| Reading::Seen(dump(open))),
            ..Sample::at(at)
        }
    }

    #[test]
    fn a_herd_at_the_watched_port_is_critical_then_subsides_then_is_over() {
        let told = verdicts(true, 3);
        let herd: Vec<_> = told.iter().filter(|(kind, _)| *kind == Kind::Herd).collect();
        assert!(herd.contains(&&(Kind::Herd, Severity::Critical)), "{told:?}");
        assert!(herd.contains(&&(Kind::Herd, Severity::Warning)), "{told:?}");
        assert_eq!(told.last(), Some(&(Kind::Ok, Severity::Ok)));
        assert!(told[..15].iter().all(|(kind, _)| *kind != Kind::Herd), "calm before it");
    }

    #[test]
    fn a_herd_elsewhere_on_the_host_is_not_ours() {
        assert!(verdicts(false, 3).iter().all(|(kind, _)| *kind != Kind::Herd));
    }
}
