//! What the schemas of the documents say beyond the types they are made from.
//!
//! `status.schema.json` and `alert.schema.json` are written from the types; the
//! tests here hold the files to them. A reader has to expect fields it does not
//! know: `additionalProperties` is open, so that a field can be added.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

use super::verdict::VerdictEntry;
use crate::detect::RULES;
use crate::model::{CodeSource, LabelSource};

/// The id of a rule.
pub(super) fn rule(_: &mut SchemaGenerator) -> Schema {
    let ids: Vec<&str> = RULES.iter().map(|rule| rule.id.name()).collect();
    json_schema!({"type": "string", "enum": ids})
}

/// Where sockets are read from.
pub(super) fn socket_source(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": ["string", "null"], "enum": ["sock_diag", "procfs", null]})
}

/// Where a close code was seen. `tap` is of this version though nothing here has one
/// yet: a value that goes from the list would make another version.
pub(super) fn close_source(generator: &mut SchemaGenerator) -> Schema {
    let mut schema = CodeSource::json_schema(generator);
    if let Some(Value::Array(each)) = schema.get_mut("oneOf") {
        each.push(json!({
            "const": "tap",
            "description": "Told to real clients, by the Close frames on a plaintext port.",
            "type": "string"
        }));
    }
    schema
}

/// Who says what an ending is.
pub(super) fn label_source(generator: &mut SchemaGenerator) -> Schema {
    let mut schema = LabelSource::json_schema(generator);
    if let Some(Value::Array(each)) = schema.get_mut("oneOf") {
        each.push(json!({
            "const": "tap",
            "description": "Close frames on a plaintext port.",
            "type": "string"
        }));
        each.push(json!({"type": "null"}));
    }
    schema
}

/// Outcomes by name, each that there was.
pub(super) fn outcomes(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "propertyNames": {"pattern": "^[a-z0-9_]+$"},
        "additionalProperties": {"type": "integer", "minimum": 1}
    })
}

/// The causes each kind of verdict can have.
const CAUSES: [(&str, &[&str]); 12] = [
    ("ok", &["none"]),
    ("filling", &["time_to_full"]),
    (
        "overloaded",
        &[
            "connection_limit",
            "descriptors",
            "accept_queue",
            "acceptor_stuck",
            "memory",
            "slow_consumers",
            "cpu",
            "cpu_throttled",
            "refusing_new",
            "uneven",
        ],
    ),
    ("stalled", &["event_loop", "stopped", "no_answer"]),
    ("herd", &["after_outage", "no_jitter", "no_backoff", "unknown"]),
    ("recovering", &["herd_healing"]),
    ("restarting", &["planned"]),
    ("crashing", &["worker_lost", "oom", "crash_loop"]),
    ("down", &["refused", "upstream", "crash_loop"]),
    ("misconfigured", &["handshake", "tls_client_cert"]),
    ("leaving", &["clients_left", "idle_timeout"]),
    ("unknown", &["not_enough_data"]),
];

/// The verdict, each kind with its causes.
pub(super) fn verdict(generator: &mut SchemaGenerator) -> Schema {
    let mut schema = VerdictEntry::json_schema(generator);
    let each: Vec<Value> = CAUSES
        .iter()
        .map(|(kind, causes)| {
            json!({
                "if": {"properties": {"kind": {"const": kind}}},
                "then": {"properties": {"cause": {"enum": causes}}}
            })
        })
        .collect();
    schema.insert("allOf".to_owned(), each.into());
    schema
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use schemars::generate::SchemaSettings;
    use schemars::transform::transform_subschemas;

    use super::*;

    /// Prose on one line, and no formats that only Rust knows: bounds say the same.
    fn plain(schema: &mut Schema) {
        if let Some(Value::String(text)) = schema.get_mut("description") {
            *text = text.replace('\n', " ");
        }
        let format = schema.get("format").and_then(Value::as_str).unwrap_or_default();
        if format.starts_with("uint") || format.starts_with("int") || format == "double" {
            schema.remove("format");
        }
        transform_subschemas(&mut plain, schema);
    }

    fn hold<T: JsonSchema>(file: &str, committed: &str) {
        let settings = SchemaSettings::draft2020_12().for_serialize();
        let mut schema = settings.into_generator().into_root_schema_for::<T>();
        plain(&mut schema);
        let wanted = format!("{:#}\n", schema.as_value());
        if wanted != committed && std::env::var_os("UPDATE_PAPER").is_some() {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/output").join(file);
            std::fs::write(path, &wanted).expect("written");
            return;
        }
        let differs = wanted.lines().zip(committed.lines()).find(|(wanted, is)| wanted != is);
        assert!(wanted == committed, "{file}: UPDATE_PAPER=1 writes it; {differs:?}");
    }

    #[test]
    fn the_schemas_are_those_of_the_types() {
        hold::<super::super::document::Document<'_>>("status.schema.json", super::super::SCHEMA);
        hold::<super::super::alert::Document<'_>>("alert.schema.json", super::super::ALERT_SCHEMA);
    }
}
