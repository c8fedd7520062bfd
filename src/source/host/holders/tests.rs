//! Tests of `holders`.

use std::fs;
use std::os::unix::fs::symlink;

use super::*;

/// A `/proc` with the descriptors of some processes.
struct Host(tempfile::TempDir);

impl Host {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn set(&self, pid: u32, fd: u32, target: &str) {
        let folder = self.0.path().join(pid.to_string()).join("fd");
        fs::create_dir_all(&folder).unwrap();
        let link = folder.join(fd.to_string());
        let _ = fs::remove_file(&link);
        symlink(target, link).unwrap();
    }

    fn opens(&self, pid: u32, fd: u32, inode: u64) {
        self.set(pid, fd, &format!("socket:[{inode}]"));
    }

    fn closes(&self, pid: u32, fd: u32) {
        fs::remove_file(self.0.path().join(format!("{pid}/fd/{fd}"))).unwrap();
    }

    fn holders(&self) -> Holders {
        Holders::new(self.0.path())
    }
}

fn at(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Pid, held, gone of each.
fn told(workers: &[Worker]) -> Vec<(u32, Option<u64>, u64)> {
    workers.iter().map(|w| (w.pid, w.held.seen().copied(), w.gone)).collect()
}

#[test]
fn each_connection_is_put_to_its_process_and_missed_when_it_is_over() {
    let host = Host::new();
    host.set(7, 0, "/dev/null");
    for (pid, fd, inode) in [(7, 4, 100), (7, 5, 101), (8, 4, 200)] {
        host.opens(pid, fd, inode);
    }
    let mut holders = host.holders();
    let behind = [(7, 1), (8, 1)];
    let workers = holders.walked(at(1), &[100, 101, 200], &behind);
    assert_eq!(told(&workers), [(7, Some(2), 0), (8, Some(1), 0)]);
    assert!(workers.iter().all(|w| w.whole));
    host.closes(7, 5);
    host.opens(8, 5, 201);
    let workers = holders.walked(at(10), &[100, 200, 201], &behind);
    assert_eq!(told(&workers), [(7, Some(1), 1), (8, Some(2), 0)]);
}

#[test]
fn a_descriptor_that_is_given_out_again_is_read_again() {
    let host = Host::new();
    host.opens(7, 4, 100);
    let mut holders = host.holders();
    holders.walked(at(1), &[100], &[(7, 1)]);
    host.opens(7, 4, 150);
    let workers = holders.walked(at(10), &[150], &[(7, 1)]);
    assert_eq!(told(&workers), [(7, Some(1), 1)]);
    // And one that was a file before.
    host.set(7, 5, "/var/log/ws.log");
    host.opens(7, 6, 151);
    holders.walked(at(20), &[150, 151], &[(7, 1)]);
    host.opens(7, 5, 152);
    let workers = holders.walked(at(30), &[150, 151, 152], &[(7, 1)]);
    assert_eq!(told(&workers), [(7, Some(3), 0)]);
}

#[test]
fn a_process_that_ended_is_told_of_once_more() {
    let host = Host::new();
    host.opens(7, 4, 100);
    host.opens(8, 4, 200);
    let mut holders = host.holders();
    holders.walked(at(1), &[100, 200], &[(7, 1), (8, 1)]);
    host.closes(8, 4);
    let workers = holders.walked(at(10), &[100], &[(7, 1)]);
    assert_eq!(told(&workers), [(7, Some(1), 0), (8, Some(0), 1)]);
    assert_eq!(told(&holders.walked(at(20), &[100], &[(7, 1)])), [(7, Some(1), 0)]);
}

#[test]
fn a_pid_that_is_given_out_again_is_another_process() {
    let host = Host::new();
    host.opens(7, 4, 100);
    let mut holders = host.holders();
    holders.walked(at(1), &[100], &[(7, 1)]);
    host.opens(7, 4, 101);
    let workers = holders.walked(at(10), &[101], &[(7, 2)]);
    let ticks: Vec<_> = workers.iter().map(|w| (w.start_ticks, w.gone, w.held.seen())).collect();
    assert_eq!(ticks, [(1, 1, Some(&0)), (2, 0, Some(&1))]);
}

#[test]
fn a_connection_that_two_hold_outlives_the_first() {
    let host = Host::new();
    host.opens(7, 4, 100);
    host.opens(8, 4, 100);
    let mut holders = host.holders();
    holders.walked(at(1), &[100], &[(7, 1), (8, 1)]);
    host.closes(7, 4);
    let workers = holders.walked(at(10), &[100], &[(8, 1)]);
    assert_eq!(told(&workers), [(7, Some(0), 0), (8, Some(1), 0)], "nothing was lost");
}

#[test]
fn a_search_that_was_cut_goes_on_and_says_that_it_is_not_whole() {
    let host = Host::new();
    let inodes: Vec<u64> = (0..30).collect();
    for (fd, inode) in (3..).zip(&inodes) {
        host.opens(7, fd, *inode);
    }
    let mut holders = host.holders();
    holders.most_links = 20;
    let workers = holders.walked(at(1), &inodes, &[(7, 1)]);
    assert_eq!((told(&workers)[0].1, workers[0].whole), (Some(20), false));
    let workers = holders.walked(at(100), &inodes, &[(7, 1)]);
    assert_eq!((told(&workers)[0].1, workers[0].whole), (Some(30), true));
}

#[test]
fn what_nobody_holds_is_not_looked_for_at_every_walk() {
    let host = Host::new();
    host.opens(7, 4, 100);
    let mut holders = host.holders();
    assert!(holders.walked(at(1), &[100, 999], &[(7, 1)])[0].whole);
    // It has come to a process since, which is found out half a minute later.
    host.opens(7, 5, 999);
    assert_eq!(told(&holders.walked(at(10), &[100, 999], &[(7, 1)]))[0].1, Some(1));
    assert_eq!(told(&holders.walked(at(40), &[100, 999], &[(7, 1)]))[0].1, Some(2));
}
