//! The settings in words, each with where it comes from; never a secret.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::path::{Path, PathBuf};

use super::Settings;
use super::file::File;
use crate::app::{DEFAULT, Setting};
use crate::cli::{ColorChoice, LiveArgs, LogArgs, Marker, Origin, Origins};
use crate::fmt;
use crate::source::host::NetNs;
use crate::source::probe::Address;
use crate::text;

/// Where the settings come from.
#[derive(Debug, Clone)]
pub(super) struct Given {
    origins: Origins,
    in_file: BTreeSet<String>,
    /// Options the demo has chosen.
    pub(super) by_demo: &'static [&'static str],
    /// The finer numbers of rules, as given.
    rules: Vec<String>,
    /// How lines of a log are understood, as given.
    lines: LogArgs,
    file: String,
}

impl Given {
    pub(super) fn new(args: &LiveArgs, file: &File) -> Self {
        Self {
            origins: args.origins.clone(),
            in_file: file.present.clone(),
            by_demo: &[],
            rules: args.rule.clone(),
            lines: args.log.lines.clone(),
            file: if file.path.as_os_str().is_empty() {
                "no config file was read".to_owned()
            } else {
                text::clean(&format!("config file {}", file.path.display()), 80)
            },
        }
    }
}

/// Longest value shown: two lines of a small terminal.
const LONGEST: usize = 120;

impl Settings {
    /// What is in force, as the screen shows it.
    #[must_use]
    pub fn shown(&self) -> Vec<Setting> {
        let mut rows = self.watched();
        rows.extend(self.judged());
        rows.extend(self.probed());
        rows.extend(self.looks());
        rows.push(self.row("SCREEN", "no-summary", yes(!self.summary)));
        rows.extend(self.kept());
        rows
    }

    /// What matters over these logs: nothing is watched there, probed or kept.
    #[must_use]
    pub fn of_logs(&self, files: &[PathBuf]) -> Vec<Setting> {
        let of = |name, value| self.row("READ", name, value);
        // The logs themselves are always typed.
        let typed = Setting { from: "flag".to_owned(), ..of("log", listed(files)) };
        let mut rows = vec![typed];
        rows.extend(self.understood("READ"));
        let names = self.names.iter().map(|(code, name)| format!("{}={name}", code.0));
        rows.push(of("code", list(names, "as registered")));
        let judged = self.judged().into_iter();
        rows.extend(judged.filter(|row| matches!(row.name, "herd-factor" | "rule")));
        rows.extend(self.looks());
        rows
    }

