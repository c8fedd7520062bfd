//! Samples that were made up: services that fill, empty, are stormed and stopped.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Duration;

use chrono::{DateTime, TimeDelta};
use herdtop::detect::Thresholds;
use herdtop::model::ModelConfig;
use herdtop::sample::{
    Ages, Counters, Destroyed, Group, Listener, Reading, Sample, Stamp, States, Walk, WalkScope,
};
use herdtop::session::Session;

const PORT: u16 = 8080;
const SECONDS: u64 = 75;

/// What is not as it should be on the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Host {
    Well,
    /// Nobody tells which connections end.
    Deaf,
    /// Now and then the kernel loses such events, and says so.
    Loses,
    /// Its clock is set back and forth by an hour.
    ClockSteps,
}

/// What was so in fact.
#[derive(Debug, Clone, Copy)]
pub(super) struct Truth {
    pub(super) open: u64,
    /// Opened since the first walk.
    pub(super) opened: u64,
    /// The most that came within a second, whenever it began.
    pub(super) most: u64,
    /// A walk was made at this very moment.
    pub(super) walked: bool,
}

/// A fixed scramble: the same numbers in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most.max(1)
    }
}

/// One world: what is open and what came so far.
struct World {
    chance: Chance,
    passive: u64,
    /// At each of its addresses.
    open: [u64; 2],
    closed: [u64; 2],
    /// Arrivals a tick at most, of late.
    level: u64,
    /// Those of the last ten ticks, and the most of any ten.
    lately: VecDeque<u64>,
    most: u64,
}

impl World {
    /// The next 100 ms: now and then the level is another.
    fn tick(&mut self, addresses: u64) {
        if self.chance.below(60) == 0 {
            self.level = [0, 1, 3, 10, 120][usize::try_from(self.chance.below(5)).expect("small")];
        }
        let came = self.chance.below(self.level + 1);
        let second = if addresses > 1 { self.chance.below(came + 1) } else { 0 };
        self.come([came - second, second]);
        let leaving = self.chance.below(self.level / 2 + 2);
        let half = self.chance.below(300) == 0;
        for (open, closed) in self.open.iter_mut().zip(&mut self.closed) {
            let drop = if half { *open / 2 } else { 0 };
            let went = (leaving / addresses + drop).min(*open);
            *open -= went;
            *closed += went;
        }
    }

    fn come(&mut self, came: [u64; 2]) {
        for (open, came) in self.open.iter_mut().zip(came) {
            *open += came;
        }
        let came: u64 = came.iter().sum();
        self.passive += came;
        self.lately.push_back(came);
        if self.lately.len() > 10 {
            self.lately.pop_front();
        }
        self.most = self.most.max(self.lately.iter().sum());
    }

    fn open(&self) -> u64 {
        self.open.iter().sum()
    }
}

/// The addresses of the world with that number: one, both families, or two programs'.
fn addresses(seed: u64) -> Vec<SocketAddr> {
    let v4 = SocketAddr::from(([0, 0, 0, 0], PORT));
    let v6 = SocketAddr::from(([0_u16; 8], PORT));
    if seed % 3 == 1 { vec![v4, v6] } else { vec![v4] }
}

fn group(local: SocketAddr, open: u64) -> Group {
    Group {
        local,
        states: States { established: open, ..States::default() },
        unaccepted: 0,
        fresh: None,
        networks: Vec::new(),
        other_networks: open,
        addresses: vec![],
        other_addresses: 0,
        queues: None,
        ages: Ages { before_watch: open, ..Ages::default() },
        came: None,
        from_this_host: 0,
    }
}

