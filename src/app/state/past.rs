//! How far back one could go when the last frame was drawn.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::super::frame;
use crate::detect::Alert;
use crate::model::Timeline;

/// How far one could go when the last frame was drawn.
#[derive(Debug, Default)]
pub(in crate::app) struct Past {
    /// The newest second, the oldest that is kept, and the seconds at which
    /// something happened, oldest first.
    pub(in crate::app) newest: u64,
    pub(in crate::app) oldest: u64,
    pub(in crate::app) events: Vec<u64>,
    /// Which second a time of day is, by the clock last drawn.
    pub(in crate::app) timeline: Timeline,
    /// Every alert, for the letters on the charts.
    pub(in crate::app) alerts: Vec<Arc<Alert>>,
    /// How long ago the picture is, in the words last drawn.
    pub(in crate::app) ago: Option<String>,
}

impl Past {
    /// The alert of a letter that began or ended then.
    pub(in crate::app) fn alert_of(&self, letter: char, at: DateTime<Utc>) -> Option<u64> {
        let is = |alert: &&Arc<Alert>| {
            frame::letter(alert) == letter && (alert.since == at || alert.until == Some(at))
        };
        self.alerts.iter().find(is).map(|alert| alert.id)
    }
}
