//! The numbers to see from across the room.

use std::time::Duration;

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::pen::Pen;
use super::{bigdigits, severity, words};
use crate::app::{Frame, Gauge, Hero, Means, Probes, View};
use crate::detect::Severity;
use crate::fmt;
use crate::model::LimitKind;
use crate::units::whole;

/// One number with everything around it.
struct HeroNumber {
    /// None where it cannot be bad.
    severity: Severity,
    name: &'static str,
    /// Which measure of it: `p99`.
    measure: &'static str,
    /// What stands beside the name, and whether it shares the severity.
    aside: String,
    aside_shares: bool,
    /// From the longest form to the shortest.
    values: Vec<String>,
    estimated: bool,
    unit: String,
    style: Style,
    /// Of late: see [`Means`]; empty where there is no such figure.
    means: Vec<String>,
}

/// Three rows tall, five side by side.
pub(super) fn big(pen: &mut Pen<'_>, area: Rect, frame: &Frame) {
    // Seven grouped digits take 29 columns; the others share the rest.
    let open = (area.width * 31 / 118).max(31);
    let rest = area.width.saturating_sub(open);
    let widths = [rest * 21 / 87, open, rest * 23 / 87, rest * 22 / 87, rest * 21 / 87];
    let mut x = area.x;
    let has_totals = has_totals(frame);
    for (number, width) in numbers(pen, frame).into_iter().zip(widths) {
        if number.name == "probe" && has_totals {
            return totals(pen, Rect { x, width: area.right().saturating_sub(x), ..area }, frame);
        }
        let last = x + width + 4 > area.right();
        if number.name == "time to full" && number.values.is_empty() {
            room(pen, Rect { width: width.saturating_sub(1), x, ..area }, &number, frame);
            x += width;
            continue;
        }
        let right = if last { area.right() } else { (x + width).saturating_sub(1) };
        label(pen, x, area.y, right, &number, str::to_uppercase);
        let unit = if number.unit.is_empty() { 0 } else { pen.width(&number.unit) + 1 };
        let room = right.saturating_sub(x);
        // The digits before their unit, the long form before the short.
        let fits = |room: u16| number.values.iter().find(|v| bigdigits::width(v) <= room);
        let text = fits(room.saturating_sub(unit)).or_else(|| fits(room));
        let text = text.or(number.values.last()).map_or(words::NONE, String::as_str);
        // In the margin, so that the digits stand still when an estimate
        // becomes a count.
        if number.estimated && text != words::NONE {
            pen.put(x.saturating_sub(1), area.y + 2, "~", number.style);
        }
        let column = Rect { x, width, ..area };
        let end = bigdigits::draw(&mut pen.within(column), x, area.y + 1, text, number.style);
        if area.width >= ROOMY {
            let beside = Rect { x: end + unit, width: right.saturating_sub(end + unit), ..area };
            means(pen, beside, &number);
        }
        if end + unit <= right {
            pen.put(end + 1, area.y + 3, &number.unit, pen.theme().text.muted);
        }
        x += width;
    }
}

/// Columns of all numbers from which on there are means beside them.
const ROOMY: u16 = 150;
/// Columns of `mean 15m  12 345`, and what is left free before it.
const MEAN: u16 = 17;
const BEFORE: u16 = 2;

/// Beside a number what it was of late, where there is room.
fn means(pen: &mut Pen<'_>, area: Rect, number: &HeroNumber) {
    if number.means.is_empty() || area.width < BEFORE + MEAN {
        return;
    }
    let theme = pen.theme();
    let right = area.right().saturating_sub(1);
    let lines = Means::MINUTES.iter().zip(&number.means);
    for (y, (minutes, mean)) in (area.y + 1..area.bottom()).zip(lines) {
        let x = pen.put_right(right, y, mean, theme.text.body);
        let name = format!("mean {minutes}m");
        pen.put_upto(right.saturating_sub(MEAN - 1), y, x, &name, theme.text.muted);
    }
}

/// In the place of a time to full, while it is stable: how much room there is.
fn room(pen: &mut Pen<'_>, area: Rect, number: &HeroNumber, frame: &Frame) {
    let theme = pen.theme();
    label(pen, area.x, area.y, area.right(), number, str::to_uppercase);
    let line = |pen: &mut Pen<'_>, y, text: &str, style| {
        pen.put_upto(area.x, y, area.right(), text, style);
    };
    let word = shortened(pen, &number.unit, area.width);
    line(pen, area.y + 1, if word.is_empty() { words::NONE } else { word }, theme.text.strong);
    let Ok(gauge) = &frame.gauge else { return };
    let room = gauge.limit.headroom.map(|room| format!("room for {}", fmt::count(room)));
    line(pen, area.y + 2, room.as_deref().unwrap_or_default(), theme.text.body);
    let limit = format!("limit: {}", gauge.limit.kind.name());
    line(pen, area.y + 3, &limit, theme.text.muted);
}

