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

/// The theme as it can be shown, and the glyphs to draw with. `by_name` tells that
/// `--theme` or `HERDTOP_THEME` named it, else it is that of [`default_name`];
/// `env` looks a variable up.
///
/// A theme that was asked for beats `NO_COLOR`; `--color never` beats both.
#[must_use]
pub fn choose(
    theme: Theme,
    by_name: bool,
    color: ColorChoice,
    env: impl Fn(&str) -> Option<String>,
) -> (Theme, Glyphs) {
    let depth = match color {
        ColorChoice::Depth(depth) => depth,
        ColorChoice::Auto if by_name => ColorDepth::of_terminal(&env),
        ColorChoice::Auto => ColorDepth::detect(&env),
    };
    (theme.adapted(depth), Glyphs::detect(&env))
}

/// The theme where none was asked for: light where `COLORFGBG` says the
/// background is light, else dark. The terminal itself is not asked (OSC 11): one
/// that does not answer would hold up the first frame.
#[must_use]
pub fn default_name(env: impl Fn(&str) -> Option<String>) -> &'static str {
    let light = env("COLORFGBG")
        .and_then(|v| v.rsplit(';').next().map(|bg| bg == "7" || bg == "15"))
        .unwrap_or(false);
    if light { "light" } else { "dark" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(asked: Option<&str>, color: ColorChoice, pairs: &[(&str, &str)]) -> (String, Glyphs) {
        let env = |name: &str| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        let theme = Theme::load(asked.unwrap_or_else(|| default_name(env))).expect("built in");
        let (theme, glyphs) = choose(theme, asked.is_some(), color, env);
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
