//! What is said of how a log was read: its format, wrapper, stamp, duration, zone and
//! patterns; and that what is not sure is refused.

use super::each_format::all;
use super::{Log, rfc3339};

fn lines(name: &str) -> Vec<String> {
    all().into_iter().find(|told| told.name == name).expect(name).lines
}

#[test]
fn the_summary_and_the_document_say_how_a_log_was_read() {
    let docker = |line: String| {
        let time = rfc3339(0);
        serde_json::json!({"log": line, "stream": "stdout", "time": time}).to_string()
    };
    let log = Log::of(lines("nginx rt=").into_iter().map(docker));
    let text = log.text(&[]);
    let said = "nginx, end stamps, duration `rt` in s; wrapper docker; zone UTC";
    assert!(text.contains(said), "{text}");
    assert!(text.contains("opens by 210 lines 'status 101'"), "{text}");
    let source = &log.document(&[])["log"]["sources"][0];
    assert_eq!(source["format"]["value"], "nginx");
    assert_eq!(source["wrapper"]["value"], "docker");
    assert_eq!(source["stamp"]["value"], "end");
    assert_eq!(source["zone"]["value"], "UTC");
}

#[test]
fn what_cannot_be_told_is_a_dash_with_its_reason() {
    let text = Log::of(lines("nginx without a duration")).text(&[]);
    let connects = text.lines().find(|line| line.starts_with("connects")).expect("a row");
    assert!(connects.contains(" -  210 access lines tell no duration"), "{connects}");
    let text = Log::of(lines("apache")).text(&[]);
    let closes = text.lines().find(|line| line.starts_with("closes")).expect("a row");
    assert!(closes.contains(" -  210 access lines tell no duration"), "{closes}");
    assert!(
        text.contains("apache, start stamps, duration - (the lines have no duration)"),
        "{text}"
    );
}

#[test]
fn a_mixture_of_formats_is_refused_and_a_name_settles_it() {
    let mixed = || lines("nginx").into_iter().zip(lines("pino")).flat_map(|(a, b)| [a, b]);
    let log = Log::of(mixed());
    let said = log.say(&["app.log", "--json"]);
    assert_eq!((said.code, said.stdout.as_str()), (Some(2), ""), "{said:?}");
    assert_eq!(said.stderr.lines().count(), 1, "{}", said.stderr);
    for word in ["'app.log'", "nginx 50 %", "pino 50 %", "--log-format NAME"] {
        assert!(said.stderr.contains(word), "no {word:?} in {}", said.stderr);
    }
    let document = log.document(&["--log-format", "nginx"]);
    assert_eq!(document["log"]["sources"][0]["format"]["value"], "nginx");
    // Patterns of one's own need no format.
    let own = ["--log-open", "client connected", "--log-close", "client disconnected"];
    assert!(log.document(&own)["log"]["opened"]["total"].as_u64() > Some(50));
    let said = log.say(&["app.log", "--log-format", "ngnix"]);
    assert_eq!((said.code, said.stderr.lines().count()), (Some(2), 1), "{said:?}");
    assert!(
        said.stderr.contains("--log-format 'ngnix': is no format; give auto, nginx,"),
        "{}",
        said.stderr
    );
}

/// What others wrote into the same file is none of it.
#[test]
fn a_named_format_counts_its_own_lines_only() {
    let alone = |name: &str, format: &str| {
        let document = Log::of(lines(name)).document(&["--log-format", format]);
        (document["log"]["opened"].clone(), document["log"]["closed"].clone())
    };
    for (one, format, other) in [
        ("pino", "pino", "nginx"),
        ("nginx", "nginx", "pino"),
        ("zap", "zap", "pino"),
        ("haproxy", "haproxy", "words"),
        ("slog", "slog", "uvicorn"),
        ("traefik json", "traefik", "zap"),
        ("gin", "gin", "spring"),
    ] {
        let others = lines(other);
        let mixed = lines(one).into_iter().enumerate();
        let mixed = mixed.flat_map(|(n, line)| [Some(line), others.get(n).cloned()]).flatten();
        let document = Log::of(mixed).document(&["--log-format", format]);
        let log = &document["log"];
        let figures = (log["opened"].clone(), log["closed"].clone());
        assert_eq!(figures, alone(one, format), "{one} beside {other}: {}", log["sources"]);
        let count = others.len().min(lines(one).len());
        assert!(log["unmatched"].as_u64() >= Some(count as u64), "{one}: {log}");
    }
}

/// It is given where the fit is not sure: what is set up otherwise is still read.
#[test]
fn a_named_format_reads_lines_that_are_set_up_otherwise() {
    let custom = lines("zap").into_iter().map(|line| line.replace("\"ts\":", "\"when\":7,\"t\":"));
    let document = Log::of(custom).document(&["--log-format", "zap"]);
    assert_eq!(document["log"]["opened"]["total"], 210, "{}", document["log"]);
}

