//! `check --list-rules`: the rules, in words.

use serde::Serialize;

use super::wrap::hang;
use crate::detect::causes::{CAUSES, Row};
use crate::detect::{Param, RULES, Rule, RuleId, Unit};

/// Prose is no wider, so that it can be read.
const WIDTH: usize = 80;

/// What stands between the rules and the causes.
const CAUSES_ARE: &str =
    "The verdict explains: it leads with a cause that no other one explains. The causes:";

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
    blocks.push(CAUSES_ARE.to_owned());
    blocks.extend(CAUSES.iter().map(|row| cause(row)));
    blocks.join("\n\n")
}

/// One cause, as a block.
fn cause(row: &Row) -> String {
    let (kind, cause) = row.meaning;
    let explains: Vec<String> = row.explains.iter().copied().flatten().map(word).collect();
    let explains =
        if explains.is_empty() { "nothing else".to_owned() } else { explains.join(", ") };
    let parts = [
        ("needs", row.needs),
        ("explains", &explains),
        ("against", row.against),
        ("says", row.says),
        ("step", row.step),
    ];
    let mut lines = vec![format!("{}/{}", word(&kind), word(&cause))];
    lines.extend(parts.iter().map(|(name, text)| part(name, text)));
    lines.join("\n")
}

/// As the documents have it.
fn word(value: &impl Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
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
