//! Metrics of an application, read from its Prometheus endpoint.
//!
//! ```text
//! poller --> endpoint (lookup) --> body --> figures (exposition, selector) --> Sample
//! ```
//!
//! [`Poller::start`] is for `run`; [`Endpoint`] and [`Selector`] are made by
//! `config`.

mod endpoint;
mod exposition;
mod figures;
mod lookup;
mod poller;
mod selector;

pub use endpoint::Endpoint;
pub use poller::Poller;
pub use selector::Selector;
