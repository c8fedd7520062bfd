//! `herdtop themes`: what there is, and one of them as a file.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::harness::{Said, User, herdtop, own_folder, run, say};

/// `herdtop` where the user and the system have themes of their own.
fn with_folders(home: &Path, args: &[&str]) -> Said {
    let mut command: Command = herdtop(User::Own, args);
    command.env("XDG_CONFIG_HOME", home.join("own")).env("XDG_CONFIG_DIRS", home.join("system"));
    run(command.env("XDG_DATA_DIRS", home.join("data")))
}

fn write(folder: &Path, name: &str, text: &str) {
    let folder = folder.join("herdtop/themes");
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join(name), text).expect("written");
}

#[test]
fn built_in_themes_are_listed_one_a_line_name_first() {
    let said = say(&["themes"]);
    assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""));
    let names: Vec<_> = said.stdout.lines().filter_map(|l| l.split(' ').next()).collect();
    assert_eq!(names.len(), 18, "{}", said.stdout);
    for name in ["dark", "cvd-light", "catppuccin-latte", "solarized-light", "one-dark", "mono"] {
        assert!(names.contains(&name), "{name}");
    }
    let latte = said.stdout.lines().find(|l| l.starts_with("catppuccin-latte")).expect("listed");
    assert!(latte.ends_with("light  built in"), "{latte}");
}

#[test]
fn files_are_found_and_what_they_hide_is_told() {
    let home = own_folder();
    let (own, system) = (home.path().join("own"), home.path().join("system"));
    // It inherits from the one it hides.
    write(&own, "nord.toml", "inherits = \"nord\"\n[palette]\nred = \"#ff0000\"\n");
    write(&own, "broken.toml", "inherits = \"nosuch\"\n");
    write(&system, "company.toml", "inherits = \"light\"\n");
    write(&system, "nord.toml", "inherits = \"dark\"\n");
    write(&home.path().join("data"), "round.toml", "inherits = \"round\"\n");
    let said = with_folders(home.path(), &["themes"]);
    assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""));
    let lines: Vec<_> = said.stdout.lines().collect();
    let of = |name: &str| lines.iter().filter(|l| l.starts_with(name)).copied().collect::<Vec<_>>();
    let nord = of("nord ");
    assert_eq!(nord.len(), 3, "{}", said.stdout);
    let hidden = format!("hidden by {}", own.join("herdtop/themes/nord.toml").display());
    assert!(!nord[0].contains("hidden"), "{nord:?}");
    assert!(nord[1].ends_with(&hidden) && nord[2].ends_with(&hidden), "{nord:?}");
    assert!(of("company ")[0].contains("light"), "{}", said.stdout);
    let broken = of("broken ")[0];
    assert!(broken.contains("line 1, column 12: no theme 'nosuch'"), "{broken}");
    assert!(of("round ")[0].contains("inherits itself"), "{}", said.stdout);
    // The user's, which is made of the system's of the same name.
    let said = with_folders(home.path(), &["themes", "nord"]);
    let dark = say(&["themes", "dark"]);
    let roles = |text: &str| text.lines().skip(3).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(roles(&said.stdout), roles(&dark.stdout));
    assert!(said.stdout.contains("name = \"nord\""), "{}", said.stdout);
}

#[test]
fn a_printed_theme_can_be_saved_and_used() {
    let home = own_folder();
    let printed = say(&["themes", "catppuccin-frappe"]).stdout;
    let path = home.path().join("copy.toml");
    fs::write(&path, &printed).expect("written");
    let again = say(&["themes", path.to_str().expect("text")]);
    assert_eq!((again.code, again.stdout), (Some(0), printed));
}

#[test]
fn a_fault_is_one_line_with_its_place() {
    let home = own_folder();
    let path = home.path().join("mine.toml");
    fs::write(&path, "inherits = \"dark\"\n[severity]\nkrit = {}\n").expect("written");
    let path = path.to_str().expect("text");
    for args in [&["themes", path][..], &["--theme", path]] {
        let said = say(args);
        assert_eq!((said.code, said.stdout.as_str()), (Some(2), ""), "{args:?}");
        assert_eq!(said.stderr.lines().count(), 1, "{}", said.stderr);
        let place = format!("herdtop: theme '{path}', line 3, column 1: unknown key 'krit'");
        assert!(said.stderr.starts_with(&place), "{}", said.stderr);
    }
    let said = say(&["themes", "grubox"]);
    assert_eq!(said.code, Some(2));
    assert!(said.stderr.contains("did you mean 'gruvbox'?"), "{}", said.stderr);
}
