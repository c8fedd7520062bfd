//! The parts of a format of one's own: what each `%` stands for.

/// One part of a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Item {
    /// This character.
    Literal(u8),
    /// Any number of blanks.
    Blank,
    Year,
    /// Two digits: 70 to 99 are of the century before.
    ShortYear,
    Month,
    MonthName,
    Day,
    DayOfYear,
    Weekday,
    Hour,
    Hour12,
    Minute,
    Second,
    Half,
    /// Digits of a second, as many as there are, with their mark or without.
    Fraction {
        marked: bool,
        digits: usize,
    },
    Zone,
    ZoneWord,
    Epoch,
}

/// The parts of a format; none where a specifier is not known.
pub(super) fn items(format: &[u8]) -> Option<Vec<Item>> {
    let mut items = Vec::new();
    let mut rest = format;
    while let [c, after @ ..] = rest {
        rest = after;
        if *c != b'%' {
            items.push(if *c == b' ' { Item::Blank } else { Item::Literal(*c) });
            continue;
        }
        rest = specifier(rest, &mut items)?;
    }
    words_of_zones(&mut items);
    Some(items)
}

/// `Z`, `UTC` or `GMT` at the end of a format is a zone written as it is.
fn words_of_zones(items: &mut Vec<Item>) {
    for word in [&b"UTC"[..], b"GMT", b"Z"] {
        let tail: Vec<Item> = word.iter().map(|c| Item::Literal(*c)).collect();
        let whole = items.len() > tail.len()
            && !matches!(items[items.len() - tail.len() - 1], Item::Literal(c) if c.is_ascii_alphanumeric());
        if whole && items.ends_with(&tail) && !items.contains(&Item::Zone) {
            items.truncate(items.len() - tail.len());
            items.push(Item::ZoneWord);
            return;
        }
    }
}

/// Specifiers that stand for several.
fn short_for(c: u8) -> Option<&'static [u8]> {
    Some(match c {
        b'F' => b"%Y-%m-%d",
        b'T' | b'X' => b"%H:%M:%S",
        b'D' | b'x' => b"%m/%d/%y",
        b'R' => b"%H:%M",
        b'r' => b"%I:%M:%S %p",
        b'c' => b"%a %b %e %H:%M:%S %Y",
        b'+' => b"%Y-%m-%dT%H:%M:%S%.f%z",
        b'v' => b"%e-%b-%Y",
        _ => return None,
    })
}

/// What stands behind a `%`; what is left behind that.
fn specifier<'a>(text: &'a [u8], items: &mut Vec<Item>) -> Option<&'a [u8]> {
    let fraction = |marked, digits| Item::Fraction { marked, digits };
    match text {
        [b'.', b'f', rest @ ..] | [b'.', b'1'..=b'9', b'f', rest @ ..] => {
            items.push(fraction(true, 0));
            return Some(rest);
        }
        [n @ b'1'..=b'9', b'f' | b'N' | b'L', rest @ ..] => {
            items.push(fraction(false, usize::from(n - b'0')));
            return Some(rest);
        }
        [b':' | b'#', b'z', rest @ ..] | [b':', b':', b'z', rest @ ..] => {
            items.push(Item::Zone);
            return Some(rest);
        }
        _ => {}
    }
    // Padding says how it is written, not what it is.
    let text = match text {
        [b'-' | b'_' | b'0' | b'E' | b'O', rest @ ..] => rest,
        _ => text,
    };
    let (c, rest) = text.split_first()?;
    let item = match c {
        b'Y' | b'G' => Item::Year,
        b'y' => Item::ShortYear,
        b'm' => Item::Month,
        b'b' | b'B' | b'h' => Item::MonthName,
        b'd' | b'e' => Item::Day,
        b'j' => Item::DayOfYear,
        b'a' | b'A' => Item::Weekday,
        b'H' | b'k' => Item::Hour,
        b'I' | b'l' => Item::Hour12,
        b'M' => Item::Minute,
        b'S' => Item::Second,
        b'p' | b'P' => Item::Half,
        b'f' | b'L' | b'N' => fraction(false, 0),
        b'z' => Item::Zone,
        b'Z' => Item::ZoneWord,
        b's' => Item::Epoch,
        b'%' => Item::Literal(b'%'),
        b'n' | b't' => Item::Blank,
        _ => {
            items.extend(self::items(short_for(*c)?)?);
            return Some(rest);
        }
    };
    items.push(item);
    Some(rest)
}
