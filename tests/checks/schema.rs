//! The published schema, and short ways to a document's figures.
//!
//! The published one is open, so that a document of a later release is one too. What
//! this release writes is held against a copy that is closed: a field of ours that
//! the schema does not know is a fault here.

use std::sync::OnceLock;

use jsonschema::Validator;
use serde_json::Value;

/// Parses a document and holds it against the schema.
pub(crate) fn document(text: &str) -> Value {
    held_against(validator(), text)
}

/// The same of what `--on-alert` is given.
pub(crate) fn alert(text: &str) -> Value {
    static VALIDATOR: OnceLock<Validator> = OnceLock::new();
    held_against(VALIDATOR.get_or_init(|| strict(herdtop::output::ALERT_SCHEMA)), text)
}

fn held_against(validator: &Validator, text: &str) -> Value {
    let document: Value = serde_json::from_str(text).expect("a document is JSON");
    let faults: Vec<String> =
        validator.iter_errors(&document).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(faults.is_empty(), "{faults:#?}\n{document:#}");
    document
}

fn validator() -> &'static Validator {
    static VALIDATOR: OnceLock<Validator> = OnceLock::new();
    VALIDATOR.get_or_init(|| strict(herdtop::output::SCHEMA))
}

fn parsed(schema: &str) -> Value {
    let schema = serde_json::from_str(schema).expect("the schema is JSON");
    jsonschema::draft202012::meta::validate(&schema).expect("the schema is a schema");
    schema
}

/// The schema with every object of it closed.
fn strict(schema: &str) -> Validator {
    let mut schema = parsed(schema);
    close(&mut schema);
    built(&schema)
}

fn built(schema: &Value) -> Validator {
    jsonschema::draft202012::options()
        .should_validate_formats(true)
        .build(schema)
        .expect("the schema can be used")
}

/// No field but those named; an `if` names some alone and is left as it is.
fn close(schema: &mut Value) {
    match schema {
        Value::Array(all) => all.iter_mut().for_each(close),
        Value::Object(fields) => {
            if fields.contains_key("type") && fields.contains_key("properties") {
                fields.entry("additionalProperties").or_insert(false.into());
            }
            fields.values_mut().for_each(close);
        }
        _ => {}
    }
}

/// The only listener of the document.
pub(crate) fn listener(document: &Value) -> &Value {
    let all = document["listeners"].as_array().expect("listeners");
    assert_eq!(all.len(), 1, "one entry per address and port: {document:#}");
    &all[0]
}

/// A count of the document.
pub(crate) fn count(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("a count, not {value}"))
}

/// Within one percent, at least one.
pub(crate) fn near(counted: u64, really: u64) -> bool {
    counted.abs_diff(really) <= (really / 100).max(1)
}

/// An alert is told by the same words in both documents.
#[test]
fn the_schemas_agree_about_an_alert() {
    let parse = |text| serde_json::from_str::<Value>(text).expect("JSON");
    let status = parse(herdtop::output::SCHEMA);
    let alert = parse(herdtop::output::ALERT_SCHEMA);
    let of_status = &status["properties"]["alerts"]["items"]["properties"];
    for (key, field) in of_status.as_object().expect("fields") {
        assert_eq!(&alert["properties"][key], field, "{key}");
    }
    for key in ["severity", "log_line"] {
        assert_eq!(alert["$defs"][key], status["$defs"][key], "{key}");
    }
}

#[test]
fn the_schema_turns_wrong_documents_away() {
    let good = example();
    assert!(validator().is_valid(&good));
    let wrong = |change: fn(&mut Value)| {
        let mut document = good.clone();
        change(&mut document);
        assert!(!validator().is_valid(&document), "{document:#}");
    };
    wrong(|d| d["schema"] = "herdtop.status/2".into());
    wrong(|d| d["more"] = 1.into());
    wrong(|d| drop(d.as_object_mut().map(|d| d.remove("totals"))));
    for object in ["", "/host", "/verdict", "/listeners/0", "/limits/0", "/probes/0", "/totals"] {
        let mut document = good.clone();
        let fields = document.pointer_mut(object).and_then(Value::as_object_mut);
        fields.expect(object).insert("more".to_owned(), 1.into());
        assert!(!validator().is_valid(&document), "{object}");
    }
    wrong(|d| d["at"] = "yesterday".into());
    wrong(|d| d["verdict"]["severity"] = "bad".into());
    wrong(|d| d["verdict"]["cause"] = "no_jitter".into());
    wrong(|d| d["listeners"][0]["established"] = (-1).into());
    wrong(|d| d["listeners"][0]["estimated"] = Value::Null);
    wrong(|d| d["listeners"][0]["port"] = 70000.into());
    wrong(|d| d["limits"][0]["ratio"] = (-0.1).into());
    wrong(|d| d["closes"][0]["source"] = "rumour".into());
    wrong(|d| d["probes"][0]["held"]["open"] = 2.into());
    wrong(|d| d["probes"][0]["outcomes"]["HTTP 503"] = 1.into());
    wrong(|d| drop(d["sampling"].as_object_mut().map(|s| s.remove("denied"))));
}

/// A later release has fields more, and its documents are still documents.
#[test]
fn the_published_schema_is_open() {
    let published = built(&parsed(herdtop::output::SCHEMA));
    let mut later = example();
    later["totals"]["more"] = 1.into();
    later["closes"][0]["source"] = "tap".into();
    assert!(published.is_valid(&later));
}

/// The document of the file; fields that are newer than the file have no reading in it,
/// so that a field is described at one place only.
fn example() -> Value {
    let mut document = serde_json::from_str(include_str!("document.json")).expect("JSON");
    fill(&mut document, &parsed(herdtop::output::SCHEMA));
    document
}

fn fill(value: &mut Value, schema: &Value) {
    for one in schema["anyOf"].as_array().into_iter().flatten() {
        fill(value, one);
    }
    match value {
        Value::Object(fields) => {
            for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
                fill(fields.entry(name.clone()).or_insert_with(|| empty(schema)), schema);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| fill(item, &schema["items"])),
        _ => {}
    }
}

/// The least that a field of this type can be.
fn empty(schema: &Value) -> Value {
    match schema["type"].as_str() {
        Some("integer" | "number") => 0.into(),
        Some("boolean") => false.into(),
        Some("string") => "".into(),
        Some("array") => Value::Array(Vec::new()),
        Some("object") => Value::Object(serde_json::Map::new()),
        _ => Value::Null,
    }
}
