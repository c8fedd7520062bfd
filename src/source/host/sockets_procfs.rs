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

use super::ages::AgeBook;
use super::sockets::{Counted, Entry, Ports, Tally};
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
    let book = AgeBook::default();
    let mut tally = Tally::new(ports, book.walk(Duration::ZERO));
    for entry in entries(net)? {
        let state = entry.state.to_u8();
        if !matches!(entry.state, TcpState::Listen | TcpState::TimeWait | TcpState::Close) {
            tally.add_entry(&Entry {
                local: entry.local_address,
                remote: entry.remote_address,
                state,
                inode: entry.inode,
                cookie: None,
            });
        }
    }
    Ok(tally.finish().0)
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
