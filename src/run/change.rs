//! A setting changed on the screen: put in force, and kept when that is asked for.

use super::console::{Console, Planned};
use super::look::CurrentLook;
use super::shown::Shown;
use crate::config::Settings;
use crate::text;

impl Console {
    /// Puts another value in force, or says why not. That it was changed is a mark:
    /// the figures after it are judged by other numbers.
    pub(super) fn change(
        &mut self,
        shown: &mut impl Shown,
        name: &'static str,
        typed: &str,
    ) -> std::io::Result<()> {
        let Some(settings) = &self.settings else {
            self.app.say(format!("'{name}' is not changed over a recording or a log"));
            return Ok(());
        };
        let new = match settings.changed(name, typed) {
            Ok(new) => new,
            Err(why) => {
                self.app.say(why);
                return Ok(());
            }
        };
        if ["theme", "color", "marker", "ascii"].contains(&name) {
            match CurrentLook::choose(&new) {
                Ok(look) => self.current_look = look,
                Err(why) => {
                    self.app.say(format!("{why:#}"));
                    return Ok(());
                }
            }
        }
        if name == "no-mouse" {
            self.screen.mouse(new.mouse)?;
            self.app.has_mouse(new.mouse);
        }
        let analysis = shown.analysis_mut();
        analysis.session.judge.retune(new.thresholds.clone());
        if ["capacity", "interval"].contains(&name) {
            analysis.session.model.admit(new.model());
            analysis.session.remember(new.interval);
        }
        analysis.names = new.names.clone();
        self.app.rename_codes(new.names.clone());
        self.app.retake_settings(&analysis.redact.settings(new.shown()));
        self.current_look.tell(&mut self.app, None);
        shown.retune(&new);
        self.app.links.runbook.clone_from(&new.runbook_url);
        let analysis = shown.analysis_mut();
        let value = text::clean(typed, 40);
        let done = if Settings::is_at_once(name) {
            let second = analysis.session.model.timeline().now().unwrap_or_default();
            let note = format!("setting {name} = {value}");
            self.app.mark(second, note.clone());
            shown.mark(second, note);
            format!("{name} is {value} now; w keeps it in the config file")
        } else {
            format!("{name} is {value} from the next start on, once w has kept it")
        };
        self.app.say(done);
        self.settings = Some(Box::new(new));
        Ok(())
    }

    /// Names what would be kept, and where.
    pub(super) fn ask_to_keep(&mut self) {
        let Some(settings) = &self.settings else {
            return self.app.say("settings are not changed over a recording or a log".to_owned());
        };
        let own = |(name, words): (&str, &[String])| (name.to_owned(), words.to_vec());
        let mut values: Vec<_> = settings.changed_here().map(own).collect();
        let by_key = self
            .app
            .changed_by_key()
            .map(|(name, value)| (name.to_owned(), vec![value.to_owned()]));
        values.extend(by_key);
        let Some(path) = settings.kept_in().filter(|_| !values.is_empty()) else {
            return self.app.say("no setting was changed here".to_owned());
        };
        let names: Vec<&str> = values.iter().map(|(name, _)| name.as_str()).collect();
        let path = text::clean(&path.to_string_lossy(), 80);
        self.app.ask_to_write(format!("{} into {path}", names.join(", ")));
        self.planned = Some(Planned::Settings(values));
    }

    /// Keeps them, and says so.
    pub(super) fn keep(&mut self, values: &[(String, Vec<String>)]) {
        let Some(settings) = &self.settings else { return };
        let names: Vec<&str> = values.iter().map(|(name, _)| name.as_str()).collect();
        let done = match settings.keep(values) {
            Ok(path) => {
                let path = text::clean(&path.to_string_lossy(), 80);
                format!("kept in {path}: {}", names.join(", "))
            }
            Err(why) => why.to_string(),
        };
        self.app.say(done);
    }
}
