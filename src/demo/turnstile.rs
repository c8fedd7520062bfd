//! The cap on the attempts of all clients together.

use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};

/// The least time between two attempts of the whole herd: 2000 a second.
const SPACING: Duration = Duration::from_micros(500);

/// Lets attempts through one by one.
#[derive(Debug)]
pub(super) struct Turnstile(Mutex<Instant>);

impl Turnstile {
    /// Free from now on.
    pub(super) fn new() -> Self {
        Self(Mutex::new(Instant::now()))
    }

    /// Waits for our turn.
    pub(super) async fn pass(&self) {
        let turn = {
            let mut next = self.0.lock().await;
            let turn = (*next).max(Instant::now());
            *next = turn + SPACING;
            turn
        };
        sleep_until(turn).await;
    }
}
