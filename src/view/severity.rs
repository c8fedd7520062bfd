//! How bad, as a glyph and as styles: never by colour alone.

use ratatui::style::{Modifier, Style};

use crate::detect::Severity;
use crate::theme::Theme;

/// The glyph that stands before whatever is this bad.
pub(super) const fn glyph(severity: Severity) -> &'static str {
    match severity {
        Severity::Ok => "●",
        Severity::Unknown => "○",
        Severity::Warning => "▲",
        Severity::Critical => "■",
    }
}

/// As text.
pub(super) const fn text(theme: &Theme, severity: Severity) -> Style {
    match severity {
        Severity::Ok => theme.severity.ok,
        Severity::Unknown => theme.severity.info,
        Severity::Warning => theme.severity.warn,
        Severity::Critical => theme.severity.crit,
    }
}

/// As the glyph before a text: an underlined block would look torn.
pub(super) fn mark(theme: &Theme, severity: Severity) -> Style {
    text(theme, severity).remove_modifier(Modifier::UNDERLINED)
}

/// As text, where all well should not catch the eye.
pub(super) const fn text_or(theme: &Theme, severity: Severity, calm: Style) -> Style {
    if is_bad(severity) { text(theme, severity) } else { calm }
}

/// As a ground with text on it.
pub(super) const fn banner(theme: &Theme, severity: Severity) -> Style {
    match severity {
        Severity::Ok => theme.severity.ok_banner,
        Severity::Unknown => theme.severity.info_banner,
        Severity::Warning => theme.severity.warn_banner,
        Severity::Critical => theme.severity.crit_banner,
    }
}

/// Whether it asks for attention.
pub(super) const fn is_bad(severity: Severity) -> bool {
    matches!(severity, Severity::Warning | Severity::Critical)
}
