//! What the command line means: flag over environment over config file over
//! default, validated, nothing left open.
//!
//! Called by `run` once at the start. The only room that reads the user's
//! folders.

mod edit;
mod entry;
mod error;
mod exporter;
mod file;
mod flags;
mod fleet;
mod given;
mod in_force;
mod keys;
mod log;
mod notify;
mod own_files;
mod probes;
mod remembered;
mod rules;
mod shown;
mod state;
mod themes;
mod zone;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use self::given::Given;
use crate::app::Keys;
use crate::cli::{CapacityArg, ColorChoice, LiveArgs, Marker, ShareArg, SyncChoice};
use crate::close::Names;
use crate::detect::Thresholds;
use crate::fmt::Zone;
use crate::model::{ModelConfig, Netns};
use crate::source::host::{NetNs, Watch};
use crate::source::log::Options as LogOptions;
use crate::source::probe::{Address, Plan};
use crate::source::prometheus::{Endpoint, Selector};
use crate::source::recording::{Keep, ring};
use crate::units::{Bytes, Port, Ratio};

pub use error::ConfigError;
pub use exporter::ExporterSettings;
pub use fleet::FleetSettings;
pub use notify::{Hook, Notifications};
pub use remembered::Remembered;
pub use state::state_folders;
pub use themes::{ThemeFile, ThemeFiles, read_theme};
pub use zone::here as local_zone;

/// The keys of the config file: the long names of flags, and `keys`.
pub fn file_keys() -> impl Iterator<Item = &'static str> {
    flags::in_file()
}

/// Share of one core the slow lane may take.
const WALK_SHARE: Ratio = Ratio(0.004);

/// What a recording may take on disk: days of a small host.
const RECORD_MAX: Bytes = Bytes(1 << 30);

/// What the ring may take on disk: a small host makes 70 MB a day.
const RING_MAX: Bytes = Bytes(256 << 20);

/// Everything that was asked for.
#[expect(clippy::struct_excessive_bools, reason = "each answers a flag of its own")]
#[derive(Debug, Clone)]
pub struct Settings {
    /// What to watch.
    pub watch: Watch,
    /// In which network namespace.
    pub netns: NetNs,
    /// How often to derive, draw and print.
    pub interval: Duration,
    /// Levels of the rules.
    pub thresholds: Thresholds,
    /// Keep the event lane whatever it costs.
    pub exact: bool,
    /// At which interval every client is heard, where that was given.
    pub ping_period: Option<Duration>,
    /// Share of one core the slow lane may take.
    pub walk_share: Ratio,
    /// Do without `sock_diag`.
    pub procfs_only: bool,
    /// Where the application tells of itself, and the metric that counts its
    /// connections.
    pub metrics: Option<(Endpoint, Option<Selector>)>,
    /// The application's logs to follow.
    pub logs: Vec<PathBuf>,
    /// How their lines are understood.
    pub log: LogOptions,
    /// The user's own names of close codes.
    pub names: Names,
    /// The watched service has just begun, so that nothing is usual yet.
    pub young: bool,
    /// Theme by name or path.
    pub theme: Option<String>,
    /// Theme files that can be named.
    pub themes: ThemeFiles,
    /// Colours.
    pub color: ColorChoice,
    /// What charts are drawn with; none = by terminal.
    pub marker: Option<Marker>,
    /// ASCII only, where no marker is named.
    pub ascii: bool,
    /// Pseudonyms for addresses, host names and paths.
    pub redact: bool,
    /// Lines to be heard instead of a screen.
    pub plain: bool,
    /// Whose local time is shown.
    pub zone: Zone,
    /// The keys of the screen.
    pub keys: Keys,
    /// Synchronized frames.
    pub sync: SyncChoice,
    /// Take the mouse.
    pub mouse: bool,
    /// Five lines in the terminal when the screen ends.
    pub summary: bool,
    /// Where to keep the samples, and how much of them.
    pub record: Option<(PathBuf, Keep)>,
    /// The folder of the ring that `record` is part of; none without `--ring`.
    pub ring: Option<PathBuf>,
    record_max: Option<Bytes>,
    /// Who is told of alerts.
    pub notifications: Notifications,
    /// What is served over HTTP.
    pub exporter: ExporterSettings,
    /// Where every alert leads, with `{rule}` in it.
    pub runbook_url: Option<String>,
    /// Things that could not be read and do not matter enough to stop.
    pub notes: Vec<String>,
    plan: Plan,
    capacity: Vec<CapacityArg>,
    given: Given,
}

