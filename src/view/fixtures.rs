//! Frames for the tests: the situations a screen has to survive.

use std::time::Duration;

use chrono::{DateTime, FixedOffset, Local, TimeDelta, TimeZone, Utc};

use crate::app::{
    ACTIONS, AcceptQueue, Action, Age, AlertList, AlertRow, Chart, ChartPoint, Details, EventRow,
    Frame, Gauge, Header, HelpGroup, Hero, Hint, Hush, Input, Keys, LimitRow, ListenerRow, Mark,
    Mode, Overlay, OwnLoad, Panes, ProcessRow, Setting, SettingsPage, SortColumn, Table, View,
};
use crate::detect::advice::{Advice, Step};
use crate::detect::{Cause, Kind, Severity, Verdict};
use crate::model::{Limit, LimitKind};
use crate::sample::{Ages, States};
use crate::units::{Bytes, PerSecond, Ratio, float};
use crate::view::told::fixtures as told;

const GIB: u64 = 1 << 30;

/// 14:05:23 on a clock two hours east of Greenwich, wherever the test runs.
fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 21, 12, 5, 23).single().expect("a plain moment")
}

fn local(at: DateTime<Utc>) -> DateTime<Local> {
    let east = FixedOffset::east_opt(2 * 3600).expect("two hours");
    DateTime::from_naive_utc_and_offset(at.naive_utc(), east)
}

fn ago(seconds: i64) -> DateTime<Utc> {
    now() - TimeDelta::seconds(seconds)
}

fn limit(kind: LimitKind, scope: &str, used: u64, limit: u64, severity: Severity) -> LimitRow {
    let headroom = Some(limit.saturating_sub(used));
    let limit = Limit { kind, scope: scope.into(), used, limit, headroom, binding: false };
    LimitRow { limit, severity }
}

fn gauge(used: u64, severity: Severity) -> Gauge {
    let row = limit(LimitKind::Descriptors, "pid 2143 gateway", used, 65_536, severity);
    Gauge { limit: row.limit, severity, warn: Ratio(0.7), crit: Ratio(0.85) }
}

/// Noise that is the same every time.
fn wobble(i: usize) -> f64 {
    float(((i * 7919) % 31) as u64) - 15.0
}

fn chart(incident: bool) -> Chart {
    let points = (0..600).map(|i| {
        let rest = 126.0 + wobble(i);
        // The herd starts 188 s before the end and comes in waves of 15 s.
        let point = match i.checked_sub(412) {
            Some(t) if incident => {
                let wave = [1.0, 0.92, 0.85][t % 15 / 5];
                let grown = (float(t as u64) / 60.0).min(1.0);
                ChartPoint {
                    opened: 5_429.0 * wave * grown.max(0.35),
                    closed: 4_900.0 * wave * (float(t as u64) / 110.0).min(1.0),
                    open: Some(17_370.0 + 211.0 * float(t as u64)),
                    errors: None,
                }
            }
            _ => {
                ChartPoint { opened: rest, closed: rest - 6.0, open: Some(17_370.0), errors: None }
            }
        };
        Some(point)
    });
    Chart {
        scope: ":8080 gateway".into(),
        window: Duration::from_mins(10),
        end: now(),
        step: Duration::from_secs(1),
        cursor: None,
        points: points.collect(),
        threshold: Some(PerSecond(1_000.0)),
        top: if incident { 7_000.0 } else { 1_500.0 },
        bottom: if incident { 5_000.0 } else { 1_000.0 },
        peak: Some(PerSecond(if incident { 5_429.0 } else { 144.0 })),
        errors: None,
        marks: Vec::new(),
    }
}

fn spark(from: f64, to: f64) -> Vec<Option<f64>> {
    (0..100).map(|i| Some(if i < 38 { from } else { to } + wobble(i) / 10.0)).collect()
}

