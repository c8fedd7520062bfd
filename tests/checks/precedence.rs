//! A flag wins over the environment, the environment over the config file.

use std::io::Write;

use serde_json::Value;

use super::clients::hold;
use super::harness::{User, herdtop, own_folder, run};
use super::servers::Server;

/// The limit that a check names when told of capacity this way.
fn capacity(server: &Server, flag: Option<&str>, env: Option<&str>, file: Option<&str>) -> Value {
    let mut command = herdtop(User::Own, &["check", "--for", "1s", "--json"]);
    command.env("HERDTOP_PORT", server.port());
    let folder = own_folder();
    if let Some(text) = file {
        std::fs::create_dir(folder.path().join("herdtop")).expect("a folder");
        let path = folder.path().join("herdtop/config.toml");
        let mut file = std::fs::File::create(path).expect("a file");
        writeln!(file, "capacity = {text}").expect("written");
        command.env("XDG_CONFIG_HOME", folder.path());
    }
    command.args(flag.map(|n| format!("--capacity={n}")));
    command.envs(env.map(|n| ("HERDTOP_CAPACITY", n)));
    let document = run(&mut command).document();
    assert_eq!(super::schema::listener(&document)["port"], server.address.port());
    let limits = document["limits"].as_array().expect("limits");
    let found = limits.iter().find(|l| l["name"] == "capacity");
    found.map_or(Value::Null, |l| l["limit"].clone())
}

#[test]
fn a_flag_wins_over_the_environment_and_that_over_the_config_file() {
    let server = Server::at("127.0.0.1");
    let _held = hold(&server, server.address, 1);
    assert_eq!(capacity(&server, None, None, None), Value::Null);
    assert_eq!(capacity(&server, None, None, Some("100")), 100);
    assert_eq!(capacity(&server, None, Some("200"), Some("100")), 200);
    assert_eq!(capacity(&server, Some("300"), Some("200"), Some("100")), 300);
}

#[test]
fn a_port_of_a_flag_wins_over_that_of_the_environment() {
    let (typed, other) = (Server::at("127.0.0.1"), Server::at("127.0.0.1"));
    let mut command = herdtop(User::Own, &["check", "-p", &typed.port(), "--for", "1s", "--json"]);
    let document = run(command.env("HERDTOP_PORT", other.port())).document();
    assert_eq!(super::schema::listener(&document)["port"], typed.address.port());
}

#[test]
fn each_setting_can_come_from_the_environment() {
    let settings = [
        ("HERDTOP_PORT", "0"),
        ("HERDTOP_PID", "0"),
        ("HERDTOP_NETNS", "/nonexistent"),
        ("HERDTOP_CAPACITY", "none"),
        ("HERDTOP_INTERVAL", "soon"),
        ("HERDTOP_WARN", "120%"),
        ("HERDTOP_CRIT", "120%"),
        ("HERDTOP_HERD_FACTOR", "0"),
        ("HERDTOP_LOG", "/nonexistent"),
        ("HERDTOP_LOG_OPEN", "(x"),
        ("HERDTOP_LOG_CLOSE", "(x"),
        ("HERDTOP_LOG_ERROR", "(x"),
        ("HERDTOP_LOG_TIME", "%Q"),
        ("HERDTOP_MAX_CPU", "120%"),
        ("HERDTOP_ON_ALERT", "no-such-program"),
        ("HERDTOP_ON_ALERT_TIMEOUT", "120m"),
        ("HERDTOP_COLOR", "pink"),
        ("HERDTOP_CONFIG", "/nonexistent"),
        ("HERDTOP_FOR", "0"),
    ];
    for (name, wrong) in settings {
        let said = run(herdtop(User::Own, &["check"]).env(name, wrong));
        assert_eq!((said.code, said.stdout.as_str()), (Some(3), ""), "{name}: {said:?}");
        assert!(said.stderr.contains(wrong), "{name}: {said:?}");
    }
}
