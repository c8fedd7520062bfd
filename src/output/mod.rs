//! The same model without a screen: the status document, one verdict, lines.
//!
//! The only room that writes to standard output. Called by `run`.

mod alert;
mod alerting;
mod alertmanager;
mod clients;
mod dashboard;
mod deploy;
mod doctor;
mod document;
mod explain;
mod fleet;
mod log_lines;
mod log_sources;
mod logs;
mod metrics;
mod out;
mod plain;
mod probes;
mod progress;
pub mod report;
mod rules;
mod schema;
mod speech;
mod status;
mod summary;
mod verdict;
mod wrap;

pub use alert::{
    ALERT_SCHEMA, Dialect, alert_document, alert_variables, alert_words, notification,
};
pub use alerting::{alert_name, alerting_rules};
pub use alertmanager::{alert_annotations, alert_labels};
pub use dashboard::dashboard;
pub use deploy::{DeployCommand, deploy_line, deploy_severity};
pub use doctor::report;
pub use explain::{Paper, explain, explain_all, explain_json};
pub use fleet::fleet_line;
pub use log_lines::log_explained;
pub use logs::log_summary;
pub use metrics::{Families, ServiceLabels, families};
pub use out::Out;
pub use plain::{line, verdict_line};
pub use progress::Progress;
pub use rules::{list_rules, list_rules_json};
pub use speech::Speaker;
pub use status::{About, Holds, HostName, SCHEMA, Span, document};
pub use summary::{Run, summary};

use crate::model::{ListenerSnapshot, ServiceId, Snapshot};

/// The figures of the service in focus.
#[must_use]
pub fn focused(snapshot: &Snapshot, focus: Option<ServiceId>) -> Option<&ListenerSnapshot> {
    snapshot.focused(focus.map(|service| service.socket()))
}
