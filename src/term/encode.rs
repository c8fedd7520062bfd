//! A frame as the bytes that make the last one into it.
//!
//! ratatui's own backend names both colours whenever one changes, resets them for
//! every blank and goes through the screen row by row. The recorded incident cost
//! 1 636 bytes a second with it at 120x36; a second has some 70 changed places in
//! a dozen styles. Here each style is named once a frame and then all its places
//! are written.

use std::io::Write;
use std::rc::Rc;

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

use super::pen::{Pen, change};
use crate::view::Link;

/// Unchanged cells that are written again, since going past them costs more.
const BRIDGE: u16 = 3;

/// What the terminal shows and what it is to show.
#[derive(Debug)]
pub(super) struct Encoder {
    shown: Buffer,
    next: Buffer,
    /// Where the cells of both lead; empty where none leads anywhere.
    shown_links: Vec<CellLink>,
    next_links: Vec<CellLink>,
}

/// Where a cell leads.
type CellLink = Option<Rc<str>>;

/// Cells of one look side by side.
#[derive(Debug)]
struct CellRun {
    pen: Pen,
    x: u16,
    y: u16,
    /// Where it ends; none at the edge and behind what may not be as wide as we
    /// think.
    end: Option<u16>,
    text: String,
    link: CellLink,
}

impl Encoder {
    /// For a terminal that is empty.
    pub(super) fn new(columns: u16, rows: u16) -> Self {
        let area = Rect::new(0, 0, columns, rows);
        let (shown, next) = (Buffer::empty(area), Buffer::empty(area));
        Self { shown, next, shown_links: Vec::new(), next_links: Vec::new() }
    }

    /// How large it is.
    pub(super) const fn area(&self) -> Rect {
        self.next.area
    }

    /// Where the next frame is drawn, on nothing.
    pub(super) fn canvas(&mut self) -> &mut Buffer {
        self.next.reset();
        self.next_links.clear();
        &mut self.next
    }

    /// Says which cells of the next frame lead somewhere.
    pub(super) fn link(&mut self, links: &[Link]) {
        self.next_links.clear();
        if links.is_empty() {
            return;
        }
        self.next_links.resize(self.next.content.len(), None);
        for Link { place, url } in links {
            let url: Rc<str> = url.as_str().into();
            for position in place.intersection(self.next.area).positions() {
                let at = self.next.index_of(position.x, position.y);
                if let Some(cell) = self.next_links.get_mut(at) {
                    *cell = Some(Rc::clone(&url));
                }
            }
        }
    }

    /// Where a cell of the next frame leads.
    fn leads(&self, x: u16, y: u16) -> CellLink {
        self.next_links.get(self.next.index_of(x, y)).cloned().flatten()
    }

    /// The cells that differ, in order: by what they show and by where they lead.
    fn changed(&self) -> Vec<(u16, u16, &Cell)> {
        let mut changed = self.shown.diff(&self.next);
        if self.shown_links.is_empty() && self.next_links.is_empty() {
            return changed;
        }
        let leads = |links: &[CellLink], at: usize| links.get(at).cloned().flatten();
        for (at, cell) in self.next.content.iter().enumerate() {
            let (x, y) = self.next.pos_of(at);
            if leads(&self.shown_links, at) != leads(&self.next_links, at)
                && changed.binary_search_by_key(&(y, x), |(x, y, _)| (*y, *x)).is_err()
            {
                changed.push((x, y, cell));
                changed.sort_by_key(|(x, y, _)| (*y, *x));
            }
        }
        changed
    }

    /// Writes what differs, and takes it for shown.
    pub(super) fn encode(&mut self, out: &mut Vec<u8>) {
        // Half of a wide letter that is overwritten clears its other half, so with
        // them the order matters.
        let ordered = has_wide(&self.shown) || has_wide(&self.next);
        let mut runs = self.runs();
        let mut pen = Pen::PLAIN;
        let mut at = None;
        while !runs.is_empty() {
            // Those that need no other pen first, then those of the next one.
            let wanted = runs.iter().find(|run| run.pen == pen).map_or(runs[0].pen, |run| run.pen);
            let (now, later): (Vec<CellRun>, Vec<CellRun>) = if ordered {
                let later = runs.split_off(1);
                (runs, later)
            } else {
                runs.into_iter().partition(|run| run.pen == wanted)
            };
            let wanted = if ordered { now[0].pen } else { wanted };
            runs = later;
            change(out, pen, wanted);
            pen = wanted;
            for run in now {
                go(out, at, &run);
                // A link that ends with its cells survives any redraw around them.
                if let Some(url) = &run.link {
                    let _ = write!(out, "\x1b]8;;{url}\x1b\\{}\x1b]8;;\x1b\\", run.text);
                } else {
                    out.extend_from_slice(run.text.as_bytes());
                }
                at = run.end.map(|x| (x, run.y));
            }
        }
        change(out, pen, Pen::PLAIN);
        std::mem::swap(&mut self.shown, &mut self.next);
        std::mem::swap(&mut self.shown_links, &mut self.next_links);
    }

