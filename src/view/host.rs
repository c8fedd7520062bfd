//! What the host counts over all of its ports, beside the charts.

use ratatui::layout::Rect;

use super::connections::{cells, cells_rows, title};
use super::pen::Pen;
use super::words;
use crate::app::{Frame, HostFacts};
use crate::fmt;
use crate::model::container;
use crate::units::Ratio;

/// How many figures there are.
const FIGURES: u16 = 8;

pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, frame: &Frame) {
    title(pen, area, "HOST", " all ports, waits of 10 s");
    let figures = figures(&frame.host).map(|(name, value)| (name, value, true));
    cells(pen, area, &figures);
    let above = rows(area.width);
    let below = Rect { y: area.y + above, height: area.height.saturating_sub(above), ..area };
    let inside = below.height.min(namespace_rows(&frame.host));
    let height = below.height - inside;
    outgoing(pen, Rect { height, ..below }, &frame.host);
    let y = below.y + height.min(outgoing_rows(&frame.host));
    namespaces(pen, Rect { y, height: below.bottom().saturating_sub(y), ..below }, &frame.host);
}

/// Rows that it needs in so many columns, the title among them.
pub(super) fn rows(width: u16) -> u16 {
    cells_rows(width, FIGURES)
}

/// Rows that it can use beyond: always as many, so that a destination more or less moves
/// nothing.
pub(super) const fn more_rows(host: &HostFacts) -> u16 {
    outgoing_rows(host) + namespace_rows(host)
}

const fn outgoing_rows(host: &HostFacts) -> u16 {
    if host.outgoing.is_empty() { 0 } else { 4 }
}

const fn namespace_rows(host: &HostFacts) -> u16 {
    if host.namespaces.is_empty() { 0 } else { 3 }
}

/// `docker 3f2a1b4c5d6e node :8080  1 200 open`: what `--netns PID` looks into.
fn namespaces(pen: &mut Pen<'_>, area: Rect, host: &HostFacts) {
    let theme = pen.theme();
    for (y, one) in (area.y..area.bottom()).zip(&host.namespaces) {
        let Some(busiest) = one.listeners.first() else { continue };
        let more = one.listeners.len() - 1;
        let more = if more > 0 { format!(" +{more}") } else { String::new() };
        let place = one.cgroup.as_deref().and_then(container);
        let place = place.unwrap_or_else(|| format!("netns of {}", one.pid));
        let open = format!("{} open", fmt::tight(busiest.established));
        let right = pen.put_right(area.right(), y, &open, theme.text.body);
        let line = format!("{place} {} :{}{more}", one.name, busiest.local.port());
        pen.put_upto(area.x, y, right.saturating_sub(1), &line, theme.text.muted);
    }
}

/// `nginx → 127.0.0.1:8001  1 000 open`, the rest in the last row.
fn outgoing(pen: &mut Pen<'_>, area: Rect, host: &HostFacts) {
    let theme = pen.theme();
    let rest = host.outgoing_rest;
    let has_rest = rest.destinations > 0 || host.outgoing.len() > usize::from(area.height);
    let named = usize::from(area.height).saturating_sub(usize::from(has_rest));
    let mut y = area.y;
    for one in host.outgoing.iter().take(named) {
        let who = one.process.as_deref().unwrap_or("this host");
        let to = one.destination.to_string();
        let to = words::address(&to, 24);
        let (text, tone) = match one.states.unanswered {
            0 => (format!("{} open", fmt::tight(one.states.all())), theme.text.body),
            silent => (format!("{} unanswered", fmt::count(silent)), theme.severity.warn),
        };
        let right = pen.put_right(area.right(), y, &text, tone);
        let line = format!("{who} → {to}");
        pen.put_upto(area.x, y, right.saturating_sub(1), &line, theme.text.muted);
        y += 1;
    }
    if has_rest && area.height > 0 {
        let below = host.outgoing.iter().skip(named);
        let others = rest.destinations.saturating_add(below.clone().count() as u64);
        let open = below.map(|one| one.states.all()).fold(rest.states.all(), u64::saturating_add);
        let right =
            pen.put_right(area.right(), y, &format!("{} open", fmt::tight(open)), theme.text.body);
        let line = format!("to {} other destinations", fmt::count(others));
        pen.put_upto(area.x, y, right.saturating_sub(1), &line, theme.text.muted);
    }
}

/// From the most telling to the least: a SYN or an ACK that was dropped has no other place.
fn figures(host: &HostFacts) -> [(&'static str, String); 8] {
    let rate = |value| words::value(value, false, fmt::rate);
    let wait = |of: fn(&crate::sample::Pressure) -> f64| {
        words::value(host.pressure, false, |p| fmt::percent(Ratio(of(&p) / 100.0)))
    };
    [
        ("overflows/s", rate(host.overflows)),
        ("drops/s", rate(host.drops)),
        ("TIME_WAIT", words::value(host.time_wait, false, fmt::tight)),
        ("OOM kills", words::value(host.oom_kills, false, fmt::count)),
        ("CPU wait", wait(|p| p.cpu)),
        ("memory wait", wait(|p| p.memory)),
        ("I/O wait", wait(|p| p.io)),
        ("ESTAB", words::value(host.established, false, fmt::tight)),
    ]
}
