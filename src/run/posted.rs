//! Who is told of alerts by way of Alertmanager: what fires, as it is judged.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Context;

use super::analysis::Analysis;
use crate::clock::SystemClock;
use crate::config::Settings;
use crate::detect::{Moment, advice};
use crate::exporter::{Alertmanager, FiringAlerts, PostedAlert};
use crate::fmt::{self, Zone};
use crate::output;
use crate::source::prometheus::ApiClient;

/// What Alertmanager is told.
pub(super) struct Posted {
    sender: Alertmanager,
    /// Its address, without secrets.
    shown: String,
    runbook_url: Option<String>,
}

impl Posted {
    /// None where there is no Alertmanager to be told.
    pub(super) fn start(settings: &Settings) -> anyhow::Result<Option<Self>> {
        let Some(server) = settings.notifications.alertmanager.clone() else { return Ok(None) };
        let shown = server.shown();
        let client = ApiClient::new(server, Arc::new(SystemClock::start()));
        let client = client.map_err(anyhow::Error::msg)?;
        let sender = Alertmanager::start(client).context("--alertmanager")?;
        Ok(Some(Self { sender, shown, runbook_url: settings.runbook_url.clone() }))
    }

    /// From now on this fires.
    pub(super) fn publish(&self, analysis: &Analysis) {
        let Some(moment) = &analysis.session.latest else { return };
        let Moment { snapshot, judgement, .. } = moment;
        let focus = analysis.focus().map(|service| service.socket());
        let mut alerts = BTreeMap::new();
        for alert in judgement.firing() {
            let labels = output::alert_labels(alert, moment, &analysis.labels, &analysis.host);
            let steps = advice::of_alert(judgement, snapshot, alert, focus);
            let annotations = output::alert_annotations(alert, &steps, self.runbook_url.as_deref());
            let since = alert.since;
            // Two workers of one service are one alert: the newest says what is said of it.
            let known = alerts.entry(labels).or_insert(PostedAlert { annotations, since });
            known.since = known.since.min(since);
        }
        self.sender.publish(FiringAlerts { at: snapshot.at.wall, alerts });
    }

    /// Why it does not come through, by the clock of that zone.
    pub(super) fn fault(&self, zone: Zone) -> Option<String> {
        let (at, why, times) = self.sender.fault()?;
        let (clock, times) = (fmt::clock(&zone.local(at)), fmt::count(times));
        Some(format!("--alertmanager '{}' at {clock}: {why} (failed {times}×)", self.shown))
    }

    /// The same, if it is not what was said last.
    pub(super) fn fresh_fault(&self, zone: Zone) -> Option<String> {
        self.sender.has_news().then(|| self.fault(zone)).flatten()
    }

    /// Waits for the last post.
    pub(super) async fn finish(&mut self) {
        self.sender.finish().await;
    }
}
