//! Who of those that hold a listener accepts from it.
//!
//! A master that only minds its workers and an init that opened the socket for a
//! service (socket activation) hold the listener as well, and have thousands of
//! descriptors free: "room for 198" where 4 do.

use std::collections::BTreeSet;

use super::listener::ListenerState;
use super::workers::Identity;
use super::{Model, ProcessState};
use crate::units::{float, whole};

/// Of the descriptors that others have open this part is surely something else; it
/// covers that they are not counted in the same moment.
const SLACK: f64 = 1.1;

impl ProcessState {
    /// An init or a service manager, which opens sockets for others.
    pub(super) fn is_init(&self) -> bool {
        self.pid == 1 || self.name == "systemd"
    }
}

impl Model {
    /// After a walk: whoever must hold some of what was accepted, because the other
    /// holders of the listener have too few descriptors for it, has accepted. That is
    /// seen without looking into the processes.
    pub(super) fn note_accepting(&mut self) {
        let mut found: BTreeSet<Identity> = BTreeSet::new();
        for state in self.awake().filter(|state| state.accepted() > 0) {
            let accepted = state.accepted();
            let holders = self.holders(state);
            let open = |p: &ProcessState| p.fds;
            for one in &holders {
                let others = holders.iter().filter(|p| p.pid != one.pid);
                let room = others.map(|p| open(p)).sum::<Option<u64>>();
                if room.is_some_and(|fds| accepted > whole(float(fds) * SLACK)) {
                    found.insert((one.pid, one.start_ticks));
                }
            }
        }
        self.workers.accepting.extend(found);
    }

    /// Who alone holds one of several listening sockets of an address.
    pub(super) fn members(&self) -> BTreeSet<u32> {
        let groups = self.awake().filter(|state| state.sockets.len() > 1);
        let sockets = groups.flat_map(|state| &state.sockets);
        let alone = |inode: u64| {
            let at = self.owners.pids.binary_search_by_key(&inode, |(held, _)| *held).ok()?;
            match self.owners.pids.get(at)?.1.as_slice() {
                [pid] => Some(*pid),
                _ => None,
            }
        };
        sockets.filter_map(|socket| alone(socket.inode)).collect()
    }

    /// The living processes that hold this listener.
    fn holders(&self, state: &ListenerState) -> Vec<&ProcessState> {
        self.living(&state.pids)
    }

    fn living(&self, pids: &[u32]) -> Vec<&ProcessState> {
        let known = pids.iter().filter_map(|&pid| self.processes.get(pid));
        known.filter(|p| p.gone_since.is_none()).collect()
    }

    /// Those that hold what they accepted; none where that is somebody else.
    pub(super) fn serving(&self, state: &ListenerState) -> Vec<&ProcessState> {
        self.serving_of(&state.pids, state.taken_lately())
    }

    /// The same of these that hold a service, of which so many connections were held
    /// throughout the last seconds.
    pub(super) fn serving_of(&self, pids: &[u32], taken: u64) -> Vec<&ProcessState> {
        let accepting = self.accepting(pids);
        if are_few(&accepting, taken) { Vec::new() } else { accepting }
    }

    /// Whether who accepts from it hands over what was accepted.
    pub(super) fn hands_over(&self, state: &ListenerState) -> bool {
        are_few(&self.accepting(&state.pids), state.taken_lately())
    }

    /// Those of the holders that have accepted. A process that holds it alone is taken
    /// for the one that will, but for an init.
    fn accepting(&self, pids: &[u32]) -> Vec<&ProcessState> {
        let holders = self.living(pids);
        let has = |p: &&ProcessState| self.workers.accepting.contains(&(p.pid, p.start_ticks));
        if holders.iter().any(has) {
            return holders.into_iter().filter(has).collect();
        }
        match holders.as_slice() {
            [one] if !one.is_init() => holders,
            _ => Vec::new(),
        }
    }

    /// The name of the service: of one that accepts, else of one that may.
    pub(super) fn name_of(&self, state: &ListenerState) -> Option<String> {
        let known = state.pids.iter().filter_map(|&pid| self.processes.get(pid));
        let has = |p: &ProcessState| self.workers.accepting.contains(&(p.pid, p.start_ticks));
        let likely = |p: &&ProcessState| (!has(p), p.is_init());
        known.min_by_key(likely).map(|p| p.name.clone())
    }

    /// Where the room of a listener is not known, and why: nobody of those that hold it
    /// has been seen to accept, or who accepts hands over.
    pub(super) fn room_not_known(&self) -> impl Iterator<Item = String> {
        let silent =
            |l: &ListenerState| !self.holders(l).is_empty() && self.accepting(&l.pids).is_empty();
        [
            (
                self.ports_where(silent),
                "none of the processes that hold the listener has been seen to accept yet",
            ),
            (
                self.ports_where(|l| self.hands_over(l)),
                "not known: who accepts has fewer descriptors than connections are open, and \
                 hands them over",
            ),
        ]
        .into_iter()
        .filter_map(|(ports, why)| Some(format!("room by open files of {}: {why}", ports?)))
    }

    /// `:80, :81 and others`; none where there is none.
    fn ports_where(&self, is: impl Fn(&ListenerState) -> bool) -> Option<String> {
        /// More ports would not fit on a line.
        const NAMED: usize = 3;
        let shown = self.services.listed(&self.listed);
        let those = shown.iter().filter_map(|at| self.listeners.get(at)).filter(|state| is(state));
        let ports: BTreeSet<u16> = those.map(|l| l.address.port()).collect();
        let named: Vec<String> = ports.iter().take(NAMED).map(|port| format!(":{port}")).collect();
        let more = if ports.len() > NAMED { " and others" } else { "" };
        (!named.is_empty()).then(|| format!("{}{more}", named.join(", ")))
    }
}

/// Whether they have fewer descriptors than there are connections: the primary of a
/// Node cluster accepts and hands each to a worker. Whose room counts is not known then
/// ("room for 990" of a primary that holds 30).
fn are_few(accepting: &[&ProcessState], taken: u64) -> bool {
    let fds = accepting.iter().map(|p| p.fds).sum::<Option<u64>>();
    !accepting.is_empty() && fds.is_some_and(|fds| fds < taken)
}
