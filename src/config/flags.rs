//! The table of flags: what is known of one beyond its form on the command line.
//!
//! `cli` says how a flag is written, parsed and explained, which the help, the
//! manual page, the environment, the config file and the README's table are made
//! of. A row here says whether the config file may set it, and what the settings
//! screen shows of it. A flag of the screen without a row does not pass the tests.

use std::sync::LazyLock;

use clap::{Arg, Args, Command};

use super::Settings;
use super::in_force::{
    AS_WRITTEN, capacity, color, given, headers, line, list, listed, marker, named, names, netns,
    on, probed, synchronized, targets, yes,
};
use crate::cli::{self, Group, LiveArgs};
use crate::fmt;
use crate::source::probe::Plan;
use crate::source::prometheus::ApiServer;
use crate::text::tokens;

/// How each is written; building it takes longer than all else of a settings row.
static WRITTEN: LazyLock<Command> =
    LazyLock::new(|| LiveArgs::augment_args(Command::new("settings")));

/// The one key of the config file that is no flag.
pub(super) const KEYS: &str = "keys";

/// A row of the table.
pub(super) struct Flag {
    /// Its long name; that of a target is `url`.
    pub(super) name: &'static str,
    /// Whether the config file may set it: what is a setting, and not of one run.
    pub(super) in_file: bool,
    /// What is in force, never a secret; none where it matters to nobody.
    pub(super) value: ShownValue,
}

type ShownValue = fn(&Settings) -> Option<String>;

/// Of one run: the config file cannot set it.
const fn once(name: &'static str, value: ShownValue) -> Flag {
    Flag { name, in_file: false, value }
}

/// A setting: the config file has a key for it.
const fn lasting(name: &'static str, value: ShownValue) -> Flag {
    Flag { name, in_file: true, value }
}

impl Flag {
    /// The heading it stands under, as in the help.
    pub(super) fn group(&self) -> Group {
        option(self.name).and_then(Group::of).unwrap_or(Group::Look)
    }
}

