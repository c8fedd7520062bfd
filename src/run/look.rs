//! Theme and glyphs from the settings, the next theme on request, and the theme
//! in use read again when its file was saved.

use std::pin::Pin;
use std::time::Duration;

use tokio::time::{Interval, MissedTickBehavior, Sleep, interval, sleep};

use super::available_themes::{AvailableThemes, FileState, Loaded};
use crate::app::{App, Effect};
use crate::cli::{ColorChoice as Asked, Marker};
use crate::config::Settings;
use crate::theme::{self, ColorChoice, ColorDepth, Glyphs, Theme};
use crate::view::Look;

/// How often a theme file is looked at: one `stat(2)`, 3 µs.
const LOOKED_AT: Duration = Duration::from_secs(1);
/// How long a new theme's name stays.
const NOTICE_FOR: Duration = Duration::from_secs(3);

/// The look now and how to get the next.
pub(super) struct CurrentLook {
    pub(super) look: Look,
    depth: ColorDepth,
    /// As chosen, by name or path: what is shown may be a stand-in.
    chosen: String,
    files: Vec<FileState>,
    every: Interval,
    notice: Option<(String, Pin<Box<Sleep>>)>,
    /// Why the file as it is now is not what is shown.
    fault: Option<String>,
}

impl CurrentLook {
    /// By flag, environment and terminal.
    pub(super) fn choose(settings: &Settings) -> anyhow::Result<Self> {
        let env = |name: &str| std::env::var(name).ok();
        let color = match settings.color {
            Asked::Auto => ColorChoice::Auto,
            Asked::Ansi16 => ColorChoice::Depth(ColorDepth::Ansi16),
            Asked::Ansi256 => ColorChoice::Depth(ColorDepth::Ansi256),
            Asked::Truecolor => ColorChoice::Depth(ColorDepth::TrueColor),
            Asked::Never => ColorChoice::Depth(ColorDepth::None),
        };
        let depth = match color {
            ColorChoice::Depth(depth) => depth,
            ColorChoice::Auto => ColorDepth::of_terminal(env),
        };
        let asked = settings.theme.as_deref().filter(|name| *name != "auto");
        let chosen = asked.unwrap_or_else(|| theme::default_name(env));
        let Loaded { theme, files } = AvailableThemes::of(settings).load(chosen);
        let mut fault = None;
        let theme = match theme {
            Err(why) if asked.is_some() => anyhow::bail!(why),
            // The user's own file of that name, which nobody asked for now.
            Err(why) => {
                fault = Some(brief(why, &files));
                Theme::load(chosen)?
            }
            Ok(theme) => theme,
        };
        let needed = theme.name.clone();
        let (theme, glyphs) = theme::choose(theme, asked.is_some(), color, env);
        let glyphs = match settings.marker {
            Some(Marker::Block) => Glyphs::Blocks,
            Some(Marker::Braille) => Glyphs::Braille,
            Some(Marker::Ascii) => Glyphs::Ascii,
            None if settings.ascii => Glyphs::Ascii,
            None => glyphs,
        };
        let shown = theme.name.clone();
        let poor = asked.is_some() && color == ColorChoice::Auto && needed != shown;
        let notice = poor.then(|| {
            format!("theme '{needed}' needs 256 colours, shown is '{shown}'; --color 256 insists")
        });
        let mut every = interval(LOOKED_AT);
        every.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // A stand-in for the usual theme is where the next one is counted from.
        let chosen = if asked.is_some() || needed == shown { chosen } else { &shown };
        Ok(Self {
            chosen: chosen.to_owned(),
            look: Look { theme, glyphs },
            depth,
            files,
            every,
            notice: notice.map(|text| (text, Box::pin(sleep(NOTICE_FOR)))),
            fault,
        })
    }

