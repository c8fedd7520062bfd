//! Which theme and which glyphs, from what was asked for and what there is.

use super::{ColorDepth, Glyphs, Theme};

/// `--color`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ColorChoice {
    /// Whatever the environment says.
    #[default]
    Auto,
    /// This many, whatever the environment says.
    Depth(ColorDepth),
}

/// The theme and the glyphs to draw with. `asked` is the theme named by
/// `--theme` or `HERDTOP_THEME`, if any; `env` looks a variable up.
///
/// A theme that was asked for beats `NO_COLOR`; `--color never` beats both.
#[must_use]
pub fn choose(
    asked: Option<Theme>,
    color: ColorChoice,
    env: impl Fn(&str) -> Option<String>,
) -> (Theme, Glyphs) {
    let depth = match color {
        ColorChoice::Depth(depth) => depth,
        ColorChoice::Auto if asked.is_some() => ColorDepth::of_terminal(&env),
        ColorChoice::Auto => ColorDepth::detect(&env),
    };
    let theme = asked.unwrap_or_else(|| default_for(&env));
    (theme.adapted(depth), Glyphs::detect(&env))
}

/// Light where `COLORFGBG` says the background is light, else dark.
fn default_for(env: &impl Fn(&str) -> Option<String>) -> Theme {
    let light = env("COLORFGBG")
        .and_then(|v| v.rsplit(';').next().map(|bg| bg == "7" || bg == "15"))
        .unwrap_or(false);
    Theme::fallback(if light { "light" } else { "dark" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(asked: Option<&str>, color: ColorChoice, pairs: &[(&str, &str)]) -> (String, Glyphs) {
        let asked = asked.map(|name| Theme::load(name).expect("built in"));
        let (theme, glyphs) = choose(asked, color, |name| {
            pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned())
        });
        (theme.name, glyphs)
    }

    const UTF8: (&str, &str) = ("LANG", "de_DE.UTF-8");
    const RICH: (&str, &str) = ("COLORTERM", "truecolor");

    #[test]
    fn the_order_of_choice_is_theme_then_no_color_then_depth() {
        let auto = ColorChoice::Auto;
        let no = ("NO_COLOR", "1");
        assert_eq!(chosen(None, auto, &[RICH, UTF8]), ("dark".into(), Glyphs::Blocks));
        assert_eq!(chosen(None, auto, &[RICH, UTF8, no]), ("mono".into(), Glyphs::Blocks));
        assert_eq!(chosen(Some("light"), auto, &[RICH, UTF8, no]).0, "light");
        assert_eq!(chosen(None, auto, &[UTF8, ("TERM", "xterm")]).0, "ansi16");
        assert_eq!(chosen(Some("mono"), auto, &[UTF8, ("TERM", "xterm")]).0, "mono");
        assert_eq!(chosen(None, auto, &[RICH, UTF8, ("COLORFGBG", "0;15")]).0, "light");
    }

    #[test]
    fn the_flag_overrides_the_environment() {
        let never = ColorChoice::Depth(ColorDepth::None);
        let rich = ColorChoice::Depth(ColorDepth::TrueColor);
        assert_eq!(chosen(Some("light"), never, &[RICH, UTF8]).0, "mono");
        assert_eq!(chosen(None, rich, &[UTF8, ("NO_COLOR", "1")]).0, "dark");
    }

    #[test]
    fn a_dumb_terminal_gets_plain_letters() {
        let dumb = ("TERM", "dumb");
        assert_eq!(chosen(None, ColorChoice::Auto, &[UTF8, dumb]), ("mono".into(), Glyphs::Ascii));
    }
}
