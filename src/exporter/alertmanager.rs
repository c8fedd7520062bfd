//! Alerts posted to Alertmanager, on a thread of their own.
//!
//! What is posted is what fires, not what has changed: so nothing queues, and an
//! Alertmanager that was away is told how things are once it is back. What it was told
//! fires, and does not any more, is posted as over.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Serialize;
use tokio::runtime::Builder;
use tokio::sync::{oneshot, watch};
use tokio::time::timeout;

use crate::source::prometheus::ApiClient;

/// An alert is over for Alertmanager when it was not told of it for so long: herdtop may
/// be gone. Prometheus takes four times what it waits between two posts.
const LASTS: Duration = Duration::from_mins(5);
/// Told again after this, give or take a quarter: a thousand hosts keep no step, and six
/// posts may be lost before it is over.
const AGAIN: Duration = Duration::from_secs(40);
/// After a failure; doubled with each.
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_mins(1);
/// The end waits no longer for the last post.
const PATIENCE: Duration = Duration::from_secs(3);

/// What an alert is: two with the same labels are one.
pub type AlertLabels = BTreeMap<&'static str, String>;

/// What Alertmanager is told of an alert.
#[derive(Debug, Clone)]
pub struct PostedAlert {
    /// What is said of it.
    pub annotations: BTreeMap<&'static str, String>,
    /// Since when it fires.
    pub since: DateTime<Utc>,
}

/// What fires at a moment.
#[derive(Debug, Clone, Default)]
pub struct FiringAlerts {
    /// The moment; figures that stand still are not told of for ever.
    pub at: DateTime<Utc>,
    /// Each alert by its labels.
    pub alerts: BTreeMap<AlertLabels, PostedAlert>,
}

/// Posts that failed since one came through.
#[derive(Debug, Clone, Default)]
struct FailedPosts {
    count: u64,
    last: Option<(DateTime<Utc>, String)>,
    /// Nobody has been told of it yet.
    is_fresh: bool,
}

/// The running sender; it ends when this is dropped.
pub struct Alertmanager {
    newest: Option<watch::Sender<FiringAlerts>>,
    failed: Arc<Mutex<FailedPosts>>,
    left: Option<oneshot::Receiver<()>>,
}

impl Alertmanager {
    /// Posts from then on, by this client.
    ///
    /// # Errors
    /// When there is no thread for it.
    pub fn start(client: ApiClient) -> io::Result<Self> {
        let (newest, firing) = watch::channel(FiringAlerts::default());
        let (gone, left) = oneshot::channel();
        let failed = Arc::<Mutex<FailedPosts>>::default();
        let runtime = Builder::new_current_thread().enable_all().max_blocking_threads(1).build()?;
        let record = Arc::clone(&failed);
        let thread = std::thread::Builder::new().name("herdtop-alerts".to_owned());
        thread.spawn(move || {
            runtime.block_on(post_all(client, firing, &record));
            let _ = gone.send(());
            // A name that is just being resolved is not waited for.
            runtime.shutdown_background();
        })?;
        Ok(Self { newest: Some(newest), failed, left: Some(left) })
    }

    /// This fires now. Only other alerts than before are posted at once: sentences have
    /// other figures every second.
    pub fn publish(&self, firing: FiringAlerts) {
        let Some(newest) = &self.newest else { return };
        newest.send_if_modified(|held| {
            let is_other = !held.alerts.keys().eq(firing.alerts.keys());
            *held = firing;
            is_other
        });
    }

    /// What went wrong last and how often in a row, while nothing comes through.
    #[must_use]
    pub fn fault(&self) -> Option<(DateTime<Utc>, String, u64)> {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.last.clone().map(|(at, why)| (at, why, failed.count))
    }

    /// Whether that is other than when this was last asked.
    #[must_use]
    pub fn has_news(&self) -> bool {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut failed.is_fresh)
    }

    /// Waits for the last post. What still fires is not told to be over: Alertmanager
    /// lets it lapse.
    pub async fn finish(&mut self) {
        self.newest = None;
        if let Some(left) = self.left.take() {
            let _ = timeout(PATIENCE, left).await;
        }
    }
}