fn row(address: &str, process: &str, open: u64, opened: f64, queue: (u64, u64)) -> ListenerRow {
    ListenerRow {
        address: address.into(),
        process: Some(process.into()),
        open: Some(open),
        estimated: false,
        opened: Some(PerSecond(opened)),
        queue: Some(queue.0),
        backlog: Some(queue.1),
        drops: Some(PerSecond(0.0)),
        closed: Some(PerSecond(opened * 0.95)),
        peak: Some(PerSecond(opened * 1.2)),
        age: Some(Age::AtLeast(Duration::from_mins(5))),
        memory: Some(Bytes(41_000)),
        busiest: Some(("10.20.31.0/24".into(), Ratio(0.04))),
        spark: spark(opened.max(4.0), opened.max(4.0)),
        severity: Severity::Ok,
        present: true,
        focused: false,
    }
}

fn event(seconds: i64, letter: char, severity: Severity, text: &str) -> EventRow {
    EventRow {
        at: local(ago(seconds)),
        letter,
        severity,
        text: text.into(),
        sentence: text.into(),
        errors: Vec::new(),
    }
}

fn hints() -> Vec<Hint> {
    [
        ("?", "help"),
        ("1-4", "view"),
        ("space", "pause"),
        ("↑↓ ⏎", "details"),
        ("c", "codes"),
        ("+ -", "window"),
        ("/", "filter"),
        ("s", "sort"),
        ("t", "theme"),
        ("q", "quit"),
    ]
    .map(|(keys, word)| Hint { action: action_of(word), keys: keys.into(), word })
    .to_vec()
}

/// The action of a word of the footer.
fn action_of(word: &str) -> Action {
    let row = ACTIONS.iter().find(|row| row.hint == word);
    row.expect("a word of the table").action
}

fn header() -> Header {
    Header {
        host: "edge-07".into(),
        watching: "all listeners".into(),
        clock: local(now()),
        mode: Mode::Live,
        ago: None,
        own: Some(OwnLoad {
            cpu: Ratio(0.003),
            rss: Bytes(6_396_314),
            dump_period: Duration::from_secs(1),
            events_lost: 0,
        }),
        recorded: None,
        replay: None,
    }
}

fn hero() -> Hero {
    Hero {
        focus: ":8080 gateway".into(),
        full_in: None,
        full_in_estimated: false,
        full_in_severity: Severity::Ok,
        open: Some(17_370),
        estimated: false,
        open_severity: Severity::Ok,
        opened: Some(PerSecond(136.0)),
        factor: Some(1.0),
        opened_severity: Severity::Ok,
        closed: Some(PerSecond(130.0)),
        peak_opened: Some(PerSecond(144.0)),
        totals: Some((81_204, 76_100)),
    }
}

/// Nothing is wrong.
pub(super) fn calm() -> Frame {
    let mut first = row("0.0.0.0:8080", "gateway 2143", 17_370, 136.0, (3, 511));
    first.focused = true;
    Frame {
        view: View::Incident,
        header: header(),
        verdict: Verdict {
            confidence: 0.9,
            candidates: Vec::new(),
            severity: Severity::Ok,
            kind: Kind::Ok,
            cause: Cause::None,
            sentence: "126 conn/s, normal   open files 28 %, stable".into(),
            brief: "126/s, normal".into(),
            since: ago(1500),
        },
        hush: Hush::Loud,
        hero: hero(),
        gauge: Ok(gauge(17_370, Severity::Ok)),
        limits: vec![
            limit(LimitKind::HostMemory, "host", 24 * GIB / 10, 16 * GIB, Severity::Ok),
            limit(LimitKind::Conntrack, "host", 19_204, 262_144, Severity::Ok),
        ],
        application: None,
        accept_queue: Some(AcceptQueue {
            scope: ":8080".into(),
            used: 3,
            limit: Some(511),
            severity: Severity::Ok,
            drops: Some(PerSecond(0.0)),
        }),
        chart: chart(false),
        listeners: Table {
            rows: vec![
                first,
                row("0.0.0.0:8443", "envoy 987", 9_412, 18.0, (212, 4096)),
                row("10.0.4.7:9001", "presence 2210", 3_118, 44.0, (0, 128)),
                row("127.0.0.1:6379", "redis-serve 1033", 412, 3.0, (0, 511)),
                row("[2001:db8:4:7::1]:9090", "gateway 2143", 4, 0.0, (0, 128)),
            ],
            total: 5,
            filter: String::new(),
            selected: 0,
            sort: SortColumn::Open,
            reversed: false,
            empty: "no listener on this host".into(),
            spark_window: Duration::from_mins(5),
        },
        probes: told::none(now()),
        codes: told::no_codes(),
        next: advice(),
        events: vec![event(1500, 'A', Severity::Ok, "watching 5 listeners")],
        alerts: AlertList::default(),
        overlay: Overlay::None,
        panes: Panes::default(),
        input: None,
        hints: hints(),
        keys: Keys::default(),
        notes: Vec::new(),
    }
}

