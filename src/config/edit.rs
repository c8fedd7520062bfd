//! A setting changed on the screen, and kept in the config file when that is asked for.

use std::path::PathBuf;

use clap::{Arg, ArgAction, Args, Command, FromArgMatches};
use toml_edit::{Array, DocumentMut, Item, Value};

use super::entry::ConfigEntry;
use super::{ConfigError, Notifications, Settings, file, flags, own_files};
use crate::app::Change;
use crate::cli::{self, LiveArgs};
use crate::detect::Thresholds;

/// What is in force at once; all else is read where a run begins.
const AT_ONCE: [&str; 18] = [
    "runbook-url",
    "interval",
    "max-cpu",
    "exact",
    "bell",
    "notify",
    "capacity",
    "warn",
    "crit",
    "herd-factor",
    "lag-warn",
    "rule",
    "code",
    "theme",
    "color",
    "marker",
    "ascii",
    "no-mouse",
];

/// Whether and how a setting can be changed on the screen.
pub(super) fn change(settings: &Settings, name: &str) -> Change {
    let kept = flags::in_file().any(|key| key == name) && name != flags::KEYS && name != "url";
    let at_once = AT_ONCE.contains(&name);
    match flags::option(name) {
        Some(arg) if kept && !cli::is_secret(name) => {
            if matches!(arg.get_action(), ArgAction::SetTrue) {
                Change::Turned(is_on(settings, name), at_once)
            } else {
                Change::Typed(at_once)
            }
        }
        _ => Change::Never,
    }
}

/// Whether a switch is on, by what was given.
fn is_on(settings: &Settings, name: &str) -> bool {
    let args = settings.args();
    match name {
        "exact" => args.exact,
        "bell" => args.notifications.bell,
        "notify" => args.notifications.notify,
        "insecure" => args.probe.insecure,
        "each-address" => args.probe.each_address,
        "ascii" => args.look.ascii,
        "plain" => args.look.plain,
        "redact" => args.look.redact,
        "no-mouse" => args.look.no_mouse,
        "no-summary" => args.no_summary,
        _ => false,
    }
}

impl Settings {
    /// These settings with another value of one, which goes through the parser of the
    /// command line. What a run has begun with stays as it was.
    ///
    /// # Errors
    /// One line: what was wrong, as typed, and what would do.
    pub fn changed(&self, name: &str, typed: &str) -> Result<Self, String> {
        let option = flags::option(name).ok_or_else(|| format!("'{name}' is no setting"))?;
        let several = matches!(option.get_action(), ArgAction::Append);
        let words: Vec<&str> =
            if several { typed.split(',').map(str::trim).collect() } else { vec![typed] };
        let command = file::as_written(LiveArgs::augment_args(Command::new("settings")));
        let typed_words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let words = words.iter().map(|word| format!("--{name}={word}"));
        let value = toml::Value::String(typed.to_owned());
        let entry = ConfigEntry { key: name.to_owned(), value, place: String::new() };
        let refused = |error| format!("{name}: {}", entry.complaint(&error));
        let matches = command.try_get_matches_from(words).map_err(refused)?;
        let mut args = self.args().clone();
        args.update_from_arg_matches(&matches).map_err(refused)?;
        let mut given = self.given.clone();
        given.args = args.clone();
        given.by_screen.insert(name.to_owned(), typed_words);
        let new = Self::of(args, given, self.keys.clone()).map_err(|error| error.to_string())?;
        let Thresholds { named_ports, whole_host, longest_hold, .. } = self.thresholds.clone();
        Ok(Self {
            thresholds: Thresholds { named_ports, whole_host, longest_hold, ..new.thresholds },
            capacity: if name == "capacity" { new.capacity } else { self.capacity.clone() },
            interval: new.interval,
            walk_share: new.walk_share,
            exact: new.exact,
            // What a run calls stays the command it began with.
            notifications: Notifications {
                hook: self.notifications.hook.clone(),
                alertmanager: self.notifications.alertmanager.clone(),
                ..new.notifications
            },
            runbook_url: new.runbook_url,
            names: new.names,
            theme: new.theme,
            color: new.color,
            marker: new.marker,
            ascii: new.ascii,
            mouse: new.mouse,
            given: new.given,
            ..self.clone()
        })
    }

    /// Whether a change of it is in force at once.
    #[must_use]
    pub fn is_at_once(name: &str) -> bool {
        AT_ONCE.contains(&name)
    }

    /// What was changed on the screen and can be kept, as typed.
    pub fn changed_here(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.given.by_screen.iter().map(|(name, words)| (name.as_str(), words.as_slice()))
    }

