//! What stands around a line: containers, journals, syslog, the prefixes of tools.
//!
//! Peeled off one by one, in any nesting; what is left is the line as its program
//! wrote it. The time of the innermost wrapper counts where the line has none.

mod layer;
mod objects;
mod prefix;
mod stamped;
mod syslog;

pub(super) use layer::Wrapper;
pub(super) use prefix::{CriLine, cri_line};

use layer::{Inside, Layer};
use memchr::memchr;

use super::json;

/// Deeper than this nobody wraps.
const DEEPEST: usize = 6;
/// Of these, the ones whose text has to be written anew.
const COPIES: usize = 4;

/// A line without its wrappers.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Peeled<'a> {
    pub(super) body: &'a [u8],
    /// The time as the innermost wrapper writes it.
    pub(super) time: Option<&'a [u8]>,
    /// Those that were around it, outermost first.
    pub(super) wrappers: Wrappers,
}

/// Wrappers of a line, outermost first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Wrappers([Option<Wrapper>; DEEPEST]);

impl Wrappers {
    pub(super) const fn is_empty(self) -> bool {
        self.0[0].is_none()
    }

    /// Their names, `docker, compose`; none where there is none.
    pub(super) fn names(self) -> Option<String> {
        let names: Vec<&str> = self.0.into_iter().flatten().map(Wrapper::name).collect();
        (!names.is_empty()).then(|| names.join(", "))
    }

    pub(super) fn has(self, wrapper: Wrapper) -> bool {
        self.0.contains(&Some(wrapper))
    }

    fn push(&mut self, wrapper: Wrapper) {
        if let Some(free) = self.0.iter_mut().find(|free| free.is_none()) {
            *free = Some(wrapper);
        }
    }
}

/// A part of the line, or of a copy of it that was written anew.
#[derive(Debug, Clone, Copy)]
struct Extent {
    /// 0 = the line itself.
    copy: usize,
    from: usize,
    to: usize,
}

/// Peels the lines of one log.
#[derive(Debug, Default)]
pub(super) struct Peeler {
    copies: [Vec<u8>; COPIES],
    /// What was around the last line, tried first around the next one.
    last: Wrappers,
    /// What the lines inside begin with.
    heads: Heads,
    /// What was around the first lines, each nesting once; empty until that is known.
    known: Vec<Wrappers>,
}

/// First bytes of lines, as bits; all beyond ASCII are one.
#[derive(Debug, Clone, Copy, Default)]
struct Heads(u128);

impl Heads {
    fn bit(text: &[u8]) -> u128 {
        1 << text.first().map_or(0, |c| c.min(&127) & 127)
    }
}

impl Peeler {
    /// The log is known by now: around lines that begin like the first ones nothing
    /// else is looked for than what was around those. Fifteen wrappers were tried on
    /// what each line of a container had inside: as long as all else took.
    pub(super) fn settle(&mut self, known: impl Iterator<Item = Wrappers>) {
        self.known = known.collect();
    }

    /// What is around a text inside of these wrappers.
    fn layer(&self, text: &[u8], around: Wrappers, depth: usize) -> Option<Layer> {
        if let Some(found) = self.last.0[depth].and_then(|wrapper| peeled(wrapper, text)) {
            return Some(found);
        }
        if self.ends(text, around, depth) {
            return None;
        }
        Wrapper::ALL.into_iter().find_map(|wrapper| peeled(wrapper, text))
    }

    /// Whether there is no more of them, as far as the first lines tell.
    fn ends(&self, text: &[u8], around: Wrappers, depth: usize) -> bool {
        let mut same = self.known.iter().filter(|known| known.0[..depth] == around.0[..depth]);
        let first = same.next();
        let ends = |known: &Wrappers| known.0[depth].is_none_or(|next| next == Wrapper::Ansi);
        first.into_iter().chain(same).all(ends)
            && first.is_some()
            && self.heads.0 & Heads::bit(text) != 0
            && memchr(0x1b, text).is_none()
    }

    /// The line without what is around it.
    pub(super) fn peel<'a>(&'a mut self, line: &'a [u8]) -> Peeled<'a> {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
        let mut body = Extent { copy: 0, from: 0, to: line.len() };
        let mut time = None;
        let mut copies = 0;
        let mut wrappers = Wrappers::default();
        for depth in 0..DEEPEST {
            let text = self.text(line, body);
            let Some(layer) = self.layer(text, wrappers, depth) else { break };
            let within = |range: std::ops::Range<usize>| Extent {
                copy: body.copy,
                from: body.from + range.start,
                to: body.from + range.end,
            };
            time = layer.time.map(within).or(time);
            let inner = within(layer.body.clone());
            body = if layer.inside == Inside::AsItIs {
                inner
            } else if copies < COPIES {
                copies += 1;
                self.copy(line, inner, layer.inside, copies)
            } else {
                break;
            };
            wrappers.push(layer.wrapper);
        }
        if !wrappers.is_empty() {
            self.last = wrappers;
        }
        if self.known.is_empty() {
            self.heads.0 |= Heads::bit(self.text(line, body));
        }
        let this = &*self;
        let time = time.map(|time| this.text(line, time));
        Peeled { body: this.text(line, body), time, wrappers }
    }

    fn text<'a>(&'a self, line: &'a [u8], part: Extent) -> &'a [u8] {
        let whole = match part.copy {
            0 => line,
            copy => self.copies.get(copy - 1).map_or(&b""[..], Vec::as_slice),
        };
        whole.get(part.from..part.to).unwrap_or_default()
    }

    /// Writes a part anew, without its escapes.
    fn copy(&mut self, line: &[u8], part: Extent, inside: Inside, copy: usize) -> Extent {
        let mut into = std::mem::take(&mut self.copies[copy - 1]);
        into.clear();
        let text = self.text(line, part);
        match inside {
            Inside::Escaped => json::unescape(text, &mut into),
            Inside::Bytes => objects::bytes(text, &mut into),
            Inside::Coloured => prefix::plain(text, &mut into),
            Inside::AsItIs => into.extend_from_slice(text),
        }
        let to = into.trim_ascii_end().len();
        self.copies[copy - 1] = into;
        Extent { copy, from: 0, to }
    }
}

/// What a wrapper leaves of a text that it is around.
fn peeled(wrapper: Wrapper, text: &[u8]) -> Option<Layer> {
    match wrapper {
        Wrapper::Ansi => prefix::ansi(text),
        Wrapper::Docker | Wrapper::JournalJson | Wrapper::SternJson => objects::peel(wrapper, text),
        Wrapper::Cri => prefix::cri(text),
        Wrapper::Shipper => objects::shipped(text),
        Wrapper::Loki => stamped::loki(text),
        Wrapper::Foreman => prefix::foreman(text),
        Wrapper::Timestamps => stamped::timestamps(text),
        Wrapper::Syslog5424 => syslog::new(text),
        Wrapper::Syslog => syslog::old(text),
        Wrapper::Kubectl => prefix::kubectl(text),
        Wrapper::Pm2 => prefix::pm2(text),
        Wrapper::Compose => prefix::compose(text),
        Wrapper::Stern => prefix::stern(text),
        Wrapper::Prefix => stamped::before_logger(text),
    }
}

#[cfg(test)]
mod tests;
