//! The config file: the long flags as keys.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::keys;
use crate::app::Keys;
use crate::cli::value;
use crate::cli::{ColorChoice, LiveArgs, Marker, SyncChoice};
use crate::fmt;
use crate::units::{Port, Ratio};

/// What is wrong with what was asked for; each a single line.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The levels are the wrong way round.
    #[error("--warn '{}' has to be below --crit '{}'", fmt::percent_fine(*.warn), fmt::percent_fine(*.crit))]
    Levels {
        /// `--warn`.
        warn: Ratio,
        /// `--crit`.
        crit: Ratio,
    },
    /// Nobody has this pid.
    #[error("--pid '{0}': no such process; see 'ps -e'")]
    NoSuchPid(u32),
    /// A capacity for a port that is not watched.
    #[error("--capacity '{0}=…' is for a port that is not watched; add -p {0}")]
    CapacityOfOther(Port),
    /// An unknown source of sockets.
    #[error("--sockets '{0}': give auto or procfs")]
    Sockets(String),
    /// A file that was named cannot be read.
    #[error("config file '{path}': {error}")]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A number of a rule that is none.
    #[error("--rule '{given}': {why}")]
    Rule {
        /// As typed.
        given: String,
        /// What is wrong with it.
        why: String,
    },
    /// A command that nobody could run.
    #[error("--on-alert '{0}': no such program, or it may not be run")]
    NoProgram(String),
    /// There can be no ring.
    #[error("the ring {0}")]
    Ring(&'static str),
    /// Not a metric to look for.
    #[error("--metric-connections '{given}': {why}")]
    Metric {
        /// As typed.
        given: String,
        /// What is wrong with it.
        why: String,
    },
    /// Not something to connect to.
    #[error("'{url}': {why}")]
    Url {
        /// As typed, without secrets.
        url: String,
        /// What is wrong with it.
        why: String,
    },
    /// Not something to read metrics from.
    #[error("--metrics-url '{url}': {why}")]
    MetricsUrl {
        /// As typed, without secrets.
        url: String,
        /// What is wrong with it.
        why: String,
    },
    /// A log that cannot be understood so.
    #[error("{flag} '{given}': {why}")]
    Log {
        /// Which flag.
        flag: &'static str,
        /// As typed.
        given: String,
        /// What is wrong with it.
        why: String,
    },
    /// A header that cannot be sent.
    #[error("--header '{place}': {why}")]
    Header {
        /// Where it comes from; never the header itself.
        place: String,
        /// What is wrong with it.
        why: String,
    },
    /// A file that a flag names.
    #[error("{flag} '{path}': {why}")]
    File {
        /// Which flag.
        flag: &'static str,
        /// Which file.
        path: PathBuf,
        /// Why it is of no use.
        why: String,
    },
    /// The file is not TOML, or has a key nobody knows.
    #[error("config file '{path}', {place}: {what}")]
    Wrong {
        /// Which.
        path: PathBuf,
        /// Line and column, or the key.
        place: String,
        /// What is wrong, in one line.
        what: String,
    },
}

/// The keys of the file.
#[expect(clippy::struct_excessive_bools, reason = "each is a key of its own in the file")]
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct File {
    capacity: Option<toml::Value>,
    interval: Option<toml::Value>,
    warn: Option<toml::Value>,
    crit: Option<toml::Value>,
    herd_factor: Option<toml::Value>,
    max_cpu: Option<toml::Value>,
    record_max: Option<toml::Value>,
    exact: bool,
    theme: Option<String>,
    color: Option<String>,
    marker: Option<String>,
    ascii: bool,
    sync: Option<String>,
    plain: bool,
    no_mouse: bool,
    no_summary: bool,
    rule: Option<toml::Value>,
    on_alert: Option<String>,
    on_alert_timeout: Option<toml::Value>,
    bell: bool,
    notify: bool,
    metrics_url: Option<String>,
    metric_connections: Option<String>,
    pub(super) log: Option<toml::Value>,
    pub(super) log_open: Option<String>,
    pub(super) log_close: Option<String>,
    pub(super) log_error: Option<String>,
    pub(super) log_time: Option<String>,
    pub(super) log_format: Option<String>,
    pub(super) trusted_proxy: Option<toml::Value>,
    pub(super) url: Option<toml::Value>,
    pub(super) probe_every: Option<toml::Value>,
    pub(super) held: Option<toml::Value>,
    pub(super) dwell: Option<toml::Value>,
    pub(super) timeout: Option<toml::Value>,
    pub(super) lag_warn: Option<toml::Value>,
    pub(super) header: Option<toml::Value>,
    pub(super) subprotocol: Option<toml::Value>,
    pub(super) origin: Option<toml::Value>,
    pub(super) cacert: Option<PathBuf>,
    pub(super) insecure: bool,
    pub(super) each_address: bool,
    pub(super) resolve: Option<toml::Value>,
    pub(super) code: Option<toml::Value>,
    keys: keys::Table,
    /// What `keys` says.
    #[serde(skip)]
    pub(super) bound: Keys,
    /// Its keys that are set.
    #[serde(skip)]
    pub(super) present: BTreeSet<String>,
    #[serde(skip)]
    pub(super) path: PathBuf,
}