    /// What is in force, for the settings over the screen; `from` where it was chosen
    /// there.
    pub(super) fn tell(&self, app: &mut App, from: Option<&str>) {
        let marker = match self.look.glyphs {
            Glyphs::Blocks => "block",
            Glyphs::Braille => "braille",
            Glyphs::Ascii => "ascii",
        };
        let depth = match self.depth {
            ColorDepth::None => "none",
            ColorDepth::Ansi16 => "16",
            ColorDepth::Ansi256 => "256",
            ColorDepth::TrueColor => "truecolor",
        };
        app.set("theme", &self.look.theme.name, from);
        app.set("marker", marker, from);
        app.set("color", depth, None);
    }

    /// The next theme or the one that was named, or the next set of characters.
    pub(super) fn change(&mut self, effect: &Effect) {
        match effect {
            Effect::NextMarker => self.look.glyphs = self.look.glyphs.next(),
            Effect::Theme(name) => self.take(name),
            _ => self.turn(),
        }
    }

    /// The next theme that the terminal can show, in the order of
    /// `herdtop themes`; one with a fault is left out and named.
    fn turn(&mut self) {
        let themes = AvailableThemes::find();
        let names = themes.names();
        let at = names.iter().position(|name| *name == self.chosen);
        let after = at.map_or(0, |at| at + 1);
        let mut left_out = String::new();
        for name in names.iter().cycle().skip(after).take(names.len()) {
            let Loaded { theme, files } = themes.load(name);
            match theme {
                Err(fault) => left_out = format!("; left out: {}", brief(fault, &files)),
                Ok(theme) => {
                    if theme.stand_in(self.depth).is_none() {
                        self.look.theme = theme.adapted(self.depth);
                        self.chosen.clone_from(name);
                        self.files = files;
                        self.fault = None;
                        break;
                    }
                }
            }
        }
        let text = format!("theme {}{left_out}", self.chosen);
        self.notice = Some((text, Box::pin(sleep(NOTICE_FOR))));
    }

    /// A theme by its name, as far as the terminal can show it.
    fn take(&mut self, name: &str) {
        let Loaded { theme, files } = AvailableThemes::find().load(name);
        let text = match theme {
            Err(fault) => brief(fault, &files),
            Ok(theme) if theme.stand_in(self.depth).is_some() => {
                format!("theme {name} needs more colours than this terminal has")
            }
            Ok(theme) => {
                self.look.theme = theme.adapted(self.depth);
                (self.chosen, self.files, self.fault) = (name.to_owned(), files, None);
                format!("theme {name}")
            }
        };
        self.notice = Some((text, Box::pin(sleep(NOTICE_FOR))));
    }

    /// What there is to say of it: what is wrong first.
    pub(super) fn notes(&self) -> Vec<String> {
        let notice = self.notice.as_ref().map(|(text, _)| text);
        self.fault.iter().chain(notice).cloned().collect()
    }

    /// Waits until the screen has to be drawn again for it: a theme file was
    /// saved, or a name has been shown long enough. May be dropped while it waits.
    pub(super) async fn changed(&mut self) {
        loop {
            let watched = !self.files.is_empty();
            let notice = self.notice.as_mut().map(|(_, over)| over.as_mut());
            let over = async {
                match notice {
                    Some(over) => over.await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = over => {
                    self.notice = None;
                    return;
                }
                _ = self.every.tick(), if watched => {}
            }
            if self.files.iter().any(FileState::has_changed) {
                self.read_again();
                return;
            }
        }
    }

    /// A faulty edit leaves the look as it is and is named until it is right.
    fn read_again(&mut self) {
        let Loaded { theme, files } = AvailableThemes::find().load(&self.chosen);
        self.files = files;
        match theme {
            Ok(theme) => {
                self.look.theme = theme.adapted(self.depth);
                self.fault = None;
            }
            Err(fault) => self.fault = Some(brief(fault, &self.files)),
        }
    }
}

/// What is wrong, for one line of the screen: of a path the name of the file.
fn brief(fault: String, files: &[FileState]) -> String {
    files.iter().fold(fault, |fault, file| match file.names() {
        Some((path, name)) => fault.replace(&path, &name),
        None => fault,
    })
}
