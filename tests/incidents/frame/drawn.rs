//! A recording as its screens show it, second by second.

use std::path::Path;
use std::sync::LazyLock;
use std::time::Duration;

use herdtop::app::{App, Frame, Key, Scene, compose};
use herdtop::model::ServiceId;
use herdtop::session::Session;
use herdtop::source::recording::{Reader, Record};
use herdtop::theme::{ColorDepth, Glyphs, Theme};
use herdtop::view::{self, Look};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// The sizes of a telephone, a pane, a terminal, and a whole screen.
pub(super) const SIZES: [(u16, u16); 7] =
    [(44, 12), (60, 16), (80, 24), (100, 30), (120, 36), (160, 45), (200, 60)];

/// The screens, and the keys that lead to each.
pub(super) const SCREENS: [(&str, &[Key]); 5] = [
    ("incident", &[]),
    ("listeners", &[Key::Char('2')]),
    ("probes", &[Key::Char('3')]),
    ("timeline", &[Key::Char('4')]),
    ("details", &[Key::Char('2'), Key::Enter]),
];

/// What one screen shows at one size.
pub(super) struct Drawn {
    /// Seconds since the recording began.
    pub(super) at: f64,
    pub(super) screen: &'static str,
    pub(super) size: (u16, u16),
    /// Its rows, as read.
    pub(super) rows: Vec<String>,
}

impl Drawn {
    /// Where it was seen.
    pub(super) fn place(&self) -> String {
        format!("at {:.1} s, {}, {}x{}", self.at, self.screen, self.size.0, self.size.1)
    }

    pub(super) fn text(&self) -> String {
        self.rows.join("\n")
    }
}

/// Shows every screen of those derivations of a recording that are wanted, at every
/// size.
pub(super) fn each(
    path: &Path,
    wants: impl Fn(f64) -> bool,
    mut see: impl FnMut(&Session, &Frame, &Drawn),
) {
    replay(path, |session, at| {
        if wants(at) {
            screens(session, at, &mut see);
        }
    });
}

/// Shows every screen of a moment at every size.
pub(super) fn screens(session: &Session, at: f64, see: &mut impl FnMut(&Session, &Frame, &Drawn)) {
    for (screen, keys) in SCREENS {
        let frame = frame(session, keys);
        for size in SIZES {
            see(session, &frame, &Drawn { at, screen, size, rows: rows(&frame, size) });
        }
    }
}

/// Each derivation of a recording from the first walk on, at most one a second.
pub(super) fn replay(path: &Path, mut see: impl FnMut(&mut Session, f64)) {
    let reader = Reader::open(path).expect("a recording");
    let header = reader.header().clone();
    let mut session = Session::new(header.model.clone(), header.thresholds.clone());
    let (start, mut last) = (header.started.mono, Duration::ZERO);
    for record in reader {
        match record {
            Record::Sample(sample) => session.absorb(*sample),
            Record::Derive { at, focus } => {
                let netns = session.model.netns();
                session.derive(at, focus.map(|address| ServiceId::new(netns, address)));
                if at.mono.saturating_sub(last) >= Duration::from_millis(900) {
                    last = at.mono;
                    see(&mut session, at.mono.saturating_sub(start).as_secs_f64());
                }
            }
            Record::Mark { .. } => {}
        }
    }
}

/// The frame after these keys.
pub(super) fn frame(session: &Session, keys: &[Key]) -> Frame {
    let mut app = App::new("host".to_owned(), "all listeners".to_owned(), Vec::new());
    let moment = session.latest.as_ref().expect("a moment");
    app.follow(&moment.snapshot, session.busiest());
    let scene = Scene {
        model: &session.model,
        thresholds: session.judge.thresholds(),
        judgement: &moment.judgement,
        snapshot: &moment.snapshot,
    };
    let (mut frame, mut shown) = compose(&app, scene);
    for key in keys {
        app.apply(shown);
        app.key(*key);
        (frame, shown) = compose(&app, scene);
    }
    frame
}

/// Without colours: the text is what is read.
static LOOK: LazyLock<Look> = LazyLock::new(|| {
    let theme = Theme::load("mono").expect("a theme");
    Look { theme: theme.adapted(ColorDepth::None), glyphs: Glyphs::default() }
});

/// The frame as it is read: what a cell shows, row by row.
fn rows(frame: &Frame, (width, height): (u16, u16)) -> Vec<String> {
    let area = Rect::new(0, 0, width, height);
    let mut buffer = Buffer::empty(area);
    view::draw(frame, &LOOK, area, &mut buffer);
    let row = |y| (0..width).map(|x| buffer[(x, y)].symbol()).collect::<String>();
    (0..height).map(|y| row(y).trim_end().to_owned()).collect()
}
