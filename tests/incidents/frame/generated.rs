//! Samples that were made up: services that fill, empty, are stormed and stopped.

use std::net::SocketAddr;
use std::time::Duration;

use chrono::DateTime;
use herdtop::detect::Thresholds;
use herdtop::model::ModelConfig;
use herdtop::sample::{
    Ages, Counters, Destroyed, Group, Listener, Reading, Sample, Stamp, States, Walk, WalkScope,
};
use herdtop::session::Session;

const PORT: u16 = 8080;
const SECONDS: u64 = 75;

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
    open: u64,
    closed: u64,
    /// Arrivals a tick at most, of late.
    level: u64,
}

impl World {
    /// The next 100 ms: now and then the level is another.
    fn tick(&mut self) -> u64 {
        if self.chance.below(60) == 0 {
            self.level = [0, 1, 3, 10, 120][usize::try_from(self.chance.below(5)).expect("small")];
        }
        let came = self.chance.below(self.level + 1);
        let leaving = self.chance.below(self.level / 2 + 2).min(self.open + came);
        let drop = if self.chance.below(300) == 0 { self.open / 2 } else { 0 };
        let went = (leaving + drop).min(self.open + came);
        self.passive += came;
        self.open = self.open + came - went;
        went
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
        from_this_host: 0,
    }
}

/// Goes through one of them; shows every fifth second.
pub(super) fn run(seed: u64, mut see: impl FnMut(&Session, f64)) {
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
    let mut world =
        World { chance: Chance(seed + 1), passive: 5_000, open: 40, closed: 0, level: 2 };
    // From so many ticks on one walk to the next: the longer, the more is estimated.
    let walks = [10, 10, 50][usize::try_from(seed % 3).expect("small")];
    let mut stopped = 0;
    for tick in 0..SECONDS * 10 {
        world.closed += world.tick();
        if stopped > 0 {
            stopped -= 1;
            continue;
        }
        // Stopped, as by Ctrl-Z or a machine that sleeps.
        if world.chance.below(400) == 0 {
            stopped = 5 + world.chance.below(60);
        }
        let at = start.plus(Duration::from_millis(tick * 100));
        session.absorb(sample(seed, at, &mut world, tick % walks == 0));
        if tick % 10 == 0 {
            session.derive(at, None);
            if tick % 50 == 0 && tick > 0 {
                see(&session, f64::from(u32::try_from(tick).expect("small")) / 10.0);
            }
        }
    }
}

fn sample(seed: u64, at: Stamp, world: &mut World, walk: bool) -> Sample {
    let all = addresses(seed);
    let counters = Counters {
        passive_opens: Some(world.passive),
        listen_overflows: Some(0),
        listen_drops: Some(0),
        curr_estab: Some(world.open),
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
    let closed = std::mem::take(&mut world.closed);
    let own =
        |n: usize| if n == 0 { world.open.div_ceil(all.len() as u64) } else { world.open / 2 };
    let found = Walk {
        scope: WalkScope::OnePort(PORT),
        by_sock_diag: true,
        groups: all.iter().enumerate().map(|(n, local)| group(*local, own(n))).collect(),
        outgoing: Vec::new(),
        cpu: Duration::from_millis(1),
        took: Duration::from_millis(1),
        period: Duration::from_secs(if seed % 3 == 2 { 5 } else { 1 }),
    };
    Sample {
        counters: Some(Reading::Seen(counters)),
        listeners: Some(Reading::Seen((0..).zip(&all).map(listener).collect())),
        destroyed: Some(Reading::Seen(Destroyed {
            closed: vec![(all[0], closed)],
            ..Destroyed::default()
        })),
        walk: walk.then_some(Reading::Seen(found)),
        ..Sample::at(at)
    }
}
