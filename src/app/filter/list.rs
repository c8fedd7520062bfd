//! The lists that can be filtered, and the columns each of them has terms for.

use std::collections::BTreeMap;

use super::{Field, FieldKind, Filter};

/// A list with a filter of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::app) enum List {
    /// The listeners.
    Listeners,
    /// The hosts of a fleet.
    Hosts,
    /// Alerts and marks.
    Timeline,
    /// The targets of the probes.
    Targets,
    /// The close codes.
    Codes,
    /// The settings.
    Settings,
    /// The keys.
    Help,
    /// The client networks of a listener.
    Networks,
    /// Its single connections.
    Connections,
    /// The addresses of a client network.
    Addresses,
}

const NAME: FieldKind = FieldKind::Text("a name, or a part of one");

const LISTENERS: &[Field] = &[
    Field::new(&["port"], FieldKind::Ports),
    Field::new(&["proc", "process"], NAME),
    Field::new(&["pid"], FieldKind::Number),
    Field::new(&["addr"], FieldKind::Address),
    Field::new(&["state"], FieldKind::Severity),
];
const HOSTS: &[Field] = &[
    Field::new(&["host"], NAME),
    Field::new(&["job"], NAME),
    Field::new(&["alert"], NAME),
    Field::new(&["open"], FieldKind::Number),
    Field::new(&["state"], FieldKind::Severity),
];
const TIMELINE: &[Field] =
    &[Field::new(&["rule"], NAME), Field::new(&["state"], FieldKind::Severity)];
const TARGETS: &[Field] =
    &[Field::new(&["url"], NAME), Field::new(&["state"], FieldKind::Severity)];
const CODES: &[Field] = &[Field::new(&["code"], FieldKind::Number), Field::new(&["name"], NAME)];
const SETTINGS: &[Field] = &[Field::new(&["name"], NAME), Field::new(&["from"], NAME)];
const COUNTED: &[Field] =
    &[Field::new(&["addr"], FieldKind::Address), Field::new(&["open"], FieldKind::Number)];
const CONNECTIONS: &[Field] = &[
    Field::new(&["addr", "peer"], FieldKind::Address),
    Field::new(&["port"], FieldKind::Ports),
    Field::new(&["state"], FieldKind::Text("a TCP state, as estab or close_wait")),
    Field::new(&["pid"], FieldKind::Number),
    Field::new(&["sendq"], FieldKind::Bytes),
    Field::new(&["recvq"], FieldKind::Bytes),
    Field::new(&["retrans"], FieldKind::Number),
    Field::new(&["in"], FieldKind::Bytes),
    Field::new(&["out"], FieldKind::Bytes),
    Field::new(&["idle"], FieldKind::Time),
    Field::new(&["age"], FieldKind::Time),
];

impl List {
    /// The columns a term can name.
    pub(in crate::app) const fn fields(self) -> &'static [Field] {
        match self {
            Self::Listeners => LISTENERS,
            Self::Hosts => HOSTS,
            Self::Timeline => TIMELINE,
            Self::Targets => TARGETS,
            Self::Codes => CODES,
            Self::Settings => SETTINGS,
            Self::Help => &[],
            Self::Networks | Self::Addresses => COUNTED,
            Self::Connections => CONNECTIONS,
        }
    }

    /// What may be typed, in one line.
    pub(in crate::app) const fn terms(self) -> &'static str {
        match self {
            Self::Listeners => {
                "words, port:80,443 proc:NAME pid:N addr:10. state:crit, !TERM for not, /REGEX/"
            }
            Self::Hosts => {
                "words, host:NAME alert:herd open:>900 state:crit, !TERM for not, /REGEX/"
            }
            Self::Timeline => "words, rule:NAME state:crit, !TERM for not, /REGEX/",
            Self::Targets => "words, url:TEXT state:crit, !TERM for not, /REGEX/",
            Self::Codes => "words, code:1011-1013 name:TEXT, !TERM for not, /REGEX/",
            Self::Settings => "words, name:TEXT from:flag, !TERM for not, /REGEX/",
            Self::Help => "words, !WORD for not, /REGEX/",
            Self::Networks | Self::Addresses => "words, addr:10. open:>9, !TERM for not, /REGEX/",
            Self::Connections => {
                "words, sendq:>64k retrans:>0 idle:>5m age:<1m addr:10. state:estab, !TERM, /REGEX/"
            }
        }
    }

    /// The filter as typed; what is faulty hides nothing, and is told where it is typed.
    pub(in crate::app) fn filter(self, typed: &str) -> Filter {
        Filter::parse(typed, self.fields()).unwrap_or_default()
    }
}

/// The filters in force; none of a list is an empty one.
#[derive(Debug, Default)]
pub(in crate::app) struct Filters(BTreeMap<List, String>);

impl Filters {
    pub(in crate::app) fn of(&self, list: List) -> &str {
        self.0.get(&list).map_or("", String::as_str)
    }

    pub(in crate::app) fn set(&mut self, list: List, typed: &str) {
        self.0.insert(list, typed.to_owned());
    }

    /// Takes it away; whether there was one.
    pub(in crate::app) fn drop(&mut self, list: List) -> bool {
        self.0.remove(&list).is_some_and(|filter| !filter.is_empty())
    }
}
