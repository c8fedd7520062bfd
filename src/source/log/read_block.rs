//! A block of lines with what was read from each, on its way to who counts them: the
//! reading of one block and the counting of another have a core each.

use std::net::IpAddr;

use super::clients;
use super::event::{Closed, LineEvents, Opened, Pattern};
use super::format::Read;
use super::reader::{MatchedLine, Reader, Scanned};

/// A block, and what there is in it.
#[derive(Debug, Default)]
pub(super) struct ReadBlock {
    pub(super) block: Vec<u8>,
    /// What does not stand in the block as it is: lines without their escapes.
    copies: Vec<u8>,
    parts: Vec<Part>,
    /// The first line and the last one, which tell how far the log has come.
    ends: [Option<FoundLine>; 2],
}

#[derive(Debug)]
enum Part {
    Line(FoundLine),
    Stamp(FoundLine),
    Nothing(TextPlace),
}

/// Where a text stands.
#[derive(Debug, Clone, Copy)]
struct TextPlace {
    copied: bool,
    from: usize,
    to: usize,
}

/// What was read from a line.
#[derive(Debug)]
struct FoundLine {
    body: TextPlace,
    outer: Option<TextPlace>,
    time: Option<TextPlace>,
    began: Option<TextPlace>,
    reason: Option<TextPlace>,
    within: Option<i64>,
    request: bool,
    ended: Option<Pattern>,
    opened: Option<Opened>,
    closed: Option<Closed<'static>>,
    repeated: LineEvents<'static>,
    lasted: Option<i64>,
    error: bool,
    client: Option<IpAddr>,
}

impl ReadBlock {
    /// Reads the lines of its block; of the first block of a log also where it begins.
    pub(super) fn read(&mut self, reader: &mut Reader, first: bool) {
        let Self { block, copies, parts, ends } = self;
        let block = &**block;
        copies.clear();
        parts.clear();
        let mut texts = Texts { block, copies };
        let line = block.split(|c| *c == b'\n').find(|line| !line.is_empty());
        let begins = line.filter(|_| first).map(|line| texts.found(&reader.explain(line), None));
        let trusted = reader.trusted.clone();
        reader.each(block, |scanned| {
            parts.push(match scanned {
                Scanned::Nothing(lines) => Part::Nothing(texts.place(lines)),
                Scanned::Stamp(line) => Part::Stamp(texts.found(line, None)),
                Scanned::Line(line) => {
                    let (peer, forwarded) = (line.read.peer, line.read.forwarded);
                    let opened = line.events.opened;
                    let client = opened.and_then(|_| clients::client(peer, forwarded, &trusted));
                    Part::Line(texts.found(line, client))
                }
            });
        });
        let line = block.rsplit(|c| *c == b'\n').find(|line| !line.is_empty());
        let until = line.map(|line| texts.found(&reader.explain(line), None));
        *ends = [begins, until];
    }

    /// Calls for all there is in it, with who it was.
    pub(super) fn each(&self, mut act: impl FnMut(Scanned<'_>, Option<IpAddr>)) {
        for part in &self.parts {
            match part {
                Part::Nothing(lines) => act(Scanned::Nothing(self.text(*lines)), None),
                Part::Stamp(line) => act(Scanned::Stamp(&self.line(line)), None),
                Part::Line(line) => act(Scanned::Line(&self.line(line)), line.client),
            }
        }
    }

    /// Its first line, where it is the first block of the log.
    pub(super) fn begins(&self) -> Option<MatchedLine<'_>> {
        self.ends[0].as_ref().map(|line| self.line(line))
    }

    /// Its last line.
    pub(super) fn ends(&self) -> Option<MatchedLine<'_>> {
        self.ends[1].as_ref().map(|line| self.line(line))
    }

    fn text(&self, at: TextPlace) -> &[u8] {
        let whole = if at.copied { &self.copies } else { &self.block };
        whole.get(at.from..at.to).unwrap_or_default()
    }

    fn line(&self, line: &FoundLine) -> MatchedLine<'_> {
        let text = |at: Option<TextPlace>| at.map(|at| self.text(at));
        let reason = text(line.reason);
        let closed = line.closed.map(|closed| Closed { reason, ..closed });
        MatchedLine {
            body: self.text(line.body),
            outer: text(line.outer),
            read: Read {
                time: text(line.time),
                within: line.within,
                began: text(line.began),
                ended: line.ended,
                request: line.request,
                ..Read::default()
            },
            events: LineEvents { opened: line.opened, closed },
            repeated: line.repeated,
            lasted: line.lasted,
            error: line.error,
        }
    }
}

/// Where the texts of a block are.
struct Texts<'a> {
    block: &'a [u8],
    copies: &'a mut Vec<u8>,
}

