//! An open WebSocket connection, to its end.

use std::pin::Pin;
use std::rc::Rc;
use std::time::Duration;

use tokio::time::{Sleep, timeout};

use super::frames::{Frames, Received, Wrong};
use super::masked;
use super::protocol;
use super::redact::Redactor;
use super::wire::{StreamEnd, Wire};
use crate::close::{CloseCode, Fault, Outcome};

/// After both Close frames the server ends TCP first (RFC 6455 section 7.1.1);
/// one that does not is left alone after this. daphne takes 0.7 s.
const LINGER: Duration = Duration::from_secs(2);
/// A reason is at most 123 bytes.
const REASON: usize = 123;

/// An open connection.
pub(super) struct Open {
    pub(super) wire: Wire,
    frames: Frames,
    redact: Rc<Redactor>,
}

/// What happened on it.
#[derive(Debug)]
pub(super) enum ConnectionEvent {
    /// A message came: its beginning.
    Message(Vec<u8>),
    /// A ping of ours was answered.
    Pong(Vec<u8>),
}

impl Open {
    /// With what came behind the handshake.
    pub(super) fn new(wire: Wire, frames: Frames, redact: &Rc<Redactor>) -> Self {
        Self { wire, frames, redact: Rc::clone(redact) }
    }

    /// Waits for what the peer sends. Only reads, so it can be dropped at any
    /// time; what it returns goes to [`Open::answer`].
    pub(super) async fn read(&mut self) -> WaitResult {
        loop {
            let seen = self.frames.next();
            self.wire.spend(self.frames.take_cost());
            match seen {
                Ok(Some(seen)) => return WaitResult::Received(seen),
                // The first byte of a Close frame ends what a client can use.
                Ok(None) if self.frames.is_closing() => return WaitResult::Closing,
                Ok(None) => {}
                Err(wrong) => return WaitResult::Wrong(wrong),
            }
            if let Err(end) = self.wire.read(&mut self.frames.buffer).await {
                return WaitResult::Ended(end);
            }
        }
    }

    /// Does what the protocol asks for; none when there is nothing to tell.
    ///
    /// # Errors
    /// How the connection ended.
    pub(super) async fn answer(
        &mut self,
        read: WaitResult,
    ) -> Result<Option<ConnectionEvent>, Outcome> {
        match read {
            WaitResult::Received(Received::Message(start)) => {
                Ok(Some(ConnectionEvent::Message(start)))
            }
            WaitResult::Received(Received::Pong(payload)) => {
                Ok(Some(ConnectionEvent::Pong(payload)))
            }
            WaitResult::Received(Received::Ping(payload)) => {
                self.wire.write(&masked::pong(payload)).await;
                Ok(None)
            }
            WaitResult::Received(Received::Close(said)) => Err(self.closed(said).await),
            WaitResult::Closing => Err(self.closing().await),
            WaitResult::Wrong(wrong) => Err(self.refuse(wrong).await),
            WaitResult::Ended(end) => Err(self.ended(end)),
        }
    }

    /// The next thing that is of interest; none when the time is up. A Close that
    /// has begun by then is seen to its end: it is no less one for being slow.
    pub(super) async fn next_before(
        &mut self,
        mut time_is_up: Pin<&mut Sleep>,
    ) -> Option<Result<ConnectionEvent, Outcome>> {
        loop {
            let read = tokio::select! {
                // What came in time counts, also where both are ready.
                biased;
                read = self.read() => read,
                () = &mut time_is_up => return None,
            };
            match self.answer(read).await {
                Ok(Some(event)) => return Some(Ok(event)),
                Ok(None) => {}
                Err(outcome) => return Some(Err(outcome)),
            }
        }
    }

    /// Whether the peer sends more than is read of it.
    pub(super) fn is_flooding(&self) -> bool {
        self.wire.is_flooding()
    }

    /// Sends a text message.
    pub(super) async fn say(&mut self, text: &str) {
        self.wire.write(&masked::text(text)).await;
    }

