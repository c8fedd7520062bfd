//! The query API of Prometheus, and of what speaks it: `VictoriaMetrics`, Thanos, Mimir.
//!
//! ```text
//! server   which one, and how to be let in
//! client   one connection, one query at a time, bounded in time and memory
//! answer   JSON to series; fault: what is wrong with it in words
//! ```

mod answer;
mod client;
mod fault;
mod server;

pub use client::ApiClient;
pub use fault::ApiFault;
pub use server::{ApiServer, Credentials};
