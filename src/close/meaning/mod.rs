//! What codes mean and what is to be done: the pages of `herdtop explain`.
//!
//! Tables and searches over them; `output` lays them out.

mod article;
mod asked;
mod codes;
mod commands;
mod compare;
mod facts;
mod lookup;
mod outcomes;
mod pairs;
mod phrases;
mod probing;
mod statuses;
mod target;
mod vendors;

#[cfg(test)]
mod tests;

pub use article::{Article, Kind, all_codes, all_statuses};
pub use asked::questions;
pub use compare::Comparison;
pub use facts::{Facts, Reconnect, Run};
pub use lookup::{Found, Miss, find};
pub use target::Target;
pub use vendors::{VENDORS, Vendor};
