//! nginx: `worker_connections` of each worker; a client behind a proxy takes two.
//!
//! Of 64 with two workers 62 proxied clients were let in: a worker spends one on each
//! listening socket and one on the channel to its master.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::files::{ProcessFiles, place};
use super::words;
use super::{Asked, Setting};

/// Where packages and the sources put it, where the command line does not say.
const BUILT_IN: [&str; 5] = [
    "/etc/nginx/nginx.conf",
    "/usr/local/nginx/conf/nginx.conf",
    "/usr/local/openresty/nginx/conf/nginx.conf",
    "/usr/local/etc/nginx/nginx.conf",
    "/opt/nginx/conf/nginx.conf",
];
/// Files that include files.
const DEEPEST: usize = 8;

/// What the settings say.
#[derive(Debug, Default)]
struct Directives {
    connections: Option<(u64, String)>,
    proxies: bool,
    listens: BTreeSet<String>,
}

pub(super) fn setting(asked: &Asked<'_>) -> Setting {
    let (dir, own) = asked.process(|words| words.iter().any(|word| word == "master"));
    let Ok(mut files) = ProcessFiles::of(&dir) else { return Setting::hidden() };
    let Some((path, text)) = main_file(&own, &mut files) else {
        return Setting::NotFound("nginx.conf was not found or may not be read".to_owned());
    };
    let folder = path.parent().map(Path::to_owned).unwrap_or_default();
    let mut settings = Directives::default();
    read(&mut files, &folder, (&path, &text), DEEPEST, &mut settings);
    let Some((each, source)) = settings.connections else { return Setting::Unset };
    let works = |words: &[String]| words.iter().any(|word| word == "worker");
    let ends = |words: &[String]| words.iter().any(|word| word == "shutting");
    let workers = asked.count(|words| works(words) && !ends(words));
    let spent = settings.listens.len().max(1) as u64 + 1;
    let all = each.saturating_sub(spent).saturating_mul(workers);
    Setting::Found {
        limit: if settings.proxies { all / 2 } else { all },
        source,
        plain_http: false,
    }
}

/// The file it was started with, and its text.
fn main_file(words: &[String], files: &mut ProcessFiles) -> Option<(PathBuf, String)> {
    let prefix = words::value(words, &["-p"]);
    let within = |path: &str| match prefix {
        Some(prefix) if !path.starts_with('/') => {
            format!("{}/{path}", prefix.trim_end_matches('/'))
        }
        _ => path.to_owned(),
    };
    let candidates: Vec<String> = if let Some(named) = words::value(words, &["-c"]) {
        vec![within(named)]
    } else {
        let below = prefix.map(|_| within("conf/nginx.conf"));
        below.into_iter().chain(BUILT_IN.map(str::to_owned)).collect()
    };
    candidates.iter().find_map(|path| {
        let path = files.absolute(path)?;
        let text = files.read(&path).ok()?;
        Some((path, text))
    })
}

fn read(
    files: &mut ProcessFiles,
    folder: &Path,
    (path, text): (&Path, &str),
    deeper: usize,
    settings: &mut Directives,
) {
    for (line, words) in directives(text) {
        match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["worker_connections", number] => {
                let number = number.parse().ok();
                settings.connections = number.map(|n| (n, place(path, line)));
            }
            ["include", pattern] if deeper > 0 => {
                for path in included(files, &folder.join(pattern)) {
                    // One that may not be read is left out, as the rest may tell.
                    let Ok(text) = files.read(&path) else { continue };
                    read(files, folder, (&path, &text), deeper - 1, settings);
                }
            }
            ["proxy_pass" | "grpc_pass" | "uwsgi_pass" | "fastcgi_pass" | "scgi_pass", ..] => {
                settings.proxies = true;
            }
            ["listen", at, ..] => {
                settings.listens.insert((*at).to_owned());
            }
            _ => {}
        }
    }
}

