//! What is served over HTTP, and to whom.

use std::net::SocketAddr;
use std::path::Path;

use super::ConfigError;
use super::own_files;
use crate::cli::ExporterArgs;

/// A chain of certificates has 8 KB.
pub(super) const LARGEST: u64 = 256 << 10;

/// What is served, with what the files said that were named.
#[derive(Debug, Clone, Default)]
pub struct ExporterSettings {
    /// Where; nowhere without.
    pub address: Option<SocketAddr>,
    /// Names it may be asked under.
    pub names: Vec<String>,
    /// Certificate and key.
    pub identity: Option<(String, String)>,
    /// The file of the token.
    pub token: Option<String>,
    /// The file of the users.
    pub users: Option<String>,
}

impl ExporterSettings {
    /// Reads what is named, whether or not it is served: a fault is told now.
    pub(super) fn resolve(args: &ExporterArgs) -> Result<Self, ConfigError> {
        let read = |flag, path: &Option<_>| {
            path.as_deref().map(|path| read(flag, path, LARGEST)).transpose()
        };
        let chain = read("--listen-cert", &args.listen_cert)?;
        let key = read("--listen-key", &args.listen_key)?;
        let identity = match (chain, key) {
            (Some(chain), Some(key)) => Some((chain, key)),
            (None, None) => None,
            (Some(_), None) => return Err(ConfigError::Alone("--listen-cert", "--listen-key")),
            (None, Some(_)) => return Err(ConfigError::Alone("--listen-key", "--listen-cert")),
        };
        Ok(Self {
            address: args.listen,
            names: args.listen_name.clone(),
            identity,
            token: read("--listen-token", &args.listen_token)?,
            users: read("--listen-users", &args.listen_users)?,
        })
    }
}

/// The text of a file that lets in: one that others could have written would let them in.
pub(super) fn read(flag: &'static str, path: &Path, largest: u64) -> Result<String, ConfigError> {
    own_files::named(path, largest).map_err(|why| ConfigError::File {
        flag,
        path: path.to_owned(),
        why: why.to_string(),
    })
}