    /// What differs, row by row.
    fn runs(&self) -> Vec<CellRun> {
        let mut runs: Vec<CellRun> = Vec::new();
        let columns = self.next.area.width;
        for (x, y, cell) in self.changed() {
            let link = self.leads(x, y);
            let open =
                runs.last_mut().filter(|run| run.y == y && run.pen.draws(cell) && run.link == link);
            let joined = open.is_some_and(|run| self.bridge(run, x));
            if !joined {
                let pen = Pen::of(cell);
                runs.push(CellRun { pen, x, y, end: Some(x), text: String::new(), link });
            }
            if let Some(run) = runs.last_mut() {
                run.text.push_str(cell.symbol());
                let narrow = cell.symbol().width() == 1;
                run.end = Some(x + 1).filter(|x| narrow && *x < columns);
            }
        }
        runs
    }

    /// Has a run reach up to this column, over what has not changed.
    fn bridge(&self, run: &mut CellRun, to: u16) -> bool {
        let Some(end) = run.end.filter(|end| *end <= to && to - end <= BRIDGE) else {
            return false;
        };
        let between = || (end..to).filter_map(|x| self.next.cell((x, run.y)));
        // Letters of several bytes are no shorter than a way past them.
        let same = (end..to).all(|x| self.leads(x, run.y) == run.link);
        if !same || !between().all(|cell| run.pen.draws(cell) && cell.symbol().len() == 1) {
            return false;
        }
        let text: String = between().map(Cell::symbol).collect();
        run.text.push_str(&text);
        true
    }
}

/// Whether a letter takes two cells.
fn has_wide(buffer: &Buffer) -> bool {
    buffer.content.iter().any(|cell| cell.symbol().len() > 1 && cell.symbol().width() > 1)
}

/// The cursor to the beginning of a run (ECMA-48 CUP, CHA).
fn go(out: &mut Vec<u8>, at: Option<(u16, u16)>, run: &CellRun) {
    let (column, row) = (run.x + 1, run.y + 1);
    // A vector takes everything.
    let _ = match at {
        Some((x, y)) if y == run.y && x == run.x => Ok(()),
        Some((_, y)) if y == run.y => write!(out, "\x1b[{column}G"),
        _ if column == 1 => write!(out, "\x1b[{row}H"),
        _ => write!(out, "\x1b[{row};{column}H"),
    };
}

#[cfg(test)]
mod tests {
    use ratatui::style::{Color, Modifier, Style};

    use super::*;

    const SIZE: (u16, u16) = (40, 12);

    fn terminal() -> vt100::Parser {
        let cells = |n: u16| std::num::NonZeroU16::new(n).expect("a size");
        vt100::Parser::new(cells(SIZE.1), cells(SIZE.0), 0)
    }

    fn same(color: Color, shown: vt100::Color) -> bool {
        match (color, shown) {
            (Color::Reset, vt100::Color::Default) => true,
            (Color::Rgb(r, g, b), vt100::Color::Rgb(..)) => shown == vt100::Color::Rgb(r, g, b),
            (Color::Indexed(n), vt100::Color::Idx(m)) => n == m,
            (Color::LightRed, vt100::Color::Idx(n)) => n == 9,
            _ => false,
        }
    }

    /// A frame with this text in the first row, its first cells leading there.
    fn linked(encoder: &mut Encoder, text: &str, cells: u16, url: &str) -> String {
        encoder.canvas().set_string(0, 0, text, Style::new());
        let links = [Link { place: Rect::new(0, 0, cells, 1), url: url.to_owned() }];
        encoder.link(if cells > 0 { &links } else { &[] });
        let mut bytes = Vec::new();
        encoder.encode(&mut bytes);
        String::from_utf8(bytes).expect("text")
    }

    #[test]
    fn a_link_ends_with_its_cells_and_is_drawn_again_where_it_leads_elsewhere() {
        let mut encoder = Encoder::new(SIZE.0, SIZE.1);
        let link = |url: &str, text: &str| format!("\x1b]8;;{url}\x1b\\{text}\x1b]8;;\x1b\\");
        let first = linked(&mut encoder, "HERD on it", 4, "https://r/herd");
        assert!(first.contains(&link("https://r/herd", "HERD")), "{first:?}");
        assert!(first.ends_with("on it"), "{first:?}");
        assert_eq!(linked(&mut encoder, "HERD on it", 4, "https://r/herd"), "", "nothing changed");
        let one = linked(&mut encoder, "HEED on it", 4, "https://r/herd");
        assert!(one.contains(&link("https://r/herd", "E")), "{one:?}");
        let other = linked(&mut encoder, "HEED on it", 4, "https://r/fds");
        assert!(other.contains(&link("https://r/fds", "HEED")), "{other:?}");
        let none = linked(&mut encoder, "HEED on it", 0, "");
        assert!(none.contains("HEED") && !none.contains("\x1b]8"), "{none:?}");
    }

