//! Under which heading an option stands: in `--help`, in the manual page and on the
//! settings screen.

use clap::Arg;

/// In the order of the pages.
const ALL: [Group; 8] = [
    Group::Target,
    Group::Limits,
    Group::Alerts,
    Group::Serve,
    Group::Probes,
    Group::Log,
    Group::Recording,
    Group::Look,
];

/// A heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// What is watched, and how it is read.
    Target,
    /// How much fits, and from which share on that is said.
    Limits,
    /// When an alert is raised, and who is told.
    Alerts,
    /// Who may read the figures over HTTP.
    Serve,
    /// Connecting to the service.
    Probes,
    /// The application's log.
    Log,
    /// What is kept.
    Recording,
    /// What the screen looks like.
    Look,
}

impl Group {
    /// The heading in the help.
    #[must_use]
    pub const fn heading(self) -> &'static str {
        match self {
            Self::Target => "Target",
            Self::Limits => "Limits",
            Self::Alerts => "Alerts",
            Self::Serve => "Serve",
            Self::Probes => "Probes",
            Self::Log => "Log",
            Self::Recording => "Recording",
            Self::Look => "Look",
        }
    }

    /// The heading on the settings screen.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Target => "TARGET",
            Self::Limits => "LIMITS",
            Self::Alerts => "ALERTS",
            Self::Serve => "SERVE",
            Self::Probes => "PROBES",
            Self::Log => "LOG",
            Self::Recording => "RECORDING",
            Self::Look => "LOOK",
        }
    }

    /// That of an option; none of what a command has for itself.
    #[must_use]
    pub fn of(option: &Arg) -> Option<Self> {
        let heading = option.get_help_heading()?;
        let mut all = ALL.into_iter();
        all.find(|group| group.heading() == heading)
    }
}
