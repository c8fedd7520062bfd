//! What is known of single clients, in words.

use crate::fmt;
use crate::model::{AttemptsSnapshot, Estimate, ListenerSnapshot, SampledSnapshot, SilentClients};
use crate::units::{Bytes, Ratio, float, whole};

/// Fewer attempts say nothing of who makes them.
const FEWEST: u64 = 20;
/// From this share on a client is named, or a network.
const CLIENT: f64 = 0.5;
const NETWORK: f64 = 0.1;
/// From this share on one address is nearly all there is.
const ALL: f64 = 0.9;

/// `; 72 % from 10.4.7.0/24, most from 10.4.7.9: 87 attempts/min`: who comes now, as far
/// as the kernel sees; nothing where few come.
pub(super) fn who_comes(whole: &ListenerSnapshot) -> String {
    let told = whole.attempts.as_ref().filter(|told| told.now.total >= FEWEST);
    told.map_or_else(String::new, |told| words(told, whole))
}

fn words(told: &AttemptsSnapshot, whole: &ListenerSnapshot) -> String {
    let share = |n: u64| Ratio(float(n) / float(told.now.total.max(1)));
    let Some(&(address, n)) = told.now.addresses.first() else { return String::new() };
    let of_address = share(n);
    if of_address.0 >= ALL && (address.is_loopback() || address == whole.address.ip()) {
        return "; all from this host: a proxy hides the clients, its log tells them (--log)"
            .to_owned();
    }
    let rate = |address| {
        let known = told.minute.addresses.iter().find(|(known, _)| *known == address);
        known.map_or_else(String::new, |(_, n)| format!(": {} attempts/min", fmt::count(*n)))
    };
    if of_address.0 >= CLIENT {
        let proxy = if of_address.0 >= ALL { ", one client or a proxy (--log tells)" } else { "" };
        return format!("; {} from {address}{}{proxy}", fmt::percent(of_address), rate(address));
    }
    match told.now.networks.first() {
        Some((network, n)) if share(*n).0 >= NETWORK => {
            let most = if of_address.0 * 5.0 >= share(*n).0 {
                format!(", most from {address}{}", rate(address))
            } else {
                String::new()
            };
            format!("; {} from {network}{most}", fmt::percent(share(*n)))
        }
        _ => "; from many networks".to_owned(),
    }
}

/// `41 clients hold 310 MiB unsent, the most 10.0.3.7 with 4.0 MiB`.
pub(super) fn slow_clients(told: &SampledSnapshot) -> Option<String> {
    let one = told.slowest.first()?;
    let unsent = estimate(told.unsent, |n| fmt::bytes(Bytes(n)));
    let peer = std::net::SocketAddr::new(one.peer.ip().to_canonical(), one.peer.port());
    let most = fmt::bytes(Bytes(one.unsent));
    let clients = estimate(told.slow, fmt::count);
    Some(format!("{clients} clients hold {unsent} unsent, the most {peer} with {most}"))
}

/// `41`, `~960 ±480`.
fn estimate(value: Estimate, form: impl Fn(u64) -> String) -> String {
    if value.off_by < 0.5 {
        return form(whole(value.count));
    }
    format!("~{} ±{}", form(whole(value.count)), form(whole(value.off_by)))
}

/// From this share on it is said beside a limit that is near.
const WORTH: f64 = 0.2;

/// `; 94 % of them silent for over 1m15s, three ping periods: half-open?`, where it is
/// enough to be told beside a limit.
pub(super) fn silent_ones(whole: &ListenerSnapshot) -> String {
    let silence = whole.sampled.as_ref().and_then(|sampled| sampled.silence);
    let Some(silence) = silence.filter(|s| least(s.silent) >= WORTH * float(s.open.max(1))) else {
        return String::new();
    };
    format!("; {}", silence_words(&silence))
}

/// `94 % silent for over 1m15s (3 ping periods): half-open?`.
#[must_use]
pub fn silence_words(silence: &SilentClients) -> String {
    let unsure = if silence.silent.off_by < 0.5 { "" } else { "~" };
    format!(
        "{unsure}{} silent for over {} (3 ping periods): half-open?",
        fmt::percent(silence.share()),
        fmt::span(silence.after())
    )
}