fn alert(seconds: i64, lasted: u64, letter: char, severity: Severity, sentence: &str) -> AlertRow {
    AlertRow {
        letter,
        since: local(ago(seconds)),
        lasted: Duration::from_secs(lasted),
        severity,
        firing: true,
        hush: Hush::Loud,
        sentence: sentence.into(),
        errors: Vec::new(),
        peak: None,
        now: None,
    }
}

/// What the incident has raised so far; one is over, one was seen, one is muted.
fn alerts() -> AlertList {
    use Severity::{Critical, Warning};
    let text = |text: &str| Some(text.to_owned());
    let files =
        "open files of pid 2143 gateway 57 038 of 65 536: 87.0 %, over 85 %, 8 498 more fit";
    let herd = "HERD on :8080 gateway  4 812/s, ×38 the usual, for 3:08; 71 204 came, peak 5 429/s";
    let mut rows = vec![
        alert(21, 21, 'E', Critical, files),
        alert(68, 68, 'D', Warning, ":8080 gateway is full in 0:41 at this rate"),
        alert(171, 171, 'C', Critical, ":8080 accept queue 511 of 511: full, 1 204 dropped/s"),
        alert(188, 188, 'B', Critical, herd),
        alert(192, 40, 'A', Warning, ":8080 gateway restarts: its process gone, replaced"),
    ];
    for (row, (peak, now)) in rows.iter_mut().zip([
        (text("87 %"), text("87 %")),
        (text("0:41"), text("0:41")),
        (text("100 %"), text("100 %")),
        (text("5 429/s"), text("5 429/s")),
        (text("1"), None),
    ]) {
        (row.peak, row.now) = (peak, now);
    }
    rows[1].hush = Hush::Acknowledged;
    rows[2].hush = Hush::Muted(Duration::from_mins(12));
    rows[4].firing = false;
    AlertList { rows, selected: 3 }
}

/// What to do while nothing is wrong.
fn advice() -> Advice {
    let step = |what: &str, command: Option<&str>| Step {
        what: what.into(),
        command: command.map(str::to_owned),
    };
    Advice {
        about: "nothing is wrong".into(),
        severity: Severity::Ok,
        steps: vec![
            step("nothing to do: no rule fires", None),
            step("what is watched for, and from which levels", Some("herdtop check --list-rules")),
        ],
    }
}

