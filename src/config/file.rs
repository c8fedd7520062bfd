//! The config file: the long flags as keys.
//!
//! Nothing is said of a flag here. Its key is looked up in the table of flags, and
//! its value goes through the parser the command line has.

use std::path::{Path, PathBuf};

use clap::{Arg, ArgAction, Args, Command, FromArgMatches};
use serde::Deserialize;
use toml::Spanned;

use super::entry::ConfigEntry;
use super::error::{ConfigError, place_of};
use super::{flags, keys, own_files};
use crate::app::Keys;
use crate::cli::{self, LiveArgs};

/// A config of every key with a comment has 4 KB.
pub(super) const LARGEST: u64 = 256 << 10;

/// What the file says, not yet parsed.
#[derive(Debug, Default)]
pub(super) struct File {
    entries: Vec<ConfigEntry>,
    /// What `keys` says.
    pub(super) bound: Keys,
    /// Empty where none was read.
    pub(super) path: PathBuf,
}

/// `[keys]`, which keeps the places of what stands in it.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Tables {
    keys: keys::KeyTable,
}

/// Reads the file named, or the user's own if there is one. What cannot be read, or
/// is not to be obeyed, without having been named is a note.
pub(super) fn load(named: Option<&Path>) -> Result<(File, Vec<String>), ConfigError> {
    if let Some(path) = named {
        let text = own_files::named(path, LARGEST).map_err(|why| {
            let why = why.to_string();
            ConfigError::Unreadable { path: path.to_owned(), why }
        })?;
        return Ok((parse(path, &text)?, Vec::new()));
    }
    let Some(path) = default_path().filter(|path| own_files::is_there(path)) else {
        return Ok((File::default(), Vec::new()));
    };
    match own_files::found(&path, LARGEST) {
        Ok(text) => Ok((parse(&path, &text)?, Vec::new())),
        Err(why) => {
            let path = crate::text::clean(&path.to_string_lossy(), 80);
            Ok((File::default(), vec![format!("config file '{path}' {}: {why}", why.word())]))
        }
    }
}

/// `$XDG_CONFIG_HOME/herdtop/config.toml`, else below `~/.config`.
pub(super) fn default_path() -> Option<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    let base = set("XDG_CONFIG_HOME").or_else(|| set("HOME").map(|home| home.join(".config")))?;
    Some(base.join("herdtop/config.toml"))
}

pub(super) fn parse(path: &Path, text: &str) -> Result<File, ConfigError> {
    let wrong = |at: usize, what: String| ConfigError::Wrong {
        path: path.to_owned(),
        place: place_of(text, at),
        what,
    };
    let refused = |error: toml::de::Error| {
        let what = error.message().lines().collect::<Vec<_>>().join("; ");
        wrong(error.span().map_or(0, |span| span.start), what)
    };
    let table: keys::KeyTable = toml::from_str(text).map_err(refused)?;
    let mut entries: Vec<_> = table.into_iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    let unknown =
        entries.iter().find(|(key, _)| !flags::in_file().any(|known| known == key.get_ref()));
    if let Some((key, _)) = unknown {
        let known: Vec<_> = flags::in_file().map(|known| format!("`{known}`")).collect();
        let key_name = crate::text::clean(key.get_ref(), 40);
        let what = format!("unknown field `{key_name}`, expected one of {}", known.join(", "));
        return Err(wrong(key.span().start, what));
    }
    let tables: Tables = toml::from_str(text).map_err(refused)?;
    let entry = |(key, value): (Spanned<String>, Spanned<toml::Value>)| ConfigEntry {
        place: place_of(text, value.span().start),
        key: key.into_inner(),
        value: value.into_inner(),
    };
    Ok(File {
        bound: keys::bind(tables.keys, path, text)?,
        entries: entries.into_iter().map(entry).collect(),
        path: path.to_owned(),
    })
}

impl File {
    /// Its keys that are set.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| entry.key.as_str())
    }

    /// The flags, with the file's values where nothing was typed.
    pub(super) fn under(&self, mut args: LiveArgs) -> Result<LiveArgs, ConfigError> {
        let command = as_written(LiveArgs::augment_args(Command::new("config file")));
        for entry in self.entries.iter().filter(|entry| entry.key != flags::KEYS) {
            if args.origins.get(&entry.key).is_some() {
                continue;
            }
            let Some(arg) = command.get_arguments().find(|a| cli::name(a) == entry.key) else {
                continue;
            };
            let words = entry.texts(arg).map_err(|what| self.wrong(entry.place.clone(), what))?;
            let words = words.iter().map(|text| format!("--{}={text}", entry.key));
            let refused = |error| {
                let place = format!("key '{}'", entry.key);
                self.wrong(place, entry.complaint(&error))
            };
            let matches = command.clone().try_get_matches_from(words).map_err(refused)?;
            args.update_from_arg_matches(&matches).map_err(refused)?;
        }
        Ok(args)
    }

    fn wrong(&self, place: String, what: String) -> ConfigError {
        ConfigError::Wrong { path: self.path.clone(), place, what }
    }
}

