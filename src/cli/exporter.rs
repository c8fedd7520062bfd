//! Options of what is served over HTTP.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use super::group::Group;
use super::value;

/// Where metrics are served, and to whom.
#[derive(Debug, Clone, Default, Args)]
pub struct ExporterArgs {
    /// Serve metrics for Prometheus on this address [herdtop serve: 127.0.0.1:10013]
    #[arg(long, value_name = "ADDR:PORT", env = "HERDTOP_LISTEN", value_parser = value::listen, help_heading = Group::Serve.heading())]
    pub listen: Option<SocketAddr>,
    /// A name that --listen may be asked under, beside addresses, localhost and the host's own
    #[arg(long, value_name = "NAME", env = "HERDTOP_LISTEN_NAME", value_delimiter = ',', help_heading = Group::Serve.heading())]
    pub listen_name: Vec<String>,
    /// Certificate for --listen, as PEM with its chain: HTTPS alone is served
    #[arg(long, value_name = "FILE", env = "HERDTOP_LISTEN_CERT", help_heading = Group::Serve.heading())]
    pub listen_cert: Option<PathBuf>,
    /// Private key of --listen-cert, as PEM
    #[arg(long, value_name = "FILE", env = "HERDTOP_LISTEN_KEY", help_heading = Group::Serve.heading())]
    pub listen_key: Option<PathBuf>,
    /// Who reads has to send the bearer token of this file, its first line
    #[arg(long, value_name = "FILE", env = "HERDTOP_LISTEN_TOKEN", help_heading = Group::Serve.heading())]
    pub listen_token: Option<PathBuf>,
    /// Who reads has to be a user of this file: name:hash lines of 'htpasswd -B'
    #[arg(long, value_name = "FILE", env = "HERDTOP_LISTEN_USERS", help_heading = Group::Serve.heading())]
    pub listen_users: Option<PathBuf>,
}
