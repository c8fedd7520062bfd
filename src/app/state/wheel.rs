//! The wheel: over a table it moves the selection, over a chart it zooms.

use super::super::frame::{Panel, View};
use super::super::gesture::Hit;
use super::app::App;
use super::effect::Effect;
use super::overlay::OverlayKind;

/// Rows one notch of the wheel goes, as in editors and browsers.
const NOTCH: usize = 3;

impl App {
    pub(super) fn wheel(&mut self, down: bool, hit: Option<Hit>) -> Effect {
        let rows = match (self.overlay, hit) {
            (_, None) => return Effect::Nothing,
            (OverlayKind::Advice | OverlayKind::Alert(_), _) => 1,
            (OverlayKind::Codes, _) if self.reference.open => 1,
            (
                OverlayKind::Codes
                | OverlayKind::Help
                | OverlayKind::Settings
                | OverlayKind::Connections(_)
                | OverlayKind::Palette
                | OverlayKind::Rule(_),
                _,
            ) => NOTCH,
            (_, Some(hit)) if is_chart(hit) => {
                self.time.zoom(down);
                return Effect::Draw;
            }
            (OverlayKind::Nothing, Some(Hit::Host(_))) => NOTCH,
            (OverlayKind::Nothing, Some(hit)) if self.scrolls(hit) => NOTCH,
            _ => return Effect::Nothing,
        };
        self.select(|at, last| match (at, down) {
            (None, _) => 0,
            (Some(at), true) => at.saturating_add(rows).min(last),
            (Some(at), false) => at.saturating_sub(rows),
        });
        Effect::Draw
    }

    /// Whether the wheel moves the selection there: over the table of this screen.
    fn scrolls(&self, hit: Hit) -> bool {
        let panel = match hit {
            Hit::Listener(_) | Hit::Header(_) => Panel::Listeners,
            Hit::Target(_) => Panel::Probes,
            Hit::Alert(_) => Panel::Alerts,
            Hit::Title(panel) | Hit::Panel(panel) => panel,
            _ => return false,
        };
        let table = match self.in_front() {
            View::Incident | View::Listeners => Panel::Listeners,
            View::Probes => Panel::Probes,
            View::Timeline => Panel::Alerts,
            View::Hosts => return false,
        };
        panel == table
    }
}

const fn is_chart(hit: Hit) -> bool {
    matches!(
        hit,
        Hit::Moment(_)
            | Hit::Letter(..)
            | Hit::Title(Panel::Chart | Panel::Handshakes)
            | Hit::Panel(Panel::Chart | Panel::Handshakes)
    )
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::app::Gesture;

    #[test]
    fn the_wheel_stops_at_the_ends_and_leaves_other_tables_alone() {
        let mut app = App::new("host".into(), "all".into(), vec![]);
        app.rows.listeners = (0..20).map(|n| ([127, 0, 0, 1], 8000 + n).into()).collect();
        let port = |app: &App| app.listener().map(|focus| focus.port());
        for _ in 0..9 {
            app.point(Gesture::WheelDown, Some(Hit::Listener(3)));
        }
        assert_eq!(port(&app), Some(8019));
        app.point(Gesture::WheelUp, Some(Hit::Panel(Panel::Listeners)));
        assert_eq!(port(&app), Some(8016));
        for hit in [Hit::Target(0), Hit::Banner, Hit::Event('A', DateTime::default())] {
            assert_eq!(app.point(Gesture::WheelUp, Some(hit)), Effect::Nothing);
        }
        assert_eq!((port(&app), app.point(Gesture::WheelUp, None)), (Some(8016), Effect::Nothing));
    }
}
