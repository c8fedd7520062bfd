//! What a package ships beside the program: completions and the manual page.

use std::io::Write;
use std::process::{Command, Stdio};

use super::harness::say;

#[test]
fn bash_takes_the_completions_and_the_others_are_there() {
    let script = say(&["completions", "bash"]).stdout;
    let mut bash = Command::new("bash")
        .args(["-c", "source /dev/stdin && complete -p herdtop"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("bash");
    bash.stdin.take().expect("piped").write_all(script.as_bytes()).expect("it reads");
    let told = bash.wait_with_output().expect("it ends");
    assert!(told.status.success(), "{told:?}");
    assert!(String::from_utf8_lossy(&told.stdout).contains("herdtop"), "{told:?}");
    assert!(script.contains("catppuccin-mocha"), "themes are offered");
    for shell in ["zsh", "fish"] {
        let script = say(&["completions", shell]).stdout;
        assert!(script.contains("--capacity") || script.contains("-l capacity"), "{shell}");
    }
}

#[test]
fn an_unknown_shell_is_one_line_with_those_there_are() {
    let said = say(&["completions", "nosuch"]);
    assert_eq!(said.code, Some(2));
    assert_eq!(said.stderr.lines().count(), 1, "{}", said.stderr);
    assert!(said.stderr.contains("'nosuch'") && said.stderr.contains("zsh"), "{}", said.stderr);
}

#[test]
fn the_manual_page_is_ascii_and_has_every_flag_command_and_key() {
    let page = say(&["man"]).stdout;
    assert!(page.is_ascii(), "roff without a preprocessor reads bytes");
    assert!(page.contains(".TH herdtop 1"), "{page}");
    let help = say(&["--help"]).stdout;
    let plain = page.replace("\\-", "-");
    let flags = help.split_whitespace().filter(|word| word.starts_with("--"));
    for flag in flags {
        let flag = flag.trim_end_matches([',', '.', ';', ')', ']']);
        let name: String =
            flag.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
        assert!(plain.contains(&name), "{name}");
    }
    for command in ["check", "stream", "replay", "logs", "explain", "demo", "doctor"] {
        assert!(plain.contains(&format!(".SS {command}\n")), "{command}");
    }
    assert!(plain.contains("--list-rules") && plain.contains("--speed"), "options of commands");
    assert!(plain.contains("acknowledge"), "{plain}");
    for section in ["TARGET", "LOOK", "EXAMPLES", "ENVIRONMENT", "FILES", "EXIT STATUS"] {
        assert!(plain.contains(&format!(".SH {section}\n")), "{section}");
    }
    assert!(plain.contains("HERDTOP_HERD_FACTOR") && plain.contains("NO_COLOR"), "variables");
    assert!(plain.contains("herdtop explain 1012 1013"), "an example");
}

#[test]
fn help_is_in_groups_with_examples_and_the_short_page_is_short() {
    let help = say(&["--help"]).stdout;
    let groups = ["Target:", "Limits:", "Alerts:", "Probes:", "Log:", "Recording:", "Look:"];
    let at: Vec<_> = groups.iter().map(|group| help.find(group)).collect();
    assert!(at.iter().all(Option::is_some) && at.is_sorted(), "{help}");
    let examples = help.split_once("Examples:\n").expect("examples").1;
    let examples = examples.lines().take_while(|line| line.starts_with("  herdtop ")).count();
    assert_eq!(examples, 5, "{help}");

    let short = say(&["-h"]).stdout;
    assert!(short.lines().count() <= 36, "one screen: {short}");
    for word in ["check", "--port", "--capacity", "URL", "--help"] {
        assert!(short.contains(word), "{word}: {short}");
    }
    assert!(!short.contains("--log-open"), "{short}");
    let check = say(&["check", "-h"]).stdout;
    assert!(check.contains("--list-rules") && !check.contains("--log-open"), "{check}");
    assert!(say(&["check", "--help"]).stdout.contains("--log-open"));
}

#[test]
fn options_before_a_command_are_the_commands() {
    let said = say(&["--json", "-p", "1", "--for", "1s", "check"]);
    assert!(said.stdout.starts_with('{'), "{said:?}");
    let wrong = say(&["-p", "8080", "explain", "1013"]);
    assert_eq!(wrong.code, Some(2));
    assert_eq!(wrong.stderr.lines().count(), 1, "{}", wrong.stderr);
    assert!(wrong.stderr.contains("'-p' is no option of 'herdtop explain'"), "{}", wrong.stderr);
    let word = say(&["--", "check"]);
    assert!(word.stderr.contains("'check' stands where a URL"), "{}", word.stderr);
}
