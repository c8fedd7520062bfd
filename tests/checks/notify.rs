//! Somebody is told of alerts: `--on-alert`.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::clients::hold;
use super::down::free_port;
use super::harness::{Running, Said, User, herdtop, own_folder, run, until};
use super::noise::quiet;
use super::servers::Server;

/// A folder for what the commands write.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(own_folder())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The lines of a file; none while it is not there.
    fn lines(&self, name: &str) -> Vec<String> {
        let text = std::fs::read_to_string(self.path(name)).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    /// A command that runs this script, `$0` being the folder.
    fn script(&self, script: &str) -> String {
        format!("sh -c '{script}' {}", self.0.path().display())
    }
}

/// Checks a port nobody listens on, which is one alert.
fn check_down(arguments: &[&str]) -> Said {
    let _alone = quiet();
    let port = free_port().to_string();
    let all = [&["check", "--for", "2s", "-p", &port], arguments].concat();
    run(&mut herdtop(User::Own, &all))
}

#[test]
fn a_command_gets_the_alert_as_json_and_as_variables() {
    let folder = Folder::new();
    let command = folder.script("cat > $0/json; env | grep ^HERDTOP_ALERT_ > $0/variables");
    let said = check_down(&["--on-alert", &command]);
    assert_eq!((said.code, said.stderr.as_str()), (Some(2), ""), "{said:?}");
    let json = folder.lines("json");
    assert_eq!(json.len(), 1, "one line: {json:?}");
    let alert = super::schema::alert(&json[0]);
    assert_eq!(alert["schema"], "herdtop.alert/1");
    assert_eq!((&alert["rule"], &alert["state"]), (&"down".into(), &"firing".into()));
    assert_eq!(alert["severity"], "critical");
    assert!(alert["steps"].as_array().is_some_and(|steps| steps.len() > 1), "{alert}");
    let variables = folder.lines("variables");
    for (name, key) in [
        ("ID", &alert["id"]),
        ("RULE", &alert["rule"]),
        ("SEVERITY", &alert["severity"]),
        ("STATE", &alert["state"]),
        ("SENTENCE", &alert["sentence"]),
        ("SINCE", &alert["since"]),
        ("HOST", &alert["host"]["name"]),
    ] {
        let value = key.as_str().map_or_else(|| key.to_string(), str::to_owned);
        let line = format!("HERDTOP_ALERT_{name}={value}");
        assert!(variables.contains(&line), "no {line} in {variables:?}");
    }
}

#[test]
fn an_alert_is_told_when_it_begins_and_when_it_is_over_and_not_between() {
    let _alone = quiet();
    let folder = Folder::new();
    let command = folder.script("echo $HERDTOP_ALERT_STATE $HERDTOP_ALERT_RULE >> $0/told");
    let server = Server::at("127.0.0.1");
    let mut held = hold(&server, server.address, 10);
    let port = server.port();
    let arguments = ["stream", "-p", &port, "-c", "10", "-i", "250ms", "--on-alert", &command];
    let mut stream = Running::start(&mut herdtop(User::Own, &arguments));
    let of_capacity = || {
        let told = folder.lines("told");
        told.into_iter().filter(|line| line.ends_with(" capacity")).collect::<Vec<_>>()
    };
    stream.document_where("the alert", |_| of_capacity() == ["firing capacity"]);
    // It goes on for a while without a word more.
    let first = stream.document()["at"].clone();
    let seconds = |document: &Value| {
        let at = |value: &Value| {
            let at = value.as_str().expect("a time");
            chrono::DateTime::parse_from_rfc3339(at).expect("RFC 3339")
        };
        (at(&document["at"]) - at(&first)).num_seconds()
    };
    stream.document_where("two seconds more", |document| seconds(document) >= 2);
    assert_eq!(of_capacity(), ["firing capacity"]);
    held.clear();
    server.close_new(super::servers::Closing::First);
    drop(server);
    stream.document_where("its end", |_| of_capacity().len() > 1);
    assert_eq!(of_capacity(), ["firing capacity", "resolved capacity"]);
}

