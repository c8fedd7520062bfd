//! Where a URL leads.

/// The host and the port a URL names or means.
pub(super) fn place_of(url: &str) -> Option<(&str, u16)> {
    let (scheme, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let (host, port) = match authority.rfind(']') {
        Some(end) => authority.split_at(end + 1),
        None => authority.split_at(authority.rfind(':').unwrap_or(authority.len())),
    };
    match port.strip_prefix(':') {
        Some(port) => Some((host, port.parse().ok()?)),
        None => Some((host, if scheme == "wss" { 443 } else { 80 })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_of_a_url_is_the_one_it_means() {
        assert_eq!(place_of("ws://127.0.0.1:8080/echo"), Some(("127.0.0.1", 8080)));
        assert_eq!(place_of("wss://edge.example/ws?x=1:2"), Some(("edge.example", 443)));
        assert_eq!(place_of("ws://[::1]:9/"), Some(("[::1]", 9)));
        assert_eq!(place_of("ws://[::1]/"), Some(("[::1]", 80)));
    }
}
