//! What the source sees of a world in a tenth of a second.

use std::net::SocketAddr;
use std::time::Duration;

use herdtop::sample::{Ages, Destroyed, Group, Listener, Reading, Sample, States, Walk, WalkScope};

use super::super::crew;
use super::super::story::Story;
use super::World;
use super::port::Port;

const BACKLOG: u32 = 128;

impl World<'_> {
    pub(super) fn sample(&mut self, walk: bool) -> Sample {
        let listening =
            || self.ports.iter().filter(|(n, port)| port.listens && watched(self.story, **n));
        let listeners = listening().map(|(number, port)| Listener {
            local: address(*number),
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
        let died = ports.map(|(n, p)| (address(*n), std::mem::take(&mut p.destroyed)));
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
            local: address(*number),
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
            addresses: vec![],
            other_addresses: 0,
            queues: None,
            ages: if self.story.ages { port.ages(self.tick) } else { Ages::default() },
            came: None,
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
            outgoing_rest: None,
            cpu: Duration::from_millis(1),
            took: Duration::from_millis(1),
            period: Duration::from_secs(1),
        }
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

pub(super) fn address(port: u16) -> SocketAddr {
    ([0, 0, 0, 0], port).into()
}
