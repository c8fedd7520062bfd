//! Recordings to replay, and what is in them.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use serde_json::Value;

use crate::checks::harness::{Said, say};

/// 20 s of a demo's incident as version 1 wrote them. It is never made anew: what
/// was recorded once can be read for ever.
pub(super) fn of_version_1() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recording/version-1.rec")
}

pub(crate) fn text(path: &Path) -> &str {
    path.to_str().expect("a path of ours")
}

/// Replays a file with these arguments.
pub(super) fn replay(path: &Path, args: &[&str]) -> Said {
    say(&[&["replay", text(path)], args].concat())
}

/// All of its lines, unpacked; what cannot be unpacked is left.
pub(crate) fn lines(path: &Path) -> String {
    let mut unpacked = Vec::new();
    let packed = std::fs::File::open(path).expect("a recording");
    let _ = MultiGzDecoder::new(packed).read_to_end(&mut unpacked);
    String::from_utf8(unpacked).expect("lines of JSON")
}

/// Lines as a recording has them.
pub(super) fn packed(lines: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(lines.as_bytes()).expect("memory");
    encoder.finish().expect("memory")
}

/// Rule and beginning of every alert.
pub(super) fn alerts(document: &Value) -> Vec<(String, String)> {
    let all = document["alerts"].as_array().expect("alerts");
    let word = |alert: &Value, key: &str| alert[key].as_str().expect("a text").to_owned();
    all.iter().map(|alert| (word(alert, "rule"), word(alert, "since"))).collect()
}
