//! What a story says.

use serde::Deserialize;

/// A whole story.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(super) struct Story {
    /// How long it lasts.
    pub(super) seconds: i64,
    /// `-c`.
    pub(super) capacity: Option<u64>,
    /// Ports named by `-p`; else the whole host is watched.
    #[serde(default)]
    pub(super) named: Vec<u16>,
    /// Seconds the host's counters have counted; none = not known.
    pub(super) host_age: Option<u64>,
    /// The source is started so late: nothing of before is told.
    #[serde(default)]
    pub(super) from: i64,
    /// It is a `check` of five seconds: no alert waits longer than a third of that.
    #[serde(default)]
    pub(super) check: bool,
    /// Nobody may look into the processes.
    #[serde(default)]
    pub(super) hidden: bool,
    /// Nobody tells of connections that die.
    #[serde(default)]
    pub(super) deathless: bool,
    /// The ages of connections are told.
    #[serde(default)]
    pub(super) ages: bool,
    /// Open files each process may have; 1000 if not said.
    #[serde(default)]
    pub(super) files: Option<u64>,
    /// Accepted on the host before the story.
    #[serde(default)]
    pub(super) accepted_before: u64,
    /// Who listens at the start.
    #[serde(default)]
    pub(super) listener: Vec<Listener>,
    /// What happens.
    #[serde(default)]
    pub(super) event: Vec<Event>,
    /// The alerts, all of them.
    #[serde(default)]
    pub(super) alert: Vec<Alert>,
    /// The verdict at a moment.
    #[serde(default)]
    pub(super) verdict: Vec<Verdict>,
}

/// A listener at the start.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Listener {
    pub(super) port: u16,
    #[serde(default)]
    pub(super) open: u64,
    /// Connections opened, and as many closed, per second.
    #[serde(default)]
    pub(super) rate: f64,
    /// Drawn from a Poisson distribution, else even.
    #[serde(default)]
    pub(super) poisson: bool,
    /// Processes that share it; none = they are not told of.
    #[serde(default)]
    pub(super) workers: u32,
}

/// Something that happens; what is not said stays as it is.
#[expect(clippy::struct_excessive_bools, reason = "each is a key of its own in a story")]
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Event {
    /// When, in seconds.
    pub(super) at: i64,
    /// Where; the first listener if not said.
    pub(super) port: Option<u16>,
    /// Connections opened per second from now on.
    pub(super) rate: Option<f64>,
    /// Connections opened per second and kept, beyond that.
    pub(super) grow: Option<f64>,
    /// So many at once.
    pub(super) burst: u64,
    /// The server ends: its connections are lost.
    pub(super) kill: bool,
    /// A server starts.
    pub(super) start: bool,
    /// It admits so many and turns the others away after the handshake.
    pub(super) limit: Option<u64>,
    /// Those that lost their connection, or this many, try again: `fixed`,
    /// `exponential`, `full`, `runbook`.
    pub(super) retry: Option<String>,
    /// Clients that begin to try now, beside those who lost their connection.
    pub(super) clients: usize,
    /// SYNs dropped per second from now on.
    pub(super) dropped: Option<f64>,
    /// Connects refused per second from now on.
    pub(super) refused: Option<f64>,
    /// Accept queue from now on, of a backlog of 128.
    pub(super) queue: Option<u32>,
    /// Connections the process forgets to close, per second.
    pub(super) forgets: Option<f64>,
    /// So many of its workers end, with all they hold.
    pub(super) lose: usize,
    /// These were asked to: they close their connections first, and then end.
    pub(super) asked: bool,
    /// So many clients leave by themselves, and come back after so many seconds.
    pub(super) leave: u64,
    pub(super) back_after: Option<u64>,
    /// So many workers start.
    pub(super) hire: u32,
    /// So many processes were killed for memory, as the kernel counts them.
    pub(super) oom: u64,
    /// Descriptors each worker has open from now on, of a limit of 1000.
    pub(super) descriptors: Option<u64>,
    /// Share of the host's memory in use.
    pub(super) memory: Option<f64>,
    /// Its processes are stopped (state T) from now on, or go on.
    pub(super) stopped: Option<bool>,
    /// Cores each process uses from now on.
    pub(super) cpu: Option<f64>,
    /// New connections all go to its first process from now on.
    pub(super) uneven: Option<bool>,
    /// With which signal those that end do, or which exit code.
    pub(super) signal: Option<u8>,
    pub(super) code: Option<u8>,
    /// Memory in use grows by so many MiB each second from now on, and so much of that
    /// in the buffers of TCP.
    pub(super) memory_grows: Option<f64>,
    pub(super) buffers_grow: Option<f64>,
    /// Half-open connections from now on.
    pub(super) half_open: Option<u64>,
    /// One thread takes all of a core from now on.
    pub(super) busy: Option<bool>,
    /// The CPU quota holds the service back from now on.
    pub(super) throttled: Option<bool>,
    /// No sample for so many seconds.
    pub(super) silent: i64,
    /// The machine sleeps: both clocks go on, nothing else does.
    pub(super) sleep: u64,
    /// The wall clock is set by so many seconds.
    pub(super) clock_step: i64,
    /// The counters begin anew.
    pub(super) reset: bool,
    /// What a probe is told each second from now on: `ok`, `1013`, `1012`,
    /// `1011`, `503`, `refused`, `silence`, or nothing more with `none`.
    pub(super) probe: Option<String>,
    /// Ping on the held connection, ms, from now on; 0: none is answered any more.
    pub(super) ping: Option<u64>,
    /// The held connection ends with this code.
    pub(super) lost: Option<u16>,
}

/// An alert, expected or raised.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Alert {
    pub(super) rule: String,
    pub(super) severity: String,
    /// Seconds from the start.
    pub(super) since: i64,
    /// Resolved at the end.
    #[serde(default)]
    pub(super) over: bool,
    /// Part of its scope: `:8080`, `host`, `probe 1`.
    #[serde(default)]
    pub(super) about: String,
    /// Part of its sentence.
    #[serde(default)]
    pub(super) says: String,
}

/// The verdict at a moment.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Verdict {
    pub(super) at: i64,
    pub(super) kind: String,
    pub(super) cause: String,
}
