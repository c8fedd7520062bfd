//! The O(1) counters of a network namespace: 45 µs whatever the load.

use std::io;
use std::path::Path;
use std::time::Duration;

use super::reread::Reread;
use crate::sample::{Counters, Reading};

/// The gauges are read once a second, and the tick before or after it: the kernel adds
/// them up over all CPUs, and nothing hangs on their tenths.
const GAUGES_EVERY: Duration = Duration::from_millis(950);

/// `/proc/…/net/{snmp,netstat,sockstat,sockstat6}`, kept open; they stay bound
/// to the namespace they were opened in.
#[derive(Debug)]
pub(super) struct CounterFiles {
    snmp: Reread,
    netstat: Reread,
    sockstat: Reread,
    sockstat6: Option<Reread>,
    /// The gauges as they were read last, and when.
    gauges: Option<(Duration, Counters)>,
}

impl CounterFiles {
    /// Opens them below `net`.
    ///
    /// # Errors
    /// When one is missing, `sockstat6` apart: a host may do without IPv6.
    pub(super) fn open(net: &Path) -> io::Result<Self> {
        Ok(Self {
            snmp: Reread::open(&net.join("snmp"))?,
            netstat: Reread::open(&net.join("netstat"))?,
            sockstat: Reread::open(&net.join("sockstat"))?,
            sockstat6: Reread::open(&net.join("sockstat6")).ok(),
            gauges: None,
        })
    }

    /// All counters at this monotonic time, gauges as they were within the last second.
    #[must_use]
    pub(super) fn read(&mut self, now: Duration) -> Reading<Counters> {
        let known = self.gauges.filter(|(then, _)| now.saturating_sub(*then) < GAUGES_EVERY);
        let gauges = match known {
            Some((_, gauges)) => Ok(gauges),
            None => self.read_gauges().inspect(|gauges| self.gauges = Some((now, *gauges))),
        };
        let read = gauges.and_then(|mut counters| {
            take("snmp", &mut self.snmp, take_snmp, &mut counters)?;
            take("netstat", &mut self.netstat, take_netstat, &mut counters)?;
            Ok(counters)
        });
        read.map_or_else(Reading::Denied, Reading::Seen)
    }

    /// The gauges alone.
    fn read_gauges(&mut self) -> Result<Counters, String> {
        let mut gauges = Counters::default();
        take("sockstat", &mut self.sockstat, take_sockstat, &mut gauges)?;
        // Without IPv6 there is none: its field stays empty.
        if let Some(Ok(text)) = self.sockstat6.as_mut().map(Reread::read) {
            take_sockstat6(&mut gauges, text);
        }
        Ok(gauges)
    }
}

/// Reads one file into the counters.
fn take(
    name: &str,
    file: &mut Reread,
    into: fn(&mut Counters, &str),
    counters: &mut Counters,
) -> Result<(), String> {
    let text = file.read().map_err(|error| format!("network counters, {name}: {error}"))?;
    into(counters, text);
    Ok(())
}

fn take_snmp(counters: &mut Counters, text: &str) {
    let tcp = CounterTable::find(text, "Tcp:");
    counters.passive_opens = tcp.value("PassiveOpens");
    counters.active_opens = tcp.value("ActiveOpens");
    counters.curr_estab = tcp.value("CurrEstab");
    counters.estab_resets = tcp.value("EstabResets");
    counters.out_rsts = tcp.value("OutRsts");
}

fn take_netstat(counters: &mut Counters, text: &str) {
    let ext = CounterTable::find(text, "TcpExt:");
    counters.listen_overflows = ext.value("ListenOverflows");
    counters.listen_drops = ext.value("ListenDrops");
}

fn take_sockstat(counters: &mut Counters, text: &str) {
    counters.tcp_inuse = pair(text, "TCP:", "inuse");
    counters.time_wait = pair(text, "TCP:", "tw");
    counters.tcp_mem_pages = pair(text, "TCP:", "mem");
}

fn take_sockstat6(counters: &mut Counters, text: &str) {
    counters.tcp6_inuse = pair(text, "TCP6:", "inuse");
}

/// Two lines with the same prefix: names, then values.
struct CounterTable<'a> {
    names: &'a str,
    values: &'a str,
}

impl<'a> CounterTable<'a> {
    fn find(text: &'a str, prefix: &str) -> Self {
        let mut lines = text.lines().filter_map(|line| line.strip_prefix(prefix));
        Self { names: lines.next().unwrap_or(""), values: lines.next().unwrap_or("") }
    }

    /// By name, never by position: kernels add columns.
    fn value(&self, name: &str) -> Option<u64> {
        let at = self.names.split_ascii_whitespace().position(|n| n == name)?;
        self.values.split_ascii_whitespace().nth(at)?.parse().ok()
    }
}

