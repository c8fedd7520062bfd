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
    assert!(plain.contains("acknowledge") && plain.contains("EXIT STATUS"), "{plain}");
}
