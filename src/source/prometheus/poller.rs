//! Reads the endpoint again and again, one request at a time.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::Sender;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};

use super::{Endpoint, Selector};
use crate::clock::Clock;
use crate::sample::{Application, Reading, Sample};
use crate::units::whole;

/// The lag of Node's event loop as prom-client names it.
const LAG: &str = "nodejs_eventloop_lag_p99_seconds";
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
        let lag = Selector::parse(LAG)?;
        Ok(Self(tokio::spawn(async move {
            let mut tick = interval(every.max(LEAST_INTERVAL));
            tick.set_missed_tick_behavior(MissedTickBehavior::Skip);
            loop {
                tick.tick().await;
                let text = endpoint.read(tls.as_ref()).await;
                let mut sample = Sample::at(clock.now());
                sample.application = Some(match text {
                    Ok(text) => Reading::Seen(found(&endpoint, &lag, connections.as_ref(), &text)),
                    Err(why) => Reading::Denied(format!("{}: {why}", endpoint.shown())),
                });
                if out.send(sample).await.is_err() {
                    return;
                }
            }
        })))
    }
}

/// Connections are summed over workers; of lags the worst counts.
fn found(
    endpoint: &Endpoint,
    lag: &Selector,
    connections: Option<&Selector>,
    text: &str,
) -> Application {
    let worst = lag.values(text).filter(|v| *v >= 0.0).reduce(f64::max);
    let sum = |selector: &Selector| selector.values(text).reduce(|a, b| a + b).map(whole);
    let open = connections.and_then(sum);
    let missing = connections.filter(|_| open.is_none()).map(|s| s.name().to_owned());
    Application {
        url: endpoint.shown(),
        lag_p99: worst.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()),
        connections: open,
        missing,
    }
}
