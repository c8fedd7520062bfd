//! An alert as Alertmanager knows it: labels that say what it is, annotations that say
//! what to do.

use std::collections::BTreeMap;

use super::alerting::alert_name;
use super::metrics::ServiceLabels;
use super::status::HostName;
use crate::detect::advice::Advice;
use crate::detect::{Alert, Moment, Scope};
use crate::text;

/// The longest sentence has about 200 columns.
const LONGEST: usize = 400;

/// What an alert is, with the names that the rules of `fleet --rules` have: by `service`
/// the alerts of one service over all hosts are a group.
#[must_use]
pub fn alert_labels(
    alert: &Alert,
    moment: &Moment,
    services: &ServiceLabels,
    host: &HostName,
) -> BTreeMap<&'static str, String> {
    let Moment { snapshot, judgement, .. } = moment;
    let mut labels = BTreeMap::from([
        ("alertname", alert_name(alert.rule.name())),
        ("rule", alert.rule.name().to_owned()),
        ("severity", alert.now.name().to_owned()),
        ("instance", host.name.clone()),
    ]);
    labels
        .extend(services.of_alert(snapshot, judgement, alert).map(|service| ("service", service)));
    match alert.scope {
        Scope::Code(code, _) => drop(labels.insert("code", code.0.to_string())),
        Scope::Target(id) => {
            let target = snapshot.targets.iter().find(|target| target.id == id);
            labels.extend(target.map(|target| ("target", target.label())));
        }
        _ => {}
    }
    // A label without a value is none.
    labels.retain(|_, value| !value.is_empty());
    labels
}

/// What is said of it.
#[must_use]
pub fn alert_annotations(
    alert: &Alert,
    advice: &Advice,
    runbook_url: Option<&str>,
) -> BTreeMap<&'static str, String> {
    let step = |step: &crate::detect::advice::Step| match &step.command {
        Some(command) => format!("{}: {command}", step.what),
        None => step.what.clone(),
    };
    let steps: Vec<String> = advice.steps.iter().map(step).collect();
    let mut annotations = BTreeMap::from([("summary", text::clean(&alert.sentence, LONGEST))]);
    if !steps.is_empty() {
        annotations.insert("description", steps.join("\n"));
    }
    let runbook = runbook_url.map(|url| url.replace("{rule}", alert.rule.name()));
    annotations.extend(runbook.map(|url| ("runbook_url", url)));
    annotations
}
