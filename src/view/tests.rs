//! The whole picture: every size, every situation, both glyph sets.

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};

use super::fixtures;
use super::{Look, draw};
use crate::app::{Frame, Overlay, View};
use crate::detect::Severity;
use crate::theme::{ColorDepth, Glyphs, Theme};

fn look(theme: &str, glyphs: Glyphs) -> Look {
    Look { theme: Theme::load(theme).expect("built in"), glyphs }
}

fn drawn(frame: &Frame, look: &Look, width: u16, height: u16) -> Buffer {
    let area = Rect::new(0, 0, width, height);
    let mut buf = Buffer::empty(area);
    draw(frame, look, area, &mut buf);
    buf
}

/// The symbols as lines, without the blanks at their ends.
fn symbols(buf: &Buffer) -> String {
    let line = |y| {
        let row: String =
            (0..buf.area.width).filter_map(|x| buf.cell((x, y)).map(Cell::symbol)).collect();
        row.trim_end().to_owned()
    };
    (0..buf.area.height).map(line).collect::<Vec<_>>().join("\n")
}

fn with(frame: &Frame, overlay: Overlay) -> Frame {
    Frame { overlay, ..frame.clone() }
}

fn on(frame: &Frame, view: View) -> Frame {
    Frame { view, ..frame.clone() }
}

/// The frame on each screen, and under everything that can lie over it.
fn shown(frame: &Frame) -> Vec<Frame> {
    vec![
        frame.clone(),
        on(frame, View::Listeners),
        on(frame, View::Probes),
        on(frame, View::Timeline),
        with(frame, fixtures::help()),
        with(frame, fixtures::details(frame)),
        with(frame, fixtures::networks_selected(frame)),
        with(frame, fixtures::connections(frame)),
        with(frame, fixtures::filtered(frame)),
        with(frame, fixtures::addresses(frame)),
        with(frame, fixtures::reference(frame)),
        with(frame, fixtures::page(frame)),
        with(frame, fixtures::target(frame)),
        with(frame, fixtures::advice(frame)),
        with(frame, fixtures::settings(frame.header.host.len() > 40)),
    ]
}

fn looks() -> [Look; 3] {
    [look("dark", Glyphs::Blocks), look("mono", Glyphs::Ascii), look("dark", Glyphs::Braille)]
}

/// A larger buffer full of a mark nobody draws, to draw into the middle of.
struct Margin {
    buf: Buffer,
    mark: Cell,
    area: Rect,
}

impl Margin {
    fn around(width: u16, height: u16) -> Self {
        let mut mark = Cell::new("\u{e000}");
        mark.set_fg(Color::Indexed(201));
        let buf = Buffer::filled(Rect::new(0, 0, width + 4, height + 4), mark.clone());
        Self { buf, mark, area: Rect::new(2, 2, width, height) }
    }

    fn stays(&mut self, name: &str, frame: &Frame, look: &Look) {
        let (area, outer) = (self.area, self.buf.area);
        draw(frame, look, area, &mut self.buf);
        let rows = (0..2).chain(area.bottom()..outer.bottom());
        let beside = rows.flat_map(|y| (0..outer.width).map(move |x| (x, y)));
        let columns = (0..2).chain(area.right()..outer.right());
        let around = columns.flat_map(|x| (2..area.bottom()).map(move |y| (x, y)));
        for place in beside.chain(around) {
            assert!(self.buf[place] == self.mark, "{name} at {area} wrote to {place:?}");
        }
    }
}

/// Every size there is under each screen and everything that can lie over one: in
/// turn of an incident, of a host that shows nothing, and of names nobody chose well.
#[test]
#[ignore = "takes minutes; run by tests/run.sh"]
fn no_size_panics_or_writes_outside_its_area() {
    let looks = looks();
    let situations = [fixtures::incident(), fixtures::denied(), fixtures::hostile()];
    let [one, two, three] = situations.map(|frame| shown(&frame));
    let screens: Vec<[Frame; 3]> =
        one.into_iter().zip(two).zip(three).map(|((a, b), c)| [a, b, c]).collect();
    let walk = |widths: std::ops::RangeInclusive<u16>| {
        for (w, h) in widths.flat_map(|w| (0..=70).map(move |h| (w, h))) {
            let mut margin = Margin::around(w, h);
            for (screen, situations) in screens.iter().enumerate() {
                // Neighbours differ both ways.
                let at = usize::from(w) + usize::from(h) + screen;
                margin.stays("every size", &situations[at % 3], &looks[at / 3 % 3]);
            }
        }
    };
    // Two halves of about the same area.
    std::thread::scope(|scope| {
        scope.spawn(|| walk(0..=155));
        scope.spawn(|| walk(156..=220));
    });
}

