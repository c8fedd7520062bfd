//! What the probe options mean: targets, and how attempts are made.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use super::ConfigError;
use crate::cli::request;
use crate::cli::{HeaderArg, LiveArgs, ProbeArgs};
use crate::close::Names;
use crate::source::file;
use crate::source::probe::{Address, Family, LEAST_DWELL, Plan, ProbeOptions, TlsPlan};
use crate::source::prometheus::{Endpoint, Selector};
use crate::text;

/// A file of headers or of a message is small; a device would never end.
const LARGEST_FILE: u64 = 1 << 20;

/// The plan; without a URL it has no target.
pub(super) fn plan(args: ProbeArgs) -> Result<Plan, ConfigError> {
    let mut targets: Vec<Address> = Vec::new();
    let given: Vec<&String> = args.url.iter().filter(|url| !url.trim().is_empty()).collect();
    // One with a blank in it comes in two: the password is in the first.
    if given.iter().skip(1).any(|part| !part.contains("://") && part.contains('@')) {
        let why = "a blank within it; write %20".to_owned();
        return Err(ConfigError::Url { url: "…@…".to_owned(), why });
    }
    for url in given {
        let address =
            Address::parse(url).map_err(|why| ConfigError::Url { url: quoted(url), why })?;
        if targets.contains(&address) {
            let why = "given twice, which would probe it twice as often".to_owned();
            return Err(ConfigError::Url { url: quoted(url), why });
        }
        targets.push(address);
    }
    let options = options(args)?;
    Ok(Plan { targets, options })
}

/// The application's endpoint.
pub(super) fn metrics(
    args: &LiveArgs,
) -> Result<Option<(Endpoint, Option<Selector>)>, ConfigError> {
    let wanted = args.application.metric_connections.as_deref();
    let selector = wanted.map(|name| {
        Selector::parse(name)
            .map_err(|why| ConfigError::Metric { given: text::clean(name, 60), why })
    });
    let selector = selector.transpose()?;
    let Some(url) = &args.application.metrics_url else {
        return match wanted {
            Some(name) => Err(ConfigError::Metric {
                given: text::clean(name, 60),
                why: "there is no --metrics-url to read it from".to_owned(),
            }),
            None => Ok(None),
        };
    };
    let endpoint = Endpoint::parse(url, trust(&args.probe))
        .map_err(|why| ConfigError::MetricsUrl { url: quoted(url), why })?;
    Ok(Some((endpoint, selector)))
}

/// Whom everything over TLS trusts.
pub(super) fn trust(args: &ProbeArgs) -> TlsPlan {
    TlsPlan { insecure: args.insecure, roots: args.cacert.clone() }
}

/// A URL in a complaint: no secret of it.
pub(super) fn quoted(url: &str) -> String {
    text::clean(&request::without_secrets(url), 60)
}

fn options(args: ProbeArgs) -> Result<ProbeOptions, ConfigError> {
    let seconds = Duration::from_secs;
    let overrides: BTreeMap<_, _> = args
        .resolve
        .into_iter()
        .map(|given| ((given.host, given.port.get()), given.address))
        .collect();
    let insecure = args.insecure;
    if let Some(path) = &args.cacert {
        read("--cacert", path)?;
    }
    Ok(ProbeOptions {
        timeout: args.timeout.unwrap_or(seconds(5)),
        dwell: args.dwell.unwrap_or(seconds(2)).max(LEAST_DWELL),
        every: args.probe_every.unwrap_or(seconds(5)),
        holds: args.held.unwrap_or(true),
        headers: headers(args.header)?,
        subprotocols: args.subprotocol,
        origin: args.origin,
        required_extension: args.require_extension,
        say: args.send.map(said).transpose()?.map(Into::into),
        expect: args.expect,
        overrides,
        family: match (args.ipv4, args.ipv6) {
            (true, _) => Family::V4,
            (_, true) => Family::V6,
            _ => Family::Any,
        },
        each_address: args.each_address,
        tls: TlsPlan { insecure, roots: args.cacert },
    })
}

/// `--send TEXT|@FILE`.
fn said(given: String) -> Result<String, ConfigError> {
    match given.strip_prefix('@').filter(|file| !file.is_empty()) {
        Some(file) => read("--send", Path::new(file)),
        None => Ok(given),
    }
}

fn headers(given: Vec<HeaderArg>) -> Result<Vec<(String, String)>, ConfigError> {
    let mut headers = Vec::new();
    for one in given {
        match one {
            HeaderArg::Pair { name, value } => headers.push(expanded(name, value)?),
            HeaderArg::Variable(name) => {
                let line = variable(&name)?;
                let (header, value) = request::pair(&line)
                    .map_err(|why| ConfigError::Header { place: format!("${name}"), why })?;
                headers.push(expanded(header, value)?);
            }
            HeaderArg::File(path) => {
                let text = read("--header", &path)?;
                let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
                for (at, line) in lines {
                    let place = || format!("@{}, line {}", path.display(), at + 1);
                    let (name, value) = request::pair(line)
                        .map_err(|why| ConfigError::Header { place: place(), why })?;
                    headers.push(expanded(name, value)?);
                }
            }
        }
    }
    Ok(headers)
}

/// A value of `$VAR` is taken from the environment, where `ps` does not look.
fn expanded(name: String, given: String) -> Result<(String, String), ConfigError> {
    let Some(from) = request::variable(&given).map(str::to_owned) else { return Ok((name, given)) };
    let content = variable(&from)?;
    let content = request::header_value(&content)
        .map_err(|why| ConfigError::Header { place: format!("{name}: ${from}"), why })?;
    Ok((name, content))
}

fn variable(name: &str) -> Result<String, ConfigError> {
    std::env::var(name).map_err(|_| ConfigError::Header {
        place: format!("${name}"),
        why: "no such variable in the environment; export it first".to_owned(),
    })
}

/// A small text file, named on the command line.
fn read(flag: &'static str, path: &Path) -> Result<String, ConfigError> {
    let refused = |why: String| ConfigError::File { flag, path: path.to_owned(), why };
    let bytes = file::read_bounded(path, LARGEST_FILE).map_err(|why| refused(why.to_string()))?;
    String::from_utf8(bytes).map_err(|_| refused("not UTF-8".to_owned()))
}

/// The user's own names of codes.
pub(super) fn names(args: &ProbeArgs) -> Names {
    let mut names = Names::default();
    for (code, name) in &args.code {
        names.set(*code, name.clone());
    }
    names
}