    /// Every cell of the terminal is that of the frame.
    fn compare(parser: &vt100::Parser, frame: &Buffer) {
        for y in 0..SIZE.1 {
            for x in 0..SIZE.0 {
                let (cell, want) = (parser.screen().cell(y, x), frame.cell((x, y)));
                let (cell, want) = (cell.expect("a cell"), want.expect("a cell"));
                if cell.is_wide_continuation() {
                    continue;
                }
                let text = if cell.has_contents() { cell.contents() } else { " " };
                assert_eq!(text, want.symbol(), "at {x},{y}");
                assert!(same(want.bg, cell.bgcolor()), "at {x},{y}: {want:?}");
                let marks = want.modifier.intersects(Modifier::REVERSED | Modifier::UNDERLINED);
                if text != " " || marks {
                    assert!(same(want.fg, cell.fgcolor()), "at {x},{y}: {want:?}");
                    let has = |m| want.modifier.contains(m);
                    let is = (cell.bold(), cell.dim(), cell.inverse(), cell.underline());
                    let wanted = (
                        has(Modifier::BOLD),
                        has(Modifier::DIM),
                        has(Modifier::REVERSED),
                        has(Modifier::UNDERLINED),
                    );
                    assert_eq!(is, wanted, "at {x},{y}: {want:?}");
                }
            }
        }
    }

    /// The same numbers in each run (Numerical Recipes' generator).
    struct Dice(u32);

    impl Dice {
        fn roll(&mut self, sides: usize) -> usize {
            self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (self.0 >> 8) as usize % sides
        }
    }

    const COLORS: [Color; 5] = [
        Color::Reset,
        Color::Rgb(255, 107, 98),
        Color::Rgb(1, 2, 3),
        Color::Indexed(200),
        Color::LightRed,
    ];
    const MODIFIERS: [Modifier; 6] = [
        Modifier::empty(),
        Modifier::BOLD,
        Modifier::DIM,
        Modifier::REVERSED,
        Modifier::UNDERLINED,
        Modifier::BOLD.union(Modifier::REVERSED),
    ];

    #[test]
    fn a_terminal_shows_each_frame_whatever_was_before() {
        shows_each_frame_of(&["open", "  ", "4 812/s", "█▇", "é", "a b  c", "┊", "x"]);
    }

    fn shows_each_frame_of(choice: &[&'static str; 8]) {
        let mut dice = Dice(1);
        let mut encoder = Encoder::new(SIZE.0, SIZE.1);
        let mut parser = terminal();
        let mut words: Vec<(u16, u16, &str, Style)> = Vec::new();
        for _ in 0..400 {
            for _ in 0..=dice.roll(5) {
                let style = Style::reset()
                    .fg(COLORS[dice.roll(5)])
                    .bg(COLORS[dice.roll(5)])
                    .add_modifier(MODIFIERS[dice.roll(6)]);
                let at = |n: usize| u16::try_from(n).expect("small");
                let (x, y) = (at(dice.roll(40)), at(dice.roll(12)));
                words.push((x, y, choice[dice.roll(8)], style));
                if words.len() > 40 {
                    words.remove(dice.roll(40));
                }
            }
            let canvas = encoder.canvas();
            for (x, y, word, style) in &words {
                canvas.set_string(*x, *y, word, *style);
            }
            let mut bytes = Vec::new();
            encoder.encode(&mut bytes);
            parser.process(&bytes);
            compare(&parser, &encoder.shown);
        }
    }

    #[test]
    fn a_frame_that_is_the_same_costs_nothing() {
        let mut encoder = Encoder::new(SIZE.0, SIZE.1);
        let draw = |encoder: &mut Encoder| {
            encoder.canvas().set_string(3, 2, "4 812/s", Style::reset().fg(Color::LightRed));
            let mut bytes = Vec::new();
            encoder.encode(&mut bytes);
            String::from_utf8(bytes).expect("text")
        };
        assert_eq!(draw(&mut encoder), "\x1b[91m\x1b[3;4H4 812/s\x1b[m");
        assert_eq!(draw(&mut encoder), "");
    }

    #[test]
    fn a_style_is_named_once_and_blanks_need_none() {
        let mut encoder = Encoder::new(SIZE.0, SIZE.1);
        let red = Style::reset().fg(Color::LightRed);
        let blue = Style::reset().fg(Color::Indexed(4)).add_modifier(Modifier::BOLD);
        let canvas = encoder.canvas();
        canvas.set_string(0, 0, "a", red);
        canvas.set_string(5, 0, "b", blue);
        canvas.set_string(20, 0, "c", red);
        canvas.set_string(0, 5, "d", blue);
        let mut bytes = Vec::new();
        encoder.encode(&mut bytes);
        let text = String::from_utf8(bytes).expect("text");
        let red = "\x1b[91m\x1b[1Ha\x1b[21Gc";
        assert_eq!(text, format!("{red}\x1b[1;38;5;4m\x1b[6Gb\x1b[6Hd\x1b[m"));
    }
}
