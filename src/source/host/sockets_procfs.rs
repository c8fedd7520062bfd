//! The fallback where `sock_diag` is refused (seccomp, gVisor, module missing):
//! `/proc/net/tcp` and `tcp6`, at two to four times the cost.
//!
//! It tells neither the backlog nor the drops of a listener, nor cookies, so
//! ages are unknown.

use std::fs::File;
use std::io::{self, BufReader};
use std::path::Path;
use std::time::Duration;

use procfs::FromBufReadSI;
use procfs::net::{TcpNetEntries, TcpNetEntry, TcpState};

use super::ages::ConnectionAges;
use super::opened_here::OpenedHere;
use super::table_entry::Connection;
use super::walk_sums::{Counted, Ports, WalkSums};
use crate::sample::Listener;

/// Every socket in `LISTEN`; `net` is a `/proc/…/net` folder.
///
/// # Errors
/// When neither file can be read.
pub(super) fn listeners(net: &Path) -> io::Result<Vec<Listener>> {
    let listening = entries(net)?.into_iter().filter(|entry| entry.state == TcpState::Listen);
    Ok(listening
        .map(|entry| Listener {
            local: entry.local_address,
            accept_queue: entry.rx_queue,
            backlog: None,
            drops: None,
            inode: entry.inode,
            cookie: 0,
        })
        .collect())
}

/// All connections of `ports`.
///
/// # Errors
/// When neither file can be read.
pub(super) fn count(net: &Path, ports: Ports<'_>) -> io::Result<Counted> {
    let ages = ConnectionAges::default();
    // Who opened a connection only sock_diag tells.
    let none = OpenedHere::default();
    let mut sums = WalkSums::new(ports, ages.walk(Duration::ZERO), &none);
    for entry in connections(net)? {
        sums.add_entry(&Connection {
            local: entry.local_address,
            remote: entry.remote_address,
            state: entry.state.to_u8(),
            inode: entry.inode,
            cookie: None,
            send_queue: entry.tx_queue,
            receive_queue: entry.rx_queue,
            asked_again: false,
        });
    }
    Ok(sums.finish().counted)
}

/// Every connection, once. The kernel finds its place in the table again for each
/// 4 KB of text, by counting from the head of a hash chain: who joins that chain
/// meanwhile shifts it, and a line comes twice (1 in 60 readings of 31 000 lines
/// beside 2 000 connects a second; 310 of 300 held ones were told once).
fn connections(net: &Path) -> io::Result<Vec<TcpNetEntry>> {
    let mut all = entries(net)?;
    all.retain(|entry| {
        !matches!(entry.state, TcpState::Listen | TcpState::TimeWait | TcpState::Close)
    });
    let ends = |entry: &TcpNetEntry| (entry.local_address, entry.remote_address);
    all.sort_unstable_by_key(ends);
    all.dedup_by_key(|entry| ends(entry));
    Ok(all)
}

/// Both files; a host without IPv6 has no `tcp6`.
fn entries(net: &Path) -> io::Result<Vec<TcpNetEntry>> {
    let mut all = read(&net.join("tcp"))?;
    match read(&net.join("tcp6")) {
        Ok(v6) => all.extend(v6),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    Ok(all)
}

fn read(path: &Path) -> io::Result<Vec<TcpNetEntry>> {
    let text = BufReader::new(File::open(path)?);
    let TcpNetEntries(entries) = TcpNetEntries::from_buf_read(text, procfs::current_system_info())
        .map_err(|error| io::Error::other(format!("{}: {error}", path.display())))?;
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";

    fn line(remote: u16, state: &str, inode: u64) -> String {
        format!(
            "   0: 0100007F:1F90 0100007F:{remote:04X} {state} 00000000:00000000 00:00000000 00000000     0        0 {inode} 1 0 20 4 0 10 -1\n"
        )
    }

    #[test]
    fn a_line_that_the_kernel_tells_twice_is_one_connection() {
        let net = tempfile::tempdir().unwrap();
        let told = [
            line(40_001, "01", 71),
            line(40_002, "01", 72),
            line(40_001, "01", 71),
            // It ended between its two lines, and is an orphan now.
            line(40_002, "04", 0),
            line(40_003, "06", 0),
            line(0, "0A", 70),
        ];
        std::fs::write(net.path().join("tcp"), format!("{HEAD}{}", told.concat())).unwrap();
        let found = connections(net.path()).unwrap();
        let ends: Vec<u16> = found.iter().map(|entry| entry.remote_address.port()).collect();
        assert_eq!(ends, [40_001, 40_002]);
    }

    #[test]
    fn listeners_that_share_an_address_are_all_told() {
        let net = tempfile::tempdir().unwrap();
        let told = [line(0, "0A", 70), line(0, "0A", 71)];
        std::fs::write(net.path().join("tcp"), format!("{HEAD}{}", told.concat())).unwrap();
        assert_eq!(listeners(net.path()).unwrap().len(), 2);
    }
}
