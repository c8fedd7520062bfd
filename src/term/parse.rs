//! Keys and the mouse in what a terminal sends.
//!
//! Not crossterm's: its reader (0.29) is told of new bytes by their edge and takes
//! 1024 at a time, so that of a fast drag the rest lay unread until the next key; cut
//! between `ESC` and `[`, a report of the mouse became keys, its digits among them.

use super::event::TermEvent;
use crate::app::{Gesture, Key, Pointer};

const ESC: u8 = 0x1b;
const BEL: u8 = 0x07;
/// No sequence we know is longer; a reply nobody asked for may be.
const LONGEST: usize = 256;

/// What came and is no whole key yet.
#[derive(Debug, Default)]
pub(super) struct Parser {
    bytes: Vec<u8>,
}

/// How far the first of some bytes go.
enum First {
    /// So many, and what they ask for.
    Is(usize, Option<TermEvent>),
    /// More has to come.
    Cut,
}

impl Parser {
    /// Takes what was read; hands on whole events.
    pub(super) fn take(&mut self, bytes: &[u8], mut put: impl FnMut(TermEvent)) {
        self.bytes.extend_from_slice(bytes);
        let mut at = 0;
        while let Some(rest) = self.bytes.get(at..).filter(|rest| !rest.is_empty()) {
            match first(rest) {
                First::Is(length, event) => {
                    at += length;
                    event.into_iter().for_each(&mut put);
                }
                First::Cut if rest.len() > LONGEST => at = self.bytes.len(),
                First::Cut => break,
            }
        }
        self.bytes.drain(..at);
    }

    /// Whether the last was `ESC`: the key, unless more of a sequence follows soon.
    pub(super) fn is_undecided(&self) -> bool {
        self.bytes == [ESC]
    }

    /// Nothing followed: it was the key.
    pub(super) fn decide(&mut self) -> Option<TermEvent> {
        let was = self.is_undecided();
        if was {
            self.bytes.clear();
        }
        was.then_some(TermEvent::Key(Key::Esc))
    }
}

fn first(bytes: &[u8]) -> First {
    match bytes {
        [ESC, b'[', rest @ ..] => sequence(rest),
        [ESC] | [ESC, b'O'] => First::Cut,
        [ESC, b'O', last, ..] => First::Is(3, named(*last, false).map(TermEvent::Key)),
        [ESC, b']' | b'P' | b'_' | b'^', rest @ ..] => reply(rest),
        // Whoever types fast sends what Alt sends; no key has Alt here.
        [ESC, ..] => First::Is(1, Some(TermEvent::Key(Key::Esc))),
        bytes => character(bytes),
    }
}

/// One key that writes something, or Ctrl and a letter.
fn character(bytes: &[u8]) -> First {
    let Some(&byte) = bytes.first() else { return First::Cut };
    let key = match byte {
        b'\r' => Key::Enter,
        b'\n' if !crossterm::terminal::is_raw_mode_enabled().unwrap_or(false) => Key::Enter,
        b'\t' => Key::Tab,
        0x7f => Key::Backspace,
        0 => Key::Ctrl(' '),
        1..=26 => Key::Ctrl(char::from(byte - 1 + b'a')),
        0x1c..=0x1f => Key::Ctrl(char::from(byte - 0x1c + b'4')),
        _ => return written(bytes),
    };
    First::Is(1, Some(TermEvent::Key(key)))
}

/// A character of UTF-8; bytes that are none are left out.
fn written(bytes: &[u8]) -> First {
    let head = &bytes[..bytes.len().min(4)];
    let valid = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.valid_up_to() > 0 => {
            std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(error) => {
            let wrong = error.error_len();
            return wrong.map_or(First::Cut, |wrong| First::Is(wrong, None));
        }
    };
    match valid.chars().next() {
        Some(c) => First::Is(c.len_utf8(), Some(TermEvent::Key(Key::Char(c)))),
        None => First::Is(1, None),
    }
}

/// What follows `ESC [`: figures, and the letter that ends them.
fn sequence(rest: &[u8]) -> First {
    const BEGIN: usize = 2;
    // The console of Linux has `[[A` to `[[E` for its first five.
    if let [b'[', rest @ ..] = rest {
        let key = |letter: u8| letter.checked_sub(b'A').filter(|n| *n < 5).map(|n| Key::F(n + 1));
        return match rest {
            [] => First::Cut,
            [letter, ..] => First::Is(BEGIN + 2, key(*letter).map(TermEvent::Key)),
        };
    }
    let Some(at) = rest.iter().position(|byte| (0x40..=0x7e).contains(byte)) else {
        // Nothing of a sequence: the key that follows is one of its own.
        let strange = rest.iter().position(|byte| !(0x20..=0x3f).contains(byte));
        return strange.map_or(First::Cut, |at| First::Is(BEGIN + at, None));
    };
    if let Some(strange) = rest[..at].iter().position(|byte| !(0x20..=0x3f).contains(byte)) {
        return First::Is(BEGIN + strange, None);
    }
    let (figures, last) = (&rest[..at], rest[at]);
    let length = BEGIN + at + 1;
    let figures = std::str::from_utf8(figures).unwrap_or_default();
    let event = match (figures.strip_prefix('<'), last) {
        (Some(figures), b'M' | b'm') => mouse(figures, last == b'm'),
        // The old report of the mouse: three bytes follow.
        (None, b'M') if figures.is_empty() => {
            return match rest.get(1..4) {
                Some(&[button, x, y]) => First::Is(length + 3, old_mouse(button, x, y)),
                _ => First::Cut,
            };
        }
        _ => key(figures, last).map(TermEvent::Key),
    };
    First::Is(length, event)
}

