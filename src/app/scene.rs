//! From model, judge and screen state to one frozen frame.

use std::time::Duration;

use chrono::{DateTime, Local};

use super::frame::{
    AcceptQueue, AdvicePage, Chart, EventRow, Frame, Gauge, Header, Hero, Input, LimitRow, Mode,
    Overlay, OwnCount, OwnLoad,
};
use super::state::{App, Cover, help};
use super::{alerts, chart, codes, details, moments, probes, reference, rows, target};
use crate::detect::advice::Advice;
use crate::detect::{Alert, AlertState, Judge, Severity, Verdict, advice};
use crate::fmt;
use crate::model::{
    ApplicationSnapshot, Bucket, Limit, ListenerSnapshot, LogSnapshot, Model, Snapshot,
};
use crate::order;
use crate::units::{Bytes, PerSecond, float};

/// What a frame is made from.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    /// History.
    pub model: &'a Model,
    /// Alerts, levels, verdict.
    pub judge: &'a Judge,
    /// The moment.
    pub snapshot: &'a Snapshot,
}

impl App {
    /// The frame of this moment, or of the one it was paused at.
    pub fn frame(&mut self, live: Scene<'_>) -> Frame {
        moments::look(self, live);
        let held = self.time.take();
        let scene = held.as_ref().map_or(live, |(_, held)| Scene {
            model: live.model,
            judge: &held.judge,
            snapshot: &held.snapshot,
        });
        let mode = if self.is_paused() { Mode::Paused } else { Mode::Live };
        let mut frame = self.compose(scene, mode, live.judge);
        if held.as_ref().is_some_and(|(_, held)| held.missing) {
            moments::nothing_kept(&mut frame);
        }
        self.time.put_back(held);
        // What is muted while one looks back is muted from now on.
        self.now = live.snapshot.at.mono;
        frame
    }

    /// `judge` knows what came after the moment of the scene.
    fn compose(&mut self, scene: Scene<'_>, mode: Mode, judge: &Judge) -> Frame {
        let table = rows::table(self, scene);
        let focus = self.focus().and_then(|f| scene.snapshot.listener(f));
        let chart = chart::chart(self, scene, judge);
        let probes = probes::probes(self, scene, &chart);
        let alerts = alerts::list(self, scene);
        let overlay = self.overlay(scene, &chart);
        self.copyable = copyable(&overlay).or_else(|| {
            let row = alerts.rows.get(alerts.selected).filter(|_| self.lists_alerts())?;
            Some(row.sentence.clone())
        });
        Frame {
            view: self.view,
            header: self.header(scene.snapshot, mode),
            verdict: verdict(scene),
            hush: alerts::hush(self, scene),
            hero: hero(scene, focus),
            gauge: gauge(scene, focus),
            limits: limit_rows(scene, focus),
            application: scene.snapshot.application.as_ref().map(own_count),
            accept_queue: focus.and_then(|l| accept_queue(scene, l)),
            chart,
            listeners: table,
            probes,
            codes: codes::table(self, scene),
            events: moments::with_marks(self, scene, events(scene.judge)),
            next: advice::of_verdict(scene.judge, scene.snapshot, self.focus()),
            alerts,
            overlay,
            panes: self.panes,
            input: self.input(),
            hints: self.hints(mode == Mode::Paused),
            keys: self.keys.clone(),
            notes: self.all_notes(scene.snapshot),
        }
    }

    /// The line being typed.
    fn input(&self) -> Option<Input> {
        let line = |prompt, text: &Option<String>, fault| {
            Some(Input { prompt, text: text.clone()?, fault })
        };
        line("/", &self.typing, self.filter_fault()).or_else(|| line("note: ", &self.noting, None))
    }

    /// What lies over the screen; nothing where its subject is gone.
    fn overlay(&mut self, scene: Scene<'_>, chart: &Chart) -> Overlay {
        let overlay = match self.cover {
            Cover::Nothing => None,
            Cover::Help => Some(Overlay::Help(help(self))),
            Cover::Advice => {
                let next = advice::of_verdict(scene.judge, scene.snapshot, self.focus());
                let about = advice::alert_of(scene.judge);
                Some(self.page(next, about.map(alerts::error_lines)))
            }
            Cover::Alert(id) => {
                let alert = scene.judge.ledger().alerts().find(|alert| alert.id == id);
                alert.map(|alert| {
                    let next = advice::of_alert(scene.judge, scene.snapshot, alert, self.focus());
                    self.page(next, Some(alerts::error_lines(alert)))
                })
            }
            Cover::Settings => Some(Overlay::Settings(Box::new(self.settings.clone()))),
            Cover::Codes => Some(Overlay::Codes(Box::new(reference::reference(self, scene)))),
            Cover::Details(address) => details::details(self, scene, address)
                .map(|details| Overlay::Details(Box::new(details))),
            Cover::Target(id) => {
                target::target(scene, id, chart).map(|target| Overlay::Target(Box::new(target)))
            }
        };
        overlay.unwrap_or(Overlay::None)
    }

