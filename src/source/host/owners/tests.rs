//! Tests of `owners`.

use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, symlink};

use super::*;

/// Pid, start, and the sockets at its descriptors.
type Process<'a> = (u32, u64, &'a [(u32, u64)]);

/// A `/proc` of processes with their start and the sockets at their descriptors.
fn host(processes: &[Process]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (pid, start, sockets) in processes {
        process(dir.path(), *pid, *start, sockets);
    }
    dir
}

fn process(proc: &Path, pid: u32, begun: u64, sockets: &[(u32, u64)]) {
    let own = proc.join(pid.to_string());
    fs::create_dir_all(own.join("fd")).unwrap();
    let stat = format!("{pid} (a) S 1 7 7 0 -1 4 1 0 0 0 3 1 0 0 20 0 5 0 {begun} 1");
    fs::write(own.join("stat"), stat).unwrap();
    for (fd, inode) in sockets {
        let link = own.join("fd").join(fd.to_string());
        let _ = fs::remove_file(&link);
        symlink(format!("socket:[{inode}]"), link).unwrap();
    }
}

#[test]
fn our_own_listener_is_found_and_a_strange_inode_is_not() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let inode =
        fs::metadata(format!("/proc/self/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&listener)))
            .unwrap()
            .ino();
    let own = std::process::id();
    let mut search = OwnerSearch::new(Path::new("/proc"));
    for _ in 0..2 {
        let owners = search.find(&[inode, u64::MAX], true);
        assert!(owners.pids.contains(&(inode, vec![own])), "{owners:?}");
        assert_eq!(owners.hidden, [u64::MAX]);
        assert!(!owners.why.is_empty());
    }
    let mut found = HashSet::new();
    assert!(!add_sockets_of(Path::new("/proc"), own, &mut found), "nothing is refused");
    assert!(found.contains(&inode));
    drop(listener);
    assert_eq!(search.find(&[inode], true).hidden, [inode], "closed, whatever was remembered");
}

#[test]
fn workers_that_share_a_listener_are_all_found() {
    let dir = host(&[(7, 1, &[(3, 50)]), (8, 1, &[(3, 50), (4, 60)]), (9, 1, &[(3, 70)])]);
    let owners = OwnerSearch::new(dir.path()).find(&[50, 60], true);
    assert_eq!(owners.pids, [(50, vec![7, 8]), (60, vec![8])]);
    assert_eq!((owners.hidden.is_empty(), owners.why.as_str()), (true, ""));
}

#[test]
fn a_socket_without_inode_is_hidden_and_costs_no_search() {
    let dir = host(&[(7, 1, &[(3, 0)])]);
    let owners = OwnerSearch::new(dir.path()).find(&[0], true);
    assert_eq!((owners.pids.len(), owners.hidden), (0, vec![0]));
}

#[test]
fn a_search_that_was_cut_says_so_and_goes_on_the_next_time() {
    let many: Vec<(u32, u64)> = (10..30).map(|fd| (fd, 1000 + u64::from(fd))).collect();
    let dir = host(&[(7, 1, &many), (8, 1, &many), (9, 1, &[(3, 50)])]);
    let mut search = OwnerSearch { most_links: 25, ..OwnerSearch::new(dir.path()) };
    let first = search.find(&[50], true);
    assert_eq!(first.hidden, [50]);
    assert!(first.why.contains("more than 25 descriptors"), "{}", first.why);
    search.most_links = 70;
    assert_eq!(search.find(&[50], true).pids, [(50, vec![9])]);
    assert_eq!(search.find(&[50], true).why, "");
}

#[test]
fn what_was_remembered_is_checked_before_it_is_told() {
    let dir = host(&[(7, 1, &[(3, 50)])]);
    let mut search = OwnerSearch::new(dir.path());
    assert_eq!(search.find(&[50], true).pids, [(50, vec![7])]);
    // It moved to another descriptor.
    process(dir.path(), 7, 1, &[(3, 99), (9, 50)]);
    assert_eq!(search.find(&[50], true).pids, [(50, vec![7])]);
    // The pid was taken again, by a process that does not hold it.
    process(dir.path(), 7, 2, &[(9, 98)]);
    assert_eq!(search.find(&[50], true).hidden, [50]);
    // A new listener of a known process.
    process(dir.path(), 7, 2, &[(5, 60)]);
    assert_eq!(search.find(&[50, 60], true).pids, [(60, vec![7])]);
    fs::remove_dir_all(dir.path().join("7")).unwrap();
    assert!(search.find(&[60], true).pids.is_empty() && search.known.is_empty());
}

#[test]
fn a_listener_behind_thousands_of_connections_is_found_once_and_kept() {
    let mut many: Vec<(u32, u64)> = (3..2003).map(|fd| (fd, 10_000 + u64::from(fd))).collect();
    many.push((2003, 50));
    let dir = host(&[(7, 1, &many)]);
    let mut search = OwnerSearch::new(dir.path());
    assert_eq!(search.find(&[50, 60], true).pids, [(50, vec![7])]);
    search.most_links = LOW;
    assert_eq!(search.find(&[50, 60], true).pids, [(50, vec![7])], "with the low descriptors only");
}

#[test]
fn links_that_are_no_sockets_are_passed_over() {
    let dir = host(&[(7, 1, &[(5, 50)])]);
    for (fd, to) in [("0", "/dev/null"), ("1", "socket:[x]"), ("2", "socket:[5"), ("no", "")] {
        let _ = symlink(to, dir.path().join("7/fd").join(fd));
    }
    fs::create_dir_all(dir.path().join("8")).unwrap();
    fs::write(dir.path().join("8/fd"), "no folder").unwrap();
    assert_eq!(OwnerSearch::new(dir.path()).find(&[50], true).pids, [(50, vec![7])]);
    let mut found = HashSet::new();
    add_sockets_of(dir.path(), 7, &mut found);
    assert_eq!(found, HashSet::from([50]));
    add_sockets_of(dir.path(), 8, &mut found);
    assert_eq!(found, HashSet::from([50]));
}

#[test]
fn a_process_is_known_by_name_or_program() {
    let dir = host(&[(7, 1, &[]), (8, 1, &[]), (9, 1, &[])]);
    fs::write(dir.path().join("7/comm"), "node\n").unwrap();
    fs::write(dir.path().join("8/comm"), "MainThread\n").unwrap();
    fs::write(dir.path().join("8/cmdline"), b"/usr/bin/node\0--x\xff\0").unwrap();
    fs::write(dir.path().join("9/cmdline"), b"/opt/nodejs\0node\0").unwrap();
    assert_eq!(pids_by_name(dir.path(), "node"), [7, 8]);
    assert!(pids_by_name(dir.path(), "nod").is_empty());
}
