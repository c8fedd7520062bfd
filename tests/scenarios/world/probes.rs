//! What the probes of a world see.

use std::time::Duration;

use herdtop::close::{CloseCode, Outcome};
use herdtop::sample::{Lane, Phases, ProbeEvent, ProbeFact, Reading, Sample};

use super::World;

impl World<'_> {
    /// What the probes see in a second.
    pub(super) fn probes(&mut self) {
        if self.is_seen() && !self.probed && (self.probe.is_some() || self.ping.is_some()) {
            self.probed = true;
            let url = "ws://app/".to_owned();
            self.tell(Lane::Fresh, ProbeFact::Target { url, address: None, holds: true });
            self.ended(Lane::Held, Outcome::OpenOk);
        }
        if let Some(ping) = self.ping {
            let (round_trip, tcp) = (Duration::from_millis(ping), Duration::from_millis(1));
            self.tell(Lane::Held, ProbeFact::Ping { round_trip, tcp: Reading::Seen(tcp) });
        }
        if let Some(probe) = self.probe.clone() {
            self.ended(
                Lane::Fresh,
                match probe.as_str() {
                    "ok" => Outcome::OpenOk,
                    "refused" => Outcome::TcpRefused,
                    "silence" => Outcome::HsTimeout { bytes: 0 },
                    "client_cert" => Outcome::TlsClientCert("certificate required".to_owned()),
                    "503" | "502" | "401" => Outcome::Http {
                        status: probe.parse().expect("a status"),
                        retry_after: None,
                        server: None,
                        body: String::new(),
                        hint: None,
                    },
                    code => closed(code.parse().expect("a code")),
                },
            );
        }
    }

    fn ended(&mut self, lane: Lane, outcome: Outcome) {
        let phases = Phases::default();
        self.tell(lane, ProbeFact::Ended { phases, outcome, peer: None, agreed: None });
    }

    pub(super) fn tell(&mut self, lane: Lane, fact: ProbeFact) {
        if !self.is_seen() {
            return;
        }
        let mut sample = Sample::at(self.at);
        sample.probes.push(ProbeEvent { target: 0, lane, fact });
        self.session.absorb(sample);
    }
}

pub(super) fn closed(code: u16) -> Outcome {
    Outcome::CloseClean { code: CloseCode(code), reason: String::new() }
}
