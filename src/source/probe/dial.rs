//! One attempt from the name to the 101, each phase timed.

use std::cell::Cell;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use rustix::io::Errno;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use super::address::Address;
use super::frames::{Extension, Frames};
use super::handshake;
use super::open::Open;
use super::plan::{Family, ProbeOptions};
use super::redact::Redactor;
use super::request::Request;
use super::tls::Connector;
use super::wire::{Meter, Wire};
use crate::clock::Clock;
use crate::close::{CloseCode, Outcome, Phase};
use crate::sample::Phases;
use crate::source::own_ports::OwnPort;
use crate::source::throttle::{Budget, Throttled};
use crate::text;

/// A name with many addresses: one attempt tries this many, the next attempt
/// goes on with the others. Each try is a SYN, and counted as one.
const MOST_TRIES: usize = 3;

/// What all attempts at one target share.
pub(super) struct Dialer {
    pub(super) address: Address,
    /// With `--each-address`: this one and no other.
    pub(super) only: Option<IpAddr>,
    pub(super) options: Arc<ProbeOptions>,
    pub(super) tls: Option<Connector>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) meter: Rc<Meter>,
    pub(super) redact: Rc<Redactor>,
    /// The address that answered last goes first.
    pub(super) good: Cell<Option<IpAddr>>,
    /// Whether the last attempt over TLS was one as of a browser.
    pub(super) browser: Cell<bool>,
}

/// How far an attempt came, also when it is given up.
#[derive(Debug)]
pub(super) struct Progress {
    pub(super) phases: Phases,
    pub(super) peer: Option<SocketAddr>,
    /// Our own side, and that its port is known as ours.
    pub(super) local: Option<(SocketAddr, Rc<OwnPort>)>,
    pub(super) agreed: Option<String>,
    /// Tries at TCP.
    pub(super) tries: u32,
    at: Phase,
    bytes: u64,
}

impl Progress {
    pub(super) const fn new() -> Self {
        let phases = Phases { dns: None, tcp: None, tls: None, upgrade: None };
        let (peer, local, agreed) = (None, None, None);
        Self { phases, peer, local, agreed, tries: 0, at: Phase::Dns, bytes: 0 }
    }

    /// Both ends of its socket; none where it never had one.
    pub(super) fn ends(&self) -> Option<(SocketAddr, SocketAddr)> {
        let (local, _) = self.local.as_ref()?;
        Some((*local, self.peer?))
    }

    const fn timed_out(&self) -> Outcome {
        match self.at {
            Phase::Dns => Outcome::DnsTimeout,
            Phase::Tcp => Outcome::TcpTimeout,
            Phase::Tls => Outcome::TlsTimeout,
            Phase::Upgrade | Phase::Open => Outcome::HsTimeout { bytes: self.bytes },
        }
    }
}

impl Dialer {
    /// Makes one attempt; the connection, or what became of it.
    pub(super) async fn attempt(&self, progress: &mut Progress) -> Result<Open, Outcome> {
        match timeout(self.options.timeout, self.dial(progress)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(progress.timed_out()),
        }
    }

    async fn dial(&self, progress: &mut Progress) -> Result<Open, Outcome> {
        let start = self.now();
        let mut addresses = resolve(&self.address, &self.options, self.only).await?;
        if self.address.literal.is_none() && self.only.is_none() {
            progress.phases.dns = Some(self.now().saturating_sub(start));
        }
        // Stable: the rest stays as the resolver ordered it.
        addresses.sort_by_key(|&ip| Some(ip) != self.good.get());
        progress.at = Phase::Tcp;
        let tcp = self.connect(&addresses, progress).await?;
        // Pings and closes are small and urgent.
        let _ = tcp.set_nodelay(true);
        let mut wire = self.secure(tcp, progress).await?;
        progress.at = Phase::Upgrade;
        let start = self.now();
        let request =
            Request::new(&self.address, &self.options, &self.redact, self.clock.now().wall);
        let answer = handshake::exchange(&request, &mut wire, &mut progress.bytes).await;
        if matches!(answer, Ok(_) | Err(Outcome::Http { .. })) {
            progress.phases.upgrade = Some(self.now().saturating_sub(start));
        }
        let answer = answer?;
        progress.agreed = answer.agreed;
        let frames = Frames::new(answer.left_over, answer.extension);
        let open = Open::new(wire, frames, &self.redact);
        match &self.options.required_extension {
            Some(name) if answer.extension == Extension::None => {
                // RFC 6455 section 7.4.1: the reason lists what was needed.
                let name = name.split(';').next().unwrap_or_default().trim();
                open.leave(CloseCode::MISSING_EXTENSION, name).await;
                Err(Outcome::MissingExtension(text::clean(name, 60)))
            }
            _ => Ok(open),
        }
    }

