//! Held against what `regex` says.

use super::*;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use regex::bytes::Regex;

fn shape(pattern: &str) -> Option<Shape> {
    let hir = regex_syntax::ParserBuilder::new().utf8(false).build().parse(pattern).unwrap();
    Shape::of(&hir)
}

/// What `regex` says.
fn said<'a>(pattern: &Regex, line: &'a [u8]) -> Tried<'a> {
    let Some(groups) = pattern.captures(line) else { return Tried::FitsNot };
    Tried::Fits(GROUPS.map(|name| groups.name(name).map(|m| m.as_bytes())))
}

const PATTERNS: [&str; 24] = [
    "connected",
    r"disconnected.*code=(?<code>\d+)",
    r"disconnected.*?code=(?<code>\d+)",
    r"left \((?<code>\d+)(, (?<reason>[^)]*))?\)",
    r"(?i)(left|closed|gone).*code[=: ]+(?<code>\d{4})",
    r"^\S+ \S+ (?<reason>.*) code=(?<code>\d+)$",
    r"(?<reason>a|ab)(c|bcd)(?<code>d*)",
    r"(?<reason>a|ab)?(c|bcd)(?<code>d*)",
    r"\bcode\b.{2,5}?(?<code>[0-9])",
    r"\Bode(?<code>=\d?)\B",
    r".*(?<code>1\d\d\d)",
    r".*?(?<code>\d+).*(?<reason>\d+)",
    r"[^=]+=(?<code>\d*)\s?(?<reason>\w*)",
    r"(?<code>)x?$",
    r"(?m)^a.*(?<reason>=.*=)",
    r"x*(?<code>y{0,2})z",
    r"(a|)(?<code>b|)(c|)d",
    r"(?<reason>(a|b)?(?<code>c)?)d",
    r"(?<code>\d+)(?<reason>\d+)$",
    r"(?<code>\d+?)(?<reason>\d+?)$",
    r" +(?<code>\S+) *",
    r"=.=",
    r"(code|co|c)(?<reason>d?e?)=",
    r"(?-u)\w+(?<code>\W+)\w+",
];

const LINES: [&str; 12] = [
    "",
    "d",
    "abcd",
    "12:00 client disconnected code=x code=1006 code=4001",
    "player left (4408, idle) left (1000)",
    "player left (4408)",
    "WS CLOSED by peer, Code: 1011 reason=code=3000",
    "2026-11-21 14:00:01 a b c code=1001",
    "a==b=c= 10011002 x z xyz xxyyz bcd ad abd",
    "code 1 code=22 code 333 decode= ode=",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa=1=2",
    "zzz yz yyyz  =.= ",
];

#[test]
fn it_says_what_the_regular_expression_says() {
    for pattern in PATTERNS {
        let shape = shape(pattern).unwrap_or_else(|| panic!("{pattern} is such a row"));
        let regex = Regex::new(pattern).unwrap();
        for line in LINES {
            let tried = shape.tried(line.as_bytes());
            if tried != Tried::Unknown {
                assert_eq!(tried, said(&regex, line.as_bytes()), "{pattern} on '{line}'");
            }
        }
    }
}

#[test]
fn what_it_cannot_say_is_left_to_the_regular_expression() {
    for pattern in ["(ab)+", "(?Rm)^a$", r"\b{start}a"] {
        assert!(shape(pattern).is_none(), "{pattern}");
    }
    let long = "(a|b)?".repeat(200);
    assert!(shape(&long).is_none());
    let dot = shape("c.d").unwrap();
    assert_eq!(dot.tried("cöd".as_bytes()), Tried::Unknown);
}

#[test]
fn a_hostile_line_is_not_tried_for_ever() {
    let line = "a".repeat(60_000);
    let hostile = shape(".*a.*a.*a.*b").unwrap();
    assert_eq!(hostile.tried(line.as_bytes()), Tried::Unknown);
}

/// A pattern nobody would write: parts of it in any order, groups within groups.
fn made_up(dice: &mut StdRng, depth: usize, groups: &mut Vec<&'static str>) -> String {
    const PARTS: [&str; 12] =
        ["a", "b", "=", "ab", "[ab]", "[^a]", r"\d", r"\w", ".", r"\s", r"\b", "(?i:b)"];
    const TIMES: [&str; 9] = ["?", "*", "+", "??", "*?", "+?", "{1,2}", "{2}", "{0,3}?"];
    let mut row = String::new();
    for _ in 0..dice.random_range(1..4) {
        let kind = if depth == 0 { 9 } else { dice.random_range(0..10) };
        let part = match kind {
            0 => format!(
                "(?:{}|{})",
                made_up(dice, depth - 1, groups),
                made_up(dice, depth - 1, groups)
            ),
            1 => format!("({}|)", made_up(dice, depth - 1, groups)),
            2 => match groups.pop() {
                Some(name) => format!("(?<{name}>{})", made_up(dice, depth - 1, groups)),
                None => "1".to_owned(),
            },
            _ => PARTS[dice.random_range(0..PARTS.len())].to_owned(),
        };
        row += &part;
        let single = kind > 2 && part.len() < 5 && part != "ab" && part != r"\b";
        if single && dice.random_range(0..3) == 0 {
            row += TIMES[dice.random_range(0..TIMES.len())];
        } else if kind < 3 && dice.random_range(0..4) == 0 {
            row += "?";
        }
    }
    row
}

#[test]
fn of_patterns_nobody_would_write_it_says_the_same() {
    const LETTERS: &[u8] = b"ab1= aB";
    let mut dice = StdRng::seed_from_u64(7);
    let (mut rows, mut fitted, mut grouped) = (0, 0, 0);
    for _ in 0..1_000 {
        let pattern = made_up(&mut dice, 2, &mut vec!["code", "reason"]);
        let Some(shape) = shape(&pattern) else { continue };
        rows += 1;
        let regex = Regex::new(&pattern).unwrap();
        for _ in 0..8 {
            let length = dice.random_range(0..14);
            let line: Vec<u8> =
                (0..length).map(|_| LETTERS[dice.random_range(0..LETTERS.len())]).collect();
            let tried = shape.tried(&line);
            if tried == Tried::Unknown {
                continue;
            }
            let text = String::from_utf8_lossy(&line);
            assert_eq!(tried, said(&regex, &line), "{pattern} on '{text}'");
            fitted += usize::from(tried != Tried::FitsNot);
            grouped += usize::from(matches!(tried, Tried::Fits([Some(_), _] | [_, Some(_)])));
        }
    }
    assert!(rows > 700 && fitted > 1_500 && grouped > 200, "{rows} {fitted} {grouped}");
}
