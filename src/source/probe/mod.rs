//! The probes: what a client is told that connects now.
//!
//! ```text
//! address, plan   what was asked for
//! dial            name -> TCP -> TLS -> upgrade, each timed
//! request, answer, handshake, frames, inflate, open, wire, tls
//!                 the protocol, nothing smoothed over; protocol: another one
//! fresh, held     the two lanes of a target; cap, lane: what they share
//! ```
//!
//! [`Prober::start`] is for `run`; [`Address`], [`ProbeOptions`] and [`Plan`] are
//! filled by `config`. One thread of its own, so that a slow terminal does not
//! show as a slow server.

mod address;
mod answer;
mod cap;
mod dial;
mod frames;
mod fresh;
mod handshake;
mod held;
mod inflate;
mod lane;
mod masked;
mod open;
mod plan;
mod protocol;
mod redact;
mod request;
mod round_trip;
mod targets;
mod tls;
mod wire;

use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::Sender;
use tokio::sync::{Notify, oneshot, watch};
use tokio::task::LocalSet;

use crate::clock::Clock;
use crate::sample::Sample;
use targets::Shared;
use wire::Meter;

pub use address::Address;
pub use plan::{Family, LEAST_DWELL, Plan, ProbeOptions};
pub use tls::TlsPlan;
pub(in crate::source) use tls::{Connector, connector};

/// A resolver that hangs must not take a thread for each attempt.
const RESOLVER_THREADS: usize = 4;

/// The running probes; they end when this is dropped, and say goodbye to the
/// servers when [`Prober::leave`] is awaited.
pub struct Prober {
    now: Arc<Notify>,
    leaving: watch::Sender<bool>,
    left: oneshot::Receiver<()>,
}

impl Prober {
    /// Starts all targets.
    ///
    /// # Errors
    /// When the roots of `--cacert` cannot be read, or no thread can be had.
    pub fn start(plan: Plan, clock: Arc<dyn Clock>, out: Sender<Sample>) -> io::Result<Self> {
        let secure = plan.targets.iter().any(|t| t.tls);
        let tls = secure.then(|| tls::connector(&plan.options.tls)).transpose();
        let tls = tls.map_err(io::Error::other)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .max_blocking_threads(RESOLVER_THREADS)
            .build()?;
        let now = Arc::new(Notify::new());
        let (leaving, leave) = watch::channel(false);
        let (gone, left) = oneshot::channel();
        let wake = Arc::clone(&now);
        std::thread::Builder::new().name("herdtop-probe".to_owned()).spawn(move || {
            let lanes = LocalSet::new();
            let meter = Rc::new(Meter::default());
            let shared = Shared {
                options: Arc::new(plan.options),
                tls,
                clock,
                out,
                now: wake,
                leaving: leave.clone(),
                meter: Rc::clone(&meter),
            };
            lanes.spawn_local(targets::run(shared, plan.targets));
            runtime.block_on(lanes.run_until(targets::until_left(leave, meter)));
            drop(lanes);
            let _ = gone.send(());
            // A name that is just being resolved is not waited for.
            runtime.shutdown_background();
        })?;
        Ok(Self { now, leaving, left })
    }

    /// Closes what is open with 1001: a connection that is just dropped is an
    /// error in the log of the server we came to help.
    pub async fn leave(self) {
        /// Nobody waits for us longer.
        const PATIENCE: Duration = Duration::from_millis(500);
        let _ = self.leaving.send(true);
        let _ = tokio::time::timeout(PATIENCE, self.left).await;
    }

    /// Makes an attempt at every target now, within the cap.
    pub fn now(&self) {
        self.now.notify_waiters();
    }
}
