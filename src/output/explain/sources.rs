//! What a page cites, as links of the terminal (OSC 8).

use super::Paper;

const IANA: &str = "IANA registry of close codes";
const IANA_URL: &str =
    "https://www.iana.org/assignments/websocket/websocket.xhtml#close-code-number";

/// Lines of citations; an RFC leads to its text, and to the section that is named right
/// behind it. What is broken over two lines is no link.
pub(super) fn linked(lines: Vec<String>, paper: Paper) -> Vec<String> {
    if !paper.is_linked {
        return lines;
    }
    lines.into_iter().map(|line| with_rfcs(&line.replace(IANA, &link(IANA_URL, IANA)))).collect()
}

/// Ended with its text, so that nothing behind it is part of it.
fn link(url: &str, text: &str) -> String {
    format!("\u{1b}]8;;{url}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\")
}

fn with_rfcs(line: &str) -> String {
    let (mut done, mut rest) = (String::new(), line);
    while let Some(at) = rest.find("RFC ") {
        let cited = &rest[at..];
        let number: &str = leading(&cited[4..], |c| c.is_ascii_digit());
        let mut url = format!("https://www.rfc-editor.org/rfc/rfc{number}");
        let mut end = 4 + number.len();
        let section = ["section ", "sections "].iter().find_map(|word| {
            let words = cited[end..].strip_prefix(' ')?.strip_prefix(word)?;
            let section = leading(words, |c| c.is_ascii_digit() || c == '.');
            let section = section.trim_end_matches('.');
            (!section.is_empty()).then(|| (1 + word.len(), section))
        });
        if let Some((before, section)) = section {
            url = format!("{url}#section-{section}");
            end += before + section.len();
        }
        done.push_str(&rest[..at]);
        let text = &cited[..end];
        done.push_str(&if number.is_empty() { text.to_owned() } else { link(&url, text) });
        rest = &cited[end..];
    }
    done + rest
}

/// The characters at the beginning that are of this kind.
fn leading(text: &str, is: impl Fn(char) -> bool) -> &str {
    let end = text.find(|c| !is(c)).unwrap_or(text.len());
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_leads_to_its_section_and_its_text_stays() {
        let paper = Paper::new(80, false);
        let line = "RFC 6455 sections 7.4.1 and 8.1; RFC 7692 (RFC)".to_owned();
        assert_eq!(linked(vec![line.clone()], paper), [line.as_str()]);
        let made = linked(vec![line], paper.linked(true)).remove(0);
        let rfc = "https://www.rfc-editor.org/rfc/rfc";
        let first = link(&format!("{rfc}6455#section-7.4.1"), "RFC 6455 sections 7.4.1");
        let second = link(&format!("{rfc}7692"), "RFC 7692");
        assert_eq!(made, format!("{first} and 8.1; {second} (RFC)"));
    }
}
