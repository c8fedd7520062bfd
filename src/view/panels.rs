//! The panels a screen has at some size, for focus, zoom and mouse.

use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::layout::{self, LayoutStep};
use super::pen::{Pen, columns};
use super::{hosts, side};
use crate::app::{Frame, Panel, View};

/// Lines below a table for what the selected row has to say.
const BELOW: u16 = 3;

/// What a panel has above its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A title and the names of its columns.
    Headed,
    /// A title.
    Titled,
    /// Nothing: a pane has no room for it.
    Bare,
}

impl Form {
    /// Lines above the rows.
    pub(super) const fn lines(self) -> u16 {
        match self {
            Self::Headed => 2,
            Self::Titled => 1,
            Self::Bare => 0,
        }
    }
}

/// A panel, where it lies and how.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) panel: Panel,
    pub(super) area: Rect,
    pub(super) form: Form,
}

/// Those that are there, in reading order; what is zoomed has the others under it.
pub(super) fn all(frame: &Frame, area: Rect) -> Vec<Place> {
    let of = |panel, area, form| Place { panel, area, form };
    let step = layout::step(area);
    let all = match (step, frame.view) {
        (LayoutStep::Strip, _) => Vec::new(),
        (LayoutStep::Full, View::Incident) => {
            let p = layout::full(area, &side::content(frame, area));
            let side = p.side.into_iter().map(|(panel, area)| of(panel, area, Form::Titled));
            let chart = of(Panel::Chart, p.chart, Form::Titled);
            let listeners = of(Panel::Listeners, p.listeners, Form::Headed);
            [chart].into_iter().chain(side).chain([listeners]).collect()
        }
        (LayoutStep::Standard, View::Incident) => {
            let p = layout::standard(area, &side::content(frame, area));
            vec![
                of(Panel::Chart, p.chart, Form::Titled),
                of(Panel::Listeners, p.listeners, Form::Titled),
                of(Panel::Codes, p.codes, Form::Titled),
                of(Panel::Events, p.events, Form::Titled),
            ]
        }
        (LayoutStep::Mini, View::Incident) => {
            let p = layout::mini(area);
            vec![
                of(Panel::Chart, p.chart, Form::Bare),
                of(Panel::Listeners, p.listeners, Form::Titled),
            ]
        }
        (LayoutStep::Mini, View::Listeners) => {
            vec![of(Panel::Listeners, layout::alone(area).body, Form::Titled)]
        }
        (LayoutStep::Full, View::Listeners) => {
            let (table, rates, _) = layout::listeners(area);
            vec![of(Panel::Listeners, table, Form::Headed), of(Panel::Chart, rates, Form::Titled)]
        }
        (_, View::Listeners) => vec![of(Panel::Listeners, layout::alone(area).body, Form::Headed)],
        (_, View::Probes) => probes_screen(frame, area, step),
        (_, View::Hosts) => vec![of(Panel::Chart, hosts::places(area).0, Form::Titled)],
        (_, View::Timeline) => {
            let p = layout::timeline(area, frame.chart.errors.is_some());
            let (chart, alerts) = match step {
                LayoutStep::Mini => (Form::Bare, Form::Bare),
                _ => (Form::Titled, Form::Headed),
            };
            vec![of(Panel::Chart, p.chart, chart), of(Panel::Alerts, p.alerts, alerts)]
        }
    };
    all.into_iter().filter(|place| !place.area.is_empty()).collect()
}

fn probes_screen(frame: &Frame, area: Rect, step: LayoutStep) -> Vec<Place> {
    let p = layout::probes_screen(area, frame.probes.rows.len());
    let (targets, others) = match step {
        LayoutStep::Mini => (Form::Bare, Form::Bare),
        _ => (Form::Headed, Form::Titled),
    };
    let codes = if step == LayoutStep::Mini { Form::Bare } else { Form::Headed };
    let probes = Place { panel: Panel::Probes, area: p.targets, form: targets };
    let chart = Place { panel: Panel::Handshakes, area: p.chart, form: others };
    let codes = Place { panel: Panel::Codes, area: p.codes, form: codes };
    let rates = Place { panel: Panel::Chart, area: p.rates, form: others };
    let events = Place { panel: Panel::Events, area: p.events, form: others };
    // Without a target there are no handshakes, and a pane has its reason there.
    match (frame.probes.rows.is_empty(), step) {
        (false, _) => vec![probes, chart, codes, rates, events],
        (true, LayoutStep::Mini) => Vec::new(),
        (true, _) => vec![probes, codes, events],
    }
}

/// Those that can be seen: the zoomed one alone.
pub(super) fn seen(frame: &Frame, area: Rect) -> Vec<Place> {
    match frame.panes.zoomed() {
        Some(panel) if layout::step(area) != LayoutStep::Strip => vec![zoomed(area, panel)],
        _ => all(frame, area),
    }
}

/// Where a zoomed panel lies.
pub(super) fn zoomed(area: Rect, panel: Panel) -> Place {
    let body = layout::alone(area).body;
    let narrow = layout::step(area) == LayoutStep::Mini;
    let form = match panel {
        Panel::Listeners if narrow => Form::Titled,
        Panel::Listeners | Panel::Codes | Panel::Probes | Panel::Alerts => Form::Headed,
        _ => Form::Titled,
    };
    let shares = matches!(panel, Panel::Probes | Panel::Alerts) && body.height > 2 * BELOW;
    let height = if shares { body.height - BELOW } else { body.height };
    Place { panel, area: Rect { height, ..body }, form }
}

/// Turns the name of the panel in front round: quiet, and seen without colours.
pub(super) fn mark(pen: &mut Pen<'_>, area: Rect, frame: &Frame) {
    let Some(panel) = frame.panes.focus else { return };
    let place = seen(frame, area).into_iter().find(|place| place.panel == panel);
    if let Some(Place { area, .. }) = place.filter(|place| place.form != Form::Bare) {
        let width = 1 + columns(name(panel).len());
        let title = Rect { width: width.min(area.width), height: 1, ..area };
        let style = pen.theme().ui.accent.add_modifier(Modifier::REVERSED);
        pen.paint(title, style);
    }
}

/// As the titles have it.
pub(super) const fn name(panel: Panel) -> &'static str {
    match panel {
        Panel::Chart => "CONNECTIONS/s",
        Panel::Handshakes => "HANDSHAKE",
        Panel::Codes => "CLOSE CODES",
        Panel::Probes => "PROBES",
        Panel::States => "TCP STATES",
        Panel::Queues => "QUEUES",
        Panel::Clients => "CLIENTS",
        Panel::Addresses => "TOP ADDRESSES",
        Panel::Workers => "WORKERS",
        Panel::Ages => "CONNECTION AGE",
        Panel::Host => "HOST",
        Panel::Next => "WHAT NEXT",
        Panel::Listeners => "LISTENERS",
        Panel::Events => "EVENTS",
        Panel::Alerts => "ALERTS",
    }
}
