//! What is thought of the moment: alerts and the verdict.

use std::collections::BTreeMap;

use super::family::Families;
use super::labels::ServiceLabels;
use crate::detect::{Moment, Severity};
use crate::output::plain;

/// Each alert that fires and the verdict, 1 each; what does not hold is absent.
pub(super) fn judged(all: &mut Families, moment: &Moment, labels: &ServiceLabels) {
    let Moment { snapshot, judgement, .. } = moment;
    let mut firing: BTreeMap<(String, &str), &str> = BTreeMap::new();
    for alert in judgement.firing() {
        let about = labels.of_alert(snapshot, judgement, alert).unwrap_or_default();
        let severity = firing.entry((about, alert.rule.name())).or_insert("warning");
        if alert.now == Severity::Critical {
            *severity = alert.now.name();
        }
    }
    let alerts = firing.into_iter().map(|((service, rule), severity)| {
        let labels =
            [("service", service), ("rule", rule.to_owned()), ("severity", severity.to_owned())];
        (labels.into(), 1.0)
    });
    all.gauge("herdtop_alert", "1 while the alert fires", alerts.collect());
    let verdict = &judgement.verdict;
    let service = verdict.service.map(|service| labels.of_id(snapshot, service));
    let labels = vec![
        ("kind", plain::name(&verdict.kind)),
        ("cause", plain::name(&verdict.cause)),
        ("severity", verdict.severity.name().to_owned()),
        ("service", service.unwrap_or_default()),
    ];
    all.gauge("herdtop_verdict", "1 for what is happening now", vec![(labels, 1.0)]);
}
