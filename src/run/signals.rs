//! Signals that end or wake the program.
//!
//! Those that end it are listened to on a thread of its own: a loop that is stuck, or
//! a pipe that nobody reads, does not hold them up.

use std::future::pending;
use std::io;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use tokio::time::sleep;

use crate::term;

/// How long one that ends may stay unanswered.
const PATIENCE: Duration = Duration::from_secs(2);

/// The last that asked for the end: the how many-th it was, and its exit code. Of a
/// process, as signals are.
static ENDS: LazyLock<watch::Sender<(u64, u8)>> = LazyLock::new(|| watch::Sender::new((0, 0)));
/// How many of them were answered.
static ANSWERED: AtomicU64 = AtomicU64::new(0);
static IS_WATCHED: AtomicBool = AtomicBool::new(false);

/// What a signal asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// End with this exit code: 128 and the signal's number, as shells count.
    End(u8),
    /// Give the terminal back and stop.
    Stop,
    /// We were stopped and go on.
    Continued,
}

/// The signals, listened to from the start. Where nobody asks for them any more, one
/// that ends does so after two seconds.
#[derive(Debug)]
pub(super) struct Signals {
    ends: watch::Receiver<(u64, u8)>,
    stop: Option<Signal>,
    continued: Signal,
}

impl Signals {
    /// Without a screen, stopping is left to the kernel.
    pub(super) fn listen(screen: bool) -> io::Result<Self> {
        use rustix::process::Signal as Number;
        let of = |number: Number| signal(SignalKind::from_raw(number.as_raw()));
        watch()?;
        Ok(Self {
            ends: ENDS.subscribe(),
            stop: if screen { Some(of(Number::TSTP)?) } else { None },
            continued: of(Number::CONT)?,
        })
    }

    /// The next one.
    pub(super) async fn next(&mut self) -> Asked {
        let stop = async {
            match &mut self.stop {
                Some(stop) => stop.recv().await,
                None => pending().await,
            }
        };
        tokio::select! {
            code = end(&mut self.ends) => Asked::End(code),
            _ = stop => Asked::Stop,
            _ = self.continued.recv() => Asked::Continued,
        }
    }

    /// The exit code, once one that ends comes.
    pub(super) async fn ended(&mut self) -> u8 {
        end(&mut self.ends).await
    }
}

async fn end(ends: &mut watch::Receiver<(u64, u8)>) -> u8 {
    // The sender is never dropped.
    if ends.changed().await.is_err() {
        return pending().await;
    }
    let (count, code) = *ends.borrow_and_update();
    ANSWERED.fetch_max(count, Ordering::SeqCst);
    code
}

/// Listens on a thread of its own, from the first call on.
fn watch() -> io::Result<()> {
    if IS_WATCHED.swap(true, Ordering::SeqCst) {
        return Ok(());
    }
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let kinds = [SignalKind::hangup(), SignalKind::interrupt(), SignalKind::terminate()];
    let [hangup, interrupt, terminate] = kinds.map(|kind| listen(&runtime, kind));
    let signals = [(hangup?, 129), (interrupt?, 130), (terminate?, 143)];
    tokio::task::spawn_blocking(move || runtime.block_on(hand_on(signals)));
    Ok(())
}

fn listen(runtime: &Runtime, kind: SignalKind) -> io::Result<Signal> {
    let _inside = runtime.enter();
    signal(kind)
}

/// Hands on what comes; what nobody answers ends the program here.
async fn hand_on(signals: [(Signal, u8); 3]) {
    let [(mut hangup, hung_up), (mut interrupt, interrupted), (mut terminate, terminated)] =
        signals;
    let (mut count, mut last, mut patience) = (0, 0, None);
    let is_answered = |count| ANSWERED.load(Ordering::SeqCst) >= count;
    loop {
        let is_over = async {
            match &mut patience {
                Some(patience) => std::pin::Pin::new(patience).await,
                None => pending().await,
            }
        };
        last = tokio::select! {
            _ = hangup.recv() => hung_up,
            _ = interrupt.recv() => interrupted,
            _ = terminate.recv() => terminated,
            () = is_over => {
                if !is_answered(count) {
                    term::give_up(i32::from(last));
                }
                patience = None;
                continue;
            }
        };
        if is_answered(count) {
            patience = Some(Box::pin(sleep(PATIENCE)));
        }
        count += 1;
        ENDS.send_replace((count, last));
    }
}
