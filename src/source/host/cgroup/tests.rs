//! Tests of `cgroup`.

use super::mounts::{Mount, Mounts};
use super::*;

fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    dir
}

fn mount(at: PathBuf) -> Mount {
    Mount { root: "/".into(), at }
}

fn v2(dir: &tempfile::TempDir) -> Mounts {
    Mounts { v2: Some(mount(dir.path().into())), ..Mounts::default() }
}

#[test]
fn the_tightest_limit_of_all_ancestors_counts() {
    let dir = tree(&[
        ("a/memory.current", "900"),
        ("a/memory.max", "1000"),
        ("a/memory.stat", "inactive_file 100\n"),
        ("a/b/memory.current", "500"),
        ("a/b/memory.max", "max"),
        ("a/b/memory.events", "low 0\noom 1\noom_kill 3\n"),
        ("a/b/cpu.max", "max 100000"),
        ("a/cpu.max", "150000 100000"),
        ("a/b/pids.current", "7"),
        ("a/b/pids.max", "max"),
    ]);
    let cgroup = read(&v2(&dir), "/a/b");
    assert_eq!(cgroup.memory, Reading::Seen(Usage { used: 800, limit: Some(1000) }));
    assert_eq!(cgroup.oom_kills, Reading::Seen(3));
    assert_eq!(cgroup.cpu_quota, Reading::Seen(Some(1.5)));
    assert_eq!(cgroup.pids, Reading::Seen(Usage { used: 7, limit: None }));
}

#[test]
fn version_one_writes_no_limit_as_a_huge_number() {
    let dir = tree(&[
        ("memory/x/memory.usage_in_bytes", "5000"),
        ("memory/x/memory.limit_in_bytes", "9223372036854771712"),
        ("memory/x/memory.stat", "total_inactive_file 1000\n"),
        ("memory/x/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n"),
    ]);
    let mounts = Mounts { memory: Some(mount(dir.path().join("memory"))), ..Mounts::default() };
    let cgroup = read(&mounts, "/x");
    assert_eq!(cgroup.memory, Reading::Seen(Usage { used: 4000, limit: None }));
    assert_eq!((cgroup.oom_kills, cgroup.version), (Reading::Seen(2), CgroupVersion::V1));
    assert_eq!(cgroup.pids, Reading::Absent);
}

#[test]
fn in_a_container_the_mount_is_the_cgroup() {
    let dir = tree(&[("memory.current", "10"), ("memory.max", "20")]);
    for path in ["/docker/0123", "/../..", "/"] {
        let cgroup = read(&v2(&dir), path);
        assert_eq!(cgroup.memory, Reading::Seen(Usage { used: 10, limit: Some(20) }), "{path}");
    }
}

#[test]
fn a_quota_of_a_hierarchy_of_its_own_is_seen() {
    let dir = tree(&[
        ("memory/memory.usage_in_bytes", "7"),
        ("cpu/app/cpu.cfs_quota_us", "20000"),
        ("cpu/app/cpu.cfs_period_us", "100000"),
        ("cpu/app/cpu.stat", "nr_periods 9\nnr_throttled 4\nthrottled_time 5000000\n"),
    ]);
    let at = |name: &str| Some(mount(dir.path().join(name)));
    let both = Mounts { memory: at("memory"), cpu: at("cpu"), ..Mounts::default() };
    // The memory is of version 2, and the CPU is not.
    let hybrid = Mounts { v2: at("memory"), cpu: at("cpu"), ..Mounts::default() };
    for mounts in [both, hybrid] {
        let cgroup = read(&mounts, "cpu:/app");
        assert_eq!(cgroup.cpu_quota, Reading::Seen(Some(0.2)), "{mounts:?}");
        assert_eq!((cgroup.throttled, cgroup.periods), (Reading::Seen(4), Reading::Seen(9)));
        assert_eq!(cgroup.throttled_for, Reading::Seen(Duration::from_millis(5)));
    }
}

#[test]
fn throttling_by_an_ancestor_is_seen() {
    let dir = tree(&[
        ("a/cpu.max", "50000 100000"),
        ("a/cpu.stat", "nr_throttled 12\n"),
        ("a/b/cpu.max", "max 100000"),
        ("a/b/cpu.stat", "nr_throttled 0\n"),
    ]);
    assert_eq!(read(&v2(&dir), "/a/b").throttled, Reading::Seen(12));
}

#[test]
fn a_refused_file_is_denied_with_its_path() {
    let dir = tree(&[("a/memory.current/x", ""), ("a/cpu.max/x", "")]);
    let cgroup = read(&v2(&dir), "/a");
    assert!(cgroup.memory.denied().is_some_and(|w| w.contains("a/memory.current")), "{cgroup:?}");
    assert!(cgroup.cpu_quota.denied().is_some_and(|w| w.contains("cpu.max")), "{cgroup:?}");
}

