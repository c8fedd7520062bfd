//! Themes of the user's own on the running screen.

use std::fs;
use std::path::{Path, PathBuf};

use super::harness::{Service, Terminal};
use crate::checks::harness::own_folder;

const BLUE: vt100::Color = vt100::Color::Rgb(0, 0, 255);
const GREEN: vt100::Color = vt100::Color::Rgb(0, 255, 0);

/// The foreground of the program's name, which is `ui.accent`.
fn accent(screen: &vt100::Screen) -> Option<vt100::Color> {
    screen.cell(0, 1).map(vt100::Cell::fgcolor)
}

fn theme(color: &str) -> String {
    format!("inherits = \"base\"\n[palette]\nour = \"{color}\"\n")
}

/// A configuration with two themes, the one inheriting from the other.
fn configured() -> (tempfile::TempDir, PathBuf) {
    let home = own_folder();
    let folder = home.path().join("herdtop/themes");
    fs::create_dir_all(&folder).expect("a folder");
    let base = "inherits = \"dark\"\n[palette]\nour = \"red\"\n[ui]\naccent = { fg = \"our\" }\n";
    fs::write(folder.join("base.toml"), base).expect("written");
    let path = folder.join("ours.toml");
    fs::write(&path, theme("#0000ff")).expect("written");
    (home, path)
}

fn with_config(home: &Path, service: &Service, more: &[&str]) -> Terminal {
    let port = service.argument();
    let arguments = [&["-p", port.as_str(), "-c", "100"], more].concat();
    let home = home.to_str().expect("text");
    let terminal = Terminal::start_with(120, 36, &arguments, &[("XDG_CONFIG_HOME", home)]);
    terminal.shows("2 of 100");
    terminal
}

#[test]
fn a_saved_edit_is_seen_and_a_faulty_one_is_told_of_until_it_is_right() {
    let service = Service::with(2);
    let (home, path) = configured();
    let terminal = with_config(home.path(), &service, &["--theme", "ours"]);
    terminal.wait_for("our blue", |screen| accent(screen) == Some(BLUE));
    fs::write(&path, theme("#00ff00")).expect("written");
    terminal.wait_for("our green", |screen| accent(screen) == Some(GREEN));
    fs::write(&path, theme("mauve")).expect("written");
    terminal.shows("theme 'ours.toml', line 3, column 7: 'mauve' is no colour");
    assert_eq!(accent(&terminal.screen()), Some(GREEN), "the last good one stays");
    // Editors save beside the file and rename.
    let beside = path.with_extension("new");
    fs::write(&beside, theme("#0000ff")).expect("written");
    fs::rename(&beside, &path).expect("renamed");
    terminal.wait_for("our blue", |screen| accent(screen) == Some(BLUE));
    terminal.hides("mauve");
    // What it inherits from counts as well.
    let base = "inherits = \"dark\"\n[ui]\naccent = { fg = \"#00ff00\" }\n";
    fs::write(path.with_file_name("base.toml"), base).expect("written");
    terminal.wait_for("the parent's green", |screen| accent(screen) == Some(GREEN));
}

#[test]
fn the_settings_say_the_name_a_saved_theme_has_now() {
    let service = Service::with(2);
    let (home, path) = configured();
    let named = |name: &str| format!("{}[meta]\nname = \"{name}\"\n", theme("#0000ff"));
    fs::write(&path, named("first")).expect("written");
    let text = path.to_str().expect("text");
    let terminal = with_config(home.path(), &service, &["--theme", text]);
    terminal.types("oG");
    let says = |name: &'static str| {
        move |screen: &vt100::Screen| {
            let is = |line: &str| line.contains("theme  ") && line.contains(name);
            screen.contents().lines().any(is)
        }
    };
    terminal.wait_for("its name", says("first"));
    fs::write(&path, named("second")).expect("written");
    terminal.wait_for("its new name", says("second"));
    terminal.shows("flag");
}

#[test]
fn the_next_theme_key_comes_to_the_users_own_and_leaves_faulty_ones_out() {
    let service = Service::with(2);
    let (home, path) = configured();
    fs::write(path.with_file_name("broken.toml"), "[text").expect("written");
    let terminal = with_config(home.path(), &service, &["--theme", "mono"]);
    terminal.types("t");
    terminal.shows("theme base");
    terminal.types("t");
    terminal.shows("theme ours; left out: theme 'broken.toml', line 1");
    terminal.wait_for("our blue", |screen| accent(screen) == Some(BLUE));
    terminal.types("t");
    terminal.shows("theme dark");
}

#[test]
fn a_terminal_of_sixteen_colours_walks_only_what_it_can_show() {
    let service = Service::with(2);
    let port = service.argument();
    let arguments = ["-p", &port, "-c", "100", "--theme", "nord"];
    let poor = [("TERM", "xterm"), ("COLORTERM", "")];
    let terminal = Terminal::start_with(120, 36, &arguments, &poor);
    terminal.shows("theme 'nord' needs 256 colours, shown is 'ansi16'");
    terminal.types("t");
    terminal.shows("theme ansi16");
    terminal.types("t");
    terminal.shows("theme mono");
    terminal.types("t");
    terminal.shows("theme ansi16");
}

#[test]
fn a_theme_folder_that_cannot_be_read_is_a_note() {
    let service = Service::with(2);
    let home = own_folder();
    fs::create_dir(home.path().join("herdtop")).expect("a folder");
    fs::write(home.path().join("herdtop/themes"), "no folder").expect("written");
    let terminal = with_config(home.path(), &service, &[]);
    terminal.shows("not read");
    terminal.shows("theme folder");
}
