//! Tests of `processes`.

use super::*;
use crate::sample::RunState;

#[test]
fn a_name_with_parentheses_does_not_shift_the_fields() {
    let text = b"7 (a) b) (c) S 1 7 7 0 -1 4 1 0 0 0 30 12 0 0 20 0 5 0 9001 1 2";
    let stat = parse_stat(text).unwrap();
    assert_eq!((stat.comm, stat.cpu_ticks), (&b"a) b) (c"[..], 42));
    assert_eq!((stat.threads, stat.start_ticks), (5, 9001));
    for end in 0..text.len() {
        let _ = parse_stat(&text[..end]);
    }
}

#[test]
fn limits_may_be_unlimited() {
    let text = "Limit\nMax open files            1024                 unlimited            files\n";
    assert_eq!(parse_limits(text), Some((Some(1024), None)));
    assert_eq!(parse_limits("Max open files x"), None);
}

#[test]
fn our_own_process_reads_back() {
    let mut reader = ProcessReader::new(Path::new("/proc"));
    let own = reader.read(Duration::ZERO, &[std::process::id()]).remove(0);
    assert!(own.rss.seen().is_some_and(|&rss| rss > 100_000));
    assert!(own.fds.seen().is_some_and(|&fds| fds >= 3));
    assert!(own.fd_soft.seen().is_some() && own.started.is_some());
    let age = Utc::now() - own.started.unwrap();
    assert!(age < TimeDelta::hours(1), "{age}");
}

#[test]
fn an_ended_process_is_left_out() {
    let mut child = std::process::Command::new("sleep").arg("60").spawn().unwrap();
    let mut reader = ProcessReader::new(Path::new("/proc"));
    assert_eq!(reader.read(Duration::ZERO, &[child.id()]).len(), 1);
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(reader.ended().is_empty());
    assert!(reader.read(Duration::ZERO, &[child.id()]).is_empty());
    assert_eq!(reader.ended().iter().map(|e| e.pid).collect::<Vec<_>>(), [child.id()]);
    assert!(reader.read(Duration::ZERO, &[u32::MAX]).is_empty());
}

/// A thread's folder has the files of a process, so a test can name one.
fn named(name: &std::ffi::CStr) -> Vec<ProcessReading> {
    std::thread::scope(|scope| {
        let run = || {
            rustix::thread::set_name(name).unwrap();
            let tid = rustix::thread::gettid().as_raw_nonzero().get().unsigned_abs();
            ProcessReader::new(Path::new("/proc/self/task")).read(Duration::ZERO, &[tid])
        };
        scope.spawn(run).join().unwrap()
    })
}

#[test]
fn a_name_that_is_no_utf8_does_not_hide_the_process() {
    // 15 bytes cut through a two-byte letter, as the kernel does.
    let read = named(c"\xd1\x81\xd0\xb5\xd1\x80\xd0\xb2\xd0\xb5\xd1\x80-a\xd1");
    assert_eq!(read.len(), 1);
    assert_eq!(read[0].name, "сервер-a\u{fffd}");
}