/// The end of a reply that nobody here asked for: `BEL`, or `ESC \`.
fn reply(rest: &[u8]) -> First {
    const BEGIN: usize = 2;
    let bell = rest.iter().position(|byte| *byte == BEL).map(|at| at + 1);
    let string = rest.windows(2).position(|two| two == [ESC, b'\\']).map(|at| at + 2);
    let end = [bell, string].into_iter().flatten().min();
    end.map_or(First::Cut, |end| First::Is(BEGIN + end, None))
}

/// `ESC [ 1 ; 2 D`: with the modifiers behind the semicolon, one more than their bits.
fn key(figures: &str, last: u8) -> Option<Key> {
    let mut each = figures.split(';').map(|figure| figure.parse::<u8>().ok());
    let number = each.next().flatten();
    let modifiers = each.next().flatten().unwrap_or(1).saturating_sub(1);
    let shift = modifiers & 1 != 0;
    if last != b'~' {
        return named(last, shift);
    }
    Some(match number? {
        1 | 7 => Key::Home,
        4 | 8 => Key::End,
        n @ 11..=15 => Key::F(n - 10),
        n @ 17..=21 => Key::F(n - 11),
        n @ 23..=26 => Key::F(n - 12),
        _ => return None,
    })
}

const fn named(letter: u8, shift: bool) -> Option<Key> {
    Some(match letter {
        b'A' => Key::Up,
        b'B' => Key::Down,
        b'C' if shift => Key::ShiftRight,
        b'D' if shift => Key::ShiftLeft,
        b'C' => Key::Right,
        b'D' => Key::Left,
        b'H' => Key::Home,
        b'F' => Key::End,
        b'M' => Key::Enter,
        b'P'..=b'S' => Key::F(letter - b'P' + 1),
        b'Z' => Key::ShiftTab,
        _ => return None,
    })
}

/// `ESC [ < 0 ; 60 ; 15 M`: places count from one.
fn mouse(figures: &str, let_go: bool) -> Option<TermEvent> {
    let mut each = figures.split(';').map(str::parse::<u16>);
    let mut next = || each.next()?.ok();
    let (buttons, x, y) = (next()?, next()?, next()?);
    let gesture = gesture(u8::try_from(buttons).ok()?, let_go)?;
    Some(TermEvent::Pointer(Pointer { gesture, x: x.checked_sub(1)?, y: y.checked_sub(1)? }))
}

/// The same in three bytes, each 32 too large; the button let go is the fourth.
fn old_mouse(button: u8, x: u8, y: u8) -> Option<TermEvent> {
    let place = |byte: u8| byte.checked_sub(33).map(u16::from);
    let button = button.checked_sub(32)?;
    let gesture = if button & 0b111 == 3 { Gesture::Release } else { gesture(button, false)? };
    Some(TermEvent::Pointer(Pointer { gesture, x: place(x)?, y: place(y)? }))
}

