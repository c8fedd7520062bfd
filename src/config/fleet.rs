//! Which metrics server is asked about which hosts, and how to be let in.

use std::path::{Path, PathBuf};

use super::ConfigError;
use super::own_files;
use crate::cli::{PrometheusArgs, request};
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
        let token = read("--prometheus-token", args.prometheus_token.as_deref())?;
        let user = read("--prometheus-user", args.prometheus_user.as_deref())?;
        let credentials = match (&token, &user) {
            (Some(token), _) => Some(Credentials::Token(token)),
            (None, user) => user.as_deref().map(Credentials::User),
        };
        let tls = TlsPlan { insecure, roots };
        let server = ApiServer::parse(url, tls, credentials).map_err(|why| {
            let url = text::clean(&request::without_secrets(url), 60);
            ConfigError::Prometheus { url, why }
        })?;
        let matchers = args.r#match.as_deref().map(|given| {
            Matchers::parse(given)
                .map_err(|why| ConfigError::Match { given: text::clean(given, 60), why })
        });
        Ok(Some(Self { server, matchers: matchers.transpose()?.unwrap_or_default() }))
    }
}

/// A file that lets in.
fn read(flag: &'static str, path: Option<&Path>) -> Result<Option<String>, ConfigError> {
    let read = path.map(|path| {
        own_files::named(path, LARGEST).map_err(|why| ConfigError::File {
            flag,
            path: path.to_owned(),
            why: why.to_string(),
        })
    });
    read.transpose()
}
