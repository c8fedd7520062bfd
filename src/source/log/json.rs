//! JSON of one line, read without a copy: keys and values as they are written.
//!
//! A line of 200 bytes takes a fifth of a microsecond, which a parse into a tree
//! does not.

use memchr::memchr2;

/// A value, as it is written; a string without its quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Value<'a> {
    Text(&'a [u8]),
    /// A number, `true`, `null`.
    Bare(&'a [u8]),
    /// An object or a list, with its braces.
    Nested(&'a [u8]),
}

impl<'a> Value<'a> {
    /// A string or a number; an object is none.
    pub(super) fn plain(self) -> &'a [u8] {
        match self {
            Self::Text(text) | Self::Bare(text) => text,
            Self::Nested(_) => b"",
        }
    }

    /// What is written there, an object with its braces.
    pub(super) const fn written(self) -> &'a [u8] {
        match self {
            Self::Text(text) | Self::Bare(text) | Self::Nested(text) => text,
        }
    }
}

/// Whether it is worth trying: an object on one line.
pub(super) fn is_object(line: &[u8]) -> bool {
    line.first() == Some(&b'{')
}

/// The keys and values of an object.
#[derive(Debug, Clone)]
pub(super) struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Fields<'a> {
    pub(super) fn of(line: &'a [u8]) -> Self {
        Self { rest: line.get(1..).unwrap_or_default() }
    }

    /// The string that begins with the next quote.
    fn string(&mut self) -> Option<&'a [u8]> {
        // Mostly it stands right here, or behind a comma.
        let open = match self.rest {
            [b'"', ..] => 0,
            [_, b'"', ..] => 1,
            rest => memchr::memchr(b'"', rest)?,
        };
        let text = &self.rest[open + 1..];
        let end = string_end(text)?;
        self.rest = &text[end + 1..];
        Some(&text[..end])
    }

    /// An object or a list.
    fn nested(&mut self) -> Option<&'a [u8]> {
        let whole = self.rest;
        let mut depth = 0_u32;
        loop {
            let at =
                self.rest.iter().position(|c| matches!(c, b'{' | b'[' | b'}' | b']' | b'"'))?;
            match self.rest[at] {
                b'"' => {
                    self.rest = &self.rest[at..];
                    self.string()?;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                _ => depth = depth.saturating_sub(1),
            }
            self.rest = &self.rest[at + 1..];
            if depth == 0 {
                return Some(&whole[..whole.len() - self.rest.len()]);
            }
        }
    }

    fn value(&mut self) -> Option<Value<'a>> {
        let start = self.rest.iter().position(|c| !c.is_ascii_whitespace())?;
        self.rest = &self.rest[start..];
        match self.rest.first()? {
            b'"' => self.string().map(Value::Text),
            b'{' | b'[' => self.nested().map(Value::Nested),
            _ => {
                let end = self.rest.iter().position(|c| matches!(c, b',' | b'}' | b']'))?;
                let value = self.rest[..end].trim_ascii();
                self.rest = &self.rest[end..];
                Some(Value::Bare(value))
            }
        }
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = (&'a [u8], Value<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let key = self.string()?;
        let colon = self.rest.iter().position(|c| !c.is_ascii_whitespace())?;
        if self.rest[colon] != b':' {
            self.rest = b"";
            return None;
        }
        self.rest = &self.rest[colon + 1..];
        Some((key, self.value()?))
    }
}

/// Bytes that are looked at one by one: most keys and values are shorter, and a search
/// by vectors takes as long to begin as these do.
const SHORT: usize = 16;

/// Where the quote is that ends the string a text is in; none where it has no end. What
/// access logs, logfmt and labels quote is written so too.
pub(super) fn string_end(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        let rest = text.get(at..)?;
        let near = &rest[..rest.len().min(SHORT)];
        at += match near.iter().position(|c| matches!(c, b'"' | b'\\')) {
            Some(here) => here,
            None => near.len() + memchr2(b'"', b'\\', &rest[near.len()..])?,
        };
        if text[at] == b'"' {
            return Some(at);
        }
        at += 2;
    }
}