/// Goes through one of them; shows every fifth second.
pub(super) fn run(seed: u64, host: Host, mut see: impl FnMut(&Session, f64, Truth)) {
    let config = ModelConfig {
        ports: [PORT].into(),
        capacity: seed.is_multiple_of(2).then_some(400),
        interval: Duration::from_secs(1),
        ..ModelConfig::default()
    };
    let thresholds =
        Thresholds { named_ports: [PORT].into(), whole_host: false, ..Thresholds::default() };
    let mut session = Session::new(config, thresholds);
    let start = Stamp {
        mono: Duration::from_secs(100),
        wall: DateTime::from_timestamp(1_800_000_000, 0).expect("a moment"),
    };
    let mut world = World {
        chance: Chance(seed + 1),
        passive: 5_000,
        open: [40, 0],
        closed: [0, 0],
        level: 2,
        lately: VecDeque::new(),
        most: 0,
    };
    let mut first = None;
    // From so many ticks on one walk to the next: the longer, the more is estimated.
    let walks = [10, 10, 50][usize::try_from(seed % 3).expect("small")];
    let mut stopped = 0;
    for tick in 0..SECONDS * 10 {
        world.tick(addresses(seed).len() as u64);
        if stopped > 0 {
            stopped -= 1;
            continue;
        }
        // Stopped, as by Ctrl-Z or a machine that sleeps.
        if world.chance.below(400) == 0 {
            stopped = 5 + world.chance.below(60);
        }
        let at = stamp(start, host, tick);
        let walked = tick % walks == 0;
        if walked {
            first.get_or_insert(world.passive);
        }
        session.absorb(sample(seed, host, at, &mut world, walked));
        if tick % 10 == 0 {
            session.derive(at, None);
            if tick % 50 == 0 && tick > 0 {
                let opened = world.passive - first.unwrap_or(world.passive);
                let truth = Truth { open: world.open(), opened, most: world.most, walked };
                see(&session, f64::from(u32::try_from(tick).expect("small")) / 10.0, truth);
            }
        }
    }
}

/// The moment of a tick, as that host's clocks show it.
fn stamp(start: Stamp, host: Host, tick: u64) -> Stamp {
    let at = start.plus(Duration::from_millis(tick * 100));
    let hour = TimeDelta::hours(1);
    match (host, tick / 200) {
        (Host::ClockSteps, 1) => Stamp { wall: at.wall - hour, ..at },
        (Host::ClockSteps, 2) => Stamp { wall: at.wall + hour, ..at },
        _ => at,
    }
}

/// The deaths of a tick as they are told.
fn deaths(host: Host, all: &[SocketAddr], world: &mut World) -> Reading<Destroyed> {
    let closed = std::mem::take(&mut world.closed);
    match host {
        Host::Deaf => Reading::Denied("close events refused".to_owned()),
        Host::Loses if world.chance.below(20) == 0 && closed != [0, 0] => {
            Reading::Seen(Destroyed { overruns: 1, ..Destroyed::default() })
        }
        _ => {
            let closed = all.iter().copied().zip(closed).filter(|(_, closed)| *closed > 0);
            Reading::Seen(Destroyed { closed: closed.collect(), ..Destroyed::default() })
        }
    }
}

fn sample(seed: u64, host: Host, at: Stamp, world: &mut World, walk: bool) -> Sample {
    let all = addresses(seed);
    let counters = Counters {
        passive_opens: Some(world.passive),
        listen_overflows: Some(0),
        listen_drops: Some(0),
        curr_estab: Some(world.open()),
        ..Counters::default()
    };
    let listener = |(n, local): (u64, &SocketAddr)| Listener {
        local: *local,
        accept_queue: 0,
        backlog: Some(128),
        drops: Some(0),
        inode: n + 1,
        cookie: n + 1,
    };
    let destroyed = deaths(host, &all, world);
    let found = Walk {
        scope: WalkScope::OnePort(PORT),
        by_sock_diag: true,
        groups: all.iter().enumerate().map(|(n, local)| group(*local, world.open[n])).collect(),
        outgoing: Vec::new(),
        outgoing_rest: None,
        cpu: Duration::from_millis(1),
        took: Duration::from_millis(1),
        period: Duration::from_secs(if seed % 3 == 2 { 5 } else { 1 }),
    };
    Sample {
        counters: Some(Reading::Seen(counters)),
        listeners: Some(Reading::Seen((0..).zip(&all).map(listener).collect())),
        destroyed: Some(destroyed),
        walk: walk.then_some(Reading::Seen(found)),
        ..Sample::at(at)
    }
}
