//! The smallest set of causes that explains all, and which of them leads.

use std::net::SocketAddr;

use chrono::TimeDelta;

use super::{CAUSES, Found, Harm, Row, Scene, View};
use crate::detect::verdict::{Candidate, Cause, Kind};
use crate::units::float;

/// Below this a verdict would be a guess.
const SURE: f64 = 0.5;
/// What begins so long after a cause that is over may have followed from it.
const FOLLOWS: TimeDelta = TimeDelta::seconds(30);
const SLACK: TimeDelta = TimeDelta::seconds(2);
/// Candidates that are named.
const NAMED: usize = 3;

/// A cause that was found for a service.
#[derive(Debug)]
pub(in crate::detect) struct Explained {
    pub(super) row: &'static Row,
    pub(super) found: Found,
    /// Which service, by its place among the views.
    pub(super) view: usize,
    /// Another cause explains it.
    pub(super) is_symptom: bool,
}

impl Explained {
    /// Kind and cause.
    pub(super) fn meaning(&self) -> (Kind, Cause) {
        self.found.meaning.unwrap_or(self.row.meaning)
    }
}

/// What explains the evidence of a moment.
#[derive(Debug)]
pub(in crate::detect) struct Explanation<'a> {
    pub(super) views: Vec<View<'a>>,
    /// The one that leads first.
    pub(super) found: Vec<Explained>,
}

/// Explains a moment; `before` is what led until now.
pub(in crate::detect) fn explain(
    scene: Scene<'_>,
    before: Option<(Kind, Cause)>,
    focused: Option<SocketAddr>,
) -> Explanation<'_> {
    let views = View::all(scene);
    let mut found = Vec::new();
    for (view, service) in views.iter().enumerate() {
        let from = found.len();
        for row in CAUSES {
            if let Some(one) = (row.find)(service) {
                found.push(Explained { row, found: one, view, is_symptom: false });
            }
        }
        mark(&mut found[from..]);
        sharpen(&mut found[from..]);
    }
    mark_placeless(&views, &mut found);
    let focus = focused.and_then(|address| scene.snapshot.service_at(address)).map(|s| s.id);
    let place = |e: &Explained| CAUSES.iter().position(|row| std::ptr::eq(*row, e.row));
    found.sort_by_key(|e| {
        let own = before == Some(e.meaning());
        let view = &views[e.view];
        let elsewhere = view.service.map(|s| s.id) != focus && !view.has_host;
        // What is only told of as news leads nothing that goes on.
        let going_on = e.found.harm > Harm::Past;
        (
            e.is_symptom,
            std::cmp::Reverse(going_on),
            std::cmp::Reverse(e.found.severity),
            std::cmp::Reverse(e.found.harm),
            elsewhere,
            !own,
            place(e),
        )
    });
    Explanation { views, found }
}

/// What another cause of the same service explains is a symptom.
fn mark(found: &mut [Explained]) {
    let by = |other: usize, at: usize| {
        let (cause, symptom) = (&found[other], &found[at]);
        // What is over explains what followed from it, not what begins later.
        let begins = symptom.found.last_seen() - cause.found.since;
        let after = symptom.found.last_seen() - cause.found.last_seen();
        let followed = begins >= -SLACK && after <= FOLLOWS;
        // A limit that is near turns nobody away yet.
        let harm = (cause.found.harm, symptom.found.harm);
        let near = harm.0 == Harm::Near && harm.1 >= Harm::Refused;
        let weak = near && cause.meaning().0 != Kind::Restarting;
        // The return has its own phase, with what is over as its reason.
        let healing = symptom.meaning().1 == Cause::HerdHealing;
        let may = match cause.found.harm {
            Harm::Past => !healing && (symptom.found.harm == Harm::Past || followed),
            _ => true,
        };
        other != at && may && !weak && cause.row.explains(symptom.meaning().1)
    };
    let all = 0..found.len();
    // Of two that explain each other the first of the table is the cause.
    let symptoms: Vec<bool> = all
        .clone()
        .map(|at| all.clone().any(|other| by(other, at) && !(at < other && by(at, other))))
        .collect();
    for (one, is) in found.iter_mut().zip(symptoms) {
        one.is_symptom = is;
    }
}

