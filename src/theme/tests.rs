//! Built-in themes load, are what the file says, and step down with the terminal.

mod sight;

use ratatui::style::{Color, Modifier};

use super::print::name_of;
use super::*;

fn source(text: &str) -> Source {
    Source { label: "my.toml".to_owned(), name: "my".to_owned(), text: text.to_owned() }
}

/// Reads a text; what it inherits from is built in.
fn read(text: &str) -> Result<Theme, String> {
    let find = |name: &str| Theme::builtin(name).ok_or_else(|| format!("no theme '{name}'"));
    Theme::read(&source(text), &mut |name, _| find(name)).map_err(|error| error.to_string())
}

fn broken(from: &str, to: &str) -> String {
    let dark = include_str!("../../themes/dark.toml");
    assert!(dark.contains(from), "the test breaks something that is there");
    read(&dark.replace(from, to)).expect_err("broken on purpose")
}

#[test]
fn every_builtin_theme_loads_under_its_own_name() {
    for name in Theme::builtin_names() {
        assert_eq!(Theme::load(name).expect("a built-in theme is sound").name, *name);
    }
    let first: Vec<_> = Theme::builtin_names().take(2).collect();
    assert_eq!(first, ["dark", "light"]);
}

#[test]
fn a_wrong_name_is_answered_with_the_nearest() {
    let error = |name| Theme::load(name).expect_err("there is no such theme").to_string();
    assert_eq!(
        error("solarised-dark"),
        "no theme 'solarised-dark': did you mean 'solarized-dark'?; 'herdtop themes' lists all"
    );
    assert!(!error("no\u{1b}[2Jsuch").contains('\u{1b}'), "what was typed is shown clean");
    assert_eq!(error("zzz"), "no theme 'zzz'; 'herdtop themes' lists all");
}

#[test]
fn every_role_says_its_foreground_and_clears_foreign_modifiers() {
    let theme = Theme::load("mono").expect("built in");
    assert_eq!(theme.text.body.fg, Some(Color::Reset));
    assert_eq!(theme.text.body.sub_modifier, Modifier::all());
    assert_eq!(theme.severity.crit.add_modifier, Modifier::BOLD | Modifier::UNDERLINED);
    let left = theme.severity.crit.sub_modifier;
    assert!(!left.intersects(Modifier::BOLD | Modifier::UNDERLINED));
    assert!(left.contains(Modifier::REVERSED));
}

#[test]
fn a_role_without_colour_takes_that_of_the_canvas() {
    let light = Theme::load("light").expect("built in");
    assert_eq!(light.ui.selected.fg, light.text.canvas.fg, "not the terminal's, maybe white");
}

#[test]
fn a_poorer_terminal_gets_what_it_can_show() {
    let dark = || Theme::load("dark").expect("built in");
    let mono = || Theme::load("mono").expect("built in");
    assert_eq!(dark().adapted(ColorDepth::TrueColor), dark());
    assert_eq!(dark().adapted(ColorDepth::Ansi16).name, "ansi16");
    assert_eq!(dark().adapted(ColorDepth::None).name, "mono");
    assert_eq!(mono().adapted(ColorDepth::Ansi16).name, "mono", "a chosen mono stays");
    let reduced = dark().adapted(ColorDepth::Ansi256);
    assert!(matches!(reduced.severity.crit_banner.bg, Some(Color::Indexed(_))));
    assert!(matches!(reduced.series.over.at(0.4).fg, Some(Color::Indexed(_))));
}

#[test]
fn a_printed_theme_reads_as_itself() {
    for name in Theme::builtin_names() {
        let theme = Theme::load(name).expect("built in");
        let text = theme.to_toml();
        assert_eq!(read(&text).expect(name), theme, "{text}");
    }
}

#[test]
fn only_what_differs_is_written() {
    let theme = read(
        "inherits = \"catppuccin-frappe\"\n[palette]\nred = \"#ff0000\"\n[text]\nbody = { fg = \"green\", dim = true }\n",
    )
    .expect("sound");
    let parent = Theme::load("catppuccin-frappe").expect("built in");
    assert_eq!(theme.name, "my");
    assert_eq!(theme.severity.crit.fg, Some(Color::Rgb(255, 0, 0)), "the parent's role, our red");
    assert_eq!(theme.severity.crit.add_modifier, parent.severity.crit.add_modifier);
    assert_eq!(
        theme.text.body.fg, parent.severity.ok.fg,
        "the palette's green, not the terminal's"
    );
    assert_eq!(theme.text.body.add_modifier, Modifier::DIM);
    assert_eq!(theme.ui, parent.ui);
}

