//! Which rule, and what an alert is about: typed, and written in one place.

use std::fmt;
use std::time::Duration;

use serde::de::IntoDeserializer;
use serde::de::value::StrDeserializer;
use serde::{Deserialize, Serialize};

use crate::close::CloseCode;
use crate::model::{CodeSource, ListenerId, ServiceId};

/// The rules, by name. In documents and on the command line each is written as
/// [`RuleId::name`] says; the order is that of the names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleId {
    /// The process does not call `accept(2)`.
    AcceptQueue,
    /// A limit that counts connections.
    Capacity,
    /// Many connections end with one code.
    CloseStorm,
    /// Connections that the process does not close.
    CloseWait,
    /// A thread or a quota is used up.
    Cpu,
    /// The server breaks down while it serves.
    Crash,
    /// Nobody listens, or nobody answers.
    Down,
    /// Descriptors.
    Fds,
    /// Many clients connect at once.
    Herd,
    /// The event loop answers late.
    Lag,
    /// Memory of cgroup, host or TCP.
    Memory,
    /// Refused for a reason that only a change removes.
    Misconfigured,
    /// Clients try again at once.
    NoBackoff,
    /// The kernel has killed for memory.
    OomKill,
    /// New clients are refused for lack of room.
    RefusingNew,
    /// Going away to come back.
    Restart,
    /// The tightest limit will be reached.
    TimeToFull,
    /// A proxy answers for a server that does not.
    Upstream,
    /// Clients back off, but all together.
    Waves,
    /// A process behind a listener has ended.
    WorkerLost,
}

impl RuleId {
    /// The name in documents, in `--list-rules` and in `--rule NAME.KEY=VALUE`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AcceptQueue => "accept_queue",
            Self::Capacity => "capacity",
            Self::CloseStorm => "close_storm",
            Self::CloseWait => "close_wait",
            Self::Cpu => "cpu",
            Self::Crash => "crash",
            Self::Down => "down",
            Self::Fds => "fds",
            Self::Herd => "herd",
            Self::Lag => "lag",
            Self::Memory => "memory",
            Self::Misconfigured => "misconfigured",
            Self::NoBackoff => "no_backoff",
            Self::OomKill => "oom_kill",
            Self::RefusingNew => "refusing_new",
            Self::Restart => "restart",
            Self::TimeToFull => "time_to_full",
            Self::Upstream => "upstream",
            Self::Waves => "waves",
            Self::WorkerLost => "worker_lost",
        }
    }
}

impl RuleId {
    /// The rule of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let name: StrDeserializer<'_, serde::de::value::Error> = name.into_deserializer();
        Self::deserialize(name).ok()
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A lost worker: pids come again, so that the moment is part of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ExitId {
    /// The service it was behind.
    pub service: ServiceId,
    /// Its pid; none where processes are hidden from us.
    pub pid: Option<u32>,
    /// When (`Stamp::mono`).
    pub at: Duration,
}

/// What an alert is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Scope {
    /// The host as a whole.
    Host,
    /// A service.
    Service(ServiceId),
    /// One of several addresses of a service.
    Listener(ListenerId),
    /// A target of the probes, by its number.
    Target(u32),
    /// A close code of one source.
    Code(CloseCode, CodeSource),
    /// A lost worker.
    Exit(ExitId),
}

impl Scope {
    /// Whether it is this service, or a part of it.
    #[must_use]
    pub fn is_of(&self, service: ServiceId) -> bool {
        match self {
            Self::Service(id) => *id == service,
            Self::Listener(id) => id.service == service,
            Self::Exit(exit) => exit.service == service,
            Self::Host | Self::Target(_) | Self::Code(..) => false,
        }
    }

    /// In a few columns where it is: `:8080`, `probe 1`; none for what has no place.
    #[must_use]
    pub fn place(&self) -> Option<String> {
        match self {
            Self::Service(id) => Some(format!(":{}", id.port)),
            Self::Listener(id) => Some(format!(":{}", id.address.port())),
            Self::Exit(exit) => Some(format!(":{}", exit.service.port)),
            Self::Target(_) => Some(self.to_string()),
            Self::Host | Self::Code(..) => None,
        }
    }
}

impl fmt::Display for Scope {
    /// As the documents have it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host => f.write_str("host"),
            Self::Service(id) => id.fmt(f),
            Self::Listener(id) => id.fmt(f),
            Self::Target(id) => write!(f, "probe {}", u64::from(*id) + 1),
            Self::Code(code, source) => write!(f, "code {code} {}", source.word()),
            Self::Exit(exit) => {
                let pid = exit.pid.map_or_else(|| "-".to_owned(), |pid| pid.to_string());
                write!(f, "{} pid {pid} at {}", exit.service, exit.at.as_millis())
            }
        }
    }
}