#[test]
fn there_is_no_shell_in_between() {
    let folder = Folder::new();
    let odd = folder.path("a;b $HOME `id`");
    let command = format!("touch '{}'", odd.display());
    let said = check_down(&["--on-alert", &command]);
    assert_eq!(said.stderr, "", "{said:?}");
    assert!(odd.exists(), "the name is one argument, as it is");
}

#[test]
fn what_goes_wrong_is_told_and_changes_no_verdict() {
    let failing = "sh -c 'echo unheard; printf \"\\033[2Jno route\\n\" >&2; exit 3' SECRET";
    let said = check_down(&["--json", "--on-alert", failing]);
    assert_eq!(said.code, Some(2), "{said:?}");
    let document = super::schema::document(&said.stdout);
    let all = document["sampling"]["denied"].as_array().expect("reasons").iter();
    let mut reasons = all.filter_map(|reason| reason.as_str());
    let denied = reasons.find(|r| r.starts_with("--on-alert 'sh' at ")).expect("its reason");
    assert!(denied.ends_with(": ended with 3: [2Jno route (1 of 1 failed)"), "{denied}");
    assert_eq!(said.stderr, format!("herdtop: {denied}\n"), "and on standard error");
}

#[test]
fn one_that_takes_too_long_is_killed_with_all_it_started() {
    let folder = Folder::new();
    let command = folder.script("sleep 600 & echo $! > $0/pid; wait");
    let said = check_down(&["--json", "--on-alert", &command, "--on-alert-timeout", "300ms"]);
    assert!(said.stderr.contains("killed after 300 ms (1 of 1 failed)"), "{said:?}");
    let pid = folder.lines("pid")[0].clone();
    let state = Path::new("/proc").join(&pid).join("stat");
    until("the sleep it left behind ends", || {
        let stat = std::fs::read_to_string(&state).unwrap_or_default();
        // A zombie has ended; its new parent has only not been told yet.
        stat.is_empty() || stat.contains(") Z ")
    });
}

#[test]
fn no_more_than_four_run_at_once_and_all_do() {
    let _alone = quiet();
    let folder = Folder::new();
    let command = folder.script("echo + >> $0/log; sleep 0.3; echo - >> $0/log");
    let servers: Vec<Server> = (0..7).map(|_| Server::at("127.0.0.1")).collect();
    let _held: Vec<_> = servers.iter().map(|server| hold(server, server.address, 1)).collect();
    let ports: Vec<String> = servers.iter().map(Server::port).collect();
    let full: Vec<String> = ports.iter().map(|port| format!("{port}=1")).collect();
    let (ports, full) = (ports.join(","), full.join(","));
    let arguments = ["check", "-p", &ports, "-c", &full, "--for", "4s", "--on-alert", &command];
    let said = run(&mut herdtop(User::Own, &arguments));
    assert_eq!((said.code, said.stderr.as_str()), (Some(2), ""), "{said:?}");
    let log = folder.lines("log");
    let begun = log.iter().filter(|line| *line == "+").count();
    assert!(begun >= 7 && log.len() == begun * 2, "each port is full: {log:?}");
    let mut running: i32 = 0;
    for line in log {
        running += if line == "+" { 1 } else { -1 };
        assert!(running <= 4, "{running} at once");
    }
}

#[test]
fn one_started_by_a_hook_calls_none() {
    let folder = Folder::new();
    let command = folder.script("touch $0/called");
    let port = free_port().to_string();
    let _alone = quiet();
    let arguments = ["check", "--for", "2s", "-p", &port, "--on-alert", &command];
    let said = run(herdtop(User::Own, &arguments).env("HERDTOP_ALERT_ID", "1"));
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(!folder.path("called").exists());
}

