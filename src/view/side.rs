//! The panels beside the charts: what each needs, in the user's order.

use ratatui::layout::Rect;

use super::layout::{self, ADVISED, Content, WIDE, Wish};
use super::pen::{Pen, columns};
use super::{advice, codes, connections, events, host, probes, queues, workers};
use crate::app::{Action, Breakdown, Frame, Panel};

/// What an area has to show.
pub(super) fn content(frame: &Frame, area: Rect) -> Content {
    let width = layout::side_width(area);
    Content {
        probed: !frame.probes.rows.is_empty(),
        listeners: columns(frame.listeners.rows.len()),
        wishes: frame.side.iter().filter_map(|panel| wish(frame, *panel, area, width)).collect(),
    }
}

/// What a panel needs and can use; none where it would only say that it is empty.
fn wish(frame: &Frame, panel: Panel, area: Rect, width: u16) -> Option<Wish> {
    let probed = !frame.probes.rows.is_empty();
    let advised = area.width >= WIDE && area.height >= ADVISED;
    let focused = frame.focused.as_ref();
    let coded = probed || !frame.codes.rows.is_empty();
    Some(match panel {
        Panel::Codes if coded => {
            // Below the codes stands what the first of them means.
            let rows = columns(frame.codes.rows.len() + 3).clamp(4, 9);
            Wish::of(panel, 1, rows.min(5), rows)
        }
        Panel::Codes if !frame.codes.endings.is_empty() => Wish::of(panel, 7, 4, 9),
        Panel::Probes if probed => {
            let targets = columns(frame.probes.rows.len());
            Wish::of(panel, 1, (4 + targets).min(6), 4 + targets.min(6))
        }
        Panel::States => {
            focused?;
            let rows = connections::states_rows(width);
            Wish::of(panel, 2, rows, rows)
        }
        Panel::Queues => {
            focused?.queues?;
            Wish::of(panel, 3, queues::LEAST, queues::rows(width, focused?))
        }
        Panel::Clients => {
            let rows = steady(connections::client_rows(focused?));
            Wish::of(panel, 3, rows.min(3), rows)
        }
        Panel::Addresses => {
            let rows = steady(connections::address_rows(focused?)?);
            Wish::of(panel, 6, rows.min(3), rows)
        }
        Panel::Workers => {
            let rows = workers::rows(focused?);
            Wish::of(panel, 4, rows.min(4), workers::whole_rows(focused?))
        }
        Panel::Ages => {
            focused?;
            let rows = connections::age_rows(width);
            Wish::of(panel, 5, rows, rows)
        }
        Panel::Host if frame.host.is_known() => {
            let rows = host::rows(width);
            Wish::of(panel, 7, rows, rows + host::more_rows(&frame.host))
        }
        Panel::Next if advised => {
            let rows = advice::panel_rows(frame, width, 14);
            Wish::of(panel, 8, rows.min(6), rows)
        }
        Panel::Events => {
            let rows = steady(columns(frame.events.len() + 1));
            // The first ones move nothing where they have sentences.
            let most = if area.width >= WIDE { rows.max(3) } else { rows };
            Wish::of(panel, 0, rows.min(4), most)
        }
        _ => return None,
    })
}

/// Rows in steps, so that a network more or less moves nothing.
fn steady(rows: u16) -> u16 {
    [2, 3, 5, 9].into_iter().find(|&step| rows <= step).unwrap_or(14)
}

/// The panel and the key that shows and hides it.
pub(super) fn draw(pen: &mut Pen<'_>, panel: Panel, area: Rect, frame: &Frame) {
    let of_focus = |pen: &mut Pen<'_>, draw: fn(&mut Pen<'_>, Rect, &Breakdown)| {
        if let Some(focused) = &frame.focused {
            draw(&mut pen.within(area), area, focused);
        }
    };
    match panel {
        Panel::Codes => codes::draw(pen, area, &frame.codes),
        Panel::Probes => probes::draw(pen, area, frame),
        Panel::States => of_focus(pen, connections::states),
        Panel::Queues => of_focus(pen, queues::draw),
        Panel::Clients => of_focus(pen, connections::clients),
        Panel::Addresses => of_focus(pen, connections::addresses),
        Panel::Workers => {
            if let Some(focused) = &frame.focused {
                workers::draw(&mut pen.within(area), area, focused, frame);
            }
        }
        Panel::Ages => of_focus(pen, connections::ages),
        Panel::Host => host::draw(pen, area, frame),
        Panel::Next => advice::panel(pen, area, frame),
        Panel::Events => events::draw(pen, area, frame),
        Panel::Chart | Panel::Handshakes | Panel::Listeners | Panel::Alerts => return,
    }
    let key = key(panel).map(|action| frame.keys.of(action)).filter(|key| !key.is_empty());
    if let Some(key) = key {
        pen.put_right(area.right(), area.y, &format!(" {key}"), pen.theme().ui.key);
    }
}

/// Shows and hides it.
const fn key(panel: Panel) -> Option<Action> {
    Some(match panel {
        Panel::Codes => Action::CodesPanel,
        Panel::Probes => Action::ProbesPanel,
        Panel::States => Action::StatesPanel,
        Panel::Queues => Action::QueuesPanel,
        Panel::Clients => Action::ClientsPanel,
        Panel::Addresses => Action::AddressesPanel,
        Panel::Workers => Action::WorkersPanel,
        Panel::Ages => Action::AgesPanel,
        Panel::Host => Action::HostPanel,
        Panel::Next => Action::AdvicePanel,
        Panel::Events => Action::EventsPanel,
        Panel::Chart | Panel::Handshakes | Panel::Listeners | Panel::Alerts => return None,
    })
}
