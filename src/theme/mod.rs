//! What things look like: roles to styles, colour depth, glyph set.
//!
//! Roles are named by meaning (`warn`, `opened`), never by hue, so a theme is a
//! table and no panel knows a colour. Nothing here draws, reads a file or asks
//! the environment: the text of a theme file and the look-up of variables are
//! handed in. Called by `run` (which theme, the next one, its file read again) and
//! `view` (the styles); knows nobody but ratatui's style types.

mod builtin;
mod choose;
mod depth;
mod fault;
mod glyphs;
mod inherit;
mod lab;
mod palette256;
mod print;
mod ramp;
mod roles;
mod schema;
#[cfg(test)]
mod tests;

use ratatui::style::Style;

use self::builtin::BUILTIN;
use self::roles::COUNT;

pub use choose::{ColorChoice, choose, default_name};
pub use depth::ColorDepth;
pub use fault::ThemeError;
pub use glyphs::Glyphs;
pub use inherit::{Finder, Source};
pub use ramp::Ramp;

/// A complete set of styles.
///
/// Every style is closed: it names its foreground and removes every modifier it
/// does not set, because writing to a cell only patches what lies under it.
#[derive(Debug, Clone, PartialEq)]
pub struct Theme {
    /// The name in its `[meta]`.
    pub name: String,
    /// The background it is made for.
    pub appearance: Appearance,
    /// What it needs of the terminal.
    pub colors: Colors,
    /// Running text.
    pub text: Text,
    /// How bad things are.
    pub severity: Severities,
    /// The two flows and the bars.
    pub series: Series,
    /// What frames the data.
    pub ui: Ui,
}

/// The background a theme is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Appearance {
    /// A dark one.
    Dark,
    /// A light one.
    Light,
    /// Whichever the terminal has.
    Any,
}

/// What a theme needs of the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colors {
    /// RGB.
    Truecolor,
    /// The terminal's own sixteen.
    Sixteen,
    /// None: attributes only, the closed series is hatched.
    None,
}

/// Roles of running text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Text {
    /// The ground everything is drawn on.
    pub canvas: Style,
    /// Ordinary text.
    pub body: Style,
    /// Headings and numbers that matter.
    pub strong: Style,
    /// Labels and units.
    pub muted: Style,
    /// Decoration; never for text that has to be read.
    pub faint: Style,
}

/// Roles of severity: as text, and as the ground of a banner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Severities {
    /// All well.
    pub ok: Style,
    /// Worth knowing.
    pub info: Style,
    /// Look at it.
    pub warn: Style,
    /// Act now.
    pub crit: Style,
    /// Banner, all well.
    pub ok_banner: Style,
    /// Banner, worth knowing.
    pub info_banner: Style,
    /// Banner, look at it.
    pub warn_banner: Style,
    /// Banner, act now.
    pub crit_banner: Style,
}

/// Roles of the data.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Series {
    /// Connections opened.
    pub opened: Ramp,
    /// Connections closed.
    pub closed: Ramp,
    /// Opened, above the level that raises an alert.
    pub over: Ramp,
    /// The empty part of a bar.
    pub track: Style,
}

/// Roles of what frames the data.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ui {
    /// The name of the program, the mark before a heading.
    pub accent: Style,
    /// A key in the footer.
    pub key: Style,
    /// Lines.
    pub rule: Style,
    /// The selected row.
    pub selected: Style,
    /// The view that is open.
    pub tab_active: Style,
}

impl Appearance {
    /// The words of the file.
    const WORDS: [(&str, Self); 3] =
        [("dark", Self::Dark), ("light", Self::Light), ("any", Self::Any)];

    /// The word of the file.
    #[must_use]
    pub fn word(self) -> &'static str {
        word(Self::WORDS, &self)
    }
}

impl Colors {
    /// The words of the file.
    const WORDS: [(&str, Self); 3] =
        [("truecolor", Self::Truecolor), ("16", Self::Sixteen), ("none", Self::None)];

    /// The word of the file.
    #[must_use]
    pub fn word(self) -> &'static str {
        word(Self::WORDS, &self)
    }
}

fn word<T: PartialEq>(words: [(&'static str, T); 3], value: &T) -> &'static str {
    words.into_iter().find(|(_, it)| it == value).map_or("", |(word, _)| word)
}

impl Theme {
    /// The themes that need no file, the default first.
    pub fn builtin_names() -> impl Iterator<Item = &'static str> + Clone {
        BUILTIN.iter().map(|(name, _)| *name)
    }

    /// The text of a built-in theme.
    #[must_use]
    pub fn builtin(name: &str) -> Option<Source> {
        let (name, text) = BUILTIN.iter().find(|(known, _)| *known == name)?;
        let name = (*name).to_owned();
        Some(Source { label: name.clone(), name, text: (*text).to_owned() })
    }

    /// A built-in theme by name. One of a file is read outside and given to
    /// [`Theme::read`].
    ///
    /// # Errors
    /// The name is not one of [`Theme::builtin_names`].
    pub fn load(name: &str) -> Result<Self, ThemeError> {
        let find = |name: &str| {
            Self::builtin(name).ok_or_else(|| ThemeError::unknown(name, Self::builtin_names()))
        };
        Self::read(&find(name)?, &mut |name, _| find(name).map_err(|error| error.to_string()))
    }

    /// A built-in theme that is known to be there; the tests load each.
    #[expect(clippy::expect_used, reason = "the files are compiled in and tested")]
    fn fallback(name: &str) -> Self {
        Self::load(name).expect("a built-in theme loads")
    }

    fn of_styles(
        name: String,
        appearance: Appearance,
        colors: Colors,
        styles: &[Style; COUNT],
    ) -> Self {
        let (text, severity, series, ui) = roles::by_name(styles);
        Self { name, appearance, colors, text, severity, series, ui }
    }

    /// Every role in the order of the file.
    const fn styles(&self) -> [Style; COUNT] {
        roles::in_order(&self.text, &self.severity, &self.series, &self.ui)
    }

    /// The same theme as a terminal of this depth can show it: RGB becomes the
    /// nearest of 256; with sixteen colours or none another theme stands in.
    #[must_use]
    pub fn adapted(self, depth: ColorDepth) -> Self {
        match (self.stand_in(depth), depth, self.colors) {
            (Some(name), ..) => Self::fallback(name),
            (None, ColorDepth::Ansi256, Colors::Truecolor) => self.quantised(),
            _ => self,
        }
    }

    /// The theme that is shown instead where the terminal has not the colours for
    /// this one.
    #[must_use]
    pub const fn stand_in(&self, depth: ColorDepth) -> Option<&'static str> {
        match (depth, self.colors) {
            (ColorDepth::None, Colors::Truecolor | Colors::Sixteen) => Some("mono"),
            (ColorDepth::Ansi16, Colors::Truecolor) => Some("ansi16"),
            _ => None,
        }
    }

    fn quantised(self) -> Self {
        let (styles, [opened, closed, over]) =
            palette256::quantised(self.styles(), self.appearance);
        let mut reduced = Self::of_styles(self.name, self.appearance, self.colors, &styles);
        let series = &mut reduced.series;
        series.opened = series.opened.through(opened);
        series.closed = series.closed.through(closed);
        series.over = series.over.through(over);
        reduced
    }
}
