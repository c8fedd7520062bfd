//! Many hosts judged together, from what each serves of itself. Pure: answers in, values
//! out; the hosts have judged themselves, and nothing here judges them anew.
//!
//! ```text
//! question   what a metrics server is asked, as expressions
//! reading    its answers of one moment
//! host       what they say of each host: figures, its own verdict, how old they are
//! pattern    what only many hosts together show: a herd that moves on, a deploy that
//!            rolls, one host far from the median, one that vanished
//! judge      one verdict over all of it
//! service    one host, or all as one, as the moment that the other screens show
//! past       what charts and sparklines are made of
//! ```

mod host;
mod judge;
mod past;
mod pattern;
mod question;
mod reading;
mod service;
#[cfg(test)]
mod tests;

pub use host::{FleetHost, HostLimit, HostState, RuleAlert};
pub use judge::{FleetSnapshot, FleetTotals};
pub use past::{HostTrends, fill};
pub use question::{
    HostFigure, Matchers, ServiceFigure, TrendFigure, host_questions, newest_host, scrapes,
    service_questions, trend_of_hosts, trend_questions, whole_trend,
};
pub use reading::{Answers, step_of};
pub use service::{ServiceScope, moment};
