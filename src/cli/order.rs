//! Options that are typed before the command: `herdtop -p 8080 check`.

use std::ffi::OsString;

use clap::{Arg, ArgAction, Command};

use super::{name, request};
use crate::text;

/// The same words with the command first, as clap wants them.
///
/// # Errors
/// One line: what was typed before a command that does not have it.
pub(super) fn command_first(whole: &Command, args: Vec<OsString>) -> Result<Vec<OsString>, String> {
    let Some(CommandFound { at, given }) = find(whole, &args) else { return Ok(args) };
    let typed = args.get(at).and_then(|word| word.to_str()).unwrap_or_default();
    let Some(command) = whole.find_subcommand(typed).filter(|_| at > 1) else { return Ok(args) };
    if given.iter().any(|one| matches!(one, TypedArg::Version)) {
        return Ok(args);
    }
    for one in given {
        one.check(command)?;
    }
    let mut words = args;
    let command = words.remove(at);
    words.insert(1, command);
    Ok(words)
}

/// Where the command stands, and what does before it.
struct CommandFound {
    at: usize,
    given: Vec<TypedArg>,
}

enum TypedArg {
    /// An option, as typed, and its names.
    Option {
        typed: String,
        long: String,
        short: Option<char>,
    },
    Target(String),
    Version,
}

impl TypedArg {
    /// Whether the command has it.
    fn check(&self, command: &Command) -> Result<(), String> {
        let called = command.get_name();
        let lists = format!("'herdtop {called} --help' lists what it has");
        match self {
            Self::Version => Ok(()),
            Self::Option { typed, long, short } => {
                let has = |arg: &Arg| !arg.is_positional() && name(arg) == long;
                // Hidden: accepted where a script has it, of no effect.
                let is_help = long == "help" || *short == Some('h');
                if is_help || command.get_arguments().any(has) {
                    return Ok(());
                }
                Err(format!("'{typed}' is no option of 'herdtop {called}': {lists}"))
            }
            Self::Target(url) => {
                let first = command.get_positionals().next();
                if first.is_some_and(|arg| name(arg) == "url") {
                    return Ok(());
                }
                let shown = text::clean(&request::without_secrets(url), 40);
                Err(format!("'{shown}' is no argument of 'herdtop {called}': {lists}"))
            }
        }
    }
}

/// The first word that names a command and is no option's value; none where a word
/// that is neither a command nor a target comes first.
fn find(whole: &Command, args: &[OsString]) -> Option<CommandFound> {
    let mut given = Vec::new();
    let mut at = 1;
    while let Some(word) = args.get(at).and_then(|word| word.to_str()) {
        if word == "--" {
            return None;
        }
        if let Some(long) = word.strip_prefix("--") {
            let (long, value) = long.split_once('=').map_or((long, None), |(l, v)| (l, Some(v)));
            let known = options(whole).find(|arg| longs(arg).any(|own| own == long));
            at += usize::from(value.is_none() && known.is_some_and(takes_value));
            given.push(of(known, &format!("--{long}")));
        } else if word.len() > 1
            && let Some(cluster) = word.strip_prefix('-')
        {
            at += shorts(whole, cluster, &mut given);
        } else if whole.find_subcommand(word).is_some() {
            return Some(CommandFound { at, given });
        } else if word.contains("://") {
            given.push(TypedArg::Target(word.to_owned()));
        } else {
            return None;
        }
        at += 1;
    }
    None
}

/// `-kp 8080`; how many of the words that follow are a value.
fn shorts(whole: &Command, cluster: &str, given: &mut Vec<TypedArg>) -> usize {
    let mut letters = cluster.chars();
    while let Some(letter) = letters.next() {
        let known = options(whole).find(|arg| {
            let also = arg.get_all_short_aliases().into_iter().flatten();
            arg.get_short().into_iter().chain(also).any(|own| own == letter)
        });
        given.push(match letter {
            'V' => TypedArg::Version,
            _ => of(known, &format!("-{letter}")),
        });
        if known.is_some_and(takes_value) {
            return usize::from(letters.as_str().is_empty());
        }
    }
    0
}

