//! The command line of a process, and what was set in its environment.

use std::fs::File;
use std::io::Read;
use std::path::Path;

/// A class path may take megabytes; options that stand behind this are not found.
const MOST: u64 = 256 << 10;

/// The words of a command line. A process that calls itself something has one, in which
/// the words are parted by spaces.
pub(super) fn of(dir: &Path) -> Vec<String> {
    let words = parts(&dir.join("cmdline"));
    match words.as_slice() {
        [one] => one.split_whitespace().map(str::to_owned).collect(),
        _ => words,
    }
}

/// What this name was set to when the process began; none where that may not be read.
pub(super) fn variable(dir: &Path, name: &str) -> Option<String> {
    let set = parts(&dir.join("environ"));
    set.iter().find_map(|one| Some(one.strip_prefix(name)?.strip_prefix('=')?.to_owned()))
}

fn parts(path: &Path) -> Vec<String> {
    let mut bytes = Vec::new();
    // Refused or gone: as if it said nothing.
    let _ = File::open(path).and_then(|file| file.take(MOST).read_to_end(&mut bytes));
    let parts = bytes.split(|b| *b == 0).filter(|part| !part.is_empty());
    parts.map(|part| String::from_utf8_lossy(part).into_owned()).collect()
}

/// The values of an option by any of its names, in their order: `--name VALUE`,
/// `--name=VALUE`, `-n VALUE`, `-nVALUE`.
pub(super) fn values<'w>(
    words: &'w [String],
    names: &'w [&'w str],
) -> impl Iterator<Item = &'w str> {
    words.iter().enumerate().filter_map(move |(at, word)| {
        names.iter().find_map(|name| match word.strip_prefix(name)? {
            "" => words.get(at + 1).map(String::as_str),
            rest if name.starts_with("--") => rest.strip_prefix('='),
            // `-c` is no part of `-check`, but `-cfile` and `-n100` are one word.
            rest => Some(rest),
        })
    })
}

/// The last of them: that is the one that counts.
pub(super) fn value<'w>(words: &'w [String], names: &'w [&'w str]) -> Option<&'w str> {
    values(words, names).last()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_is_found_in_each_of_its_forms_and_the_last_counts() {
        let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
        for (line, found) in [
            ("x --limit 5", Some("5")),
            ("x --limit=5 --limit 6", Some("6")),
            ("x -l5", Some("5")),
            ("x -l 5", Some("5")),
            ("x --limits 5", None),
            ("x --limit", None),
        ] {
            assert_eq!(value(&words(line), &["--limit", "-l"]), found, "{line}");
        }
    }
}
