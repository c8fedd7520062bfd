//! What was typed. One file per command; nothing is interpreted here but the
//! form of each value. `config` says what it means.

mod alerting;
mod application;
mod check;
mod demo;
mod explain;
mod exporter;
mod fleet;
mod group;
mod handoff;
mod help;
mod hook;
mod live;
mod logs;
mod look;
mod moment;
mod notify;
mod order;
mod origins;
mod probe;
mod replay;
mod report;
pub(crate) mod request;
mod serve;
mod stream;
mod themes;
pub(crate) mod value;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

pub use alerting::AlertingArgs;
pub use application::ApplicationArgs;
pub use check::CheckArgs;
pub use demo::{DemoArgs, DemoServerArgs};
pub use explain::ExplainArgs;
pub use exporter::ExporterArgs;
pub use fleet::{FleetArgs, PrometheusArgs};
pub use group::Group;
pub use handoff::HandoffArgs;
pub use help::examples;
pub use hook::RunHookArgs;
pub use live::LiveArgs;
pub use logs::{FollowArgs, LogArgs, LogsArgs};
pub use look::{ColorChoice, LookArgs, Marker, SyncChoice};
pub use moment::MomentArg;
pub use notify::NotifyArgs;
pub use origins::{Origin, Origins};
pub use probe::ProbeArgs;
pub use replay::ReplayArgs;
pub use report::{ReportArgs, ReportFormat};
pub use request::{HeaderArg, ResolveArg};
pub use serve::ServeArgs;
pub use stream::StreamArgs;
pub use themes::ThemesArgs;
pub use value::{CapacityArg, CommandArg, ShareArg};

use crate::text;