/// Every flag of the screen, as the settings are listed.
pub(super) const FLAGS: &[Flag] = &[
    once("port", |s| named(s, "port")),
    once("pid", |s| named(s, "pid")),
    once("process", |s| named(s, "process")),
    once("netns", |s| Some(netns(&s.netns))),
    lasting("url", |s| Some(targets(s))),
    lasting("interval", |s| Some(fmt::period(s.interval))),
    lasting("max-cpu", |s| Some(fmt::percent_fine(s.walk_share))),
    lasting("exact", |s| Some(yes(s.exact))),
    lasting("ping-period", |s| {
        Some(s.ping_period.map_or_else(|| "seen in the data".to_owned(), fmt::period))
    }),
    once("sockets", |s| Some(if s.procfs_only { "procfs" } else { "auto" }.to_owned())),
    lasting("metrics-url", |s| {
        let shown = s.metrics.as_ref().map(|(endpoint, _)| endpoint.shown());
        Some(list(shown.iter(), "none"))
    }),
    lasting("metric-connections", |s| given(s.args().application.metric_connections.iter())),
    lasting("capacity", |s| Some(capacity(s))),
    lasting("warn", |s| Some(fmt::percent_fine(s.thresholds.warn))),
    lasting("crit", |s| Some(fmt::percent_fine(s.thresholds.crit))),
    lasting("herd-factor", |s| Some(format!("{} times the baseline", s.thresholds.herd_factor))),
    lasting("lag-warn", |s| Some(fmt::period(s.thresholds.lag_warn))),
    lasting("rule", |s| Some(list(s.args().rule.iter(), "as 'herdtop check --list-rules' says"))),
    // Its arguments may hold a secret.
    lasting("on-alert", |s| {
        let hook = s.notifications.hook.as_ref();
        Some(hook.map_or_else(|| "nothing is run".to_owned(), super::Hook::name))
    }),
    lasting("on-alert-timeout", |s| {
        s.notifications.hook.as_ref().map(|hook| fmt::period(hook.timeout))
    }),
    lasting("alertmanager", |s| s.notifications.alertmanager.as_ref().map(ApiServer::shown)),
    lasting("alertmanager-token", |s| {
        given(s.args().notifications.alertmanager_token.iter().map(|p| p.display()))
    }),
    lasting("bell", |s| Some(yes(s.notifications.bell))),
    lasting("notify", |s| Some(yes(s.notifications.notify))),
    once("listen", |s| {
        Some(s.exporter.address.map_or_else(|| "nothing".to_owned(), |at| at.to_string()))
    }),
    lasting("listen-name", |s| given(s.exporter.names.iter())),
    lasting("listen-cert", |s| given(s.args().exporter.listen_cert.iter().map(|p| p.display()))),
    lasting("listen-key", |s| given(s.args().exporter.listen_key.iter().map(|p| p.display()))),
    lasting("listen-token", |s| given(s.args().exporter.listen_token.iter().map(|p| p.display()))),
    lasting("listen-users", |s| given(s.args().exporter.listen_users.iter().map(|p| p.display()))),
    lasting("probe-every", |s| probed(s, |plan| fmt::period(plan.options.every))),
    lasting("dwell", |s| probed(s, |plan| fmt::period(plan.options.dwell))),
    lasting("timeout", |s| probed(s, |plan| fmt::period(plan.options.timeout))),
    lasting("held", |s| probed(s, |plan| u8::from(plan.options.holds).to_string())),
    lasting("header", |s| probed(s, headers)),
    lasting("subprotocol", |s| {
        probed(s, |plan| {
            list(plan.options.subprotocols.iter().map(|name| tokens::hide(name)), "none")
        })
    }),
    lasting("origin", |s| given(s.args().probe.origin.iter())),
    once("require-extension", |s| {
        probed(s, |plan| list(plan.options.required_extension.iter(), "none"))
    }),
    // What is sent may be a secret.
    once("send", |s| s.args().probe.send.as_ref().map(|_| "...".to_owned())),
    once("expect", |s| given(s.args().probe.expect.iter())),
    lasting("insecure", |s| probed(s, |plan| yes(plan.options.tls.insecure))),
    lasting("cacert", |s| {
        let roots = |plan: &Plan| plan.options.tls.roots.clone();
        probed(s, |plan| list(roots(plan).iter().map(|path| path.display()), "the system's"))
    }),
    lasting("resolve", |s| {
        given(
            s.args()
                .probe
                .resolve
                .iter()
                .map(|one| format!("{}:{}:{}", one.host, one.port, one.address)),
        )
    }),
    lasting("each-address", |s| on(s, |args| args.probe.each_address)),
    once("ipv4", |s| on(s, |args| args.probe.ipv4)),
    once("ipv6", |s| on(s, |args| args.probe.ipv6)),
    lasting("code", |s| given(names(s))),
    lasting("log", |s| Some(listed(&s.logs))),
    lasting("log-open", |s| Some(line(s.args().log.lines.log_open.as_ref(), AS_WRITTEN))),
    lasting("log-close", |s| Some(line(s.args().log.lines.log_close.as_ref(), AS_WRITTEN))),
    lasting("log-error", |s| {
        Some(line(s.args().log.lines.log_error.as_ref(), "ERROR|Exception|Traceback|panic"))
    }),
    lasting("log-time", |s| Some(line(s.args().log.lines.log_time.as_ref(), "recognised"))),
    lasting("log-format", |s| Some(line(s.args().log.lines.log_format.as_ref(), "auto"))),
    lasting("trusted-proxy", |s| {
        Some(list(s.args().log.lines.trusted_proxy.iter(), "private ones only"))
    }),
    once("record", |s| {
        let file = s.record.as_ref().map(|(path, _)| path.to_string_lossy());
        Some(list(file.iter(), "nothing is kept"))
    }),
    lasting("record-max", |s| s.args().record_max.map(fmt::bytes)),
    lasting("redact", |s| Some(yes(s.redact))),
    lasting("theme", |s| Some(s.theme.clone().unwrap_or_else(|| "by terminal".to_owned()))),
    lasting("color", |s| Some(color(s.color).to_owned())),
    lasting("marker", |s| Some(marker(s).to_owned())),
    // One thing with the marker.
    lasting("ascii", |_| None),
    lasting(KEYS, |s| {
        let keys = s.keys.own();
        Some(if keys.is_empty() { "as in the help".to_owned() } else { keys.join("  ") })
    }),
    lasting("sync", |s| s.args().look.sync.map(|sync| synchronized(sync).to_owned())),
    // With it there is no screen to show it.
    lasting("plain", |_| None),
    lasting("runbook-url", |s| {
        let shown = s.runbook_url.as_deref();
        Some(shown.map_or_else(|| "no links".to_owned(), str::to_owned))
    }),
    lasting("tz", |s| Some(s.args().look.tz.clone().unwrap_or_else(|| "local".to_owned()))),
    lasting("no-mouse", |s| Some(yes(!s.mouse))),
    lasting("no-summary", |s| Some(yes(!s.summary))),
    // The screen names the file below its rows.
    once("config", |_| None),
];

