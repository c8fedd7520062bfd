//! `ARCHITECTURE.md`: the picture is that of the crate, the rooms are those of the
//! fence, with what their own files say of them.

use std::fmt::Write;

use regex::Regex;

use super::hold;
use crate::fence::code::{Module, modules};
use crate::fence::{ARROWS, AT_HOME};

const NAME: &str = "ARCHITECTURE.md";

#[test]
fn the_picture_is_that_of_the_crate() {
    let root = modules().iter().find(|m| m.room() == "lib").expect("lib.rs");
    let (_, rest) = root.doc.split_once("```text\n").expect("a picture");
    let (picture, _) = rest.split_once("```").expect("its end");
    hold(NAME, "picture", &format!("```text\n{picture}```\n"));
}

#[test]
fn every_room_is_told_of_as_it_is() {
    let mut text = String::new();
    let rooms = ARROWS.iter().map(|(room, may)| (*room, names(may.iter())));
    for (room, may) in rooms.chain([("run", "all".to_owned())]) {
        let module = modules().iter().find(|m| m.path == [room]).expect("a room");
        let may = if may.is_empty() { "nothing".to_owned() } else { may };
        write_room(&mut text, "", module);
        writeln!(text, "  May name {may}.").expect("a string");
        // Each of the sources is a room of its own, which knows none of the others.
        for inner in modules().iter().filter(|m| room == "source" && is_below(m, room)) {
            write_room(&mut text, "  ", inner);
        }
    }
    hold(NAME, "rooms", &text);
}

#[test]
fn what_is_kept_at_home_is_listed() {
    let mut text = "| what | only in |\n|---|---|\n".to_owned();
    for (what, rooms) in AT_HOME {
        let what = what.trim_end_matches("::").trim_end_matches('_');
        let rooms = if rooms.is_empty() { "nowhere".to_owned() } else { names(rooms.iter()) };
        writeln!(text, "| `{what}` | {rooms} |").expect("a string");
    }
    hold(NAME, "libraries", &text);
}

fn is_below(module: &Module, room: &str) -> bool {
    matches!(module.path.as_slice(), [first, _] if first == room)
        && module.file.file_name().is_some_and(|name| name == "mod.rs")
}

fn write_room(text: &mut String, indent: &str, module: &Module) {
    let name = module.path.join("/");
    let file = module.file.display();
    let said = two_sentences(module);
    writeln!(text, "{indent}- [`{name}`]({file}): {said}").expect("a string");
}

fn names<'n>(all: impl Iterator<Item = &'n &'n str>) -> String {
    all.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// The first two of a module's own documentation, without its pictures and links.
fn two_sentences(module: &Module) -> String {
    let pictures = Regex::new("(?s)```.*?```").expect("a pattern");
    let links = Regex::new(r"\[(`[^`]+`)\](\([^)]*\))?").expect("a pattern");
    let prose = pictures.replace_all(&module.doc, "");
    let prose = links.replace_all(&prose, "$1");
    let prose = prose.split_whitespace().collect::<Vec<_>>().join(" ");
    let end = Regex::new(r"[.:] [A-Z`]|\.$").expect("a pattern");
    let mut ends = end.find_iter(&prose).filter(|found| found.as_str().starts_with('.'));
    let second = ends.nth(1).unwrap_or_else(|| {
        panic!("{}: a room says in two sentences what it is for", module.file.display())
    });
    prose[..=second.start()].to_owned()
}
