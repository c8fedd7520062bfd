//! The table of formats in the docs, against what is read.

use super::Log;

const DOCS: &str = include_str!("../../docs/logs.md");

/// The rows of the table: the name of a format, and what stands for a line of it.
fn rows() -> Vec<(String, String)> {
    let rows = DOCS.lines().filter_map(|row| row.strip_prefix("| `")).map(|row| {
        let row = row.replace("\\|", "\u{0}");
        let mut cells = row.split('|').map(|cell| cell.trim().replace('\u{0}', "|"));
        let name = cells.next().expect("a name").trim_end_matches('`').to_owned();
        (name, cells.next().expect("a line"))
    });
    rows.collect()
}

#[test]
fn each_format_has_its_row_and_each_row_its_format() {
    let said = Log::of([]).say(&["app.log", "--log-format", "nosuch"]).stderr;
    let names = said.trim().rsplit("give auto, ").next().expect("names");
    let mut names: Vec<&str> = names.split(", ").collect();
    let rows = rows();
    let mut told: Vec<&str> = rows.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    told.sort_unstable();
    assert_eq!(told, names);
}

#[test]
fn the_line_of_a_row_is_read_as_its_format() {
    let mut tried = 0;
    for (name, cell) in rows() {
        // Some are cut, or stand for two lines.
        let Some(line) = cell.strip_prefix('`').and_then(|cell| cell.split_once('`')) else {
            panic!("{name}: {cell}");
        };
        let (line, rest) = line;
        if line.contains('…') || !rest.is_empty() {
            continue;
        }
        tried += 1;
        // uvicorn's own has no time.
        let head = if name == "uvicorn" { "2026-11-20T14:00:00.123456789Z " } else { "" };
        let log = Log::of((0..20).map(|_| format!("{head}{line}")));
        let document = log.document(&[]);
        let source = &document["log"]["sources"][0];
        // Only the order of the lines tells apache's from nginx's.
        let read_as = if name == "apache" { "nginx" } else { name.as_str() };
        assert_eq!(source["format"]["value"], read_as, "{line}: {source}");
        assert_eq!(document["log"]["lines"], 20, "{line}");
        assert_eq!(document["log"]["unmatched"], 0, "{line}");
    }
    assert!(tried >= 12, "{tried}");
}
