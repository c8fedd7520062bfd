//! Makes samples of what a story tells, ten times a second, and has them judged
//! once a second, as the program does.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use herdtop::close::{CloseCode, Outcome};
use herdtop::detect::Thresholds;
use herdtop::model::{ModelConfig, Netns, ServiceId};
use herdtop::sample::{
    Ages, Counters, Destroyed, ExitStatus, Group, Lane, Listener, Phases, ProbeEvent, ProbeFact,
    Reading, Sample, Stamp, States, Walk, WalkScope,
};
use herdtop::session::Session;

use super::clients::{Dice, Strategy, Waiting};
use super::crew::{self, Crew, Facts};
use super::story::{Event, Story};

const TICK: Duration = Duration::from_millis(100);
const BACKLOG: u32 = 128;

/// A server and its clients.
#[derive(Debug, Default)]
struct Port {
    listens: bool,
    open: u64,
    rate: f64,
    poisson: bool,
    grow: f64,
    forgets: f64,
    forgotten: u64,
    limit: Option<u64>,
    queue: u32,
    half_open: u64,
    /// SYNs dropped while its SYN queue is full.
    drops: u64,
    address: Option<std::net::IpAddr>,
    /// Not yet a whole connection, each: opened, closed, kept, forgotten.
    rest: [f64; 4],
    waiting: Waiting,
    strategy: Option<Strategy>,
    destroyed: u64,
    /// Told of with the next tick: the kernel tears sockets down while a process ends.
    torn: u64,
    /// Come back at this tick.
    cut: Option<(u64, u64)>,
    generation: u64,
    crew: Crew,
    /// Kept, of those opened in each of the last ticks.
    young: std::collections::VecDeque<(u64, u64)>,
}

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
            longest_hold: story.hold.map(Duration::from_secs),
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
        let port = |l: &super::story::Listener| {
            let mut crew = Crew::default();
            crew.hire(l.workers, l.port, at);
            let port = Port {
                crew,
                address: l.address,
                listens: true,
                open: l.open,
                rate: l.rate,
                poisson: l.poisson,
                ..Port::default()
            };
            (l.port, port)
        };
        Self {
            story,
            session: Session::new(config, thresholds),
            start,
            at,
            tick: 0,
            ports: story.listener.iter().map(port).collect(),
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
        let focus = self.ports.iter().next().map(|(number, port)| port.at(*number));
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
        self.ping = event.ping.or(self.ping);
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
        let mut whole = |at: usize, per_second: f64| {
            self.rest[at] += per_second / 10.0;
            let now = self.rest[at].floor();
            self.rest[at] -= now;
            rounded(now)
        };
        let (refused, dropped) = (whole(0, self.rates[0]), whole(1, self.rates[1]));
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

    fn sample(&mut self, walk: bool) -> Sample {
        let listening =
            || self.ports.iter().filter(|(n, port)| port.listens && watched(self.story, **n));
        let listeners = listening().map(|(number, port)| Listener {
            local: port.at(*number),
            accept_queue: port.queue,
            backlog: Some(BACKLOG),
            drops: Some(u32::try_from(port.drops).expect("few")),
            inode: inode(*number, port.generation),
            cookie: inode(*number, port.generation),
        });
        let mut sample = Sample::at(self.at);
        self.counters.curr_estab = Some(self.ports.values().map(|port| port.open).sum());
        sample.counters = Some(Reading::Seen(self.counters));
        sample.listeners = Some(Reading::Seen(listeners.collect()));
        if self.tick == 0 {
            sample.host_age = self.story.host_age.map(Duration::from_secs);
        }
        if walk {
            sample.walk = Some(Reading::Seen(self.walk()));
        }
        let story = self.story;
        let ports = self.ports.iter_mut().filter(|(n, _)| watched(story, **n));
        let died = ports.map(|(n, p)| (p.at(*n), std::mem::take(&mut p.destroyed)));
        let closed = died.filter(|(_, n)| *n > 0).collect();
        self.ports.values_mut().for_each(|p| p.destroyed = std::mem::take(&mut p.torn));
        sample.destroyed = Some(Reading::Seen(Destroyed { closed, ..Destroyed::default() }));
        self.crews(&mut sample, walk);
        sample
    }

    /// The processes, where the story has any.
    fn crews(&mut self, sample: &mut Sample, walk: bool) {
        if self.story.listener.iter().all(|l| l.workers == 0) {
            return;
        }
        self.facts.throttled += u64::from(walk && self.throttled);
        let crews = self.ports.iter_mut().map(|(number, port)| {
            if walk {
                port.crew.settle(port.open);
            }
            (inode(*number, port.generation), &mut port.crew)
        });
        crew::tell(sample, crews, self.facts, walk);
        if self.story.hidden {
            hide(sample);
        }
    }

    fn walk(&self) -> Walk {
        let group = |(number, port): (&u16, &Port)| Group {
            local: port.at(*number),
            states: States {
                established: port.open,
                syn_recv: port.half_open,
                close_wait: port.forgotten,
                ..States::default()
            },
            unaccepted: 0,
            fresh: None,
            networks: vec![],
            other_networks: 0,
            ages: if self.story.ages { port.ages(self.tick) } else { Ages::default() },
            from_this_host: 0,
        };
        Walk {
            scope: WalkScope::Everything,
            by_sock_diag: true,
            groups: self
                .ports
                .iter()
                .filter(|(n, _)| watched(self.story, **n))
                .map(group)
                .collect(),
            outgoing: vec![],
            cpu: Duration::from_millis(1),
            took: Duration::from_millis(1),
            period: Duration::from_secs(1),
        }
    }

    /// What the probes see in a second.
    fn probes(&mut self) {
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

    /// Whether the source has been started.
    fn is_seen(&self) -> bool {
        i64::try_from(self.tick / 10).expect("a second") >= self.story.from
    }

    fn tell(&mut self, lane: Lane, fact: ProbeFact) {
        if !self.is_seen() {
            return;
        }
        let mut sample = Sample::at(self.at);
        sample.probes.push(ProbeEvent { target: 0, lane, fact });
        self.session.absorb(sample);
    }
}

impl Port {
    /// Where it listens.
    fn at(&self, number: u16) -> SocketAddr {
        self.address.map_or_else(|| address(number), |ip| (ip, number).into())
    }

    /// So many were opened and kept in this tick: what tells their ages.
    fn note_young(&mut self, tick: u64, opened: u64) {
        self.young.push_back((tick, opened));
        while self.young.front().is_some_and(|(then, _)| tick - then > 300) {
            self.young.pop_front();
        }
    }

    /// By age, as far as the walks of this story have seen them arrive.
    fn ages(&self, tick: u64) -> Ages {
        let mut ages = Ages::default();
        let mut rest = self.open;
        for (then, opened) in self.young.iter().rev() {
            let class = match tick - then {
                0..=9 => 0,
                10..=49 => 1,
                _ => 2,
            };
            let own = rest.min(*opened);
            ages.classes[class] += own;
            rest -= own;
        }
        ages.before_watch = rest;
        ages
    }

    /// So many workers end, and what they hold with them.
    fn lose(&mut self, workers: usize, asked: bool, tick: u64, dice: &mut Dice) {
        self.crew.settle(self.open);
        let lost = self.crew.lose(workers, asked);
        self.drop_clients(lost, tick, dice);
        if !asked {
            self.torn += std::mem::take(&mut self.destroyed);
        }
    }

    /// So many connections are lost; their clients try again.
    fn drop_clients(&mut self, lost: u64, tick: u64, dice: &mut Dice) {
        self.open -= lost;
        if self.open == 0 {
            self.young.clear();
        }
        self.destroyed += lost;
        if let Some(how) = self.strategy {
            (0..lost).for_each(|_| self.waiting.add(tick, 0, how, dice));
        }
    }

    /// Opened and refused in this tick.
    fn live(&mut self, tick: u64, dice: &mut Dice) -> (u64, u64) {
        let (mut opened, mut refused) = (0, 0);
        let before = self.open;
        if let Some((at, clients)) = self.cut
            && tick >= at
        {
            self.cut = None;
            self.open += clients;
            opened += clients;
        }
        while let Some((attempt, how)) = self.waiting.due(tick) {
            if !self.listens {
                refused += 1;
                self.waiting.add(tick, attempt, how, dice);
            } else if self.limit.is_some_and(|limit| self.open >= limit) {
                opened += 1;
                self.destroyed += 1;
                // The runbook's client forgets its attempts when it is let in.
                let attempt = if how == Strategy::Runbook { 0 } else { attempt };
                self.waiting.add(tick, attempt, how, dice);
            } else {
                opened += 1;
                self.open += 1;
            }
        }
        let kept_back = self.open.saturating_sub(before);
        if !self.listens {
            self.note_young(tick, kept_back);
            return (opened, refused);
        }
        let come = self.part(0, self.rate, dice);
        let go = self.part(1, self.rate, dice).min(self.open + come);
        let kept = self.part(2, self.grow, dice);
        self.forgotten += self.part(3, self.forgets, dice);
        self.note_young(tick, kept_back + come + kept);
        self.open = self.open + come + kept - go;
        self.destroyed += go;
        (opened + come + kept, refused)
    }

    fn part(&mut self, at: usize, per_second: f64, dice: &mut Dice) -> u64 {
        if self.poisson && at < 2 {
            return dice.poisson(per_second / 10.0);
        }
        self.rest[at] += per_second / 10.0;
        let now = self.rest[at].floor();
        self.rest[at] -= now;
        rounded(now)
    }
}

/// Nobody may look into the processes: their sockets are seen, and not whose they are.
fn hide(sample: &mut Sample) {
    sample.ended.clear();
    sample.workers = sample.workers.take().map(|_| Vec::new());
    sample.processes = sample.processes.take().map(|_| Vec::new());
    if let Some(Reading::Seen(owners)) = &mut sample.owners {
        owners.hidden = owners.pids.drain(..).map(|(inode, _)| inode).collect();
    }
}

/// A socket's number: another one after a restart.
fn inode(port: u16, generation: u64) -> u64 {
    u64::from(port) * 100 + generation
}

/// The source tells only of what was asked for.
fn watched(story: &Story, port: u16) -> bool {
    story.named.is_empty() || story.named.contains(&port)
}

fn closed(code: u16) -> Outcome {
    Outcome::CloseClean { code: CloseCode(code), reason: String::new() }
}

fn address(port: u16) -> SocketAddr {
    ([0, 0, 0, 0], port).into()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a small count, never negative"
)]
fn rounded(count: f64) -> u64 {
    count as u64
}
