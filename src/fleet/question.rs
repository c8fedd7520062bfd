//! What a metrics server is asked.
//!
//! Two jobs may scrape the same host, and a restarted Prometheus may have both for a while:
//! whatever is summed over services is the highest of its copies first.

use std::time::Duration;

use crate::units::whole;

/// Which hosts are meant: label matchers as they stand between braces, without them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matchers(String);

impl Matchers {
    /// Those that were typed, with or without their braces.
    ///
    /// # Errors
    /// What is wrong with them; the rest is for the server to say.
    pub fn parse(typed: &str) -> Result<Self, String> {
        let inner = typed.trim();
        let inner = inner.strip_prefix('{').and_then(|i| i.strip_suffix('}')).unwrap_or(inner);
        let inner = inner.trim().trim_end_matches(',');
        let quotes = inner.matches(['"', '\'', '`']).count();
        let is_matcher = inner.contains(['=', '~']) && quotes >= 2;
        let ends = inner.ends_with(['"', '\'', '`']);
        if inner.contains(['{', '}', '\n']) && !inner.contains('~') || !is_matcher || !ends {
            return Err("give label matchers such as 'job=\"edge\",zone=~\"eu-.*\"'".to_owned());
        }
        Ok(Self(inner.to_owned()))
    }

    /// Of these only the host with this label.
    #[must_use]
    pub fn only(&self, instance: &str) -> Self {
        let mut escaped = String::new();
        for c in instance.chars() {
            match c {
                '\\' => escaped.push_str("\\\\"),
                '"' => escaped.push_str("\\\""),
                '\n' => escaped.push_str("\\n"),
                c => escaped.push(c),
            }
        }
        Self(self.with(&format!("instance=\"{escaped}\"")))
    }

    fn with(&self, more: &str) -> String {
        match (self.0.as_str(), more) {
            (own, "") => own.to_owned(),
            ("", more) => more.to_owned(),
            (own, more) => format!("{own},{more}"),
        }
    }

    /// `name{matchers}`.
    fn of(&self, name: &str, more: &str) -> String {
        format!("{name}{{{}}}", self.with(more))
    }
}

/// A figure of each host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum HostFigure {
    /// Which herdtop, scraped as which job.
    Build,
    /// When it was scraped.
    Scraped,
    /// When its figures were read, by its own clock.
    Sampled,
    /// The same of every host of the last hour.
    Known,
    /// How often it was scraped in the last hour.
    Scrapes,
    /// Whether the server reaches it.
    Up,
    /// Its own verdict.
    Verdict,
    /// Its alerts that fire.
    Alerts,
    /// Those of late that go from host to host.
    Lately,
    /// Open connections.
    Open,
    /// Connection attempts per second.
    Attempts,
    /// Closed per second.
    Closed,
    /// Rejected per second.
    Rejected,
    /// The worst second of the last minute.
    Peak,
    /// Closes per second by code.
    Codes,
    /// Room of its tightest limit.
    Room,
    /// Used of it.
    Used,
    /// The limit.
    Limit,
}

/// How far back alerts are looked for that have moved on.
pub(super) const LATELY: Duration = Duration::from_mins(10);
/// How long a host that is served no more is told of.
pub(super) const KNOWN: Duration = Duration::from_hours(1);

/// The time a rate is over: four scrapes, since one may be missed.
fn rate_window(scrape: Duration) -> u64 {
    whole((scrape.as_secs_f64() * 4.0).ceil()).clamp(10, 3_600)
}

/// A rate of a counter, the highest of its copies.
fn rate(matchers: &Matchers, name: &str, by: &str, scrape: Duration) -> String {
    let counter = matchers.of(name, "");
    format!("max by (instance, {by}) (rate({counter}[{}s]))", rate_window(scrape))
}

fn highest(matchers: &Matchers, name: &str, by: &str) -> String {
    format!("max by ({by}) ({})", matchers.of(name, ""))
}