/// By the bits of xterm: 4 shift, 8 meta, 16 control, 32 while it moves, 64 the wheel.
const fn gesture(buttons: u8, let_go: bool) -> Option<Gesture> {
    let (shift, moves) = (buttons & 4 != 0, buttons & 32 != 0);
    Some(match (buttons & 0b1100_0011, moves, let_go) {
        (0, true, _) => Gesture::Drag,
        (0, false, false) => Gesture::Press,
        (0, false, true) => Gesture::Release,
        (64, false, false) if shift => Gesture::WheelLeft,
        (65, false, false) if shift => Gesture::WheelRight,
        (64, false, false) => Gesture::WheelUp,
        (65, false, false) => Gesture::WheelDown,
        (66, false, false) => Gesture::WheelLeft,
        (67, false, false) => Gesture::WheelRight,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(pieces: &[&[u8]]) -> Vec<TermEvent> {
        let (mut parser, mut all) = (Parser::default(), Vec::new());
        for piece in pieces {
            parser.take(piece, |event| all.push(event));
        }
        all.extend(parser.decide());
        all
    }

    fn keys(bytes: &[u8]) -> Vec<Key> {
        let key = |event| match event {
            TermEvent::Key(key) => key,
            other => panic!("{other:?} is no key"),
        };
        parsed(&[bytes]).into_iter().map(key).collect()
    }

    #[test]
    fn every_key_of_the_table_is_read_as_the_terminals_send_it() {
        for (bytes, key) in [
            (&b"\x1b[A"[..], Key::Up),
            (b"\x1bOB", Key::Down),
            (b"\x1b[C", Key::Right),
            (b"\x1b[D", Key::Left),
            (b"\x1b[1;2D", Key::ShiftLeft),
            (b"\x1b[1;2C", Key::ShiftRight),
            (b"\x1b[H", Key::Home),
            (b"\x1b[1~", Key::Home),
            (b"\x1b[7~", Key::Home),
            (b"\x1bOF", Key::End),
            (b"\x1b[4~", Key::End),
            (b"\x1bOP", Key::F(1)),
            (b"\x1b[[A", Key::F(1)),
            (b"\x1b[11~", Key::F(1)),
            (b"\x1b[15~", Key::F(5)),
            (b"\x1b[17~", Key::F(6)),
            (b"\x1b[24~", Key::F(12)),
            (b"\r", Key::Enter),
            (b"\t", Key::Tab),
            (b"\x1b[Z", Key::ShiftTab),
            (b"\x7f", Key::Backspace),
            (b"\x1b", Key::Esc),
            (b"\x03", Key::Ctrl('c')),
            (b"\x0c", Key::Ctrl('l')),
            (b"\x1a", Key::Ctrl('z')),
            (b" ", Key::Char(' ')),
            ("ü".as_bytes(), Key::Char('ü')),
            ("\u{1f525}".as_bytes(), Key::Char('\u{1f525}')),
        ] {
            assert_eq!(keys(bytes), [key], "{bytes:?}");
            let pieces: Vec<&[u8]> = bytes.chunks(1).collect();
            assert_eq!(parsed(&pieces), [TermEvent::Key(key)], "{bytes:?} in pieces");
        }
        assert_eq!(keys(b"\x1b\x1b[Zx"), [Key::Esc, Key::ShiftTab, Key::Char('x')]);
        assert_eq!(keys(b"\x1bq"), [Key::Esc, Key::Char('q')], "two keys, however fast");
    }

    #[test]
    fn the_mouse_is_read_wherever_its_report_is_cut() {
        let report = b"\x1b[<32;59;15Mq";
        let (pointer, q) = (
            TermEvent::Pointer(Pointer { gesture: Gesture::Drag, x: 58, y: 14 }),
            TermEvent::Key(Key::Char('q')),
        );
        for at in 0..report.len() {
            let (begin, end) = report.split_at(at);
            assert_eq!(parsed(&[begin, end]), [pointer, q], "cut at {at}");
        }
        let gestures = |bytes: &[u8]| match parsed(&[bytes])[..] {
            [TermEvent::Pointer(Pointer { gesture, .. })] => Some(gesture),
            _ => None,
        };
        for (bytes, gesture) in [
            (&b"\x1b[<0;1;1M"[..], Some(Gesture::Press)),
            (b"\x1b[<0;1;1m", Some(Gesture::Release)),
            (b"\x1b[<64;1;1M", Some(Gesture::WheelUp)),
            (b"\x1b[<69;1;1M", Some(Gesture::WheelRight)),
            (b"\x1b[<67;1;1M", Some(Gesture::WheelRight)),
            (b"\x1b[<2;9;9M", None),
            (b"\x1b[<0;0;0M", None),
            (b"\x1b[<0;65536;1M", None),
            (b"\x1b[<;;M", None),
            (b"\x1b[M !!", Some(Gesture::Press)),
            (b"\x1b[M#!!", Some(Gesture::Release)),
        ] {
            assert_eq!(gestures(bytes), gesture, "{bytes:?}");
        }
    }

    #[test]
    fn replies_and_rubbish_are_no_keys_and_take_none_with_them() {
        for rubbish in [
            &b"\x1b]11;rgb:0000/0000/0000\x07"[..],
            b"\x1b]11;rgb:q\x1b\\",
            b"\x1bP1$r0m\x1b\\",
            b"\x1b[12;40R",
            b"\x1b[?64;1;2c",
            b"\x1b[I",
            b"\xff\xfe",
            b"\xe2\x28",
        ] {
            let bytes = [rubbish, b"\x0c"].concat();
            let all = keys(&bytes);
            assert_eq!(all.last(), Some(&Key::Ctrl('l')), "{rubbish:?}");
            assert!(all.len() <= 2, "{rubbish:?}: {all:?}");
        }
        let endless = [&b"\x1b]"[..], &[b'x'; 4096]].concat();
        let mut parser = Parser::default();
        parser.take(&endless, |event| panic!("{event:?}"));
        parser.take(b"q", |event| assert_eq!(event, TermEvent::Key(Key::Char('q'))));
        assert!(parser.bytes.is_empty(), "what waits is bounded");
    }
}
