//! Signals that end or wake the program.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

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

/// The signals, listened to from the start.
#[derive(Debug)]
pub(super) struct Signals {
    hangup: Signal,
    interrupt: Signal,
    terminate: Signal,
    stop: Option<Signal>,
    continued: Signal,
}

impl Signals {
    /// Without a screen, stopping is left to the kernel.
    pub(super) fn listen(screen: bool) -> io::Result<Self> {
        use rustix::process::Signal as Number;
        let of = |number: Number| signal(SignalKind::from_raw(number.as_raw()));
        Ok(Self {
            hangup: signal(SignalKind::hangup())?,
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            stop: if screen { Some(of(Number::TSTP)?) } else { None },
            continued: of(Number::CONT)?,
        })
    }

    /// The next one.
    pub(super) async fn next(&mut self) -> Asked {
        let stop = async {
            match &mut self.stop {
                Some(stop) => stop.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = self.hangup.recv() => Asked::End(129),
            _ = self.interrupt.recv() => Asked::End(130),
            _ = self.terminate.recv() => Asked::End(143),
            _ = stop => Asked::Stop,
            _ = self.continued.recv() => Asked::Continued,
        }
    }

    /// The exit code, once one that ends comes.
    pub(super) async fn ended(&mut self) -> u8 {
        loop {
            if let Asked::End(code) = self.next().await {
                return code;
            }
        }
    }
}
