//! A rule in words, over the screen.

use super::super::frame::TextPage;
use super::scene::Scene;
use crate::detect::{RuleId, Unit};

/// As `herdtop check --list-rules` has it, and whether it fires now.
pub(super) fn page(scene: Scene<'_>, rule: RuleId) -> TextPage {
    let row = rule.rule();
    let mut parts = vec![
        ("fires", row.doc.fires.to_owned()),
        ("says", row.doc.says.to_owned()),
        ("step", row.doc.step.to_owned()),
    ];
    let firing = scene.judgement.firing().filter(|alert| alert.rule == rule);
    parts.extend(firing.map(|alert| ("now", alert.sentence.clone())));
    parts.extend(row.params.iter().map(|param| {
        let default = match param.unit {
            Unit::Seconds => format!("{}s", param.default),
            Unit::Share => format!("{}%", param.default * 100.0),
            Unit::Number => param.default.to_string(),
        };
        ("--rule", format!("{rule}.{}={default}  {}", param.key, param.help))
    }));
    TextPage { title: format!("Rule {rule}"), parts }
}