/// A herd, and the descriptors run out.
pub(super) fn incident() -> Frame {
    let mut frame = calm();
    frame.verdict = Verdict {
        confidence: 0.9,
        candidates: Vec::new(),
        severity: Severity::Critical,
        kind: Kind::Herd,
        cause: Cause::Unknown,
        sentence: "RECONNECT HERD on :8080 gateway   4 812/s, 38× normal for 3:08   open files full in 0:41".into(),
        brief: "HERD :8080 ×38".into(),
        since: ago(188),
    };
    frame.hero = Hero {
        full_in: Some(Duration::from_secs(41)),
        full_in_severity: Severity::Critical,
        open: Some(57_038),
        open_severity: Severity::Critical,
        opened: Some(PerSecond(4_812.0)),
        factor: Some(38.2),
        opened_severity: Severity::Critical,
        closed: Some(PerSecond(4_605.0)),
        peak_opened: Some(PerSecond(5_429.0)),
        ..frame.hero
    };
    frame.gauge = Ok(gauge(57_038, Severity::Critical));
    frame.limits = vec![
        limit(LimitKind::HostMemory, "host", 51 * GIB / 10, 16 * GIB, Severity::Ok),
        limit(LimitKind::Conntrack, "host", 63_118, 262_144, Severity::Ok),
    ];
    frame.accept_queue = Some(AcceptQueue {
        scope: ":8080".into(),
        used: 511,
        limit: Some(511),
        severity: Severity::Critical,
        drops: Some(PerSecond(1_204.0)),
    });
    frame.chart = chart(true);
    frame.events = vec![
        event(21, 'E', Severity::Critical, "open files over crit 85 %"),
        event(68, 'D', Severity::Warning, "open files over warn 70 %"),
        event(171, 'C', Severity::Critical, ":8080 accept queue full 511"),
        event(188, 'B', Severity::Critical, "herd ×38 on :8080"),
        event(192, 'A', Severity::Warning, "gateway restart 1988 → 2143"),
    ];
    frame.chart.marks = [(21, 'E'), (68, 'D'), (171, 'C'), (188, 'B'), (192, 'A')]
        .into_iter()
        .zip(&frame.events)
        .map(|((s, letter), event)| Mark { letter, at: ago(s), severity: event.severity })
        .collect();
    let mut frame = raised(frame);
    let rows = &mut frame.listeners.rows;
    rows[0].open = Some(57_038);
    rows[0].opened = Some(PerSecond(4_812.0));
    rows[0].queue = Some(511);
    rows[0].drops = Some(PerSecond(1_204.0));
    rows[0].severity = Severity::Critical;
    rows[0].spark = spark(130.0, 4_800.0);
    rows[1].opened = Some(PerSecond(640.0));
    rows[1].severity = Severity::Warning;
    rows[1].spark = spark(18.0, 640.0);
    frame
}

/// The same with its alerts, whose sentences the events have, and what to do.
fn raised(mut frame: Frame) -> Frame {
    frame.alerts = alerts();
    for (event, alert) in frame.events.iter_mut().zip(&frame.alerts.rows) {
        event.sentence.clone_from(&alert.sentence);
    }
    frame.next = told::advised(&frame);
    frame
}

/// The first second.
pub(super) fn warming_up() -> Frame {
    let mut frame = calm();
    frame.verdict = Verdict {
        confidence: 0.9,
        candidates: Vec::new(),
        severity: Severity::Unknown,
        kind: Kind::Unknown,
        cause: Cause::NotEnoughData,
        sentence: "watching for 0:02; the usual rate is known after 2:00".into(),
        brief: "warming up 0:02".into(),
        since: ago(2),
    };
    frame.header.own = None;
    frame.hero = Hero {
        focus: String::new(),
        open: None,
        opened: None,
        factor: None,
        closed: None,
        peak_opened: None,
        totals: None,
        ..frame.hero
    };
    frame.gauge = Err("no limit known yet: the first count is under way".into());
    frame.limits = Vec::new();
    frame.accept_queue = None;
    frame.chart.scope = String::new();
    frame.chart.points = vec![None, Some(ChartPoint::default())];
    frame.chart.threshold = None;
    frame.chart.peak = None;
    frame.chart.top = 10.0;
    frame.chart.bottom = 10.0;
    frame.listeners.rows = Vec::new();
    frame.listeners.total = 0;
    frame.listeners.empty = "no listener yet: start a server, or name a port with -p".into();
    frame.events = Vec::new();
    frame
}