/// The screen of many hosts, which nothing else has in common with.
#[test]
fn no_size_of_many_hosts_panics_or_writes_outside_its_area() {
    let (looks, frame) = (looks(), fixtures::hosts());
    for (w, h) in (0..=220).step_by(3).flat_map(|w| (0..=70).step_by(2).map(move |h| (w, h))) {
        let mut margin = Margin::around(w, h);
        margin.stays("hosts", &frame, &looks[usize::from(w + h) % 3]);
    }
}

/// Of all situations those sizes at which something changes, and some between.
#[test]
fn no_situation_panics_or_writes_outside_its_area() {
    let widths = [0, 1, 2, 3, 5, 23, 24, 29, 30, 44, 71, 72, 80, 105, 106, 120, 159, 160, 220];
    let heights = [0, 1, 2, 3, 4, 6, 7, 12, 13, 19, 20, 24, 27, 29, 30, 36, 70];
    let mut sizes: Vec<(u16, u16)> =
        heights.iter().flat_map(|h| (0..=220).step_by(11).map(move |w| (w, *h))).collect();
    sizes.extend(widths.iter().flat_map(|w| (0..=70).step_by(4).map(move |h| (*w, h))));
    sizes.extend((0..=40).flat_map(|w| (0..=14).map(move |h| (w, h))));
    let looks = looks();
    for (name, frame) in fixtures::all() {
        let shown = shown(&frame);
        for (i, (w, h)) in sizes.iter().enumerate() {
            // Each size sees two glyph sets, and each screen has its turn.
            let (one, other) = (&looks[i % 3], &looks[(i + 1) % 3]);
            let mut margin = Margin::around(*w, *h);
            margin.stays(name, &shown[i % 4], one);
            margin.stays(name, &shown[4 + i % 7], other);
        }
    }
}

#[test]
fn plain_glyphs_mean_plain_bytes() {
    let look = look("mono", Glyphs::Ascii);
    for (name, frame) in fixtures::all() {
        for frame in shown(&frame) {
            let sizes = [(220, 70), (160, 45), (120, 36), (106, 30), (80, 24), (72, 20)];
            for (w, h) in sizes.into_iter().chain([(60, 16), (44, 12), (30, 7), (24, 3), (9, 1)]) {
                let text = symbols(&drawn(&frame, &look, w, h));
                let foreign: String = text.chars().filter(|c| !c.is_ascii()).collect();
                assert_eq!(foreign, "", "{name} at {w}x{h}");
            }
        }
    }
}

#[test]
fn the_same_frame_gives_the_same_cells_over_any_ground() {
    let look = look("dark", Glyphs::Blocks);
    for (name, frame) in fixtures::all() {
        let area = Rect::new(0, 0, 120, 36);
        let mut used = drawn(&fixtures::hostile(), &look, 120, 36);
        draw(&frame, &look, area, &mut used);
        assert_eq!(used, drawn(&frame, &look, 120, 36), "{name}");
    }
}

#[test]
fn what_was_seen_does_not_fill_the_row() {
    let look = look("dark", Glyphs::Blocks);
    let mut frame = fixtures::incident();
    let ground = |frame: &Frame| {
        let buf = drawn(frame, &look, 120, 36);
        buf.cell((100, 1)).expect("on the banner").bg
    };
    let loud = ground(&frame);
    frame.silence = crate::app::Silence::Acknowledged;
    assert_ne!(ground(&frame), loud);
    let text = symbols(&drawn(&frame, &look, 120, 36));
    assert!(text.contains("CRIT") && text.contains("acknowledged"), "{text}");
}

/// The cell at a place of the full screen.
fn cell(frame: &Frame, theme: &str, x: u16, y: u16) -> Cell {
    let buf = drawn(frame, &look(theme, Glyphs::Blocks), 120, 36);
    buf.cell((x, y)).expect("on the screen").clone()
}

