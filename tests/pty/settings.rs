//! Settings changed on the screen, and kept.

use super::harness::{Service, Terminal};
use crate::checks::harness::own_folder;

/// Finds a setting by its name and gives it another value.
fn sets(terminal: &Terminal, name: &str, value: &str) {
    terminal.types(":");
    terminal.shows("actions, settings, rules");
    terminal.types(name);
    terminal.shows(&format!("▶setting  {name}"));
    terminal.types("\r");
    terminal.shows("changes it");
    terminal.types("\r");
    terminal.shows("new value: ");
    terminal.types(&format!("{value}\r"));
    terminal.hides("new value: ");
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
    sets(&terminal, "warn", "120%");
    terminal.shows("warn: '120%': give a share");
    sets(&terminal, "warn", "1%");
    terminal.shows("warn is 1% now; w keeps it");
    terminal.shows("WARN");
    terminal.shows("* setting warn = 1%");
    sets(&terminal, "capacity", "50");
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
