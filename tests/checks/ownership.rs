//! Files of others are not obeyed: config, themes, hooks, the state folder.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::Path;
use std::process::Command;

use super::down::free_port;
use super::harness::{Said, User, herdtop, own_folder, run};

/// Makes it somebody else's: by its owner where the tests may, else by its mode.
fn give_away(path: &Path) -> &'static str {
    if rustix::process::geteuid().is_root() {
        chown(path, Some(65534), Some(65534)).expect("root may");
        "belongs to uid 65534, not to root"
    } else {
        let mode = fs::metadata(path).expect("it is there").permissions().mode();
        fs::set_permissions(path, Permissions::from_mode(mode | 0o022)).expect("ours");
        "can be written by others"
    }
}

/// A check of a port nobody listens on, with this home.
fn check(home: &Path, args: &[&str]) -> Said {
    let port = free_port().to_string();
    let all = [&["check", "--for", "2s", "-p", &port], args].concat();
    let mut command: Command = herdtop(User::Own, &all);
    command.env("XDG_CONFIG_HOME", home).env("XDG_CONFIG_DIRS", home.join("none"));
    run(command.env("XDG_DATA_DIRS", home.join("none")))
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    fs::write(path, text).expect("written");
}

/// The one line of complaint there is.
fn one_line(said: &Said) -> &str {
    assert_eq!(said.stderr.lines().count(), 1, "{}", said.stderr);
    said.stderr.trim_end()
}

#[test]
fn a_config_of_somebody_else_is_ignored_with_one_line() {
    let home = own_folder();
    let config = home.path().join("herdtop/config.toml");
    // One that is obeyed is complained about.
    write(&config, "wran = 1\n");
    assert!(one_line(&check(home.path(), &[])).contains("unknown field `wran`"));
    let why = give_away(&config);
    let said = check(home.path(), &[]);
    assert_eq!(said.code, Some(2), "the verdict: {said:?}");
    let line = format!("herdtop: config file '{}' ignored: '{0}' {why}", config.display());
    assert!(one_line(&said).starts_with(&line), "{}", said.stderr);
}

#[test]
fn a_folder_above_it_counts_and_so_does_a_link_to_somewhere_else() {
    let home = own_folder();
    let config = home.path().join("herdtop/config.toml");
    write(&config, "wran = 1\n");
    fs::set_permissions(home.path(), Permissions::from_mode(0o1777)).expect("ours");
    let said = check(home.path(), &[]);
    let open = format!("'{}' can be written by others (mode 1777)", home.path().display());
    assert!(one_line(&said).ends_with(&open), "{}", said.stderr);
    // The same through a link from a folder that is ours alone.
    let links = own_folder();
    symlink(home.path().join("herdtop"), links.path().join("herdtop")).expect("a link");
    assert!(one_line(&check(links.path(), &[])).ends_with(&open), "and behind a link");
}

#[test]
fn a_config_that_was_named_is_refused_where_it_is_somebody_elses() {
    let folder = own_folder();
    let config = folder.path().join("c.toml");
    write(&config, "interval = \"1s\"\n");
    let path = config.to_str().expect("text");
    assert_eq!(check(folder.path(), &["--config", path]).stderr, "");
    let why = give_away(&config);
    let said = check(folder.path(), &["--config", path]);
    assert_eq!((said.code, said.stdout.as_str()), (Some(3), ""), "{said:?}");
    let line = format!("herdtop: config file '{path}': '{path}' {why}");
    assert!(one_line(&said).starts_with(&line), "{}", said.stderr);
}

#[test]
fn a_theme_of_somebody_else_is_not_offered_and_not_taken() {
    let home = own_folder();
    let at = |name: &str| home.path().join("herdtop/themes").join(name);
    write(&at("mine.toml"), "inherits = \"dark\"\n");
    write(&at("theirs.toml"), "inherits = \"dark\"\n");
    let why = give_away(&at("theirs.toml"));
    let themes = |args: &[&str]| {
        let mut command = herdtop(User::Own, &[&["themes"], args].concat());
        run(command.env("XDG_CONFIG_HOME", home.path()))
    };
    let said = themes(&[]);
    assert_eq!(said.code, Some(0));
    assert!(said.stdout.contains("\nmine ") || said.stdout.starts_with("mine "), "{said:?}");
    assert!(!said.stdout.contains("theirs"), "{}", said.stdout);
    let line = format!("herdtop: theme '{}' ignored: ", at("theirs.toml").display());
    assert!(one_line(&said).starts_with(&line) && said.stderr.contains(why), "{}", said.stderr);
    let path = at("theirs.toml").to_str().expect("text").to_owned();
    let said = themes(&[&path]);
    assert_eq!((said.code, said.stdout.as_str()), (Some(2), ""));
    assert!(said.stderr.contains(why), "{}", said.stderr);
}

#[test]
fn a_hook_that_others_could_replace_is_not_run() {
    let folder = own_folder();
    let (hook, ran) = (folder.path().join("hook"), folder.path().join("ran"));
    write(&hook, &format!("#!/bin/sh\ntouch {}\n", ran.display()));
    fs::set_permissions(&hook, Permissions::from_mode(0o755)).expect("ours");
    let path = hook.to_str().expect("text");
    assert_eq!(check(folder.path(), &["--on-alert", path]).stderr, "");
    assert!(ran.exists(), "what is ours is run");
    fs::remove_file(&ran).expect("it is there");
    let why = give_away(&hook);
    let said = check(folder.path(), &["--on-alert", path]);
    assert_eq!(said.code, Some(2), "{said:?}");
    let line = format!("herdtop: --on-alert '{path}' is not run: '{path}' {why}");
    assert!(one_line(&said).starts_with(&line), "{}", said.stderr);
    assert!(!ran.exists());
}

#[test]
fn a_ring_is_kept_and_believed_in_a_folder_of_ones_own_only() {
    let state = own_folder();
    fs::set_permissions(state.path(), Permissions::from_mode(0o1777)).expect("ours");
    let mut command = herdtop(User::Own, &["stream", "--ring"]);
    command.env("XDG_STATE_HOME", state.path()).env_remove("STATE_DIRECTORY");
    let said = run(&mut command);
    assert_eq!((said.code, said.stdout.as_str()), (Some(2), ""), "{said:?}");
    let open = format!("'{}' can be written by others (mode 1777)", state.path().display());
    assert!(one_line(&said).ends_with(&open), "{}", said.stderr);
    assert!(!state.path().join("herdtop").exists(), "nothing was made there");
}

#[test]
fn a_lock_that_is_a_link_is_not_followed() {
    let state = own_folder();
    let (folder, victim) = (state.path().join("herdtop"), state.path().join("victim"));
    fs::create_dir(&folder).expect("made");
    symlink(&victim, folder.join("ring.lock")).expect("a link");
    let mut command = herdtop(User::Own, &["stream", "--ring"]);
    command.env("XDG_STATE_HOME", state.path()).env_remove("STATE_DIRECTORY");
    let said = run(&mut command);
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(!victim.exists(), "what it leads to was not made");
}

#[test]
fn a_log_and_a_recording_of_somebody_else_may_be_read() {
    let folder = own_folder();
    let log = folder.path().join("app.log");
    write(&log, "2026-11-21T14:05:23Z connection open\n");
    give_away(&log);
    let said = run(&mut herdtop(User::Own, &["logs", log.to_str().expect("text")]));
    assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""), "{said:?}");
}
