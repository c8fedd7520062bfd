//! The wrappers by name, and what each leaves.

use std::ops::Range;

/// Something around a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::source::log) enum Wrapper {
    Ansi,
    Docker,
    JournalJson,
    SternJson,
    Shipper,
    Cri,
    Loki,
    Timestamps,
    Syslog5424,
    Syslog,
    Kubectl,
    Pm2,
    Foreman,
    Compose,
    Stern,
    Prefix,
}

/// How the text inside is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Inside {
    AsItIs,
    /// A string of JSON.
    Escaped,
    /// A list of the numbers of its bytes.
    Bytes,
    /// With colours.
    Coloured,
}

/// What a wrapper leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layer {
    pub(super) wrapper: Wrapper,
    pub(super) body: Range<usize>,
    pub(super) time: Option<Range<usize>>,
    pub(super) inside: Inside,
}

impl Layer {
    /// A body as it is, from there to the end of the text.
    pub(super) const fn from(wrapper: Wrapper, from: usize, text: &[u8]) -> Self {
        Self { wrapper, body: from..text.len(), time: None, inside: Inside::AsItIs }
    }
}

impl Wrapper {
    /// All of them, the surer ones first.
    pub(super) const ALL: [Self; 16] = [
        Self::Ansi,
        Self::Docker,
        Self::JournalJson,
        Self::SternJson,
        Self::Shipper,
        Self::Cri,
        Self::Loki,
        Self::Syslog5424,
        Self::Syslog,
        Self::Timestamps,
        Self::Kubectl,
        Self::Pm2,
        Self::Foreman,
        Self::Compose,
        Self::Stern,
        Self::Prefix,
    ];

    /// As it is told.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Ansi => "ansi",
            Self::Docker => "docker",
            Self::JournalJson => "journald json",
            Self::SternJson => "stern json",
            Self::Shipper => "shipper json",
            Self::Loki => "loki",
            Self::Foreman => "foreman",
            Self::Cri => "cri",
            Self::Timestamps => "timestamps",
            Self::Syslog5424 => "syslog 5424",
            Self::Syslog => "syslog",
            Self::Kubectl => "kubectl",
            Self::Pm2 => "pm2",
            Self::Compose => "compose",
            Self::Stern => "stern",
            Self::Prefix => "prefix",
        }
    }
}