/// Reads the file named, or the user's own if there is one. What cannot be read
/// without having been named is a note.
pub(super) fn load(named: Option<&Path>) -> Result<(File, Vec<String>), ConfigError> {
    let Some(path) = named.map(Path::to_owned).or_else(default_path) else {
        return Ok((File::default(), Vec::new()));
    };
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok((parse(&path, &text)?, Vec::new())),
        Err(error) if named.is_some() => Err(ConfigError::Unreadable { path, error }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok((File::default(), Vec::new())),
        Err(error) => {
            let note = format!("config file '{}' not read: {error}", path.display());
            Ok((File::default(), vec![note]))
        }
    }
}

/// `$XDG_CONFIG_HOME/herdtop/config.toml`, else below `~/.config`.
fn default_path() -> Option<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    let base = set("XDG_CONFIG_HOME").or_else(|| set("HOME").map(|home| home.join(".config")))?;
    Some(base.join("herdtop/config.toml"))
}

fn parse(path: &Path, text: &str) -> Result<File, ConfigError> {
    let mut file: File = toml::from_str(text).map_err(|error| ConfigError::Wrong {
        path: path.to_owned(),
        place: place_of(text, error.span().map_or(0, |span| span.start)),
        what: error.message().lines().collect::<Vec<_>>().join("; "),
    })?;
    file.bound = keys::bind(std::mem::take(&mut file.keys), path, text)?;
    // It has been read once already, so it is TOML.
    let table: toml::Table = toml::from_str(text).unwrap_or_default();
    file.present = table.into_iter().map(|(key, _)| key).collect();
    path.clone_into(&mut file.path);
    Ok(file)
}

/// `line 3, column 1`, of a byte of the file.
pub(super) fn place_of(text: &str, at: usize) -> String {
    let before = text.get(..at.min(text.len())).unwrap_or("");
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    format!("line {line}, column {column}")
}

impl File {
    /// The flags, with the file's values where nothing was typed.
    pub(super) fn under(&self, mut args: LiveArgs) -> Result<LiveArgs, ConfigError> {
        self.all(&mut args.capacity, "capacity", self.capacity.as_ref(), value::capacity)?;
        args.interval =
            self.or(args.interval, "interval", self.interval.as_ref(), value::interval)?;
        args.warn = self.or(args.warn, "warn", self.warn.as_ref(), value::share)?;
        args.crit = self.or(args.crit, "crit", self.crit.as_ref(), value::share)?;
        args.max_cpu = self.or(args.max_cpu, "max-cpu", self.max_cpu.as_ref(), value::share)?;
        let most = self.record_max.as_ref();
        args.record_max = self.or(args.record_max, "record-max", most, value::size)?;
        let factor = self.herd_factor.as_ref();
        args.herd_factor = self.or(args.herd_factor, "herd-factor", factor, value::factor)?;
        let color = self.color.clone().map(toml::Value::String);
        args.color = self.or(args.color, "color", color.as_ref(), |text| {
            <ColorChoice as clap::ValueEnum>::from_str(text, true)
                .map_err(|_| "give auto, 16, 256, truecolor or never".to_owned())
        })?;
        let marker = self.marker.clone().map(toml::Value::String);
        args.marker = self.or(args.marker, "marker", marker.as_ref(), |text| {
            <Marker as clap::ValueEnum>::from_str(text, true)
                .map_err(|_| "give block, braille or ascii".to_owned())
        })?;
        let sync = self.sync.clone().map(toml::Value::String);
        args.sync = self.or(args.sync, "sync", sync.as_ref(), |text| {
            <SyncChoice as clap::ValueEnum>::from_str(text, true)
                .map_err(|_| "give auto, on or off".to_owned())
        })?;
        self.all(&mut args.rule, "rule", self.rule.as_ref(), |rule| Ok(rule.to_owned()))?;
        self.under_probes(&mut args.probe)?;
        let telling = &mut args.telling;
        let command = self.on_alert.clone().map(toml::Value::String);
        telling.on_alert =
            self.or(telling.on_alert.take(), "on-alert", command.as_ref(), value::command)?;
        let timeout = self.on_alert_timeout.as_ref();
        telling.on_alert_timeout = self.or(
            telling.on_alert_timeout,
            "on-alert-timeout",
            timeout,
            value::on_alert_timeout,
        )?;
        telling.bell |= self.bell;
        telling.notify |= self.notify;
        self.under_log(&mut args.log)?;
        let application = &mut args.application;
        application.metrics_url =
            application.metrics_url.take().or_else(|| self.metrics_url.clone());
        let metric = application.metric_connections.take();
        application.metric_connections = metric.or_else(|| self.metric_connections.clone());
        args.theme = args.theme.or_else(|| self.theme.clone());
        args.exact |= self.exact;
        args.ascii |= self.ascii;
        args.plain |= self.plain;
        args.no_mouse |= self.no_mouse;
        args.no_summary |= self.no_summary;
        Ok(args)
    }

