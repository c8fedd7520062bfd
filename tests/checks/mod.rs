//! What herdtop says without a screen: `check`, `stream`, plain lines, `doctor`
//! and its complaints. The servers and clients are ours; every document is held
//! against the published schema.

mod acceptor;
pub(crate) mod alerting;
mod alertmanager;
mod bad_input;
mod capacity;
pub(crate) mod clients;
mod close_styles;
mod configured;
mod connections;
mod cost;
mod counting;
mod doctor;
pub(crate) mod down;
mod during;
mod elsewhere;
mod explain;
mod handoff;
pub(crate) mod harness;
mod lossless;
pub(crate) mod noise;
mod notify;
mod outgoing;
mod ownership;
mod pipes;
mod precedence;
mod privileges;
mod processes;
mod queue;
pub(crate) mod running;
pub(crate) mod schema;
mod script;
pub(crate) mod served;
pub(crate) mod servers;
mod shell;
mod shortages;
mod socket_source;
mod themes;
mod waits;
mod workers;
