//! The list of limits of one listener, and the one that binds.
//!
//! A *stock* limit says how many more connections fit; the one with the least
//! headroom binds and is the gauge. The accept queue is a *flow* limit: it has
//! no headroom and never binds.

use super::limit::{Limit, LimitKind};
use super::prices::Prices;
use super::processes::ProcessState;
use crate::sample::{Cgroup, ConfiguredLimit, HostReading, Outgoing, Reading, Usage};
use crate::units::{float, whole};

/// What the limits of a listener are computed from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Inputs<'a> {
    /// `:8080`.
    pub(super) scope: &'a str,
    /// Established connections.
    pub(super) open: u64,
    /// What the operator says it admits.
    pub(super) capacity: Option<u64>,
    /// What it was told to admit; what the operator says is over that.
    pub(super) configured: Option<&'a ConfiguredLimit>,
    /// The processes behind it.
    pub(super) processes: &'a [&'a ProcessState],
    /// Host readings.
    pub(super) host: Option<&'a HostReading>,
    /// Memory held by TCP, pages.
    pub(super) tcp_mem_pages: Option<u64>,
    /// Bytes of a page on this machine.
    pub(super) page_bytes: u64,
    /// Connections from the busiest address of this host.
    pub(super) from_this_host: u64,
    /// Connections this host opened, by destination.
    pub(super) outgoing: &'a [Outgoing],
    /// What one more connection costs.
    pub(super) prices: Prices,
}

/// All limits, the binding one first, then by share used.
pub(super) fn limits(inputs: &Inputs<'_>) -> Vec<Limit> {
    let mut all: Vec<Limit> = LimitKind::ALL.iter().flat_map(|kind| of(*kind, inputs)).collect();
    bind(&mut all);
    all
}

/// The limits of one kind: used, limit, and how many more connections fit.
fn of(kind: LimitKind, inputs: &Inputs<'_>) -> Vec<Limit> {
    let Prices { rss, threads, .. } = inputs.prices;
    let one = |limit: Option<Limit>| limit.into_iter().collect();
    match kind {
        LimitKind::Capacity => one(capacity(inputs)),
        LimitKind::PlainHttp => one(plain_http(inputs)),
        LimitKind::Descriptors => one(descriptors(inputs)),
        LimitKind::EphemeralPorts => one(ephemeral(inputs)),
        LimitKind::Conntrack => {
            // A table with fewer entries than there are connections does not track these:
            // the container's own, empty one was the tightest limit of 1 600.
            let tracked = |l: &Limit| l.used > 0 && l.used >= inputs.open;
            one(of_host(kind, inputs, |h| &h.conntrack, Some).filter(tracked))
        }
        LimitKind::FileMax => one(of_host(kind, inputs, |h| &h.file_handles, Some)),
        LimitKind::TcpMemory => one(tcp_memory(inputs)),
        LimitKind::HostMemory => one(of_host(kind, inputs, |h| &h.memory, |n| divide(n, rss))),
        LimitKind::CgroupMemory => of_cgroups(kind, inputs, |c| &c.memory, rss),
        LimitKind::Pids => {
            let host = of_host(kind, inputs, |h| &h.tasks, |n| divide(n, threads));
            host.into_iter().chain(of_cgroups(kind, inputs, |c| &c.pids, threads)).collect()
        }
        // Each listener has its own, and a row of its own wherever limits are shown.
        LimitKind::AcceptQueue => Vec::new(),
    }
}

/// Marks the limit with the least headroom; of equals the fuller one.
fn bind(all: &mut [Limit]) {
    let key = |l: &Limit| (l.headroom.unwrap_or(u64::MAX), std::cmp::Reverse(per_mille(l)));
    all.sort_by_key(key);
    if let Some(first) = all.first_mut() {
        first.binding = first.headroom.is_some();
    }
    let rest = usize::from(all.first().is_some_and(|l| l.binding));
    all[rest..].sort_by_key(|l| (std::cmp::Reverse(per_mille(l)), l.kind));
}

fn per_mille(limit: &Limit) -> u64 {
    whole(limit.ratio().0 * 1000.0)
}

fn stock(kind: LimitKind, scope: String, used: u64, limit: u64, headroom: Option<u64>) -> Limit {
    Limit { kind, scope, used, limit, headroom, binding: false, source: None }
}

fn capacity(inputs: &Inputs<'_>) -> Option<Limit> {
    let found = inputs.configured.filter(|found| !found.plain_http);
    let (limit, source) = match (inputs.capacity, found) {
        (Some(given), _) => (given, None),
        (None, found) => (found?.limit?, found.map(|found| found.source.clone())),
    };
    let left = limit.saturating_sub(inputs.open);
    let scope = inputs.scope.to_owned();
    Some(Limit { source, ..stock(LimitKind::Capacity, scope, inputs.open, limit, Some(left)) })
}

