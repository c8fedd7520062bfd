//! The O(1) counters of one network namespace.

use serde::{Deserialize, Serialize};

/// `/proc/net/{snmp,netstat,sockstat,sockstat6}`; each field is absent when the
/// kernel's file has no such name. Counters only grow; gauges are marked.
///
/// All are per network namespace, never per port (`proc(5)`, RFC 4022 for the
/// snmp names). Gauges of sockets and memory are read once a second, counters ten times.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counters {
    /// Connections accepted by the kernel on any port (`PassiveOpens`).
    pub passive_opens: Option<u64>,
    /// Connections opened from here (`ActiveOpens`).
    pub active_opens: Option<u64>,
    /// Gauge: `ESTABLISHED` + `CLOSE_WAIT`, both roles (`CurrEstab`).
    pub curr_estab: Option<u64>,
    /// Resets of established connections (`EstabResets`).
    pub estab_resets: Option<u64>,
    /// Segments sent with RST, refused connects among them (`OutRsts`).
    pub out_rsts: Option<u64>,
    /// Accept queue found full (`ListenOverflows`); SYN retries count again.
    pub listen_overflows: Option<u64>,
    /// SYNs and final ACKs dropped by listeners (`ListenDrops`); retries too.
    pub listen_drops: Option<u64>,
    /// Gauge: IPv4 TCP sockets in use (`sockstat` `TCP: inuse`).
    pub tcp_inuse: Option<u64>,
    /// Gauge: IPv6 TCP sockets in use, dual-stack ones included.
    pub tcp6_inuse: Option<u64>,
    /// Gauge: sockets in `TIME_WAIT` (`tw`).
    pub time_wait: Option<u64>,
    /// Gauge: pages of memory held by TCP (`mem`), host-wide.
    pub tcp_mem_pages: Option<u64>,
}
