//! Reports of an incident that is always the same, told on a clock two hours east
//! of Greenwich.

use std::time::Duration;

use chrono::{DateTime, FixedOffset, TimeZone, Utc};

use super::{Block, ChartEvent, Gather, Report, Subject, html, md, svg};
use crate::close::Names;
use crate::detect::Thresholds;
use crate::fmt::Zone;
use crate::model::ModelConfig;
use crate::output::HostName;
use crate::sample::{Reading, Stamp};
use crate::session::Session;
use crate::session::fixtures::{PORT, sample};

/// What would be markup, if it were let.
const HOSTILE: &str = "<script>x</script> | **web** [3](http://x) `id` & \"q\" 'a'";

/// 12:05:00 on a Saturday.
fn start() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 21, 12, 5, 0).single().expect("a plain moment")
}

/// Fifteen calm seconds, a herd of three that fills what is admitted, and what
/// follows; between the seconds 40 and 100 nothing is measured.
fn incident(from: Option<u64>) -> (Gather, Session) {
    let thresholds =
        Thresholds { named_ports: [PORT].into(), whole_host: false, ..Thresholds::default() };
    let config =
        ModelConfig { ports: [PORT].into(), capacity: Some(1400), ..ModelConfig::default() };
    let mut session = Session::new(config, thresholds);
    session.remember(Duration::from_secs(1));
    let began = Stamp { mono: Duration::ZERO, wall: start() };
    let mut gather = Gather::default();
    let (mut passive, mut open) = (1_000, 0);
    for tick in (0..400).chain(1000..1100) {
        let at = began.plus(Duration::from_millis(tick * 100));
        let arrivals = if (150..180).contains(&tick) { 40 } else { tick % 2 };
        passive += arrivals;
        open += arrivals;
        session.absorb(sample(at, passive, (tick % 10 == 0).then_some(open)));
        if tick % 10 == 0 {
            session.derive(at, None);
            let moment = session.latest.as_ref().expect("it was derived");
            let second = session.model.timeline().second(moment.snapshot.at.mono);
            if from.is_none_or(|from| second >= from) {
                gather.take(moment, session.focused(), second);
            } else {
                gather.skip(moment);
            }
        }
        if tick == 200 && from.is_none_or(|from| from <= 20) {
            gather.mark(at.wall, 20, HOSTILE);
        }
    }
    (gather, session)
}

fn reported(gather: &Gather, session: &Session) -> Report {
    let host = HostName { name: HOSTILE.to_owned(), kernel: "6.12.1".to_owned() };
    let zone = Zone::Fixed(FixedOffset::east_opt(7200).expect("an hour there is"));
    let names = Names::default();
    let origin = "recording 'x.rec'";
    let subject =
        Subject { host: &host, watching: ":80", names: &names, origin, zone, faults: &[] };
    gather.report(session, subject).expect("something was measured")
}

fn report(from: Option<u64>) -> Report {
    let (gather, session) = incident(from);
    reported(&gather, &session)
}

fn timeline(report: &Report) -> Vec<Vec<String>> {
    let section = report.sections.iter().find(|s| s.title == "Timeline").unwrap();
    match &section.blocks[0] {
        Block::Table(table) => table.rows.clone(),
        other => panic!("no table: {other:?}"),
    }
}

/// A new version is no new report.
fn unversioned(text: &str) -> String {
    text.replace(concat!("herdtop ", env!("CARGO_PKG_VERSION")), "herdtop VERSION")
}

#[test]
fn an_incident_is_told_in_markdown() {
    insta::assert_snapshot!("md", unversioned(&md(&report(None))));
}

#[test]
fn an_incident_is_told_in_html() {
    insta::assert_snapshot!("html", unversioned(&html(&report(None))));
}

#[test]
fn the_same_report_is_the_same_bytes() {
    let (one, other) = (report(None), report(None));
    assert_eq!(one, other);
    assert_eq!((md(&one), html(&one)), (md(&other), html(&other)));
}

#[test]
fn nothing_from_outside_is_markup() {
    let report = report(None);
    let page = html(&report);
    assert!(page.contains("&lt;script&gt;x&lt;/script&gt;"), "{page}");
    for markup in ["<script", "href=", " src=", "url(", "@import"] {
        assert!(!page.contains(markup), "{markup} in {page}");
    }
    let text = md(&report);
    assert!(!text.contains("<script"), "{text}");
    let rows = text.lines().filter(|line| line.contains("script"));
    for row in rows.filter(|line| line.starts_with('|')) {
        let bars = row.matches('|').count() - row.matches("\\|").count();
        assert_eq!(bars, 5, "a cell is not two: {row}");
    }
}