/// Until nobody publishes any more.
async fn post_all(
    mut client: ApiClient,
    mut firing: watch::Receiver<FiringAlerts>,
    failed: &Mutex<FailedPosts>,
) {
    let mut told = BTreeMap::new();
    let mut goes_on = true;
    while goes_on {
        goes_on = !matches!(timeout(spread(AGAIN), firing.changed()).await, Ok(Err(_)));
        let mut wait = FIRST_WAIT;
        loop {
            let newest = firing.borrow_and_update().clone();
            let is_told = newest.alerts.keys().eq(told.keys());
            if (newest.alerts.is_empty() && told.is_empty()) || (is_told && !goes_on) {
                break;
            }
            match client.post_alerts(body(&newest, &told)).await {
                Ok(()) => {
                    *failed.lock().unwrap_or_else(PoisonError::into_inner) = FailedPosts::default();
                    told = newest.alerts;
                    break;
                }
                Err(why) => note(failed, newest.at, why.to_string()),
            }
            if !goes_on {
                break;
            }
            goes_on = timeout(spread(wait), closed(&mut firing)).await.is_err();
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }
}

fn note(failed: &Mutex<FailedPosts>, at: DateTime<Utc>, why: String) {
    let mut failed = failed.lock().unwrap_or_else(PoisonError::into_inner);
    failed.is_fresh |= failed.last.as_ref().is_none_or(|(_, last)| *last != why);
    failed.count += 1;
    failed.last = Some((at, why));
}

/// Nobody publishes any more.
async fn closed(firing: &mut watch::Receiver<FiringAlerts>) {
    while firing.changed().await.is_ok() {}
}

/// About so long, at random.
fn spread(about: Duration) -> Duration {
    about.mul_f64(0.75 + 0.5 * rand::random::<f64>())
}

/// One alert of `/api/v2/alerts`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireAlert<'a> {
    labels: &'a AlertLabels,
    annotations: &'a BTreeMap<&'static str, String>,
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
}

/// What fires, and what was told and does not fire any more.
fn body(newest: &FiringAlerts, told: &BTreeMap<AlertLabels, PostedAlert>) -> String {
    let one = |(labels, alert): (&'_ AlertLabels, &'_ PostedAlert), ends_at: DateTime<Utc>| {
        let starts_at = alert.since;
        // One that ends before it begins is refused, and all others with it.
        let ends_at = ends_at.max(starts_at);
        serde_json::to_value(WireAlert {
            labels,
            annotations: &alert.annotations,
            starts_at,
            ends_at,
        })
        .unwrap_or_default()
    };
    let firing = newest.alerts.iter().map(|alert| one(alert, newest.at + LASTS));
    let over = told.iter().filter(|(labels, _)| !newest.alerts.contains_key(*labels));
    let all: serde_json::Value = firing.chain(over.map(|alert| one(alert, newest.at))).collect();
    all.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alert(name: &str, since: i64) -> (AlertLabels, PostedAlert) {
        let since = DateTime::from_timestamp(since, 0).unwrap();
        let labels = AlertLabels::from([("alertname", name.to_owned())]);
        (labels, PostedAlert { annotations: BTreeMap::new(), since })
    }

    #[test]
    fn what_fires_lasts_and_what_fires_no_more_is_over() {
        let at = DateTime::from_timestamp(1_000, 0).unwrap();
        let newest = FiringAlerts { at, alerts: [alert("a", 900)].into() };
        // The clock was set back meanwhile.
        let told = [alert("a", 900), alert("b", 950), alert("c", 1_010)].into();
        let posted: serde_json::Value = serde_json::from_str(&body(&newest, &told)).unwrap();
        let times: Vec<_> = posted
            .as_array()
            .unwrap()
            .iter()
            .map(|one| {
                let text = |key: &str| one[key].as_str().unwrap().to_owned();
                (
                    one["labels"]["alertname"].as_str().unwrap().to_owned(),
                    text("startsAt"),
                    text("endsAt"),
                )
            })
            .collect();
        let day = |time: &str| format!("1970-01-01T00:{time}Z");
        assert_eq!(
            times,
            [
                ("a".to_owned(), day("15:00"), day("21:40")),
                ("b".to_owned(), day("15:50"), day("16:40")),
                ("c".to_owned(), day("16:50"), day("16:50")),
            ]
        );
    }
}
