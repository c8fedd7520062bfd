//! Whether somebody listens, since when nobody does, and how often the listening
//! sockets were others than before: a program that is started again binds anew, also
//! where nobody may look into its processes.

use std::collections::VecDeque;
use std::time::Duration;

/// Starts remembered, and for how long.
const KEPT: usize = 32;
const REMEMBERED: Duration = Duration::from_mins(5);
/// Starts so close to each other are one chain.
const CHAIN: Duration = Duration::from_secs(30);

/// The listening sockets of one service.
#[derive(Debug, Clone, Default)]
pub(in crate::detect) struct Presence {
    sockets: Vec<u64>,
    gone_since: Option<Duration>,
    /// When it went last.
    went: Option<Duration>,
    back: Option<Duration>,
    starts: VecDeque<Duration>,
}

impl Presence {
    /// These sockets listen. Whether nobody did before.
    pub(in crate::detect) fn listens(&mut self, at: Duration, sockets: Vec<u64>) -> bool {
        let is_new =
            !self.sockets.is_empty() && !sockets.iter().any(|inode| self.sockets.contains(inode));
        if is_new {
            if self.starts.len() == KEPT {
                self.starts.pop_front();
            }
            self.starts.push_back(at);
        }
        while self.starts.front().is_some_and(|then| at.saturating_sub(*then) > REMEMBERED) {
            self.starts.pop_front();
        }
        self.sockets = sockets;
        let returns = self.gone_since.take().is_some();
        if returns {
            self.back = Some(at);
        }
        returns || is_new
    }

    /// Nobody listens.
    pub(in crate::detect) fn is_gone(&mut self, at: Duration) {
        self.went = Some(*self.gone_since.get_or_insert(at));
    }

    /// Since when nobody listens.
    pub(in crate::detect) const fn gone_since(&self) -> Option<Duration> {
        self.gone_since
    }

    /// When somebody listened again.
    pub(in crate::detect) const fn back(&self) -> Option<Duration> {
        self.back
    }

    /// Whether anybody has ever listened.
    pub(in crate::detect) fn was_there(&self) -> bool {
        !self.sockets.is_empty()
    }

    /// Whether the listeners went, or were others afterwards, so close to that moment.
    pub(in crate::detect) fn changed_near(&self, at: Duration, within: Duration) -> bool {
        self.changes().any(|then| then.abs_diff(at) <= within)
    }

    /// When they went, came back, or were others.
    pub(in crate::detect) fn changes(&self) -> impl Iterator<Item = Duration> {
        let all = self.starts.iter().chain(&self.went).chain(&self.back);
        all.copied().filter(|_| self.was_there())
    }

    /// The last starts, each within half a minute of the next.
    pub(in crate::detect) fn chain(&self) -> Vec<Duration> {
        let mut chain: Vec<Duration> = Vec::new();
        for at in self.starts.iter().rev() {
            if chain.last().is_some_and(|next| next.saturating_sub(*at) > CHAIN) {
                break;
            }
            chain.push(*at);
        }
        chain.reverse();
        chain
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_is_started_again_binds_anew() {
        let s = Duration::from_secs;
        let mut presence = Presence::default();
        assert!(!presence.listens(s(1), vec![7]));
        presence.is_gone(s(5));
        assert_eq!(presence.gone_since(), Some(s(5)));
        assert!(presence.listens(s(7), vec![8]));
        assert!(!presence.listens(s(8), vec![8, 9]), "one more of a group");
        assert!(presence.listens(s(12), vec![10]));
        assert_eq!(presence.chain(), [s(7), s(12)]);
        assert_eq!((presence.gone_since(), presence.back()), (None, Some(s(7))));
        assert!(presence.listens(s(90), vec![11]));
        assert_eq!(presence.chain(), [s(90)], "that is another story");
    }
}