/// A limit that is full within seconds is as urgent as that, whatever is used of it: of
/// one at 73 % it was critical that it is full in 13 s, and two seconds later, at 76 %
/// and full in 11 s, a warning, since by then the share led.
fn sharpen(found: &mut [Explained]) {
    let fills = |e: &&Explained| e.is_symptom && e.meaning().1 == Cause::TimeToFull;
    let Some(soon) = found.iter().filter(fills).map(|e| e.found.severity).max() else { return };
    let leads = |e: &&mut Explained| !e.is_symptom && e.row.explains(Cause::TimeToFull);
    for limit in found.iter_mut().filter(leads) {
        limit.found.severity = limit.found.severity.max(soon);
    }
}

/// What is known of the host as a whole has no place: a herd, waves, codes in a log.
/// Where several services are watched, the cause in any of them may explain it.
fn mark_placeless(views: &[View<'_>], found: &mut [Explained]) {
    let is_host = |view: usize| views[view].has_host && views[view].service.is_none();
    let causes: Vec<&Row> = found
        .iter()
        .filter(|e| !is_host(e.view) && !e.is_symptom && e.found.harm > Harm::Past)
        .map(|e| e.row)
        .collect();
    for one in found.iter_mut().filter(|e| is_host(e.view)) {
        let cause = one.meaning().1;
        // The same, told of the host by a log.
        let same = |row: &&Row| row.meaning == one.meaning();
        one.is_symptom |= causes.iter().any(|row| row.explains(cause) || same(row));
    }
}

impl Explanation<'_> {
    /// The cause that leads.
    pub(super) fn leading(&self) -> Option<&Explained> {
        self.found.first().filter(|e| !e.is_symptom)
    }

    /// What follows from the leading one, in a few words each. What is over follows no
    /// more, and what is turned away is not back: "REJECTING ...; also recovered".
    pub(super) fn follows(&self) -> impl Iterator<Item = &Explained> {
        let view = self.leading().map(|e| e.view);
        let placeless = |e: &Explained| self.views[e.view].service.is_none();
        let leads = self.leading().map(|e| e.row);
        self.found.iter().filter(move |e| {
            // That the clients of who ended, or rejects, are gone is said with it.
            let gone = matches!(e.meaning().0, Kind::Leaving | Kind::Recovering);
            e.is_symptom
                && !gone
                && e.found.harm > Harm::Past
                && (Some(e.view) == view || placeless(e))
                && leads.is_some_and(|row| row.explains(e.meaning().1))
        })
    }

    /// What else goes on and is explained by nothing. A service that something worse is
    /// said of does not recover beside it.
    pub(super) fn beside(&self) -> impl Iterator<Item = &Explained> {
        let leads = self.leading().map(|e| e.view);
        let own = move |e: &Explained| leads == Some(e.view);
        let going_on = |e: &&Explained| !e.is_symptom && e.found.harm > Harm::Past;
        let rest = self.found.iter().skip(1).filter(going_on);
        rest.filter(move |e| e.meaning().0 != Kind::Recovering || !own(e))
    }

    /// The causes that were thought of, the likeliest first.
    pub(super) fn candidates(&self) -> Vec<Candidate> {
        let all = self.found.iter().filter(|e| !e.is_symptom);
        let each = all.flat_map(|e| {
            let of = |(kind, cause), confidence| Candidate { kind, cause, confidence };
            let own = of(e.meaning(), e.found.confidence);
            let rest = 1.0 - e.found.confidence;
            let part = rest / float(e.found.rivals.len().max(1) as u64);
            let unsure = e.found.confidence < SURE;
            let rivals = e.found.rivals.iter().filter(move |_| unsure);
            std::iter::once(own).chain(rivals.map(move |rival| of(*rival, part)))
        });
        let mut all: Vec<Candidate> = each.collect();
        all.truncate(NAMED);
        all
    }

    /// Whether the leading one is more than a guess.
    pub(super) fn is_sure(&self) -> bool {
        self.leading().is_none_or(|e| e.found.confidence >= SURE)
    }
}