    async fn connect(
        &self,
        addresses: &[IpAddr],
        progress: &mut Progress,
    ) -> Result<TcpStream, Outcome> {
        let mut failed = Outcome::DnsFail("no address".to_owned());
        for (at, &ip) in addresses.iter().enumerate().take(MOST_TRIES) {
            // Should this one time out, the next attempt begins with another.
            self.good.set(addresses.get(at + 1).or(addresses.first()).copied());
            let to = SocketAddr::new(ip, self.address.port);
            progress.tries += 1;
            progress.peer = Some(to);
            let start = self.now();
            match TcpStream::connect(to).await {
                Ok(tcp) => {
                    progress.phases.tcp = Some(self.now().saturating_sub(start));
                    let local = tcp.local_addr().ok();
                    progress.local =
                        local.map(|local| (local, Rc::new(OwnPort::note(local.port()))));
                    self.good.set(Some(ip));
                    return Ok(tcp);
                }
                Err(error) => failed = tcp_failure(&error),
            }
        }
        Err(failed)
    }

    async fn secure(&self, tcp: TcpStream, progress: &mut Progress) -> Result<Wire, Outcome> {
        let tcp = Throttled::new(tcp, Budget::new(Arc::clone(&self.clock)));
        let Some(connector) = &self.tls else {
            return Ok(Wire::plain(tcp, &self.meter));
        };
        progress.at = Phase::Tls;
        let start = self.now();
        // A server says 15 bytes less to who names no protocol, so that its answer to
        // other clients is known by another sum. Of a server elsewhere no close is seen.
        let ends = progress.ends();
        let is_here = ends.is_some_and(|(local, peer)| local.ip() == peer.ip());
        let secured = if is_here && self.browser.replace(!self.browser.get()) {
            connector.without_alpn().handshake(&self.address, tcp).await?
        } else {
            connector.handshake(&self.address, tcp).await?
        };
        progress.phases.tls = Some(self.now().saturating_sub(start));
        Ok(Wire::tls(secured, &self.meter))
    }

    pub(super) fn now(&self) -> Duration {
        self.clock.now().mono
    }
}

/// The addresses of a target, as the flags want them.
pub(super) async fn resolve(
    address: &Address,
    options: &ProbeOptions,
    only: Option<IpAddr>,
) -> Result<Vec<IpAddr>, Outcome> {
    let overridden = options.overrides.get(&(address.host.clone(), address.port)).copied();
    if let Some(ip) = only.or(overridden).or(address.literal) {
        return Ok(vec![ip]);
    }
    let found = lookup_host((address.host.as_str(), address.port)).await.map_err(|error| {
        let words = error.to_string();
        let words = words.strip_prefix("failed to lookup address information: ").unwrap_or(&words);
        Outcome::DnsFail(text::clean(words, 80))
    })?;
    let wanted = |ip: &IpAddr| match options.family {
        Family::Any => true,
        Family::V4 => ip.is_ipv4(),
        Family::V6 => ip.is_ipv6(),
    };
    let mut addresses: Vec<IpAddr> = Vec::new();
    for ip in found.map(|to| to.ip()).filter(wanted) {
        if !addresses.contains(&ip) {
            addresses.push(ip);
        }
    }
    if addresses.is_empty() {
        let family = if options.family == Family::V6 { "IPv6" } else { "IPv4" };
        return Err(Outcome::DnsFail(format!("it has no {family} address")));
    }
    Ok(addresses)
}

/// What became of a `connect(2)` that failed.
fn tcp_failure(error: &io::Error) -> Outcome {
    match error.raw_os_error().map(Errno::from_raw_os_error) {
        Some(Errno::CONNREFUSED) => Outcome::TcpRefused,
        Some(Errno::CONNRESET | Errno::CONNABORTED) => Outcome::TcpReset,
        Some(Errno::TIMEDOUT) => Outcome::TcpTimeout,
        Some(Errno::MFILE | Errno::NFILE) => Outcome::LocalEmfile,
        Some(Errno::ADDRNOTAVAIL) => Outcome::LocalEaddrnotavail,
        Some(Errno::HOSTUNREACH | Errno::NETUNREACH | Errno::NETDOWN | Errno::HOSTDOWN) => {
            let words = error.to_string();
            Outcome::TcpUnreachable(words.split(" (os error").next().unwrap_or("").to_owned())
        }
        _ => Outcome::LocalError(text::clean(&error.to_string(), 80)),
    }
}