/// The keys of the config file, in the order of the table.
pub(super) fn in_file() -> impl Iterator<Item = &'static str> {
    FLAGS.iter().filter(|flag| flag.in_file).map(|flag| flag.name)
}

/// How the flag of that name is written on the command line.
pub(super) fn option(name: &str) -> Option<&'static Arg> {
    WRITTEN.get_arguments().find(|arg| cli::name(arg) == name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn options() -> Vec<Arg> {
        let command = LiveArgs::augment_args(Command::new("screen"));
        command.get_arguments().cloned().collect()
    }

    #[test]
    fn every_flag_of_the_screen_has_a_row_and_every_row_a_flag() {
        let options = options();
        let bare: Vec<_> = options.iter().filter(|option| Group::of(option).is_none()).collect();
        assert!(bare.is_empty(), "stand under no heading: {bare:?}");
        let options: BTreeSet<&str> = options.iter().map(cli::name).chain([KEYS]).collect();
        let rows: BTreeSet<&str> = FLAGS.iter().map(|flag| flag.name).collect();
        assert_eq!(options, rows);
        assert_eq!(rows.len(), FLAGS.len(), "each once");
        assert!(FLAGS.is_sorted_by_key(Flag::group), "those of a heading stand together");
    }

    #[test]
    fn every_flag_has_a_variable_of_its_name() {
        for option in options() {
            let name = cli::name(&option).to_uppercase().replace('-', "_");
            let env = option.get_env().and_then(|env| env.to_str());
            assert_eq!(env, Some(format!("HERDTOP_{name}").as_str()));
        }
    }

    /// The help says what a flag is without being given. Where that is a value, giving
    /// it has to change nothing.
    #[test]
    fn a_default_in_the_help_is_the_one_in_force() {
        let shown = |words: &[String]| {
            let words = ["herdtop".to_owned()].into_iter().chain(words.iter().cloned());
            let cli = cli::parse(words.map(Into::into)).ok()?;
            let settings = Settings::resolve(cli.live).ok()?;
            Some(settings)
        };
        let value = |settings: &Settings, flag: &Flag| (flag.value)(settings);
        let probes = "ws://127.0.0.1:9/".to_owned();
        let usual = shown(std::slice::from_ref(&probes)).expect("no flag at all");
        let mut checked = Vec::new();
        for option in options() {
            let help = option.get_help().map(ToString::to_string).unwrap_or_default();
            let Some((_, default)) = help.split_once("[default: ") else { continue };
            let name = cli::name(&option);
            let flag = FLAGS.iter().find(|flag| flag.name == name).expect("a row");
            let typed = format!("--{name}={}", default.trim_end_matches(']'));
            if let Some(settings) = shown(&[probes.clone(), typed])
                && let Some(in_force) = value(&usual, flag)
            {
                assert_eq!(value(&settings, flag), Some(in_force), "--{name}");
                checked.push(name.to_owned());
            }
        }
        for name in ["interval", "warn", "crit", "herd-factor", "max-cpu", "dwell", "timeout"] {
            assert!(checked.iter().any(|c| c == name), "{name}: {checked:?}");
        }
    }
}