/// What is asked of all hosts, each time.
#[must_use]
pub fn host_questions(matchers: &Matchers, scrape: Duration) -> Vec<(HostFigure, String)> {
    use HostFigure as F;
    let of = |name: &str, by: &str| highest(matchers, name, by);
    let sum = |text: String| format!("sum by (instance) ({text})");
    let rate = |name: &str, by: &str| rate(matchers, name, by, scrape);
    let hour = format!("{}s", KNOWN.as_secs());
    let known =
        format!("last_over_time({}[{hour}])", matchers.of("herdtop_sample_timestamp_seconds", ""));
    let build = matchers.of("herdtop_build_info", "");
    let tightest = format!(
        "bottomk by (instance) (1, {})",
        of("herdtop_limit_room", "instance, service, limit")
    );
    let at_it = |name: &str| {
        let all = of(name, "instance, service, limit");
        format!("{all} and on (instance, service, limit) {tightest}")
    };
    let moving = matchers.of("herdtop_alert", "rule=~\"herd|waves|no_backoff|restart\"");
    let lately = LATELY.as_secs();
    vec![
        (F::Build, of("herdtop_build_info", "instance, job, version")),
        (F::Scraped, format!("max by (instance) (timestamp({build}))")),
        (F::Sampled, of("herdtop_sample_timestamp_seconds", "instance")),
        (F::Known, format!("max by (instance, job) ({known})")),
        (F::Scrapes, format!("max by (instance) (count_over_time({build}[{hour}]))")),
        (
            F::Up,
            format!("max by (instance) ({}) and on (instance) ({known})", matchers.of("up", "")),
        ),
        (F::Verdict, of("herdtop_verdict", "instance, kind, cause, severity, service")),
        (F::Alerts, of("herdtop_alert", "instance, rule, severity, service")),
        (F::Lately, format!("max by (instance, rule) (max_over_time({moving}[{lately}s]))")),
        (F::Open, sum(of("herdtop_connections_open", "instance, service"))),
        (F::Attempts, sum(rate("herdtop_connection_attempts_total", "service"))),
        (F::Closed, sum(rate("herdtop_connections_closed_total", "service"))),
        // What the log tells and what the probes meet are the same rejections.
        (F::Rejected, format!("max by (instance) ({})", rate("herdtop_rejected_total", "by"))),
        (
            F::Peak,
            format!(
                "max by (instance) ({})",
                matchers.of("herdtop_peak_attempts_per_second", "window=\"60s\"")
            ),
        ),
        (F::Codes, format!("{} > 0", rate("herdtop_closes_total", "code"))),
        (F::Room, tightest.clone()),
        (F::Used, at_it("herdtop_limit_used")),
        (F::Limit, at_it("herdtop_limit_max")),
    ]
}

/// One host that is scraped.
#[must_use]
pub fn newest_host(matchers: &Matchers) -> String {
    format!("topk(1, {})", matchers.of("herdtop_build_info", ""))
}

/// The moments at which a host was scraped lately, as they are: how often that is.
#[must_use]
pub fn scrapes(matchers: &Matchers, instance: &str) -> String {
    format!("{}[5m]", matchers.only(instance).of("herdtop_build_info", ""))
}

/// A figure of each service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ServiceFigure {
    /// Open connections.
    Open,
    /// Handshakes per second.
    Opened,
    /// Closed per second.
    Closed,
    /// The worst second of the last five minutes.
    Peak,
    /// Handshakes since herdtop started there.
    OpenedTotal,
    /// Closed since then.
    ClosedTotal,
    /// Attempts since then: what they are above the handshakes was dropped.
    AttemptsTotal,
    /// In the accept queue.
    Queue,
    /// The backlog.
    Backlog,
    /// Used of each limit.
    Used,
    /// Each limit.
    Limit,
    /// Its room.
    Room,
    /// Closes per second by code and source.
    Codes,
    /// Closes of the last minute by code and source.
    CodesMinute,
    /// Closes of the last five minutes by code and source.
    CodesFive,
    /// Closes since the start by code and source.
    CodesTotal,
    /// Close events that were lost.
    Lost,
}

