//! `check --list-rules`: the rules, in words.

use serde::Serialize;

use super::wrap::hang;
use crate::detect::{Param, RULES, Rule, RuleId, Unit};

/// Prose is no wider, so that it can be read.
const WIDTH: usize = 80;

#[derive(Serialize)]
struct Entry {
    rule: RuleId,
    fires: &'static str,
    says: &'static str,
    step: &'static str,
    params: Vec<Number>,
}

#[derive(Serialize)]
struct Number {
    key: &'static str,
    default: String,
    help: &'static str,
}

/// For people.
#[must_use]
pub fn list_rules() -> String {
    let mut blocks = Vec::new();
    for rule in RULES {
        let doc = rule.doc;
        let mut lines = vec![rule.id.to_string()];
        for (name, text) in [("fires", doc.fires), ("says", doc.says), ("step", doc.step)] {
            lines.push(part(name, text));
        }
        for param in rule.params {
            let text = format!("{}.{}={}  {}", rule.id, param.key, shown(param), param.help);
            lines.push(part("--rule", &text));
        }
        blocks.push(lines.join("\n"));
    }
    blocks.join("\n\n")
}

/// For programs.
///
/// # Errors
/// Never: all of it is text.
pub fn list_rules_json() -> serde_json::Result<String> {
    let number = |p: &Param| Number { key: p.key, default: shown(p), help: p.help };
    let entry = |rule: &&Rule| {
        let doc = rule.doc;
        let params = rule.params.iter().map(number).collect();
        Entry { rule: rule.id, fires: doc.fires, says: doc.says, step: doc.step, params }
    };
    serde_json::to_string(&RULES.iter().map(entry).collect::<Vec<_>>())
}

fn part(name: &str, text: &str) -> String {
    hang(&format!("  {name:8}"), text, WIDTH).join("\n")
}

fn shown(param: &Param) -> String {
    match param.unit {
        Unit::Seconds => format!("{}s", param.default),
        Unit::Share => format!("{}%", param.default * 100.0),
        Unit::Number => param.default.to_string(),
    }
}
