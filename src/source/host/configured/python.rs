//! gunicorn's `worker_connections` and uvicorn's `--limit-concurrency`.

use super::files::{ProcessFiles, place};
use super::words;
use super::{Asked, Setting};

/// gunicorn's default file, in the folder it was started in.
const CONFIG: &str = "gunicorn.conf.py";

/// A value and who says so.
type GivenValue = Option<(String, String)>;

pub(super) fn gunicorn(asked: &Asked<'_>) -> Setting {
    let (dir, own) = asked.parent();
    let set = words::variable(&dir, "GUNICORN_CMD_ARGS").unwrap_or_default();
    let set: Vec<String> = set.split_whitespace().map(str::to_owned).collect();
    let named = words::value(&own, &["--config", "-c"]).or(words::value(&set, &["--config", "-c"]));
    let named = named.unwrap_or(CONFIG);
    let named = named.strip_prefix("file:").unwrap_or(named);
    let files = ProcessFiles::of(&dir);
    let file = files.ok().and_then(|mut files| {
        let path = files.absolute(named)?;
        Some((files.read(&path).ok()?, path))
    });
    let say = |options: &[&str], name: &str| -> GivenValue {
        let option = options.first().copied().unwrap_or_default();
        let given = |words: &[String], of: &str| -> GivenValue {
            Some((words::value(words, options)?.to_owned(), format!("{option} of its {of}")))
        };
        let in_file = || {
            let (text, path) = file.as_ref()?;
            let (line, value) = assigned(text, name)?;
            Some((value.to_owned(), place(path, line)))
        };
        given(&own, "command line").or_else(|| given(&set, "GUNICORN_CMD_ARGS")).or_else(in_file)
    };
    let Some((value, source)) = say(&["--worker-connections"], "worker_connections") else {
        return Setting::Unset;
    };
    let class = say(&["--worker-class", "-k"], "worker_class").map(|(class, _)| class);
    let threads = say(&["--threads"], "threads").and_then(|(n, _)| n.parse::<u64>().ok());
    // A worker of the default class with several threads is one of gthread.
    let class = class.unwrap_or_else(|| "sync".to_owned());
    let threaded = class == "sync" && threads.is_some_and(|threads| threads > 1);
    if !threaded && !["gthread", "gevent", "eventlet"].iter().any(|name| class.contains(name)) {
        let class = crate::text::clean(&class, 40);
        return Setting::NotFound(format!("{source} does not hold for workers of class {class}"));
    }
    each(&value, source, asked.workers(), false)
}

pub(super) fn uvicorn(asked: &Asked<'_>) -> Setting {
    let (dir, own) = asked.parent();
    let given = words::value(&own, &["--limit-concurrency"]).map(str::to_owned);
    let given = given.map(|n| (n, "--limit-concurrency of its command line"));
    let set = || words::variable(&dir, "UVICORN_LIMIT_CONCURRENCY");
    let given = given.or_else(|| Some((set()?, "UVICORN_LIMIT_CONCURRENCY of its environment")));
    let Some((value, source)) = given else { return Setting::Unset };
    // Six of six WebSockets were let in over a limit of three, plain HTTP got 503.
    each(&value, source.to_owned(), asked.workers(), true)
}

/// So many of each worker.
fn each(value: &str, source: String, workers: u64, plain_http: bool) -> Setting {
    match value.trim().replace('_', "").parse::<u64>() {
        Ok(limit) => Setting::Found { limit: limit.saturating_mul(workers), source, plain_http },
        Err(_) => Setting::NotFound(format!("{source} is no number")),
    }
}

/// What a name is set to at the left edge of a Python file, the last time; its line.
fn assigned<'t>(text: &'t str, name: &str) -> Option<(usize, &'t str)> {
    let lines = text.lines().enumerate().filter_map(|(at, line)| {
        let value = line.strip_prefix(name)?.trim_start().strip_prefix('=')?;
        let value = value.split('#').next().unwrap_or_default().trim();
        Some((at + 1, value.trim_matches(['"', '\''])))
    });
    lines.last()
}

#[cfg(test)]
mod tests {
    use super::super::tests::asked;
    use super::*;

    fn found(limit: u64, source: &str, plain_http: bool) -> Setting {
        Setting::Found { limit, source: source.to_owned(), plain_http }
    }

    fn with_file(text: &str, options: &str) -> Setting {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("g.py");
        std::fs::write(&path, text).expect("written");
        let line = format!("python3 gunicorn -c {} {options} app:app", path.display());
        asked(&[&line, "python3 gunicorn", "python3 gunicorn"], 80, gunicorn)
    }

    #[test]
    fn each_worker_has_its_own_and_the_command_line_is_over_the_file() {
        let file = "# worker_connections = 3\nworker_connections = 1_000  # each\n\
                    worker_class = 'gevent'\nif x:\n    worker_connections = 5\n";
        assert_eq!(with_file(file, ""), found(2_000, "g.py:2", false));
        let source = "--worker-connections of its command line";
        assert_eq!(with_file(file, "--worker-connections 40"), found(80, source, false));
    }

    #[test]
    fn a_worker_that_does_not_look_at_it_has_no_limit() {
        let told = with_file("worker_connections = 9\n", "-k uvicorn.workers.UvicornWorker");
        let why = "g.py:1 does not hold for workers of class uvicorn.workers.UvicornWorker";
        assert_eq!(told, Setting::NotFound(why.to_owned()));
        let threads = with_file("worker_connections = 9\nthreads = 4\n", "");
        assert_eq!(threads, found(18, "g.py:1", false));
        let computed = with_file("worker_connections = 9 * n\n", "-k gthread");
        assert_eq!(computed, Setting::NotFound("g.py:1 is no number".to_owned()));
    }

    #[test]
    fn uvicorns_turns_only_plain_http_away() {
        let line = "python3 -m uvicorn app:app --limit-concurrency=300";
        let source = "--limit-concurrency of its command line";
        assert_eq!(asked(&[line], 80, uvicorn), found(300, source, true));
        assert_eq!(asked(&["uvicorn app:app"], 80, uvicorn), Setting::Unset);
    }
}
