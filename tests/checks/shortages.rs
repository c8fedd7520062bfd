//! Too few descriptors or threads, outputs that are closed, no `/proc`: one line.

use std::process::{Command, Stdio};

use super::harness::{Said, User, herdtop, run};

/// Runs it behind a few words of a shell.
fn behind(words: &str, args: &[&str]) -> Said {
    let inner = herdtop(User::Own, args);
    let mut command = Command::new("sh");
    command.args(["-c", &format!("{words} exec \"$0\" \"$@\"")]).arg(inner.get_program());
    command.args(inner.get_args()).env("XDG_CONFIG_HOME", "/nonexistent").stdin(Stdio::null());
    run(command.stdout(Stdio::piped()).stderr(Stdio::piped()))
}

/// No panic reaches a user: it ends with a verdict, or with one line.
fn is_told(said: &Said, why: &str) {
    let told = said.stderr.lines().count() == 1 && said.stderr.starts_with("herdtop: ");
    assert!(told || said.stderr.is_empty(), "{why}: {said:?}");
    assert!(matches!(said.code, Some(0..=3)), "{why}: {said:?}");
}

#[test]
fn few_descriptors_are_one_line_that_says_how_many() {
    for limit in [5, 6, 7, 8, 10, 12, 14, 16, 18, 20] {
        for args in [&["check", "--for", "1s", "-p", "1"][..], &["stream", "-p", "1"]] {
            let said = behind(&format!("ulimit -n {limit};"), args);
            assert!(matches!(said.code, Some(2 | 3)), "{limit}: {said:?}");
            assert_eq!((said.stderr.lines().count(), said.stdout.as_str()), (1, ""), "{said:?}");
            let line = said.stderr.trim_end();
            assert!(line.contains("ulimit -n") && line.ends_with(&limit.to_string()), "{line}");
        }
    }
    let said = behind("ulimit -n 12;", &["explain", "1013"]);
    is_told(&said, "what needs none may be told");
    // A shell's low soft limit is raised as far as the system allows.
    let said = behind("ulimit -S -n 12;", &["check", "--for", "1s", "-p", "1"]);
    assert_eq!((said.code, said.stderr.as_str()), (Some(2), ""), "{said:?}");
}

#[test]
fn no_threads_is_one_line() {
    let words = if rustix::process::getuid().is_root() {
        "exec setpriv --reuid=65533 --regid=65533 --clear-groups prlimit --nproc=1 --"
    } else {
        "exec prlimit --nproc=1 --"
    };
    let program = std::fs::File::open(super::harness::program()).expect("the program");
    let mut command = Command::new("sh");
    command.args(["-c", &format!("{words} /proc/self/fd/0 check --for 1s -p 1")]);
    command.env("XDG_CONFIG_HOME", "/nonexistent").stdin(Stdio::from(program));
    let said = run(command.stdout(Stdio::piped()).stderr(Stdio::piped()));
    assert_eq!((said.code, said.stdout.as_str()), (Some(3), ""), "{said:?}");
    assert_eq!(said.stderr.lines().count(), 1, "{}", said.stderr);
    assert!(said.stderr.contains("more threads can be started"), "{}", said.stderr);
}

#[test]
fn closed_and_full_outputs_are_no_panic() {
    let check = ["check", "--for", "1s", "-p", "1"];
    for (words, why) in [
        ("exec >&-;", "no standard output"),
        ("exec 2>&-;", "no standard error"),
        ("exec <&- >&- 2>&-;", "none at all"),
        ("exec >/dev/full;", "a full one"),
        ("exec </dev/null >/dev/null;", "one for reading"),
        ("exec 1</dev/null;", "one that is read only"),
    ] {
        is_told(&behind(words, &check), why);
        is_told(&behind(words, &["explain", "1013"]), why);
        is_told(&behind(words, &["doctor"]), why);
    }
}

#[test]
fn without_proc_it_is_told_or_done_without() {
    if !rustix::process::getuid().is_root() {
        // An ordinary user makes such a place in a namespace of its own.
        let hidden = "exec unshare -Urm sh -c 'mount -t tmpfs none /proc; exec \"$0\" \"$@\"'";
        is_told(&behind(&format!("{hidden} \"$0\" \"$@\";"), &["doctor"]), "no /proc");
        return;
    }
    let words =
        "exec unshare -m sh -c 'mount -t tmpfs none /proc; exec \"$0\" \"$@\"' \"$0\" \"$@\";";
    for args in [&["check", "--for", "1s", "-p", "1"][..], &["doctor"], &["explain", "1013"]] {
        is_told(&behind(words, args), "no /proc");
    }
}