/// The command line.
#[derive(Debug, Parser)]
#[command(
    name = "herdtop",
    version,
    about = "A top for thundering herds: live WebSocket connections, rates, capacity and reconnect herds of this host",
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true
)]
pub struct Cli {
    /// Options of the live screen.
    #[command(flatten)]
    pub live: LiveArgs,
    /// What to do instead of the live screen.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Measure for a few seconds, print one verdict, exit 0, 1, 2 or 3
    Check(CheckArgs),
    /// Print one JSON status per interval
    Stream(StreamArgs),
    /// No screen: metrics for Prometheus on 127.0.0.1:10013, or on --listen
    Serve(ServeArgs),
    /// Every host that serves herdtop metrics to a Prometheus, worst first
    Fleet(FleetArgs),
    /// The screens over a recording made with --record
    Replay(ReplayArgs),
    /// The incident report of a recording: what happened when, ready to paste
    Report(ReportArgs),
    /// What to tell whoever takes over, in twelve lines: of now, or of a recording FILE
    Handoff(HandoffArgs),
    /// Connects per second, herds and close codes from an application's log
    Logs(LogsArgs),
    /// What a close code or HTTP status means and what to do; two codes: compared
    Explain(ExplainArgs),
    /// A real server and a real herd on loopback, and the screen over them
    Demo(DemoArgs),
    /// What this host and user allow, what is missing, how to get it
    Doctor {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// The themes there are, or one of them, to be saved and edited
    Themes(ThemesArgs),
    /// Give a terminal back that herdtop was killed on: line mode, screen, mouse, cursor, colours
    Reset,
    /// Completions for a shell, on standard output
    Completions {
        /// bash, elvish, fish, powershell or zsh
        #[arg(value_name = "SHELL", hide_possible_values = true)]
        shell: clap_complete::Shell,
    },
    /// The manual page, as roff on standard output: herdtop man | man -l -
    Man,
    /// The server half of the demo, in a process of its own
    #[command(hide = true, name = "demo-server")]
    DemoServer(DemoServerArgs),
    /// Becomes a program of --on-alert
    #[command(hide = true, name = "run-hook")]
    RunHook(RunHookArgs),
}

/// What an option is called wherever it is not typed: by its long name, and a
/// target, which has none, by `url`.
#[must_use]
pub fn name(option: &clap::Arg) -> &str {
    option.get_long().unwrap_or(option.get_id().as_str())
}

/// The command line as it is parsed, for what is written from it.
#[must_use]
pub fn command() -> clap::Command {
    own_server(help::in_groups(Cli::command()))
}

/// The command line, or the exit code after its one line of complaint.
///
/// # Errors
/// The text to print and whether it is a complaint (else help or version).
pub fn parse(args: impl IntoIterator<Item = std::ffi::OsString>) -> Result<Cli, Complaint> {
    let command = command();
    let args = order::command_first(&command, args.into_iter().collect());
    let args = args.map_err(Complaint::Wrong)?;
    let parsed = command.clone().try_get_matches_from(&args).and_then(|matches| {
        let mut cli = Cli::from_arg_matches(&matches)?;
        let origins = Origins::of(&command, &matches);
        match &mut cli.command {
            None => cli.live.origins = origins,
            Some(Command::Check(check)) => check.live.origins = origins,
            Some(Command::Stream(stream)) => stream.live.origins = origins,
            Some(Command::Serve(serve)) => serve.live.origins = origins,
            Some(Command::Handoff(handoff)) => handoff.live.origins = origins,
            Some(Command::Fleet(fleet)) => fleet.origins = origins,
            Some(Command::Demo(demo)) => demo.live.origins = origins,
            Some(Command::Replay(replay)) => replay.origins = origins,
            Some(Command::Logs(logs)) => logs.origins = origins,
            // They read no settings.
            Some(_) => {}
        }
        Ok(cli)
    });
    let parsed = parsed.map_err(|error| {
        let short = args.iter().all(|word| word != "--help");
        if error.kind() == ErrorKind::DisplayHelp && short {
            Complaint::Asked(
                short_help(command.clone(), &args).unwrap_or(error).render().to_string(),
            )
        } else if error.use_stderr() {
            Complaint::Wrong(one_line(&rendered(&error)))
        } else {
            Complaint::Asked(error.render().to_string())
        }
    })?;
    let stray = parsed.live.probe.url.iter().find(|url| !url.contains("://"));
    match stray {
        Some(word) => Err(Complaint::Wrong(no_command(word))),
        None => Ok(parsed),
    }
}

/// The short page, which `-h` asks for.
fn short_help(command: clap::Command, args: &[std::ffi::OsString]) -> Option<clap::Error> {
    help::short(command).try_get_matches_from(args).err()
}

/// A word where a command or a URL may stand, and which is neither.
fn no_command(word: &str) -> String {
    /// Below this the likeness is chance.
    const ALIKE: f64 = 0.7;
    let shown = text::clean(&request::without_secrets(word), 40);
    let command = Cli::command();
    let names = command.get_subcommands().filter(|c| !c.is_hide_set()).map(clap::Command::get_name);
    let likeness = |name: &&str| strsim::jaro_winkler(name, word);
    let best = names.max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    match best.filter(|name| likeness(name) > ALIKE) {
        Some(name) if name == word => {
            format!("'{shown}' stands where a URL such as ws://host:8080/path may stand")
        }
        Some(name) => format!("'{shown}' is no command: did you mean '{name}'?"),
        None => format!("'{shown}' is neither a command nor a URL such as ws://host:8080/path"),
    }
}

/// The demo watches its own server: what else could be watched is not offered.
fn own_server(command: clap::Command) -> clap::Command {
    let hide = |demo: clap::Command, name| demo.mut_arg(name, |arg| arg.hide(true));
    let watched = ["port", "pid", "process", "netns", "url"];
    command.mut_subcommand("demo", |demo| watched.into_iter().fold(demo, hide))
}

/// Why there is no command line to run.
#[derive(Debug, PartialEq, Eq)]
pub enum Complaint {
    /// Help or version was asked for: this is the text.
    Asked(String),
    /// The command line is wrong: one line that says what and how to fix it.
    Wrong(String),
}

/// Options whose value is never quoted: a header that is no header may be a token
/// without its name, and a command or a subprotocol may hold one.
pub(crate) const SECRET: [&str; 7] =
    ["alertmanager", "header", "metrics-url", "on-alert", "prometheus", "send", "subprotocol"];

/// Whether the value of an option may be a secret.
#[must_use]
pub fn is_secret(name: &str) -> bool {
    SECRET.contains(&name)
}

/// What clap says, without a secret.
fn rendered(error: &clap::Error) -> String {
    use std::error::Error;
    match (error.get(ContextKind::InvalidArg), error.source()) {
        (Some(ContextValue::String(arg)), Some(why))
            if SECRET.iter().any(|name| arg.starts_with(&format!("--{name} "))) =>
        {
            format!("wrong value for '{arg}': {why}")
        }
        _ => error.render().to_string(),
    }
}

/// clap's paragraphs as one line: what is wrong, then its tips.
fn one_line(rendered: &str) -> String {
    let useful = |line: &&str| {
        !(line.is_empty() || line.starts_with("Usage:") || line.starts_with("For more information"))
    };
    let lines: Vec<&str> = rendered.lines().map(str::trim).filter(useful).collect();
    let text = lines.join("; ").replace(":; ", ": ");
    text.strip_prefix("error: ").unwrap_or(&text).to_owned()
}
