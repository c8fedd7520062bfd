//! The finer numbers of the rules: `--rule NAME.KEY=VALUE`.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::identity::RuleId;

/// What a number is measured in, and so how it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Seconds: `10s`, `500ms`, `10`.
    Seconds,
    /// A share: `50%`, `0.5`.
    Share,
    /// Just a number.
    Number,
}

/// One number of one rule.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Param {
    /// Its rule.
    pub rule: RuleId,
    /// Its key.
    pub key: &'static str,
    /// What holds unless said otherwise.
    pub default: f64,
    /// Its unit.
    pub unit: Unit,
    /// What it does, in a few words.
    pub help: &'static str,
}

/// The numbers that were set.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "BTreeMap<String, f64>", into = "BTreeMap<String, f64>")]
pub struct Tuning(BTreeMap<RuleId, BTreeMap<String, f64>>);

impl Tuning {
    /// Sets a number.
    pub fn set(&mut self, param: &Param, value: f64) {
        self.0.entry(param.rule).or_default().insert(param.key.to_owned(), value);
    }

    /// The number in force.
    #[must_use]
    pub fn get(&self, param: &Param) -> f64 {
        let set = self.0.get(&param.rule).and_then(|keys| keys.get(param.key));
        set.copied().unwrap_or(param.default)
    }

    /// A number of seconds as a duration.
    #[must_use]
    pub fn seconds(&self, param: &Param) -> Duration {
        Duration::try_from_secs_f64(self.get(param)).unwrap_or(Duration::MAX)
    }
}

impl From<Tuning> for BTreeMap<String, f64> {
    /// `lag.hold` to its number, as they are typed.
    fn from(tuning: Tuning) -> Self {
        let of = |(rule, keys): (RuleId, BTreeMap<String, f64>)| {
            keys.into_iter().map(move |(key, value)| (format!("{rule}.{key}"), value))
        };
        tuning.0.into_iter().flat_map(of).collect()
    }
}

impl From<BTreeMap<String, f64>> for Tuning {
    /// A number of a rule that is no more has nothing to say.
    fn from(named: BTreeMap<String, f64>) -> Self {
        let mut tuning = Self::default();
        for (name, value) in named {
            if let Some((rule, key)) = name.split_once('.')
                && let Some(rule) = RuleId::named(rule)
            {
                tuning.0.entry(rule).or_default().insert(key.to_owned(), value);
            }
        }
        tuning
    }
}
