//! Metrics of an application, read from its Prometheus endpoint.
//!
//! [`Poller::start`] is for `run`; [`Endpoint`] and [`Selector`] are made by
//! `config`.

mod endpoint;
mod exposition;
mod poller;

pub use endpoint::Endpoint;
pub use exposition::Selector;
pub use poller::Poller;
