//! Makes samples of what a story tells, ten times a second, and has them judged
//! once a second, as the program does.

mod port;
mod probes;
mod seen;

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use herdtop::close::Outcome;
use herdtop::detect::Thresholds;
use herdtop::model::{ModelConfig, Netns, ServiceId};
use herdtop::sample::{Counters, ExitStatus, Lane, ProbeFact, Stamp};
use herdtop::session::Session;

use super::clients::{Dice, Strategy};
use super::crew::Facts;
use super::story::{Event, Story};
use port::{Port, rounded, whole};
use probes::closed;
use seen::address;

const TICK: Duration = Duration::from_millis(100);

/// The host of a story.
pub(super) struct World<'s> {
    story: &'s Story,
    pub(super) session: Session,
    pub(super) start: DateTime<Utc>,
    at: Stamp,
    tick: u64,
    ports: BTreeMap<u16, Port>,
    counters: Counters,
    rates: [f64; 2],
    rest: [f64; 2],
    facts: Facts,
    /// MiB per second: memory, and buffers of TCP.
    grows: [f64; 2],
    throttled: bool,
    silent: i64,
    probe: Option<String>,
    ping: Option<u64>,
    probed: bool,
    dice: Dice,
}

impl<'s> World<'s> {
    pub(super) fn new(story: &'s Story) -> Self {
        let ports = story.named.iter().copied().collect();
        let thresholds = Thresholds {
            named_ports: story.named.iter().copied().collect(),
            whole_host: story.named.is_empty(),
            longest_hold: story.check.then(|| Duration::from_secs(5) / 3),
            ..Thresholds::default()
        };
        let config = ModelConfig {
            ports,
            everything: story.named.is_empty(),
            capacity: story.capacity,
            interval: Duration::from_secs(1),
            page_bytes: 4096,
            ..ModelConfig::default()
        };
        let start = DateTime::from_timestamp(1_700_000_000, 0).expect("a time");
        let zero = Some(0);
        let passive = Some(story.accepted_before);
        let counters = Counters {
            passive_opens: passive,
            out_rsts: zero,
            estab_resets: zero,
            listen_drops: zero,
            ..Counters::default()
        };
        let at = Stamp { mono: Duration::ZERO, wall: start };
        Self {
            story,
            session: Session::new(config, thresholds),
            start,
            at,
            tick: 0,
            ports: story.listener.iter().map(|l| (l.port, Port::of(l, at))).collect(),
            counters,
            rates: [0.0; 2],
            rest: [0.0; 2],
            facts: Facts { files: story.files, ..Facts::default() },
            grows: [0.0; 2],
            throttled: false,
            silent: 0,
            probe: None,
            ping: None,
            probed: false,
            dice: Dice(7),
        }
    }

    /// One second of the story.
    pub(super) fn second(&mut self) {
        let second = i64::try_from(self.tick / 10).expect("a second");
        let story = self.story;
        for event in story.event.iter().filter(|event| event.at == second) {
            self.happens(event);
        }
        for n in 0..10 {
            self.live();
            if self.silent == 0 {
                let mut sample = self.sample(n == 0);
                if self.story.deathless {
                    sample.destroyed = None;
                }
                if self.is_seen() {
                    self.session.absorb(sample);
                }
            }
            self.at = self.at.plus(TICK);
            self.tick += 1;
        }
        self.probes();
        self.silent = (self.silent - 1).max(0);
        if !self.is_seen() {
            return;
        }
        let focus = self.ports.keys().next().map(|number| address(*number));
        let service = focus.map(|address| ServiceId::new(Netns::default(), address));
        self.session.derive(self.at, service);
    }

    fn happens(&mut self, event: &Event) {
        if event.sleep > 0 {
            self.at = self.at.plus(Duration::from_secs(event.sleep));
        }
        self.at.wall += TimeDelta::seconds(event.clock_step);
        self.silent = self.silent.max(event.silent);
        self.rates =
            [event.refused.unwrap_or(self.rates[0]), event.dropped.unwrap_or(self.rates[1])];
        self.at_host(event);
        self.ping = event.ping.or(self.ping).filter(|ping| *ping > 0);
        if event.reset {
            let zero = Some(0);
            self.counters.passive_opens = zero;
            self.counters.out_rsts = zero;
        }
        match event.probe.as_deref() {
            Some("none") => self.probe = None,
            Some(_) => self.probe.clone_from(&event.probe),
            None => {}
        }
        if let Some(code) = event.lost {
            let outcome = if code == 1006 { Outcome::EofNoClose } else { closed(code) };
            self.tell(Lane::Held, ProbeFact::Lost { outcome, age: Duration::from_mins(5) });
        }
        let number = event.port.or(self.ports.keys().next().copied()).expect("a port");
        self.at_port(number, event);
    }

