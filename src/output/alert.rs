//! What somebody is told of one alert: a document, variables, a few words.

use chrono::{DateTime, SecondsFormat, Utc};
use schemars::JsonSchema;
use serde::Serialize;

use super::document::{AlertEntry, Host};
use super::status::HostName;
use crate::detect::advice::{self, Advice};
use crate::detect::{Alert, AlertState, Severity};
use crate::text;

/// A variable holds one line; the longest sentence has about 200 columns.
const LONGEST: usize = 400;

/// JSON Schema of what `--on-alert` reads; published beside the status schema.
pub const ALERT_SCHEMA: &str = include_str!("alert.schema.json");

/// What the command of `--on-alert` reads on its standard input: one line when an alert
/// begins, gets worse or is over. The alert itself is as in the status document.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(extend("$id" = "urn:herdtop:alert:1"), title = "herdtop alert")]
pub(super) struct Document<'a> {
    /// Name and version of this document.
    #[schemars(extend("const" = "herdtop.alert/1"))]
    schema: &'static str,
    /// When it was told, UTC.
    at: DateTime<Utc>,
    /// The host the figures are of.
    host: Host<'a>,
    /// What it is about: an address with its port, a probe, a code, or the host.
    #[schemars(length(min = 1))]
    scope: String,
    #[serde(flatten)]
    alert: AlertEntry<'a>,
    /// What to do, first things first.
    steps: Vec<Step<'a>>,
}

/// One step.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
struct Step<'a> {
    /// What it is for, or what to do where no command does it.
    #[schemars(length(min = 1))]
    what: &'a str,
    /// A command for a POSIX shell; capitals stand for what is not known.
    command: Option<&'a str>,
}

impl<'a> Step<'a> {
    fn of(step: &'a advice::Step) -> Self {
        Self { what: &step.what, command: step.command.as_deref() }
    }
}

/// One line of JSON about an alert, with what to do about it.
#[must_use]
pub fn alert_document(
    alert: &Alert,
    at: DateTime<Utc>,
    host: &HostName,
    advice: &Advice,
) -> String {
    let document = Document {
        schema: "herdtop.alert/1",
        at,
        host: Host { name: &host.name, kernel: &host.kernel },
        scope: alert.scope.to_string(),
        alert: AlertEntry::of(alert),
        steps: advice.steps.iter().map(Step::of).collect(),
    };
    serde_json::to_string(&document).unwrap_or_default()
}

/// The same as variables, for a script without a JSON parser.
#[must_use]
pub fn alert_variables(alert: &Alert, host: &HostName) -> [(&'static str, String); 7] {
    let state = match alert.state {
        AlertState::Firing => "firing",
        AlertState::Resolved => "resolved",
    };
    [
        ("HERDTOP_ALERT_ID", alert.id.to_string()),
        ("HERDTOP_ALERT_RULE", alert.rule.name().to_owned()),
        ("HERDTOP_ALERT_SEVERITY", alert.severity.name().to_owned()),
        ("HERDTOP_ALERT_STATE", state.to_owned()),
        ("HERDTOP_ALERT_SENTENCE", text::clean(&alert.sentence, LONGEST)),
        ("HERDTOP_ALERT_SINCE", alert.since.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
        ("HERDTOP_ALERT_HOST", host.name.clone()),
    ]
}

/// A line for a notification: `CRIT :8080 connection limit …`, `over: …`.
#[must_use]
pub fn alert_words(alert: &Alert) -> String {
    let word = match alert.state {
        AlertState::Firing => alert.severity.word(),
        AlertState::Resolved => Severity::Ok.word(),
    };
    let over = if alert.state == AlertState::Resolved { "over: " } else { "" };
    text::clean(&format!("{word} {over}{}", alert.sentence), LONGEST)
}

/// How a terminal is asked for a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// `OSC 9 ; text`: iTerm2, kitty, `WezTerm`, Ghostty, Windows Terminal.
    Osc9,
    /// `OSC 777 ; notify ; title ; text`: rxvt, foot, terminals made with VTE.
    Osc777,
}

/// The bytes that have a terminal show a notification; `tmux` hands them on to
/// the terminal it runs in, if it may.
#[must_use]
pub fn notification(dialect: Dialect, tmux: bool, host: &str, words: &str) -> Vec<u8> {
    // A semicolon would begin the next field, a control end the sequence.
    let harmless = |text: &str| text::clean(text, LONGEST).replace(';', ",");
    let (host, words) = (harmless(host), harmless(words));
    let sequence = match dialect {
        Dialect::Osc9 => format!("\x1b]9;herdtop {host}: {words}\x07"),
        Dialect::Osc777 => format!("\x1b]777;notify;herdtop {host};{words}\x07"),
    };
    let wrapped = || format!("\x1bPtmux;{}\x1b\\", sequence.replace('\x1b', "\x1b\x1b"));
    if tmux { wrapped() } else { sequence.clone() }.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notification_cannot_be_broken_out_of() {
        let hostile = "full\x07\x1b]0;owned;\x1b\\ now";
        let sent = |dialect, tmux| {
            String::from_utf8(notification(dialect, tmux, "web;3", hostile)).unwrap()
        };
        let plain = "\x1b]9;herdtop web,3: full ]0,owned, \\ now\x07";
        assert_eq!(sent(Dialect::Osc9, false), plain);
        let three = "\x1b]777;notify;herdtop web,3;full ]0,owned, \\ now\x07";
        assert_eq!(sent(Dialect::Osc777, false), three);
        assert_eq!(sent(Dialect::Osc9, true), format!("\x1bPtmux;\x1b{plain}\x1b\\"));
    }
}
