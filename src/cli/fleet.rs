//! `herdtop fleet`, and where the metrics of many hosts are asked for.

use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgAction, Args};

use super::alerting::AlertingArgs;
use super::group::Group;
use super::look::LookArgs;
use super::origins::Origins;
use super::value;

/// A server that speaks Prometheus' query API, and how it is asked.
#[derive(Debug, Clone, Default, Args)]
pub struct PrometheusArgs {
    /// Judge every host that serves herdtop metrics to this Prometheus, or to what speaks its API
    #[arg(long, value_name = "URL", env = "HERDTOP_PROMETHEUS", hide_env_values = true, help_heading = Group::Target.heading())]
    pub prometheus: Option<String>,
    /// Send it the bearer token of this file, its first line
    #[arg(long, value_name = "FILE", env = "HERDTOP_PROMETHEUS_TOKEN", conflicts_with = "prometheus_user", help_heading = Group::Target.heading())]
    pub prometheus_token: Option<PathBuf>,
    /// Send it 'user:password' of this file, its first line
    #[arg(long, value_name = "FILE", env = "HERDTOP_PROMETHEUS_USER", help_heading = Group::Target.heading())]
    pub prometheus_user: Option<PathBuf>,
    /// Only hosts with these labels, such as 'job="edge",zone=~"eu-.*"'
    #[arg(long, value_name = "MATCHERS", env = "HERDTOP_MATCH", help_heading = Group::Target.heading())]
    pub r#match: Option<String>,
}

/// Many hosts on one screen.
#[derive(Debug, Args)]
pub struct FleetArgs {
    /// Where their metrics are.
    #[command(flatten)]
    pub prometheus: PrometheusArgs,
    /// What is printed for it and for Grafana instead.
    #[command(flatten)]
    pub alerting: AlertingArgs,
    /// Take any certificate: expired, for another name, of nobody known
    #[arg(short = 'k', long, env = "HERDTOP_INSECURE", action = ArgAction::SetTrue, help_heading = Group::Target.heading())]
    pub insecure: bool,
    /// Trust the certificates of this PEM file, at most 1 MB, instead of the system's
    #[arg(long, value_name = "FILE", env = "HERDTOP_CACERT", help_heading = Group::Target.heading())]
    pub cacert: Option<PathBuf>,
    /// How often to ask: 5s, 1m; a bare number is seconds
    #[arg(short, long, value_name = "DURATION", default_value = "5s", env = "HERDTOP_FLEET_INTERVAL", value_parser = value::interval, help_heading = Group::Target.heading())]
    pub interval: Duration,
    /// No screen: a line each time
    #[arg(long)]
    pub no_screen: bool,
    /// How it looks.
    #[command(flatten)]
    pub look: LookArgs,
    /// Which of these were given, and where.
    #[arg(skip)]
    pub origins: Origins,
}
