//! Under which heading an option stands: in `--help`, in the manual page and on the
//! settings screen.

/// A heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// What is watched, and how it is read.
    Target,
    /// How much fits, and from which share on that is said.
    Limits,
    /// When an alert is raised, and who is told.
    Alerts,
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
            Self::Probes => "PROBES",
            Self::Log => "LOG",
            Self::Recording => "RECORDING",
            Self::Look => "LOOK",
        }
    }

    /// That of an option by its long name; none of what a command has for itself.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        Some(match name {
            "url" | "port" | "pid" | "process" | "netns" | "interval" | "max-cpu" | "exact"
            | "sockets" | "metrics-url" | "metric-connections" => Self::Target,
            "capacity" | "warn" | "crit" => Self::Limits,
            "herd-factor" | "lag-warn" | "rule" | "on-alert" | "on-alert-timeout" | "bell"
            | "notify" => Self::Alerts,
            "probe-every" | "dwell" | "timeout" | "held" | "header" | "subprotocol" | "origin"
            | "require-extension" | "send" | "expect" | "insecure" | "cacert" | "resolve"
            | "each-address" | "ipv4" | "ipv6" | "code" => Self::Probes,
            "log" | "log-open" | "log-close" | "log-error" | "log-time" | "log-format"
            | "trusted-proxy" => Self::Log,
            "record" | "record-max" | "ring" | "redact" => Self::Recording,
            "theme" | "color" | "marker" | "ascii" | "keys" | "sync" | "plain" | "tz"
            | "no-mouse" | "no-summary" | "config" => Self::Look,
            _ => return None,
        })
    }
}
