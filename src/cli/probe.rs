//! Options of the probes.

use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgAction, Args};
use regex::Regex;

use super::group::Group;
use super::request::{self, HeaderArg, ResolveArg};
use super::value;
use crate::close::CloseCode;

/// Where to connect, and how. Absent = environment, config file, default.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own on the command line")]
#[derive(Debug, Clone, Default, Args)]
pub struct ProbeArgs {
    #[expect(clippy::doc_markdown, reason = "the text of --help")]
    /// WebSocket targets to watch by connecting to them: ws://, wss://, http(s)://; a password in one shows in ps: set HERDTOP_URL instead
    #[arg(value_name = "URL", env = "HERDTOP_URL", value_delimiter = ' ', help_heading = Group::Target.heading())]
    pub url: Vec<String>,
    /// Between two fresh attempts at a target; never more than 20 a minute [default: 5s]
    #[arg(long, value_name = "DURATION", env = "HERDTOP_PROBE_EVERY", value_parser = value::probe_every, help_heading = Group::Probes.heading())]
    pub probe_every: Option<Duration>,
    /// Connections to hold open and ping at each target: 0 or 1 [default: 1]
    #[arg(long, value_name = "0|1", env = "HERDTOP_HELD", value_parser = value::held, help_heading = Group::Probes.heading())]
    pub held: Option<bool>,
    /// An attempt counts as accepted once open for this long [default: 2s]
    #[arg(long, value_name = "DURATION", env = "HERDTOP_DWELL", value_parser = value::dwell, help_heading = Group::Probes.heading())]
    pub dwell: Option<Duration>,
    /// For each attempt up to its 101, and for an answer or a pong [default: 5s]
    #[arg(long, value_name = "DURATION", env = "HERDTOP_TIMEOUT", value_parser = value::timeout, help_heading = Group::Probes.heading())]
    pub timeout: Option<Duration>,
    /// Lag of the server's event loop that warns [default: 100ms]
    #[arg(long, value_name = "DURATION", env = "HERDTOP_LAG_WARN", value_parser = value::lag, help_heading = Group::Alerts.heading())]
    pub lag_warn: Option<Duration>,
    /// Request header 'Name: value'; '$VAR' for the value or all of it is taken from the environment, @FILE has one a line; what is typed shows in ps
    #[arg(short = 'H', long, value_name = "HEADER|@FILE|$VAR", env = "HERDTOP_HEADER", hide_env_values = true, value_delimiter = '\n', value_parser = request::header, help_heading = Group::Probes.heading())]
    pub header: Vec<HeaderArg>,
    #[expect(clippy::doc_markdown, reason = "the text of --help")]
    /// Offer this subprotocol; again or with commas for several; a token shows in ps: set HERDTOP_SUBPROTOCOL instead
    #[arg(short, long, value_name = "NAME", env = "HERDTOP_SUBPROTOCOL", value_delimiter = ',', value_parser = request::token, help_heading = Group::Probes.heading())]
    pub subprotocol: Vec<String>,
    /// The Origin header
    #[arg(short, long, value_name = "ORIGIN", env = "HERDTOP_ORIGIN", value_parser = request::header_value, help_heading = Group::Probes.heading())]
    pub origin: Option<String>,
    /// Take any certificate: expired, for another name, of nobody known
    #[arg(short = 'k', long, env = "HERDTOP_INSECURE", action = ArgAction::SetTrue, help_heading = Group::Probes.heading())]
    pub insecure: bool,
    /// Trust the certificates of this PEM file, at most 1 MB, instead of the system's
    #[arg(long, value_name = "FILE", env = "HERDTOP_CACERT", help_heading = Group::Probes.heading())]
    pub cacert: Option<PathBuf>,
    /// Offer this extension, and close with 1010 where the answer lacks it
    #[arg(long, value_name = "NAME", env = "HERDTOP_REQUIRE_EXTENSION", value_parser = request::header_value, help_heading = Group::Probes.heading())]
    pub require_extension: Option<String>,
    /// Send this text, which shows in ps, or the file's, once connected
    #[arg(long, value_name = "TEXT|@FILE", env = "HERDTOP_SEND", hide_env_values = true, help_heading = Group::Probes.heading())]
    pub send: Option<String>,
    /// What the first message has to match, inflated where it came compressed
    #[arg(long, value_name = "REGEX", env = "HERDTOP_EXPECT", value_parser = request::regex, help_heading = Group::Probes.heading())]
    pub expect: Option<Regex>,
    /// Use this address for that host and port
    #[arg(long, value_name = "HOST:PORT:ADDR", env = "HERDTOP_RESOLVE", value_delimiter = ',', value_parser = request::resolve, help_heading = Group::Probes.heading())]
    pub resolve: Vec<ResolveArg>,
    /// Every address of a name is a row of its own
    #[arg(long, env = "HERDTOP_EACH_ADDRESS", action = ArgAction::SetTrue, help_heading = Group::Probes.heading())]
    pub each_address: bool,
    /// Connect over IPv4 only
    #[arg(short = '4', long, env = "HERDTOP_IPV4", action = ArgAction::SetTrue, conflicts_with = "ipv6", help_heading = Group::Probes.heading())]
    pub ipv4: bool,
    /// Connect over IPv6 only
    #[arg(short = '6', long, env = "HERDTOP_IPV6", action = ArgAction::SetTrue, help_heading = Group::Probes.heading())]
    pub ipv6: bool,
    /// Name a close code of your application: 4408="auth timeout"
    #[arg(long, value_name = "N=NAME", env = "HERDTOP_CODE", value_delimiter = ',', value_parser = value::code, help_heading = Group::Probes.heading())]
    pub code: Vec<(CloseCode, String)>,
}
