//! Theme and glyphs from the settings, and the next theme on request.

use anyhow::Context;

use crate::cli::{ColorChoice as Asked, SyncChoice};
use crate::config::Settings;
use crate::theme::{self, ColorChoice, ColorDepth, Glyphs, Theme};
use crate::view::Look;

/// Whether frames are sent as synchronized updates (DEC private mode 2026).
/// Not in tmux unless asked for: up to 3.6 it ignores them, 3.7 repaints the whole
/// pane for each, 9 800 bytes where 49 had changed.
pub(super) fn synchronized(settings: &Settings) -> bool {
    match settings.sync {
        SyncChoice::Auto => std::env::var_os("TMUX").is_none(),
        SyncChoice::On => true,
        SyncChoice::Off => false,
    }
}

/// The look now and how to get the next.
pub(super) struct Looks {
    pub(super) look: Look,
    depth: ColorDepth,
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
        let asked = settings.theme.as_deref().map(load).transpose()?;
        let depth = match color {
            ColorChoice::Depth(depth) => depth,
            ColorChoice::Auto => ColorDepth::of_terminal(env),
        };
        let (theme, glyphs) = theme::choose(asked, color, env);
        let glyphs = if settings.ascii { Glyphs::Ascii } else { glyphs };
        Ok(Self { look: Look { theme, glyphs }, depth })
    }

    /// The next built-in theme, as far as the terminal can show it.
    pub(super) fn next(&mut self) {
        let names = Theme::builtin_names();
        let at = names.iter().position(|name| *name == self.look.theme.name);
        let next = names[at.map_or(0, |at| (at + 1) % names.len())];
        if let Ok(theme) = Theme::load(next) {
            self.look.theme = match (theme.name.as_str(), self.depth) {
                // Asked for by hand, a theme of the terminal's own palette or of
                // none is shown even where more could be.
                ("mono" | "ansi16", _) => theme,
                (_, depth) => theme.adapted(depth),
            };
        }
    }
}

/// A built-in theme by name, or a file.
fn load(name: &str) -> anyhow::Result<Theme> {
    if name.contains('/') || std::path::Path::new(name).extension().is_some_and(|e| e == "toml") {
        let text = std::fs::read_to_string(name).with_context(|| format!("theme '{name}'"))?;
        return Ok(Theme::parse(name, &text)?);
    }
    Ok(Theme::load(name)?)
}
