//! The steps of the runbook, with the pid, port and unit at hand.
//!
//! The rows of the rules name them; `advice` hands them out, and nothing runs
//! anything. One file for each group of rules; `names` fills commands in, and is
//! what keeps hostile names out of them.

pub(super) mod ended;
pub(super) mod herd;
pub(super) mod limits;
mod names;
mod ramp;
pub(super) mod told;

use std::net::SocketAddr;

use self::names::Names;
use super::identity::Scope;
use super::judgement::Judgement;
use crate::model::{ListenerSnapshot, Snapshot, TargetSnapshot};

#[cfg(test)]
pub(super) use ramp::Ramp;

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What it is for, or what to do where no command does it.
    pub what: String,
    /// A command for a POSIX shell; what is not known in it stays in capitals
    /// (`PID`, `PORT`, `UNIT`).
    pub command: Option<String>,
    /// In a few words, of a step that raises the limit which is reached.
    pub raises: Option<&'static str>,
}

impl Step {
    /// The same, which raises the limit that is reached: what a banner says of it.
    fn raising(self, raises: &'static str) -> Self {
        Self { raises: Some(raises), ..self }
    }
}

/// What the steps are made from.
#[derive(Debug)]
pub(super) struct Case<'a> {
    judgement: &'a Judgement,
    pub(super) snapshot: &'a Snapshot,
    pub(super) listener: Option<&'a ListenerSnapshot>,
    target: Option<&'a TargetSnapshot>,
    names: Names,
}

impl<'a> Case<'a> {
    pub(super) fn new(
        judgement: &'a Judgement,
        snapshot: &'a Snapshot,
        scope: &Scope,
        focus: Option<SocketAddr>,
    ) -> Self {
        let target = snapshot.targets.iter().find(|t| Scope::Target(t.id) == *scope);
        let of_host = || judgement.primary.map(|service| service.socket()).or(focus);
        let address = match scope {
            Scope::Service(service) => Some(service.socket()),
            Scope::Listener(listener) => Some(listener.address),
            Scope::Exit(exit) => Some(exit.service.socket()),
            Scope::Target(_) => target.and_then(|target| names::local(target, snapshot)),
            // Whose a code is, is known where there is but one.
            Scope::Code(..) => match snapshot.services.as_slice() {
                [only] => Some(only.id.socket()),
                _ => None,
            },
            Scope::Host => of_host(),
        };
        let listener = snapshot.focused(address);
        let names = Names::of(snapshot, listener, target, scope);
        Self { judgement, snapshot, listener, target, names }
    }

    /// A step with a command, its names filled in.
    pub(super) fn run(&self, what: impl Into<String>, command: &str) -> Step {
        Step { what: what.into(), command: Some(self.names.fill(command)), raises: None }
    }
}

/// A step that is no command.
pub(super) fn say(what: impl Into<String>) -> Step {
    Step { what: what.into(), command: None, raises: None }
}
