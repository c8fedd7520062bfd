//! Files and names that the papers speak of have to be there.
//!
//! A path between backticks is a file or a folder of the repository. Names in
//! parentheses behind it stand in that file. What is still to be made is in capitals:
//! `tests/scenarios/NAME.toml`.

use std::fs;

use regex::Regex;

use super::file;

const PAPERS: &[&str] = &["ARCHITECTURE.md", "CONTRIBUTING.md", "README.md"];

#[test]
fn every_file_that_is_named_exists_and_has_what_is_said_of_it() {
    let path = Regex::new(
        r"(?x) `((?:src|tests|benches|examples|dist|themes|screenshots)/[^`\s]*)`
               (?: \s \( ( `[^`]+` (?: ,\s`[^`]+` | \sand\s`[^`]+` )* ) \) )?",
    );
    let (path, name) = (path.expect("a pattern"), Regex::new("`([^`]+)`").expect("a pattern"));
    let mut faults = Vec::new();
    let mut named = 0;
    for paper in PAPERS {
        let text = fs::read_to_string(file(paper)).expect("a paper");
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for found in path.captures_iter(&text).filter(|found| !is_to_be_made(&found[1])) {
            named += 1;
            if !file(&found[1]).exists() {
                faults.push(format!("{paper}: there is no {}", &found[1]));
            }
            let Some(list) = found.get(2) else { continue };
            let source = fs::read_to_string(file(&found[1])).unwrap_or_default();
            for one in name.captures_iter(list.as_str()).filter(|one| !stands_in(&source, &one[1]))
            {
                faults.push(format!("{paper}: there is no {} in {}", &one[1], &found[1]));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(named > 40, "only {named} were found: has the way to write them changed?");
}

#[test]
fn every_link_leads_somewhere() {
    let link = Regex::new(r"\]\(([^)#:]+)\)").expect("a pattern");
    for paper in PAPERS {
        let text = fs::read_to_string(file(paper)).expect("a paper");
        for found in link.captures_iter(&text) {
            assert!(file(&found[1]).exists(), "{paper}: there is no {}", &found[1]);
        }
    }
}

fn is_to_be_made(path: &str) -> bool {
    let stem = path.rsplit('/').find(|part| !part.is_empty()).unwrap_or_default();
    let stem = stem.split('.').next().unwrap_or_default();
    stem.chars().all(|c| c.is_ascii_uppercase() || c == '_')
}

/// Each part of `Type::method` as a word.
fn stands_in(source: &str, name: &str) -> bool {
    name.split("::").all(|part| {
        let word = format!(r"\b{}\b", regex::escape(part.trim_end_matches("()")));
        Regex::new(&word).expect("a pattern").is_match(source)
    })
}