/// The incident, held.
pub(super) fn paused() -> Frame {
    let mut frame = incident();
    frame.header.mode = Mode::Paused;
    frame.header.ago = Some(Duration::from_secs(136));
    frame.header.clock = local(ago(136));
    frame.events.retain(|event| event.at <= frame.header.clock);
    frame.chart.cursor = Some(ago(136));
    frame.hero.estimated = true;
    frame.listeners.rows[0].estimated = true;
    frame.listeners.filter = "80".into();
    frame.listeners.rows.truncate(2);
    frame.listeners.selected = 1;
    frame.input = Some(Input { prompt: "/", text: "80".into(), fault: None });
    frame
}

/// An ordinary user in a container: hardly anything may be read.
pub(super) fn denied() -> Frame {
    let mut frame = calm();
    frame.header.own = Some(OwnLoad {
        cpu: Ratio(0.021),
        rss: Bytes(7 << 20),
        dump_period: Duration::from_millis(2_500),
        events_lost: 12,
    });
    frame.hero.estimated = true;
    frame.hero.closed = None;
    frame.hero.factor = None;
    frame.gauge = Err("no limit known: descriptors of other users' processes need root".into());
    frame.accept_queue = Some(AcceptQueue {
        scope: ":8080".into(),
        used: 3,
        limit: None,
        severity: Severity::Unknown,
        drops: None,
    });
    for row in &mut frame.listeners.rows {
        row.process = None;
        row.backlog = None;
        row.drops = None;
        row.closed = None;
        row.age = None;
        row.memory = None;
        row.busiest = None;
        row.estimated = true;
    }
    frame.listeners.rows[3].present = false;
    frame.listeners.rows[3].open = None;
    frame.chart.threshold = None;
    for i in 100..180 {
        frame.chart.points[i] = None;
    }
    frame.notes = vec![
        "processes of other users are hidden: run as root or with CAP_SYS_PTRACE".into(),
        "close events are not seen: CAP_NET_ADMIN is missing".into(),
    ];
    frame
}

/// Extremes: wide characters, long names, many rows, the largest numbers.
pub(super) fn hostile() -> Frame {
    let long = "漢字とても長い名前".repeat(20);
    let mut frame = told::hostile(incident(), &long);
    frame.header.host.clone_from(&long);
    frame.header.watching.clone_from(&long);
    frame.hero.focus.clone_from(&long);
    frame.verdict.sentence.clone_from(&long);
    frame.verdict.brief.clone_from(&long);
    frame.hero.open = Some(u64::MAX);
    frame.hero.full_in = Some(Duration::MAX);
    frame.hero.opened = Some(PerSecond(f64::MAX));
    frame.hero.closed = Some(PerSecond(f64::MIN_POSITIVE));
    frame.hero.factor = Some(f64::MAX);
    frame.hero.estimated = true;
    frame.gauge = Ok(Gauge {
        limit: Limit { used: u64::MAX, limit: u64::MAX, ..gauge(1, Severity::Ok).limit },
        ..gauge(1, Severity::Warning)
    });
    for kind in [LimitKind::TcpMemory, LimitKind::Pids, LimitKind::EphemeralPorts] {
        frame.limits.push(limit(kind, &long, u64::MAX, 0, Severity::Warning));
    }
    frame.chart.top = f64::MAX;
    frame.chart.bottom = f64::MAX;
    frame.chart.peak = Some(PerSecond(f64::MAX));
    frame.chart.window = Duration::MAX;
    frame.chart.points.push(Some(ChartPoint {
        opened: f64::MAX,
        closed: f64::MAX,
        open: Some(f64::MAX),
        errors: Some(f64::MAX),
    }));
    frame.chart.errors = Some(PerSecond(f64::MAX));
    frame.alerts.rows[0].errors = vec![long.clone(); 3];
    frame.chart.threshold = Some(PerSecond(f64::MAX));
    let mut row = frame.listeners.rows[0].clone();
    row.address = "[2001:db8:1234:5678:9abc:def0:1234:5678%veth0123456]:65535".into();
    row.process = Some(long.clone());
    row.open = Some(u64::MAX);
    row.queue = Some(u64::MAX);
    row.backlog = Some(u64::MAX);
    row.opened = Some(PerSecond(f64::MAX));
    row.drops = Some(PerSecond(f64::MAX));
    row.closed = Some(PerSecond(f64::MAX));
    row.peak = Some(PerSecond(f64::MAX));
    row.age = Some(Age::AtLeast(Duration::MAX));
    row.memory = Some(Bytes(u64::MAX));
    row.busiest = Some((long.clone(), Ratio(f64::MAX)));
    row.spark = vec![Some(f64::MAX), None, Some(0.0)];
    frame.listeners.rows = vec![row; 200];
    frame.listeners.total = usize::MAX;
    frame.listeners.selected = 199;
    frame.listeners.filter.clone_from(&long);
    let said = |event: EventRow| EventRow { errors: vec![long.clone(); 3], ..event };
    let events = (0..200).map(|i| said(event(i, '字', Severity::Warning, &long)));
    frame.events = events.collect();
    frame.next.steps.insert(0, Step { what: long.clone(), command: Some(long.clone()) });
    frame.input = Some(Input { prompt: "/", text: long.clone(), fault: Some(long.clone()) });
    frame.notes = vec![long];
    frame
}