/// Whether a text is one object, from its first byte to its last.
pub(super) fn is_whole(text: &[u8]) -> bool {
    is_object(text) && Fields { rest: text }.nested().is_some_and(|whole| whole.len() == text.len())
}

/// The first string of a list: `["10.0.0.7"]`.
pub(super) fn first_of_list(list: &[u8]) -> Option<&[u8]> {
    let mut fields = Fields { rest: list.strip_prefix(b"[")? };
    match fields.value()? {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

/// Puts the text of a string, as written, into `into`.
pub(super) fn unescape(text: &[u8], into: &mut Vec<u8>) {
    let mut rest = text;
    while let Some(at) = backslash(rest) {
        into.extend_from_slice(&rest[..at]);
        let Some(&c) = rest.get(at + 1) else {
            rest = b"";
            break;
        };
        rest = &rest[at + 2..];
        match c {
            b'n' => into.push(b'\n'),
            b't' => into.push(b'\t'),
            b'r' => into.push(b'\r'),
            b'b' | b'f' => into.push(b' '),
            b'u' => rest = unicode(rest, into),
            other => into.push(other),
        }
    }
    into.extend_from_slice(rest);
}

/// Where the next one is: of an object in an object every seventh byte is one.
fn backslash(text: &[u8]) -> Option<usize> {
    let near = &text[..text.len().min(SHORT)];
    near.iter().position(|c| *c == b'\\').or_else(|| {
        let far = memchr::memchr(b'\\', &text[near.len()..])?;
        Some(near.len() + far)
    })
}

/// `00e4`, or two halves of a character beyond the first plane.
fn unicode<'a>(text: &'a [u8], into: &mut Vec<u8>) -> &'a [u8] {
    let hex = |text: &[u8]| {
        let digits = std::str::from_utf8(text.get(..4)?).ok()?;
        u32::from_str_radix(digits, 16).ok()
    };
    let Some(first) = hex(text) else { return text };
    let (mut code, mut rest) = (first, &text[4..]);
    if (0xd800..0xdc00).contains(&first)
        && let Some(second) = rest.strip_prefix(b"\\u").and_then(hex)
        && (0xdc00..0xe000).contains(&second)
    {
        code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
        rest = &rest[6..];
    }
    let c = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
    into.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(line: &str) -> Vec<String> {
        let each = Fields::of(line.as_bytes());
        each.map(|(key, value)| {
            let text = |t: &[u8]| String::from_utf8_lossy(t).into_owned();
            format!("{}={}", text(key), text(value.written()))
        })
        .collect()
    }

    #[test]
    fn keys_and_values_as_they_are_written() {
        assert_eq!(
            keys(r#"{ "a" : ["x]", {"b":1}], "c":{"d":"}"}, "e\"f" : -1.5e3 , "g":null}"#),
            [r#"a=["x]", {"b":1}]"#, r#"c={"d":"}"}"#, r#"e\"f=-1.5e3"#, "g=null"]
        );
        for cut in ["{", "{}", "{\"", "{\"a", "{\"a\"", "{\"a\":", "{\"a\":\"\\", "{\"a\":{[\""] {
            assert!(keys(cut).is_empty(), "{cut}");
        }
    }

    #[test]
    fn escapes_are_undone() {
        let mut text = Vec::new();
        unescape(br#"a\"b\\c\u00e4\ud83d\ude00\ud83dx\n\u12"#, &mut text);
        assert_eq!(String::from_utf8_lossy(&text), "a\"b\\cä😀\u{fffd}x\n12");
        assert_eq!(first_of_list(br#"["10.0.0.7","x"]"#), Some(&b"10.0.0.7"[..]));
    }
}