    fn at_host(&mut self, event: &Event) {
        let facts = &mut self.facts;
        facts.descriptors = event.descriptors.or(facts.descriptors);
        facts.memory = event.memory.or(facts.memory);
        facts.busy = event.busy.unwrap_or(facts.busy);
        facts.cpu = event.cpu.or(facts.cpu);
        self.grows = [
            event.memory_grows.unwrap_or(self.grows[0]),
            event.buffers_grow.unwrap_or(self.grows[1]),
        ];
        facts.oom_kills += event.oom;
        self.throttled = event.throttled.unwrap_or(self.throttled);
    }

    fn at_port(&mut self, number: u16, event: &Event) {
        let port = self.ports.entry(number).or_default();
        port.rate = event.rate.unwrap_or(port.rate);
        port.grow = event.grow.unwrap_or(port.grow);
        port.forgets = event.forgets.unwrap_or(port.forgets);
        port.queue = event.queue.unwrap_or(port.queue);
        port.limit = event.limit.or(port.limit);
        port.half_open = event.half_open.unwrap_or(port.half_open);
        port.crew.stopped = event.stopped.unwrap_or(port.crew.stopped);
        port.crew.uneven = event.uneven.unwrap_or(port.crew.uneven);
        if event.signal.is_some() || event.code.is_some() {
            let (code, signal) = (event.code.unwrap_or(0), event.signal);
            port.crew.how = Some(ExitStatus { code, signal, core_dump: false });
        }
        port.strategy = event.retry.as_deref().map(Strategy::named).or(port.strategy);
        if event.kill {
            port.listens = false;
            port.rate = 0.0;
            // Last segments that cross: 20 to 55 of 1 000 in real kills.
            *self.counters.out_rsts.get_or_insert(0) += port.open / 20;
            port.crew.settle(port.open);
            let all = port.crew.count();
            port.crew.lose(all, false);
            port.drop_clients(port.open, self.tick, &mut self.dice);
        }
        if event.lose > 0 {
            port.lose(event.lose, event.asked, self.tick, &mut self.dice);
        }
        if event.leave > 0 {
            port.open -= event.leave;
            port.destroyed += event.leave;
            port.cut = event.back_after.map(|after| (self.tick + after * 10, event.leave));
        }
        port.crew.hire(event.hire, number, self.at);
        if event.start {
            port.listens = true;
            port.generation += 1;
        }
        if let Some(how) = port.strategy {
            (0..event.clients).for_each(|_| port.waiting.add(self.tick, 0, how, &mut self.dice));
        }
        port.open += event.burst;
        port.note_young(self.tick, event.burst);
        *self.counters.passive_opens.get_or_insert(0) += event.burst;
    }

    /// A tenth of a second passes.
    fn live(&mut self) {
        let refused = whole(&mut self.rest[0], self.rates[0]);
        let dropped = whole(&mut self.rest[1], self.rates[1]);
        *self.counters.out_rsts.get_or_insert(0) += refused;
        *self.counters.listen_drops.get_or_insert(0) += dropped;
        self.facts.grown += self.grows[0] / 10.0;
        self.facts.buffers += self.grows[1] / 10.0;
        if self.facts.buffers > 0.0 {
            // 256 pages of 4 KiB are a MiB.
            self.counters.tcp_mem_pages = Some(rounded(self.facts.buffers * 256.0));
        }
        for port in self.ports.values_mut().filter(|port| port.half_open > 0) {
            port.drops += dropped;
        }
        for port in self.ports.values_mut() {
            let (opened, refused) = port.live(self.tick, &mut self.dice);
            *self.counters.passive_opens.get_or_insert(0) += opened;
            *self.counters.out_rsts.get_or_insert(0) += refused;
        }
    }

    /// Whether the source has been started.
    fn is_seen(&self) -> bool {
        i64::try_from(self.tick / 10).expect("a second") >= self.story.from
    }
}
