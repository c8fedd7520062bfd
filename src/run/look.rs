//! Theme and glyphs from the settings, the next theme on request, and the theme
//! in use read again when its file was saved.

use std::pin::Pin;
use std::time::Duration;

use tokio::time::{Interval, MissedTickBehavior, Sleep, interval, sleep};

use super::shelf::{Loaded, Seen, Shelf};
use crate::cli::ColorChoice as Asked;
use crate::config::Settings;
use crate::theme::{self, ColorChoice, ColorDepth, Glyphs};
use crate::view::Look;

/// How often a theme file is looked at: one `stat(2)`, 3 µs.
const LOOKED_AT: Duration = Duration::from_secs(1);
/// How long a new theme's name stays.
const TOLD: Duration = Duration::from_secs(3);

/// The look now and how to get the next.
pub(super) struct Looks {
    pub(super) look: Look,
    depth: ColorDepth,
    /// As chosen, by name or path: what is shown may be a stand-in.
    chosen: String,
    files: Vec<Seen>,
    every: Interval,
    told: Option<(String, Pin<Box<Sleep>>)>,
    /// Why the file as it is now is not what is shown.
    fault: Option<String>,
}

impl Looks {
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
        let loaded = asked.map(|name| Shelf::of(settings).load(name));
        let (asked_theme, files) = match loaded {
            Some(Loaded { theme, files }) => (Some(theme.map_err(anyhow::Error::msg)?), files),
            None => (None, Vec::new()),
        };
        let needed = asked_theme.as_ref().map(|theme| theme.name.clone());
        let (theme, glyphs) = theme::choose(asked_theme, color, env);
        let glyphs = if settings.ascii { Glyphs::Ascii } else { glyphs };
        let mut every = interval(LOOKED_AT);
        every.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let chosen = asked.map_or_else(|| theme.name.clone(), str::to_owned);
        let stand_in = needed.filter(|needed| *needed != theme.name).map(|needed| {
            let shown = &theme.name;
            format!(
                "theme '{needed}' needs more colours than this terminal tells of: {shown} (--color)"
            )
        });
        let look = Look { theme, glyphs };
        let told = stand_in.map(|text| (text, Box::pin(sleep(TOLD))));
        Ok(Self { look, depth, chosen, files, every, told, fault: None })
    }

    /// The next theme that the terminal can show, in the order of
    /// `herdtop themes`; one with a fault is left out and named.
    pub(super) fn next(&mut self) {
        let shelf = Shelf::find();
        let names = shelf.names();
        let at = names.iter().position(|name| *name == self.chosen);
        let turn = at.map_or(0, |at| at + 1);
        let mut left_out = String::new();
        for name in names.iter().cycle().skip(turn).take(names.len()) {
            let Loaded { theme, files } = shelf.load(name);
            match theme {
                Err(fault) => left_out = format!("; left out: {fault}"),
                Ok(theme) => {
                    let (own, shown) = (theme.name.clone(), theme.adapted(self.depth));
                    if own == shown.name {
                        self.look.theme = shown;
                        self.chosen.clone_from(name);
                        self.files = files;
                        self.fault = None;
                        break;
                    }
                }
            }
        }
        let text = format!("theme {}{left_out}", self.chosen);
        self.told = Some((text, Box::pin(sleep(TOLD))));
    }

    /// What there is to say of it: what is wrong first.
    pub(super) fn notes(&self) -> Vec<String> {
        let told = self.told.as_ref().map(|(text, _)| text);
        self.fault.iter().chain(told).cloned().collect()
    }

    /// Waits until the screen has to be drawn again for it: a theme file was
    /// saved, or a name has been told long enough. May be dropped while it waits.
    pub(super) async fn changed(&mut self) {
        loop {
            let watched = !self.files.is_empty();
            let told = self.told.as_mut().map(|(_, over)| over.as_mut());
            let over = async {
                match told {
                    Some(over) => over.await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = over => {
                    self.told = None;
                    return;
                }
                _ = self.every.tick(), if watched => {}
            }
            if self.files.iter().any(Seen::has_changed) {
                self.read_again();
                return;
            }
        }
    }

    /// A faulty edit leaves the look as it is and is told of until it is right.
    fn read_again(&mut self) {
        let Loaded { theme, files } = Shelf::find().load(&self.chosen);
        self.files = files;
        match theme {
            Ok(theme) => {
                self.look.theme = theme.adapted(self.depth);
                self.fault = None;
            }
            Err(fault) => self.fault = Some(fault),
        }
    }
}