/// `TCP: inuse 5 orphan 0 …`: the number behind a name.
fn pair(text: &str, prefix: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(prefix))?;
    let mut words = line.split_ascii_whitespace();
    words.find(|&word| word == name)?;
    words.next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            std::fs::write(dir.path().join(name), text).unwrap();
        }
        dir
    }

    const SNMP: &str =
        "Ip: Forwarding\nIp: 1\nTcp: RtoAlgorithm New PassiveOpens OutRsts\nTcp: 1 7 42 -1\n";

    #[test]
    fn values_are_found_by_name_and_what_is_no_number_is_none() {
        let dir = folder(&[
            ("snmp", SNMP),
            ("netstat", "TcpExt: ListenDrops\nTcpExt: 3\n"),
            ("sockstat", "sockets: used 9\nTCP: inuse 5 orphan 0 tw 2 alloc 7 mem 1\n"),
        ]);
        let read = CounterFiles::open(dir.path()).unwrap().read(Duration::ZERO);
        let counters = read.seen().unwrap();
        assert_eq!(counters.passive_opens, Some(42));
        assert_eq!(counters.out_rsts, None);
        assert_eq!(counters.listen_overflows, None, "a kernel without the name");
        assert_eq!((counters.time_wait, counters.tcp_mem_pages), (Some(2), Some(1)));
        assert_eq!(counters.tcp6_inuse, None, "a host without IPv6");
    }

    #[test]
    fn files_cut_short_anywhere_give_no_wrong_number() {
        for end in 0..SNMP.len() {
            let dir = folder(&[
                ("snmp", &SNMP[..end]),
                ("netstat", "TcpExt:"),
                ("sockstat", "TCP: inuse"),
            ]);
            let read = CounterFiles::open(dir.path()).unwrap().read(Duration::ZERO);
            let opens = read.seen().unwrap().passive_opens;
            assert!(opens.is_none() || opens == Some(4) || opens == Some(42), "{end}: {opens:?}");
        }
    }

    #[test]
    fn this_host_has_them() {
        let read =
            CounterFiles::open(Path::new("/proc/thread-self/net")).unwrap().read(Duration::ZERO);
        assert!(read.seen().unwrap().passive_opens.is_some());
    }

    #[test]
    fn garbage_is_never_a_panic_and_never_an_error() {
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        let mut byte = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_le_bytes()[3]
        };
        let dir = folder(&[]);
        for _ in 0..300 {
            for name in ["snmp", "netstat", "sockstat", "sockstat6"] {
                let mut text = format!("{SNMP}TcpExt: ListenDrops\nTcpExt: 3\nTCP: inuse 5 tw 2\n")
                    .into_bytes();
                for _ in 0..6 {
                    let at = usize::from(byte()) % text.len();
                    text[at] = byte();
                }
                text.truncate(usize::from(byte()));
                std::fs::write(dir.path().join(name), text).unwrap();
            }
            let read = CounterFiles::open(dir.path()).unwrap().read(Duration::ZERO);
            assert!(read.seen().is_some(), "{read:?}");
        }
    }

    #[test]
    fn a_folder_in_place_of_a_file_is_denied_with_its_name() {
        let dir = folder(&[("snmp", SNMP), ("sockstat", "")]);
        std::fs::create_dir(dir.path().join("netstat")).unwrap();
        let read = CounterFiles::open(dir.path()).unwrap().read(Duration::ZERO);
        assert!(read.denied().is_some_and(|why| why.contains("netstat")), "{read:?}");
        let missing = folder(&[("snmp", SNMP)]);
        assert!(CounterFiles::open(missing.path()).is_err());
    }

    #[test]
    fn gauges_are_read_once_a_second_and_counters_each_time() {
        let write = |dir: &tempfile::TempDir, opens: u64, waiting: u64| {
            let snmp = SNMP.replace("42", &opens.to_string());
            let sockstat = format!("TCP: inuse 5 orphan 0 tw {waiting} alloc 7 mem 1\n");
            std::fs::write(dir.path().join("snmp"), snmp).unwrap();
            std::fs::write(dir.path().join("sockstat"), sockstat).unwrap();
        };
        let dir = folder(&[("snmp", SNMP), ("netstat", ""), ("sockstat", "")]);
        write(&dir, 1, 10);
        let mut files = CounterFiles::open(dir.path()).unwrap();
        let mut read = |at| {
            let read = files.read(Duration::from_millis(at));
            let counters = *read.seen().unwrap();
            (counters.passive_opens, counters.time_wait)
        };
        assert_eq!(read(0), (Some(1), Some(10)));
        write(&dir, 2, 20);
        assert_eq!(read(100), (Some(2), Some(10)), "the last reading holds");
        assert_eq!(read(1_003), (Some(2), Some(20)));
        write(&dir, 3, 30);
        assert_eq!(read(1_900), (Some(3), Some(20)));
        assert_eq!(read(1_998), (Some(3), Some(30)), "the tick nearest to a second");
    }

    #[test]
    fn what_a_kept_file_says_now_is_read_again_in_place() {
        let dir = folder(&[("snmp", SNMP), ("netstat", ""), ("sockstat", "")]);
        let mut files = CounterFiles::open(dir.path()).unwrap();
        assert_eq!(files.read(Duration::ZERO).seen().unwrap().passive_opens, Some(42));
        let longer = format!("{}{}", "x\n".repeat(5000), SNMP.replace("42", "43"));
        std::fs::write(dir.path().join("snmp"), longer).unwrap();
        assert_eq!(
            files.read(Duration::ZERO).seen().unwrap().passive_opens,
            Some(43),
            "longer than one read"
        );
        std::fs::write(dir.path().join("snmp"), SNMP).unwrap();
        assert_eq!(
            files.read(Duration::ZERO).seen().unwrap().passive_opens,
            Some(42),
            "and shorter again"
        );
    }
}