    /// A key that may hold several values.
    pub(super) fn all<T>(
        &self,
        typed: &mut Vec<T>,
        key: &str,
        given: Option<&toml::Value>,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Result<(), ConfigError> {
        let Some(given) = given.filter(|_| typed.is_empty()) else { return Ok(()) };
        let each = match given {
            toml::Value::Array(all) => all.as_slice(),
            one => std::slice::from_ref(one),
        };
        for one in each {
            typed.push(self.take(key, one, &parse)?);
        }
        Ok(())
    }

    pub(super) fn or<T>(
        &self,
        typed: Option<T>,
        key: &str,
        value: Option<&toml::Value>,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<Option<T>, ConfigError> {
        match (typed, value) {
            (Some(typed), _) => Ok(Some(typed)),
            (None, Some(value)) => self.take(key, value, parse).map(Some),
            (None, None) => Ok(None),
        }
    }

    fn take<T>(
        &self,
        key: &str,
        value: &toml::Value,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<T, ConfigError> {
        let text = match value {
            toml::Value::String(text) => text.clone(),
            toml::Value::Integer(number) => number.to_string(),
            toml::Value::Float(number) => number.to_string(),
            // A table or a date fits no key: let the parser say what would.
            _ => String::new(),
        };
        parse(&text).map_err(|why| ConfigError::Wrong {
            path: self.path.clone(),
            place: format!("key '{key}'"),
            // A header that is no header may be a token without its name.
            what: match key {
                "header" | "on-alert" => why,
                _ => format!("'{}': {why}", crate::text::clean(&text, 40)),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(text: &str, typed: LiveArgs) -> Result<LiveArgs, String> {
        parse(Path::new("c.toml"), text)
            .and_then(|file| file.under(typed))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn a_flag_wins_over_the_file() {
        let typed = LiveArgs { warn: Some(Ratio(0.5)), ..LiveArgs::default() };
        let merged =
            resolve("warn = \"60%\"\ncrit = 0.8\ncapacity = [5, \"80=7\"]", typed).unwrap();
        assert_eq!((merged.warn, merged.crit), (Some(Ratio(0.5)), Some(Ratio(0.8))));
        assert_eq!(merged.capacity.len(), 2);
    }

    #[test]
    fn each_fault_is_one_line_with_its_place() {
        let wrong = |text| resolve(text, LiveArgs::default()).unwrap_err();
        assert_eq!(
            wrong("warn = \"120%\""),
            "config file 'c.toml', key 'warn': '120%': give a share above 0 and at most 100 %, such as 70% or 0.7"
        );
        assert!(
            wrong("\nwran = 1")
                .starts_with("config file 'c.toml', line 2, column 1: unknown field `wran`")
        );
        assert!(wrong("warn = [").contains("line 1"));
        assert_eq!(wrong("warn = [").lines().count(), 1);
    }

    #[test]
    fn a_fault_in_the_keys_has_line_and_column() {
        let wrong = |text| resolve(text, LiveArgs::default()).unwrap_err();
        let at = |place: &str, what: &str| format!("config file 'c.toml', {place}: {what}");
        assert_eq!(
            wrong("[keys]\nnext-theme = \"x\"\nthemes = \"y\""),
            at("line 3, column 1", "'themes' is no action; 'herdtop man' lists them under KEYS")
        );
        let none = "'shift+x' is no key; give one character, or space, enter, esc, up, shift+left, \
            ctrl+x, f5";
        assert_eq!(wrong("[keys]\nhelp = [\"shift+x\"]"), at("line 2, column 8", none));
        let taken = "'q' is the key of quit already; give that another, or []";
        assert_eq!(wrong("[keys]\n  help = \"q\""), at("line 2, column 10", taken));
        assert!(wrong("[keys]\nhelp = 5").contains("'integer': give a key as \"x\""));
        assert!(wrong("[keys]\nhelp = \"x\"\nhelp = \"y\"").contains("line 3"));
        assert!(resolve("[keys]\nhelp = [\"x\", \"Ctrl+H\"]", LiveArgs::default()).is_ok());
    }
}
