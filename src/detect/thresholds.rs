//! The levels at which the rules fire.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::tuning::Tuning;
use crate::units::Ratio;

/// The levels, from flags.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Thresholds {
    /// Share of a limit that warns.
    pub warn: Ratio,
    /// Share of a limit that is critical.
    pub crit: Ratio,
    /// Times the baseline that makes a herd.
    pub herd_factor: f64,
    /// Ports the operator named: nobody listening there is an alert.
    pub named_ports: BTreeSet<u16>,
    /// Every listener of the host is watched; else only what was named.
    pub whole_host: bool,
    /// No alert waits longer than this; for a `check` shorter than the waits.
    pub longest_hold: Option<Duration>,
    /// Lag of a server's event loop that warns.
    pub lag_warn: Duration,
    /// The finer numbers of the rules.
    pub tuning: Tuning,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            warn: Ratio(0.7),
            crit: Ratio(0.9),
            herd_factor: 3.0,
            named_ports: BTreeSet::new(),
            whole_host: true,
            longest_hold: None,
            lag_warn: Duration::from_millis(100),
            tuning: Tuning::default(),
        }
    }
}
