//! What lies over the screen; nothing where its subject is gone.

use std::time::Duration;

use super::super::filter::List;
use super::super::frame::{AdvicePage, Chart, Overlay, SettingsPage};
use super::super::state::{App, OverlayKind, Rows};
use super::scene::Scene;
use super::{connections, details, keys, palette, probe_details, reference, rule};
use crate::detect::advice::{self, Advice};
use crate::sample::LogLine;

/// As it was asked for. The rows that it has itself are put among the others.
pub(super) fn overlay(
    app: &App,
    scene: Scene<'_>,
    chart: &Chart,
    now: Duration,
    rows: &mut Rows,
) -> Overlay {
    let focus = app.focus(scene.snapshot).map(|service| service.socket());
    let overlay = match app.overlay {
        OverlayKind::Nothing => None,
        OverlayKind::Help => Some(Overlay::Help(Box::new(keys::help(app, rows)))),
        OverlayKind::Palette => Some(Overlay::Palette(Box::new(palette::page(app, scene, rows)))),
        OverlayKind::Rule(id) => Some(Overlay::Page(Box::new(rule::page(scene, id)))),
        OverlayKind::Advice => {
            let next = advice::of_verdict(scene.judgement, scene.snapshot, focus);
            let about = scene.judgement.leading();
            Some(page(app, next, about.map(|alert| alert.errors.clone()), rows))
        }
        OverlayKind::Alert(id) => {
            let alert = scene.judgement.alert(id);
            alert.map(|alert| {
                let next = advice::of_alert(scene.judgement, scene.snapshot, alert, focus);
                page(app, next, Some(alert.errors.clone()), rows)
            })
        }
        OverlayKind::Settings => Some(Overlay::Settings(Box::new(settings(app)))),
        OverlayKind::Codes => {
            let (reference, codes) = reference::reference(app, scene);
            rows.codes = codes;
            Some(Overlay::Codes(Box::new(reference)))
        }
        OverlayKind::Details(address) => {
            let details = details::details(app, scene, address, rows);
            details.map(|details| Overlay::Details(Box::new(details)))
        }
        OverlayKind::Connections(drill) => {
            let page = connections::page(app, scene, drill, now, rows);
            page.map(|page| Overlay::Connections(Box::new(page)))
        }
        OverlayKind::Target(id) => {
            probe_details::target(scene, id, chart).map(|target| Overlay::Target(Box::new(target)))
        }
    };
    overlay.unwrap_or(Overlay::None)
}

/// The steps with one of their commands selected.
fn page(app: &App, advice: Advice, errors: Option<Vec<LogLine>>, rows: &mut Rows) -> Overlay {
    let with = |(at, step): (usize, &advice::Step)| step.command.is_some().then_some(at);
    let commands: Vec<usize> = advice.steps.iter().enumerate().filter_map(with).collect();
    rows.commands = commands.len();
    let selected = commands.get(app.step.min(commands.len().saturating_sub(1))).copied();
    let copied = app.done.is_some();
    let errors = errors.unwrap_or_default();
    Overlay::Advice(Box::new(AdvicePage { advice, errors, selected, copied }))
}

/// What `y` copies of what lies over the screen: the command that is selected.
pub(super) fn copyable(overlay: &Overlay) -> Option<String> {
    match overlay {
        Overlay::Advice(page) => page.advice.steps.get(page.selected?)?.command.clone(),
        Overlay::Details(details) => details.remedy.clone(),
        Overlay::Connections(page) => connections::command(page),
        _ => None,
    }
}

/// The settings, and below them what was just done to one.
fn settings(app: &App) -> SettingsPage {
    let listed = app.listed_settings();
    let at = app.selected_setting();
    let selected = listed.iter().position(|row| Some(*row) == at).unwrap_or(0);
    let rows = listed.iter().filter_map(|at| app.settings.rows.get(*at)).cloned().collect();
    let filter = app.filter_of(List::Settings).to_owned();
    let file = app.done.clone().unwrap_or_else(|| app.settings.file.clone());
    SettingsPage { rows, selected, file, filter }
}