    /// Sends a ping.
    pub(super) async fn ping(&mut self, payload: Vec<u8>) {
        self.wire.write(&masked::ping(payload)).await;
    }

    /// Ends it from our side with a code, and lets the server end TCP so that
    /// the `TIME_WAIT` is where the RFC wants it.
    pub(super) async fn leave(mut self, code: CloseCode, reason: &str) {
        /// We are done; a server that does not answer is not waited for.
        const PATIENCE: Duration = Duration::from_secs(1);
        self.wire.write(&masked::close(Some(code), reason)).await;
        let _ = timeout(PATIENCE, self.until_end()).await;
    }

    /// Close frames are exchanged; what is still to come does not matter.
    async fn until_end(&mut self) {
        let mut rest = Vec::new();
        while self.wire.read(&mut rest).await.is_ok() {
            rest.clear();
        }
    }

    /// A Close frame has begun: what of it comes in time.
    async fn closing(&mut self) -> Outcome {
        let whole = async {
            loop {
                match self.frames.next() {
                    Ok(Some(Received::Close(said))) => return Ok(said),
                    Err(wrong) => return Err(WaitResult::Wrong(wrong)),
                    Ok(_) => {}
                }
                if let Err(end) = self.wire.read(&mut self.frames.buffer).await {
                    return Err(WaitResult::Ended(end));
                }
            }
        };
        match timeout(LINGER, whole).await {
            Ok(Ok(said)) => self.closed(said).await,
            Ok(Err(WaitResult::Wrong(wrong))) => self.refuse(wrong).await,
            Ok(Err(_)) | Err(_) => self.half_close(),
        }
    }

    fn half_close(&self) -> Outcome {
        Outcome::HalfClose { code: self.frames.half_code(), bytes: self.frames.half() }
    }

    /// TCP has ended, or TLS was ended by an alert.
    fn ended(&self, end: StreamEnd) -> Outcome {
        match end {
            StreamEnd::Alert(alert) => Outcome::AlertNoClose(protocol::alert(alert)),
            _ if !self.frames.is_between() => Outcome::HalfFrame { bytes: self.frames.half() },
            StreamEnd::Eof => Outcome::EofNoClose,
            StreamEnd::Reset => Outcome::RstNoClose,
        }
    }

    async fn closed(&mut self, said: Option<(u16, String)>) -> Outcome {
        let code = said.as_ref().map(|(raw, _)| CloseCode(*raw));
        if let (Some(code), Some((raw, reason))) = (code, &said)
            && !code.is_legal_on_wire()
        {
            self.wire.write(&masked::close(Some(CloseCode::PROTOCOL_ERROR), "")).await;
            return Outcome::CloseIllegalCode {
                raw: *raw,
                reason: self.redact.clean(reason, REASON),
            };
        }
        self.wire.write(&masked::close(code, "")).await;
        if timeout(LINGER, self.until_end()).await.is_err() {
            return Outcome::CloseLingerTimeout { code };
        }
        match said {
            Some((raw, reason)) => Outcome::CloseClean {
                code: CloseCode(raw),
                reason: self.redact.clean(&reason, REASON),
            },
            None => Outcome::CloseNoCode,
        }
    }

    /// Tells the peer what it did wrong before it is left.
    async fn refuse(&mut self, wrong: Wrong) -> Outcome {
        let (code, outcome) = match wrong {
            Wrong::Fault(fault @ (Fault::Utf8 | Fault::Deflate)) => {
                (CloseCode::INVALID_PAYLOAD, Outcome::ProtoError(fault))
            }
            Wrong::Fault(fault) => (CloseCode::PROTOCOL_ERROR, Outcome::ProtoError(fault)),
            Wrong::TooBig(bytes) => (CloseCode::TOO_BIG, Outcome::FrameTooBig { bytes }),
        };
        self.wire.write(&masked::close(Some(code), "")).await;
        outcome
    }
}

/// What one wait brought.
#[derive(Debug)]
pub(super) enum WaitResult {
    Received(Received),
    /// A Close frame has begun and is not whole.
    Closing,
    Wrong(Wrong),
    Ended(StreamEnd),
}
