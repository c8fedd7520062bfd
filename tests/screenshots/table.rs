//! Which pictures there are.

use super::pieces::Ground;

/// A moment of the incident, in one look.
pub(super) struct Take {
    /// When, in UTC.
    pub(super) at: &'static str,
    /// Flags of the look.
    pub(super) look: &'static [&'static str],
    /// The terminal's own colours under it.
    pub(super) ground: Ground,
    /// What is drawn, one after another.
    pub(super) shots: &'static [Shot],
}

/// One picture.
pub(super) struct Shot {
    /// Its file, without `.svg`.
    pub(super) file: &'static str,
    /// Columns and rows.
    pub(super) size: (u16, u16),
    /// Typed before it.
    pub(super) keys: &'static [&'static str],
    /// What has to be on it, or the keys led elsewhere.
    pub(super) shows: &'static str,
}

const fn shot(
    file: &'static str,
    size: (u16, u16),
    keys: &'static [&'static str],
    shows: &'static str,
) -> Shot {
    Shot { file, size, keys, shows }
}

const FULL: (u16, u16) = (120, 36);
const STANDARD: (u16, u16) = (80, 24);
const ESC: &str = "\x1b";
const LEFT: &str = "\x1b[D";

/// Terminals that are dark, as most are.
pub(super) const DARK: Ground = Ground { ink: "#c8d0dc", paper: "#12161c" };
const LIGHT: Ground = Ground { ink: "#24292f", paper: "#fbfbfa" };
pub(super) const DARK_LOOK: &[&str] = &["--theme", "dark"];
const LIGHT_LOOK: &[&str] = &["--theme", "light"];

/// The gateway was restarted, everybody comes back, most are turned away.
pub(super) const HERD: &str = "14:17:43";
const CALM: &str = "14:14:00";

pub(super) const TAKES: &[Take] = &[
    Take {
        at: HERD,
        look: DARK_LOOK,
        ground: DARK,
        shots: &[
            shot("incident-120x36-dark", FULL, &[], "CAPACITY"),
            shot("incident-80x24-dark", STANDARD, &[], "limit"),
            shot("mini-44x12-dark", (44, 12), &[], "CRIT"),
            shot("strip-44x1-dark", (44, 1), &[], "■"),
            shot("big-200x60-dark", (200, 60), &[], "CAPACITY"),
            shot("listeners-120x36-dark", FULL, &["2"], "LISTENERS"),
            shot("details-120x36-dark", FULL, &["\r"], "LIMITS"),
            shot("probes-120x36-dark", FULL, &[ESC, "3"], "PROBES"),
            shot("codes-120x36-dark", FULL, &["c"], "Close codes"),
            shot("advice-120x36-dark", FULL, &[ESC, "1", "n"], "What next"),
            shot("help-120x36-dark", FULL, &[ESC, "?"], "Keys"),
            shot("timeline-120x36-dark", FULL, &[ESC, "4", " ", LEFT, LEFT, LEFT], "REPLAY"),
        ],
    },
    Take {
        at: HERD,
        look: LIGHT_LOOK,
        ground: LIGHT,
        shots: &[
            shot("incident-120x36-light", FULL, &[], "CAPACITY"),
            shot("incident-80x24-light", STANDARD, &[], "limit"),
            shot("mini-44x12-light", (44, 12), &[], "CRIT"),
            shot("listeners-120x36-light", FULL, &["2"], "LISTENERS"),
            shot("probes-120x36-light", FULL, &["3"], "PROBES"),
            shot("timeline-120x36-light", FULL, &["4"], "ALERTS"),
        ],
    },
    Take {
        at: HERD,
        look: &["--theme", "mono"],
        ground: DARK,
        shots: &[shot("incident-120x36-mono", FULL, &[], "CAPACITY")],
    },
    Take {
        at: CALM,
        look: DARK_LOOK,
        ground: DARK,
        shots: &[
            shot("calm-120x36-dark", FULL, &[], "CAPACITY"),
            shot("calm-44x12-dark", (44, 12), &[], "OK"),
        ],
    },
];
