//! What the samples mean: rates, states, capacity, history.
//!
//! Pure: values in, values out, no clock, no file. Called by `run` with every
//! sample and read by `detect`, `app` and `output`.

mod limit;

pub use limit::{Limit, LimitKind, LimitUnit};
