//! Which server program a process is, and where it keeps what it admits.
//!
//! By the words of its command line: the name of a process is that of its interpreter,
//! or what it calls itself.

use serde::{Deserialize, Serialize};

/// A server program whose settings are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Server {
    /// nginx, and what is built on it.
    Nginx,
    /// `HAProxy`.
    Haproxy,
    /// gunicorn.
    Gunicorn,
    /// uvicorn.
    Uvicorn,
    /// hypercorn.
    Hypercorn,
    /// daphne.
    Daphne,
    /// Apache Tomcat by itself.
    Tomcat,
    /// Any other Java program: Spring Boot runs a Tomcat inside.
    Java,
    /// Node.js.
    Node,
}

impl Server {
    /// By the words of a command line; none for a program that is not known.
    pub fn of<'a>(words: impl Iterator<Item = &'a str>) -> Option<Self> {
        let words: Vec<&str> = words.take(MOST_WORDS).collect();
        let program = |word: &&str| by_file(word.rsplit('/').next().unwrap_or(word));
        let first = words.first()?.rsplit('/').next()?;
        match by_file(first) {
            // `python -m uvicorn`, `python /usr/bin/gunicorn`, `/usr/bin/env python`.
            None if ["python", "pypy", "env", "sh", "uv"].iter().any(|i| first.starts_with(i)) => {
                words.get(1..words.len().min(8))?.iter().find_map(program)
            }
            Some(Self::Java) if words.iter().any(|word| word.contains("org.apache.catalina")) => {
                Some(Self::Tomcat)
            }
            found => found,
        }
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.row().0
    }

    /// Where it keeps how many connections it admits.
    #[must_use]
    pub const fn limit_home(self) -> &'static str {
        self.row().1
    }

    /// What sets the backlog of its listening socket, with its default.
    #[must_use]
    pub const fn backlog_home(self) -> &'static str {
        self.row().2
    }

    /// Name, limit and backlog: each as the program's own documentation has it.
    const fn row(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Nginx => (
                "nginx",
                "in worker_connections of the events block of nginx.conf, 512 a worker where it is not set",
                "listen PORT backlog=N in nginx.conf, 511 where it is not set",
            ),
            Self::Haproxy => (
                "haproxy",
                "in maxconn of global and of the frontend in haproxy.cfg",
                "backlog N of the frontend in haproxy.cfg, its maxconn where it is not set",
            ),
            Self::Gunicorn => (
                "gunicorn",
                "in --worker-connections, or in worker_connections of gunicorn.conf.py: 1000 a worker of gthread, gevent or eventlet where it is not set, no limit of other workers",
                "--backlog N, or backlog in gunicorn.conf.py, 2048 where it is not set",
            ),
            Self::Uvicorn => (
                "uvicorn",
                "nowhere: --limit-concurrency turns plain HTTP away, not WebSockets; look for a count in the application",
                "--backlog N, 2048 where it is not set",
            ),
            Self::Hypercorn => (
                "hypercorn",
                "nowhere: look for a count in the application",
                "--backlog N, 100 where it is not set",
            ),
            Self::Daphne => (
                "daphne",
                "nowhere: the capacity of the channel layer counts messages; look for a count in the application",
                "-e tcp:PORT:backlog=N, 50 where it is not set",
            ),
            Self::Tomcat => (
                "tomcat",
                "in maxConnections of the Connector in conf/server.xml, 8192 where it is not set",
                "acceptCount of the Connector in conf/server.xml, 100 where it is not set",
            ),
            Self::Java => (
                "java",
                "in server.tomcat.max-connections of Spring Boot, 8192 where it is not set; else its own code",
                "server.tomcat.accept-count of Spring Boot, 100 where it is not set; else its own code",
            ),
            Self::Node => (
                "node",
                "in its code: server.maxConnections, or a count where it handles 'connection'",
                "server.listen({ port, backlog: N }) in its code, 511 where it is not set",
            ),
        }
    }
}

/// A class path has thousands; who it is stands among the first.
const MOST_WORDS: usize = 512;

/// By the name of a file, or what a process has put in its place.
fn by_file(name: &str) -> Option<Server> {
    let name = name.strip_suffix(':').unwrap_or(name);
    let is = |prefix: &str| {
        // `node22`, `java17`: a version is no other program, `nodemon` is one.
        name.strip_prefix(prefix)
            .is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit() || b == b'.'))
    };
    Some(match name {
        "nginx" | "openresty" | "angie" => Server::Nginx,
        "haproxy" => Server::Haproxy,
        "gunicorn" => Server::Gunicorn,
        "uvicorn" => Server::Uvicorn,
        "hypercorn" => Server::Hypercorn,
        "daphne" => Server::Daphne,
        _ if is("java") => Server::Java,
        _ if is("node") || is("nodejs") => Server::Node,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_known_by_its_command_line_whoever_interprets_it() {
        for (command, server) in [
            ("nginx: master process /usr/sbin/nginx -g daemon off;", Some(Server::Nginx)),
            ("nginx: worker process", Some(Server::Nginx)),
            ("/usr/bin/python3 /usr/bin/gunicorn app:app", Some(Server::Gunicorn)),
            ("gunicorn: master [app]", Some(Server::Gunicorn)),
            ("python3 -m uvicorn app:app", Some(Server::Uvicorn)),
            ("/opt/venv/bin/python -u -X dev -m daphne a:b", Some(Server::Daphne)),
            ("./relay --upstream nginx", None),
            ("/opt/venv/bin/python -u /opt/venv/bin/daphne a:b", Some(Server::Daphne)),
            ("/usr/local/bin/node22 server.js", Some(Server::Node)),
            ("nodemon server.js", None),
            ("/usr/bin/java -jar app.jar", Some(Server::Java)),
            ("java -cp a.jar org.apache.catalina.startup.Bootstrap start", Some(Server::Tomcat)),
            ("vim /etc/nginx/nginx.conf", None),
            ("", None),
        ] {
            assert_eq!(Server::of(command.split_whitespace()), server, "{command}");
        }
    }
}
