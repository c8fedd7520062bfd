//! Processes behind a service that ended: one, several together, one after another,
//! again and again; and whether they were asked to.
//!
//! A worker that is asked to go closes its connections and ends when that is done:
//! 130 closes came 50 to 90 ms before the exit of a gunicorn worker told to stop. Of
//! one that is killed the kernel tears the sockets down while it ends: the deaths are
//! told of with or after the exit (2 to 100 ms). So the order tells, to anybody, what
//! the exit status says only where it can be read.

use std::collections::BTreeMap;
use std::time::Duration;

use super::Closes;
use crate::model::{Exit, Loss, ServiceId, Snapshot};
use crate::sample::{ExitStatus, Stamp};
use crate::units::float;

/// Deaths of connections this close to an exit belong to it.
const BEFORE: Duration = Duration::from_millis(1500);
const AFTER: Duration = Duration::from_millis(600);
/// An exit is told of with what was seen just before it.
const TOGETHER: Duration = Duration::from_millis(5);
/// Of these, this share has to come first.
const MOST: f64 = 0.6;
/// Ends so close to each other are one event: a rolling restart waits for each
/// worker to be ready, a crash loop for its supervisor.
const CHAIN: Duration = Duration::from_secs(30);
/// Who ends sooner than this did not get far.
const AT_ONCE: Duration = Duration::from_secs(20);
/// Who lives longer than this was there to stay.
const YOUNG: Duration = Duration::from_mins(1);

/// What came first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::detect) enum Order {
    /// The connections, then the process: it was asked to go.
    ClosedFirst,
    /// The process: it was killed, or broke down.
    EndedFirst,
}

/// One ended process.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::detect) struct End {
    pub(in crate::detect) pid: u32,
    pub(in crate::detect) name: String,
    pub(in crate::detect) at: Stamp,
    /// How long it lived, where its start is known.
    pub(in crate::detect) lived: Option<Duration>,
    pub(in crate::detect) lost: Option<u64>,
    pub(in crate::detect) oom: bool,
    /// With which status, where the kernel told.
    pub(in crate::detect) how: Option<ExitStatus>,
    pub(in crate::detect) replaced_by: Option<u32>,
    pub(in crate::detect) others_left: usize,
    pub(in crate::detect) workers_before: usize,
    /// What came first; none where too few connections tell.
    pub(in crate::detect) order: Option<Order>,
}

/// The ended processes of one service, oldest first.
#[derive(Debug, Clone, Default)]
pub(in crate::detect) struct Ends {
    all: Vec<End>,
    orders: BTreeMap<(u32, u64), Option<Order>>,
}

impl Ends {
    /// Takes in who has ended by this snapshot.
    pub(in crate::detect) fn observe(
        &mut self,
        snapshot: &Snapshot,
        service: ServiceId,
        closes: &Closes,
    ) {
        let own = |e: &&Exit| e.loss == Loss::Gone && is_of(snapshot, e, service);
        let mut exits: Vec<&Exit> = snapshot.exits.iter().filter(own).collect();
        exits.sort_by_key(|e| e.at.mono);
        let known = |id: &(u32, u64)| exits.iter().any(|e| id_of(e) == *id);
        self.orders.retain(|id, _| known(id));
        for exit in &exits {
            let age = snapshot.at.mono.saturating_sub(exit.at.mono);
            if age <= Duration::from_secs(5) || !self.orders.contains_key(&id_of(exit)) {
                // Those that end together share their deaths: the last of them tells.
                let last = exits
                    .iter()
                    .map(|e| e.at.mono)
                    .filter(|at| *at >= exit.at.mono && at.saturating_sub(exit.at.mono) < BEFORE);
                let last = last.max().unwrap_or(exit.at.mono);
                self.orders.insert(id_of(exit), order_of(exit.at.mono, last, closes));
            }
        }
        let started = |exit: &Exit| {
            let own = snapshot
                .processes
                .iter()
                .find(|p| Some(p.pid) == exit.pid && p.start_ticks == exit.start_ticks);
            own.and_then(|p| p.started)
        };
        self.all = exits
            .into_iter()
            .map(|exit| End {
                pid: exit.pid.unwrap_or(0),
                name: exit.name.clone(),
                at: exit.at,
                lived: started(exit).and_then(|s| (exit.at.wall - s).to_std().ok()),
                lost: exit.lost,
                oom: exit.oom,
                how: exit.how,
                replaced_by: exit.replaced_by,
                others_left: exit.others_left,
                workers_before: exit.workers_before,
                order: self.orders.get(&id_of(exit)).copied().flatten(),
            })
            .collect();
    }

    /// All that are remembered, oldest first.
    pub(in crate::detect) fn all(&self) -> impl Iterator<Item = &End> {
        self.all.iter()
    }

