//! Reads the endpoint again and again, one request at a time.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::Sender;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};

use super::figures::Wanted;
use super::lookup::Lookup;
use super::{Endpoint, Selector};
use crate::clock::Clock;
use crate::sample::{Reading, Sample};

/// Metrics change with the scrape interval of their server: no faster.
const LEAST_INTERVAL: Duration = Duration::from_secs(1);

/// The running poller; it ends when this is dropped.
#[derive(Debug)]
pub struct Poller(JoinHandle<()>);

impl Drop for Poller {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Poller {
    /// Starts reading.
    ///
    /// # Errors
    /// When the roots of `--cacert` cannot be read.
    pub fn start(
        endpoint: Endpoint,
        connections: Option<Selector>,
        every: Duration,
        clock: Arc<dyn Clock>,
        out: Sender<Sample>,
    ) -> Result<Self, String> {
        let tls = endpoint.connector()?;
        let wanted = Wanted::new(connections)?;
        let mut lookup = Lookup::default();
        Ok(Self(tokio::spawn(async move {
            let mut tick = interval(every.max(LEAST_INTERVAL));
            tick.set_missed_tick_behavior(MissedTickBehavior::Skip);
            loop {
                tick.tick().await;
                let body = endpoint.read(tls.as_ref(), &mut lookup, &clock).await;
                let mut sample = Sample::at(clock.now());
                let url = endpoint.shown();
                sample.application = Some(match body.and_then(|body| wanted.look(&url, &body)) {
                    Ok(application) => Reading::Seen(application),
                    Err(why) => Reading::Denied(format!("{url}: {why}")),
                });
                if out.send(sample).await.is_err() {
                    return;
                }
            }
        })))
    }
}