#[test]
fn tracebacks_and_words_between_do_not_vote() {
    let noise =
        ["Traceback (most recent call last):", "  File \"app.py\", line 7, in ws", "KeyError: 7"];
    let each = lines("gunicorn %(L)s").into_iter();
    let log = Log::of(each.flat_map(|line| {
        let stamped = format!("{} INFO app: something else", rfc3339(0));
        noise.map(str::to_owned).into_iter().chain([stamped, line])
    }));
    let document = log.document(&[]);
    assert_eq!(document["log"]["sources"][0]["format"]["value"], "gunicorn");
    assert_eq!(document["log"]["closed"]["total"], 210);
}

#[test]
fn explain_marks_what_was_read() {
    let log = Log::of(lines("nginx rt="));
    let text = log.say(&["--explain", "app.log"]);
    assert_eq!((text.code, text.stderr.as_str()), (Some(0), ""));
    let page = text.stdout;
    for word in [
        "nginx, end stamps",
        "^ stamp",
        "^ status",
        "^ duration",
        "^ peer",
        "= open 2026-11-21T14:00:",
    ] {
        assert!(page.contains(word), "no {word:?} in {page}");
    }
    // Each mark stands below what it marks.
    let rows: Vec<&str> = page.lines().collect();
    let row = rows.iter().position(|row| row.contains("^ status")).expect("marked");
    let line = rows[..row].iter().rposition(|row| row.contains("\"GET /ws")).expect("a line");
    let end = rows[row].find("^ status").expect("a mark");
    assert_eq!(&rows[line][end - 2..=end], "101", "{page}");
    let empty = Log::of([]).say(&["--explain", "nosuch.log"]);
    assert_eq!((empty.code, empty.stderr.lines().count()), (Some(2), 1));
}

#[test]
fn a_proxy_and_its_application_are_not_added_up_without_a_word() {
    let log = Log::of(lines("haproxy"));
    log.write("ws.log", lines("pino").join("\n").as_bytes());
    let document = log.say(&["--json", "app.log", "ws.log"]).document();
    let notes = document["log"]["notes"].to_string();
    assert!(notes.contains("a connection told by both was counted twice"), "{notes}");
    log.write("more.log", lines("haproxy").join("\n").as_bytes());
    let document = log.say(&["--json", "app.log", "more.log"]).document();
    assert!(!document["log"]["notes"].to_string().contains("twice"));
}

#[test]
fn what_two_patterns_claim_is_counted_once_and_told() {
    let lines = (0..200_i64).flat_map(|n| {
        [
            format!("{} INFO: 10.0.0.7:{n} - \"WebSocket /ws\" [accepted]", rfc3339(n * 100)),
            format!("{} INFO: connection open", rfc3339(n * 100)),
        ]
    });
    let log = Log::of(lines);
    let document = log.document(&[]);
    assert_eq!(document["log"]["opened"]["total"], 200);
    let patterns = document["log"]["sources"][0]["patterns"].to_string();
    assert!(patterns.contains("\"passed_over\":200"), "{patterns}");
    let notes = document["log"]["notes"].to_string();
    assert!(notes.contains("200 lines by") && notes.contains("told otherwise"), "{notes}");
}

#[test]
fn zstd_is_read_along_and_a_rotated_set_in_any_order() {
    let all = lines("nginx");
    let log = Log::of(all[150..].to_vec());
    let zstd = |bytes: &[u8]| {
        // One raw block: no packer is needed for that.
        let mut frame = b"\x28\xb5\x2f\xfd\xa0".to_vec();
        let size = u32::try_from(bytes.len()).expect("small");
        frame.extend(size.to_le_bytes());
        frame.extend(&((size << 3) | 1).to_le_bytes()[..3]);
        frame.extend(bytes);
        frame
    };
    log.write("app.log.2.gz", &super::gzip((all[..70].join("\n") + "\n").as_bytes()));
    log.write("app.log.1.zst", &zstd((all[70..150].join("\n") + "\n").as_bytes()));
    let whole = Log::of(all).document(&[]);
    for files in
        [["app.log", "app.log.1.zst", "app.log.2.gz"], ["app.log.1.zst", "app.log.2.gz", "app.log"]]
    {
        let document = log.say(&[&["--json"], &files[..]].concat()).document();
        assert_eq!(document["log"]["closed"], whole["log"]["closed"], "{files:?}");
        assert_eq!(
            document["log"]["opened"]["total"], whole["log"]["opened"]["total"],
            "{files:?}"
        );
        assert_eq!(document["herds"], whole["herds"], "{files:?}");
    }
}
