//! `HAProxy`: `maxconn` of the process, of the frontend, of the `bind` line, the least of
//! them.

use std::path::PathBuf;

use super::files::{ProcessFiles, place};
use super::words;
use super::{Asked, Setting};

/// A limit and the line it stands on.
type MaxconnLine = Option<(u64, String)>;

/// What the settings say of one port.
#[derive(Debug, Default)]
struct MaxconnSettings {
    process: MaxconnLine,
    port: MaxconnLine,
    /// Of the sections that follow.
    defaults: MaxconnLine,
    section: Section,
}

/// The section that is read.
#[derive(Debug, Default)]
enum Section {
    Global,
    Defaults,
    /// A frontend, with what it says so far.
    Frontend {
        binds: bool,
        limit: MaxconnLine,
    },
    #[default]
    Other,
}

pub(super) fn setting(asked: &Asked<'_>) -> Setting {
    let (dir, own) = asked.process(|_| true);
    let Ok(mut files) = ProcessFiles::of(&dir) else { return Setting::hidden() };
    let named: Vec<&str> = words::values(&own, &["-f"]).collect();
    let named = if named.is_empty() { vec!["/etc/haproxy/haproxy.cfg"] } else { named };
    let mut settings = MaxconnSettings::default();
    let mut read = false;
    for path in named {
        let Some(path) = files.absolute(path) else { continue };
        for path in below(&files, path) {
            let Ok(text) = files.read(&path) else { continue };
            read = true;
            for (at, line) in text.lines().enumerate() {
                settings.line(line, asked.port, || place(&path, at + 1));
            }
        }
    }
    settings.close();
    let given = words::value(&own, &["-n"]).and_then(|n| n.parse().ok());
    let given = given.map(|n| (n, "-n of its command line".to_owned()));
    let least = [given.or(settings.process), settings.port].into_iter().flatten().min();
    match least {
        Some((limit, source)) => Setting::Found { limit, source, plain_http: false },
        None if read => Setting::Unset,
        None => Setting::NotFound("haproxy.cfg was not found or may not be read".to_owned()),
    }
}

/// The file, or those in the folder.
fn below(files: &ProcessFiles, path: PathBuf) -> Vec<PathBuf> {
    let Ok(names) = files.names(&path) else { return vec![path] };
    let names = names
        .into_iter()
        .filter(|name| std::path::Path::new(name).extension().is_some_and(|e| e == "cfg"));
    names.map(|name| path.join(name)).collect()
}

impl MaxconnSettings {
    fn line(&mut self, line: &str, port: u16, place: impl Fn() -> String) {
        let line = line.split('#').next().unwrap_or_default();
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["global", ..] => self.open(Section::Global),
            ["defaults", ..] => {
                self.open(Section::Defaults);
                self.defaults = None;
            }
            ["frontend" | "listen", _, at @ ..] => {
                let binds = at.iter().any(|at| has(at, port));
                self.open(Section::Frontend { binds, limit: self.defaults.clone() });
            }
            [
                "backend" | "peers" | "userlist" | "resolvers" | "cache" | "program" | "ring"
                | "mailers" | "http-errors" | "log-forward" | "crt-store" | "traces",
                ..,
            ] => self.open(Section::Other),
            ["maxconn", number, ..] => {
                let found = number.parse().ok().map(|n| (n, place()));
                match &mut self.section {
                    Section::Global => self.process = found,
                    Section::Defaults => self.defaults = found,
                    Section::Frontend { limit, .. } => *limit = found,
                    Section::Other => {}
                }
            }
            ["bind", at, options @ ..] if at.split(',').any(|at| has(at, port)) => {
                let own = options.iter().position(|word| *word == "maxconn");
                let own = own.and_then(|at| options.get(at + 1)?.parse().ok());
                if let Some(own) = own {
                    self.least((own, place()));
                }
                if let Section::Frontend { binds, .. } = &mut self.section {
                    *binds = true;
                }
            }
            _ => {}
        }
    }

    /// Ends the section before and begins another.
    fn open(&mut self, section: Section) {
        self.close();
        self.section = section;
    }

    fn close(&mut self) {
        let before = std::mem::take(&mut self.section);
        if let Section::Frontend { binds: true, limit: Some(limit) } = before {
            self.least(limit);
        }
    }

    fn least(&mut self, found: (u64, String)) {
        self.port = self.port.take().into_iter().chain([found]).min();
    }
}

/// `:443`, `*:8000-8010`, `[::]:443`, `443`.
fn has(at: &str, port: u16) -> bool {
    let Some((_, ports)) = at.rsplit_once(':') else { return false };
    let (first, last) = ports.split_once('-').unwrap_or((ports, ports));
    match (first.parse::<u16>(), last.parse::<u16>()) {
        (Ok(first), Ok(last)) => (first..=last).contains(&port),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::asked;
    use super::*;

    fn of(text: &str, port: u16) -> Setting {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("haproxy.cfg");
        std::fs::write(&path, text).expect("written");
        asked(&[&format!("haproxy -W -f {}", path.display())], port, setting)
    }

    const TEXT: &str = "global\n  maxconn 1000\ndefaults\n  maxconn 300\nfrontend a\n  bind *:80,*:81\n  \
        maxconn 200 # of it\nfrontend b\n  bind [::]:443 ssl\nlisten c\n  bind :9000-9010 maxconn 7\n\
        frontend d\n  bind :444\n  maxconn 5000\nbackend e\n  server s 127.0.0.1:1 maxconn 3\n";

    #[test]
    fn the_least_of_process_frontend_and_bind_counts() {
        for (port, limit, line) in
            [(81, 200, 7), (443, 300, 4), (9005, 7, 11), (444, 1000, 2), (99, 1000, 2)]
        {
            let source = format!("haproxy.cfg:{line}");
            let found = Setting::Found { limit, source, plain_http: false };
            assert_eq!(of(TEXT, port), found, "{port}");
        }
    }

    #[test]
    fn without_maxconn_there_is_none() {
        assert_eq!(of("frontend a\n  bind :80\n", 80), Setting::Unset);
    }
}
