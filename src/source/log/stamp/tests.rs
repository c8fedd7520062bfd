//! Stamps as servers write them.

use super::*;

/// 2026-11-21T14:05:23Z.
const AT: i64 = 1_795_269_923;

fn stamps() -> Stamps {
    Stamps::new(None, AT + 60)
}

fn read(line: &str) -> Option<(i64, bool)> {
    stamps().find(line.as_bytes()).map(|m| (m.micros - AT * SECOND, m.coarse))
}

#[test]
fn zoned_stamps_of_all_styles_are_the_same_moment() {
    for line in [
        "2026-11-21T14:05:23Z client connected",
        "2026-11-21 15:05:23+01:00 client connected",
        "2026-11-21T14:05:23+0000 web-1 app[812]: client connected",
        "[2026-11-21T14:05:23Z] client connected",
        "2026/11/21 14:05:23 UTC client connected",
        "127.0.0.1 - - [21/Nov/2026:14:05:23 +0000] \"GET /ws HTTP/1.1\" 101 0",
        "127.0.0.1 - bob [21/Nov/2026:09:05:23 -0500] \"GET /ws HTTP/1.1\" 101 0",
        "1795269923 client connected",
        "level=info time=2026-11-21T14:05:23Z msg=\"client connected\"",
        "<30>2026-11-21T14:05:23Z client connected",
    ] {
        assert_eq!(read(line), Some((0, true)), "{line}");
    }
}

#[test]
fn fractions_are_kept_to_the_microsecond() {
    for (line, micros) in [
        ("2026-11-21T14:05:23.5Z x", 500_000),
        ("2026-11-21T14:05:23.123456789Z x", 123_456),
        ("2026-11-21 14:05:23,250+00:00 x", 250_000),
        ("1795269923.75 x", 750_000),
        ("1795269923042 x", 42_000),
    ] {
        assert_eq!(read(line), Some((micros, false)), "{line}");
    }
}

#[test]
fn what_only_looks_like_a_time_is_none() {
    for line in [
        "",
        "client connected",
        "user 1795269923 connected",
        "order 2026-13-21 14:05:23",
        "99/Nov/2026",
        "2026-11-21 client connected",
        "2026-11-21T14:05:231Z",
        "12345678901234567890 x",
        "\u{0}\u{1}\u{2}\u{3}",
    ] {
        assert_eq!(read(line), None, "{line:?}");
    }
}

#[test]
fn a_stamp_without_a_year_is_of_the_year_before_the_end_of_the_log() {
    let year = |line: &str, newest: i64| {
        let at = Stamps::new(None, newest).find(line.as_bytes()).unwrap().micros / SECOND;
        chrono::DateTime::from_timestamp(at, 0).unwrap().format("%Y").to_string()
    };
    assert_eq!(year("Nov 21 14:05:23 web app: x", AT + 60), "2026");
    assert_eq!(year("Dec 31 23:59:59 web app: x", AT), "2025");
    let new_year = 1_798_761_610; // 2027-01-01 00:00:10
    assert_eq!(year("Jan  1 00:00:05 web app: x", new_year), "2027");
    assert_eq!(year("Dec 30 10:00:00 web app: x", new_year), "2026");
}

#[test]
fn zones_that_differ_are_told() {
    let mut stamps = stamps();
    stamps.find(b"2026-11-21T14:05:23Z x");
    assert!(stamps.remarks().is_empty());
    stamps.find(b"2026-11-21T15:05:23+01:00 x");
    assert_eq!(stamps.remarks(), ["mixed time zones (UTC, +01:00): all brought to UTC"]);
    stamps.find(b"2026-11-21T14:05:23 x");
    assert!(stamps.remarks()[0].contains("and none, read as"));
}

#[test]
fn a_format_of_ones_own_is_found_anywhere_near_the_start() {
    let mut stamps = Stamps::new(Some(TimeFormat::new("%d.%m.%Y %H:%M:%S %z").unwrap()), AT);
    for line in ["21.11.2026 14:05:23 +0000 x", "app[7] 21.11.2026 15:05:23 +0100 x"] {
        assert_eq!(stamps.find(line.as_bytes()).map(|m| m.micros / SECOND), Some(AT), "{line}");
    }
    assert_eq!(stamps.find("2026-11-21T14:05:23Z x".as_bytes()), None, "no other is looked for");
}

