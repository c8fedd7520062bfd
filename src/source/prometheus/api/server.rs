//! Which server is asked, and how to be let in.

use data_encoding::BASE64;

use crate::source::probe::{Address, Connector, TlsPlan, connector};
use crate::text;

/// What a server speaks, and what is said of it.
pub(super) struct ApiKind {
    name: &'static str,
    /// What other programs are given as its address.
    such: &'static str,
    /// Ends of an address that are pages of the API or of the web interface, not its root.
    pages: &'static [&'static str],
    /// What its pages stand below.
    below: &'static str,
    /// What it is sent.
    pub(super) content: &'static str,
    /// What would let in.
    let_in: &'static str,
}

/// The query API of Prometheus.
const QUERIES: ApiKind = ApiKind {
    name: "Prometheus is asked",
    such: "such as http://prometheus:9090",
    pages: &["/api/v1/query_range", "/api/v1/query", "/api/v1", "/graph", "/query", "/api"],
    below: "/api/v1/",
    content: "application/x-www-form-urlencoded",
    let_in: "give --prometheus-token or --prometheus-user",
};

/// The API of Alertmanager.
const ALERTS: ApiKind = ApiKind {
    name: "alerts are posted",
    such: "such as http://alertmanager:9093",
    pages: &["/api/v2/alerts", "/api/v2", "/api"],
    below: "/api/v2/",
    content: "application/json",
    let_in: "give --alertmanager-token, or a user and password in its URL",
};

/// A server that speaks Prometheus' query API, or that of Alertmanager.
#[derive(Clone)]
pub struct ApiServer {
    pub(super) kind: &'static ApiKind,
    address: Address,
    tls: TlsPlan,
    /// The root of its paths, without a slash at its end.
    root: String,
    /// What the URL had behind `?`, for proxies that want a tenant there.
    query: String,
    /// The `Authorization` header.
    authorization: Option<String>,
    /// Whom the file let in: what is said where the server does not.
    with_file: bool,
}

// A token must not reach a log by way of `{:?}`.
impl std::fmt::Debug for ApiServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("ApiServer").field(&self.shown()).finish()
    }
}

/// The first line of a file that lets in.
#[derive(Clone, Copy)]
pub enum Credentials<'a> {
    /// A bearer token.
    Token(&'a str),
    /// `user:password`.
    User(&'a str),
}

impl ApiServer {
    /// A URL with `http` or `https`; TLS trusts whom the probes trust. Credentials of a
    /// file go before those of the URL.
    ///
    /// # Errors
    /// What is wrong with the URL or the credentials, without a secret.
    pub fn parse(
        url: &str,
        tls: TlsPlan,
        credentials: Option<Credentials<'_>>,
    ) -> Result<Self, String> {
        Self::of(&QUERIES, url, tls, credentials)
    }

    /// The same of an Alertmanager, with the text of a file whose first line is a token.
    ///
    /// # Errors
    /// What is wrong with the URL or the token, without a secret.
    pub fn alertmanager(url: &str, tls: TlsPlan, token: Option<&str>) -> Result<Self, String> {
        Self::of(&ALERTS, url, tls, token.map(Credentials::Token))
    }

    fn of(
        kind: &'static ApiKind,
        url: &str,
        tls: TlsPlan,
        credentials: Option<Credentials<'_>>,
    ) -> Result<Self, String> {
        let such = kind.such;
        let Some((scheme, _)) = url.trim().split_once("://") else {
            return Err(format!("not a URL: give one {such}"));
        };
        if !["http", "https"].iter().any(|fits| scheme.eq_ignore_ascii_case(fits)) {
            return Err(format!("{} over http or https, {such}", kind.name));
        }
        let address = Address::parse(url)?;
        let (path, query) = match address.request_target().split_once('?') {
            Some((path, query)) => (path, query),
            None => (address.request_target(), ""),
        };
        let path = path.trim_end_matches('/');
        let root = kind.pages.iter().find_map(|page| path.strip_suffix(page)).unwrap_or(path);
        let (root, query) = (root.trim_end_matches('/').to_owned(), query.to_owned());
        let own = address.credentials().map(basic);
        let authorization = match credentials {
            Some(credentials) => Some(credentials.header()?),
            None => own,
        };
        let with_file = credentials.is_some();
        Ok(Self { kind, address, tls, root, query, authorization, with_file })
    }

    /// The URL without user info and query.
    #[must_use]
    pub fn shown(&self) -> String {
        self.address.shown().replacen("ws", "http", 1)
    }

    /// The path of a page of the API.
    pub(super) fn target(&self, page: &str) -> String {
        let query = if self.query.is_empty() { String::new() } else { format!("?{}", self.query) };
        format!("{}{}{page}{query}", self.root, self.kind.below)
    }

    pub(super) const fn address(&self) -> &Address {
        &self.address
    }

    pub(super) fn authorization(&self) -> Option<&str> {
        self.authorization.as_deref()
    }

    /// What would let in, where the server does not.
    pub(super) fn how_to_be_let_in(&self) -> &'static str {
        match (self.with_file, &self.authorization) {
            (true, _) => "it does not take what stands in the file",
            (false, Some(_)) => "it does not take the user of the URL",
            (false, None) => self.kind.let_in,
        }
    }

    /// What connects over TLS, for `https`.
    pub(super) fn connector(&self) -> Result<Option<Connector>, String> {
        self.address.is_secure().then(|| connector(&self.tls)).transpose()
    }
}