impl Settings {
    /// Merges flags (and environment) with the config file.
    ///
    /// # Errors
    /// One line: what is wrong, where, and how to fix it.
    pub fn resolve(args: LiveArgs) -> Result<Self, ConfigError> {
        let (file, mut notes) = file::load(args.config.as_deref())?;
        let args = file.under(args)?;
        let given = Given::new(&args, file.keys(), &file.path);
        let mut settings = Self::of(args, given, file.bound)?;
        notes.append(&mut settings.notes);
        Ok(Self { notes, ..settings })
    }

    /// What these arguments mean, whatever they were merged from.
    fn of(args: LiveArgs, given: Given, keys: Keys) -> Result<Self, ConfigError> {
        let mut notes = Vec::new();
        let (warn, crit) = levels(args.warn.as_ref(), args.crit.as_ref())?;
        check_pids(&args.pid)?;
        let ports: BTreeSet<u16> = args.port.iter().map(|p| p.get()).collect();
        check_capacities(&args.capacity, &ports)?;
        let trust = probes::trust(&args.probe);
        let (notifications, note) = Notifications::resolve(args.notifications.clone(), trust)?;
        notes.extend(note);
        let themes = ThemeFiles::find();
        notes.extend(themes.notes.iter().cloned());
        Ok(Self {
            netns: args.netns.as_deref().map_or(NetNs::Own, netns),
            interval: args.interval.unwrap_or(Duration::from_secs(1)),
            thresholds: Thresholds {
                warn,
                crit,
                herd_factor: args.herd_factor.unwrap_or(3.0),
                named_ports: ports.clone(),
                whole_host: ports.is_empty() && args.pid.is_empty() && args.process.is_empty(),
                longest_hold: None,
                tuning: rules::tuning(&args.rule)?,
                lag_warn: args.probe.lag_warn.unwrap_or(Duration::from_millis(100)),
            },
            exact: args.exact,
            ping_period: args.ping_period,
            walk_share: args.max_cpu.unwrap_or(WALK_SHARE),
            procfs_only: procfs_only(args.sockets.as_deref())?,
            names: probes::names(&args.probe),
            metrics: probes::metrics(&args)?,
            log: log::options(&args.log.lines)?,
            logs: args.log.files,
            plan: probes::plan(args.probe)?,
            young: false,
            theme: args.look.theme,
            themes,
            color: args.look.color.unwrap_or(ColorChoice::Auto),
            marker: args.look.marker,
            ascii: args.look.ascii,
            plain: args.look.plain,
            zone: zone::of(args.look.tz.as_deref())?,
            redact: args.look.redact,
            keys,
            sync: args.look.sync.unwrap_or_default(),
            mouse: !args.look.no_mouse,
            summary: !args.no_summary,
            record: args.record.map(|path| {
                let most = args.record_max.unwrap_or(RECORD_MAX);
                (path, Keep::halves(most.0))
            }),
            ring: None,
            record_max: args.record_max,
            exporter: ExporterSettings::resolve(&args.exporter)?,
            notifications,
            runbook_url: args.look.runbook_url,
            notes,
            given,
            capacity: args.capacity,
            watch: Watch { ports, pids: args.pid, processes: args.process },
        })
    }

    /// Keeps the last day in the state folder; what `stream --ring` does.
    ///
    /// # Errors
    /// When there is no such folder, or another namespace is watched: a screen
    /// would take it for the host's own.
    pub fn keep_ring(&mut self) -> Result<(), ConfigError> {
        if !self.netns.is_own() {
            return Err(ConfigError::Ring("is of the host's own namespace; leave out --netns"));
        }
        let folder = state::own_folder();
        let folder =
            folder.ok_or(ConfigError::Ring("needs $STATE_DIRECTORY or $HOME to be set"))?;
        let most = self.record_max.unwrap_or(RING_MAX);
        self.record = Some((ring::file(&folder), Keep::day(most.0)));
        self.ring = Some(folder);
        Ok(())
    }