    /// The steps with one of their commands selected.
    fn page(&mut self, advice: Advice, errors: Option<Vec<String>>) -> Overlay {
        let with = |(at, step): (usize, &advice::Step)| step.command.is_some().then_some(at);
        let commands: Vec<usize> = advice.steps.iter().enumerate().filter_map(with).collect();
        self.commands = commands.len();
        self.step = self.step.min(commands.len().saturating_sub(1));
        let selected = commands.get(self.step).copied();
        let copied = self.done.is_some();
        let errors = errors.unwrap_or_default();
        Overlay::Advice(Box::new(AdvicePage { advice, errors, selected, copied }))
    }

    fn header(&self, snapshot: &Snapshot, mode: Mode) -> Header {
        let sampling = &snapshot.sampling;
        let own = sampling.cpu_lately.zip(sampling.rss).map(|(cpu, rss)| OwnLoad {
            cpu,
            rss: Bytes(rss),
            dump_period: sampling.period.unwrap_or_default(),
            events_lost: sampling.events_lost,
        });
        Header {
            host: self.host.clone(),
            watching: self.watching.clone(),
            clock: snapshot.at.wall.with_timezone(&Local),
            mode,
            ago: self.time.ago(self.time.newest),
            own,
            recorded: self.recorded,
            replay: self.replay.clone(),
        }
    }

    /// What is denied, lost or not as it seems, worst first.
    fn all_notes(&self, snapshot: &Snapshot) -> Vec<String> {
        let sampling = &snapshot.sampling;
        let first = self.look_notes.iter().chain(&self.done);
        let mut notes: Vec<String> = first.cloned().collect();
        if sampling.events_lost > 0 {
            notes.push(format!(
                "events lost ×{}: closed connections are at least what is shown",
                fmt::count(sampling.events_lost)
            ));
        }
        if sampling.stepped_aside {
            notes.push(
                "closes too many to be told one by one: they are counted at each walk; \
                        --exact keeps the events"
                    .to_owned(),
            );
        }
        notes.extend(disagreement(sampling.crosscheck));
        notes.extend(sampling.denied.iter().cloned());
        notes.extend(self.notes.iter().cloned());
        notes
    }
}

/// What `y` copies of what lies over the screen: the command that is selected.
fn copyable(overlay: &Overlay) -> Option<String> {
    match overlay {
        Overlay::Advice(page) => page.advice.steps.get(page.selected?)?.command.clone(),
        Overlay::Details(details) => details.remedy.clone(),
        _ => None,
    }
}

/// Two independent ways of counting must agree; where they do not, connections
/// were accepted on ports that came and went between two looks.
fn disagreement(crosscheck: Option<(u64, u64)>) -> Option<String> {
    const SKEW: u64 = 20;
    let (ours, kernel) = crosscheck?;
    (ours.abs_diff(kernel) > SKEW.max(kernel / 50)).then(|| {
        format!(
            "{} connections put to listeners, the kernel accepted {}: some were on ports that came and went",
            fmt::count(ours),
            fmt::count(kernel)
        )
    })
}

fn verdict(scene: Scene<'_>) -> Verdict {
    scene.judge.verdict().cloned().unwrap_or_else(|| Verdict::waiting(scene.snapshot.at.wall))
}

