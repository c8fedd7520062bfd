//! The incident as a film: which moments, and for how long each.

use vt100::Screen;

use super::at;
use super::table::DARK_LOOK;

/// Moments, and tenths of a second each is shown.
const MOMENTS: [(&str, u32); 12] = [
    ("14:14:00", 25),
    ("14:15:20", 15),
    ("14:16:15", 20),
    ("14:16:27", 15),
    ("14:16:34", 15),
    ("14:16:45", 15),
    ("14:17:00", 15),
    ("14:17:20", 15),
    ("14:17:45", 15),
    ("14:18:20", 15),
    ("14:19:00", 15),
    ("14:19:30", 40),
];

/// The screens.
pub(super) fn frames() -> Vec<(Screen, u32)> {
    MOMENTS
        .iter()
        .map(|(time, tenths)| (at(time, DARK_LOOK, (120, 36)).screen(), *tenths))
        .collect()
}