#[test]
fn only_trouble_fills_the_banner_in_every_theme() {
    for name in Theme::builtin_names() {
        let crit = Theme::load(name).expect("built in").severity.crit_banner;
        for x in [0, 60, 119] {
            let cell = cell(&fixtures::incident(), name, x, 1);
            assert_eq!(Some(cell.fg), crit.fg, "{name}");
            assert_eq!(cell.modifier, crit.add_modifier, "{name}");
        }
        let theme = Theme::load(name).expect("built in");
        let calm = cell(&fixtures::calm(), name, 119, 1);
        assert_eq!(Some(calm.bg), theme.text.canvas.bg, "{name}: the row is quiet");
        let chip = cell(&fixtures::calm(), name, 3, 1);
        assert_eq!(Some(chip.fg), theme.severity.ok_banner.fg, "{name}: the chip is there");
    }
}

#[test]
fn every_theme_at_every_depth_draws_every_screen() {
    let depths = [ColorDepth::TrueColor, ColorDepth::Ansi256, ColorDepth::Ansi16, ColorDepth::None];
    let frames = [fixtures::calm(), fixtures::incident(), fixtures::refused()];
    for name in Theme::builtin_names() {
        for depth in depths {
            let theme = Theme::load(name).expect("built in");
            if theme.stand_in(depth).is_some() {
                continue; // which has its own turn
            }
            let look = Look { theme: theme.adapted(depth), glyphs: Glyphs::Blocks };
            for frame in &frames {
                let (word, glyph) = match frame.verdict.severity {
                    Severity::Critical => ("CRIT", "■"),
                    Severity::Warning => ("WARN", "▲"),
                    Severity::Ok => ("OK", "●"),
                    Severity::Unknown => ("?", "○"),
                };
                for screen in shown(frame) {
                    drawn(&screen, &look, 120, 36);
                    drawn(&screen, &look, 44, 12);
                }
                for (w, h) in [(120, 36), (80, 24), (44, 12)] {
                    let text = symbols(&drawn(frame, &look, w, h));
                    let told = text.contains(word) && text.contains(glyph);
                    assert!(told, "{name} {depth:?} {w}x{h}: {text}");
                }
            }
        }
    }
}

#[test]
fn the_gauge_has_the_colour_of_its_severity_and_its_levels_cut_out() {
    for name in Theme::builtin_names() {
        let theme = Theme::load(name).expect("built in");
        let bar = cell(&fixtures::incident(), name, 5, 8);
        assert_eq!((bar.symbol(), Some(bar.fg)), ("█", theme.severity.crit.fg), "{name}");
        assert_eq!(bar.modifier, Modifier::empty(), "{name}: a bar is not underlined");
        let calm = cell(&fixtures::calm(), name, 5, 8);
        assert_eq!(Some(calm.fg), theme.series.opened.crest().fg, "{name}");
        let buf = drawn(&fixtures::incident(), &look(name, Glyphs::Blocks), 120, 36);
        let levels = (0..120).filter_map(|x| buf.cell((x, 8))).filter(|c| c.symbol() == "┊");
        let levels: Vec<_> = levels.map(|c| c.modifier).collect();
        assert_eq!(levels, [Modifier::REVERSED; 2], "{name}");
    }
}

#[test]
fn a_selected_row_scrolls_into_view_and_is_marked() {
    let mut frame = fixtures::calm();
    frame.listeners.rows = (0..40)
        .map(|i| {
            let mut row = frame.listeners.rows[1].clone();
            row.listener.address = ([10, 0, 0, i], 80).into();
            row
        })
        .collect();
    frame.listeners.total = 40;
    frame.listeners.selected = 31;
    for (w, h) in [(120, 36), (80, 24)] {
        let text = symbols(&drawn(&frame, &look("dark", Glyphs::Blocks), w, h));
        let row = text.lines().find(|line| line.contains("10.0.0.31:80")).expect("in view");
        assert!(row.starts_with('▶'), "{row}");
    }
}

#[test]
fn a_long_address_keeps_its_port() {
    let mut frame = fixtures::calm();
    frame.listeners.rows[0].listener.address =
        "[2001:db8:1234:5678:9abc:def0:1234:5678]:8080".parse().expect("an address");
    for (w, h) in [(120, 36), (80, 24)] {
        let text = symbols(&drawn(&frame, &look("dark", Glyphs::Blocks), w, h));
        assert!(text.contains("]:8080"), "{text}");
    }
}

#[test]
fn the_smallest_screen_still_tells_the_verdict() {
    let look = look("dark", Glyphs::Blocks);
    let line = symbols(&drawn(&fixtures::incident(), &look, 24, 1));
    assert_eq!(line, " ■ HERD :8080 38× 41s");
    assert_eq!(symbols(&drawn(&fixtures::incident(), &look, 1, 1)), "■");
}

