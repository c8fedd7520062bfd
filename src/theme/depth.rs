//! How many colours the terminal has.

/// How many colours the terminal has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColorDepth {
    /// RGB.
    TrueColor,
    /// The 6x6x6 cube and the greys.
    Ansi256,
    /// The sixteen of the terminal's own palette.
    Ansi16,
    /// None, or none wanted.
    None,
}

impl ColorDepth {
    /// What the environment says; `env` looks a variable up. `NO_COLOR` counts
    /// when it is not empty (no-color.org).
    #[must_use]
    pub fn detect(env: impl Fn(&str) -> Option<String>) -> Self {
        if env("NO_COLOR").is_some_and(|v| !v.is_empty()) {
            Self::None
        } else {
            Self::of_terminal(env)
        }
    }

    /// The same without heeding `NO_COLOR`: for a theme that was asked for by
    /// name, which says more than a variable that stands everywhere.
    #[must_use]
    pub fn of_terminal(env: impl Fn(&str) -> Option<String>) -> Self {
        let term = env("TERM").unwrap_or_default();
        if term == "dumb" {
            return Self::None;
        }
        let wide = env("COLORTERM").unwrap_or_default();
        if wide == "truecolor" || wide == "24bit" {
            Self::TrueColor
        } else if term.contains("256color") || term.contains("direct") {
            Self::Ansi256
        } else {
            Self::Ansi16
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detect(pairs: &[(&str, &str)]) -> ColorDepth {
        ColorDepth::detect(|name| {
            pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned())
        })
    }

    #[test]
    fn the_environment_tells_the_depth() {
        assert_eq!(detect(&[("COLORTERM", "truecolor")]), ColorDepth::TrueColor);
        assert_eq!(detect(&[("COLORTERM", "24bit"), ("TERM", "xterm")]), ColorDepth::TrueColor);
        assert_eq!(detect(&[("TERM", "tmux-256color")]), ColorDepth::Ansi256);
        assert_eq!(detect(&[("TERM", "xterm-direct")]), ColorDepth::Ansi256);
        assert_eq!(detect(&[("TERM", "xterm")]), ColorDepth::Ansi16);
        assert_eq!(detect(&[]), ColorDepth::Ansi16);
        assert_eq!(detect(&[("TERM", "dumb"), ("COLORTERM", "24bit")]), ColorDepth::None);
    }

    #[test]
    fn no_color_counts_only_when_it_says_something() {
        assert_eq!(detect(&[("NO_COLOR", "1"), ("COLORTERM", "24bit")]), ColorDepth::None);
        assert_eq!(detect(&[("NO_COLOR", ""), ("COLORTERM", "24bit")]), ColorDepth::TrueColor);
    }
}
