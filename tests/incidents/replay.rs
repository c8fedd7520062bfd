//! A recording through a session, and what it says each second.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use herdtop::detect::{AlertState, Severity};
use herdtop::model::ServiceId;
use herdtop::sample::Sample;
use herdtop::session::Session;
use herdtop::source::recording::{Reader, Record};

/// What is said at one second.
#[derive(Debug, Clone)]
pub(super) struct Second {
    pub(super) at: f64,
    pub(super) severity: Severity,
    pub(super) kind: String,
    pub(super) cause: String,
    pub(super) sentence: String,
    /// Rule, worst severity, sentence, and whether it still fires.
    pub(super) alerts: Vec<(String, Severity, String, bool)>,
}

/// The word of the status document.
pub(super) fn word(value: &impl serde::Serialize) -> String {
    let value = serde_json::to_value(value).expect("a word");
    value.as_str().expect("a word").to_owned()
}

/// The session as it was each second from the third on: after the first
/// derivation at or behind it, as `replay --at` shows it.
pub(super) fn seconds(path: &Path, last: f64) -> Vec<Second> {
    seconds_of(path, last, |_| {})
}

/// The same, each sample changed before it is heard.
pub(super) fn seconds_of(
    path: &Path,
    last: f64,
    mut change: impl FnMut(&mut Sample),
) -> Vec<Second> {
    let reader = Reader::open(path).expect("a recording");
    let header = reader.header().clone();
    let mut session = Session::new(header.model.clone(), header.thresholds.clone());
    let (mut seconds, mut wanted) = (Vec::new(), 3.0);
    for record in reader {
        match record {
            Record::Sample(mut sample) => {
                change(&mut sample);
                session.absorb(*sample);
            }
            Record::Derive { at, focus } => {
                let netns = session.model.netns();
                session.derive(at, focus.map(|address| ServiceId::new(netns, address)));
                let began = at.mono.saturating_sub(Duration::ZERO).as_secs_f64()
                    - header.started.mono.as_secs_f64();
                while wanted <= began && wanted <= last - 0.5 {
                    seconds.push(second(&session, wanted));
                    wanted += 1.0;
                }
            }
            Record::Mark { .. } => {}
        }
    }
    seconds
}

pub(super) fn second(session: &Session, at: f64) -> Second {
    let verdict = session.verdict().expect("judged");
    let alerts = session.alerts().map(|a| {
        (a.rule.name().to_owned(), a.severity, a.sentence.clone(), a.state == AlertState::Firing)
    });
    Second {
        at,
        severity: verdict.severity,
        kind: word(&verdict.kind),
        cause: word(&verdict.cause),
        sentence: verdict.sentence.clone(),
        alerts: alerts.collect(),
    }
}

impl fmt::Display for Second {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { at, severity, kind, cause, sentence, alerts } = self;
        let firing = alerts.iter().filter(|a| a.3);
        let firing: Vec<String> = firing
            .map(|a| format!("{}{}", a.0, if a.1 == Severity::Critical { "!" } else { "" }))
            .collect();
        let word = word(severity);
        write!(f, "{at:5.0} {word:8} {kind}/{cause}: {sentence} [{}]", firing.join(" "))
    }
}