    /// The last one.
    pub(in crate::detect) fn newest(&self) -> Option<&End> {
        self.all.last()
    }

    /// Whether the one that ended at that moment was meant to.
    pub(in crate::detect) fn was_asked(&self, pid: Option<u32>, at: Duration) -> Option<bool> {
        let own = |e: &&End| Some(e.pid) == pid && e.at.mono == at;
        self.all.iter().find(own).and_then(End::was_asked)
    }

    /// The last one and those before it, each within half a minute of the next.
    pub(in crate::detect) fn chain(&self) -> &[End] {
        let apart = |pair: &[End]| pair[1].at.mono.saturating_sub(pair[0].at.mono) > CHAIN;
        let from = self.all.windows(2).rposition(apart).map_or(0, |at| at + 1);
        &self.all[from..]
    }

    /// The deaths of a loop: at least three, two of them of processes that began
    /// within it; or two, the second of one that took the first one's place and lived
    /// for seconds. A rolling restart ends each worker once; workers that recycle
    /// themselves were asked to, and their siblings go on.
    pub(in crate::detect) fn in_a_loop(&self) -> Option<&[End]> {
        let chain = self.chain();
        let meant = |end: &End| end.was_asked() == Some(true) && end.workers_before > 1;
        if chain.iter().all(meant) {
            return None;
        }
        let first = chain.first()?.at;
        let took_a_place = |end: &End| chain.iter().any(|e| e.replaced_by == Some(end.pid));
        let began = |end: &&End| {
            let since = end.at.mono.saturating_sub(first.mono);
            let lived = end.lived.filter(|lived| *lived < YOUNG);
            !meant(end) && (took_a_place(end) || lived.is_some_and(|lived| lived < since))
        };
        let short = chain.iter().filter(began).count();
        let at_once = |end: &End| {
            took_a_place(end)
                && end.lived.is_some_and(|lived| lived < AT_ONCE)
                && end.was_asked() != Some(true)
        };
        let again = chain.iter().any(at_once);
        ((chain.len() >= 3 && short >= 2) || again).then_some(chain)
    }
}

impl End {
    /// Whether it was meant to end, by what is told: its status, else the order. A
    /// server that ends with an error, or by a signal that is no request, broke down;
    /// SIGKILL is nobody's way to restart one. SIGTERM, SIGINT, SIGQUIT and SIGHUP ask
    /// it to, and so does a status of zero.
    pub(in crate::detect) fn was_asked(&self) -> Option<bool> {
        const ASKED: [u8; 4] = [1, 2, 3, 15];
        match self.how {
            Some(ExitStatus { signal: Some(signal), .. }) => Some(ASKED.contains(&signal)),
            Some(ExitStatus { code: 0, .. }) => Some(true),
            // What a shell, and a virtual machine, gives for the signal that asked it to.
            Some(ExitStatus { code, .. })
                if code.checked_sub(128).is_some_and(|signal| ASKED.contains(&signal)) =>
            {
                Some(true)
            }
            // A server that closes what it holds and then gives 143 was asked to, too.
            Some(_) => Some(self.order == Some(Order::ClosedFirst)),
            None => self.order.map(|order| order == Order::ClosedFirst),
        }
    }

    /// `killed by signal 11`, `exit code 3`; none where nothing is told.
    pub(in crate::detect) fn how_it_ended(&self) -> Option<String> {
        let how = self.how?;
        Some(match (how.signal, how.core_dump, how.code) {
            (Some(signal), true, _) => format!("signal {signal}, core dumped"),
            (Some(signal), false, _) => format!("signal {signal}"),
            (None, _, code) => format!("exit code {code}"),
        })
    }
}

/// Whether it was behind this service; one whose address is not listed any more was
/// behind what listens on its port now.
fn is_of(snapshot: &Snapshot, exit: &Exit, service: ServiceId) -> bool {
    exit.address.port() == service.port
        && snapshot.service_at(exit.address).is_none_or(|known| known.id == service)
}

/// Pid and start.
fn id_of(exit: &Exit) -> (u32, u64) {
    (exit.pid.unwrap_or(0), exit.start_ticks)
}

/// What came first: `end` to `last` is when this process and those with it ended.
fn order_of(end: Duration, last: Duration, closes: &Closes) -> Option<Order> {
    const FEWEST: u64 = 5;
    let (from, to) = (end.saturating_sub(BEFORE), last + AFTER);
    let all = closes.between(from, to);
    if all < FEWEST {
        return None;
    }
    let before = closes.between(from, end + TOGETHER);
    let first = float(before) >= MOST * float(all);
    Some(if first { Order::ClosedFirst } else { Order::EndedFirst })
}
