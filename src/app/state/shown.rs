//! What the last frame had on it: the keys that follow are about that.
//!
//! Built beside the frame by `compose`, taken in by [`App::apply`](super::App::apply).

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use super::drill::Ends;
use super::found::PaletteEntry;
use super::past::Past;
use super::scale::Scale;
use crate::detect::Alert;
use crate::sample::Network;

/// The first and the last close code of a row.
pub(in crate::app) type Span = (u16, u16);

/// A row of the timeline's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::app) enum Listed {
    /// An alert, by its number.
    Alert(u64),
    /// A mark, by its place among them, and its second.
    Mark(usize, u64),
}

/// What a frame shows, for the keys that follow.
#[derive(Debug, Default)]
pub struct Shown {
    pub(in crate::app) rows: Rows,
    pub(in crate::app) past: Past,
    /// The axis of the chart: it shrinks only after a while.
    pub(in crate::app) scale: Scale,
    /// When that was: what is muted now is muted from here on.
    pub(in crate::app) now: Duration,
}

/// The rows of its tables, and what else can be selected.
#[derive(Debug, Default)]
pub(in crate::app) struct Rows {
    pub(in crate::app) listeners: Vec<SocketAddr>,
    /// Hosts of a fleet, by their labels.
    pub(in crate::app) hosts: Vec<String>,
    /// Targets of the probes, and the worst of them.
    pub(in crate::app) targets: Vec<u32>,
    pub(in crate::app) worst_target: Option<u32>,
    pub(in crate::app) alerts: Vec<Arc<Alert>>,
    /// They and the marks, as the timeline lists them.
    pub(in crate::app) listed: Vec<Listed>,
    /// What the rows of the palette stand for.
    pub(in crate::app) palette: Vec<PaletteEntry>,
    pub(in crate::app) codes: Vec<Span>,
    /// Client networks of the listener in detail.
    pub(in crate::app) networks: Vec<Network>,
    /// Addresses of one of them.
    pub(in crate::app) addresses: Vec<IpAddr>,
    /// Its connections.
    pub(in crate::app) connections: Vec<Ends>,
    /// Commands of the advice in front.
    pub(in crate::app) commands: usize,
    /// What `y` would copy.
    pub(in crate::app) copyable: Option<String>,
}

impl Rows {
    /// Those of what lay over the screen last, until it does again: the help over it is
    /// about them.
    pub(in crate::app) fn of_last_overlay(&self) -> Self {
        Self {
            codes: self.codes.clone(),
            networks: self.networks.clone(),
            addresses: self.addresses.clone(),
            connections: self.connections.clone(),
            commands: self.commands,
            ..Self::default()
        }
    }

    /// The row that is chosen, else that of the newest alert that fires.
    pub(in crate::app) fn listed_at(&self, chosen: Option<Listed>) -> Option<usize> {
        let chosen = chosen.and_then(|chosen| self.listed.iter().position(|row| *row == chosen));
        chosen.or_else(|| {
            let firing = self.alerts.iter().find(|alert| alert.is_firing())?;
            self.listed.iter().position(|row| *row == Listed::Alert(firing.id))
        })
    }

    /// The alert in that row.
    pub(in crate::app) fn alert_at(&self, chosen: Option<Listed>) -> Option<&Arc<Alert>> {
        match self.listed.get(self.listed_at(chosen)?)? {
            Listed::Alert(id) => self.alerts.iter().find(|alert| alert.id == *id),
            Listed::Mark(..) => None,
        }
    }
}