#[test]
fn a_pane_says_whose_numbers_these_are_as_long_as_there_is_room() {
    let look = look("dark", Glyphs::Blocks);
    let mut frame = fixtures::incident();
    let used = |frame: &Frame, width| {
        let text = symbols(&drawn(frame, &look, width, 12));
        text.lines().nth(1).expect("a second line").to_owned()
    };
    assert!(used(&frame, 44).contains("open files  :8080 "), "{}", used(&frame, 44));
    assert!(!used(&frame, 34).contains(":80"), "{}", used(&frame, 34));
    // A smaller number makes no room that the next larger one would take away.
    for width in 30..=71 {
        let before = used(&frame, width).contains(":8080");
        let gauge = frame.gauge.as_mut().expect("a limit");
        let now = std::mem::replace(&mut gauge.limit.used, 4);
        assert_eq!(used(&frame, width).contains(":8080"), before, "{width}");
        frame.gauge.as_mut().expect("a limit").limit.used = now;
    }
    let strip = |width| symbols(&drawn(&fixtures::incident(), &look, width, 2));
    assert!(strip(44).ends_with(" :8080") && !strip(31).contains("87 % 4.81k/s :8080"));
    frame.hero.focus.clear();
    assert!(!used(&frame, 60).contains(':'), "no listener, no port");
}

#[test]
fn the_name_of_a_level_has_no_holes() {
    let look = look("dark", Glyphs::Blocks);
    let mut frame = fixtures::incident();
    let text = |frame: &Frame| symbols(&drawn(frame, &look, 120, 36));
    assert!(text(&frame).contains(" herd alert "));
    // Bars of the whole window but a gap in its middle, then of all of it.
    let last = frame.chart.points.len();
    let bar = frame.chart.points[last - 1];
    for (at, point) in frame.chart.points.iter_mut().enumerate() {
        if !(last / 3..last * 2 / 3).contains(&at) {
            *point = bar;
        }
    }
    let line = text(&frame);
    let line = line.lines().find(|line| line.contains(" herd alert ")).expect("in the gap");
    assert!(line.find("herd alert").is_some_and(|at| at > 30), "{line}");
    frame.chart.points.fill(bar);
    assert!(!text(&frame).contains("herd") || !text(&frame).contains("alert ╌"));
    assert!(!text(&frame).lines().any(|line| line.contains("1k") && line.contains("alert")));
}

#[test]
fn lines_that_no_row_needs_tell_more_of_the_one_that_is_there() {
    let look = look("dark", Glyphs::Blocks);
    let mut frame = fixtures::refused();
    let text = |frame: &Frame| symbols(&drawn(frame, &look, 120, 36));
    assert!(text(&frame).contains("median age"), "two lines are kept below five listeners");
    frame.listeners.rows.truncate(1);
    frame.probes.rows.truncate(1);
    frame.codes.rows.truncate(2);
    let told = text(&frame);
    for said in
        ["median age >5 min", "busiest network", "since herdtop started", "browser close code"]
    {
        assert!(told.contains(said), "{said}: {told}");
    }
    let failed = frame.probes.failures.first().expect("a failure");
    let count = format!("×{}", failed.count);
    let is = |line: &str| line.contains(&failed.words) && line.ends_with(&count);
    assert!(told.lines().any(is), "{told}");
}

#[test]
fn an_overlay_is_drawn_over_the_screen() {
    let mut frame = fixtures::calm();
    frame.overlay = fixtures::help();
    let text = symbols(&drawn(&frame, &look("dark", Glyphs::Blocks), 80, 24));
    assert!(text.contains("╭─ Keys: incident ─"), "{text}");
}

#[test]
fn who_has_tried_stands_under_whose_connections_are_open() {
    use crate::sample::{LogClient, LogClients};
    let frame = fixtures::incident();
    let Overlay::Details(mut details) = fixtures::details(&frame) else { panic!("details") };
    let one = |name: &str, attempts| LogClient { name: name.to_owned(), attempts };
    details.attempts = Some(LogClients {
        attempts: 4_000,
        addresses: vec![one("203.0.113.9", 1_700)],
        networks: vec![one("203.0.113.0/24", 3_900)],
        beyond: 0,
    });
    let text = symbols(&drawn(
        &with(&frame, Overlay::Details(details)),
        &look("dark", Glyphs::Blocks),
        200,
        60,
    ));
    for said in ["CLIENTS", "ATTEMPTS", "203.0.113.0/24", "203.0.113.9", "3 900"] {
        assert!(text.contains(said), "{said} is not in\n{text}");
    }
}