#[test]
fn a_config_file_and_a_variable_can_name_it() {
    let (folder, home) = (Folder::new(), Folder::new());
    std::fs::create_dir(home.path("herdtop")).expect("a folder");
    let text = format!(
        "on-alert = \"{}\"\non-alert-timeout = \"5s\"\nbell = true\nnotify = true\n",
        folder.script("touch $0/of-the-file")
    );
    std::fs::write(home.path("herdtop/config.toml"), text).expect("written");
    let port = free_port().to_string();
    let check = |variable: Option<&str>| {
        let _alone = quiet();
        let mut command = herdtop(User::Own, &["check", "--for", "2s", "-p", &port]);
        command.env("XDG_CONFIG_HOME", home.0.path());
        command.envs(variable.map(|value| ("HERDTOP_ON_ALERT", value)));
        let said = run(&mut command);
        assert_eq!((said.code, said.stderr.as_str()), (Some(2), ""), "{said:?}");
    };
    check(Some(&folder.script("touch $0/of-the-variable")));
    assert!(folder.path("of-the-variable").exists() && !folder.path("of-the-file").exists());
    check(None);
    assert!(folder.path("of-the-file").exists());
}

/// What a hook's own `/proc/self/status` says of this field.
fn status_in_a_hook(user: User, field: &str) -> String {
    let _alone = quiet();
    let folder = own_folder();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o777)).expect("ours");
    let script = "grep . /proc/self/status > $0/status";
    let command = format!("sh -c '{script}' {}", folder.path().display());
    let port = free_port().to_string();
    let arguments = ["check", "--for", "2s", "-p", &port, "--on-alert", &command];
    let said = run(&mut herdtop(user, &arguments));
    assert_eq!((said.code, said.stderr.as_str()), (Some(2), ""), "{said:?}");
    let status = std::fs::read_to_string(folder.path().join("status")).expect("it ran");
    let line = status.lines().find_map(|line| line.strip_prefix(field)).expect("a field");
    line.trim().to_owned()
}

#[test]
fn a_hook_of_root_gains_nothing_and_one_of_a_user_may_use_sudo() {
    let privileged = rustix::process::geteuid().is_root();
    let own = status_in_a_hook(User::Own, "NoNewPrivs:");
    assert_eq!(own, if privileged { "1" } else { "0" });
    assert_eq!(status_in_a_hook(User::Nobody, "NoNewPrivs:"), "0");
    assert_eq!(status_in_a_hook(User::Nobody, "CapEff:"), "0000000000000000");
}

#[test]
fn a_hook_has_a_session_of_its_own_and_no_terminal() {
    let folder = Folder::new();
    let command = folder.script("echo $$ $(cut -d\" \" -f6,7 /proc/$$/stat) > $0/session");
    let said = check_down(&["--on-alert", &command]);
    assert_eq!(said.stderr, "", "{said:?}");
    let line = folder.lines("session")[0].clone();
    let words: Vec<&str> = line.split(' ').collect();
    assert_eq!((words[0], words[2]), (words[1], "0"), "pid, session and terminal: {line}");
}

#[test]
fn a_hook_ends_with_a_herdtop_that_was_killed() {
    let folder = Folder::new();
    let command = folder.script("echo $$ > $0/pid; exec sleep 600");
    let port = free_port().to_string();
    let arguments =
        ["stream", "-p", &port, "-i", "250ms", "--on-alert", &command, "--on-alert-timeout", "5m"];
    let stream = Running::start(&mut herdtop(User::Own, &arguments));
    until("the hook runs", || !folder.lines("pid").is_empty());
    let pid = folder.lines("pid")[0].clone();
    // Dropping sends SIGKILL.
    drop(stream);
    let state = Path::new("/proc").join(&pid).join("stat");
    until("it ends with us", || {
        let stat = std::fs::read_to_string(&state).unwrap_or_default();
        stat.is_empty() || stat.contains(") Z ")
    });
}

#[test]
fn nobody_becomes_a_hook_behind_the_back_of_its_parent() {
    let said = run(&mut herdtop(User::Own, &["run-hook", "--parent", "1", "--", "echo", "ran"]));
    assert_eq!((said.code, said.stdout.as_str()), (Some(2), ""), "{said:?}");
    assert!(said.stderr.contains("herdtop has ended"), "{}", said.stderr);
}
