//! A port: a server and its clients, who come, go and try again.

use std::collections::VecDeque;

use herdtop::sample::{Ages, Stamp};

use super::super::clients::{Dice, Strategy, Waiting};
use super::super::crew::Crew;
use super::super::story::Listener;

/// A server and its clients.
#[derive(Debug, Default)]
pub(super) struct Port {
    pub(super) listens: bool,
    pub(super) open: u64,
    pub(super) rate: f64,
    poisson: bool,
    pub(super) grow: f64,
    pub(super) forgets: f64,
    pub(super) forgotten: u64,
    pub(super) limit: Option<u64>,
    pub(super) queue: u32,
    pub(super) half_open: u64,
    /// SYNs dropped while its SYN queue is full.
    pub(super) drops: u64,
    /// Not yet a whole connection, each: opened, closed, kept, forgotten.
    rest: [f64; 4],
    pub(super) waiting: Waiting,
    pub(super) strategy: Option<Strategy>,
    pub(super) destroyed: u64,
    /// Told of with the next tick: the kernel tears sockets down while a process ends.
    pub(super) torn: u64,
    /// Come back at this tick.
    pub(super) cut: Option<(u64, u64)>,
    pub(super) generation: u64,
    pub(super) crew: Crew,
    /// Kept, of those opened in each of the last ticks.
    young: VecDeque<(u64, u64)>,
}

impl Port {
    /// As a story has it at its start.
    pub(super) fn of(listener: &Listener, at: Stamp) -> Self {
        let mut crew = Crew::default();
        crew.hire(listener.workers, listener.port, at);
        let Listener { open, rate, poisson, .. } = *listener;
        Self { crew, listens: true, open, rate, poisson, ..Self::default() }
    }

    /// So many were opened and kept in this tick: what tells their ages.
    pub(super) fn note_young(&mut self, tick: u64, opened: u64) {
        self.young.push_back((tick, opened));
        while self.young.front().is_some_and(|(then, _)| tick - then > 300) {
            self.young.pop_front();
        }
    }

    /// By age, as far as the walks of this story have seen them arrive.
    pub(super) fn ages(&self, tick: u64) -> Ages {
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
    pub(super) fn lose(&mut self, workers: usize, asked: bool, tick: u64, dice: &mut Dice) {
        self.crew.settle(self.open);
        let lost = self.crew.lose(workers, asked);
        self.drop_clients(lost, tick, dice);
        if !asked {
            self.torn += std::mem::take(&mut self.destroyed);
        }
    }

    /// So many connections are lost; their clients try again.
    pub(super) fn drop_clients(&mut self, lost: u64, tick: u64, dice: &mut Dice) {
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
    pub(super) fn live(&mut self, tick: u64, dice: &mut Dice) -> (u64, u64) {
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
        whole(&mut self.rest[at], per_second)
    }
}

/// What becomes whole of a rate in a tenth of a second; the rest waits.
pub(super) fn whole(rest: &mut f64, per_second: f64) -> u64 {
    *rest += per_second / 10.0;
    let now = rest.floor();
    *rest -= now;
    rounded(now)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a small count, never negative"
)]
pub(super) fn rounded(count: f64) -> u64 {
    count as u64
}
