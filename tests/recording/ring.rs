//! The last day of a host, kept by `stream --ring`.

use super::file::{replay, text};
use crate::checks::harness::{Running, User, herdtop, own_folder, run};

#[test]
fn the_ring_is_kept_by_one_and_a_new_run_moves_the_old_one_back() {
    let folder = own_folder();
    let state = folder.path();
    let ring = || {
        let mut command = herdtop(User::Own, &["stream", "--ring"]);
        command.env("XDG_STATE_HOME", state).env_remove("STATE_DIRECTORY");
        command
    };
    let mut first = Running::start(&mut ring());
    first.document();
    let said = run(&mut ring());
    assert_eq!((said.code, said.stderr.lines().count()), (Some(2), 1), "{said:?}");
    assert!(said.stderr.contains("another herdtop keeps the ring there"), "{}", said.stderr);
    first.document();
    drop(first);
    let newest = state.join("herdtop/ring.rec");
    let mut second = Running::start(&mut ring());
    second.document();
    second.document();
    drop(second);
    for path in [newest.clone(), state.join("herdtop/ring.rec.1")] {
        assert_eq!(replay(&path, &["--json"]).code, Some(0), "{}", text(&path));
    }
}

#[test]
fn the_ring_is_of_the_host_itself() {
    let said = run(&mut herdtop(User::Own, &["stream", "--ring", "--netns", "1"]));
    assert_eq!(said.code, Some(2));
    assert!(said.stderr.contains("leave out --netns"), "{}", said.stderr);
    let said = run(&mut herdtop(User::Own, &["stream", "--ring", "--record", "/tmp/x"]));
    assert_eq!(said.code, Some(2));
    assert!(said.stderr.contains("'--record"), "{}", said.stderr);
}
