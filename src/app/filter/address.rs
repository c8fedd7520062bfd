//! The ways an address is written: `::`, `[::]`, `[::]:80`, `:::80`, `*:80`, `:80`,
//! `localhost:80`, `fe80::1%eth0`, `0:0:0:0:0:0:0:1`.
//!
//! Another spelling of an address is that address, whatever of them the row shows. What is
//! not whole yet is looked for in the text, as any word is.

use std::net::IpAddr;

/// An address of a row, with its port where it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::app) struct RowAddress {
    pub(in crate::app) ip: IpAddr,
    pub(in crate::app) port: Option<u16>,
}

/// What was typed where an address stands, in lower case.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct TypedAddress {
    text: String,
    whole: Option<WholeAddress>,
}

/// An address that was typed to its end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct WholeAddress {
    host: Bound,
    port: Option<u16>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Bound {
    /// `*`: bound to all addresses.
    Unspecified,
    /// `localhost`.
    Loopback,
    /// `:80`: a port alone.
    Whichever,
    Is(IpAddr),
}

impl TypedAddress {
    pub(super) fn read(typed: &str) -> Self {
        Self { text: without_zone(typed), whole: WholeAddress::read(typed) }
    }

    /// Whether it stands in this text.
    pub(super) fn is_in(&self, text: &str) -> bool {
        text.to_lowercase().contains(&self.text)
    }

    /// Whether it is this address, or a part of it as it is written.
    pub(super) fn is(&self, row: RowAddress) -> bool {
        match &self.whole {
            Some(whole) if whole.is(row) => true,
            // With its port it means that one alone.
            Some(WholeAddress { port: Some(_), .. }) => false,
            _ => [row.ip, row.ip.to_canonical()].into_iter().any(|ip| self.is_part(ip, row.port)),
        }
    }

    /// Whether it stands in the address; its port is a part of it from the colon on.
    fn is_part(&self, ip: IpAddr, port: Option<u16>) -> bool {
        let host = if ip.is_ipv6() { format!("[{ip}]") } else { ip.to_string() };
        let port = port.filter(|_| self.text.contains(':'));
        let socket = || port.is_some_and(|port| format!("{host}:{port}").contains(&self.text));
        host.contains(&self.text) || socket()
    }
}

impl WholeAddress {
    /// None where it is no address, or not to its end.
    pub(super) fn read(typed: &str) -> Option<Self> {
        let typed = without_zone(typed);
        if let Some(host) = Bound::read(&typed).filter(|_| !typed.is_empty()) {
            return Some(Self { host, port: None });
        }
        let (host, port) = typed.rsplit_once(':')?;
        let is_number = !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
        let port = port.parse().ok().filter(|_| is_number)?;
        Some(Self { host: Bound::read(host)?, port: Some(port) })
    }

    /// Whether it is this one; a row without a port has any.
    pub(super) fn is(self, row: RowAddress) -> bool {
        let port = self.port.zip(row.port).is_none_or(|(wanted, port)| wanted == port);
        port && match self.host {
            Bound::Unspecified => row.ip.is_unspecified(),
            Bound::Loopback => row.ip.to_canonical().is_loopback(),
            Bound::Whichever => row.port.is_some(),
            Bound::Is(ip) => ip.to_canonical() == row.ip.to_canonical(),
        }
    }
}

impl Bound {
    fn read(typed: &str) -> Option<Self> {
        let bare = typed.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        match bare.unwrap_or(typed) {
            "" if bare.is_none() => Some(Self::Whichever),
            "*" => Some(Self::Unspecified),
            "localhost" => Some(Self::Loopback),
            ip => ip.parse().ok().map(Self::Is),
        }
    }
}

/// A zone says by which interface an address is reached; no row shows one.
fn without_zone(typed: &str) -> String {
    let Some((before, zone)) = typed.split_once('%') else { return typed.to_owned() };
    let after = zone.find(']').map_or("", |end| &zone[end..]);
    format!("{before}{after}")
}
