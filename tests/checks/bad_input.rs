//! What cannot be done is said in one line on standard error, at once.

use std::io::Write;

use super::harness::{Said, say};

fn complains(args: &[&str], code: i32, about: &[&str]) {
    let said: Said = say(args);
    assert_eq!(said.code, Some(code), "{args:?}: {said:?}");
    assert_eq!(said.stdout, "", "{args:?}");
    assert_eq!(said.stderr.lines().count(), 1, "{args:?}: {}", said.stderr);
    assert!(said.stderr.starts_with("herdtop: "), "{args:?}: {}", said.stderr);
    assert!(said.stderr.ends_with('\n'), "{args:?}: {}", said.stderr);
    for word in about {
        assert!(said.stderr.contains(word), "{args:?}: no {word:?} in {}", said.stderr);
    }
}

/// Complains wherever it is given: to the screen, `stream` and `check`.
fn everywhere_complains(args: &[&str], about: &[&str]) {
    complains(args, 2, about);
    complains(&[&["stream"], args].concat(), 2, about);
    complains(&[&["check"], args].concat(), 3, about);
}

#[test]
fn ports_are_numbers_from_1_to_65535() {
    for wrong in ["0", "70000", "http", "", "-1"] {
        let arg = format!("--port={wrong}");
        everywhere_complains(&[&arg], &["'--port <PORT>'", "from 1 to 65535"]);
    }
    everywhere_complains(&["-p", "0"], &["'0'", "from 1 to 65535"]);
    everywhere_complains(&["-p", "70000"], &["'70000'"]);
    everywhere_complains(&["-p", "http"], &["'http'"]);
}

#[test]
fn capacities_are_counts_above_0() {
    for wrong in ["abc", "0", "8080="] {
        everywhere_complains(&["--capacity", wrong], &[wrong, "8080=8000"]);
    }
    everywhere_complains(&["-p", "80", "-c", "81=5"], &["81", "not watched"]);
}

#[test]
fn shares_are_at_most_all_and_the_right_way_round() {
    everywhere_complains(&["--warn", "120%"], &["120%", "at most 100 %"]);
    everywhere_complains(&["--warn", "95%"], &["--warn '95%'", "below --crit '90%'"]);
    everywhere_complains(&["--max-cpu", "none"], &["none"]);
}

#[test]
fn intervals_are_from_100_ms_to_1_h() {
    for wrong in ["0", "50ms", "2h", "soon"] {
        everywhere_complains(&["-i", wrong], &[wrong]);
    }
    complains(&["check", "--for", "0"], 3, &["from 1s to 24h"]);
}

#[test]
fn flags_words_and_names_nobody_knows_are_named() {
    everywhere_complains(&["--prot", "80"], &["'--prot'", "--port"]);
    everywhere_complains(&["--sockets", "magic"], &["magic", "auto or procfs"]);
    everywhere_complains(&["--color", "pink"], &["pink", "truecolor"]);
    complains(&["chekc"], 2, &["'chekc'", "check"]);
    complains(&["doctor", "--jsno"], 2, &["'--jsno'", "--json"]);
}

#[test]
fn an_unknown_theme_is_named_with_those_there_are() {
    complains(&["--theme", "nosuch"], 2, &["'nosuch'", "herdtop themes"]);
    complains(&["--theme", "solarised-dark"], 2, &["did you mean 'solarized-dark'?"]);
    complains(&["--theme", "/nonexistent/theme.toml"], 2, &["/nonexistent/theme.toml"]);
}

#[test]
fn a_process_that_is_not_there_is_named() {
    everywhere_complains(&["--pid", "4194304"], &["4194304", "no such process"]);
    everywhere_complains(&["--pid", "0"], &["from 1 to 4194304"]);
    everywhere_complains(&["--netns", "/nonexistent"], &["/nonexistent"]);
}

#[test]
fn a_config_file_that_was_named_has_to_be_right() {
    everywhere_complains(&["--config", "/nonexistent"], &["/nonexistent", "No such file"]);
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(b"# ours\ninterval = \"1s\"\n wran = \"60%\"\n").expect("written");
    let path = file.path().to_str().expect("text");
    everywhere_complains(&["--config", path], &[path, "line 3, column 2", "wran"]);
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(b"warn = \"120%\"\n").expect("written");
    let path = file.path().to_str().expect("text");
    everywhere_complains(&["--config", path], &[path, "'warn'", "120%"]);
}

#[test]
fn a_command_that_cannot_be_run_is_named_now_not_in_the_incident() {
    everywhere_complains(&["--on-alert", "no-such-program x"], &["--on-alert 'no-such-program'"]);
    everywhere_complains(&["--on-alert", "/etc/passwd"], &["'/etc/passwd'", "may not be run"]);
    everywhere_complains(&["--on-alert", "page 'x"], &["--on-alert", "quote"]);
    everywhere_complains(&["--on-alert", " "], &["--on-alert", "a program"]);
    for url in
        ["javascript:alert(1)", "https://", "runbooks/{rule}", "https://r/{name}", "https://r/ x"]
    {
        complains(&["--runbook-url", url], 2, &[&format!("'{url}'"), "https://runbooks/{rule}"]);
    }
    everywhere_complains(&["--on-alert-timeout", "0"], &["'0'", "from 100ms to 10m"]);
}

#[test]
fn a_fault_in_the_keys_of_the_config_file_is_one_line_with_its_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("own.toml");
    for (text, place, what) in [
        ("[keys]\nflip = \"x\"", "line 2, column 1", "'flip' is no action"),
        ("[keys]\nhelp = \"hyper+x\"", "line 2, column 8", "'hyper+x' is no key"),
        ("[keys]\nhelp = \"q\"", "line 2, column 8", "'q' is the key of quit already"),
    ] {
        std::fs::write(&path, text).expect("written");
        for (command, code) in [(&["stream"][..], 2), (&["check"][..], 3)] {
            let said = say(&[command, &["--config", &path.to_string_lossy()]].concat());
            assert_eq!(said.code, Some(code), "{text}: {}", said.stderr);
            assert_eq!(said.stderr.lines().count(), 1, "{}", said.stderr);
            assert!(said.stderr.contains(place) && said.stderr.contains(what), "{}", said.stderr);
        }
    }
}

/// What was typed is named, without what a terminal obeys and what turns a line around.
#[test]
fn nothing_that_was_typed_turns_the_line_around() {
    let odd = "a\u{202e}b\u{2066}c\u{ad}d\u{200b}\u{1b}[31me\u{e0041}";
    let file = format!("{odd}.rec");
    for args in [
        &["-p", odd][..],
        &["--tz", odd],
        &["--capacity", odd],
        &["--theme", odd],
        &["-H", odd],
        &["--rule", odd],
        &["replay", &file],
        &["report", &file],
        &["logs", &file],
        &["explain", odd],
        &[odd],
        &["check", odd],
        &["--config", &file],
        &["themes", odd],
    ] {
        let said = say(args);
        let hidden = |c: &char| {
            c.is_control() && *c != '\n'
                || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{ad}')
                || matches!(c, '\u{200b}' | '\u{e0000}'..='\u{e0fff}')
        };
        let found: Vec<char> = said.stderr.chars().filter(hidden).collect();
        assert!(found.is_empty(), "{args:?}: {found:?} in {:?}", said.stderr);
        assert!(said.code != Some(0) && !said.stderr.is_empty(), "{args:?}: {said:?}");
    }
}
