//! A moment of the past as it was judged.

use crate::detect::Judge;
use crate::model::Snapshot;

/// A moment looked at while the picture stands still.
#[derive(Debug, Clone)]
pub struct Frozen {
    /// The judge as it was.
    pub judge: Judge,
    /// The snapshot as it was.
    pub snapshot: Snapshot,
    /// Nothing was kept of it but what the chart shows.
    pub missing: bool,
}
