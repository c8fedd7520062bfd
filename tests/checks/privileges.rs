//! What was granted to the program is not given to whoever runs it.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use super::harness::{Running, Said, User, herdtop, opened_program, own_folder, run};
use super::servers::Server;

/// The capabilities `herdtop doctor` asks for, all of them.
const GRANTED: &str = "+sys_ptrace,+dac_read_search,+sys_admin,+net_admin,+net_raw,+syslog";

/// The program run by nobody in particular, but with capabilities: as by a unit with
/// `AmbientCapabilities=`. Where the tests may grant none there are none to misuse.
fn granted(args: &[&str]) -> Command {
    if !rustix::process::getuid().is_root() {
        return herdtop(User::Own, args);
    }
    let mut command = Command::new("setpriv");
    let (inherited, ambient) =
        (format!("--inh-caps={GRANTED}"), format!("--ambient-caps={GRANTED}"));
    command.args(["--reuid=65534", "--regid=65534", "--clear-groups", &inherited, &ambient, "--"]);
    command.arg("/proc/self/fd/0").args(args).stdin(Stdio::from(opened_program()));
    command.env("XDG_CONFIG_HOME", "/nonexistent");
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn refuses(args: &[&str]) {
    let said: Said = run(&mut granted(args));
    assert!(matches!(said.code, Some(2 | 3)), "{args:?}: {said:?}");
    assert!(said.stderr.contains("Permission denied"), "{args:?}: {}", said.stderr);
    assert!(!said.stderr.contains("only-for") && said.stdout.is_empty(), "{args:?}: {said:?}");
}

#[test]
fn no_file_is_read_that_the_user_may_not_read() {
    let folder = own_folder();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o711)).expect("ours");
    let secret = folder.path().join("secret");
    fs::write(&secret, "X-Secret: only-for-root\n").expect("written");
    fs::set_permissions(&secret, Permissions::from_mode(0o600)).expect("ours");
    if !rustix::process::getuid().is_root() {
        // Even to its owner, who is the nobody in particular then.
        fs::set_permissions(&secret, Permissions::from_mode(0o000)).expect("ours");
    }
    let path = secret.to_str().expect("text");
    let at = format!("@{path}");
    let url = "ws://127.0.0.1:9/";
    for args in [
        &["logs", path][..],
        &["replay", path],
        &["report", path],
        &["themes", path],
        &["check", "--config", path],
        &["check", "--log", path],
        &["check", "--netns", path],
        &["check", "-H", &at, url],
        &["check", "--send", &at, url],
        &["check", "--cacert", path, url],
    ] {
        refuses(args);
    }
}

#[test]
fn what_was_granted_is_in_force_for_a_moment_only() {
    let server = Server::at("127.0.0.1");
    let mut stream = Running::start(&mut granted(&["stream", "-p", &server.port(), "-i", "250ms"]));
    let document = stream.document_where("a walk", |d| !d["listeners"][0].is_null());
    let status = fs::read_to_string(format!("/proc/{}/status", stream.pid())).expect("/proc");
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("a field");
        u64::from_str_radix(line.trim(), 16).expect("a mask")
    };
    assert_eq!(field("CapEff:"), 0, "of the main thread: {status}");
    assert_eq!(field("CapAmb:"), 0, "a program that it runs gets none: {status}");
    assert_eq!(field("CapInh:"), 0, "{status}");
    if rustix::process::getuid().is_root() {
        assert_ne!(field("CapPrm:"), 0, "they can be taken up: {status}");
        // This very test holds the listener, and is another user's process.
        let own = std::process::id();
        let named = stream.document_where("whose it is", |d| d["processes"][0]["pid"] == own);
        assert!(named["listeners"][0]["process"].is_string(), "{document}");
    }
}

#[test]
fn a_setuid_program_does_not_run() {
    if !rustix::process::getuid().is_root() {
        // Nobody else could install one. Without the bit it runs.
        assert_eq!(run(&mut herdtop(User::Own, &["explain", "1000"])).code, Some(0));
        return;
    }
    let folder = own_folder();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o711)).expect("ours");
    let program = folder.path().join("herdtop");
    fs::copy(super::harness::program(), &program).expect("a copy");
    fs::set_permissions(&program, Permissions::from_mode(0o4755)).expect("ours");
    let mut command = Command::new("setpriv");
    command.args(["--reuid=65534", "--regid=65534", "--clear-groups", "--"]);
    command.arg(&program).args(["explain", "1000"]).stdin(Stdio::null());
    let said = run(command.stdout(Stdio::piped()).stderr(Stdio::piped()));
    assert_eq!((said.code, said.stdout.as_str()), (Some(2), ""), "{said:?}");
    assert!(said.stderr.starts_with("herdtop: installed setuid or setgid"), "{}", said.stderr);
}
