//! The roles by section and name, and a theme as the list of their styles.
//!
//! The theme file, its printed form and the step down to fewer colours walk all
//! roles alike; the panels want them by name. Both orders are these.

use ratatui::style::Style;

use super::{Ramp, Series, Severities, Text, Ui};

/// How many roles there are.
pub(super) const COUNT: usize = 25;

/// Sections and their roles, as in the file.
pub(super) const SECTIONS: [(&str, &[&str]); 4] = [
    ("text", &["canvas", "body", "strong", "muted", "faint"]),
    (
        "severity",
        &["ok", "info", "warn", "crit", "ok_banner", "info_banner", "warn_banner", "crit_banner"],
    ),
    (
        "series",
        &["opened", "opened_crest", "closed", "closed_crest", "over", "over_crest", "track"],
    ),
    ("ui", &["accent", "key", "rule", "selected", "tab_active"]),
];

/// Where `text.canvas` stands.
pub(super) const CANVAS: usize = 0;

/// Where `ui.selected` stands: a ground that everything else may lie on.
pub(super) const SELECTED: usize = 23;

/// The feet of the ramps; the crest of each stands after it.
pub(super) const FEET: [usize; 3] = [13, 15, 17];

/// Section, name and place of every role.
pub(super) fn all() -> impl Iterator<Item = (&'static str, &'static str, usize)> {
    let named = SECTIONS.iter().flat_map(|(section, names)| names.iter().map(|n| (*section, *n)));
    named.zip(0..).map(|((section, name), at)| (section, name, at))
}

/// The styles in order as roles by name.
pub(super) const fn by_name(styles: &[Style; COUNT]) -> (Text, Severities, Series, Ui) {
    #[rustfmt::skip]
    let [
        canvas, body, strong, muted, faint,
        ok, info, warn, crit, ok_banner, info_banner, warn_banner, crit_banner,
        opened, opened_crest, closed, closed_crest, over, over_crest, track,
        accent, key, rule, selected, tab_active,
    ] = *styles;
    (
        Text { canvas, body, strong, muted, faint },
        Severities { ok, info, warn, crit, ok_banner, info_banner, warn_banner, crit_banner },
        Series {
            opened: Ramp::new(opened, opened_crest),
            closed: Ramp::new(closed, closed_crest),
            over: Ramp::new(over, over_crest),
            track,
        },
        Ui { accent, key, rule, selected, tab_active },
    )
}

/// The roles by name as styles in order.
#[rustfmt::skip]
pub(super) const fn in_order(
    text: &Text,
    severity: &Severities,
    series: &Series,
    ui: &Ui,
) -> [Style; COUNT] {
    let Series { opened, closed, over, track } = series;
    [
        text.canvas, text.body, text.strong, text.muted, text.faint,
        severity.ok, severity.info, severity.warn, severity.crit,
        severity.ok_banner, severity.info_banner, severity.warn_banner, severity.crit_banner,
        opened.base(), opened.crest(), closed.base(), closed.crest(), over.base(), over.crest(),
        *track,
        ui.accent, ui.key, ui.rule, ui.selected, ui.tab_active,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_places_are_where_the_names_are() {
        let place = |wanted: &str| all().find(|(_, name, _)| *name == wanted).map(|(.., at)| at);
        assert_eq!(all().count(), COUNT);
        assert_eq!(["canvas", "selected"].map(place), [CANVAS, SELECTED].map(Some));
        assert_eq!(["opened", "closed", "over"].map(place), FEET.map(Some));
    }
}
