//! What things look like: roles to styles, colour depth, glyph set.
//!
//! Roles are named by meaning (`warn`, `opened`), never by hue, so a theme is a
//! table and no panel knows a colour. Nothing here draws, reads a file or asks
//! the environment: the text of a theme file and the look-up of variables are
//! handed in. Called by `config` (which theme), `run` (the next one) and `view`
//! (the styles); knows nobody but ratatui's style types.

mod choose;
mod depth;
mod glyphs;
mod ramp;
mod schema;

use ratatui::style::Style;

pub use choose::{ColorChoice, choose};
pub use depth::ColorDepth;
pub use glyphs::Glyphs;
pub use ramp::Ramp;
pub use schema::ThemeError;

const BUILTIN: [(&str, &str); 4] = [
    ("dark", include_str!("../../themes/dark.toml")),
    ("light", include_str!("../../themes/light.toml")),
    ("mono", include_str!("../../themes/mono.toml")),
    ("ansi16", include_str!("../../themes/ansi16.toml")),
];

/// Names of [`BUILTIN`], in the order the next-theme key walks them.
const NAMES: [&str; 4] = ["dark", "light", "mono", "ansi16"];

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Appearance {
    /// A dark one.
    Dark,
    /// A light one.
    Light,
    /// Whichever the terminal has.
    Any,
}

/// What a theme needs of the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Colors {
    /// RGB.
    Truecolor,
    /// The terminal's own sixteen.
    #[serde(rename = "16")]
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

impl Theme {
    /// The themes that need no file, the default first.
    #[must_use]
    pub const fn builtin_names() -> &'static [&'static str] {
        &NAMES
    }

    /// A built-in theme by name. A path is read by `config` and given to
    /// [`Theme::parse`].
    ///
    /// # Errors
    /// The name is not one of [`Theme::builtin_names`].
    pub fn load(name: &str) -> Result<Self, ThemeError> {
        let (label, toml) = BUILTIN
            .iter()
            .find(|(known, _)| *known == name)
            .ok_or_else(|| ThemeError::unknown(name))?;
        Self::parse(label, toml)
    }

    /// A built-in theme that is known to be there; the tests load each.
    #[expect(clippy::expect_used, reason = "the four files are compiled in and tested")]
    fn fallback(name: &str) -> Self {
        Self::load(name).expect("a built-in theme loads")
    }

    /// A theme from the text of a theme file; `label` names the file in errors.
    ///
    /// # Errors
    /// The text is no TOML, has a key the schema does not know, lacks a role or
    /// holds something that is no colour.
    pub fn parse(label: &str, toml: &str) -> Result<Self, ThemeError> {
        schema::parse(label, toml)
    }

    /// The same theme as a terminal of this depth can show it: RGB becomes the
    /// nearest of 256; with sixteen colours or none another theme stands in.
    #[must_use]
    pub fn adapted(self, depth: ColorDepth) -> Self {
        let stand_in = match (depth, self.colors) {
            (ColorDepth::None, Colors::Truecolor | Colors::Sixteen) => "mono",
            (ColorDepth::Ansi16, Colors::Truecolor) => "ansi16",
            (ColorDepth::Ansi256, Colors::Truecolor) => return self.quantised(),
            _ => return self,
        };
        Self::fallback(stand_in)
    }

    fn quantised(mut self) -> Self {
        let roles = [
            &mut self.text.canvas,
            &mut self.text.body,
            &mut self.text.strong,
            &mut self.text.muted,
            &mut self.text.faint,
            &mut self.severity.ok,
            &mut self.severity.info,
            &mut self.severity.warn,
            &mut self.severity.crit,
            &mut self.severity.ok_banner,
            &mut self.severity.info_banner,
            &mut self.severity.warn_banner,
            &mut self.severity.crit_banner,
            &mut self.series.track,
            &mut self.ui.accent,
            &mut self.ui.key,
            &mut self.ui.rule,
            &mut self.ui.selected,
            &mut self.ui.tab_active,
        ];
        for role in roles {
            role.fg = role.fg.map(depth::nearest_256);
            role.bg = role.bg.map(depth::nearest_256);
        }
        for ramp in [&mut self.series.opened, &mut self.series.closed, &mut self.series.over] {
            ramp.quantise();
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use ratatui::style::{Color, Modifier};

    use super::*;

    #[test]
    fn every_builtin_theme_loads_under_its_own_name() {
        for name in Theme::builtin_names() {
            assert_eq!(Theme::load(name).expect("a built-in theme is sound").name, *name);
        }
        assert_eq!(NAMES, BUILTIN.map(|(name, _)| name));
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_known_ones() {
        let error = Theme::load("solarised").expect_err("there is no such theme").to_string();
        assert_eq!(error, "no theme 'solarised'; built in are dark, light, mono, ansi16");
    }

    #[test]
    fn every_role_says_its_foreground_and_clears_foreign_modifiers() {
        let theme = Theme::load("mono").expect("built in");
        assert_eq!(theme.text.body.fg, Some(Color::Reset));
        assert_eq!(theme.text.body.sub_modifier, Modifier::all());
        assert_eq!(theme.severity.crit.add_modifier, Modifier::BOLD | Modifier::UNDERLINED);
        let left = theme.severity.crit.sub_modifier;
        assert!(!left.intersects(Modifier::BOLD | Modifier::UNDERLINED));
        assert!(left.contains(Modifier::REVERSED));
    }

    #[test]
    fn a_role_without_colour_takes_that_of_the_canvas() {
        let light = Theme::load("light").expect("built in");
        assert_eq!(light.ui.selected.fg, light.text.canvas.fg, "not the terminal's, maybe white");
    }

    #[test]
    fn a_poorer_terminal_gets_what_it_can_show() {
        let dark = || Theme::load("dark").expect("built in");
        let mono = || Theme::load("mono").expect("built in");
        assert_eq!(dark().adapted(ColorDepth::TrueColor), dark());
        assert_eq!(dark().adapted(ColorDepth::Ansi16).name, "ansi16");
        assert_eq!(dark().adapted(ColorDepth::None).name, "mono");
        assert_eq!(mono().adapted(ColorDepth::Ansi16).name, "mono", "a chosen mono stays");
        let few = dark().adapted(ColorDepth::Ansi256);
        assert!(matches!(few.severity.crit_banner.bg, Some(Color::Indexed(_))));
        assert!(matches!(few.series.over.at(0.4).fg, Some(Color::Indexed(_))));
    }
}