#[test]
fn a_pause_is_a_pause_and_a_peak_of_a_second_is_seen() {
    let report = report(None);
    let rows = timeline(&report);
    let pause = rows.iter().find(|row| row[3].starts_with("nothing was measured for 1m01s"));
    assert_eq!(pause.map(|row| row[..2].join(" ")), Some("12:05:39 14:05:39".to_owned()));
    let text = md(&report);
    assert!(text.contains("most 400 at 12:05:1"), "{text}");
    assert!(text.contains("= not measured"), "{text}");
}

#[test]
fn what_was_before_the_beginning_is_not_told_again() {
    let report = report(Some(25));
    let rows = timeline(&report);
    assert_eq!(rows[0][0], "12:05:25");
    assert!(rows[0][3].starts_with("the report begins; firing already: "), "{rows:?}");
    assert!(rows.iter().all(|row| !row[3].contains("script")), "that was at second 20");
    let text = md(&report);
    assert!(text.contains("| CRIT | capacity |") || text.contains("| WARN | capacity |"), "{text}");
    assert!(!text.contains("most 400"), "the peak was before: {text}");
}

#[test]
fn a_session_that_remembers_is_told_of_afterwards() {
    let (live, session) = incident(Some(10));
    let now = session.model.timeline().now().unwrap();
    let past = Gather::past(&session, 10..=now, session.focused());
    let (live, past) = (reported(&live, &session), reported(&past, &session));
    let rows = timeline(&live).into_iter().filter(|row| !row[3].contains("script"));
    assert_eq!(rows.collect::<Vec<_>>(), timeline(&past), "all but the mark");
    let heads = |report: &Report| md(report).lines().filter(|l| l.starts_with("- ")).count();
    assert_eq!(heads(&live), heads(&past));
}

/// A server with 1 000 clients is killed in the fifth second, and ten clients are
/// refused in the eighth.
fn killed() -> (Gather, Session) {
    let mut session = Session::new(ModelConfig::default(), Thresholds::default());
    let began = Stamp { mono: Duration::ZERO, wall: start() };
    let mut gather = Gather::default();
    for tick in 0..120 {
        let at = began.plus(Duration::from_millis(tick * 100));
        let crossed = if tick >= 50 { 40 } else { 0 };
        let refused = if tick >= 80 { 10 } else { 0 };
        let mut sample = sample(at, 1_000, None);
        if let Some(Reading::Seen(counters)) = &mut sample.counters {
            counters.curr_estab = Some(if tick < 50 { 1_000 } else { 0 });
            counters.out_rsts = Some(crossed + refused);
            counters.estab_resets = Some(0);
        }
        session.absorb(sample);
        if tick % 10 == 0 {
            session.derive(at, None);
            let moment = session.latest.as_ref().expect("it was derived");
            let second = session.model.timeline().second(moment.snapshot.at.mono);
            gather.take(moment, None, second);
        }
    }
    (gather, session)
}

#[test]
fn resets_that_see_off_killed_connections_are_no_refusals() {
    let (gather, session) = killed();
    let text = md(&reported(&gather, &session));
    let refused = text.lines().find(|line| line.contains("refused per second, host"));
    let most = refused.expect("ten were refused");
    assert!(most.contains("most 10 at 12:05:08"), "{text}");
}

#[test]
fn memory_is_bounded_and_what_is_left_out_is_said() {
    let (mut gather, session) = incident(None);
    for n in 0..5000 {
        gather.mark(start(), 0, &n.to_string());
    }
    let report = reported(&gather, &session);
    assert_eq!(timeline(&report).len(), 300);
    assert!(md(&report).contains(" events more are left out."));
}

#[test]
fn nothing_measured_is_no_report() {
    let (gather, session) = incident(Some(100_000));
    let host = HostName { name: String::new(), kernel: String::new() };
    let names = Names::default();
    let subject = Subject {
        host: &host,
        watching: "",
        names: &names,
        origin: "",
        zone: Zone::default(),
        faults: &[],
    };
    assert_eq!(gather.report(&session, subject), None);
}

#[test]
fn figures_stand_to_the_right_and_events_on_the_charts() {
    let report = report(None);
    let page = html(&report);
    assert!(page.contains("<td class=\"n\">") && page.contains("@media print"), "{page}");
    assert!(page.contains("class=\"event\"><title>"), "alerts and marks");
    let blocks = report.sections.iter().flat_map(|section| &section.blocks);
    let mut charts = blocks.filter_map(|block| match block {
        Block::Charts(charts) => charts.first(),
        _ => None,
    });
    let mut chart = charts.next_back().expect("a chart").clone();
    chart.events = vec![ChartEvent { at: 0.5, letter: 'A', what: "14:02 <b>".to_owned() }];
    assert!(svg::figure(&chart).contains("<title>A 14:02 &lt;b&gt;</title>"));
}
