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
mod tests {
    use super::*;

    /// Body, time and wrappers of a line.
    fn whole(line: &str) -> (String, Option<String>, Option<String>) {
        let mut peeler = Peeler::default();
        let Peeled { body, time, wrappers } = peeler.peel(line.as_bytes());
        let text = |t: &[u8]| String::from_utf8_lossy(t).into_owned();
        (text(body), time.map(text), wrappers.names())
    }

    #[test]
    fn each_wrapper_is_peeled() {
        for (line, time, name) in [
            (r#"{"log":"x \"y\"\n","stream":"stdout","time":"T"}"#, "T", "docker"),
            (r#"{"MESSAGE":"x \"y\"","__REALTIME_TIMESTAMP":"1"}"#, "1", "journald json"),
            (r#"{"__REALTIME_TIMESTAMP":"1","MESSAGE":[120,32,34,121,34]}"#, "1", "journald json"),
            (r#"{"message":"x \"y\"","podName":"p","containerName":"c"}"#, "", "stern json"),
            ("2026-11-20T14:00:00.1Z stdout F x \"y\"", "2026-11-20T14:00:00.1Z", "cri"),
            ("Nov 20 14:00:00 web app[8]: x \"y\"", "Nov 20 14:00:00", "syslog"),
            ("<30>Nov  2 14:00:00 web app: x \"y\"", "Nov  2 14:00:00", "syslog"),
            ("2026-11-20T14:00:00+0000 web app[8]: x \"y\"", "2026-11-20T14:00:00+0000", "syslog"),
            ("1795269601.123456 web app[8]: x \"y\"", "1795269601.123456", "syslog"),
            (
                "Fri 2026-11-20 14:00:00 CET web app.service[8]: x \"y\"",
                "2026-11-20 14:00:00 CET",
                "syslog",
            ),
            (
                "<134>1 2026-11-20T14:00:00Z web app 8 - [a b=\"]\"][c] x \"y\"",
                "2026-11-20T14:00:00Z",
                "syslog 5424",
            ),
            ("web-1  | x \"y\"", "", "compose"),
            ("0|app  | x \"y\"", "", "pm2"),
            ("[pod/web-7d4f/app] x \"y\"", "", "kubectl"),
            ("web-7d4f5c6b8-abcde app x \"y\"", "", "stern"),
            ("\u{1b}[32mx\u{1b}[0m \"y\"", "", "ansi"),
            (r#"{"message":"{\"x\":1}","agent":{},"@timestamp":"T"}"#, "T", "shipper json"),
            (r#"{"line":"{\"x\":1}","labels":{},"timestamp":"T"}"#, "T", "shipper json"),
            (r#"{"textPayload":"{\"x\":1}","insertId":"1","timestamp":"T"}"#, "T", "shipper json"),
            (
                "2026-11-20T14:00:00Z {app=\"ws\", pod=\"a b}\"} x \"y\"",
                "2026-11-20T14:00:00Z",
                "loki",
            ),
            ("2026-11-20T14:00:00Z {} x \"y\"", "2026-11-20T14:00:00Z", "loki"),
            ("14:00:00 web.1  | x \"y\"", "14:00:00", "foreman"),
            ("2026-11-20 14:00:00.1  {\"x\":1}", "2026-11-20 14:00:00.1", "timestamps"),
            ("[2026-11-20 14:00:00] {\"x\":1}", "2026-11-20 14:00:00", "timestamps"),
            ("2026-11-20T14:00:00Z web/app/1006 {\"x\":1}", "2026-11-20T14:00:00Z", "timestamps"),
            (
                "2026-11-20 14:00:00 +0000 kube.web: {\"x\":1}",
                "2026-11-20 14:00:00 +0000",
                "timestamps",
            ),
            ("web-0 web {\"x\":1}", "", "stern"),
            (
                "<40>1 2026-11-20T14:00:00+00:00 host app web.1 - x \"y\"",
                "2026-11-20T14:00:00+00:00",
                "syslog 5424",
            ),
            (
                "83 <40>1 2026-11-20T14:00:00+00:00 host app web.1 - x \"y\"",
                "2026-11-20T14:00:00+00:00",
                "syslog 5424",
            ),
            (
                "2026-11-20T14:00:00.123456789Z x \"y\"",
                "2026-11-20T14:00:00.123456789Z",
                "timestamps",
            ),
        ] {
            let time = Some(time.to_owned()).filter(|time| !time.is_empty());
            let body = if line.contains(":1}") { "{\"x\":1}" } else { "x \"y\"" };
            assert_eq!(whole(line), (body.to_owned(), time, Some(name.to_owned())), "{line}");
        }
    }

    #[test]
    fn in_any_nesting_the_innermost_time_counts() {
        let line = r#"{"log":"web-1  | Nov 20 14:00:00 web app[8]: {\"MESSAGE\":\"\\u001b[1mx\\u001b[0m\",\"__REALTIME_TIMESTAMP\":\"7\"}\r\n","stream":"stdout","time":"T"}"#;
        let names = "docker, compose, syslog, journald json, ansi";
        assert_eq!(whole(line), ("x".to_owned(), Some("7".to_owned()), Some(names.to_owned())));
        assert_eq!(whole("\u{feff}x\r"), ("x".to_owned(), None, None));
    }

    #[test]
    fn before_an_object_of_a_logger_or_another_time_a_prefix_needs_no_colon() {
        let pino = r#"{"level":30,"time":1,"msg":"x"}"#;
        let logrus = r#"time="2026-11-20T14:00:00Z" level=info msg="x""#;
        for (head, body, name) in [
            ("Nov 20 14:00:00 shop app/web.1 ", pino, "prefix"),
            ("2026-11-20T14:00:00.123Z shop app/web.1 info ", pino, "prefix"),
            ("[2026-11-20 14:00:00] production.INFO: ", pino, "timestamps"),
            ("web.1: ", pino, "prefix"),
            ("Nov 20 14:00:00 shop app/web.1 ", "2026-11-20T14:00:01Z INFO x", "syslog"),
            ("2026-11-20T14:00:00Z app[web.1] ", "2026-11-20 14:00:01,123 INFO x", "syslog"),
            ("2026-11-20T14:00:00Z app[web.1]: ", logrus, "syslog"),
        ] {
            let (inner, time, names) = whole(&format!("{head}{body}"));
            assert_eq!((inner.as_str(), names.as_deref()), (body, Some(name)), "{head}");
            let dated = head.starts_with(['N', '2', '[']);
            assert_eq!(time.is_some(), dated, "{head}: {time:?}");
        }
    }

    /// What was learnt of the first lines makes no difference to what is found.
    #[test]
    fn a_peeler_that_knows_the_log_finds_the_same() {
        let docker = |line: &str| {
            serde_json::json!({"log": line, "stream": "stdout", "time": "T"}).to_string()
        };
        let first = [docker("x one\n"), docker("\u{1b}[1mx\u{1b}[0m\n"), docker("{\"a\":1}\n")];
        let mut learnt = Peeler::default();
        let known: Vec<Wrappers> =
            first.iter().map(|line| learnt.peel(line.as_bytes()).wrappers).collect();
        learnt.settle(known.into_iter());
        let others = [
            docker("x three"),
            docker("Nov 20 14:00:00 web app[8]: x"),
            docker("\u{1b}[1mx\u{1b}[0m"),
            "x bare".to_owned(),
            "web-1  | x".to_owned(),
            docker("\\\"x\\\\"),
        ];
        for line in first.iter().chain(&others) {
            let (body, time, names) = whole(line);
            let Peeled { body: found, time: at, wrappers } = learnt.peel(line.as_bytes());
            let text = |t: &[u8]| String::from_utf8_lossy(t).into_owned();
            assert_eq!(
                (text(found), at.map(text), wrappers.names()),
                (body, time, names),
                "{line}"
            );
        }
    }

    #[test]
    fn what_is_no_wrapper_stays() {
        for line in [
            "2026-11-20T14:00:00.123456Z  INFO chat::ws: client connected",
            "2026-11-20 14:00:00.1234|DEBUG||client connected",
            "2026-11-20 14:00:00.123 | INFO     | app:f:1 - client connected",
            r#"{"level":30,"time":1,"msg":"client connected"}"#,
            r#"{"log":"x"}"#,
            r#"{"message":"client connected","agent":{},"@timestamp":"T"}"#,
            r#"2026-11-20T14:00:00Z client connected {"id":7}"#,
            r#"2026-11-20T14:00:00Z connected {"id":7}"#,
            r#"2026-11-20T14:00:00Z client connected {"msg":"x","level":"info"}"#,
            "2026-11-20T14:00:00Z\tINFO\tchat.go:7\tread\t{\"msg\":\"x\",\"time\":1}",
            "2026-11-20T14:00:00Z INFO until 2026-11-20T15:00:00Z client disconnected",
            "2026-11-20T14:00:00Z 10.0.0.7 2026-11-20T15:00:00Z x",
            "2026-11-20T14:00:00Z  INFO conn{id=7}: chat: client connected",
            "web-0 app connected",
            "client-7 app connected",
            "<notanumber> x",
            "[pod/",
            "",
        ] {
            assert_eq!(whole(line).0, line);
        }
    }
}