/// Without headroom: more connections fit, and over it no WebSocket is turned away.
fn plain_http(inputs: &Inputs<'_>) -> Option<Limit> {
    let found = inputs.configured.filter(|found| found.plain_http)?;
    let limit =
        stock(LimitKind::PlainHttp, inputs.scope.to_owned(), inputs.open, found.limit?, None);
    Some(Limit { source: Some(found.source.clone()), ..limit })
}

/// The fullest worker is shown, the headroom is that of all workers together.
fn descriptors(inputs: &Inputs<'_>) -> Option<Limit> {
    let share = |used, limit| float(used) / float(limit).max(1.0);
    let known = inputs.processes.iter().filter_map(|p| Some((*p, p.fds?, p.fd_soft?)));
    let left = known.clone().map(|(_, used, limit)| limit.saturating_sub(used));
    let left = left.fold(0, u64::saturating_add);
    let (fullest, used, limit) =
        known.max_by(|a, b| share(a.1, a.2).total_cmp(&share(b.1, b.2)))?;
    let scope = format!("pid {} {}", fullest.pid, fullest.name);
    Some(stock(LimitKind::Descriptors, scope, used, limit, Some(left)))
}

/// Each connection from this host holds an ephemeral port, and so does each one
/// a proxy opens in turn. It is a limit of this listener only where such
/// connections move with it: at least half as many as are open.
fn ephemeral(inputs: &Inputs<'_>) -> Option<Limit> {
    const ENOUGH: u64 = 20;
    let range = inputs.host?.ephemeral()?;
    let busiest = inputs.outgoing.iter().map(|o| (o.open, o.destination.to_string())).max();
    let own = (inputs.from_this_host, format!("to {}", inputs.scope));
    let (used, scope) = match busiest {
        Some((open, destination)) if open > own.0 => (open, format!("to {destination}")),
        _ => own,
    };
    if used < ENOUGH || used.saturating_mul(2) < inputs.open {
        return None;
    }
    Some(stock(LimitKind::EphemeralPorts, scope, used, range, Some(range.saturating_sub(used))))
}

fn tcp_memory(inputs: &Inputs<'_>) -> Option<Limit> {
    let limit = inputs.host?.tcp_mem_limit_pages.seen()?.checked_mul(inputs.page_bytes)?;
    let used = inputs.tcp_mem_pages?.checked_mul(inputs.page_bytes)?;
    let left = divide(limit.saturating_sub(used), inputs.prices.tcp);
    Some(stock(LimitKind::TcpMemory, "host".to_owned(), used, limit, left))
}

/// A limit of the host; `fit` tells how many connections fit into what is left.
fn of_host(
    kind: LimitKind,
    inputs: &Inputs<'_>,
    reading: fn(&HostReading) -> &Reading<Usage>,
    fit: impl Fn(u64) -> Option<u64>,
) -> Option<Limit> {
    of_usage(kind, "host".to_owned(), reading(inputs.host?), fit)
}

/// A limit of each cgroup of the processes; its headroom needs the price of a
/// connection.
fn of_cgroups(
    kind: LimitKind,
    inputs: &Inputs<'_>,
    reading: fn(&Cgroup) -> &Reading<Usage>,
    price: Option<f64>,
) -> Vec<Limit> {
    let behind =
        |c: &&Cgroup| inputs.processes.iter().any(|p| p.cgroup.as_deref() == Some(c.path.as_str()));
    let limit = |cgroup: &Cgroup| {
        let scope = crate::text::clean(&cgroup.path, 40);
        of_usage(kind, scope, reading(cgroup), |left| divide(left, price))
    };
    let all = inputs.host.map_or(&[][..], |host| &host.cgroups);
    all.iter().filter(behind).filter_map(limit).collect()
}

fn of_usage(
    kind: LimitKind,
    scope: String,
    reading: &Reading<Usage>,
    fit: impl Fn(u64) -> Option<u64>,
) -> Option<Limit> {
    let usage = reading.seen()?;
    let limit = usage.limit?;
    Some(stock(kind, scope, usage.used, limit, fit(limit.saturating_sub(usage.used))))
}

