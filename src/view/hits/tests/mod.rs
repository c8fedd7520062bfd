//! What is hit is what is drawn there: frames are drawn, texts found in them,
//! and asked for.

mod charts;
mod scroll;

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;

use super::super::fixtures;
use super::super::{Look, draw};
use super::{dragged, drawn, hit};
use crate::app::{Action, Frame, Hit, Overlay, Panel, Panes, SortColumn, View};
use crate::sample::ConnectionOrder;
use crate::theme::{Glyphs, Theme};

const SIZES: [(u16, u16); 4] = [(44, 12), (80, 24), (120, 36), (200, 60)];
const VIEWS: [View; 4] = [View::Incident, View::Listeners, View::Probes, View::Timeline];

fn look() -> Look {
    Look { theme: Theme::load("dark").expect("built in"), glyphs: Glyphs::Blocks }
}

/// A picture, and what is asked of it.
struct Picture {
    frame: Frame,
    area: Rect,
    cells: Buffer,
}

impl Picture {
    fn new(frame: &Frame, (width, height): (u16, u16)) -> Self {
        let area = Rect::new(0, 0, width, height);
        let mut cells = Buffer::empty(area);
        draw(frame, &look(), area, &mut cells);
        Self { frame: frame.clone(), area, cells }
    }

    fn symbol(&self, x: u16, y: u16) -> &str {
        self.cells.cell((x, y)).map_or("", Cell::symbol)
    }

    fn line(&self, y: u16) -> String {
        (0..self.area.width).map(|x| self.symbol(x, y)).collect()
    }

    /// Every place at which a text begins.
    fn find(&self, text: &str) -> Vec<(u16, u16)> {
        let length = u16::try_from(text.chars().count()).expect("short");
        let is = |x: u16, y: u16| (x..x + length).map(|x| self.symbol(x, y)).collect::<String>();
        let all = (0..self.area.height).flat_map(|y| (0..self.area.width).map(move |x| (x, y)));
        all.filter(|(x, y)| x + length <= self.area.width && is(*x, *y) == text).collect()
    }

    fn hit(&self, x: u16, y: u16) -> Option<Hit> {
        hit(&self.frame, &look(), self.area, (x, y))
    }

    /// The column of the cursor in a chart: a line under its head.
    fn cursor(&self) -> Option<u16> {
        let heads = self.find("▼");
        heads.into_iter().find(|(x, y)| self.symbol(*x, y + 1) == "│").map(|(x, _)| x)
    }

    /// What the first and the last cell of a text are, where it first stands.
    fn text(&self, text: &str) -> [Option<Hit>; 2] {
        let (x, y) = *self.find(text).first().unwrap_or_else(|| {
            let lines: Vec<String> = (0..self.area.height).map(|y| self.line(y)).collect();
            panic!("'{text}' is not drawn at {}:\n{}", self.area, lines.join("\n"))
        });
        let length = u16::try_from(text.chars().count()).expect("short");
        [self.hit(x, y), self.hit(x + length - 1, y)]
    }
}

fn on(frame: &Frame, view: View) -> Frame {
    Frame { view, ..frame.clone() }
}

fn zoomed(frame: &Frame, front: Panel) -> Frame {
    let panes = Panes { focus: Some(front), zoomed: true, ..Panes::default() };
    Frame { panes, ..frame.clone() }
}

#[test]
fn tabs_and_the_verdict_are_where_they_are_drawn() {
    for view in VIEWS {
        for size in SIZES {
            let picture = Picture::new(&on(&fixtures::refused(), view), size);
            let banner = u16::from(size.0 >= 106);
            assert_eq!(picture.hit(3, banner), Some(Hit::Banner), "{view:?} {size:?}");
            if banner == 0 {
                continue;
            }
            for (name, to) in
                ["1 Incident", "2 Listeners", "3 Probes", "4 Timeline"].into_iter().zip(VIEWS)
            {
                assert_eq!(picture.text(name), [Some(Hit::Tab(to)); 2], "{view:?} {size:?}");
            }
            assert_eq!(picture.text("live"), [Some(Hit::Mode); 2], "{view:?} {size:?}");
            assert_eq!(picture.text("herdtop"), [None; 2], "the name alone leads nowhere");
        }
    }
}

