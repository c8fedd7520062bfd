//! Who connects: the address of the real client of a line.
//!
//! `X-Forwarded-For` is read from the right, past the proxies that are known: what
//! stands to the left of the first other one is what the client claims of itself.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::LazyLock;

use memchr::memmem::Finder;

/// A network, as `--trusted-proxy` takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    /// `203.0.113.0/24`, or one address.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let example = "give an address or a network such as '203.0.113.0/24'";
        let (address, bits) = text.split_once('/').map_or((text, None), |(a, b)| (a, Some(b)));
        let address: IpAddr =
            address.trim().parse().map_err(|_| format!("is no network; {example}"))?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), |bits| {
            bits.trim().parse().ok().filter(|bits| *bits <= most).ok_or_else(|| {
                format!("has a length of {bits}, where 0 to {most} are possible; {example}")
            })
        })?;
        Ok(Self { address, bits })
    }

    /// The network of that length around an address.
    pub(super) fn around(address: IpAddr, bits: u8) -> Self {
        Self { address: masked(address, bits), bits }
    }

    /// Its first address.
    pub(super) const fn base(&self) -> IpAddr {
        self.address
    }

    fn has(&self, address: IpAddr) -> bool {
        address.is_ipv4() == self.address.is_ipv4()
            && masked(address, self.bits) == masked(self.address, self.bits)
    }
}

impl std::fmt::Display for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.address, self.bits)
    }
}

fn masked(address: IpAddr, bits: u8) -> IpAddr {
    match address {
        IpAddr::V4(v4) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(bits.min(32))).unwrap_or(0);
            IpAddr::V4((u32::from(v4) & mask).into())
        }
        IpAddr::V6(v6) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(bits.min(128))).unwrap_or(0);
            IpAddr::V6((u128::from(v6) & mask).into())
        }
    }
}

/// Who the real client is, of the peer of the connection and of what was forwarded.
pub(super) fn client(
    peer: Option<&[u8]>,
    forwarded: Option<&[u8]>,
    trusted: &[Network],
) -> Option<IpAddr> {
    let proxy = |address: IpAddr| is_private(address) || trusted.iter().any(|n| n.has(address));
    let peer = peer.and_then(address);
    let chain = forwarded.unwrap_or_default().rsplit(|c| *c == b',').map(address);
    let mut nearest = peer;
    if let Some(peer) = peer.filter(|peer| !proxy(*peer)) {
        return Some(peer);
    }
    for entry in chain {
        // What is no address may be anything: nothing to the left of it counts.
        let Some(entry) = entry else { break };
        nearest = nearest.filter(|nearest| Some(*nearest) != peer).or(Some(entry));
        if !proxy(entry) {
            return Some(entry);
        }
    }
    nearest
}

fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let shared = v4.octets()[0] == 100 && (64..128).contains(&v4.octets()[1]);
            v4.is_private() || v4.is_loopback() || v4.is_link_local() || shared
        }
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

/// `10.0.0.7`, `10.0.0.7:4312`, `[::1]:4312`, `::ffff:10.0.0.7`, `"10.0.0.7"`.
pub(super) fn address(text: &[u8]) -> Option<IpAddr> {
    let mark = |c: &u8| matches!(c, b' ' | b'"' | b'\'' | b'(' | b')' | b',' | b';');
    let text = text.trim_ascii();
    let start = text.iter().take_while(|c| mark(c)).count();
    let end = text.len() - text.iter().rev().take_while(|c| mark(c)).count();
    let text = text.get(start..end)?;
    if let Some(rest) = text.strip_prefix(b"[") {
        let end = memchr::memchr(b']', rest)?;
        return v6(&rest[..end]);
    }
    let colons = memchr::memchr_iter(b':', text).count();
    match colons {
        0 => v4(text),
        1 => v4(&text[..memchr::memchr(b':', text)?]),
        _ => v6(text),
    }
}