/// What is asked of each service, of one host or of all together. Sums over hosts mean
/// something for all but the limits, which are told of one host alone.
#[must_use]
pub fn service_questions(
    matchers: &Matchers,
    scrape: Duration,
    one_host: bool,
) -> Vec<(ServiceFigure, String)> {
    use ServiceFigure as F;
    let sum = |text: &str| format!("sum by (service) ({text})");
    let of = |name: &str| sum(&highest(matchers, name, "instance, service"));
    let rate_of = |name: &str| sum(&rate(matchers, name, "service", scrape));
    let closes = matchers.of("herdtop_closes_total", "");
    let by_code = |text: &str| {
        format!("sum by (code, source) (max by (instance, code, source) ({text})) > 0")
    };
    let window = rate_window(scrape);
    let peak = matchers.of("herdtop_peak_attempts_per_second", "window=\"5m\"");
    let mut all = vec![
        (F::Open, of("herdtop_connections_open")),
        (F::Opened, rate_of("herdtop_connections_opened_total")),
        (F::Closed, rate_of("herdtop_connections_closed_total")),
        (F::Peak, format!("max by (service) ({peak})")),
        (F::OpenedTotal, of("herdtop_connections_opened_total")),
        (F::ClosedTotal, of("herdtop_connections_closed_total")),
        (F::AttemptsTotal, of("herdtop_connection_attempts_total")),
        (F::Queue, of("herdtop_accept_queue")),
        (F::Backlog, of("herdtop_accept_queue_max")),
        (F::Codes, by_code(&format!("rate({closes}[{window}s])"))),
        (F::CodesMinute, by_code(&format!("increase({closes}[60s])"))),
        (F::CodesFive, by_code(&format!("increase({closes}[300s])"))),
        (F::CodesTotal, by_code(&closes)),
        (F::Lost, format!("sum({})", highest(matchers, "herdtop_events_lost_total", "instance"))),
    ];
    if one_host {
        let limit = |name: &str| highest(matchers, name, "service, limit");
        all.extend([
            (F::Used, limit("herdtop_limit_used")),
            (F::Limit, limit("herdtop_limit_max")),
            (F::Room, limit("herdtop_limit_room")),
        ]);
    }
    all
}

/// What is charted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TrendFigure {
    /// Handshakes per second.
    Opened,
    /// Closed per second.
    Closed,
    /// Open connections.
    Open,
    /// Alerts that fire.
    Alerts,
}

/// The charts of the services of one host.
#[must_use]
pub fn trend_questions(matchers: &Matchers, scrape: Duration) -> Vec<(TrendFigure, String)> {
    trends(matchers, scrape, "service")
}

/// The charts of all hosts together: host-level sums, whatever services there are.
#[must_use]
pub fn whole_trend(matchers: &Matchers, scrape: Duration) -> Vec<(TrendFigure, String)> {
    trends(matchers, scrape, "")
}

fn trends(matchers: &Matchers, scrape: Duration, by: &str) -> Vec<(TrendFigure, String)> {
    use TrendFigure as F;
    let sum = |text: String| format!("sum by ({by}) ({text})");
    let rate_of = |name: &str| sum(rate(matchers, name, "service", scrape));
    let alerts = matchers.of("herdtop_alert", "");
    vec![
        (F::Opened, rate_of("herdtop_connections_opened_total")),
        (F::Closed, rate_of("herdtop_connections_closed_total")),
        (F::Open, sum(highest(matchers, "herdtop_connections_open", "instance, service"))),
        (F::Alerts, format!("max by (rule, severity) ({alerts})")),
    ]
}

/// The sparklines of all hosts.
#[must_use]
pub fn trend_of_hosts(matchers: &Matchers, scrape: Duration) -> String {
    let attempts = rate(matchers, "herdtop_connection_attempts_total", "service", scrape);
    format!("sum by (instance) ({attempts})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matchers_are_taken_with_and_without_braces() {
        let of = |typed| Matchers::parse(typed).map(|matchers| matchers.of("x", ""));
        assert_eq!(of("job=\"edge\""), Ok("x{job=\"edge\"}".to_owned()));
        assert_eq!(of(" {job=\"edge\", } "), Ok("x{job=\"edge\"}".to_owned()));
        for wrong in ["", "edge", "job=edge", "job=\"edge\"} or up{a=\"b\""] {
            assert!(of(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_host_is_asked_for_by_its_very_name() {
        let only = Matchers::default().only("a\\b\"c\nd");
        assert_eq!(only.of("x", ""), "x{instance=\"a\\\\b\\\"c\\nd\"}");
        let both = Matchers::parse("job=\"edge\"").unwrap().only("h:1");
        assert_eq!(both.of("x", "by=\"y\""), "x{job=\"edge\",instance=\"h:1\",by=\"y\"}");
    }

    #[test]
    fn a_rate_is_over_four_scrapes() {
        let of = |seconds| rate_window(Duration::from_secs(seconds));
        assert_eq!([of(1), of(15), of(60)], [10, 60, 240]);
    }
}
