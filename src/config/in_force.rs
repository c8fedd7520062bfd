//! How what is in force is written on the settings screen: never a secret.

use std::fmt::Display;
use std::path::{Path, PathBuf};

use super::Settings;
use super::given::origin_of;
use crate::cli::{ColorChoice, LiveArgs, Marker, SyncChoice};
use crate::source::host::NetNs;
use crate::source::probe::{Address, Plan};

/// The patterns a log is read with when none is given.
pub(super) const AS_WRITTEN: &str = "as usual servers write it";

/// Port, pid and process name one thing: the row of the one that was given.
pub(super) fn named(s: &Settings, name: &str) -> Option<String> {
    let given = ["pid", "process"].into_iter().find(|name| origin_of(s, name).is_some());
    (given.unwrap_or("port") == name).then(|| s.watching())
}

pub(super) fn netns(netns: &NetNs) -> String {
    match netns {
        NetNs::Own => "own".to_owned(),
        NetNs::All => "all".to_owned(),
        NetNs::OfPid(pid) => format!("of pid {pid}"),
        NetNs::Path(path) => path.to_string_lossy().into_owned(),
    }
}

pub(super) fn capacity(s: &Settings) -> String {
    let each = s.capacity.iter().map(|c| match (c.address, c.port) {
        (Some(address), _) => format!("{address}={}", c.limit),
        (None, Some(port)) => format!("{port}={}", c.limit),
        (None, None) => c.limit.to_string(),
    });
    list(each, "none: the limits of process and host alone")
}

/// A figure of the probes; none where nothing is probed.
pub(super) fn probed(s: &Settings, of: impl Fn(&Plan) -> String) -> Option<String> {
    s.plan().map(of)
}

pub(super) fn targets(s: &Settings) -> String {
    let shown = |plan: &Plan| list(plan.targets.iter().map(Address::shown), "none");
    s.plan().map_or_else(|| "none: nothing is probed".to_owned(), shown)
}

pub(super) fn headers(plan: &Plan) -> String {
    list(plan.options.headers.iter().map(|(name, _)| format!("{name}: ...")), "none")
}

/// A switch that is told of where it is on.
pub(super) fn on(s: &Settings, switch: impl Fn(&LiveArgs) -> bool) -> Option<String> {
    switch(s.args()).then(|| yes(true))
}

/// The user's own names of close codes.
pub(super) fn names(s: &Settings) -> impl Iterator<Item = String> {
    s.names.iter().map(|(code, name)| format!("{}={name}", code.0))
}

pub(super) const fn color(color: ColorChoice) -> &'static str {
    match color {
        ColorChoice::Auto => "auto",
        ColorChoice::Ansi16 => "16",
        ColorChoice::Ansi256 => "256",
        ColorChoice::Truecolor => "truecolor",
        ColorChoice::Never => "never",
    }
}

pub(super) const fn marker(s: &Settings) -> &'static str {
    match s.marker {
        Some(Marker::Block) => "block",
        Some(Marker::Braille) => "braille",
        Some(Marker::Ascii) => "ascii",
        None if s.ascii => "ascii",
        None => "by terminal",
    }
}

pub(super) const fn synchronized(sync: SyncChoice) -> &'static str {
    match sync {
        SyncChoice::Auto => "auto",
        SyncChoice::On => "on",
        SyncChoice::Off => "off",
    }
}

/// How lines of a log are understood.
pub(super) fn line(given: Option<&String>, usual: &str) -> String {
    given.map_or(usual, String::as_str).to_owned()
}

pub(super) fn yes(on: bool) -> String {
    if on { "yes" } else { "no" }.to_owned()
}

pub(super) fn list<T: Display>(all: impl Iterator<Item = T>, none: &str) -> String {
    given(all).unwrap_or_else(|| none.to_owned())
}

/// What is only told of where somebody gave it.
pub(super) fn given<T: Display>(all: impl Iterator<Item = T>) -> Option<String> {
    let all: Vec<String> = all.map(|one| one.to_string()).collect();
    (!all.is_empty()).then(|| all.join(", "))
}

pub(super) fn listed(files: &[PathBuf]) -> String {
    list(files.iter().map(|path| Path::to_string_lossy(path)), "none")
}