#[test]
fn every_hint_is_its_key() {
    for view in VIEWS {
        for size in SIZES.into_iter().skip(1) {
            let picture = Picture::new(&on(&fixtures::incident(), view), size);
            let y = size.1 - 1;
            let words = [
                ("? help", Action::Help),
                ("c codes", Action::Codes),
                ("space pause", Action::Pause),
            ];
            for (text, action) in words {
                let [first, last] = picture.text(text);
                assert!(matches!(first, Some(Hit::Hint(is, _)) if is == action), "{first:?}");
                assert_eq!(last, Some(Hit::Hint(action, None)), "{view:?} {size:?} {text}");
            }
            let x = picture.find("+ - window").first().expect("drawn").0;
            let signs = [0, 1, 2].map(|at| picture.hit(x + at, y));
            let of = |sign| Some(Hit::Hint(Action::WindowLonger, sign));
            assert_eq!(signs, [of(Some('+')), of(None), of(Some('-'))]);
            let x = picture.find("1-4 view").first().expect("drawn").0;
            assert_eq!(picture.hit(x, y), Some(Hit::Hint(Action::Incident, None)));
        }
    }
}

#[test]
fn every_listener_drawn_is_that_listener() {
    for view in [View::Incident, View::Listeners] {
        // A pane cuts the addresses.
        for size in SIZES.into_iter().skip(1) {
            let mut frame = on(&fixtures::incident(), view);
            frame.listeners.rows = (0..99)
                .map(|i| {
                    let mut row = frame.listeners.rows[1].clone();
                    row.listener.address = ([10, 0, 0, i], 80).into();
                    row
                })
                .collect();
            frame.listeners.selected = 50;
            let picture = Picture::new(&frame, size);
            let mut seen = 0;
            for at in 0..99 {
                for (x, y) in picture.find(&format!(" 10.0.0.{at}:80")) {
                    assert_eq!(picture.hit(x + 1, y), Some(Hit::Listener(at)), "{size:?}");
                    seen += 1;
                }
            }
            let tables = drawn(&frame, picture.area).panels.contains(&Panel::Listeners);
            assert_eq!(tables, seen > 0, "{view:?} at {size:?}: {seen} rows");
        }
    }
}

#[test]
fn the_names_of_columns_sort_by_them() {
    let columns = [
        ("address", SortColumn::Address),
        ("process", SortColumn::Process),
        ("handsh/s", SortColumn::Opened),
        ("accept q", SortColumn::AcceptQueue),
        ("drops/s", SortColumn::Drops),
    ];
    for (view, size) in [
        (View::Incident, (120, 36)),
        (View::Incident, (200, 60)),
        (View::Listeners, (80, 24)),
        (View::Listeners, (120, 36)),
    ] {
        let picture = Picture::new(&on(&fixtures::calm(), view), size);
        let y = picture.find("address").first().expect("a heading").1;
        for (name, column) in columns {
            let (x, _) = *picture.find(name).iter().find(|at| at.1 == y).expect("a heading");
            let end = x + u16::try_from(name.len()).expect("short") - 1;
            let hits = [picture.hit(x, y), picture.hit(end, y)];
            assert_eq!(hits, [Some(Hit::Header(column)); 2], "{name} {view:?} {size:?}");
        }
    }
}