/// `too irregular`: an end that does not fit says nothing new.
fn shortened<'w>(pen: &Pen<'_>, words: &'w str, room: u16) -> &'w str {
    if pen.width(words) <= room { words } else { words.trim_end_matches(" to estimate") }
}

/// Whether what has come and gone stands among the big numbers: in the place of the
/// probes, where there are none.
pub(super) const fn has_totals(frame: &Frame) -> bool {
    matches!(frame.view, View::Incident) && frame.probes.rows.is_empty()
}

/// What has come and gone.
fn totals(pen: &mut Pen<'_>, area: Rect, frame: &Frame) {
    let theme = pen.theme();
    let right = area.right();
    pen.put_upto(area.x, area.y, right, "SINCE HERDTOP STARTED", theme.text.muted);
    let total = |value: Option<u64>| words::value(value, false, fmt::count);
    let totals = frame.hero.totals;
    let rows = [
        ("handshakes", total(totals.map(|(opened, _)| opened))),
        ("closed", total(totals.map(|(_, closed)| closed))),
        ("probes", words::NO_PROBE_HERO.to_owned()),
    ];
    for (y, (name, value)) in (area.y + 1..area.bottom()).zip(rows) {
        let x = pen.put_right(right, y, &value, theme.text.strong);
        pen.put_upto(area.x, y, x.saturating_sub(1), name, theme.text.muted);
    }
}

/// Two rows: the name, the number.
pub(super) fn small(pen: &mut Pen<'_>, area: Rect, frame: &Frame) {
    let slot = area.width / 5;
    for (column, number) in (0..).zip(numbers(pen, frame)) {
        let x = area.x + column * slot;
        // What five slots leave over is the last one's.
        // Before the next one's `~` there is a blank.
        let gap = if frame.hero.estimated { 2 } else { 1 };
        let right = if column == 4 { area.right() } else { x + slot - gap };
        let HeroNumber { name, .. } = number;
        let per = match name {
            "handshakes" | "closed" => "/s".to_owned(),
            _ if number.measure.is_empty() => String::new(),
            _ => format!(" {}", number.measure),
        };
        let mut x_label = x;
        if severity::is_bad(number.severity) {
            let style = severity::mark(pen.theme(), number.severity);
            x_label = pen.put(x, area.y, severity::glyph(number.severity), style) + 1;
        }
        let whole = format!("{name}{per}");
        let fits = x_label + pen.width(&whole) <= right;
        let label = if fits { &whole } else { name };
        pen.put_upto(x_label, area.y, right, label, pen.theme().text.muted);
        let text = number.values.first().map_or(words::NONE, String::as_str);
        if number.estimated && text != words::NONE {
            pen.put(x.saturating_sub(1), area.y + 1, "~", number.style);
        }
        // What stands in the place of a time to full has no dash before it.
        let bare = name == "time to full" && number.values.is_empty() && !number.unit.is_empty();
        let beside =
            if bare { x } else { pen.put_upto(x, area.y + 1, right, text, number.style) + 1 };
        let aside = match name {
            "time to full" => shortened(pen, &number.unit, right.saturating_sub(x)).to_owned(),
            "probe" => format!("{} {}", number.unit, number.aside),
            // That of another limit stands at its own line, right below.
            "open" => number.aside.split_once(" of ").map_or("", |(share, _)| share).to_owned(),
            _ => number.aside.clone(),
        };
        let aside = aside.trim_end_matches(" baseline").trim_end_matches("/s");
        pen.put_upto(beside, area.y + 1, right, aside, pen.theme().text.muted);
    }
}

fn label(pen: &mut Pen<'_>, x: u16, y: u16, right: u16, n: &HeroNumber, case: fn(&str) -> String) {
    let theme = pen.theme();
    let mut x = x;
    let bad = severity::is_bad(n.severity);
    let tone = severity::text_or(theme, n.severity, theme.text.muted);
    if bad {
        x = pen.put(x, y, severity::glyph(n.severity), severity::mark(theme, n.severity)) + 1;
    }
    x = pen.put_upto(x, y, right, &case(n.name), theme.text.muted) + 1;
    // Where it is narrow the share of failures is worth more than the measure.
    let measured = !n.measure.is_empty();
    if measured && x + pen.width(n.measure) + 1 + pen.width(&n.aside) <= right {
        x = pen.put_upto(x, y, right, n.measure, theme.text.muted) + 1;
    }
    let aside = if n.aside_shares { tone } else { theme.text.muted };
    let aside = Style { add_modifier: theme.text.muted.add_modifier, ..aside };
    let fits = x + pen.width(&n.aside) <= right;
    let said = if fits { &n.aside } else { n.aside.trim_end_matches(" baseline") };
    pen.put_upto(x, y, right, said, aside);
}

