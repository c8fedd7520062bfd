//! The recorded incident with single connections in it. No recording has these: they are
//! read only while somebody looks at them, so those of the picture are made here.

use std::io::{Read, Write};
use std::path::Path;
use std::time::Duration;

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use herdtop::sample::{
    ConnectionAge, ConnectionList, ConnectionScope, OpenConnection, Reading, Sample, Stamp,
};

/// Writes it, with what was read of the gateway just before this moment.
pub(super) fn record(incident: &str, moment: &str, path: &Path) {
    let packed = std::fs::File::open(incident).expect("the recording");
    let mut text = String::new();
    MultiGzDecoder::new(packed).read_to_string(&mut text).expect("it is whole");
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let derived = |line: &String| at(line, "derive").is_some_and(|at| clock(at).as_str() <= moment);
    let last = lines.iter().rposition(derived).expect("it goes on until then");
    let stamp = at(&lines[last], "derive").expect("its moment");
    let sample = Sample { connections: Some(Reading::Seen(read())), ..Sample::at(stamp) };
    lines.insert(last, serde_json::json!({ "sample": sample }).to_string());
    let file = std::fs::File::create(path).expect("a file of our own");
    let mut file = GzEncoder::new(file, Compression::fast());
    file.write_all((lines.join("\n") + "\n").as_bytes()).expect("it takes all");
    file.finish().expect("it ends");
}

/// When a line of this kind was written.
fn at(line: &str, kind: &str) -> Option<Stamp> {
    let mut value: serde_json::Value = serde_json::from_str(line).ok()?;
    serde_json::from_value(value.get_mut(kind)?.get_mut("at")?.take()).ok()
}

fn clock(at: Stamp) -> String {
    at.wall.format("%H:%M:%S").to_string()
}

/// The first of 2 995, by what is not acknowledged.
fn read() -> ConnectionList {
    ConnectionList {
        scope: ConnectionScope {
            listeners: vec![([0, 0, 0, 0], 8080).into()],
            ..ConnectionScope::default()
        },
        all: 2_995,
        shown: 2_995,
        rows: (0..60).map(connection).collect(),
        addresses: Vec::new(),
        other_addresses: 0,
        worker_unknown: None,
        cpu: Duration::from_millis(4),
        period: Duration::from_secs(2),
    }
}

/// A few clients do not keep up, one of them on a bad line.
fn connection(n: u16) -> OpenConnection {
    let [_, low] = n.to_be_bytes();
    let number = u64::from(n);
    let waiting = if n < 9 { 262_144 >> n } else { 0 };
    let age = Duration::from_secs(78 - number);
    OpenConnection {
        local: ([10, 4, 0, 7], 8080).into(),
        peer: ([10, 20, 8 + low % 5, 17 + 3 * low], 40_112 + 37 * n).into(),
        state: if n % 13 == 6 { 8 } else { 1 },
        inode: 7_300_000 + number,
        age: if n.is_multiple_of(3) {
            ConnectionAge::Exactly(age)
        } else {
            ConnectionAge::About(age)
        },
        received: Some(612 + 41 * number),
        sent: Some(931_000 - 7_919 * number),
        idle: Some(Duration::from_millis(if n < 9 {
            21_000 - 2_100 * number
        } else {
            40 * number
        })),
        send_queue: waiting,
        receive_queue: 0,
        retransmits: Some(if n == 0 { 14 } else { u32::from(n < 4) }),
        memory: Some(4_608 + u64::from(waiting)),
        worker: Some(29),
    }
}