#[test]
fn a_stopped_process_reads_stopped_until_it_goes_on() {
    let mut child = std::process::Command::new("sleep").arg("600").spawn().unwrap();
    let pid = rustix::process::Pid::from_child(&child);
    let mut reader = ProcessReader::new(Path::new("/proc"));
    let mut state = || reader.read(Duration::ZERO, &[child.id()])[0].state;
    let mut becomes = |wanted: fn(RunState) -> bool| {
        let deadline = std::time::Instant::now() + Duration::from_secs(10);
        while !state().is_some_and(wanted) {
            assert!(std::time::Instant::now() < deadline, "{:?}", state());
            std::thread::yield_now();
        }
    };
    rustix::process::kill_process(pid, rustix::process::Signal::STOP).unwrap();
    becomes(|state| state == RunState::Stopped);
    rustix::process::kill_process(pid, rustix::process::Signal::CONT).unwrap();
    becomes(|state| matches!(state, RunState::Sleeping | RunState::Running));
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_process_that_died_and_was_not_reaped_is_no_process() {
    let mut child = std::process::Command::new("sleep").arg("60").spawn().unwrap();
    let pid = rustix::process::Pid::from_child(&child);
    let mut reader = ProcessReader::new(Path::new("/proc"));
    assert_eq!(reader.read(Duration::ZERO, &[child.id()]).len(), 1);
    child.kill().unwrap();
    let dead = rustix::process::WaitIdOptions::EXITED | rustix::process::WaitIdOptions::NOWAIT;
    rustix::process::waitid(rustix::process::WaitId::Pid(pid), dead).unwrap();
    let left = reader.read(Duration::ZERO, &[child.id()]);
    child.wait().unwrap();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn numbers_out_of_any_range_are_no_panic() {
    let dir = tempfile::tempdir().unwrap();
    let own = dir.path().join("7");
    fs::create_dir(&own).unwrap();
    let max = u64::MAX;
    fs::write(
        own.join("stat"),
        format!("7 (a) S 1 7 7 0 -1 4 1 0 0 0 {max} {max} 0 0 20 0 5 0 {max} 1"),
    )
    .unwrap();
    fs::write(own.join("statm"), format!("1 {max}")).unwrap();
    let read = ProcessReader::new(dir.path()).read(Duration::ZERO, &[7]);
    assert!(read.iter().all(|p| p.rss.seen().is_none()), "{read:?}");
}

#[test]
fn memory_that_cannot_be_read_is_not_zero() {
    let dir = tempfile::tempdir().unwrap();
    let own = dir.path().join("7");
    fs::create_dir(&own).unwrap();
    fs::write(own.join("stat"), "7 (a) S 1 7 7 0 -1 4 1 0 0 0 3 1 0 0 20 0 5 0 9 1").unwrap();
    fs::write(own.join("statm"), "").unwrap();
    let read = ProcessReader::new(dir.path()).read(Duration::ZERO, &[7]);
    assert_ne!(read[0].rss, Reading::Seen(0));
}

#[test]
fn garbage_is_never_a_panic() {
    let seed =
        b"7 (a) S 1 7 7 0 -1 4 1 0 0 0 3 1 0 0 20 0 5 0 9 1 Uid:\t0 Max open files 1 unlimited";
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for _ in 0..20_000 {
        let mut text = seed.to_vec();
        for _ in 0..4 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let at = usize::try_from(state % seed.len() as u64).unwrap();
            text[at] = state.to_le_bytes()[4];
        }
        let _ = parse_stat(&text);
        let text = String::from_utf8_lossy(&text);
        let _ = (parse_rss(&text), parse_uid(&text), parse_limits(&text));
    }
}

#[test]
fn owner_and_cgroup_are_read_again_after_ten_seconds() {
    let dir = tempfile::tempdir().unwrap();
    let own = dir.path().join("7");
    fs::create_dir(&own).unwrap();
    fs::write(own.join("stat"), "7 (a) S 1 7 7 0 -1 4 1 0 0 0 3 1 0 0 20 0 5 0 9 1").unwrap();
    fs::write(own.join("statm"), "9 4 2").unwrap();
    fs::write(own.join("status"), b"Name:\t\xff\nUid:\t0\t33\t33\t33\n").unwrap();
    let mut reader = ProcessReader::new(dir.path());
    let first = reader.read(Duration::ZERO, &[7]).remove(0);
    assert_eq!(
        (first.uid, first.fd_soft, first.fds),
        (Reading::Seen(0), Reading::Absent, Reading::Absent)
    );
    fs::write(own.join("status"), "Uid:\t33\t33\t33\t33\n").unwrap();
    fs::write(own.join("cgroup"), "0::/web\n").unwrap();
    let soon = reader.read(Duration::from_secs(9), &[7]).remove(0);
    assert_eq!((soon.uid, soon.cgroup), (Reading::Seen(0), None));
    let later = reader.read(Duration::from_secs(10), &[7]).remove(0);
    assert_eq!((later.uid, later.cgroup.as_deref()), (Reading::Seen(33), Some("/web")));
}

#[test]
fn a_process_that_stays_away_ends_once() {
    let mut reader = ProcessReader::new(Path::new("/proc"));
    let own = std::process::id();
    reader.read(Duration::ZERO, &[own]);
    assert!(!reader.some_missing());
    reader.read(Duration::ZERO, &[own, u32::MAX]);
    assert!(reader.some_missing(), "asked for the first time and not there");
    reader.read(Duration::ZERO, &[own, u32::MAX]);
    assert!(!reader.some_missing(), "known to be away: no reason to search again");
}

#[test]
fn refused_files_name_their_path() {
    let dir = tempfile::tempdir().unwrap();
    let own = dir.path().join("7");
    fs::create_dir_all(own.join("limits")).unwrap();
    fs::create_dir_all(own.join("status")).unwrap();
    fs::write(own.join("stat"), "7 (a) S 1 7 7 0 -1 4 1 0 0 0 3 1 0 0 20 0 5 0 9 1").unwrap();
    fs::write(own.join("statm"), "9 4 2").unwrap();
    let read = ProcessReader::new(dir.path()).read(Duration::ZERO, &[7]).remove(0);
    assert!(read.fd_soft.denied().is_some_and(|why| why.contains("7/limits")), "{read:?}");
    assert!(read.uid.denied().is_some_and(|why| why.contains("7/status")), "{read:?}");
}

/// A `/proc` with one process of two threads that have used so many ticks.
fn threaded(dir: &Path, threads: &[(u32, u64)]) {
    let stat = |pid: u32, ticks: u64| {
        let threads = threads.len();
        format!("{pid} (ws) R 1 7 7 0 -1 4 1 0 0 0 {ticks} 0 0 0 20 0 {threads} 0 9001 1 2")
    };
    let own = dir.join("7");
    fs::create_dir_all(&own).unwrap();
    fs::write(own.join("statm"), "9 9 9").unwrap();
    fs::write(own.join("stat"), stat(7, threads.iter().map(|(_, t)| t).sum())).unwrap();
    for &(tid, ticks) in threads {
        let task = own.join("task").join(tid.to_string());
        fs::create_dir_all(&task).unwrap();
        fs::write(task.join("stat"), stat(tid, ticks)).unwrap();
    }
}

#[test]
fn the_thread_that_spins_is_found_among_those_that_work_a_little() {
    let dir = tempfile::tempdir().unwrap();
    let per_second = rustix::param::clock_ticks_per_second();
    let mut reader = ProcessReader::new(dir.path());
    let mut read = |second: u64, threads: &[(u32, u64)]| {
        threaded(dir.path(), threads);
        let read = reader.read(Duration::from_secs(second), &[7]).remove(0);
        read.busiest_thread.map(|t| (t.tid, t.cpu_seconds, t.over))
    };
    assert_eq!(read(1, &[(7, 900), (8, 0)]), None);
    assert_eq!(read(2, &[(7, 901), (8, per_second)]), None, "looked at for the first time");
    let second = Duration::from_secs(1);
    assert_eq!(read(3, &[(7, 905), (8, 2 * per_second)]), Some((8, 1.0, second)));
    assert_eq!(read(4, &[(7, 906), (8, 2 * per_second)]), None, "at rest it is not looked at");
}

#[test]
fn a_process_of_one_thread_is_its_own_busiest() {
    let dir = tempfile::tempdir().unwrap();
    let mut reader = ProcessReader::new(dir.path());
    for second in [0, 1] {
        threaded(dir.path(), &[(7, second * rustix::param::clock_ticks_per_second())]);
        let read = reader.read(Duration::from_secs(second), &[7]).remove(0).busiest_thread;
        assert_eq!(read.map(|t| (t.tid, t.cpu_seconds)), (second == 1).then_some((7, 1.0)));
    }
}
