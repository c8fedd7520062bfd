//! Tomcat: `maxConnections` of the connector, in `server.xml` or in Spring's settings.

use std::path::Path;

use super::files::{ProcessFiles, place};
use super::words;
use super::{Asked, Setting};

/// What Spring Boot takes for the same name.
const SPRING: [&str; 2] = ["server.tomcat.max-connections", "server.tomcat.maxConnections"];
const VARIABLES: [&str; 2] = ["SERVER_TOMCAT_MAX_CONNECTIONS", "SERVER_TOMCAT_MAXCONNECTIONS"];
/// Where Spring Boot looks by itself, the first over the others.
const FILES: [&str; 2] = ["config/application.properties", "application.properties"];

pub(super) fn setting(asked: &Asked<'_>) -> Setting {
    let (dir, own) = asked.process(|_| true);
    for form in ["--", "-D"] {
        for name in SPRING {
            let option = format!("{form}{name}=");
            let given = own.iter().rev().find_map(|word| word.strip_prefix(&option));
            if let Some(given) = given {
                return number(given, format!("{form}{name} of its command line"));
            }
        }
    }
    if let Some((name, given)) =
        VARIABLES.iter().find_map(|name| Some((name, words::variable(&dir, name)?)))
    {
        return number(&given, format!("{name} of its environment"));
    }
    let Ok(mut files) = ProcessFiles::of(&dir) else { return Setting::hidden() };
    let base = own.iter().rev().find_map(|word| word.strip_prefix("-Dcatalina.base="));
    let Some(base) = base else { return spring(&mut files) };
    let path = files.absolute(&format!("{base}/conf/server.xml"));
    let text = path.as_ref().and_then(|path| files.read(path).ok());
    let (Some(path), Some(text)) = (path, text) else {
        return Setting::NotFound("conf/server.xml was not found or may not be read".to_owned());
    };
    connector(&text, asked.port, &own, &path)
}

fn spring(files: &mut ProcessFiles) -> Setting {
    for path in FILES {
        let Some(path) = files.absolute(path) else { continue };
        let Ok(text) = files.read(&path) else { continue };
        for (at, line) in text.lines().enumerate() {
            let Some((name, value)) = line.split_once(['=', ':']) else { continue };
            if SPRING.contains(&name.trim()) {
                return number(value, place(&path, at + 1));
            }
        }
    }
    Setting::Unset
}

/// -1 is no limit.
fn number(value: &str, source: String) -> Setting {
    match value.trim().parse::<i64>() {
        Ok(limit) if limit >= 0 => {
            Setting::Found { limit: limit.unsigned_abs(), source, plain_http: false }
        }
        Ok(_) => Setting::NotFound(format!("{source} says that there is none")),
        Err(_) => Setting::NotFound(format!("{source} is no number")),
    }
}

/// The connector of this port.
fn connector(text: &str, port: u16, words: &[String], path: &Path) -> Setting {
    let text = without_comments(text);
    let mut from = 0;
    while let Some(begin) = text.get(from..).and_then(|rest| rest.find("<Connector")) {
        let begin = from + begin;
        let end = text[begin..].find('>').map_or(text.len(), |end| begin + end);
        let tag = &text[begin..end];
        from = end;
        let own = attribute(tag, "port").map(|(_, value)| property(value, words));
        if own.and_then(|own| own.parse().ok()) != Some(port) {
            continue;
        }
        let Some((at, value)) = attribute(tag, "maxConnections") else { break };
        let line = text[..begin + at].bytes().filter(|b| *b == b'\n').count() + 1;
        return number(&property(value, words), place(path, line));
    }
    Setting::Unset
}

/// The text with blanks in the place of comments: a connector that is switched off stands
/// in one. Lines stay where they are.
fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("<!--") {
        out.push_str(before);
        let (comment, behind) = behind.split_once("-->").unwrap_or((behind, ""));
        out.extend(comment.chars().filter(|c| *c == '\n'));
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// The value of an attribute, and where its name begins.
fn attribute<'t>(tag: &'t str, name: &str) -> Option<(usize, &'t str)> {
    let mut from = 0;
    loop {
        let at = from + tag.get(from..)?.find(name)?;
        from = at + name.len();
        let own = tag[..at].ends_with(char::is_whitespace);
        let Some(value) = tag[from..].trim_start().strip_prefix('=').filter(|_| own) else {
            continue;
        };
        let value = value.trim_start();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        return Some((at, value[1..].split(quote).next()?));
    }
}

/// `${name:-default}`: what `-Dname=` says, else the default.
fn property(value: &str, words: &[String]) -> String {
    let inner = value.trim().strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    let Some(inner) = inner else { return value.trim().to_owned() };
    let (name, default) = inner.split_once(":-").unwrap_or((inner, ""));
    let option = format!("-D{name}=");
    let given = words.iter().rev().find_map(|word| word.strip_prefix(&option));
    given.unwrap_or(default).to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::tests::asked;
    use super::*;

    const XML: &str = "<Server>\n<!-- <Connector port=\"8080\" maxConnections=\"1\"/>\n -->\n\
        <Connector port=\"8009\"\n maxConnections=\"3\" />\n<Connector redirectPort=\"8009\" \
        port='${http:-8080}'\n   maxConnections = \"200\" acceptCount=\"5\"/>\n\
        <Connector port=\"8443\" maxConnections=\"-1\"/></Server>";

    fn of(words: &str, port: u16) -> Setting {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("conf")).expect("made");
        std::fs::write(folder.path().join("conf/server.xml"), XML).expect("written");
        let base = folder.path().display();
        asked(&[&format!("java -Dcatalina.base={base} {words}")], port, setting)
    }

    fn found(limit: u64, source: &str) -> Setting {
        Setting::Found { limit, source: source.to_owned(), plain_http: false }
    }

    #[test]
    fn the_connector_of_the_port_counts_and_none_in_a_comment() {
        assert_eq!(of("", 8080), found(200, "server.xml:7"));
        assert_eq!(of("-Dhttp=81", 81), found(200, "server.xml:7"));
        assert_eq!(of("", 8009), found(3, "server.xml:5"));
        assert_eq!(of("", 99), Setting::Unset);
        assert!(matches!(of("", 8443), Setting::NotFound(why) if why.ends_with("there is none")));
    }

    #[test]
    fn springs_settings_are_taken_from_the_command_line() {
        let source = "--server.tomcat.max-connections of its command line";
        let words = "java -jar app.jar --server.tomcat.max-connections=50";
        assert_eq!(asked(&[words], 8080, setting), found(50, source));
        let odd = "java -Dserver.tomcat.maxConnections=many -jar app.jar";
        assert!(matches!(asked(&[odd], 8080, setting), Setting::NotFound(_)));
    }
}
