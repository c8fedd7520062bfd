//! What the last frame had on it: the keys that follow are about that.
//!
//! Built beside the frame by `compose`, taken in by [`App::apply`](super::App::apply).

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use super::past::Past;
use super::scale::Scale;
use crate::detect::Alert;

/// The first and the last close code of a row.
pub(in crate::app) type Span = (u16, u16);

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
    /// Targets of the probes, and the worst of them.
    pub(in crate::app) targets: Vec<u32>,
    pub(in crate::app) worst_target: Option<u32>,
    pub(in crate::app) alerts: Vec<Arc<Alert>>,
    pub(in crate::app) codes: Vec<Span>,
    /// Commands of the advice in front.
    pub(in crate::app) commands: usize,
    /// What `y` would copy.
    pub(in crate::app) copyable: Option<String>,
}

impl Rows {
    /// The row of the chosen alert, else of the newest that fires.
    pub(in crate::app) fn alert_at(&self, chosen: Option<u64>) -> Option<usize> {
        let chosen = chosen.and_then(|id| self.alerts.iter().position(|a| a.id == id));
        chosen.or_else(|| self.alerts.iter().position(|a| a.is_firing()))
    }
}