/// What it is at the least.
pub(super) const fn least(value: Estimate) -> f64 {
    value.count - value.off_by
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::sample::{Attempts, Network, SlowClient};

    fn whole(addresses: &[([u8; 4], u64)], total: u64) -> ListenerSnapshot {
        let mut networks: Vec<(Network, u64)> = Vec::new();
        for (ip, n) in addresses {
            let network = Network::of((*ip).into());
            match networks.iter_mut().find(|(known, _)| *known == network) {
                Some((_, known)) => *known += n,
                None => networks.push((network, *n)),
            }
        }
        let addresses = addresses.iter().map(|(ip, n)| ((*ip).into(), *n)).collect();
        let now = Attempts { total, addresses, networks };
        let attempts = Some(AttemptsSnapshot { minute: now.clone(), now });
        ListenerSnapshot { attempts, ..ListenerSnapshot::nothing(([10, 0, 0, 1], 80).into()) }
    }

    #[test]
    fn a_herd_says_who_it_is_as_far_as_that_is_seen() {
        let who = |addresses: &[([u8; 4], u64)], total| who_comes(&whole(addresses, total));
        assert_eq!(who(&[([10, 4, 7, 9], 19)], 19), "", "too few");
        let one = who(&[([10, 4, 7, 9], 87), ([10, 9, 9, 9], 20)], 107);
        assert_eq!(one, "; 81 % from 10.4.7.9: 87 attempts/min");
        let net = who(&[([10, 4, 7, 9], 20), ([10, 4, 7, 8], 16), ([10, 4, 7, 7], 16)], 72);
        assert_eq!(net, "; 72 % from 10.4.7.0/24, most from 10.4.7.9: 20 attempts/min");
        assert_eq!(who(&[([10, 4, 7, 9], 2), ([10, 5, 7, 9], 1)], 1_000), "; from many networks");
        assert!(who(&[([127, 0, 0, 1], 100)], 100).contains("a proxy hides the clients"));
        assert!(who(&[([10, 0, 0, 1], 100)], 100).contains("a proxy hides the clients"));
        assert!(who(&[([10, 7, 0, 1], 100)], 100).contains("one client or a proxy"));
        assert_eq!(who(&[], 100), "", "the server reset them all at once");
    }

    #[test]
    fn clients_that_do_not_read_are_told_with_their_error() {
        let exactly = |count| Estimate { count, off_by: 0.0 };
        let slowest = vec![SlowClient { peer: ([10, 0, 3, 7], 40_112).into(), unsent: 4 << 20 }];
        let told = SampledSnapshot {
            at: Duration::ZERO,
            looked_at: 200,
            open: 200,
            slow: exactly(41.0),
            unsent: exactly(310.0 * 1_048_576.0),
            memory: 0.0,
            slowest,
            silence: None,
        };
        let words = slow_clients(&told).unwrap();
        let most = "the most 10.0.3.7:40112 with 4 MiB";
        assert_eq!(words, format!("41 clients hold 310 MiB unsent, {most}"));
        let part = SampledSnapshot { slow: Estimate { count: 960.0, off_by: 480.0 }, ..told };
        assert!(slow_clients(&part).unwrap().starts_with("~960 ±480 clients hold "));
    }

    #[test]
    fn silence_is_said_beside_a_limit_where_it_is_much_of_it() {
        let silent = |count, off_by| {
            let period = Duration::from_secs(25);
            let silent = Estimate { count, off_by };
            let silence =
                Some(SilentClients { period, is_given: true, of: 100, silent, open: 100 });
            let told = SampledSnapshot {
                at: Duration::ZERO,
                looked_at: 100,
                open: 100,
                slow: Estimate { count: 0.0, off_by: 0.0 },
                unsent: Estimate { count: 0.0, off_by: 0.0 },
                memory: 0.0,
                slowest: Vec::new(),
                silence,
            };
            let nothing = ListenerSnapshot::nothing(([10, 0, 0, 1], 80).into());
            silent_ones(&ListenerSnapshot { sampled: Some(told), ..nothing })
        };
        let words = "; 94 % silent for over 1m15s (3 ping periods): half-open?";
        assert_eq!(silent(94.0, 0.0), words);
        assert_eq!(silent(30.0, 15.0), "", "it may be 15");
    }
}
