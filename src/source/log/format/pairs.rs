//! `key=value key="a value"` (logfmt), read without a copy.

use crate::source::log::json::string_end;

/// The pairs of a line; quotes are taken off, what is escaped stays so.
#[derive(Debug)]
pub(super) struct Pairs<'a> {
    rest: &'a [u8],
}

impl<'a> Pairs<'a> {
    pub(super) const fn of(body: &'a [u8]) -> Self {
        Self { rest: body }
    }
}

impl<'a> Iterator for Pairs<'a> {
    type Item = (&'a [u8], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            self.rest = self.rest.trim_ascii_start();
            let key = self.rest.iter().take_while(|c| !matches!(c, b' ' | b'=' | b'"')).count();
            if key == 0 || self.rest.get(key) != Some(&b'=') {
                // A word alone.
                let end = memchr::memchr(b' ', self.rest)?;
                self.rest = &self.rest[end..];
                continue;
            }
            let (name, value) = (&self.rest[..key], &self.rest[key + 1..]);
            if let Some(quoted) = value.strip_prefix(b"\"") {
                let end = string_end(quoted).unwrap_or(quoted.len());
                self.rest = quoted.get(end + 1..).unwrap_or_default();
                return Some((name, &quoted[..end]));
            }
            let end = memchr::memchr(b' ', value).unwrap_or(value.len());
            self.rest = &value[end..];
            return Some((name, &value[..end]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_and_words_between() {
        let all: Vec<_> = Pairs::of(b"at=info  word msg=\"a \\\"b\\\" c\" x= y=\"cut").collect();
        let want: [(&[u8], &[u8]); 4] =
            [(b"at", b"info"), (b"msg", b"a \\\"b\\\" c"), (b"x", b""), (b"y", b"cut")];
        assert_eq!(all, want);
    }
}