#[test]
fn a_limit_above_the_mount_is_known_to_version_one() {
    let dir = tree(&[
        ("memory/memory.usage_in_bytes", "5000"),
        ("memory/memory.limit_in_bytes", "9223372036854771712"),
        ("memory/memory.stat", "hierarchical_memory_limit 8192\n"),
    ]);
    let mounts = Mounts { memory: Some(mount(dir.path().join("memory"))), ..Mounts::default() };
    let memory = read(&mounts, "/").memory;
    assert_eq!(memory, Reading::Seen(Usage { used: 5000, limit: Some(8192) }));
}

#[test]
fn mounts_are_found_by_controller_and_the_first_one_counts() {
    let text = "25 1 0:30 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct\n\
                26 1 0:31 /docker/ab /sys/fs/my\\040cgroup rw - cgroup cgroup rw,memory\n\
                27 1 0:32 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n\
                28 1 0:32 / /run/other rw - cgroup2 cgroup2 rw\n\
                garbage\n29 1 0:33 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd\n";
    let mounts = Mounts::parse(text);
    assert_eq!(mounts.v2, Some(mount("/sys/fs/cgroup/unified".into())));
    assert_eq!(mounts.cpu, Some(mount("/sys/fs/cgroup/cpu,cpuacct".into())));
    let memory = Mount { root: "/docker/ab".into(), at: "/sys/fs/my cgroup".into() };
    assert_eq!((mounts.memory, mounts.pids), (Some(memory), None));
    for end in 0..text.len() {
        let _ = Mounts::parse(&text[..end]);
    }
}

#[test]
fn the_root_of_a_bind_mount_is_taken_off_the_path() {
    let dir = tree(&[("sub/memory.current", "5"), ("memory.current", "50"), ("memory.max", "60")]);
    let at = Mount { root: "/docker/ab".into(), at: dir.path().into() };
    let mounts = Mounts { v2: Some(at), ..Mounts::default() };
    let own = read(&mounts, "/docker/ab/sub");
    assert_eq!(own.memory, Reading::Seen(Usage { used: 50, limit: Some(60) }));
    let cut = read(&mounts, "/docker/abacus");
    assert_eq!(cut.memory, Reading::Seen(Usage { used: 50, limit: Some(60) }), "no prefix");
}

#[test]
fn a_controller_that_branches_later_is_read_where_it_branched() {
    let dir = tree(&[
        ("memory/slice/svc/memory.usage_in_bytes", "7"),
        ("cpu/slice/cpu.cfs_quota_us", "200000"),
        ("cpu/slice/cpu.cfs_period_us", "100000"),
        ("cpu/slice/cpu.stat", "nr_periods 9\nnr_throttled 4\n"),
        ("cpu/cpu.cfs_quota_us", "-1"),
        ("cpu/cpu.cfs_period_us", "100000"),
    ]);
    let at = |name: &str| Some(mount(dir.path().join(name)));
    let mounts = Mounts { memory: at("memory"), cpu: at("cpu"), ..Mounts::default() };
    let cgroup = read(&mounts, "/slice/svc");
    assert_eq!(cgroup.cpu_quota, Reading::Seen(Some(2.0)));
    assert_eq!((cgroup.throttled, cgroup.periods), (Reading::Seen(4), Reading::Seen(9)));
}

#[test]
fn garbage_in_any_file_is_no_number_and_no_panic() {
    let names =
        ["memory.current", "memory.max", "memory.stat", "memory.events", "cpu.max", "cpu.stat"];
    for text in
        ["", "max", "\0\u{fffd}", "1 2 3", "99999999999999999999999", "nan nan", "-5 0", "x y"]
    {
        let files: Vec<(&str, &str)> = names.iter().map(|n| (*n, text)).collect();
        let cgroup = read(&v2(&tree(&files)), "/");
        assert!(cgroup.memory.seen().is_none(), "{text:?}: {cgroup:?}");
        assert!(cgroup.oom_kills.seen().is_none() && cgroup.throttled.seen().is_none(), "{text:?}");
        assert!(
            !matches!(cgroup.cpu_quota, Reading::Seen(Some(_))) || text == "1 2 3",
            "{cgroup:?}"
        );
    }
}

#[test]
fn no_cgroup_at_all_is_absent() {
    let cgroup = read(&Mounts::default(), "/");
    assert_eq!((cgroup.memory, cgroup.pids), (Reading::Absent, Reading::Absent));
    assert_eq!((cgroup.cpu_quota, cgroup.throttled), (Reading::Absent, Reading::Absent));
}

#[test]
fn our_own_cgroup_reads_back_where_this_host_has_one() {
    let mounts = Mounts::parse(&fs::read_to_string("/proc/self/mountinfo").unwrap());
    let path = path_of(&fs::read_to_string("/proc/self/cgroup").unwrap()).unwrap();
    let cgroup = read(&mounts, &path);
    assert_eq!(mounts.memory.is_some(), cgroup.version == CgroupVersion::V1);
    for why in [cgroup.memory.denied(), cgroup.pids.denied(), cgroup.cpu_quota.denied()] {
        assert_eq!(why, None);
    }
    if mounts.memory.is_some() {
        assert!(cgroup.memory.seen().is_some_and(|m| m.used > 0), "{cgroup:?}");
    }
}
