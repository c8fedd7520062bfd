//! What was true in an incident, and how the verdicts do against it.

use std::fmt;

use herdtop::detect::Severity;
use serde::Deserialize;

use super::replay::Second;

/// What was true.
#[derive(Debug, Deserialize)]
pub(super) struct Label {
    pub(super) truth: String,
    pub(super) seconds: f64,
    right: Vec<Window>,
    never: Vec<String>,
}

/// From when to when which verdicts are right.
#[derive(Debug, Deserialize)]
struct Window {
    from_s: f64,
    to_s: f64,
    kinds: Vec<String>,
    #[serde(default)]
    never: Vec<String>,
}

impl Label {
    /// Which of the windows it is in.
    fn window(&self, second: &Second) -> Option<usize> {
        self.right.iter().position(|w| w.from_s <= second.at && second.at <= w.to_s)
    }

    /// What is said that must never be.
    pub(super) fn untrue(&self, second: &Second) -> Option<String> {
        let now = self.window(second);
        let own = now.map_or(&[][..], |at| &self.right[at].never);
        let mut never = self.never.iter().chain(own);
        never.find_map(|n| said(n, second, now.is_some()))
    }
}

/// How the verdicts of an incident do.
#[derive(Debug, Default)]
pub(super) struct Score {
    pub(super) share: f64,
    flips: usize,
    most_flips: usize,
    fault: Option<String>,
    wrong: Option<String>,
}

impl Score {
    pub(super) fn of(label: &Label, seconds: &[Second]) -> Self {
        let mut score = Self { most_flips: 2 * label.right.len() + 2, ..Self::default() };
        let mut hits = vec![(0.0, 0.0); label.right.len()];
        let mut before: Option<(&str, &str)> = None;
        for second in seconds {
            let now = label.window(second);
            let fault = label.untrue(second);
            score.fault = score.fault.take().or(fault.map(|f| format!("at {} {f}", second.at)));
            let verdict = (second.kind.as_str(), second.cause.as_str());
            score.flips += usize::from(before.is_some_and(|before| before != verdict));
            before = Some(verdict);
            let Some(at) = now else { continue };
            hits[at].1 += 1.0;
            if holds(second, &label.right[at].kinds) {
                hits[at].0 += 1.0;
            } else if score.wrong.is_none() {
                score.wrong = Some(second.to_string());
            }
        }
        let (right, all) = hits.iter().fold((0.0, 0.0), |sum, hit| (sum.0 + hit.0, sum.1 + hit.1));
        score.share = right / f64::max(1.0, all);
        if score.fault.is_none() && hits.iter().any(|(hit, all)| *hit < all / 2.0) {
            score.fault = Some("a window of which less than half is right".to_owned());
        }
        score
    }

    pub(super) fn is_right(&self) -> bool {
        self.share >= 0.95 && self.fault.is_none() && self.flips <= self.most_flips
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.0} % of its seconds, {} flips", 100.0 * self.share, self.flips)?;
        for what in [&self.fault, &self.wrong].into_iter().flatten() {
            write!(f, " | {what}")?;
        }
        Ok(())
    }
}

fn holds(second: &Second, kinds: &[String]) -> bool {
    let exact = format!("{}/{}", second.kind, second.cause);
    kinds.iter().any(|kind| match kind.as_str() {
        "warning" => matches!(second.severity, Severity::Ok | Severity::Warning),
        kind => kind == second.kind || kind == exact,
    })
}

/// Whether what must never be said is said; outside of the windows resolved
/// alerts count as well.
fn said(never: &str, second: &Second, within: bool) -> Option<String> {
    let alerts = || second.alerts.iter().filter(|alert| alert.3 || !within);
    let of_rule = |rule: &str| alerts().find(|a| a.0 == rule).map(|a| format!("{rule}: {}", a.2));
    let verdict = |found: bool| found.then(|| format!("{never}: {}", second.sentence));
    let critical = second.severity == Severity::Critical;
    match never {
        "any alert" => alerts().next().map(|a| format!("{}: {}", a.0, a.2)),
        "any critical" => verdict(critical || alerts().any(|a| a.1 == Severity::Critical)),
        "critical" => verdict(critical),
        "recovered" => verdict(second.sentence.starts_with("recovered")),
        "crashing of the proxy" => {
            verdict(alerts().any(|a| a.0 == "worker_lost" && a.2.contains("nginx")))
        }
        never => match never.split_once(':') {
            Some((rule, severity)) => alerts()
                .find(|a| a.0 == rule && super::replay::word(&a.1) == severity)
                .map(|a| format!("{never}: {}", a.2)),
            None => verdict(second.kind == never).or_else(|| of_rule(never)),
        },
    }
}