/// By hand: a tenth of what the library takes, and each connect has one.
fn v4(text: &[u8]) -> Option<IpAddr> {
    let mut octets = [0_u8; 4];
    let mut parts = text.split(|c| *c == b'.');
    for octet in &mut octets {
        let part = parts.next()?;
        if part.is_empty() || part.len() > 3 {
            return None;
        }
        for c in part {
            let digit = c.is_ascii_digit().then(|| c - b'0')?;
            *octet = octet.checked_mul(10)?.checked_add(digit)?;
        }
    }
    parts.next().is_none().then(|| IpAddr::from(octets))
}

fn v6(text: &[u8]) -> Option<IpAddr> {
    let text = text.split(|c| *c == b'%').next()?;
    let address: Ipv6Addr = std::str::from_utf8(text).ok()?.parse().ok()?;
    Some(address.to_ipv4_mapped().map_or(IpAddr::V6(address), IpAddr::V4))
}

pub(super) fn is_address(text: &[u8]) -> bool {
    address(text).is_some()
}

/// The first address in a text, as a word of its own.
pub(super) fn first_address(text: &[u8]) -> Option<&[u8]> {
    let of_address = |c: &u8| c.is_ascii_hexdigit() || matches!(c, b'.' | b':' | b'[' | b']');
    let mut from = 0;
    loop {
        let rest = text.get(from..)?;
        let inside = like_address(rest)?;
        let start = rest[..inside].iter().rposition(|c| !of_address(c)).map_or(0, |at| at + 1);
        let length = rest[start..].iter().take_while(|c| of_address(c)).count().max(1);
        let word = &rest[start..start + length];
        let begins = |c: &u8| c.is_ascii_digit() || matches!(c, b'[' | b':');
        let word = &word[word.iter().position(begins).unwrap_or(0)..];
        let word = word.strip_suffix(b":").or(word.strip_suffix(b".")).unwrap_or(word);
        let points = memchr::memchr_iter(b'.', word).count();
        let six = word.windows(2).any(|pair| pair == b"::");
        if (points == 3 || six) && is_address(word) {
            return Some(word);
        }
        from += start + length;
    }
}

/// A place within the first thing that could be an address: four numbers with points
/// between them, or two colons in a row. Stamps and versions are passed over by that.
fn like_address(text: &[u8]) -> Option<usize> {
    let number = |at: usize| {
        let digits = text.get(at..).unwrap_or_default().iter().take(4);
        digits.take_while(|c| c.is_ascii_digit()).count()
    };
    let quad = |at: &usize| {
        let point = |at: usize| text.get(at) == Some(&b'.');
        let (second, third) = (number(at + 1), number(at + 2 + number(at + 1)));
        let last = at + 3 + second + third;
        at.checked_sub(1).is_some_and(|before| text[before].is_ascii_digit())
            && (1..=3).contains(&second)
            && point(at + 1 + second)
            && (1..=3).contains(&third)
            && point(at + 2 + second + third)
            && number(last) > 0
    };
    let four = memchr::memchr_iter(b'.', text).find(quad);
    let six = TWO_COLONS.find(text);
    four.into_iter().chain(six).min()
}

static TWO_COLONS: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("::"));

#[cfg(test)]
mod tests {
    use super::*;

    fn who(peer: &str, forwarded: &str, trusted: &[&str]) -> String {
        let trusted: Vec<_> = trusted.iter().map(|n| Network::parse(n).unwrap()).collect();
        let some = |text: &'static str| Some(text.as_bytes()).filter(|t| !t.is_empty());
        let (peer, forwarded) = (peer.to_owned().leak(), forwarded.to_owned().leak());
        client(some(peer), some(forwarded), &trusted).map_or("-".to_owned(), |a| a.to_string())
    }