#[test]
fn a_fault_is_told_with_its_place_and_the_bad_value() {
    assert_eq!(
        broken("muted  = { fg = \"#8a95a5\" }", "muted  = { fg = \"mauve\" }"),
        "theme 'my.toml', line 9, column 17: 'mauve' is no colour: use '#rrggbb', \
         a name such as 'light-red', '0' to '255' or a name of [palette]"
    );
    for (from, to, said) in [
        ("bold = true", "bold = 1", "'bold' is true or false"),
        ("bold = true", "blod = true", "unknown key 'blod' in 'strong'; there are fg, bg, bold"),
        ("appearance = \"dark\"", "appearance = \"dusk\"", "line 3, column 14: 'dusk': give dark,"),
        ("[ui]", "[iu]", "column 2: unknown key 'iu'; there are inherits, [meta]"),
        ("canvas = {}", "canvas = 7", "line 6, column 10: 'canvas' has to be a table"),
        ("[text]", "[palette]\nx = \"y\"\n[text]", "line 6, column 5: 'y' is no colour"),
        ("name = \"dark\"", "name = 3", "'name' has to be text in quotes"),
    ] {
        let error = broken(from, to);
        assert!(error.starts_with("theme 'my.toml', line ") && error.contains(said), "{error}");
        assert!(!error.contains('\n'), "{error}");
    }
}

#[test]
fn unknown_and_missing_roles_are_refused() {
    let unknown = broken("faint  =", "pale   =");
    assert!(unknown.contains("line 10, column 1: unknown key 'pale' in [text]"), "{unknown}");
    let missing = broken("faint  = { fg = \"#4a5462\" }", "");
    assert!(missing.contains("'faint' in [text] is missing"), "{missing}");
    assert!(read("").expect_err("nothing").contains("inherits = \"dark\""));
}

#[test]
fn a_syntax_error_stays_on_one_line() {
    let error = broken("[text]", "[text");
    assert!(error.starts_with("theme 'my.toml', line 5, column 6"), "{error}");
    assert!(!error.contains('\n'), "{error}");
}

#[test]
fn a_circle_and_a_ladder_without_end_are_one_clear_error() {
    let inherits = |label: &str, from: &str| Source {
        label: label.to_owned(),
        name: label.to_owned(),
        text: format!("inherits = \"{from}\""),
    };
    let circle = Theme::read(&inherits("a", "b"), &mut |name, _| {
        Ok(inherits(name, if name == "a" { "b" } else { "a" }))
    });
    assert_eq!(
        circle.expect_err("a circle").to_string(),
        "theme 'b', line 1, column 12: inherits itself: 'a' > 'b' > 'a'"
    );
    let ladder =
        Theme::read(&inherits("a", "aa"), &mut |name, _| Ok(inherits(name, &format!("{name}a"))));
    let ladder = ladder.expect_err("no end").to_string();
    assert!(ladder.contains("inherits over more than 8 files"), "{ladder}");
    let nowhere = read("inherits = \"nosuch\"").expect_err("nobody");
    assert_eq!(nowhere, "theme 'my.toml', line 1, column 12: no theme 'nosuch'");
}

/// One line a role: as the file says it, then on a terminal of 256 colours.
fn resolved(name: &str) -> String {
    let theme = Theme::load(name).expect("built in");
    let reduced = theme.clone().adapted(ColorDepth::Ansi256);
    let show = |color: Option<Color>| color.map_or_else(|| "-".to_owned(), name_of);
    let mut lines = vec![format!("{} {:?} {:?}", name, theme.appearance, theme.colors)];
    for (((section, role, _), style), reduced) in
        roles::all().zip(theme.styles()).zip(reduced.styles())
    {
        let attributes = format!("{:?}", style.add_modifier);
        lines.push(format!(
            "{:22} {:12} {:8} | {:12} {:8} {}",
            format!("{section}.{role}"),
            show(style.fg),
            show(style.bg),
            show(reduced.fg),
            show(reduced.bg),
            attributes.trim_start_matches("NONE"),
        ));
    }
    for (role, ramp) in [
        ("opened", reduced.series.opened),
        ("closed", reduced.series.closed),
        ("over", reduced.series.over),
    ] {
        let steps = [0.0, 0.5, 1.0].map(|share| show(ramp.at(share).fg)).join(" ");
        lines.push(format!("ramp of 256: {role} {steps}"));
    }
    lines.iter().map(|line| line.trim_end()).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_style_is_as_it_was() {
    for name in Theme::builtin_names() {
        insta::assert_snapshot!(name, resolved(name));
    }
}