    /// Which config file was read, in words.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.given.file
    }

    /// How it looks, which is all that matters over a recording.
    #[must_use]
    pub fn looks(&self) -> Vec<Setting> {
        let of = |name, value| self.row("SCREEN", name, value);
        let color = match self.color {
            ColorChoice::Auto => "auto",
            ColorChoice::Ansi16 => "16",
            ColorChoice::Ansi256 => "256",
            ColorChoice::Truecolor => "truecolor",
            ColorChoice::Never => "never",
        };
        let marker = match self.marker {
            Some(Marker::Block) => "block",
            Some(Marker::Braille) => "braille",
            Some(Marker::Ascii) => "ascii",
            None if self.ascii => "ascii",
            None => "by terminal",
        };
        let keys = self.keys.own();
        vec![
            of("theme", self.theme.clone().unwrap_or_else(|| "by terminal".to_owned())),
            of("color", color.to_owned()),
            of("marker", marker.to_owned()),
            of("keys", if keys.is_empty() { "as in the help".to_owned() } else { keys.join("  ") }),
            of("no-mouse", yes(!self.mouse)),
        ]
    }

    fn watched(&self) -> Vec<Setting> {
        let of = |name, value| self.row("WATCH", name, value);
        let named = ["pid", "process"].into_iter().find(|name| self.from(name) != DEFAULT);
        let netns = match &self.netns {
            NetNs::Own => "own".to_owned(),
            NetNs::OfPid(pid) => format!("of pid {pid}"),
            NetNs::Path(path) => path.to_string_lossy().into_owned(),
        };
        let capacity = self.capacity.iter().map(|c| match c.port {
            Some(port) => format!("{port}={}", c.limit),
            None => c.limit.to_string(),
        });
        vec![
            of(named.unwrap_or("port"), self.watching()),
            of("netns", netns),
            of("capacity", list(capacity, "none: the limits of process and host alone")),
            of("interval", fmt::period(self.interval)),
            of("max-cpu", fmt::percent_fine(self.walk_share)),
            of("exact", yes(self.exact)),
            of("sockets", if self.procfs_only { "procfs" } else { "auto" }.to_owned()),
        ]
    }

    fn judged(&self) -> Vec<Setting> {
        let of = |name, value| self.row("ALERTS", name, value);
        let levels = &self.thresholds;
        let hook = self.telling.hook.as_ref();
        vec![
            of("warn", fmt::percent_fine(levels.warn)),
            of("crit", fmt::percent_fine(levels.crit)),
            of("herd-factor", format!("{} times the usual", levels.herd_factor)),
            of("lag-warn", fmt::period(levels.lag_warn)),
            of("rule", list(self.given.rules.iter(), "as 'herdtop check --list-rules' says")),
            // Its arguments may hold a secret.
            of("on-alert", hook.map_or_else(|| "nothing is run".to_owned(), super::Hook::name)),
            of("bell", yes(self.telling.bell)),
            of("notify", yes(self.telling.notify)),
        ]
    }

    fn probed(&self) -> Vec<Setting> {
        let of = |name, value| self.row("PROBES", name, value);
        let Some(plan) = self.plan() else {
            return vec![of("url", "none: nothing is probed".to_owned())];
        };
        let how = &plan.manner;
        let headers = how.headers.iter().map(|(name, _)| format!("{name}: ..."));
        let roots = how.tls.roots.as_ref().map(|path| path.to_string_lossy());
        vec![
            of("url", list(plan.targets.iter().map(Address::shown), "none")),
            of("probe-every", fmt::period(how.every)),
            of("dwell", fmt::period(how.dwell)),
            of("timeout", fmt::period(how.timeout)),
            of("held", if how.holds { "1" } else { "0" }.to_owned()),
            of("header", list(headers, "none")),
            of("subprotocol", list(how.subprotocols.iter(), "none")),
            of("require-extension", list(how.required_extension.iter(), "none")),
            of("insecure", yes(how.tls.insecure)),
            of("cacert", list(roots.iter(), "the system's")),
        ]
    }

    fn kept(&self) -> Vec<Setting> {
        let of = |name, value| self.row("KEPT AND READ", name, value);
        let record = self.record.as_ref().map(|(path, _)| path.to_string_lossy());
        let metrics = self.metrics.as_ref().map(|(endpoint, _)| endpoint.shown());
        let mut rows = vec![
            of("record", list(record.iter(), "nothing is kept")),
            of("metrics-url", list(metrics.iter(), "none")),
            of("log", listed(&self.logs)),
        ];
        if !self.logs.is_empty() {
            rows.extend(self.understood("KEPT AND READ"));
        }
        rows
    }

    /// How the lines of a log are understood.
    fn understood(&self, group: &'static str) -> Vec<Setting> {
        let LogArgs { log_open, log_close, log_error, log_time, log_format, trusted_proxy } =
            &self.given.lines;
        let mut rows: Vec<Setting> = [
            ("log-open", log_open, "as usual servers write it"),
            ("log-close", log_close, "as usual servers write it"),
            ("log-error", log_error, "ERROR|Exception|Traceback|panic"),
            ("log-time", log_time, "recognised"),
            ("log-format", log_format, "auto"),
        ]
        .map(|(name, given, usual)| self.row(group, name, given.as_deref().unwrap_or(usual)))
        .into();
        rows.push(self.row(
            group,
            "trusted-proxy",
            list(trusted_proxy.iter(), "private ones only"),
        ));
        rows
    }

    fn row(&self, group: &'static str, name: &'static str, value: impl AsRef<str>) -> Setting {
        Setting { group, name, value: text::clean(value.as_ref(), LONGEST), from: self.from(name) }
    }

    /// Flag over variable over config file over default.
    fn from(&self, name: &str) -> String {
        // Two options for one thing.
        let also = (name == "marker" && self.marker.is_none()).then_some("ascii");
        let given = |name| self.given.origins.get(name);
        match also.and_then(given).or_else(|| given(name)) {
            Some(Origin::Flag) => "flag".to_owned(),
            Some(Origin::Variable(name)) => name.clone(),
            None if self.given.in_file.contains(also.unwrap_or(name)) => "config file".to_owned(),
            None if self.given.by_demo.contains(&name) => "demo".to_owned(),
            None => DEFAULT.to_owned(),
        }
    }
}

fn yes(on: bool) -> String {
    if on { "yes" } else { "no" }.to_owned()
}

fn list<T: Display>(all: impl Iterator<Item = T>, none: &str) -> String {
    let all: Vec<String> = all.map(|one| one.to_string()).collect();
    if all.is_empty() { none.to_owned() } else { all.join(", ") }
}

fn listed(files: &[PathBuf]) -> String {
    list(files.iter().map(|path| Path::to_string_lossy(path)), "none")
}