impl Credentials<'_> {
    fn header(self) -> Result<String, String> {
        let first = |text: &str| text.lines().next().unwrap_or("").trim().to_owned();
        let header = match self {
            Self::Token(file) => match first(file) {
                token if token.is_empty() => return Err("its first line is empty".to_owned()),
                token => format!("Bearer {token}"),
            },
            Self::User(file) => match first(file) {
                user if user.contains(':') => basic(&user),
                _ => return Err("its first line has to be user:password".to_owned()),
            },
        };
        if header.bytes().any(|byte| !(b' '..=b'~').contains(&byte)) {
            return Err("its first line has characters that a header cannot have".to_owned());
        }
        Ok(header)
    }
}

fn basic(user: &str) -> String {
    format!("Basic {}", BASE64.encode(user.as_bytes()))
}

/// Text of the server in one line of a screen.
pub(super) fn clean(words: &str) -> String {
    /// Columns of what a server says.
    const WORDS: usize = 160;
    text::clean(words, WORDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(url: &str) -> Result<ApiServer, String> {
        ApiServer::parse(url, TlsPlan::default(), None)
    }

    #[test]
    fn the_root_is_found_whichever_page_was_copied() {
        for (url, target) in [
            ("http://p:9090", "/api/v1/query"),
            ("http://p:9090/", "/api/v1/query"),
            ("http://p/prometheus/", "/prometheus/api/v1/query"),
            ("http://p/prometheus/graph", "/prometheus/api/v1/query"),
            ("http://p/select/0/prometheus/api/v1/query", "/select/0/prometheus/api/v1/query"),
            ("http://p/x?tenant=a", "/x/api/v1/query?tenant=a"),
        ] {
            assert_eq!(server(url).unwrap().target("query"), target, "{url}");
        }
    }

    #[test]
    fn an_alertmanager_has_an_api_of_its_own() {
        for (url, target) in [
            ("http://a:9093", "/api/v2/alerts"),
            ("http://a:9093/api/v2/alerts", "/api/v2/alerts"),
            ("http://a/am/?tenant=x", "/am/api/v2/alerts?tenant=x"),
        ] {
            let server = ApiServer::alertmanager(url, TlsPlan::default(), None).unwrap();
            assert_eq!(server.target("alerts"), target, "{url}");
        }
    }

    #[test]
    fn who_is_let_in_is_never_shown() {
        let url = server("https://me:hushhush@P.example/?key=quiet").unwrap();
        assert_eq!(url.shown(), "https://p.example/");
        assert!(url.authorization().unwrap().starts_with("Basic "));
        assert!(!format!("{url:?}").contains("hush"));
        let of = |credentials| ApiServer::parse("http://p/", TlsPlan::default(), Some(credentials));
        let token = of(Credentials::Token("abc\nsecond line\n")).unwrap();
        assert_eq!(token.authorization(), Some("Bearer abc"));
        for wrong in
            [Credentials::Token("\n"), Credentials::User("me"), Credentials::Token("a\u{1}b")]
        {
            assert!(of(wrong).unwrap_err().contains("first line"));
        }
    }

    #[test]
    fn only_http_is_asked() {
        for wrong in ["ws://a/", "ftp://a/"] {
            assert!(server(wrong).unwrap_err().contains("over http or https"), "{wrong}");
        }
        for wrong in ["", "prometheus:9090", "http://"] {
            assert!(server(wrong).unwrap_err().contains("not a URL"), "{wrong}");
        }
    }
}