    #[test]
    fn forwarded_is_read_from_the_right() {
        assert_eq!(who("203.0.113.7:4312", "1.2.3.4", &[]), "203.0.113.7", "no proxy is known");
        assert_eq!(who("10.0.0.2", "198.51.100.9, 203.0.113.7, 10.0.0.1", &[]), "203.0.113.7");
        assert_eq!(who("203.0.113.7", "198.51.100.9", &["203.0.113.0/24"]), "198.51.100.9");
        assert_eq!(who("", "1.1.1.1, 203.0.113.7", &["203.0.113.7"]), "1.1.1.1");
        assert_eq!(who("10.0.0.2", "evil, 10.0.0.9", &[]), "10.0.0.9", "behind that is a claim");
        assert_eq!(who("10.0.0.2", "", &[]), "10.0.0.2");
        assert_eq!(who("10.0.0.2", "-", &[]), "10.0.0.2");
        assert_eq!(who("", "10.8.0.1, 10.8.0.2", &[]), "10.8.0.2", "all are private");
        assert_eq!(who("::ffff:10.0.0.2", "[2001:db8::7]:99", &[]), "2001:db8::7");
    }

    #[test]
    fn addresses_in_a_text() {
        let first =
            |text: &str| first_address(text.as_bytes()).map(|a| address(a).unwrap().to_string());
        assert_eq!(first("client 7 connected from 10.0.0.7:4312").as_deref(), Some("10.0.0.7"));
        assert_eq!(first("New WebSocket connection from ::1.").as_deref(), Some("::1"));
        assert_eq!(first("at 14:00:00 v1.2.3 connected"), None);
        assert_eq!(first("[2001:db8::1]:80 x").as_deref(), Some("2001:db8::1"));
        assert_eq!(
            first("v1.2.3.4000 chat::ws 10.0.0.999, then 10.0.0.8.").as_deref(),
            Some("10.0.0.8")
        );
        assert_eq!(first("from ::ffff:10.0.0.7 to 10.0.0.8").as_deref(), Some("10.0.0.7"));
        assert_eq!(first("x=abc10.0.0.9:80]").as_deref(), Some("10.0.0.9"));
    }

    /// Word by word, as it was looked for before.
    fn slowly(text: &[u8]) -> Option<&[u8]> {
        let of_address = |c: &u8| c.is_ascii_hexdigit() || matches!(c, b'.' | b':' | b'[' | b']');
        let mut rest = text;
        loop {
            let start = rest.iter().position(|c| c.is_ascii_digit() || matches!(c, b'[' | b':'))?;
            rest = &rest[start..];
            let length = rest.iter().take_while(|c| of_address(c)).count().max(1);
            let word = &rest[..length];
            let word = word.strip_suffix(b":").or(word.strip_suffix(b".")).unwrap_or(word);
            let points = memchr::memchr_iter(b'.', word).count();
            let six = word.windows(2).any(|pair| pair == b"::");
            if (points == 3 || six) && is_address(word) {
                return Some(word);
            }
            rest = &rest[length..];
        }
    }

    #[test]
    fn an_address_is_found_in_whatever_stands_around_it() {
        const PIECES: [&str; 16] = [
            "10.0.0.7",
            "203.0.113.254",
            "1.2",
            ".",
            ":",
            "::",
            "[",
            "]",
            " ",
            "fe80",
            "x",
            "4312",
            "2026-11-20T14:00:00.123Z",
            "ffff",
            "999.1.1.1",
            "1.2.3.4.5",
        ];
        let mut dice = 9_u64;
        for _ in 0..60_000 {
            let mut text = String::new();
            for _ in 0..7 {
                dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let which = usize::try_from(dice >> 40).unwrap_or(0) % PIECES.len();
                text.push_str(PIECES[which]);
            }
            assert_eq!(first_address(text.as_bytes()), slowly(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn networks_that_are_none_say_so() {
        for wrong in ["", "x", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/-1"] {
            let why = Network::parse(wrong).unwrap_err();
            assert!(why.contains("203.0.113.0/24"), "{wrong}: {why}");
        }
        assert_eq!(Network::parse("10.0.0.7/8").unwrap().to_string(), "10.0.0.7/8");
    }
}
