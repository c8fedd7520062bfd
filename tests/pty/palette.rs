//! Whatever has a name is found by it: the palette, the help, the hints of a first start.

use herdtop::app::{ACTIONS, Action};
use rustix::process::Signal;

use super::harness::{Service, Terminal};
use crate::checks::harness::own_folder;

/// What only the palette says.
const OPEN: &str = "actions, settings, rules";

/// Types into the palette until this row is selected, and takes it.
pub(super) fn takes(terminal: &Terminal, typed: &str, kind: &str, name: &str) {
    terminal.types(":");
    terminal.shows(OPEN);
    terminal.types(typed);
    terminal.shows(&format!("▶{kind:<9}{name}"));
    terminal.types("\r");
}

#[test]
fn every_action_is_reached_by_its_name() {
    let service = Service::with(2);
    let mut terminal = Terminal::watching(&service);
    let views = [Action::Incident, Action::Listeners, Action::Probes, Action::Timeline];
    let last = [Action::Palette, Action::Suspend, Action::Quit];
    for row in ACTIONS.iter().filter(|row| !last.contains(&row.action)) {
        let name = row.action.name().replace('-', " ");
        let kind = if views.contains(&row.action) { "view" } else { "action" };
        takes(&terminal, &name, kind, &name);
        terminal.hides(OPEN);
        let (opened, ends) = match row.action {
            Action::Help => ("Keys: incident", "\x1b"),
            Action::Listeners => ("LISTENERS", "1"),
            Action::Probes => ("no probes", "1"),
            Action::Timeline => ("ALERTS", "1"),
            Action::Pause => ("PAUSED", " "),
            Action::Export | Action::KeepSettings => ("write? y n: ", "n"),
            Action::HandOver => ("lines for who takes over", ""),
            Action::Mark => ("note: ", "\x1b"),
            Action::Open => ("herdtop ▸ ", "\x1b"),
            Action::Connections => ("▸ connections", "1"),
            Action::Advice => ("What next", "n"),
            Action::Codes => ("Close codes", "c"),
            Action::Settings => ("Settings", "o"),
            // A young run is shown as far as it goes back: a longer window is not seen.
            Action::WindowLonger => ("live", "-"),
            Action::Filter => ("words, port:", "\x1b"),
            Action::Mouse => ("mouse off", "M"),
            Action::NextTheme => ("theme light", ""),
            Action::Live => ("live", ""),
            Action::ProbeNow | Action::Copy | Action::Acknowledge | Action::Mute => {
                ("there is nothing to do that with here", "")
            }
            _ => ("CAPACITY", ""),
        };
        if opened != "CAPACITY" {
            terminal.shows(opened);
        }
        terminal.types(ends);
    }
    takes(&terminal, "suspend", "action", "suspend");
    terminal.is_stopped();
    terminal.signal(Signal::CONT);
    terminal.shows("2 of 100");
    takes(&terminal, "quit", "action", "quit");
    assert_eq!(terminal.exit_code(), Some(0));
}

#[test]
fn settings_themes_rules_codes_and_listeners_are_found_too() {
    let (_many, few, terminal) = Terminal::watching_two();
    takes(&terminal, "herdfac", "setting", "herd-factor");
    terminal.shows("3 times the baseline");
    terminal.types("\x1b");
    takes(&terminal, "gruvbox", "theme", "gruvbox");
    terminal.shows("theme gruvbox");
    takes(&terminal, "nobackoff", "rule", "no_backoff");
    terminal.shows("Rule no_backoff");
    terminal.shows("fires");
    terminal.types("\x1b");
    takes(&terminal, "1013", "code", "1013 try again later");
    terminal.shows("not counted here");
    terminal.types("c");
    let address = format!("127.0.0.1:{}", few.port);
    takes(&terminal, &few.argument(), "listener", &address);
    terminal.shows(&format!("herdtop ▸ {address}"));
    terminal.types("\x1b");
    terminal.types("\x10zzzzzz");
    terminal.shows("nothing is called 'zzzzzz'");
    terminal.types("\r\x15quit\x1b");
    terminal.hides(OPEN);
    terminal.types("::");
    terminal.shows("::_");
    terminal.types("\x7f\x7f");
    terminal.hides(OPEN);
}

#[test]
fn help_is_of_where_it_was_opened_searched_and_leads_back() {
    let service = Service::with(2);
    let terminal = Terminal::watching(&service);
    terminal.types("c?");
    terminal.shows("Keys: close codes");
    terminal.hides("save a report");
    terminal.types("/reverse");
    terminal.shows("reverse order");
    terminal.hides("find anything");
    terminal.types("\r\x1b");
    terminal.shows("Keys: close codes");
    terminal.types("\x1b");
    terminal.shows("Close codes");
    terminal.types("?/zzz\r");
    terminal.shows("no key for 'zzz'");
    terminal.resize(44, 12);
    terminal.types("\x1b");
    terminal.shows("more");
    terminal.hides("dashed line");
    terminal.hides("goes on");
    terminal.types("GGG");
    // The last words of all.
    terminal.shows("goes on");
}

#[test]
fn an_unknown_key_says_so_and_names_the_nearest() {
    let service = Service::with(2);
    let terminal = Terminal::watching(&service);
    for (key, near) in [
        ("Q", "'Q' is no key; the nearest is q: quit"),
        ("O", "'O' is no key; the nearest is o: settings"),
        ("\x14", "'ctrl+t' is no key; the nearest is t: next theme"),
        ("ß", "'ß' is no key; ? lists them, : finds"),
    ] {
        terminal.types(key);
        terminal.shows(near);
    }
    terminal.types("2");
    terminal.hides("is no key");
}

#[test]
fn the_hints_of_a_first_start_never_come_back_once_they_were_followed() {
    let service = Service::with(2);
    let state = own_folder();
    let variables = [("XDG_STATE_HOME", state.path().to_str().expect("a path of ours"))];
    let arguments = ["-p", &service.argument(), "-c", "100"];
    for _ in 0..2 {
        let mut terminal = Terminal::start_with(120, 36, &arguments, &variables);
        terminal.shows("new here: ? lists the keys, : finds anything");
        terminal.types("q");
        assert_eq!(terminal.exit_code(), Some(0));
    }
    let mut terminal = Terminal::start_with(120, 36, &arguments, &variables);
    terminal.shows("new here");
    terminal.types("?\x1b");
    terminal.hides("new here");
    terminal.types("q");
    assert_eq!(terminal.exit_code(), Some(0));
    let terminal = Terminal::start_with(120, 36, &arguments, &variables);
    terminal.shows("2 of 100");
    terminal.shows("quit");
    assert!(!terminal.screen().contents().contains("new here"));
}