fn hero(scene: Scene<'_>, focus: Option<&ListenerSnapshot>) -> Hero {
    let severity = |rule: &str| {
        let firing = scene.judge.ledger().firing();
        let of =
            |a: &&Alert| a.rule == rule && focus.is_some_and(|l| a.scope == l.address.to_string());
        firing.filter(of).map(|a| a.now).max().unwrap_or(Severity::Ok)
    };
    let told = told_by_log(scene, focus);
    let opened = focus.and_then(|l| l.opened).or_else(|| told?.opened.lately);
    let usual = focus.and_then(|l| usual(scene, l)).filter(|&rate| rate >= 1.0);
    let forecast = focus.and_then(|l| l.forecast);
    let full = focus.and_then(ListenerSnapshot::binding).is_some_and(|l| l.headroom == Some(0));
    Hero {
        focus: match (focus, told) {
            (Some(listener), _) => listener.label(),
            (None, Some(_)) => "the log".to_owned(),
            (None, None) => String::new(),
        },
        full_in: forecast.map(|f| f.full_in).or(full.then_some(Duration::ZERO)),
        full_in_estimated: forecast.is_some_and(|f| f.estimated),
        full_in_severity: if full { Severity::Critical } else { severity("time_to_full") },
        open: focus.and_then(|l| l.open),
        estimated: focus.is_some_and(|l| l.estimated),
        open_severity: focus
            .and_then(ListenerSnapshot::binding)
            .map_or(Severity::Ok, |limit| level(scene.judge, limit)),
        opened,
        factor: opened.zip(usual).map(|(now, usual)| now.0 / usual),
        opened_severity: scene
            .judge
            .ledger()
            .firing()
            .filter(|a| a.rule == "herd")
            .map(|a| a.now)
            .max()
            .unwrap_or(Severity::Ok),
        closed: focus.and_then(|l| l.closed).or_else(|| told?.closed.lately),
        peak_opened: focus
            .and_then(|l| l.peak_opened)
            .or_else(|| told?.opened.peak.map(|(peak, _)| PerSecond(float(peak)))),
        totals: focus
            .filter(|_| scene.snapshot.ready)
            .map(|l| (l.opened_total, l.closed_total))
            .or_else(|| {
                let known = |log: &&LogSnapshot| {
                    log.unknown_opens.is_none() && log.unknown_closes.is_none()
                };
                told.filter(known).map(|log| (log.opened.total, log.closed.total))
            }),
    }
}

/// The log, where it is all there is.
fn told_by_log<'a>(scene: Scene<'a>, focus: Option<&ListenerSnapshot>) -> Option<&'a LogSnapshot> {
    let alone = focus.is_none() && !scene.snapshot.watches_sockets;
    scene.snapshot.log.as_ref().filter(|_| alone)
}

/// What is usual for a listener: the median second of the last ten minutes, from
/// half a minute on. A herd of seconds does not move a median.
fn usual(scene: Scene<'_>, listener: &ListenerSnapshot) -> Option<f64> {
    const WINDOW: u64 = 600;
    const ENOUGH: u32 = 30;
    let timeline = scene.model.timeline();
    let (now, to) = (timeline.now()?, timeline.second(scene.snapshot.at.mono));
    let opened = &scene.model.history().listener(listener.address)?.opened;
    let from = (to + 1).saturating_sub(WINDOW);
    // Of long ago only the means of longer steps are kept.
    let steps = opened.steps(opened.step(from, now), from, to);
    let known: Vec<Bucket> = steps.into_iter().flatten().collect();
    if known.iter().map(|step| step.count).sum::<u32>() < ENOUGH {
        return None;
    }
    let mean = |step: &Bucket| f64::from(step.sum) / f64::from(step.count);
    let mut rates: Vec<f64> = known.iter().map(mean).collect();
    rates.sort_unstable_by(f64::total_cmp);
    rates.get(rates.len() / 2).copied()
}

fn gauge(scene: Scene<'_>, focus: Option<&ListenerSnapshot>) -> Result<Gauge, String> {
    let Some(listener) = focus else {
        let alone = told_by_log(scene, focus).is_some();
        let why = if alone { "a log tells of no limit" } else { "no listener yet" };
        return Err(why.to_owned());
    };
    let thresholds = scene.judge.thresholds();
    match listener.binding() {
        Some(limit) => Ok(Gauge {
            limit: limit.clone(),
            severity: level(scene.judge, limit),
            warn: thresholds.warn,
            crit: thresholds.crit,
        }),
        None if !scene.snapshot.ready => Err("counting for the first time".to_owned()),
        None => Err(format!(
            "no limit of {} is known: give --capacity N, or run as root to see its descriptors",
            listener.label()
        )),
    }
}

/// The colour of a limit: by its share alone, without an alert's patience.
pub(super) fn level(judge: &Judge, limit: &Limit) -> Severity {
    let (thresholds, share) = (judge.thresholds(), limit.ratio().0);
    match share {
        s if s >= thresholds.crit.0 => Severity::Critical,
        s if s >= thresholds.warn.0 => Severity::Warning,
        _ => Severity::Ok,
    }
}

pub(super) fn limit_rows(scene: Scene<'_>, focus: Option<&ListenerSnapshot>) -> Vec<LimitRow> {
    let limits = focus.map_or(&[][..], |l| l.limits.as_slice());
    let others = limits.iter().filter(|l| !l.binding);
    others
        .map(|limit| LimitRow { limit: limit.clone(), severity: level(scene.judge, limit) })
        .collect()
}