/// What the application's log said when a worker went.
pub(super) fn errors() -> Vec<String> {
    ["Traceback (most recent call last):", "File \"app/consumer.py\", line 88", "KeyError: 'room'"]
        .map(|line| format!("14:03:02 {line}"))
        .to_vec()
}

/// A worker is gone, and the log beside it says why.
pub(super) fn crashed() -> Frame {
    let mut frame = calm();
    let sentence = "worker 2143 of :8080 gateway is gone with 4 312 connections";
    frame.verdict = Verdict {
        confidence: 0.9,
        candidates: Vec::new(),
        severity: Severity::Critical,
        kind: Kind::Crashing,
        cause: Cause::WorkerLost,
        sentence: sentence.into(),
        brief: "worker lost".into(),
        since: ago(141),
    };
    for (n, point) in frame.chart.points.iter_mut().flatten().enumerate() {
        point.errors = Some(if n == 459 { 3.0 } else { 0.0 });
    }
    frame.chart.errors = Some(PerSecond(3.0));
    frame.events = vec![
        event(141, 'B', Severity::Critical, "worker lost :8080"),
        event(1500, 'A', Severity::Ok, "watching 5 listeners"),
    ];
    frame.events[0].errors = errors();
    frame.alerts.rows = vec![alert(141, 141, 'B', Severity::Critical, sentence)];
    frame.alerts.rows[0].errors = errors();
    frame
}

/// Nothing is wrong, and three probes say so too.
pub(super) fn probed() -> Frame {
    told::probed(calm(), false)
}

/// The herd, as three probes see it.
pub(super) fn refused() -> Frame {
    told::probed(incident(), true)
}

/// Every situation under its name.
pub(super) fn all() -> Vec<(&'static str, Frame)> {
    vec![
        ("calm", calm()),
        ("incident", incident()),
        ("probed", probed()),
        ("refused", refused()),
        ("knocking", told::knocking(warming_up())),
        ("warming-up", warming_up()),
        ("paused", paused()),
        ("denied", denied()),
        ("crashed", crashed()),
        ("hostile", hostile()),
    ]
}

