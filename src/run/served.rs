//! What is served over HTTP beside a run.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context;

use super::analysis::{Analysis, host_name};
use super::redact::Redact;
use crate::config::{ExporterSettings, Settings};
use crate::exporter::{Access, Exporter, Pages, Terms, TlsIdentity};
use crate::model::Netns;
use crate::output::{self, ServiceLabels, Span};
use crate::source::host::NetNs;

/// Figures older than this many intervals, and than this, are out of date.
const STALE_INTERVALS: u32 = 3;
const STALE: Duration = Duration::from_secs(10);

/// What is served beside a run.
pub(super) struct Served {
    exporter: Exporter,
    /// Hides addresses and paths where nobody is asked who they are: when that is read,
    /// not each time it is published.
    redact: Arc<Mutex<Redact>>,
    is_secure: bool,
    fresh_for: Duration,
}

impl Served {
    /// Listens, where that was asked for.
    pub(super) fn start(settings: &Settings) -> anyhow::Result<Option<Self>> {
        let Some(address) = settings.exporter.address else { return Ok(None) };
        let terms = terms(&settings.exporter, address)?;
        let (is_open, is_secure) = (terms.access.is_open(), terms.identity.is_some());
        let exporter = Exporter::start(terms).with_context(|| format!("--listen '{address}'"))?;
        let mut redact = Redact::new(is_open);
        redact.name(&host_name().name);
        let fresh_for = STALE.max(settings.interval * STALE_INTERVALS);
        let redact = Arc::new(Mutex::new(redact));
        Ok(Some(Self { exporter, redact, is_secure, fresh_for }))
    }

    /// The address of the page.
    pub(super) fn url(&self) -> String {
        let scheme = if self.is_secure { "https" } else { "http" };
        format!("{scheme}://{}/metrics", self.exporter.address())
    }

    /// From now on these figures are served.
    pub(super) fn publish(&mut self, analysis: &Analysis) {
        let Some(families) = output::families(&analysis.session, &analysis.labels) else { return };
        let families = Arc::new(families);
        let status = analysis.document(Span::LastInterval).unwrap_or_default();
        let redact = Arc::clone(&self.redact);
        let (plain, open) = (Arc::clone(&families), families);
        self.exporter.publish(Pages {
            plain: Arc::new(move || plain.plain()),
            open: Arc::new(move || open.open()),
            status: Arc::new(move || {
                redact.lock().unwrap_or_else(PoisonError::into_inner).json(&status)
            }),
            fresh_for: self.fresh_for,
        });
    }
}

/// How services are called beside those of this program's own network namespace.
pub(super) fn labels(settings: &Settings, redact: &mut Redact) -> ServiceLabels {
    let name = match &settings.netns {
        NetNs::Path(path) => path.file_name().map(|name| redact.name(&name.to_string_lossy())),
        NetNs::Own | NetNs::OfPid(_) => None,
    };
    ServiceLabels::new(Netns(NetNs::Own.inode()), name)
}

fn terms(settings: &ExporterSettings, address: SocketAddr) -> anyhow::Result<Terms> {
    let mut access = Access::default();
    if let Some(token) = &settings.token {
        access = access.with_token(token.as_bytes()).map_err(told("--listen-token"))?;
    }
    if let Some(users) = &settings.users {
        access = access.with_users(users.as_bytes()).map_err(told("--listen-users"))?;
    }
    let identity = settings.identity.as_ref();
    let identity = identity.map(|(chain, key)| TlsIdentity::new(chain.as_bytes(), key.as_bytes()));
    let identity = identity.transpose().map_err(anyhow::Error::msg)?;
    let mut names = settings.names.clone();
    names.push(host_name().name);
    Ok(Terms { address, names, access, identity })
}

fn told(flag: &'static str) -> impl Fn(String) -> anyhow::Error {
    move |why| anyhow::anyhow!("{flag}: {why}")
}