/// The application's own count; a difference that lasts is a leak.
fn own_count(application: &ApplicationSnapshot) -> OwnCount {
    OwnCount {
        connections: application.connections,
        difference: application.difference(),
        lag: application.lag_p99,
        severity: if application.leaks() { Severity::Warning } else { Severity::Ok },
    }
}

pub(super) fn accept_queue(scene: Scene<'_>, listener: &ListenerSnapshot) -> Option<AcceptQueue> {
    let scope = listener.address.to_string();
    let firing = scene.judge.ledger().firing();
    let alert = firing.filter(|a| a.rule == "accept_queue" && a.scope == scope);
    Some(AcceptQueue {
        scope: listener.port(),
        used: listener.accept_queue?,
        limit: listener.backlog,
        severity: alert.map(|a| a.now).max().unwrap_or(Severity::Ok),
        drops: listener.drops,
    })
}

/// Letters run from A to Z and start over.
pub(super) fn letter(alert: &Alert) -> char {
    let at = u8::try_from((alert.id - 1) % 26).unwrap_or(0);
    char::from(b'A' + at)
}

/// What an event is and where: `capacity 71 % :8080`; said once, `:8080 restarts`.
fn place(alert: &Alert) -> String {
    let scope = match alert.scope.rsplit_once(':') {
        Some((_, port)) => format!(":{port}"),
        None if alert.scope.starts_with("probe ") => alert.scope.clone(),
        None => return alert.raised.clone(),
    };
    // `probe 1` is two words; `:80` is none in `:8080`.
    let padded = format!("{} ", alert.raised);
    if padded.contains(&format!("{scope} ")) {
        return alert.raised.clone();
    }
    format!("{} {scope}", alert.raised)
}

/// Raised and resolved alerts, newest first.
fn events(judge: &Judge) -> Vec<EventRow> {
    let local = |at: DateTime<chrono::Utc>| at.with_timezone(&Local);
    let mut events: Vec<EventRow> = Vec::new();
    for alert in judge.ledger().alerts() {
        let letter = letter(alert);
        if let (AlertState::Resolved, Some(until)) = (alert.state, alert.until) {
            let lasted = (until - alert.since).to_std().unwrap_or_default();
            events.push(EventRow {
                at: local(until),
                letter,
                severity: Severity::Ok,
                text: format!("over after {}: {}", fmt::span(lasted), place(alert)),
                errors: Vec::new(),
                sentence: format!("over after {}: {}", fmt::span(lasted), alert.sentence),
            });
        }
        events.push(EventRow {
            at: local(alert.since),
            letter,
            severity: alert.severity,
            text: place(alert),
            errors: if alert.until.is_none() { alerts::error_lines(alert) } else { Vec::new() },
            sentence: alert.sentence.clone(),
        });
    }
    order::by_key(&mut events, |event| std::cmp::Reverse(event.at));
    events
}

/// The highest second of a listener, for a title.
pub(super) fn totals_of(listener: &ListenerSnapshot) -> (u64, u64, f64) {
    let peak = listener.peak_opened.unwrap_or(PerSecond(0.0)).0;
    (listener.opened_total, listener.closed_total, peak)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::{Cause, Kind};

    #[test]
    fn an_event_says_once_where_it_was() {
        let of = |scope: &str, raised: &str| {
            let (scope, raised) = (scope.to_owned(), raised.to_owned());
            place(&Alert {
                id: 1,
                rule: "restart",
                scope,
                meaning: (Kind::Restarting, Cause::Planned),
                now: Severity::Warning,
                severity: Severity::Warning,
                state: AlertState::Firing,
                current: true,
                sentence: String::new(),
                brief: String::new(),
                raised,
                since: DateTime::default(),
                until: None,
                value: 0.0,
                peak: 0.0,
                errors: Vec::new(),
            })
        };
        assert_eq!(of("0.0.0.0:80", "capacity 71 %"), "capacity 71 % :80");
        assert_eq!(of("0.0.0.0:80", ":80 restarts"), ":80 restarts");
        assert_eq!(of("0.0.0.0:80", "after :8080 restarts"), "after :8080 restarts :80");
        assert_eq!(of("probe 1", "close 1013"), "close 1013 probe 1");
        assert_eq!(of("probe 1", "probe 12 refused"), "probe 12 refused probe 1");
        assert_eq!(of("host", "HERD ×7"), "HERD ×7");
    }
}