fn of(known: Option<&Arg>, typed: &str) -> TypedArg {
    let long =
        known.map_or_else(|| typed.trim_start_matches('-').to_owned(), |arg| name(arg).to_owned());
    if long == "version" {
        return TypedArg::Version;
    }
    let typed = text::clean(typed, 40);
    TypedArg::Option { typed, long, short: known.and_then(Arg::get_short) }
}

/// Those of the screen, then those of the commands.
fn options(whole: &Command) -> impl Iterator<Item = &Arg> {
    let of_commands = whole.get_subcommands().flat_map(Command::get_arguments);
    whole.get_arguments().chain(of_commands).filter(|arg| !arg.is_positional())
}

fn longs(arg: &Arg) -> impl Iterator<Item = &str> {
    let also = arg.get_all_aliases().into_iter().flatten();
    arg.get_long().into_iter().chain(also)
}

fn takes_value(arg: &Arg) -> bool {
    matches!(arg.get_action(), ArgAction::Set | ArgAction::Append)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ordered(line: &str) -> Result<String, String> {
        let words = line.split(' ').map(OsString::from).collect();
        let words = command_first(&super::super::command(), words)?;
        let words: Vec<_> = words.iter().map(|word| word.to_string_lossy()).collect();
        Ok(words.join(" "))
    }

    #[test]
    fn what_stands_before_a_command_is_its_own() {
        for (typed, meant) in [
            ("herdtop check -p 8080", "herdtop check -p 8080"),
            ("herdtop -p 8080 check", "herdtop check -p 8080"),
            ("herdtop -p8080 -c 5 check --json", "herdtop check -p8080 -c 5 --json"),
            ("herdtop --json --for 9s check", "herdtop check --json --for 9s"),
            ("herdtop -kp 80 ws://a/ check ws://b/", "herdtop check -kp 80 ws://a/ ws://b/"),
            ("herdtop --port=80 stream --ring", "herdtop stream --port=80 --ring"),
            ("herdtop --theme nord replay a.rec", "herdtop replay --theme nord a.rec"),
            ("herdtop -n 2 demo calm", "herdtop demo -n 2 calm"),
            ("herdtop --help check", "herdtop check --help"),
        ] {
            assert_eq!(ordered(typed).as_deref(), Ok(meant), "{typed}");
        }
    }

    #[test]
    fn a_value_is_no_command_and_neither_is_what_comes_behind_two_dashes() {
        for typed in [
            "herdtop",
            "herdtop --process check",
            "herdtop --process=check -p 80",
            "herdtop -p 80 -- check",
            "herdtop -p 80 chek",
            "herdtop --version check",
            "herdtop -V check",
            "herdtop explain check",
        ] {
            assert_eq!(ordered(typed).as_deref(), Ok(typed));
        }
    }

    #[test]
    fn what_a_command_does_not_have_is_one_line() {
        let none = |typed: &str| ordered(typed).expect_err("not understood");
        assert_eq!(
            none("herdtop -p 8080 explain 1013"),
            "'-p' is no option of 'herdtop explain': 'herdtop explain --help' lists what it has"
        );
        assert_eq!(
            none("herdtop --nosuch check"),
            "'--nosuch' is no option of 'herdtop check': 'herdtop check --help' lists what it has"
        );
        let line = none("herdtop ws://ann:secret@a/ report a.rec");
        assert!(line.contains("'ws://") && line.contains("no argument of 'herdtop report'"));
        assert!(!line.contains("secret"), "{line}");
    }

    /// Else the word behind one would be a value here and a command there.
    #[test]
    fn an_option_takes_a_value_everywhere_or_nowhere() {
        let whole = super::super::command();
        for arg in options(&whole) {
            let same = options(&whole).filter(|other| name(other) == name(arg));
            assert!(same.map(takes_value).all(|takes| takes == takes_value(arg)), "{arg:?}");
        }
    }
}
