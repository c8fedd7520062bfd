//! The history of the listeners: the busiest ones long, more of them short.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use super::connections::{Connections, Second};
use super::track::Kept;

/// Half an hour of seconds for so many listeners: a row of the table has its
/// sparkline, and a listener that becomes busy its near past. 1.4 MB.
const MOST: usize = 64;
/// The busiest of them for two days. 5.2 MB.
const LONG: usize = 16;
const SHORT: Kept = Kept { seconds: 1_800, tens: 0, minutes: 0 };
const WHOLE: Kept = Kept { seconds: 1_800, tens: 2_160, minutes: 2_880 };
/// Another listener takes over a place when it has twice the weight, so that two
/// alike do not wipe each other's past.
const HEAVIER: f64 = 2.0;
/// What was heavy once is so for a while: by half in twenty minutes of walks a
/// second apart.
const FADES: f64 = 0.9994;

/// The listeners by address.
#[derive(Debug, Clone)]
pub(super) struct Listeners {
    lines: BTreeMap<SocketAddr, ListenerHistory>,
}

#[derive(Debug, Clone)]
struct ListenerHistory {
    of: Connections,
    weight: f64,
    long: bool,
}

impl Listeners {
    pub(super) const fn new() -> Self {
        Self { lines: BTreeMap::new() }
    }

    pub(super) fn get(&self, address: SocketAddr) -> Option<&Connections> {
        self.lines.get(&address).map(|line| &line.of)
    }

    /// A named port's stand-in becomes a listener with another address.
    pub(super) fn rename(&mut self, from: SocketAddr, to: SocketAddr) {
        if let Some(line) = self.lines.remove(&from) {
            self.lines.insert(to, line);
        }
    }

    /// What a walk found out: the seconds of each listener since the last one, in
    /// order. No second is a listener that was looked at and did nothing.
    pub(super) fn walked<I>(&mut self, told: &[(SocketAddr, I)])
    where
        I: Iterator<Item = (u64, Second)> + Clone,
    {
        self.lines.values_mut().for_each(|line| line.weight *= FADES);
        for (address, seconds) in told {
            self.weigh(*address, seconds.clone());
        }
        self.choose_long();
        for (address, seconds) in told {
            if let Some(line) = self.lines.get_mut(address) {
                seconds.clone().for_each(|(second, one)| line.of.add(second, one));
            }
        }
    }

    /// How much a listener matters: what is open and what comes and goes.
    fn weigh(&mut self, address: SocketAddr, seconds: impl Iterator<Item = (u64, Second)>) {
        let first = (None, 0.0_f64);
        let (newest, busiest) = seconds.fold(first, |(_, busiest), (_, one)| {
            (Some(one), busiest.max(one.opened + one.closed))
        });
        let Some(newest) = newest else { return };
        let weight = newest.open + 10.0 * busiest;
        if weight <= 0.0 && self.lines.len() >= MOST {
            return;
        }
        if let Some(line) = self.lines.get_mut(&address) {
            line.weight = line.weight.max(weight);
        } else if self.lines.len() < MOST || self.make_room(weight) {
            let line = ListenerHistory { of: Connections::new(SHORT), weight, long: false };
            self.lines.insert(address, line);
        }
    }

    /// Drops the lightest if this weighs more than it by far.
    fn make_room(&mut self, weight: f64) -> bool {
        let lightest = self.lines.iter().min_by(|a, b| a.1.weight.total_cmp(&b.1.weight));
        let lighter = lightest.filter(|(_, line)| line.weight * HEAVIER < weight);
        let Some(address) = lighter.map(|(address, _)| *address) else { return false };
        self.lines.remove(&address).is_some()
    }

    fn choose_long(&mut self) {
        loop {
            let heaviest = |long: bool| {
                let those = self.lines.iter().filter(move |(_, line)| line.long == long);
                those.map(|(address, line)| (line.weight, *address))
            };
            let Some(next) = heaviest(false).max_by(|a, b| a.0.total_cmp(&b.0)) else { return };
            if heaviest(true).count() >= LONG {
                let last = heaviest(true).min_by(|a, b| a.0.total_cmp(&b.0));
                let Some(last) = last.filter(|last| last.0 * HEAVIER < next.0) else { return };
                if let Some(line) = self.lines.get_mut(&last.1) {
                    line.long = false;
                    line.of.shorten();
                }
            }
            if let Some(line) = self.lines.get_mut(&next.1) {
                line.long = true;
                line.of.lengthen(WHOLE);
            }
        }
    }

    pub(super) fn bytes(&self) -> usize {
        self.lines.values().map(|line| line.of.bytes()).sum()
    }
}
