//! The series worth seeing, by the model's history.

use super::page::Page;
use super::{Block, Chart, ChartEvent, Section};
use crate::close::registry;
use crate::detect::HerdRecord;
use crate::fmt;
use crate::model::Track;
use crate::units::{PerSecond, Ratio, float, whole};

/// Columns of a series: a peak of one second has one of its own for four
/// minutes, and is the height of its column after that.
const COLUMNS: usize = 240;
/// Limits and close codes with a chart.
const MOST: usize = 3;
/// Events on a chart; more would be a wall of letters.
const MOST_EVENTS: usize = 60;
/// A limit below this share is not worth a chart.
const WORTH: f64 = 0.3;

pub(super) fn charts(page: &Page<'_>) -> Section {
    let mut all = Vec::new();
    let history = page.session.model.history();
    let per_second = |value: f64| fmt::rate(PerSecond(value));
    if let Some(own) = page.listener().and_then(|service| history.service(service.address)) {
        let count = |value: f64| fmt::exact(whole(value));
        all.extend(chart(page, "opened per second", &own.opened, per_second));
        all.extend(chart(page, "closed per second", &own.closed, per_second));
        all.extend(chart(page, "open connections", &own.open, count));
    }
    let host = history.host();
    for (title, series) in
        [("refused per second, host", &host.refused), ("dropped per second, host", &host.dropped)]
    {
        let seen = chart(page, title, &series.seconds, per_second);
        all.extend(seen.filter(|chart| chart.columns.iter().flatten().any(|v| *v > 0.0)));
    }
    all.extend(limits(page));
    all.extend(codes(page));
    let blocks = if all.is_empty() {
        vec![Block::Text("Nothing was measured.".to_owned())]
    } else {
        vec![Block::Charts(all)]
    };
    Section { title: "Charts", blocks }
}

fn limits(page: &Page<'_>) -> Vec<Chart> {
    let limits = page.listener().map_or(&[][..], |l| &l.limits);
    let mut seen: Vec<(f64, Chart)> = limits
        .iter()
        .filter_map(|limit| {
            let tracks = page.tracks(limit);
            let (most, _) = page.peak_of(&tracks).filter(|(most, _)| *most >= WORTH)?;
            let title = format!("{} used, {}", limit.kind.name(), limit.scope);
            let percent = |value: f64| fmt::percent(Ratio(value));
            let mut chart = chart_of(page, &title, &tracks, percent)?;
            // Its axis ends at the limit itself.
            chart.top = (1.0, percent(1.0));
            Some((most, chart))
        })
        .collect();
    seen.sort_by(|a, b| b.0.total_cmp(&a.0));
    seen.into_iter().take(MOST).map(|(_, chart)| chart).collect()
}

fn codes(page: &Page<'_>) -> Vec<Chart> {
    let wire = page.snapshot.codes.wire.iter();
    let mut seen: Vec<(f64, Chart)> = wire
        .filter_map(|code| {
            let track = page.session.model.history().code(code.code, code.source)?;
            let sum = page.sum(track).filter(|sum| *sum > 0.0)?;
            let name = registry::name(code.code, page.subject.names);
            let title = format!("{} {name} per second, {}", code.code, code.source.word());
            Some((sum, chart(page, &title, track, |value| fmt::rate(PerSecond(value)))?))
        })
        .collect();
    seen.sort_by(|a, b| b.0.total_cmp(&a.0));
    seen.into_iter().take(MOST).map(|(_, chart)| chart).collect()
}

/// None where nothing of it was measured.
fn chart(
    page: &Page<'_>,
    title: &str,
    track: &Track,
    write: impl Fn(f64) -> String,
) -> Option<Chart> {
    chart_of(page, title, &[track], write)
}

/// The highest of several series, which follow each other as a rule.
fn chart_of(
    page: &Page<'_>,
    title: &str,
    tracks: &[&Track],
    write: impl Fn(f64) -> String,
) -> Option<Chart> {
    let (first, last) = page.seconds;
    let (most, at) = page.peak_of(tracks)?;
    let step = tracks.iter().map(|track| track.step(first, page.now)).max()?;
    let steps = last.saturating_add(1).saturating_sub(first).div_ceil(step);
    let columns = usize::try_from(steps).unwrap_or(COLUMNS).clamp(1, COLUMNS);
    let mut highest = vec![None; columns];
    for track in tracks {
        let buckets = track.columns(first, last.saturating_add(1), columns, page.now);
        for (column, bucket) in highest.iter_mut().zip(buckets) {
            let value = bucket.map(|bucket| f64::from(bucket.max));
            *column =
                value.map(|value| column.map_or(value, |seen: f64| seen.max(value))).or(*column);
        }
    }
    Some(Chart {
        title: title.to_owned(),
        columns: highest,
        peak: format!("most {} at {} UTC", write(most), page.utc(at)),
        top: (most, write(most)),
        span: (page.utc(page.from), page.utc(page.to)),
        events: events(page),
    })
}

/// Alerts as they were raised, by their letters on the screen, and the user's marks.
fn events(page: &Page<'_>) -> Vec<ChartEvent> {
    let (first, last) = page.seconds;
    let length = float(last.saturating_sub(first).max(1));
    let place =
        |second: u64| (first..=last).contains(&second).then(|| float(second - first) / length);
    let alerts = page.session.alerts().filter_map(|alert| {
        let letter = u8::try_from(alert.id.saturating_sub(1) % 26).unwrap_or(0);
        Some(ChartEvent {
            at: place(page.second(alert.since))?,
            letter: char::from(b'A' + letter),
            what: format!("{} {}", page.utc(alert.since), alert.raised),
        })
    });
    let marks = page.gather.marks.iter().filter_map(|(second, note)| {
        Some(ChartEvent { at: place(*second)?, letter: '*', what: note.clone() })
    });
    alerts.chain(marks).take(MOST_EVENTS).collect()
}

/// How its clients waited: `every 2.1 s`, `doubling waits`, `no rhythm`.
pub(super) fn rhythm(herd: &HerdRecord) -> String {
    match (herd.kind(), herd.train) {
        ("fixed", Some(train)) => format!("waves every {:.1} s", train.period()),
        ("exponential", _) => "waves, doubling waits".to_owned(),
        _ => "no waves".to_owned(),
    }
}
