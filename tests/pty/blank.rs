//! How much of a screen says nothing, where no URL is given and so no probe has anything
//! to say.

use super::harness::{Service, Terminal};

/// No more of the cells outside the plots than this are blank.
const MOST: f64 = 0.45;
/// Both large screens.
const SIZES: [(u16, u16); 2] = [(120, 36), (200, 60)];

/// A space, or a glyph that only fills. The rule beside a title frames its panel.
fn is_blank(symbol: &str) -> bool {
    symbol.trim().is_empty() || ["━", "·", "╌", "┊"].contains(&symbol)
}

fn symbol(screen: &vt100::Screen, row: u16, column: u16) -> &str {
    screen.cell(row, column).map_or("", vt100::Cell::contents)
}

fn size(screen: &vt100::Screen) -> (u16, u16) {
    let (rows, columns) = screen.size();
    (rows.get(), columns.get())
}

/// Rows and columns of each plot, the figures at its left among them: from below its title
/// to above its axis of time.
fn plots(screen: &vt100::Screen) -> Vec<(std::ops::Range<u16>, std::ops::Range<u16>)> {
    let (rows, columns) = size(screen);
    let line =
        |row: u16| (0..columns).map(|column| symbol(screen, row, column)).collect::<String>();
    let mut found = Vec::new();
    for row in 0..rows {
        let title = line(row);
        if !["▍CONNECTIONS/s", "▍OPEN CONNECTIONS"].iter().any(|name| title.contains(name)) {
            continue;
        }
        // Up to the panel beside it; else the rule behind the title is as long as it is wide.
        let beside = (2..columns).find(|column| symbol(screen, row, *column) == "▍");
        let rule = (0..columns).skip_while(|column| symbol(screen, row, *column) != "─");
        let ends = rule.take_while(|column| symbol(screen, row, *column) == "─").last();
        let right = beside.map(|column| column - 2).or(ends.map(|column| column + 1));
        let right = right.expect("an end");
        let axis = (row + 1..rows).find(|row| line(*row).contains('╵')).expect("an axis");
        found.push((row + 1..axis, 1..right));
    }
    assert!(!found.is_empty(), "{}", screen.contents());
    found
}

/// Share of blank cells outside the plots, and the screen itself.
fn share(terminal: &Terminal) -> (f64, String) {
    let screen = terminal.screen();
    let plots = plots(&screen);
    let (rows, columns) = size(&screen);
    let (mut blank, mut all) = (0_u32, 0_u32);
    for row in 0..rows {
        for column in 0..columns {
            if plots.iter().any(|(r, c)| r.contains(&row) && c.contains(&column)) {
                continue;
            }
            all += 1;
            blank += u32::from(is_blank(symbol(&screen, row, column)));
        }
    }
    (f64::from(blank) / f64::from(all), screen.contents())
}

/// Holds each size against the bound.
fn holds(terminal: &Terminal, what: &str) {
    for (columns, rows) in SIZES {
        if size(&terminal.screen()) != (rows, columns) {
            terminal.resize(columns, rows);
            // The zone of the clock ends the first line, the keys are the last.
            terminal.wait_for("the frame of this size", |screen| {
                let ends = |row, column| symbol(screen, row, column) == "C";
                ends(0, columns - 2) && symbol(screen, rows - 1, 1) == "?"
            });
        }
        // Whole, not in the middle of the next one.
        terminal.draws(1);
        let (share, screen) = share(terminal);
        assert!(share < MOST, "{what} at {columns}x{rows}: {:.1} % blank\n{screen}", share * 100.0);
    }
}

#[test]
fn a_calm_host_without_a_url_fills_its_screen() {
    let services: Vec<Service> = [150, 125, 100, 75, 50].map(Service::with).into();
    let ports: Vec<String> = services.iter().map(Service::argument).collect();
    let terminal = Terminal::start(120, 36, &["-p", &ports.join(",")]);
    terminal.shows("listeners together: 500 open");
    terminal.shows("tightest limit: open files");
    // Until the shape of each listener is as long as its column.
    terminal.wait_for("the shapes", |screen| screen.contents().matches("▁▁▁▁▁▁▁").count() >= 5);
    holds(&terminal, "a calm host of five listeners and 500 connections");
}

#[test]
fn an_incident_without_a_url_fills_its_screen() {
    let terminal = Terminal::start(120, 36, &["demo", "--seconds", "20"]);
    terminal.shows("over 90 %");
    terminal.shows("tightest limit: capacity");
    // Two alerts are in the list.
    terminal.shows(" B ");
    holds(&terminal, "the demo in its incident");
}