/// The keys.
pub(super) fn help() -> Overlay {
    let group = |title, rows: &[(&str, &'static str)]| HelpGroup {
        title,
        rows: rows.iter().map(|(keys, what)| ((*keys).to_owned(), *what)).collect(),
    };
    Overlay::Help(vec![
        group(
            "VIEW",
            &[("?", "this help"), ("esc", "back"), ("t", "next theme"), ("ctrl+l", "redraw")],
        ),
        group("TIME", &[("space", "pause, live"), ("+ -", "window"), ("d", "count now")]),
        group(
            "TABLE",
            &[("↑↓ j k", "move"), ("⏎", "details"), ("s S", "sort, reverse"), ("/", "filter")],
        ),
        group("LEAVE", &[("q ctrl+c", "quit"), ("ctrl+z", "to the shell")]),
    ])
}

/// The settings in force.
pub(super) fn settings(hostile: bool) -> Overlay {
    let long = "漢字とても長い名前".repeat(20);
    let row = |group, name, value: &str, from: &str| Setting {
        group,
        name,
        value: if hostile { long.clone() } else { value.into() },
        from: from.into(),
    };
    let rows = vec![
        row("WATCH", "port", ":8080", "flag"),
        row("WATCH", "capacity", "70000", "HERDTOP_CAPACITY"),
        row("WATCH", "interval", "1 s", "default"),
        row("ALERTS", "warn", "60.0 %", "config file"),
        row("ALERTS", "crit", "90.0 %", "default"),
        row("PROBES", "url", "wss://edge-07/ws, ws://127.0.0.1:8080/", "flag"),
        row("PROBES", "require-extension", "none", "default"),
        row("SCREEN", "theme", "dark", "default"),
        row("SCREEN", "marker", "braille", "key"),
        row("SCREEN", "keys", "next-theme = x f5", "config file"),
    ];
    let file = "config file /root/.config/herdtop/config.toml".to_owned();
    Overlay::Settings(Box::new(SettingsPage { rows, selected: 3, file }))
}

/// One listener of a frame in detail.
pub(super) fn details(frame: &Frame) -> Overlay {
    let known = frame.gauge.is_ok();
    let mut limits: Vec<LimitRow> = frame
        .gauge
        .iter()
        .map(|g| LimitRow { limit: g.limit.clone(), severity: g.severity })
        .collect();
    limits.extend(frame.limits.iter().cloned());
    Overlay::Details(Box::new(Details {
        address: frame.listeners.rows.first().map_or("0.0.0.0:8080".into(), |r| r.address.clone()),
        limits,
        accept_queue: frame.accept_queue.clone(),
        somaxconn: Some(4096),
        pressure: Some(crate::sample::Pressure { cpu: 3.0, memory: 0.0, io: 41.5 }),
        remedy: known.then(|| "prlimit --pid 2143 --nofile=1048576".into()),
        processes: if known { vec![process()] } else { Vec::new() },
        process_note: (!known).then(|| "hidden: needs root or CAP_SYS_PTRACE".into()),
        states: known.then_some(States {
            established: 57_021,
            syn_recv: 1_024,
            close_wait: 11,
            fin_wait1: 200,
            fin_wait2: 111,
            last_ack: 6,
            closing: 0,
        }),
        networks: if known { networks() } else { Vec::new() },
        other_networks: if known { 48_636 } else { 0 },
        ages: known.then_some(Ages {
            classes: [23_400, 20_500, 8_550, 4_500, 88],
            before_watch: 0,
            watched_for: Duration::from_mins(25),
        }),
        dump_age: Some(Duration::from_secs(1)),
        chart: frame.chart.clone(),
        totals: Some((812_204, 755_166, 5_429.0)),
    }))
}

fn networks() -> Vec<(String, u64)> {
    [
        ("10.20.31.0/24", 2_204),
        ("10.20.17.0/24", 2_117),
        ("10.20.44.0/24", 2_093),
        ("2001:db8:17::/48", 1_988),
    ]
    .map(|(network, open)| (network.to_owned(), open))
    .to_vec()
}

fn process() -> ProcessRow {
    ProcessRow {
        pid: 2143,
        name: "gateway".into(),
        command: "/usr/bin/gateway --listen 0.0.0.0:8080 --workers 4".into(),
        started: Some(local(ago(192))),
        cpu: Some(Ratio(1.88)),
        rss: Some(Bytes(51 * GIB / 10)),
        threads: Some(14),
        fds: Some(57_061),
        fd_soft: Some(65_536),
        fd_hard: Some(1_048_576),
        gone: false,
    }
}
