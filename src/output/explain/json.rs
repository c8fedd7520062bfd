//! `herdtop explain --json`: one array of objects, each with its `kind`.

use serde_json::{Value, json};

use super::compared;
use crate::close::Names;
use crate::close::meaning::{Article, Found, Target, VENDORS, all_codes, all_statuses};

/// The answers, or everything where nothing was asked. Of a comparison the
/// third object holds what is said of both.
///
/// # Errors
/// None that can happen: all of it is text and numbers.
pub fn explain_json(answers: &[Found], names: &Names) -> Result<String, serde_json::Error> {
    let mut all = Vec::new();
    if answers.is_empty() {
        for article in all_codes(names).iter().chain(&all_statuses()) {
            all.push(serde_json::to_value(article)?);
        }
        for vendor in &VENDORS {
            all.push(object(Target::Vendor(vendor.name), names)?);
        }
    }
    for found in answers {
        for &target in &found.targets {
            let mut value = object(target, names)?;
            value["asked"] = json!(found.asked);
            value["asked_says"] = json!(found.says);
            all.push(value);
        }
    }
    if let Some(pair) = compared(answers, names) {
        let mut value = serde_json::to_value(&pair)?;
        value["kind"] = json!("comparison");
        value["compared"] = json!([pair.first.number(), pair.second.number()]);
        all.push(value);
    }
    serde_json::to_string(&all)
}

fn object(target: Target, names: &Names) -> Result<Value, serde_json::Error> {
    if let Target::Vendor(name) = target {
        let vendor = VENDORS.iter().find(|v| v.name == name);
        let mut value = serde_json::to_value(vendor)?;
        value["kind"] = json!("vendor");
        return Ok(value);
    }
    serde_json::to_value(Article::of(target, names))
}
