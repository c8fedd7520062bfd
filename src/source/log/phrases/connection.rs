//! `connection opened`, `new connection`, `Connection 7 closed, status 1001`.

use super::find_code;
use super::text::{begins, is_one, letter, skip, words_before};
use super::who::{behind, failed, to_a_server};
use crate::source::log::event::{LineEvents, Pattern};

/// `connection …`: the word beside it says what became of it.
pub(super) fn connection<'a>(before: &[u8], rest: &'a [u8]) -> LineEvents<'a> {
    const OPENED: [&[u8]; 7] =
        [b"opened", b"open", b"established", b"accepted", b"received", b"made", b"started"];
    const CLOSED: [&[u8]; 10] = [
        b"closed",
        b"close",
        b"lost",
        b"ended",
        b"terminated",
        b"dropped",
        b"gone",
        b"finished",
        b"stopped",
        b"closing",
    ];
    const NEW: [&[u8]; 5] = [b"new", b"incoming", b"accepted", b"opened", b"established"];
    const OVER: [&[u8]; 5] = [b"closed", b"lost", b"dropped", b"terminated", b"closing"];
    /// What says that it has not happened: `closed before the connection is …`.
    const UNLESS: [&[u8]; 19] = [
        b"refusing",
        b"refused",
        b"rejecting",
        b"rejected",
        b"denying",
        b"denied",
        b"ignoring",
        b"before",
        b"until",
        b"unless",
        b"if",
        b"cannot",
        b"failed",
        b"no",
        b"without",
        b"waiting",
        b"network",
        b"outgoing",
        b"outbound",
    ];
    let after = skip(past_subject(rest));
    let network = words_before(before).next().is_some_and(|word| is_one(word, &[b"network"]));
    // `afterConnectionEstablished`, as Spring names it, goes on in upper case.
    let goes_on = letter(rest) && !rest[0].is_ascii_uppercase();
    let outgoing = to_a_server(behind_word(rest, after)) || to_a_server(rest);
    if network || goes_on || outgoing || behind(before, rest) {
        return LineEvents::default();
    }
    let next =
        |words: &[&[u8]]| words.iter().any(|w| begins(after, w) && !letter(&after[w.len()..]));
    let previous = |words: &[&[u8]]| words_before(before).take(2).any(|word| is_one(word, words));
    let unless = words_before(before).take(3).any(|word| is_one(word, &UNLESS));
    if (next(&CLOSED[..9]) || previous(&OVER[..4])) && !unless {
        let words = if next(&CLOSED[..9]) { behind_word(rest, after) } else { past_number(rest) };
        return LineEvents::close(Pattern::Connection, find_code(words));
    }
    if !unless && (next(&OPENED) || (previous(&NEW) && !failed(after))) {
        return LineEvents::open(Pattern::Connection);
    }
    LineEvents::default()
}

/// Past which connection it is: `7`, `from 10.0.0.7:4312`, `0HM7 (id=7)`.
fn past_subject(rest: &[u8]) -> &[u8] {
    const ITS: [&[u8]; 5] = [b"from", b"by", b"id", b"of", b"number"];
    let mut left = rest;
    for _ in 0..4 {
        let text = left.trim_ascii_start();
        let length = text.iter().position(|c| *c == b' ').unwrap_or(text.len());
        let word = text[..length].trim_ascii_start();
        let names = word.iter().any(u8::is_ascii_digit);
        if text.len() == left.len() || !(names || is_one(word, &ITS)) {
            break;
        }
        left = &text[length..];
    }
    let behind = skip(left);
    if behind.first().is_some_and(u8::is_ascii_alphabetic) { left } else { rest }
}

/// Past the number of the connection: `closed connection 1006 with 1001`.
fn past_number(rest: &[u8]) -> &[u8] {
    let digits = rest.iter().skip(1).take_while(|c| c.is_ascii_digit()).count();
    if rest.first() == Some(&b' ') && digits > 0 { &rest[1 + digits..] } else { rest }
}

/// Behind the word that says what became of it, where that comes after.
fn behind_word<'a>(rest: &'a [u8], after: &'a [u8]) -> &'a [u8] {
    let word = after.iter().take_while(|c| c.is_ascii_alphabetic()).count();
    if word == 0 {
        return rest;
    }
    let at = rest.len() - after.len() + word;
    rest.get(at..).unwrap_or(rest)
}