/// The options as the file has them: each by its long name, none from the
/// environment, a list as a list and not by commas, `true` and `false` of a switch.
pub(super) fn as_written(command: Command) -> Command {
    let written = |arg: Arg| {
        let id = arg.get_id().clone();
        let is_switch = matches!(arg.get_action(), ArgAction::SetTrue);
        let arg = if arg.get_long().is_some() { arg } else { arg.long(id) };
        let arg = arg.env(None).value_delimiter(None).ignore_case(true);
        if is_switch { arg.action(ArgAction::Set).num_args(0..=1) } else { arg }
    };
    command.no_binary_name(true).mut_args(written)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Ratio;

    fn resolve(text: &str, typed: LiveArgs) -> Result<LiveArgs, String> {
        parse(Path::new("c.toml"), text)
            .and_then(|file| file.under(typed))
            .map_err(|error| error.to_string())
    }

    fn typed(words: &[&str]) -> LiveArgs {
        let words = ["herdtop"].iter().chain(words).map(Into::into);
        crate::cli::parse(words).expect("a command line").live
    }

    #[test]
    fn a_flag_wins_over_the_file() {
        let text = "warn = \"60%\"\ncrit = 0.8\ncapacity = [5, \"80=7\"]\nexact = true";
        let merged = resolve(text, typed(&["--warn", "50%", "--ascii"])).unwrap();
        let level = |arg: Option<crate::cli::ShareArg>| arg.map(|arg| (arg.ratio, arg.typed));
        assert_eq!(level(merged.warn), Some((Ratio(0.5), "50%".to_owned())));
        assert_eq!(level(merged.crit), Some((Ratio(0.8), "0.8".to_owned())));
        assert_eq!(merged.capacity.len(), 2);
        assert!(merged.exact && merged.look.ascii, "what one does not name is the other's");
    }

    #[test]
    fn a_value_of_another_kind_is_one_line_with_what_would_do() {
        let wrong = |text: &str| resolve(text, LiveArgs::default()).unwrap_err();
        let at = |place: &str, what: &str| format!("config file 'c.toml', {place}: {what}");
        assert_eq!(
            wrong("warn = 0.5\nexact = 5"),
            at("line 2, column 9", "'5': give true or false")
        );
        assert_eq!(wrong("exact = \"yes\""), at("line 1, column 9", "'yes': give true or false"));
        let text = "give text in double quotes, theme = \"...\"";
        for (given, shown) in [("true", "true"), ("5", "5"), ("0.5", "0.5"), ("[\"a\"]", "[...]")] {
            let theme = wrong(&format!("theme = {given}"));
            assert_eq!(theme, at("line 1, column 9", &format!("'{shown}': {text}")));
        }
        for key in ["color", "cacert", "on-alert", "metrics-url", "log-open", "origin"] {
            assert!(wrong(&format!("{key} = 16")).contains("give text in double quotes"), "{key}");
        }
        assert_eq!(
            wrong("color = \"pink\""),
            at("key 'color'", "'pink': give auto, 16, 256, truecolor or never")
        );
        let duration = "give a duration such as 250ms, 2s or 5m";
        for (given, shown) in [("[]", "[]"), ("true", "true"), ("{ s = 1 }", "{...}")] {
            let interval = wrong(&format!("interval = {given}"));
            assert_eq!(interval, at("key 'interval'", &format!("'{shown}': {duration}")));
        }
        assert!(wrong("capacity = [5, [6]]").contains("'[...]': give a number of connections"));
        assert!(!wrong("header = \"SECRET\"").contains("SECRET"));
        assert!(!wrong("header = [[\"SECRET\"]]").contains("SECRET"));
        assert!(!wrong("metrics-url = [\"http://SECRET@a/\"]").contains("SECRET"));
        assert!(!wrong("on-alert = \"page 'SECRET\"").contains("SECRET"));
    }

    #[test]
    fn a_value_is_taken_whole_where_the_command_line_has_commas() {
        assert!(resolve("capacity = \"5,80=7\"", LiveArgs::default()).is_err());
        let merged = resolve("url = [\"ws://a/\", \"ws://b/\"]", LiveArgs::default()).unwrap();
        assert_eq!(merged.probe.url, ["ws://a/", "ws://b/"]);
    }

    #[test]
    fn each_fault_is_one_line_with_its_place() {
        let wrong = |text| resolve(text, LiveArgs::default()).unwrap_err();
        assert_eq!(
            wrong("warn = \"120%\""),
            "config file 'c.toml', key 'warn': '120%': give a share above 0 and at most 100 %, such as 70% or 0.7"
        );
        assert!(
            wrong("\nwran = 1")
                .starts_with("config file 'c.toml', line 2, column 1: unknown field `wran`")
        );
        assert!(wrong("warn = [").contains("line 1"));
        assert_eq!(wrong("warn = [").lines().count(), 1);
    }

    #[test]
    fn a_fault_in_the_keys_has_line_and_column() {
        let wrong = |text| resolve(text, LiveArgs::default()).unwrap_err();
        let at = |place: &str, what: &str| format!("config file 'c.toml', {place}: {what}");
        assert_eq!(
            wrong("[keys]\nnext-theme = \"x\"\nthemes = \"y\""),
            at("line 3, column 1", "'themes' is no action; 'herdtop man' lists them under KEYS")
        );
        let none = "'shift+x' is no key; give one character, or space, enter, esc, up, shift+left, \
            ctrl+x, f5";
        assert_eq!(wrong("[keys]\nhelp = [\"shift+x\"]"), at("line 2, column 8", none));
        let taken = "'q' is the key of quit already; give that another, or []";
        assert_eq!(wrong("[keys]\n  help = \"q\""), at("line 2, column 10", taken));
        assert!(wrong("[keys]\nhelp = 5").contains("'integer': give a key as \"x\""));
        assert!(wrong("[keys]\nhelp = \"x\"\nhelp = \"y\"").contains("line 3"));
        assert!(resolve("[keys]\nhelp = [\"x\", \"Ctrl+H\"]", LiveArgs::default()).is_ok());
    }
}
