//! What a deploy did to clients, as `check --during` tells it.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;

use super::schema;
use crate::close::CloseCode;
use crate::detect::{Grade, Severity};
use crate::fmt;
use crate::model::{CodeSource, ServiceId};
use crate::units::PerSecond;

/// Close codes in a line.
const CODES: usize = 3;

/// The command of a deploy and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeployCommand {
    /// Its program, clean; its arguments may hold a secret.
    pub program: String,
    /// How long it ran; it still does where this is none.
    pub ran: Option<Duration>,
    /// Its exit code; none where a signal ended it, and while it runs.
    pub exit_code: Option<i32>,
    /// The signal that ended it.
    pub signal: Option<i32>,
}

impl DeployCommand {
    /// Whether it ended well.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.exit_code == Some(0)
    }

    /// `'./deploy.sh' exit code 3 after 41s`.
    fn words(&self) -> String {
        let Self { program, ran, exit_code, signal } = self;
        let after = ran.map_or_else(String::new, |ran| format!(" after {}", fmt::span(ran)));
        match (exit_code, signal) {
            (Some(code), _) => format!("'{program}' exit code {code}{after}"),
            (None, Some(signal)) => format!("'{program}' killed by signal {signal}{after}"),
            (None, None) => format!("'{program}' still runs"),
        }
    }
}

/// The worst of what was said of clients and of the command itself.
#[must_use]
pub fn deploy_severity(command: &DeployCommand, grade: &Grade) -> Severity {
    let failed = if command.is_done() { Severity::Ok } else { Severity::Critical };
    grade.severity().max(failed)
}

/// `WARN 'make' exit code 0 after 41s; dropped 312 of 400 open (78 %), close 1012 ×9
/// (probe), …`.
#[must_use]
pub fn deploy_line(command: &DeployCommand, grade: &Grade) -> String {
    let mut parts = vec![command.words(), dropped(grade)];
    parts.extend(codes(grade));
    parts.extend(grade.drain.map(|drain| format!("drained within {}", fmt::span(drain))));
    let peak = grade.peak.map_or_else(|| "-".to_owned(), fmt::rate);
    parts.push(format!("at most {peak} handshakes/s"));
    parts.push(grade.probed.map_or_else(
        || "rejected: - (no URL)".to_owned(),
        |probed| {
            let (rejected, of) = (fmt::exact(probed.rejected), fmt::exact(probed.attempts));
            format!("{rejected} of {of} probes rejected")
        },
    ));
    parts.push(back(grade));
    if grade.severity_before.is_some_and(|before| before > Severity::Unknown) {
        parts.push("not ok before it began".to_owned());
    }
    let word = deploy_severity(command, grade).word();
    let worst = grade.worst.as_ref();
    let worst = worst.map_or_else(String::new, |worst| format!("; worst: {}", worst.sentence));
    format!("{word} {}{worst}", parts.join("; "))
}

fn dropped(grade: &Grade) -> String {
    let (Some(dropped), Some(before)) = (grade.dropped, grade.before) else {
        return match grade.before {
            Some(_) => "dropped: - (no close events)".to_owned(),
            None => "no process listened before".to_owned(),
        };
    };
    let (count, of) = (fmt::exact(dropped), fmt::exact(before));
    let share = grade.dropped_share().map(|share| format!(" ({})", fmt::percent(share)));
    format!("dropped {count} of {of} open{}", share.unwrap_or_default())
}

fn codes(grade: &Grade) -> Option<String> {
    let each = grade.codes.iter().take(CODES).map(|told| {
        let (code, count) = (told.code, fmt::exact(told.count));
        format!("{} ×{count} ({})", code.0, told.source.word())
    });
    let each: Vec<String> = each.collect();
    (!each.is_empty()).then(|| format!("close {}", each.join(", ")))
}

fn back(grade: &Grade) -> String {
    match (grade.back_after, grade.back()) {
        (Some(after), _) => format!("95 % back within {}", fmt::span(after)),
        (None, Some(share)) if share.0 < 0.95 => format!("{} back", fmt::percent(share)),
        (None, Some(_)) => "clients stayed".to_owned(),
        (None, None) => {
            format!("{} open now", grade.open.map_or_else(|| "-".to_owned(), fmt::exact))
        }
    }
}

/// A deploy that was watched.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub(super) struct DeployEntry<'a> {
    /// The program that ran, without its arguments.
    command: &'a str,
    /// How long it ran; null while it does.
    #[schemars(range(min = 0.0))]
    ran_s: Option<f64>,
    /// Its exit code; null where a signal ended it, and while it runs.
    exit_code: Option<i32>,
    /// The signal that ended it.
    signal: Option<i32>,
    /// The worst since it began; a command that failed is critical.
    severity: Severity,
    /// The worst verdict since it began.
    sentence: Option<&'a str>,
    /// The service that was watched: its first address and port.
    service: Option<String>,
    /// Open connections when it began.
    open_before: Option<u64>,
    /// Open connections at the end.
    open_after: Option<u64>,
    /// Connections that were there and ended, beyond those that end by themselves; null
    /// without close events.
    dropped: Option<u64>,
    /// dropped / `open_before`; above 1 where clients were dropped more than once.
    #[schemars(range(min = 0.0))]
    dropped_ratio: Option<f64>,
    /// From the first that was dropped to the last.
    #[schemars(range(min = 0.0))]
    drain_s: Option<f64>,
    /// The most handshakes in a second.
    peak_opened_per_s: Option<PerSecond>,
    /// Close codes received since it began.
    closes: Vec<DeployClose>,
    /// Attempts of the probes since it began; null without a target.
    probe_attempts: Option<u64>,
    /// Of these, rejected.
    probes_rejected: Option<u64>,
    /// `open_after` / `open_before`.
    #[schemars(range(min = 0.0))]
    back_ratio: Option<f64>,
    /// From the first that was dropped until 95 % were back to stay; null where nobody
    /// was, or they are not.
    #[schemars(range(min = 0.0))]
    back_after_s: Option<f64>,
}

/// So many closes with one code.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct DeployClose {
    code: u16,
    #[schemars(schema_with = "schema::close_source")]
    source: CodeSource,
    count: u64,
}

impl<'a> DeployEntry<'a> {
    pub(super) fn of((command, grade): (&'a DeployCommand, &'a Grade)) -> Self {
        let seconds = |span: Option<Duration>| span.map(|span| span.as_secs_f64());
        let closes = grade.codes.iter().map(|told| {
            let CloseCode(code) = told.code;
            DeployClose { code, source: told.source, count: told.count }
        });
        Self {
            command: &command.program,
            ran_s: seconds(command.ran),
            exit_code: command.exit_code,
            signal: command.signal,
            severity: deploy_severity(command, grade),
            sentence: grade.worst.as_ref().map(|verdict| verdict.sentence.as_str()),
            service: grade.service.as_ref().map(ServiceId::to_string),
            open_before: grade.before,
            open_after: grade.open,
            dropped: grade.dropped,
            dropped_ratio: grade.dropped_share().map(|share| share.0),
            drain_s: seconds(grade.drain),
            peak_opened_per_s: grade.peak,
            closes: closes.collect(),
            probe_attempts: grade.probed.map(|probed| probed.attempts),
            probes_rejected: grade.probed.map(|probed| probed.rejected),
            back_ratio: grade.back().map(|share| share.0),
            back_after_s: seconds(grade.back_after),
        }
    }
}