    /// Where settings are kept; none without a home.
    #[must_use]
    pub fn kept_in(&self) -> Option<PathBuf> {
        let read = Some(self.given.path.clone()).filter(|path| !path.as_os_str().is_empty());
        read.or_else(|| self.args().config.clone()).or_else(file::default_path)
    }

    /// Keeps these in the config file, which stays as it is but for them: comments,
    /// order and everything else.
    ///
    /// # Errors
    /// One line: the file, and why it is left as it was.
    pub fn keep(&self, values: &[(String, Vec<String>)]) -> Result<PathBuf, ConfigError> {
        let path = self.kept_in().unwrap_or_default();
        let unwritten = |why: String| ConfigError::Unwritten { path: path.clone(), why };
        let before = if own_files::is_there(&path) {
            own_files::named(&path, file::LARGEST).map_err(|e| unwritten(e.to_string()))?
        } else {
            String::new()
        };
        let text = edited(&before, values).map_err(unwritten)?;
        // What could not be read again would stop the next start.
        file::parse(&path, &text)?.under(LiveArgs::default())?;
        own_files::replace(&path, &text, true).map_err(|error| unwritten(error.to_string()))?;
        Ok(path)
    }
}

/// The text with these values, each where it stood, else at the end of the keys.
fn edited(before: &str, values: &[(String, Vec<String>)]) -> Result<String, String> {
    let mut document: DocumentMut =
        before.parse().map_err(|error: toml_edit::TomlError| error.message().to_owned())?;
    for (name, words) in values {
        let mut new = written(name, words);
        match document.get_mut(name).and_then(Item::as_value_mut) {
            Some(old) => {
                *new.decor_mut() = old.decor().clone();
                *old = new;
            }
            None => drop(document.insert(name, Item::Value(new))),
        }
    }
    Ok(document.to_string())
}

/// As the file has it: a switch as true or false, a list as one, all else in quotes.
fn written(name: &str, words: &[String]) -> Value {
    let action = flags::option(name).map(Arg::get_action);
    let first = words.first().map(String::as_str).unwrap_or_default();
    match action {
        Some(ArgAction::SetTrue) => Value::from(matches!(first, "true" | "yes")),
        Some(ArgAction::Append) => words.iter().map(String::as_str).collect::<Array>().into(),
        _ => Value::from(first),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn kept(before: &str, values: &[(&str, &[&str])]) -> String {
        let own = |(name, words): &(&str, &[&str])| {
            ((*name).to_owned(), words.iter().map(|word| (*word).to_owned()).collect())
        };
        edited(before, &values.iter().map(own).collect::<Vec<_>>()).expect("a file")
    }

    #[test]
    fn comments_and_all_else_stay_as_they_were() {
        let before = "# ours\nwarn = 0.6  # tight\n\n[keys] # mine\nquit = \"x\"\n";
        let after = kept(before, &[("warn", &["55%"]), ("theme", &["nord"])]);
        assert_eq!(
            after,
            "# ours\nwarn = \"55%\"  # tight\ntheme = \"nord\"\n\n[keys] # mine\nquit = \"x\"\n"
        );
    }

    #[test]
    fn switches_and_lists_are_written_as_they_are_read() {
        let after = kept("", &[("ascii", &["true"]), ("capacity", &["5", "80=7"])]);
        assert_eq!(after, "ascii = true\ncapacity = [\"5\", \"80=7\"]\n");
        assert!(file::parse(Path::new("c.toml"), &after).is_ok());
    }

    #[test]
    fn a_change_goes_through_the_parser_of_the_command_line() {
        let cli = crate::cli::parse(["herdtop", "--warn", "60%"].map(Into::into)).expect("flags");
        let settings = Settings::resolve(cli.live).expect("settings");
        let changed = settings.changed("warn", "55%").expect("a share");
        assert!((changed.thresholds.warn.0 - 0.55).abs() < 1e-9);
        assert_eq!(changed.changed_here().map(|(name, _)| name).collect::<Vec<_>>(), ["warn"]);
        let wrong = |name, typed| settings.changed(name, typed).err().unwrap_or_default();
        assert!(wrong("warn", "120%").starts_with("warn: '120%': give a share"));
        assert!(wrong("warn", "95%").contains("below --crit"), "{}", wrong("warn", "95%"));
        assert!(wrong("marker", "pink").contains("give block, braille or ascii"));
        let ascii = settings.changed("ascii", "true").expect("a switch");
        assert!(ascii.ascii && ascii.changed("ascii", "false").is_ok_and(|off| !off.ascii));
    }
}