#[test]
fn a_format_that_tells_no_moment_is_refused() {
    for (format, why) in [
        ("%Q", "is not understood"),
        ("%d %H:%M:%S", "tells a date without its day or its month"),
        ("%Y %H:%M:%S", "tells a date without its day or its month"),
        ("%H:%M", "tells no time"),
        ("%Y-%m-%d", "tells no time"),
        ("", "tells no time"),
        ("yesterday", "tells no time"),
    ] {
        let error = TimeFormat::new(format).unwrap_err();
        assert!(error.contains(why), "{format}: {error}");
    }
    assert!(TimeFormat::new("%Y-%m-%d %H:%M:%S%.f").is_ok());
    assert!(TimeFormat::new("%H:%M:%S").is_ok(), "the day is guessed, and that is said");
}

#[test]
fn the_same_second_is_not_read_twice_and_is_never_mistaken() {
    let mut stamps = stamps();
    for (line, second) in [
        ("2026-11-21T14:05:23.1Z", 0),
        ("2026-11-21T14:05:23.9Z", 0),
        ("2026-11-21T14:05:24.0Z", 1),
    ] {
        let at = stamps.find(line.as_bytes()).unwrap().micros;
        assert_eq!((at / SECOND) - AT, second, "{line}");
    }
    // A date that is none leaves nothing behind.
    assert_eq!(stamps.find(b"2026-99-99T14:05:24Z"), None);
    assert_eq!(stamps.find(b"2026-99-99T14:05:24Z"), None);
}

#[test]
fn a_stamp_that_moves_with_the_word_before_it_is_never_read_from_its_middle() {
    let mut stamps = stamps();
    for (line, second) in [
        ("10.0.0.77 - - [21/Nov/2026:14:05:23 +0000]", 0),
        ("10.0.0.7 - - [21/Nov/2026:14:05:24 +0000]", 1),
        ("10.0.0.777 - - [21/Nov/2026:14:05:25 +0000]", 2),
    ] {
        let at = stamps.find(line.as_bytes()).unwrap().micros;
        assert_eq!((at / SECOND) - AT, second, "{line}");
    }
}

#[test]
fn impossible_dates_are_no_stamps() {
    for line in [
        "2026-02-29T14:05:23Z x",
        "31/Apr/2026:14:05:23 +0000",
        "Nov 31 14:05:23 h x",
        "32.01.2026 14:05:23",
        "13/32/2026 02:05:23 PM",
        "20260230T140523Z x",
        "I1341 14:05:23.000000 x",
    ] {
        assert_eq!(read(line), None, "{line}");
    }
    assert!(read("2024-02-29T14:05:23Z x").is_some());
}

#[test]
fn loggers_write_the_moment_in_many_ways() {
    for line in [
        "21-Nov-2026 14:05:23 UTC x",
        "Sat Nov 21 14:05:23 UTC 2026 x",
        "Sat, 21 Nov 2026 14:05:23 GMT x",
        "Nov 21, 2026 2:05:23 PM UTC x",
        "11/21/2026 2:05:23 PM UTC x",
        "11/21/2026 02:05:23.000 PM UTC x",
        "2026-11-21 02:05:23 PM UTC x",
        "21/Nov/2026 02:05:23 PM UTC x",
        "November 21, 2026 14:05:23 UTC x",
        "Saturday, 21-Nov-26 14:05:23 GMT x",
        "2026-11-21-14:05:23 UTC x",
        "21.11.2026 14:05:23 UTC x",
        "20261121T140523Z x",
        "2026-11-21 09:05:23 -0500 x",
        "2026-11-21 15:05:23 CET x",
        "1795269923000 x",
        "1795269923000000 x",
        "1795269923000000000 x",
    ] {
        assert_eq!(read(line).map(|(micros, _)| micros), Some(0), "{line}");
    }
}