fn divide(left: u64, price: Option<f64>) -> Option<u64> {
    price.filter(|&p| p > 0.0).map(|p| whole((float(left) / p).floor()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn worker(pid: u32, fds: u64, limit: u64) -> ProcessState {
        ProcessState { fds: Some(fds), fd_soft: Some(limit), ..ProcessState::named(pid, "ws") }
    }

    fn inputs<'a>(open: u64, processes: &'a [&'a ProcessState]) -> Inputs<'a> {
        Inputs {
            scope: ":8080",
            open,
            capacity: None,
            configured: None,
            processes,
            host: None,
            tcp_mem_pages: None,
            page_bytes: 4096,
            from_this_host: 0,
            outgoing: &[],
            prices: Prices::default(),
        }
    }

    fn host(memory: Usage) -> HostReading {
        HostReading {
            memory: Reading::Seen(memory),
            conntrack: Reading::Seen(Usage { used: 63_100, limit: Some(262_144) }),
            ephemeral_ports: Reading::Seen((32_768, 60_999)),
            ..HostReading::nothing()
        }
    }

    #[test]
    fn the_fullest_worker_is_shown_and_headroom_is_that_of_all() {
        let (a, b) = (worker(1, 900, 1_024), worker(2, 2_000, 65_536));
        let found = limits(&inputs(2_800, &[&a, &b]));
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].used, found[0].limit), (900, 1_024));
        assert_eq!(found[0].headroom, Some(124 + 63_536));
        assert!(found[0].binding && found[0].scope == "pid 1 ws");
    }

    #[test]
    fn exactly_one_binds_the_one_with_the_least_headroom() {
        let a = worker(1, 900, 1_024);
        let host = host(Usage { used: 5 << 30, limit: Some(16 << 30) });
        let some = Inputs { capacity: Some(1_000), host: Some(&host), ..inputs(890, &[]) };
        let found = limits(&Inputs { processes: &[&a], ..some });
        let binding: Vec<_> = found.iter().filter(|l| l.binding).map(|l| l.kind).collect();
        assert_eq!(binding, [LimitKind::Capacity]);
        assert_eq!(found[0].kind, LimitKind::Capacity, "and it comes first");
    }

    fn configured(limit: u64, plain_http: bool) -> ConfiguredLimit {
        ConfiguredLimit {
            port: 8080,
            pids: vec![1],
            server: crate::sample::Server::Nginx,
            limit: Some(limit),
            plain_http,
            source: "nginx.conf:12".to_owned(),
        }
    }

    #[test]
    fn a_limit_found_says_where_and_one_that_is_given_is_over_it() {
        let found = configured(500, false);
        let of = |capacity| {
            let inputs = Inputs { configured: Some(&found), capacity, ..inputs(200, &[]) };
            limits(&inputs).remove(0)
        };
        let limit = of(None);
        assert_eq!((limit.limit, limit.headroom, limit.binding), (500, Some(300), true));
        assert_eq!(limit.source.as_deref(), Some("nginx.conf:12"));
        assert_eq!((of(Some(9_000)).limit, of(Some(9_000)).source), (9_000, None));
    }

    #[test]
    fn what_turns_only_plain_requests_away_is_no_capacity() {
        let found = configured(100, true);
        let a = worker(1, 900, 1_024);
        let inputs = Inputs { configured: Some(&found), ..inputs(200, &[]) };
        let all = limits(&Inputs { processes: &[&a], ..inputs });
        let kinds: Vec<_> = all.iter().map(|l| (l.kind, l.binding)).collect();
        assert_eq!(kinds, [(LimitKind::Descriptors, true), (LimitKind::PlainHttp, false)]);
    }

    #[test]
    fn memory_has_no_headroom_until_a_connection_has_a_price() {
        let host = host(Usage { used: 6 << 30, limit: Some(16 << 30) });
        let of = |rss| {
            let prices = Prices { rss, ..Prices::default() };
            let inputs = Inputs { host: Some(&host), prices, ..inputs(10, &[]) };
            limits(&inputs).into_iter().find(|l| l.kind == LimitKind::HostMemory).unwrap().headroom
        };
        assert_eq!(of(None), None);
        assert_eq!(of(Some(1024.0 * 1024.0)), Some(10 * 1024));
    }

    #[test]
    fn ephemeral_ports_count_only_where_connections_from_here_move_with_the_listener() {
        let host = host(Usage { used: 1, limit: None });
        let found = |from_this_host, outgoing: &[Outgoing]| {
            let inputs =
                Inputs { host: Some(&host), from_this_host, outgoing, ..inputs(1_000, &[]) };
            limits(&inputs).into_iter().find(|l| l.kind == LimitKind::EphemeralPorts)
        };
        let database = [Outgoing { open: 30, ..Outgoing::to(([10, 0, 0, 1], 5432).into()) }];
        assert_eq!(found(0, &database), None, "a pool of 30 is no limit of 1 000 clients");
        let local = found(1_000, &[]).unwrap();
        assert_eq!((local.used, local.limit), (1_000, 28_232));
    }

    #[test]
    fn more_descriptors_than_the_soft_limit_read_as_more_than_all() {
        let a = worker(1, 41, 40);
        let found = limits(&inputs(30, &[&a]));
        assert!((found[0].ratio().0 - 41.0 / 40.0).abs() < f64::EPSILON);
        assert_eq!(found[0].headroom, Some(0));
    }
}
