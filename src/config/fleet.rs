//! Which metrics server is asked about which hosts, and how to be let in.

use std::path::PathBuf;

use super::{ConfigError, exporter, probes};
use crate::cli::PrometheusArgs;
use crate::fleet::Matchers;
use crate::source::probe::TlsPlan;
use crate::source::prometheus::{ApiServer, Credentials};
use crate::text;

/// A token is some hundred bytes; one with claims a few thousand.
const LARGEST: u64 = 64 << 10;

/// A metrics server and the hosts that are meant.
#[derive(Debug, Clone)]
pub struct FleetSettings {
    /// The server.
    pub server: ApiServer,
    /// Which hosts.
    pub matchers: Matchers,
}

impl FleetSettings {
    /// None where no server is named.
    ///
    /// # Errors
    /// One line: what is wrong, where, and how to fix it.
    pub fn resolve(
        args: &PrometheusArgs,
        insecure: bool,
        roots: Option<PathBuf>,
    ) -> Result<Option<Self>, ConfigError> {
        let Some(url) = &args.prometheus else {
            let beside = [
                ("--prometheus-token", args.prometheus_token.is_some()),
                ("--prometheus-user", args.prometheus_user.is_some()),
                ("--match", args.r#match.is_some()),
            ];
            let alone = beside.into_iter().find(|(_, given)| *given);
            return alone
                .map_or(Ok(None), |(flag, _)| Err(ConfigError::Alone(flag, "--prometheus")));
        };
        let read = |flag, path: &Option<PathBuf>| {
            path.as_deref().map(|path| exporter::read(flag, path, LARGEST)).transpose()
        };
        let token = read("--prometheus-token", &args.prometheus_token)?;
        let user = read("--prometheus-user", &args.prometheus_user)?;
        let credentials = match (&token, &user) {
            (Some(token), _) => Some(Credentials::Token(token)),
            (None, user) => user.as_deref().map(Credentials::User),
        };
        let tls = TlsPlan { insecure, roots };
        let server = ApiServer::parse(url, tls, credentials)
            .map_err(|why| ConfigError::Prometheus { url: probes::quoted(url), why })?;
        let matchers = args.r#match.as_deref().map(|given| {
            Matchers::parse(given)
                .map_err(|why| ConfigError::Match { given: text::clean(given, 60), why })
        });
        Ok(Some(Self { server, matchers: matchers.transpose()?.unwrap_or_default() }))
    }
}