    /// What the model has to know.
    #[must_use]
    pub fn model(&self) -> ModelConfig {
        let of_port = || self.capacity.iter().filter(|c| c.address.is_none());
        let capacities: BTreeMap<u16, u64> =
            of_port().filter_map(|c| Some((c.port?.get(), c.limit))).collect();
        let at = self.capacity.iter().filter_map(|c| Some((c.address?, c.limit)));
        ModelConfig {
            ports: self.watch.ports.clone(),
            everything: self.watch.is_everything(),
            capacities,
            capacities_at: at.collect(),
            capacity: self.capacity.iter().rev().find(|c| c.port.is_none()).map(|c| c.limit),
            page_bytes: rustix::param::page_size() as u64,
            interval: self.interval,
            ping_period: self.ping_period,
            only_probes: false,
            netns: Netns::default(),
        }
    }

    /// What is watched, in a few words.
    #[must_use]
    pub fn watching(&self) -> String {
        let ports = self.watch.ports.iter().map(|p| format!(":{p}"));
        let pids = self.watch.pids.iter().map(|p| format!("pid {p}"));
        let names = self.watch.processes.iter().map(|p| crate::text::clean(p, 15));
        let all: Vec<String> = ports.chain(pids).chain(names).collect();
        if all.is_empty() { "all listeners".to_owned() } else { all.join(" ") }
    }

    /// Whether only the probes were asked for: they name a target, and nothing
    /// names a socket of this host.
    #[must_use]
    pub fn only_probes(&self) -> bool {
        self.plan().is_some() && self.watch.is_everything()
    }

    /// What the probes are to do; none without a URL.
    #[must_use]
    pub fn plan(&self) -> Option<&Plan> {
        Some(&self.plan).filter(|plan| !plan.targets.is_empty())
    }

    /// Watches this one port with this capacity, and probes it; what `demo` does.
    pub fn watch_only(&mut self, port: Port, capacity: u64) {
        self.watch = Watch { ports: [port.get()].into(), ..Watch::default() };
        self.thresholds.named_ports = self.watch.ports.clone();
        self.thresholds.whole_host = false;
        self.young = true;
        self.given.by_demo = &["port", "capacity", "url"];
        if self.plan.targets.is_empty() {
            let own = Address::parse(&format!("ws://127.0.0.1:{port}/"));
            self.plan.targets.extend(own);
        }
        if self.capacity.is_empty() {
            self.capacity = vec![CapacityArg { port: None, address: None, limit: capacity }];
        }
    }
}

/// `--sockets`.
fn procfs_only(sockets: Option<&str>) -> Result<bool, ConfigError> {
    match sockets {
        None | Some("auto") => Ok(false),
        Some("procfs") => Ok(true),
        Some(other) => Err(ConfigError::Sockets(other.to_owned())),
    }
}

fn check_pids(pids: &[u32]) -> Result<(), ConfigError> {
    let gone = |pid: &&u32| !PathBuf::from(format!("/proc/{pid}")).exists();
    pids.iter().find(gone).map_or(Ok(()), |&pid| Err(ConfigError::NoSuchPid(pid)))
}

/// A capacity for a port that is not watched would never be used.
fn check_capacities(capacities: &[CapacityArg], ports: &BTreeSet<u16>) -> Result<(), ConfigError> {
    for port in capacities.iter().filter_map(|c| c.port) {
        if !ports.is_empty() && !ports.contains(&port.get()) {
            return Err(ConfigError::CapacityOfOther(port));
        }
    }
    Ok(())
}

/// Where warning and critical begin.
fn levels(warn: Option<&ShareArg>, crit: Option<&ShareArg>) -> Result<(Ratio, Ratio), ConfigError> {
    let typed = |arg: Option<&ShareArg>, default: &str| {
        arg.map_or_else(|| default.to_owned(), |arg| arg.typed.clone())
    };
    let of = |arg: Option<&ShareArg>, default| arg.map_or(default, |arg| arg.ratio);
    let levels = (of(warn, Ratio(0.7)), of(crit, Ratio(0.9)));
    if levels.0.0 >= levels.1.0 {
        return Err(ConfigError::Levels { warn: typed(warn, "70%"), crit: typed(crit, "90%") });
    }
    Ok(levels)
}

/// A number is a pid, `all` is ours and who listens in the others, anything else a file.
fn netns(text: &str) -> NetNs {
    if text == "all" {
        return NetNs::All;
    }
    text.parse().map_or_else(|_| NetNs::Path(PathBuf::from(text)), NetNs::OfPid)
}