#[test]
fn what_had_to_be_guessed_is_told() {
    for (line, about) in [
        ("Nov 21 14:05:23 h app: x", "without a year"),
        ("I1121 14:05:23.000000 x", "without a year"),
        ("14:05:23.123 [info] x", "without a date"),
        ("03/04/2026 2:05:23 PM x", "month/day"),
    ] {
        let mut stamps = stamps();
        assert!(stamps.find(line.as_bytes()).is_some(), "{line}");
        assert!(stamps.remarks().join(" ").contains(about), "{line}: {:?}", stamps.remarks());
    }
    let mut stamps = stamps();
    stamps.find(b"Sat Nov 21 14:05:23 2021 x");
    assert!(!stamps.remarks().join(" ").contains("year"), "it is written");
}

#[test]
fn a_format_of_ones_own_without_a_date_has_the_days_of_the_log() {
    let mut stamps = Stamps::new(Some(TimeFormat::new("%H:%M:%S.%f").unwrap()), AT);
    let mut at = |line: &str| stamps.find(line.as_bytes()).unwrap().micros;
    let (first, next) = (at("[23:59:59.500] x"), at("[00:00:01.250] x"));
    assert_eq!(next - first, 1_750_000, "past midnight");
    assert!(first / SECOND <= AT, "not after its last change");
    assert!(stamps.remarks().join(" ").contains("without a date"), "{:?}", stamps.remarks());
    let mut half = Stamps::new(Some(TimeFormat::new("%I:%M:%S %p").unwrap()), AT);
    assert_eq!(half.find(b"13:00:00 PM x"), None, "there is no such hour");
    let mut day = Stamps::new(Some(TimeFormat::new("%Y-%j %T").unwrap()), AT);
    assert_eq!(day.find(b"2026-366 00:00:00 x"), None, "it is no leap year");
}

#[test]
fn a_day_that_is_not_written_goes_on_past_midnight() {
    let mut stamps = stamps();
    let mut at = |line: &str| stamps.find(line.as_bytes()).unwrap().micros / SECOND;
    let first = at("23:59:59.500 [info] x");
    assert!(first <= AT + 60, "not after the file's own time");
    assert_eq!(at("00:00:01.000 [info] x") - first, 2);
}

#[test]
fn formats_of_ones_own_as_users_write_them() {
    for (format, text, micros) in [
        ("%Y-%m-%d %H:%M:%S.%f", "2026-11-21 14:05:23.123", 123_000),
        ("%Y-%m-%d %H:%M:%S,%f", "2026-11-21 14:05:23,123456", 123_456),
        ("%Y-%m-%d %H:%M:%S%.3f", "2026-11-21 14:05:23.123", 123_000),
        ("%F %T.%L", "2026-11-21 14:05:23.123", 123_000),
        ("%b %d, %Y %I:%M:%S %p", "Nov 21, 2026 2:05:23 PM", 0),
        ("%y/%m/%d %H:%M:%S", "26/11/21 14:05:23", 0),
        ("%Y%m%dT%H%M%SZ", "20261121T140523Z", 0),
        ("%Y%m%dT%H%M%S%#z", "20261121T140523Z", 0),
        ("%a, %d %b %Y %H:%M:%S GMT", "Sat, 21 Nov 2026 14:05:23 GMT", 0),
        ("%s%6f", "1795269923123456", 123_456),
        ("%s", "1795269923123456", 123_456),
        ("%s", "1795269923", 0),
        ("%j %Y %T %Z", "325 2026 14:05:23 UTC", 0),
        ("I%m%d %H:%M:%S%.6f", "I1121 14:05:23.500000", 500_000),
    ] {
        let format = TimeFormat::new(format).unwrap_or_else(|why| panic!("{format}: {why}"));
        let mut stamps = Stamps::new(Some(format.clone()), AT + 60);
        let line = format!("[7] {text} client connected");
        let found = stamps.find(line.as_bytes()).map(|m| m.micros - AT * SECOND);
        assert_eq!(found, Some(micros), "{format:?} on {text}");
    }
    for unknown in ["%Q", "%", "%5", "%:x", "%E", "%#"] {
        let why = TimeFormat::new(&format!("%F %T {unknown}")).unwrap_err();
        assert!(why.contains("is not understood"), "{unknown}: {why}");
    }
}