#[test]
fn targets_codes_events_and_alerts_are_their_rows() {
    let frame = fixtures::refused();
    for size in SIZES {
        let incident = Picture::new(&frame, size);
        let probes = Picture::new(&on(&frame, View::Probes), size);
        let alerts = Picture::new(&on(&frame, View::Timeline), size);
        if size.0 >= 106 {
            assert_eq!(incident.text("wss://edge-07/ws")[0], Some(Hit::Target(0)), "{size:?}");
            let event = &frame.events[0];
            let hit = Some(Hit::Event(event.letter(), event.at()));
            assert_eq!(incident.text(&event.text()[..12]), [hit; 2], "{size:?}");
        }
        if size.0 >= 72 {
            let code = frame.codes.rows[0].code;
            for picture in [&incident, &probes] {
                let y = picture.find("CLOSE CODES")[0];
                let below = picture.find(&code.to_string());
                let row = below.iter().find(|at| at.1 > y.1 && at.0 + 1 >= y.0);
                let (x, y) = *row.expect("a row");
                assert_eq!(picture.hit(x, y), Some(Hit::Code(code.0)), "{size:?}");
            }
        }
        let targets = probes.find("edge-07");
        assert!(!targets.is_empty() && probes.find("10.0.4.7:9001").len() == 1, "{size:?}");
        assert_eq!(probes.text("10.0.4.7:9001")[0], Some(Hit::Target(2)), "{size:?}");
        for (at, row) in frame.alerts.rows.iter().enumerate() {
            // Each begins with its letter, at the margin.
            let letter = row.alert().map_or('*', |row| crate::app::letter(&row.alert));
            let drawn = alerts.find(&format!("{letter} "));
            for (x, y) in drawn.into_iter().filter(|(x, _)| *x <= 1) {
                let hit = alerts.hit(x + 9, y);
                // Below the list the selected one is told in full.
                let reading = hit.is_none() && at == frame.alerts.selected;
                assert!(hit == Some(Hit::Alert(at)) || reading, "{at} {size:?}");
            }
        }
    }
}

#[test]
fn titles_are_their_panels_zoomed_or_not() {
    let frame = fixtures::refused();
    for view in VIEWS {
        let frame = on(&frame, view);
        for size in SIZES {
            let area = Rect::new(0, 0, size.0, size.1);
            for panel in drawn(&frame, area).panels {
                let large = Picture::new(&zoomed(&frame, panel), size);
                let name = super::panels::name(panel);
                assert_eq!(large.text(name), [Some(Hit::Title(panel)); 2], "{view:?} {size:?}");
                let small = Picture::new(&frame, size);
                if size.0 >= 72 {
                    assert_eq!(small.text(name), [Some(Hit::Title(panel)); 2], "{view:?} {size:?}");
                }
            }
        }
    }
}

#[test]
fn beside_a_box_is_the_way_out_and_in_it_its_rows() {
    let mut frame = fixtures::refused();
    // What lies around the box names the first command and the target too.
    frame.next.steps.clear();
    frame.side.retain(|panel| *panel != Panel::Probes);
    for size in SIZES.into_iter().skip(1) {
        let over = |overlay| Picture::new(&Frame { overlay, ..frame.clone() }, size);
        let help = over(fixtures::help());
        assert_eq!(help.text("? or esc closes"), [Some(Hit::Close); 2], "{size:?}");
        assert_eq!(help.text("this help"), [Some(Hit::Inside); 2]);
        let codes = over(fixtures::reference(&frame));
        let row = codes.find("1007 ").into_iter().find(|at| codes.line(at.1).contains("UTF-8"));
        let (x, y) = row.expect("a row");
        let Overlay::Codes(reference) = &codes.frame.overlay else { panic!("codes") };
        let at = reference.rows.iter().position(|row| row.codes == "1007");
        assert_eq!(codes.hit(x, y), at.map(Hit::Entry), "{size:?}");
        assert_eq!(codes.hit(0, 0), Some(Hit::Close));
        let advice = over(fixtures::advice(&frame));
        assert_eq!(advice.text("prlimit --pid"), [Some(Hit::Command(1)); 2], "{size:?}");
        assert_eq!(advice.text("ss -Htn"), [Some(Hit::Command(0)); 2], "{size:?}");
        assert_eq!(advice.text("raise it live"), [Some(Hit::Inside); 2]);
        let settings = over(fixtures::settings(false));
        for (row, (name, value)) in
            [(1, ("capacity   ", "70000")), (5, ("url   ", "wss://edge-07/ws"))]
        {
            assert_eq!(settings.text(name)[0], Some(Hit::Setting(row)), "{size:?}");
            assert_eq!(settings.text(value)[0], Some(Hit::Setting(row)), "{size:?}");
        }
        if !settings.find("WATCH").is_empty() {
            assert_eq!(settings.text("WATCH"), [Some(Hit::Inside); 2], "a heading is no row");
        }
        assert_eq!(
            (settings.hit(0, 0), settings.text("closes")[0]),
            (Some(Hit::Close), Some(Hit::Close))
        );
        let details = over(fixtures::details(&frame));
        assert_eq!(details.text("herdtop"), [Some(Hit::Close); 2]);
        let footer = details.text("? help");
        assert!(matches!(footer[1], Some(Hit::Hint(Action::Help, None))), "{footer:?}");
    }
}

