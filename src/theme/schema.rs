//! The theme file: what may stand in it, and what is wrong with it if not.

use ratatui::style::{Color, Modifier, Style};
use serde::{Deserialize, Deserializer};

use super::{Appearance, Colors, Ramp, Series, Severities, Text, Theme, Ui};

/// Why a theme cannot be used; one line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ThemeError {
    /// No built-in theme has this name.
    #[error("no theme '{name}'; built in are {known}")]
    Unknown {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// The file says something it may not.
    #[error("theme '{label}', line {line}, column {column}: {what}")]
    Invalid {
        /// The file.
        label: String,
        /// From 1.
        line: usize,
        /// From 1, in characters.
        column: usize,
        /// What is wrong, the bad value in quotes.
        what: String,
    },
}

impl ThemeError {
    pub(super) fn unknown(name: &str) -> Self {
        Self::Unknown { name: name.to_owned(), known: Theme::builtin_names().join(", ") }
    }

    fn invalid(label: &str, text: &str, error: &toml::de::Error) -> Self {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
        // The parser writes for a page with the source under it; this is one line.
        let what = error.message().replace('`', "'").lines().collect::<Vec<_>>().join(", ");
        Self::Invalid {
            label: label.to_owned(),
            line: before.matches('\n').count() + 1,
            column,
            what,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    meta: Meta,
    text: TextRoles,
    severity: SeverityRoles,
    series: SeriesRoles,
    ui: UiRoles,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Meta {
    name: String,
    appearance: Appearance,
    colors: Colors,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TextRoles {
    canvas: Role,
    body: Role,
    strong: Role,
    muted: Role,
    faint: Role,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SeverityRoles {
    ok: Role,
    info: Role,
    warn: Role,
    crit: Role,
    ok_banner: Role,
    info_banner: Role,
    warn_banner: Role,
    crit_banner: Role,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SeriesRoles {
    opened: Role,
    opened_crest: Role,
    closed: Role,
    closed_crest: Role,
    over: Role,
    over_crest: Role,
    track: Role,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UiRoles {
    accent: Role,
    key: Role,
    rule: Role,
    selected: Role,
    tab_active: Role,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
#[expect(clippy::struct_excessive_bools, reason = "one switch per attribute, as in the file")]
struct Role {
    #[serde(deserialize_with = "color")]
    fg: Option<Color>,
    #[serde(deserialize_with = "color")]
    bg: Option<Color>,
    bold: bool,
    dim: bool,
    underline: bool,
    reverse: bool,
}

fn color<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Color>, D::Error> {
    let text = String::deserialize(from)?;
    text.parse().map(Some).map_err(|_| {
        serde::de::Error::custom(format!(
            "'{text}' is no colour: use '#rrggbb', a name such as 'light-red', or '0' to '255'"
        ))
    })
}

impl Role {
    /// The closed style; `ground` is the foreground where the role has none.
    fn style(&self, ground: Color) -> Style {
        let own = [
            (self.bold, Modifier::BOLD),
            (self.dim, Modifier::DIM),
            (self.underline, Modifier::UNDERLINED),
            (self.reverse, Modifier::REVERSED),
        ]
        .into_iter()
        .filter(|(set, _)| *set)
        .fold(Modifier::empty(), |all, (_, one)| all | one);
        let mut style = Style::new().fg(self.fg.unwrap_or(ground));
        style.bg = self.bg;
        style.add_modifier = own;
        style.sub_modifier = Modifier::all().difference(own);
        style
    }
}

pub(super) fn parse(label: &str, text: &str) -> Result<Theme, ThemeError> {
    let file: File =
        toml::from_str(text).map_err(|error| ThemeError::invalid(label, text, &error))?;
    Ok(resolve(&file))
}

fn resolve(file: &File) -> Theme {
    let ground = file.text.canvas.fg.unwrap_or(Color::Reset);
    let style = |role: &Role| role.style(ground);
    let File { meta, text, severity, series, ui } = file;
    Theme {
        name: crate::text::clean(&meta.name, 40),
        appearance: meta.appearance,
        colors: meta.colors,
        text: Text {
            // The canvas is painted, never patched over something else.
            canvas: style(&text.canvas).bg(text.canvas.bg.unwrap_or(Color::Reset)),
            body: style(&text.body),
            strong: style(&text.strong),
            muted: style(&text.muted),
            faint: style(&text.faint),
        },
        severity: Severities {
            ok: style(&severity.ok),
            info: style(&severity.info),
            warn: style(&severity.warn),
            crit: style(&severity.crit),
            ok_banner: style(&severity.ok_banner),
            info_banner: style(&severity.info_banner),
            warn_banner: style(&severity.warn_banner),
            crit_banner: style(&severity.crit_banner),
        },
        series: Series {
            opened: Ramp::new(style(&series.opened), style(&series.opened_crest)),
            closed: Ramp::new(style(&series.closed), style(&series.closed_crest)),
            over: Ramp::new(style(&series.over), style(&series.over_crest)),
            track: style(&series.track),
        },
        ui: Ui {
            accent: style(&ui.accent),
            key: style(&ui.key),
            rule: style(&ui.rule),
            selected: style(&ui.selected),
            tab_active: style(&ui.tab_active),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(from: &str, to: &str) -> String {
        let dark = include_str!("../../themes/dark.toml");
        assert!(dark.contains(from), "the test breaks something that is there");
        parse("my.toml", &dark.replace(from, to)).expect_err("broken on purpose").to_string()
    }

    #[test]
    fn a_fault_is_told_with_its_place_and_the_bad_value() {
        assert_eq!(
            broken("muted  = { fg = \"#8a95a5\" }", "muted  = { fg = \"mauve\" }"),
            "theme 'my.toml', line 9, column 17: 'mauve' is no colour: use '#rrggbb', \
             a name such as 'light-red', or '0' to '255'"
        );
    }

    #[test]
    fn unknown_and_missing_roles_are_refused() {
        let unknown = broken("faint  =", "pale   =");
        assert!(unknown.contains("line 10, column 1: unknown field 'pale'"), "{unknown}");
        let missing = broken("faint  = { fg = \"#4a5462\" }", "");
        assert!(missing.contains("missing field 'faint'"), "{missing}");
    }

    #[test]
    fn a_syntax_error_stays_on_one_line() {
        let error = broken("[text]", "[text");
        assert!(error.starts_with("theme 'my.toml', line 5, column 6"), "{error}");
        assert!(!error.contains('\n'), "{error}");
    }
}
