//! What is known about one code or status, and the advice that follows from it.

use serde::Serialize;

/// All that is known about one code, range of codes or HTTP status.
///
/// How servers behave was measured on loopback, where no source is named: ws 8.23
/// on Node 20, uvicorn 0.54, daphne 4.2, hypercorn 0.18, aiohttp 3.14, gunicorn 27,
/// nginx 1.22, `HAProxy` 2.6.
#[derive(Debug, Clone, Copy)]
pub struct Facts {
    /// What follows the name on the first line: all one needs to know in a hurry.
    pub headline: &'static str,
    /// What it says.
    pub meaning: &'static str,
    /// Who sends it and whether it may be in a Close frame.
    pub wire: &'static str,
    /// When one sees it, to follow "when".
    pub when: &'static str,
    /// Likely causes, likeliest first.
    pub causes: &'static [&'static str],
    /// What the client does, in one word.
    pub reconnect: Reconnect,
    /// What the client must do.
    pub client: &'static [&'static str],
    /// What the operator must check.
    pub checks: &'static [&'static str],
    /// What to run for it.
    pub commands: &'static [Run],
    /// What puts an end to it.
    pub fixes: &'static [&'static str],
    /// What surprises.
    pub notes: &'static [&'static str],
    /// Where the meaning is laid down.
    pub source: &'static str,
}

/// A command to be copied; `PORT`, `PID`, `UNIT`, `URL` stand for one's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Run {
    /// One line, or several with `\` at their ends.
    pub run: &'static str,
    /// What it shows.
    pub why: &'static str,
}

/// Whether a client may try again by itself, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reconnect {
    /// The end was meant.
    No,
    /// Once, after a random 1 to 5 s.
    Soon,
    /// Exponential from 1 s, doubling, full jitter.
    Backoff,
    /// The same request would end the same way.
    NotAsIs,
    /// Somebody has to change something first.
    AfterFix,
    /// Whoever defined it has laid that down.
    AsDocumented,
}

impl Reconnect {
    /// In a column of 16.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::Soon => "random 1-5 s",
            Self::Backoff => "backoff from 1 s",
            Self::NotAsIs => "not as it is",
            Self::AfterFix => "after a fix",
            Self::AsDocumented => "see its docs",
        }
    }

    /// As part of a sentence about the client.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::No => "does not reconnect by itself",
            Self::Soon => "reconnects after a random 1-5 s",
            Self::Backoff => "backs off from 1 s, doubling, with full jitter",
            Self::NotAsIs => "must not send the same again",
            Self::AfterFix => "waits until somebody has changed something",
            Self::AsDocumented => "does what the documents of its library say",
        }
    }
}
