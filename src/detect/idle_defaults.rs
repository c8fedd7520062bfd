//! Which proxies and balancers cut a connection after such a silence, if nobody told
//! them otherwise. Each figure is from the documentation of who has it, or as others
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
    }
}
