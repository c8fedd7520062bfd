//! The finer numbers of the rules, as typed.

use super::ConfigError;
use crate::cli::value;
use crate::detect::{Param, RULES, Tuning, Unit};

/// `NAME.KEY=VALUE`, each.
pub(super) fn tuning(given: &[String]) -> Result<Tuning, ConfigError> {
    let mut tuning = Tuning::default();
    for one in given {
        let (param, value) = parse(one)
            .map_err(|why| ConfigError::Rule { given: crate::text::clean(one, 60), why })?;
        tuning.set(param, value);
    }
    Ok(tuning)
}

fn parse(text: &str) -> Result<(&'static Param, f64), String> {
    let form = || "give NAME.KEY=VALUE such as accept_queue.warn=60%".to_owned();
    let (name, value) = text.split_once('=').ok_or_else(form)?;
    let (rule, key) = name.trim().split_once('.').ok_or_else(form)?;
    let all = || RULES.iter().flat_map(|r| r.params);
    let of_rule: Vec<&Param> = all().filter(|p| p.rule.name() == rule).collect();
    if of_rule.is_empty() {
        let mut rules: Vec<&str> = all().map(|p| p.rule.name()).collect();
        rules.dedup();
        return Err(format!("no such rule with a number; there are {}", rules.join(", ")));
    }
    let keys = || of_rule.iter().map(|p| p.key).collect::<Vec<_>>().join(", ");
    let param = of_rule.iter().find(|p| p.key == key);
    let param = param.ok_or_else(|| format!("'{rule}' has no such key; it has {}", keys()))?;
    number(param, value.trim()).map(|value| (*param, value))
}

fn number(param: &Param, text: &str) -> Result<f64, String> {
    match param.unit {
        Unit::Seconds => value::duration(text).map(|d| d.as_secs_f64()),
        Unit::Share => value::share(text).map(|share| share.0),
        Unit::Number => text
            .parse::<f64>()
            .ok()
            .filter(|n| n.is_finite() && *n > 0.0)
            .ok_or_else(|| "give a number above 0".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_typed_in_its_unit() {
        let set = |text: &str| parse(text).map(|(p, v)| (p.rule.name(), p.key, v));
        assert_eq!(set("accept_queue.warn=60%"), Ok(("accept_queue", "warn", 0.6)));
        assert_eq!(set("lag.hold=2s"), Ok(("lag", "hold", 2.0)));
        assert_eq!(set("close_storm.rate=7.5"), Ok(("close_storm", "rate", 7.5)));
    }

    #[test]
    fn what_is_wrong_names_what_there_is() {
        let wrong = |text: &str| parse(text).unwrap_err();
        assert!(wrong("lag").contains("NAME.KEY=VALUE"));
        assert!(wrong("lagg.hold=2").contains("accept_queue"));
        assert!(wrong("lag.holds=2").contains("it has hold, critical"));
        assert!(wrong("lag.hold=soon").contains("such as 250ms"));
        assert!(wrong("close_storm.rate=-1").contains("above 0"));
    }

    #[test]
    fn every_param_belongs_to_its_rule() {
        for rule in RULES {
            for param in rule.params {
                assert_eq!(param.rule, rule.id, "{}", param.key);
            }
        }
    }
}
