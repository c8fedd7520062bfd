//! Settings of the file on the screen; changed there, and kept.

use super::harness::{Service, Terminal, clock};
use super::palette::takes;
use crate::checks::harness::own_folder;

/// Finds a setting by its name and gives it another value.
fn sets(terminal: &Terminal, name: &str, value: &str, said: &str) {
    takes(terminal, name, "setting", name);
    terminal.shows("changes it");
    terminal.types("\r");
    terminal.shows("new value: ");
    terminal.types(&format!("{value}\r"));
    terminal.shows(said);
    terminal.types("o");
    terminal.hides("changes it");
}

#[test]
fn a_setting_is_changed_at_once_and_kept_with_the_files_comments() {
    let service = Service::with(2);
    let folder = own_folder();
    let file = folder.path().join("own.toml");
    let before = "# of the team\nwarn = 0.7   # as agreed\n\n[keys]\nquit = \"X\"\n";
    std::fs::write(&file, before).expect("written");
    let path = file.to_str().expect("a path of ours");
    let arguments = ["-p", &service.argument(), "-c", "100", "--config", path];
    let terminal = Terminal::start(120, 36, &arguments);
    terminal.shows("2 of 100");
    sets(&terminal, "warn", "120%", "warn: '120%': give a share");
    sets(&terminal, "warn", "1%", "warn is 1% now; w keeps it");
    terminal.shows("WARN");
    terminal.shows("* setting warn = 1%");
    sets(&terminal, "capacity", "50", "capacity is 50 now");
    terminal.shows("2 of 50");
    terminal.types(":nord\r");
    terminal.shows("theme nord");
    assert_eq!(std::fs::read_to_string(&file).expect("text"), before, "not asked yet");
    terminal.types("w");
    terminal.shows("write? y n: ");
    terminal.shows("own.toml");
    terminal.types("y");
    terminal.shows("kept in ");
    let after = std::fs::read_to_string(&file).expect("text");
    for line in ["# of the team", "warn = \"1%\"   # as agreed", "theme = \"nord\"", "quit = \"X\""]
    {
        assert!(after.contains(line), "{line}: {after}");
    }
    assert!(after.contains("capacity = [\"50\"]") && after.contains("\n[keys]"), "{after}");
}

#[test]
fn keys_of_the_config_file_are_those_of_help_and_footer() {
    let service = Service::with(2);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("own.toml");
    std::fs::write(&file, "[keys]\nhelp = \"f12\"\nquit = [\"X\"]\n").expect("written");
    let file = file.to_string_lossy();
    let terminal = Terminal::start(120, 36, &["-p", &service.argument(), "--config", &file]);
    terminal.shows("f12 help  X quit");
    terminal.types("?q");
    terminal.types("\x1b[24~");
    terminal.shows("f12 or esc closes");
    terminal.types("X");
    terminal.wait_for("gone", |screen| !screen.alternate_screen());
}

#[test]
fn the_settings_say_where_each_comes_from() {
    let service = Service::with(2);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("own.toml");
    std::fs::write(&file, "crit = \"95%\"\n[keys]\nquit = \"X\"\n").expect("written");
    let file = file.to_string_lossy();
    let variables = [("HERDTOP_WARN", "55%"), ("HERDTOP_HEADER", "Authorization: Bearer secret")];
    let arguments = [
        "-p",
        &service.argument(),
        "-c",
        "100",
        "--config",
        &file,
        "ws://127.0.0.1:9/?token=secret",
    ];
    let terminal = Terminal::start_with(120, 60, &arguments, &variables);
    terminal.shows(" of 100");
    terminal.types("o");
    for (name, value, from) in [
        ("capacity", "100", "flag"),
        ("warn", "55.0 %", "HERDTOP_WARN"),
        ("crit", "95.0 %", "config file"),
        ("herd-factor", "3 times the baseline", "default"),
        ("header", "Authorization: ...", "HERDTOP_HEADER"),
        ("url", "ws://127.0.0.1:9/", "flag"),
        ("theme", "dark", "default"),
        ("keys", "quit = X", "config file"),
    ] {
        let said = |line: &str| {
            let words = line.split("  ").map(str::trim).filter(|word| !word.is_empty());
            words.collect::<Vec<_>>().windows(3).any(|three| three == [name, value, from])
        };
        terminal.wait_for(name, |screen| screen.contents().lines().any(said));
    }
    assert!(!terminal.screen().contents().contains("secret"));
    // On a lower screen the last one is as near, with what it does, and the first.
    terminal.resize(120, 36);
    terminal.types("G");
    terminal.shows("▶columns-alerts ");
    terminal.shows("from left to right, any of: for sev peak now");
    terminal.types("g");
    terminal.shows("▶port ");
    terminal.resize(120, 50);
    // Beside them: what lies over the screen has its keys to itself.
    terminal.types("oto");
    terminal.wait_for("the theme was chosen by key", |screen| {
        screen.contents().lines().any(|line| line.contains("theme") && line.contains("key"))
    });
    terminal.types("o");
    terminal.hides("HERDTOP_WARN");
}

#[test]
fn how_often_and_for_whom_is_changed_without_a_new_start() {
    let service = Service::with(2);
    let terminal = Terminal::start(120, 36, &["-p", &service.argument(), "-i", "30m"]);
    terminal.shows("measuring");
    sets(&terminal, "interval", "200ms", "interval is 200ms now");
    // At 30 minutes there would be no second picture.
    let before = clock(&terminal.screen());
    terminal.wait_for("the clock goes on", |screen| clock(screen) != before);
    sets(&terminal, "max-cpu", "2%", "max-cpu is 2% now");
    for name in ["bell", "notify", "exact"] {
        takes(&terminal, name, "setting", name);
        terminal.shows("turns it at once");
        terminal.types("\r");
        terminal.shows(&format!("{name} is true now"));
        terminal.types("o");
        terminal.hides("turns it");
    }
    sets(&terminal, "capacity", "1", "capacity is 1 now");
    terminal.shows("CRIT");
    terminal.wait_for("the bell rings", |_| terminal.raw().contains(&0x07));
    // What a run begins with says so.
    takes(&terminal, "redact", "setting", "redact");
    terminal.shows("turns it for the next start");
}