/// The files of an `include`: a `*` may stand in the last part of its path.
fn included(files: &ProcessFiles, pattern: &Path) -> Vec<PathBuf> {
    let name = pattern.file_name().unwrap_or_default().to_string_lossy();
    let Some((begin, end)) = name.split_once('*') else { return vec![pattern.to_owned()] };
    let folder = pattern.parent().unwrap_or(Path::new("/"));
    let names = files.names(folder).unwrap_or_default();
    let fits = |name: &String| {
        name.len() >= begin.len() + end.len() && name.starts_with(begin) && name.ends_with(end)
    };
    names.into_iter().filter(fits).map(|name| folder.join(name)).collect()
}

/// The directives of a file, each with the line it begins on; blocks are opened and gone
/// into.
fn directives(text: &str) -> Vec<(usize, Vec<String>)> {
    let (mut found, mut words, mut word) = (Vec::new(), Vec::new(), String::new());
    let (mut line, mut begun, mut quote) = (1, 1, None);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        line += usize::from(letter == '\n');
        match (quote, letter) {
            (Some(end), _) if letter == end => quote = None,
            (_, '\\') => word.extend(letters.next()),
            (Some(_), _) => word.push(letter),
            (None, '"' | '\'') if word.is_empty() => quote = Some(letter),
            (None, '#') if word.is_empty() => while letters.next_if(|l| *l != '\n').is_some() {},
            (None, ';' | '{' | '}') => {
                words.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
                if !words.is_empty() {
                    found.push((begun, std::mem::take(&mut words)));
                }
            }
            (None, _) if letter.is_whitespace() => {
                words.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
            }
            (None, _) => {
                if words.is_empty() && word.is_empty() {
                    begun = line;
                }
                word.push(letter);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::tests::asked;
    use super::*;

    const MAIN: &str = "user www;\n# worker_connections 5;\nevents {\n  worker_connections 1024;\n}\n\
        http { include sites/*.conf; server { listen 80; } }\n";

    fn of(main: &str, site: &str, master: &str) -> Setting {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("sites")).expect("made");
        let conf = folder.path().join("nginx.conf");
        std::fs::write(&conf, main).expect("written");
        std::fs::write(folder.path().join("sites/a.conf"), site).expect("written");
        std::fs::write(folder.path().join("sites/b.disabled"), "proxy_pass x;").expect("written");
        let master = master.replace("CONF", &conf.display().to_string());
        asked(&[&master, "nginx: worker process", "nginx: worker process"], 80, setting)
    }

    #[test]
    fn two_connections_of_a_worker_make_one_client_behind_a_proxy() {
        let site = "server { listen 80; location / { proxy_pass http://127.0.0.1:8001; } }";
        let found = of(MAIN, site, "nginx: master process nginx -c CONF");
        let source = "nginx.conf:4".to_owned();
        assert_eq!(found, Setting::Found { limit: 1022, source, plain_http: false });
        // As measured with 64 and two workers.
        let few = MAIN.replace("1024", "64");
        let Setting::Found { limit, .. } = of(&few, site, "nginx: master process nginx -c CONF")
        else {
            panic!("found");
        };
        assert_eq!(limit, 62);
    }

    #[test]
    fn without_a_proxy_each_client_takes_one_and_what_is_not_set_is_unset() {
        let found = of(MAIN, "", "nginx: master process nginx -c CONF");
        assert!(matches!(found, Setting::Found { limit: 2044, .. }), "{found:?}");
        let unset = of("events {}", "", "nginx: master process nginx -c CONF");
        assert_eq!(unset, Setting::Unset);
    }

    #[test]
    fn a_file_that_includes_itself_ends() {
        let found = of(MAIN, "include sites/*.conf;", "nginx: master process nginx -c CONF");
        assert!(matches!(found, Setting::Found { .. }), "{found:?}");
    }

    #[test]
    fn quotes_and_escapes_hide_what_ends_a_directive() {
        let found = directives("a \"b;c\" 'd}';\ne f\\;g { h; }");
        let lines: Vec<_> = found.iter().map(|(line, words)| (*line, words.join("|"))).collect();
        let expected = [(1, "a|b;c|d}"), (2, "e|f;g"), (2, "h")];
        assert_eq!(lines, expected.map(|(line, words)| (line, words.to_owned())));
    }
}
