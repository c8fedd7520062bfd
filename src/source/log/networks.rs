//! Where the connections of one second came from, by network: a day of an access log is
//! held open, 86 400 of these, so that each entry of it is kept small.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::attempts::network;
use crate::sample::LogClient;

/// Networks told of in one second; a herd comes from few, or from all of them.
const MOST: usize = 24;

/// Connections by network.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Networks {
    /// The first address of a /24, and how many.
    v4: Vec<(u32, u32)>,
    others: Option<Box<OtherNetworks>>,
}

/// What most seconds do not have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct OtherNetworks {
    /// The upper half of a /64, and how many.
    v6: Vec<(u64, u32)>,
    /// Those of more networks than are kept.
    elsewhere: u32,
}

impl Networks {
    /// One came from this address.
    pub(super) fn add(&mut self, client: IpAddr) {
        let six = self.others.as_ref().map_or(0, |others| others.v6.len());
        let room = self.v4.len() + six < MOST;
        let left = match network(client).base() {
            IpAddr::V4(base) => count(&mut self.v4, base.into(), 1, room),
            IpAddr::V6(base) => count(&mut self.others().v6, upper(base), 1, room),
        };
        if left > 0 {
            self.others().elsewhere += left;
        }
    }

    fn others(&mut self) -> &mut OtherNetworks {
        self.others.get_or_insert_default()
    }

    /// Those of more networks than are kept.
    pub(super) fn elsewhere(&self) -> u32 {
        self.others.as_ref().map_or(0, |others| others.elsewhere)
    }

    /// Those of another log.
    pub(super) fn merge(&mut self, other: Self) {
        for (base, times) in other.v4 {
            count(&mut self.v4, base, times, true);
        }
        let Some(others) = other.others else { return };
        self.others().elsewhere += others.elsewhere;
        for (base, times) in others.v6 {
            count(&mut self.others().v6, base, times, true);
        }
    }

    /// With their names.
    pub(super) fn named(&self) -> Vec<LogClient> {
        let v4 = self.v4.iter().map(|(base, times)| (IpAddr::V4(Ipv4Addr::from(*base)), times));
        let v6 = self
            .others
            .iter()
            .flat_map(|others| &others.v6)
            .map(|(base, times)| (IpAddr::V6(Ipv6Addr::from(u128::from(*base) << 64)), times));
        let named = v4.chain(v6).map(|(base, times)| LogClient {
            name: network(base).to_string(),
            attempts: (*times).into(),
        });
        named.collect()
    }
}

/// Counts a network; what of it found no room.
fn count<T: PartialEq>(of: &mut Vec<(T, u32)>, base: T, times: u32, room: bool) -> u32 {
    match of.iter_mut().find(|(known, _)| *known == base) {
        Some((_, count)) => *count += times,
        None if room => of.push((base, times)),
        None => return times,
    }
    0
}

/// The upper half of an address.
fn upper(address: Ipv6Addr) -> u64 {
    u64::try_from(u128::from(address) >> 64).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_without_room_are_counted_together() {
        let mut networks = Networks::default();
        for n in 0..40_u8 {
            networks.add(IpAddr::from([10, 0, n, 7]));
        }
        networks.add(IpAddr::from([10, 0, 3, 9]));
        networks.add("2001:db8:1:2::7".parse().expect("an address"));
        let mut other = Networks::default();
        other.add("2001:db8:1:2::8".parse().expect("an address"));
        networks.merge(other);
        let named = networks.named();
        assert_eq!((named.len(), networks.elsewhere()), (25, 17));
        let of = |name: &str| named.iter().find(|c| c.name == name).map(|c| c.attempts);
        assert_eq!((of("10.0.3.0/24"), of("2001:db8:1:2::/64")), (Some(2), Some(1)));
    }
}
