//! What Prometheus reads: one set of families, written as text 0.0.4 or as `OpenMetrics`.

mod families;
mod family;
mod judged;
mod labels;

pub use self::families::families;
pub use self::family::Families;
pub use self::labels::ServiceLabels;
