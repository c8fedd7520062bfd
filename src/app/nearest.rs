//! The key that was probably meant: of those that do something here, the one that is
//! nearest on a keyboard.

use super::key::Key;

/// Rows of a keyboard, plain and shifted, each with its shift to the right in halves.
const ROWS: [(&str, &str, u32); 4] = [
    ("1234567890-=", "!@#$%^&*()_+", 0),
    ("qwertyuiop[]", "QWERTYUIOP{}", 1),
    ("asdfghjkl;'", "ASDFGHJKL:\"", 2),
    ("zxcvbnm,./", "ZXCVBNM<>?", 3),
];

/// Farther than that is no slip: two keys aside, or the row after the next.
const FAR: u32 = 6;

/// How far two keys are apart; none where they have nothing to do with each other.
pub(super) fn distance(typed: Key, meant: Key) -> Option<u32> {
    let far = match (typed, meant) {
        // Caps lock, or a Ctrl too many.
        (Key::Char(a), Key::Char(b)) if a.eq_ignore_ascii_case(&b) => 1,
        (Key::Ctrl(a), Key::Char(b)) | (Key::Char(a), Key::Ctrl(b))
            if a.eq_ignore_ascii_case(&b) =>
        {
            2
        }
        (Key::Char(a), Key::Char(b)) | (Key::Ctrl(a), Key::Ctrl(b)) => apart(a, b)? + 2,
        (Key::F(a), Key::F(b)) => u32::from(a.abs_diff(b)) + 2,
        (Key::Backspace, Key::Esc) => 3,
        _ => return None,
    };
    (far <= FAR).then_some(far)
}

/// In halves of a key.
fn apart(a: char, b: char) -> Option<u32> {
    let ((xa, ya, shifted_a), (xb, yb, shifted_b)) = (place(a)?, place(b)?);
    Some(xa.abs_diff(xb) + 2 * ya.abs_diff(yb) + u32::from(shifted_a != shifted_b))
}

fn place(c: char) -> Option<(u32, u32, bool)> {
    (0..).zip(ROWS).find_map(|(y, (plain, shifted, right))| {
        let at = |row: &str| (0..).zip(row.chars()).find(|(_, key)| *key == c).map(|(x, _)| x);
        let found = at(plain).map(|x| (x, false)).or_else(|| at(shifted).map(|x| (x, true)));
        found.map(|(x, is_shifted): (u32, bool)| (2 * x + right, y, is_shifted))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_letter_is_nearer_than_its_neighbour() {
        let of = |a, b| distance(Key::Char(a), Key::Char(b));
        assert!(of('Q', 'q') < of('w', 'q'));
        assert!(of('w', 'q') < of('e', 'q'));
        assert_eq!(of('p', 'q'), None, "the other end of the row");
        assert!(distance(Key::Ctrl('q'), Key::Char('q')).is_some());
        assert!(distance(Key::F(9), Key::F(1)).is_none());
        assert_eq!(distance(Key::Char('ü'), Key::Char('p')), None, "on no such keyboard");
    }
}
