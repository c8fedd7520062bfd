//! TLS: good and bad certificates, and the wrong protocol on either side.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

use super::server::{Server, node, sources};
use super::told::{Told, check, detail, outcome};
use crate::checks::harness::until;

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
    assert!(detail(told.only()).contains("self-signed"), "{told:#?}");
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
    assert!(detail(told.only()).contains("expired 2024-02-01 00:00 UTC"), "{told:#?}");
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn a_certificate_of_another_host_is_bad_and_says_so() {
    let told = Authority::new().told(Certificate::OtherName);
    told.turned_away(&["tls_cert"], "misconfigured/handshake");
    let detail = detail(told.only());
    assert!(detail.contains("elsewhere.example, not for 127.0.0.1"), "{detail}");
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
    check(&["--timeout", "1s"], &[&url]).turned_away(&["tls_timeout"], "stalled/no_answer");
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn ws_to_a_tls_port_is_an_end_within_the_handshake() {
    let server = Authority::new().server(Certificate::Good);
    check(&[], &[&server.url("/")]).turned_away(&["hs_eof"], "overloaded/refusing_new");
}

/// A certificate below an authority between, made of an authority of its own.
fn below_another(authority: &Authority) {
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
    authority.openssl(&format!(
        "req -config openssl.cnf -subj /CN=between {key} -keyout between.key -out between.csr"
    ));
    authority.openssl(
        "ca -batch -notext -config openssl.cnf -extensions authority -days 2 -in between.csr \
         -out between.pem",
    );
    authority.openssl(&format!(
        "req -config openssl.cnf -subj /CN=127.0.0.1 {key} -keyout server.key -out server.csr"
    ));
    authority.openssl(
        "x509 -req -in server.csr -CA between.pem -CAkey between.key -CAcreateserial -days 2 \
         -extfile openssl.cnf -extensions loopback -out server.pem",
    );
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn an_intermediate_that_is_not_sent_is_called_missing() {
    let authority = Authority::new();
    below_another(&authority);
    let ca = authority.path("ca.pem");
    let args = ["--dwell", "300ms", "--cacert", ca.to_str().expect("a plain path")];
    let server = node("tls.js", &[authority.path("server.key"), authority.path("server.pem")]);
    let told = check(&args, &[&secure(&server)]);
    told.turned_away(&["tls_cert"], "misconfigured/handshake");
    let said = detail(told.only());
    assert!(said.contains("'between'") && said.contains("intermediate"), "{said}");
    // With the one between sent along, all is well.
    let read = |name: &str| std::fs::read_to_string(authority.path(name)).expect("PEM");
    let chain = read("server.pem") + &read("between.pem");
    std::fs::write(authority.path("chain.pem"), chain).expect("written");
    let server = node("tls.js", &[authority.path("server.key"), authority.path("chain.pem")]);
    assert_accepted(&check(&args, &[&secure(&server)]));
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn insecure_takes_any_certificate() {
    let authority = Authority::new();
    for (key, name) in [("ec -pkeyopt ec_paramgen_curve:secp521r1", "p521"), ("ed448", "ed448")] {
        authority.openssl(&format!(
            "req -x509 -config openssl.cnf -extensions itself -subj /CN=odd -newkey {key} -nodes \
             -keyout {name}.key -out {name}.pem"
        ));
        let of = |ending: &str| authority.path(&format!("{name}.{ending}"));
        let server = node("tls.js", &[of("key"), of("pem")]);
        assert_accepted(&check(&["--dwell", "300ms", "--insecure"], &[&secure(&server)]));
    }
}

#[test]
#[ignore = "wants the servers of tests/servers/setup.sh"]
fn a_client_certificate_that_is_demanded_is_named() {
    let authority = Authority::new();
    drop(authority.server(Certificate::Good));
    let ca = authority.path("ca.pem");
    let ca = ca.to_str().expect("a plain path");
    for version in ["-tls1_2", "-tls1_3"] {
        let port =
            TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a port").port();
        let mut server = Command::new("openssl")
            .args(["s_server", "-quiet", "-Verify", "1", "-verify_return_error", version])
            .args(["-cert", "server.pem", "-key", "server.key", "-CAfile", "ca.pem"])
            .args(["-accept", &format!("127.0.0.1:{port}")])
            .current_dir(authority.path("."))
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .expect("openssl");
        until("s_server to listen", || std::net::TcpStream::connect(("127.0.0.1", port)).is_ok());
        let told = check(&["--cacert", ca], &[&format!("wss://127.0.0.1:{port}/")]);
        let _ = server.kill();
        let _ = server.wait();
        told.turned_away(&["tls_client_cert"], "misconfigured/tls_client_cert");
    }
}
