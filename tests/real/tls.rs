//! TLS: good and bad certificates, and the wrong protocol on either side.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

use super::server::{Server, node, sources};
use super::told::{Told, check, detail, outcome};

/// An authority of our own and what it has signed.
struct Authority(TempDir);

/// What is wrong with a certificate, if anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Certificate {
    Good,
    Expired,
    OtherName,
    SelfSigned,
    /// Self-signed, and an authority: what `openssl req -x509` makes.
    SelfSignedAuthority,
}

impl Authority {
    fn new() -> Self {
        let authority = Self(tempfile::tempdir().expect("a folder"));
        let config = sources().join("openssl.cnf");
        std::fs::copy(config, authority.path("openssl.cnf")).expect("its configuration");
        std::fs::write(authority.path("index.txt"), "").expect("an empty register");
        authority.openssl(
            "req -x509 -config openssl.cnf -extensions authority -subj /CN=tests \
             -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout ca.key -out ca.pem",
        );
        authority
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn openssl(&self, args: &str) {
        let run =
            Command::new("openssl").args(args.split_whitespace()).current_dir(&self.0).output();
        let run = run.expect("run openssl");
        let complaint = String::from_utf8_lossy(&run.stderr);
        assert!(run.status.success(), "openssl {args}: {complaint}");
    }

    /// A wss:// server with such a certificate.
    fn server(&self, certificate: Certificate) -> Server {
        let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout server.key";
        let subject = "-config openssl.cnf -subj /CN=127.0.0.1";
        let names = match certificate {
            Certificate::OtherName => "elsewhere",
            Certificate::SelfSignedAuthority => "itself",
            _ => "loopback",
        };
        if matches!(certificate, Certificate::SelfSigned | Certificate::SelfSignedAuthority) {
            self.openssl(&format!("req -x509 {subject} -extensions {names} {key} -out server.pem"));
        } else {
            let dates = match certificate {
                Certificate::Expired => "-startdate 20240101000000Z -enddate 20240201000000Z",
                _ => "-days 2",
            };
            self.openssl(&format!("req {subject} {key} -out server.csr"));
            self.openssl(&format!(
                "ca -batch -notext -config openssl.cnf -extensions {names} {dates} \
                 -in server.csr -out server.pem"
            ));
        }
        node("tls.js", &[self.path("server.key"), self.path("server.pem")])
    }

    /// What is told of such a server by a client that trusts this authority.
    fn told(&self, certificate: Certificate) -> Told {
        let server = self.server(certificate);
        let ca = self.path("ca.pem");
        let args = ["--dwell", "300ms", "--cacert", ca.to_str().expect("a plain path")];
        check(&args, &[&secure(&server)])
    }
}

fn secure(server: &Server) -> String {
    format!("wss://{}/", server.address())
}

fn assert_accepted(told: &Told) {
    let target = told.only();
    assert!(outcome(target, "open_ok") > 0, "{target:#}");
    assert!(target["phase_ms"]["tls"].is_number(), "{target:#}");
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn a_certificate_of_a_given_authority_is_good() {
    assert_accepted(&Authority::new().told(Certificate::Good));
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn a_self_signed_certificate_is_bad_unless_it_is_given_or_nobody_looks() {
    let authority = Authority::new();
    let server = authority.server(Certificate::SelfSigned);
    let url = secure(&server);
    let told = check(&[], &[&url]);
    told.turned_away(&["tls_cert"], "misconfigured/handshake");
    assert_eq!(told.only()["last_failure"]["phase"], "tls", "{told:#?}");
    assert_accepted(&check(&["--dwell", "300ms", "--insecure"], &[&url]));
    let itself = authority.path("server.pem");
    let itself = itself.to_str().expect("a plain path");
    assert_accepted(&check(&["--dwell", "300ms", "--cacert", itself], &[&url]));
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn a_self_signed_authority_is_no_server_certificate_and_what_to_do_is_said() {
    let server = Authority::new().server(Certificate::SelfSignedAuthority);
    let url = secure(&server);
    let told = check(&[], &[&url]);
    told.turned_away(&["tls_cert"], "misconfigured/handshake");
    let detail = detail(told.only());
    assert!(detail.contains("CA:TRUE") && detail.contains("--insecure"), "{detail}");
    assert_accepted(&check(&["--dwell", "300ms", "--insecure"], &[&url]));
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn an_expired_certificate_is_bad_and_called_expired() {
    let told = Authority::new().told(Certificate::Expired);
    told.turned_away(&["tls_cert"], "misconfigured/handshake");
    assert!(detail(told.only()).contains("expired"), "{told:#?}");
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn a_certificate_of_another_host_is_bad_and_says_so() {
    let told = Authority::new().told(Certificate::OtherName);
    told.turned_away(&["tls_cert"], "misconfigured/handshake");
    assert!(detail(told.only()).contains("name"), "{told:#?}");
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn wss_to_a_port_without_tls_is_a_tls_protocol_failure() {
    let server = node("echo.js", &["plain"]);
    check(&[], &[&secure(&server)]).turned_away(&["tls_proto"], "misconfigured/handshake");
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn wss_to_a_server_that_waits_for_plain_text_is_a_tls_timeout() {
    // The kernel completes its handshakes; nobody answers.
    let waits = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("wss://{}/", waits.local_addr().expect("an address"));
    check(&["--timeout", "1s"], &[&url]).turned_away(&["tls_timeout"], "overloaded/refusing_new");
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn ws_to_a_tls_port_is_an_end_within_the_handshake() {
    let server = Authority::new().server(Certificate::Good);
    check(&[], &[&server.url("/")]).turned_away(&["hs_eof"], "overloaded/refusing_new");
}