#[test]
fn rows_and_headings_of_what_is_below_a_listener_lie_where_they_are_drawn() {
    let frame = fixtures::incident();
    for size in SIZES {
        let over = |overlay| Picture::new(&Frame { overlay, ..frame.clone() }, size);
        let page = over(fixtures::connections(&frame));
        let idle = page.text("last data");
        assert_eq!(idle, [Some(Hit::Order(ConnectionOrder::Idle)); 2], "{size:?}");
        // The first is in the title.
        let (x, y) = *page.find("send q").last().expect("its heading");
        assert_eq!(page.hit(x, y), Some(Hit::Order(ConnectionOrder::SendQueue)), "{size:?}");
        assert_eq!(page.text("10.20.31.0:40000"), [Some(Hit::Drilled(0)); 2], "{size:?}");
        assert_eq!(page.text("10.20.31.7:40002"), [Some(Hit::Drilled(2)); 2], "{size:?}");
        assert_eq!(page.text("herdtop"), [Some(Hit::Close); 2], "{size:?}");
        let addresses = over(fixtures::addresses(&frame));
        assert_eq!(addresses.text("10.20.31.9 "), [Some(Hit::Drilled(2)); 2], "{size:?}");
        let details = over(fixtures::networks_selected(&frame));
        assert_eq!(details.text("10.20.44.0/24"), [Some(Hit::Drilled(2)); 2], "{size:?}");
    }
}

/// Whatever the terminal sends: 65535 is what crossterm makes of a 0.
#[test]
fn no_place_at_any_size_panics() {
    let widths = [0, 1, 2, 5, 23, 24, 29, 30, 44, 71, 72, 80, 105, 106, 120, 160, 220];
    let heights = [0, 1, 2, 4, 5, 6, 7, 10, 12, 19, 20, 24, 27, 29, 30, 36, 50, 70];
    let far = [0, 1, 2, 7, 29, 70, 219, 220, 221, 32_767, 65_534, 65_535];
    let frames = [fixtures::hostile(), fixtures::refused(), fixtures::warming_up()];
    for (i, frame) in frames.iter().enumerate() {
        let mut shown: Vec<Frame> = VIEWS.map(|view| on(frame, view)).to_vec();
        let panels = [Panel::Chart, Panel::Handshakes, Panel::Codes, Panel::Probes];
        let others = [Panel::Listeners, Panel::Events, Panel::Alerts];
        shown.extend(panels.into_iter().chain(others).map(|panel| zoomed(frame, panel)));
        let covers = [
            fixtures::help(),
            fixtures::details(frame),
            fixtures::networks_selected(frame),
            fixtures::connections(frame),
            fixtures::addresses(frame),
            fixtures::reference(frame),
            fixtures::page(frame),
            fixtures::target(frame),
            fixtures::advice(frame),
            fixtures::settings(i == 0),
        ];
        shown.extend(covers.map(|overlay| Frame { overlay, ..frame.clone() }));
        let look = look();
        for (j, width) in widths.into_iter().enumerate() {
            for (k, height) in heights.into_iter().enumerate() {
                let frame = &shown[(i + j * 5 + k) % shown.len()];
                // A screen need not begin at the corner of its buffer.
                let area = Rect::new(2, 3, width, height);
                let _ = super::drawn(frame, area);
                for y in ((height % 3)..height).step_by(3).chain(far) {
                    for x in ((width % 7)..width).step_by(7).chain(far) {
                        let found = hit(frame, &look, area, (x, y));
                        assert!(found.is_none() || (x < width && y < height));
                    }
                    let _ = dragged(frame, &look, area, (width / 2, y), 65_535);
                    let _ = dragged(frame, &look, area, (width / 2, height / 3), y);
                }
            }
        }
    }
}
