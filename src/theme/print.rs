//! A theme as the text of a theme file: resolved, to be saved and edited.

use std::fmt::Write as _;

use ratatui::style::{Color, Modifier, Style};

use super::{Theme, roles};

impl Theme {
    /// The text of a file that reads as this very theme.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let mut text = format!(
            "[meta]\nname = \"{}\"\nappearance = \"{}\"\ncolors = \"{}\"\n",
            escaped(&self.name),
            self.appearance.word(),
            self.colors.word(),
        );
        let styles = self.styles();
        let mut open = "";
        for ((section, name, _), style) in roles::all().zip(styles) {
            if section != open {
                let _ = writeln!(text, "\n[{section}]");
                open = section;
            }
            let _ = writeln!(text, "{name:12} = {}", role(style));
        }
        text
    }
}

/// A basic string of TOML; what the terminal must not see is gone already.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

/// `{ fg = "#ff6b62", bold = true }`.
fn role(style: Style) -> String {
    let mut parts = Vec::new();
    for (key, color) in [("fg", style.fg), ("bg", style.bg)] {
        // The terminal's own is what is not written.
        if let Some(color) = color.filter(|color| *color != Color::Reset) {
            parts.push(format!("{key} = \"{}\"", name_of(color)));
        }
    }
    for (key, modifier) in [
        ("bold", Modifier::BOLD),
        ("dim", Modifier::DIM),
        ("underline", Modifier::UNDERLINED),
        ("reverse", Modifier::REVERSED),
    ] {
        if style.add_modifier.contains(modifier) {
            parts.push(format!("{key} = true"));
        }
    }
    if parts.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", parts.join(", ")) }
}

/// `#ff6b62`, `light-red`, `203`.
pub(super) fn name_of(color: Color) -> String {
    if let Color::Rgb(r, g, b) = color {
        return format!("#{r:02x}{g:02x}{b:02x}");
    }
    let mut name = String::new();
    for c in color.to_string().chars() {
        if c.is_ascii_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.push(c.to_ascii_lowercase());
    }
    name
}
