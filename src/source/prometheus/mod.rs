//! Metrics of an application, read from its Prometheus endpoint; and the query API of a
//! Prometheus that has those of many hosts.
//!
//! ```text
//! poller --> endpoint (lookup) --> body --> figures (exposition, selector) --> Sample
//! ```
//!
//! [`Poller::start`] and [`ApiClient`] are for `run`; [`Endpoint`], [`Selector`] and
//! [`ApiServer`] are made by `config`.

mod api;
mod endpoint;
mod exposition;
mod figures;
mod lookup;
mod poller;
mod selector;

pub use api::{ApiClient, ApiFault, ApiServer, Credentials};
pub use endpoint::Endpoint;
pub use poller::Poller;
pub use selector::Selector;
