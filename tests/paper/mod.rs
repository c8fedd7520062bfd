//! What is written about the program, held against the program.
//!
//! With `UPDATE_PAPER=1` these tests write what they would else complain about.

mod architecture;
mod names;
mod readme;

use std::fs;
use std::path::{Path, PathBuf};

/// A file of the repository.
pub(crate) fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// Holds the part of a file between `<!-- NAME -->` and `<!-- end of NAME -->`
/// against what it has to be, or writes it.
pub(crate) fn hold(name: &str, part: &str, wanted: &str) {
    let path = file(name);
    let text = fs::read_to_string(&path).expect("it is there");
    let (begin, end) = (format!("<!-- {part} -->\n"), format!("<!-- end of {part} -->"));
    let (before, rest) = text.split_once(&begin).expect("its begin");
    let (is, after) = rest.split_once(&end).expect("its end");
    if is == wanted {
        return;
    }
    if std::env::var_os("UPDATE_PAPER").is_some() {
        fs::write(&path, format!("{before}{begin}{wanted}{end}{after}")).expect("written");
        return;
    }
    let differs = wanted.lines().zip(is.lines()).find(|(wanted, is)| wanted != is);
    let (wanted, is) = differs.unwrap_or(("another number of lines", ""));
    panic!("{name}, {part}: UPDATE_PAPER=1 writes it.\nwanted: {wanted}\n    is: {is}");
}