impl Texts<'_> {
    fn found(&mut self, line: &MatchedLine<'_>, client: Option<IpAddr>) -> FoundLine {
        let body = self.place(line.body);
        let mut part = |text: Option<&[u8]>| {
            let text = text?;
            let inside = within(text, line.body);
            Some(match inside {
                Some(from) => {
                    TextPlace { from: body.from + from, to: body.from + from + text.len(), ..body }
                }
                None => self.place(text),
            })
        };
        let closed = line.events.closed;
        FoundLine {
            body,
            outer: part(line.outer),
            time: part(line.read.time),
            began: part(line.read.began),
            reason: part(closed.and_then(|closed| closed.reason)),
            within: line.read.within,
            request: line.read.request,
            ended: line.read.ended,
            opened: line.events.opened,
            closed: closed.map(Closed::without_reason),
            repeated: LineEvents {
                opened: line.repeated.opened,
                closed: line.repeated.closed.map(Closed::without_reason),
            },
            lasted: line.lasted,
            error: line.error,
            client,
        }
    }

    /// Where a text stands; what is not in the block is copied.
    fn place(&mut self, text: &[u8]) -> TextPlace {
        if let Some(from) = within(text, self.block) {
            return TextPlace { copied: false, from, to: from + text.len() };
        }
        let from = self.copies.len();
        self.copies.extend_from_slice(text);
        TextPlace { copied: true, from, to: self.copies.len() }
    }
}

/// Where a text stands in the one it is a part of; none where it is no part of it.
fn within(text: &[u8], whole: &[u8]) -> Option<usize> {
    let from = text.as_ptr().addr().checked_sub(whole.as_ptr().addr())?;
    (from + text.len() <= whole.len()).then_some(from)
}

#[cfg(test)]
mod tests {
    use super::super::options::Options;
    use super::super::pattern::Patterns;
    use super::super::stamp::Stamps;
    use super::*;

    /// What there is in a block, as it is scanned.
    fn told(scanned: Scanned<'_>, client: Option<IpAddr>) -> String {
        match scanned {
            Scanned::Nothing(lines) => format!("nothing {}", String::from_utf8_lossy(lines)),
            Scanned::Stamp(line) => format!("stamp {}", of_line(line)),
            Scanned::Line(line) => format!("line {} {client:?}", of_line(line)),
        }
    }

    fn of_line(line: &MatchedLine<'_>) -> String {
        let text = |text: Option<&[u8]>| text.map(|t| String::from_utf8_lossy(t).into_owned());
        let MatchedLine { body, outer, read, events, repeated, lasted, error } = line;
        let texts = [text(Some(body)), text(*outer), text(read.time), text(read.began)];
        let repeated = (repeated.opened, repeated.closed.map(Closed::without_reason));
        let of_request = (read.within, read.request, read.ended);
        format!("{texts:?} {events:?} {repeated:?} {of_request:?} {lasted:?} {error}")
    }

    #[test]
    fn what_was_read_arrives_as_it_was_read() {
        let docker = |line: &str| {
            serde_json::json!({"log": line, "stream": "stdout", "time": "2026-11-20T14:00:09.1Z"})
                .to_string()
        };
        let pino = r#"{"level":30,"time":1795183200123,"ip":"10.0.0.7","msg":"client connected"}"#;
        let left = r#"{"level":30,"time":1795183201123,"msg":"client disconnected","code":1001,"reason":"a b"}"#;
        let nginx = r#"10.0.0.7 - - [20/Nov/2026:14:00:50 +0000] "GET /ws HTTP/1.1" 101 812 "-" "x" rt=1.250"#;
        let lines = [
            docker(pino),
            docker(left),
            docker("ERROR x"),
            docker("nothing"),
            pino.to_owned(),
            left.to_owned(),
            nginx.to_owned(),
            docker(nginx),
            String::new(),
            "Traceback".to_owned(),
        ];
        let block = lines.iter().cycle().take(300).cloned().collect::<Vec<_>>().join("\n");
        let read = || {
            let mut reader = Reader::new(&Options::new(Patterns::new(None, None, None), None));
            let mut stamps = Stamps::new(None, 1_795_183_300);
            reader.learn(block.as_bytes(), &mut stamps);
            let _ = reader.decide(&[block.clone().into_bytes()], &mut stamps);
            reader
        };
        let (mut one, mut other) = (read(), read());
        let mut want = Vec::new();
        one.each(block.as_bytes(), |scanned| {
            let client = match scanned {
                Scanned::Line(line) if line.events.opened.is_some() => {
                    clients::client(line.read.peer, line.read.forwarded, &[])
                }
                _ => None,
            };
            want.push(told(scanned, client));
        });
        let mut found = Vec::new();
        let mut read_block = ReadBlock { block: block.into_bytes(), ..ReadBlock::default() };
        read_block.read(&mut other, true);
        read_block.each(|scanned, client| found.push(told(scanned, client)));
        assert_eq!(found, want);
        assert!(want.iter().any(|line| line.contains("reason: Some")), "{want:?}");
        assert!(read_block.begins().is_some() && read_block.ends().is_some());
    }
}
