//! Every view at every size in every situation, as drawn: the symbols, and under
//! them what has the colour of a severity.

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;

use super::fixtures::{self, probes};
use super::{Look, draw};
use crate::app::{Frame, View};
use crate::theme::{Glyphs, Theme};

const VIEWS: [(&str, View); 4] = [
    ("incident", View::Incident),
    ("listeners", View::Listeners),
    ("probes", View::Probes),
    ("timeline", View::Timeline),
];

const SIZES: [(u16, u16); 4] = [(44, 12), (80, 24), (120, 36), (200, 60)];

fn look(theme: &str, glyphs: Glyphs) -> Look {
    Look { theme: Theme::load(theme).expect("built in"), glyphs }
}

fn situations() -> Vec<(&'static str, Frame)> {
    vec![
        ("calm", fixtures::probed()),
        ("warming-up", probes::starting(fixtures::warming_up())),
        ("firing", fixtures::refused()),
        ("paused", probes::probed(fixtures::paused(), true)),
        ("denied", probes::probed(fixtures::denied(), false)),
        ("no-probes", fixtures::incident()),
        ("crashed", fixtures::crashed()),
    ]
}

#[test]
fn every_view_is_as_it_was_at_every_size_in_every_situation() {
    let look = look("dark", Glyphs::Blocks);
    for (situation, frame) in situations() {
        for (name, view) in VIEWS {
            let frame = Frame { view, ..frame.clone() };
            for (w, h) in SIZES {
                let picture = picture(&frame, &look, w, h);
                insta::assert_snapshot!(format!("{name}-{situation}-{w}x{h}"), picture);
            }
        }
    }
}

#[test]
fn many_hosts_are_as_they_were_at_every_size() {
    let look = look("dark", Glyphs::Blocks);
    for (w, h) in SIZES {
        let picture = picture(&fixtures::hosts(), &look, w, h);
        insta::assert_snapshot!(format!("hosts-{w}x{h}"), picture);
    }
}

#[test]
fn what_lies_over_the_screen_is_as_it_was_at_every_size() {
    let incident = fixtures::incident();
    let refused = fixtures::refused();
    let crashed = fixtures::crashed();
    let over = [
        ("help", &incident, fixtures::help()),
        ("palette", &incident, fixtures::palette()),
        ("rule", &incident, fixtures::rule()),
        ("details", &incident, fixtures::details(&incident)),
        ("advice", &incident, fixtures::advice(&incident)),
        ("advice-crashed", &crashed, fixtures::advice(&crashed)),
        ("settings", &incident, fixtures::settings(false)),
        ("codes", &refused, fixtures::reference(&refused)),
        ("code", &refused, fixtures::page(&refused)),
        ("target", &refused, fixtures::target(&refused)),
        ("connections", &incident, fixtures::connections(&incident)),
        ("connections-filtered", &incident, fixtures::filtered(&incident)),
        ("connections-unread", &incident, fixtures::unread(&incident)),
        ("addresses", &incident, fixtures::addresses(&incident)),
        ("networks", &incident, fixtures::networks_selected(&incident)),
    ];
    for (name, frame, overlay) in over {
        let frame = Frame { overlay, ..frame.clone() };
        for (w, h) in SIZES {
            let picture = picture(&frame, &look("dark", Glyphs::Blocks), w, h);
            insta::assert_snapshot!(format!("over-{name}-{w}x{h}"), picture);
        }
    }
}

#[test]
fn a_chosen_target_and_other_characters_are_as_they_were() {
    let (incident, refused) = (fixtures::incident(), fixtures::refused());
    let on_probes = |frame: Frame| Frame { view: View::Probes, ..frame };
    for (name, frame, look) in [
        ("chosen", on_probes(probes::chosen(refused.clone(), 1)), look("dark", Glyphs::Blocks)),
        ("ascii", incident.clone(), look("mono", Glyphs::Ascii)),
        ("ascii-told", on_probes(refused), look("mono", Glyphs::Ascii)),
        ("braille", incident, look("dark", Glyphs::Braille)),
    ] {
        for (w, h) in SIZES {
            insta::assert_snapshot!(format!("{name}-{w}x{h}"), picture(&frame, &look, w, h));
        }
    }
}

#[test]
fn every_theme_has_its_frame() {
    for name in Theme::builtin_names() {
        let area = Rect::new(0, 0, 80, 24);
        let mut buf = Buffer::empty(area);
        draw(&fixtures::refused(), &look(name, Glyphs::Blocks), area, &mut buf);
        insta::assert_snapshot!(format!("theme-{name}"), styled(&buf));
    }
}

/// Each row as stretches of one style: the symbols, and what they are drawn with.
fn styled(buf: &Buffer) -> String {
    let mut lines = Vec::new();
    for row in buf.content.chunks(usize::from(buf.area.width)) {
        for stretch in row.chunk_by(|a, b| a.style() == b.style()) {
            let text: String = stretch.iter().map(Cell::symbol).collect();
            let Cell { fg, bg, modifier, .. } = &stretch[0];
            lines.push(format!("{fg} {bg} {modifier:?} '{text}'"));
        }
        lines.push(String::new());
    }
    lines.join("\n")
}

/// Symbols, and where a row has a severity in it, a row of its letters.
fn picture(frame: &Frame, look: &Look, width: u16, height: u16) -> String {
    let area = Rect::new(0, 0, width, height);
    let mut buf = Buffer::empty(area);
    draw(frame, look, area, &mut buf);
    let row = |y| (0..width).map(move |x| (x, y));
    let line = |buf: &Buffer, y, of: &dyn Fn(&Cell) -> String| {
        let cells = row(y).filter_map(|at| buf.cell(at));
        cells.map(of).collect::<String>().trim_end().to_owned()
    };
    let symbols: Vec<_> =
        (0..height).map(|y| line(&buf, y, &|cell| cell.symbol().to_owned())).collect();
    let severities = (0..height).filter_map(|y| {
        let letters = line(&buf, y, &|cell| letter(look, cell).to_string());
        (!letters.is_empty()).then(|| format!("{:>2} {letters}", y + 1))
    });
    let severities: Vec<_> = severities.collect();
    format!("{}\n--- severities\n{}", symbols.join("\n"), severities.join("\n"))
}

/// `c` critical, `w` warning, `o` ok; capitals on a ground of that colour.
fn letter(look: &Look, cell: &Cell) -> char {
    let of = &look.theme.severity;
    let grounds = [(&of.crit_banner, 'C'), (&of.warn_banner, 'W'), (&of.ok_banner, 'O')];
    let ground = grounds.iter().find(|(style, _)| style.bg == Some(cell.bg));
    let colours = [(&of.crit, 'c'), (&of.warn, 'w'), (&of.ok, 'o')];
    let colour = || colours.iter().find(|(style, _)| style.fg == Some(cell.fg));
    ground.or_else(|| colour().filter(|_| cell.symbol() != " ")).map_or(' ', |(_, l)| *l)
}
