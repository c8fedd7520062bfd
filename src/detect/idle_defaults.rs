//! Which proxies and balancers cut a connection after such a silence, or at such an age, if
//! nobody told them otherwise. Each figure is from the documentation of who has it, or as others
//! quote it from there (Heroku, Cloudflare); Node's main branch has 65 s.

/// Seconds of silence, and whose default that is.
const DEFAULTS: &[(u32, &str)] = &[
    (5, "HTTP keep-alive of Node (keepAliveTimeout, to version 25)"),
    (55, "Heroku's router"),
    (60, "nginx proxy_read_timeout, AWS ALB idle timeout"),
    (75, "nginx keepalive_timeout"),
    (100, "Cloudflare"),
    (240, "Azure Load Balancer"),
    (300, "Envoy stream_idle_timeout"),
    (350, "AWS NLB"),
];

/// Seconds of age, and whose default that is. `HAProxy`, Envoy (`max_connection_duration`),
/// gunicorn and gRPC have such a limit only where it is set.
const AGES: &[(u32, &str)] = &[
    (30, "Google Cloud's load balancer, backend service timeout"),
    (300, "Cloud Run, request timeout"),
    (3_600, "nginx keepalive_time"),
];

/// What helps against a silence that is cut off.
pub(super) const PING: &str = "ping more often than that, or raise the timeout";
/// What helps against an age that is cut off.
pub(super) const RENEW: &str =
    "a token's lifetime, or a limit of the connection's age: renew it before, or raise the limit";

/// Whose default such an age is.
#[must_use]
pub(super) fn of_age(seconds: u32) -> Option<&'static str> {
    let is = |default: u32| seconds.abs_diff(default) <= 1 + default / 100;
    AGES.iter().find(|(default, _)| is(*default)).map(|(_, whose)| *whose)
}

/// Whose default a silence of so many seconds is; timers go off a little late, never
/// early.
#[must_use]
pub(super) fn of(seconds: u32) -> Option<&'static str> {
    let is = |default: u32| seconds >= default && seconds - default <= 1 + default / 100;
    DEFAULTS.iter().find(|(default, _)| is(*default)).map(|(_, whose)| *whose)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silence_is_somebodys_default_when_it_is_hardly_longer() {
        assert!(of(60).unwrap().contains("proxy_read_timeout") && of(61).is_some());
        assert!(of(350).unwrap().contains("NLB") && of(353).is_some());
        assert_eq!([of(59), of(62), of(40), of(0)], [None; 4]);
        assert_eq!(of_age(301), Some("Cloud Run, request timeout"));
        assert_eq!([of_age(290), of_age(900)], [None; 2]);
    }
}