fn numbers(pen: &Pen<'_>, frame: &Frame) -> [HeroNumber; 5] {
    let theme = pen.theme();
    let hero = &frame.hero;
    let plain = theme.text.strong;
    let rate = |value: Option<crate::units::PerSecond>| {
        value.map_or_else(Vec::new, |v| vec![fmt::rate(v), fmt::rate_tight(v)])
    };
    let net = hero.opened.zip(hero.closed).map_or_else(String::new, |(opened, closed)| {
        format!("net {}", fmt::net_rate(opened.0 - closed.0))
    });
    let factor = hero.factor.map_or_else(String::new, |f| format!("{} baseline", fmt::factor(f)));
    let number = |name, severity, values: Vec<String>, aside, unit: &str| HeroNumber {
        severity,
        name,
        measure: "",
        aside,
        aside_shares: true,
        style: if values.is_empty() { theme.text.faint } else { plain },
        unit: if values.is_empty() { String::new() } else { unit.to_owned() },
        values,
        estimated: hero.estimated,
        means: Vec::new(),
    };
    let means = |of: fn(&Means) -> String| -> Vec<String> {
        hero.means.iter().map(|mean| mean.as_ref().map_or(words::NONE.to_owned(), of)).collect()
    };
    let open = hero.open.map_or_else(Vec::new, |v| vec![fmt::count(v), fmt::tight(v)]);
    let share = frame.gauge.as_ref().map_or_else(|_| String::new(), share_of);
    [
        full_in(pen, hero, frame.gauge.is_ok()),
        HeroNumber {
            means: means(|mean| fmt::count(whole(mean.open))),
            ..number("open", hero.open_severity, open, share, "")
        },
        HeroNumber {
            means: means(|mean| fmt::rate(mean.opened)),
            ..number("handshakes", hero.opened_severity, rate(hero.opened), factor, "/s")
        },
        HeroNumber {
            aside_shares: false,
            means: means(|mean| fmt::rate(mean.closed)),
            ..number("closed", Severity::Ok, rate(hero.closed), net, "/s")
        },
        probe(pen, &frame.probes),
    ]
}

/// Columns of the name of a target in the big number.
const NAME: usize = 13;

/// The target that is worst off, where there are several.
pub(super) fn worst_of_many(probes: &Probes) -> Option<String> {
    let several = probes.rows.len() > 1;
    let row = probes.rows.get(probes.worst?).filter(|_| several)?;
    Some(row.target.label())
}

/// How long a new client waits, and how many get in at all.
fn probe(pen: &Pen<'_>, probes: &Probes) -> HeroNumber {
    let theme = pen.theme();
    let took = probes.handshake_p99.map(fmt::elapsed);
    let (value, unit) = match took.as_deref().and_then(|text| text.split_once(' ')) {
        Some((value, unit)) => (Some(value.to_owned()), unit),
        None if probes.rows.is_empty() => (None, words::NO_PROBE_HERO),
        None if probes.failing.is_none() => (None, "first try"),
        None => (None, "no 101"),
    };
    let failing = probes.failing.map(|share| format!("{} fail", words::failing(share)));
    // Of many it is that of the worst, whose name says more than its share.
    let named = worst_of_many(probes).map(|name| words::url(&name, NAME).into_owned());
    let measured = value.is_some() && named.is_none();
    HeroNumber {
        severity: probes.severity,
        name: "probe",
        measure: if measured { "p99" } else { "" },
        aside: named.or(failing).unwrap_or_default(),
        aside_shares: true,
        style: if value.is_some() { theme.text.strong } else { theme.text.faint },
        values: value.into_iter().collect(),
        estimated: false,
        unit: unit.to_owned(),
        means: Vec::new(),
    }
}

fn full_in(pen: &Pen<'_>, hero: &Hero, limited: bool) -> HeroNumber {
    let theme = pen.theme();
    let (values, unit) = match hero.full_in {
        Some(left) => time_left(left),
        None if limited => (Vec::new(), hero.direction.words()),
        None => (Vec::new(), ""),
    };
    let calm = if values.is_empty() { theme.text.faint } else { theme.text.strong };
    HeroNumber {
        severity: hero.full_in_severity,
        name: "time to full",
        measure: "",
        aside: String::new(),
        aside_shares: false,
        style: severity::text_or(theme, hero.full_in_severity, calm),
        values,
        estimated: hero.full_in_estimated,
        unit: unit.to_owned(),
        means: Vec::new(),
    }
}

/// A time to full: `2m03s`, and without its smaller unit where that is too wide.
fn time_left(left: Duration) -> (Vec<String>, &'static str) {
    let long = fmt::span(left);
    let coarse = long.find(|c: char| c.is_ascii_alphabetic()).map(|unit| long[..=unit].to_owned());
    let unit = if left.is_zero() { "full" } else { "" };
    (std::iter::once(long).chain(coarse).collect(), unit)
}

/// `87 % of 2 000`, or `49 % open files` where the limit is not one of connections:
/// descriptors are more than the connections beside them, and a share of 4 096 over a
/// count of 1 768 reads as a wrong one.
fn share_of(gauge: &Gauge) -> String {
    let limit = &gauge.limit;
    let share = fmt::percent(limit.ratio());
    match limit.kind {
        LimitKind::Capacity => format!("{share} of {}", fmt::count(limit.limit)),
        kind => format!("{share} {}", kind.name()),
    }
}
