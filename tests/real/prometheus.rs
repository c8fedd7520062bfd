//! Debian's Prometheus and Alertmanager on loopback, with what they say.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use super::server::{Server, command};
use crate::checks::down::free_port;
use crate::checks::harness::{own_folder, until};

/// One of the two; ended when dropped.
pub(super) struct Monitor {
    _server: Server,
    pub(super) at: SocketAddr,
    _folder: tempfile::TempDir,
}

impl Monitor {
    /// Prometheus, which scrapes this twice a second, with these rules and this
    /// Alertmanager.
    pub(super) fn prometheus(
        target: SocketAddr,
        rules: Option<&str>,
        alertmanager: Option<SocketAddr>,
    ) -> Self {
        let alerting = alertmanager.map_or(String::new(), |at| {
            format!("alerting:\n  alertmanagers:\n    - static_configs: [{{targets: ['{at}']}}]\n")
        });
        let files = if rules.is_some() { "rule_files: [rules.yml]\n" } else { "" };
        let config = format!(
            "global: {{scrape_interval: 500ms, evaluation_interval: 500ms}}\n{files}{alerting}\
             scrape_configs:\n  - job_name: herdtop\n    honor_labels: true\n    static_configs: \
             [{{targets: ['{target}']}}]\n"
        );
        let rules = rules.map(|rules| ("rules.yml", rules));
        let files = [("prometheus.yml", config.as_str())].into_iter().chain(rules);
        Self::start("prometheus", files, |folder, at| {
            [
                format!("--config.file={}/prometheus.yml", folder.display()),
                format!("--storage.tsdb.path={}/data", folder.display()),
                format!("--web.listen-address={at}"),
            ]
            .into()
        })
    }

    /// Alertmanager, which groups by service and tells nobody.
    pub(super) fn alertmanager() -> Self {
        let config = "route: {receiver: nobody, group_by: [service], group_wait: 100ms, \
                      group_interval: 1s}\nreceivers: [{name: nobody}]\n";
        Self::start("prometheus-alertmanager", [("alertmanager.yml", config)], |folder, at| {
            [
                format!("--config.file={}/alertmanager.yml", folder.display()),
                format!("--storage.path={}/data", folder.display()),
                format!("--web.listen-address={at}"),
                "--cluster.listen-address=".to_owned(),
            ]
            .into()
        })
    }

    fn start<'a>(
        program: &str,
        files: impl IntoIterator<Item = (&'a str, &'a str)>,
        args: impl Fn(&Path, SocketAddr) -> Vec<String>,
    ) -> Self {
        let folder = own_folder();
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).expect("a file");
        }
        let at = SocketAddr::from(([127, 0, 0, 1], free_port()));
        let mut started = command(program);
        started.args(args(folder.path(), at));
        let monitor = Self { _server: Server::at(started, at), at, _folder: folder };
        until(program, || monitor.try_get("/-/ready").is_some_and(|(code, _)| code == 200));
        monitor
    }

    /// Status and body of a page, once somebody listens.
    fn try_get(&self, path: &str) -> Option<(u16, String)> {
        let mut stream = TcpStream::connect(self.at).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(30))).ok()?;
        // Of HTTP/1.0 the body is as it is, and the end of it is that of the connection.
        write!(stream, "GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n").ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        let (head, body) = answer.split_once("\r\n\r\n")?;
        Some((head.split(' ').nth(1)?.parse().ok()?, body.to_owned()))
    }

    /// A page, as JSON.
    pub(super) fn get(&self, path: &str) -> (u16, Value) {
        let (code, body) = self.try_get(path).expect("it runs");
        let read = serde_json::from_str(&body);
        (code, read.unwrap_or_else(|error| panic!("{path}: HTTP {code}: {error}: {body}")))
    }

    /// The series of an expression, now; an error is one.
    pub(super) fn query(&self, expression: &str) -> Vec<Value> {
        let encoded: String = url::form_urlencoded::byte_serialize(expression.as_bytes()).collect();
        let (code, answer) = self.get(&format!("/api/v1/query?query={encoded}"));
        assert_eq!((code, &answer["status"]), (200, &"success".into()), "{expression}: {answer}");
        assert!(answer.get("warnings").is_none(), "{expression}: {answer}");
        answer["data"]["result"].as_array().expect("series").clone()
    }
}
