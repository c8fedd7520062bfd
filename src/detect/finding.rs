//! What a check finds.

use super::identity::Scope;
use super::verdict::Severity;

/// What a rule says about one subject.
#[derive(Debug, Clone, PartialEq)]
pub enum Finding {
    /// Nothing wrong, below the level at which a raised alert clears.
    Clear,
    /// Between clearing and raising: a raised alert stays, none is raised.
    Between,
    /// The same, with what is to be said of it by now: a warning at most. Of a limit that
    /// had fallen from 92 % to 68 % an alert said "92 %, over 90 %" as long as it stood.
    Waning {
        /// The complete sentence.
        sentence: String,
        /// At most about 24 columns.
        brief: Brief,
        /// How much now.
        value: Level,
    },
    /// Wrong.
    Firing {
        /// How bad.
        severity: Severity,
        /// The complete sentence, with number and limit.
        sentence: String,
        /// At most about 24 columns for a small pane.
        brief: Brief,
        /// How much now, and at the most: what the alert keeps the peak of.
        value: Level,
    },
    /// Cannot be told yet.
    NotEnoughData,
}

/// A value of now, and the highest that was seen: a detector that looks ten times a
/// second knows a higher one than a rule that looks once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level {
    /// At this moment.
    pub now: f64,
    /// The highest so far.
    pub peak: f64,
}

impl From<f64> for Level {
    fn from(now: f64) -> Self {
        Self { now, peak: now }
    }
}

/// A finding in a few words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brief {
    /// The words.
    pub text: String,
    /// Whether they say where it is.
    pub placed: bool,
    /// What is said of it afterwards, where that is not what was said when its value
    /// was highest.
    pub afterwards: Option<String>,
}

impl Brief {
    /// Words that say where it is.
    #[must_use]
    pub const fn placed(text: String) -> Self {
        Self { text, placed: true, afterwards: None }
    }

    /// The same, with what is said of it afterwards.
    #[must_use]
    pub fn afterwards(self, text: String) -> Self {
        Self { afterwards: Some(text), ..self }
    }

    /// The words with the place, said once: `capacity 71 % :8080`, `:8080 restarts`.
    #[must_use]
    pub fn at(&self, scope: &Scope) -> String {
        self.place(&self.text, scope)
    }

    /// The words of afterwards with the place, where they are others.
    #[must_use]
    pub fn afterwards_at(&self, scope: &Scope) -> Option<String> {
        self.afterwards.as_ref().map(|text| self.place(text, scope))
    }

    fn place(&self, text: &str, scope: &Scope) -> String {
        match scope.place() {
            Some(place) if !self.placed => format!("{text} {place}"),
            _ => text.to_owned(),
        }
    }
}

impl From<String> for Brief {
    fn from(text: String) -> Self {
        Self { text, placed: false, afterwards: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Netns, ServiceId};

    #[test]
    fn an_event_says_once_where_it_was() {
        let port = ServiceId::new(Netns::default(), ([0, 0, 0, 0], 80).into());
        let plain = |text: &str| Brief::from(text.to_owned());
        let of = |scope: Scope, brief: Brief| brief.at(&scope);
        let (port, probe) = (Scope::Service(port), Scope::Target(0));
        assert_eq!(of(port, plain("capacity 71 %")), "capacity 71 % :80");
        assert_eq!(of(port, Brief::placed(":80 restarts".into())), ":80 restarts");
        assert_eq!(of(port, plain("after :8080 restarts")), "after :8080 restarts :80");
        assert_eq!(of(probe, plain("close 1013")), "close 1013 probe 1");
        assert_eq!(of(probe, plain("probe 12 refused")), "probe 12 refused probe 1");
        assert_eq!(of(Scope::Host, plain("HERD ×7")), "HERD ×7");
    }
}
