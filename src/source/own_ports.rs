//! Local ports of our own probes: a close of theirs is known among all others.
//!
//! Probes and the event lane are threads that know nothing of each other, and both
//! belong to the one process whose sockets these are; so this is the process's.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Those that were closed are kept so long: their close is told within a second.
const CLOSED: usize = 64;

static PORTS: Mutex<OwnPorts> = Mutex::new(OwnPorts { open: Vec::new(), closed: VecDeque::new() });

#[derive(Debug)]
struct OwnPorts {
    open: Vec<u16>,
    closed: VecDeque<u16>,
}

/// A port in use by a probe, until this is dropped.
#[derive(Debug)]
pub(super) struct OwnPort(u16);

impl OwnPort {
    /// From now on it is known.
    pub(super) fn note(port: u16) -> Self {
        ports().open.push(port);
        Self(port)
    }
}

impl Drop for OwnPort {
    fn drop(&mut self) {
        let mut ports = ports();
        if let Some(at) = ports.open.iter().position(|open| *open == self.0) {
            ports.open.swap_remove(at);
        }
        if ports.closed.len() == CLOSED {
            ports.closed.pop_front();
        }
        ports.closed.push_back(self.0);
    }
}

fn ports() -> MutexGuard<'static, OwnPorts> {
    PORTS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// All of them: those that are open, and those that were.
pub(super) fn read(into: &mut Vec<u16>) {
    let ports = ports();
    into.clear();
    into.extend(ports.open.iter().chain(&ports.closed));
}
