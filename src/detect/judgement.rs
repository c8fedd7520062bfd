//! What the judge thinks at one moment: a plain value, the same for the screen, for
//! every output and for what is kept of the past.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::alert::Alert;
use super::arrivals::HerdLevel;
use super::identity::{RuleId, Scope};
use super::outage::Outage;
use super::verdict::{Severity, Verdict};
use super::waves::Train;
use crate::model::{ServiceId, Snapshot};
use crate::units::PerSecond;

/// The judgement of one moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judgement {
    /// The one line on top.
    pub verdict: Verdict,
    /// Every alert so far, newest first. Shared from one moment to the next: most
    /// are over and change no more.
    pub alerts: Vec<Arc<Alert>>,
    /// Arrivals at the whole host.
    pub herd: HerdLevel,
    /// The train of waves, and until its next one.
    pub train: Option<(Train, Duration)>,
    /// The last mass drop.
    pub outage: Option<Outage>,
    /// The service at which most of the herd arrives, if at one.
    pub primary: Option<ServiceId>,
    /// How many times the usual arrive, where a herd runs: of the whole host, else of
    /// the service that is named.
    pub herds: Vec<(Option<ServiceId>, f64)>,
    /// The most that each service took in a second while answers came in time and nobody
    /// was rejected.
    #[serde(default)]
    pub served: Vec<(ServiceId, PerSecond)>,
}

impl Judgement {
    /// Nothing but a verdict: before anything was judged, or where nothing is known.
    #[must_use]
    pub fn of(verdict: Verdict) -> Self {
        Self {
            verdict,
            alerts: Vec::new(),
            herd: HerdLevel::default(),
            train: None,
            outage: None,
            primary: None,
            herds: Vec::new(),
            served: Vec::new(),
        }
    }

    /// Before the first judgement.
    #[must_use]
    pub fn waiting(since: DateTime<Utc>) -> Self {
        Self::of(Verdict::waiting(since))
    }

    /// All alerts, newest first.
    pub fn alerts(&self) -> impl Iterator<Item = &Alert> {
        self.alerts.iter().map(AsRef::as_ref)
    }

    /// Those that fire, newest first.
    pub fn firing(&self) -> impl Iterator<Item = &Alert> {
        self.alerts().filter(|alert| alert.is_firing())
    }

    /// The alert of this number.
    #[must_use]
    pub fn alert(&self, id: u64) -> Option<&Alert> {
        self.alerts().find(|alert| alert.id == id)
    }

    /// The alert that the verdict leads with; none where it goes without one.
    #[must_use]
    pub fn leading(&self) -> Option<&Alert> {
        self.alert(self.verdict.alert?)
    }

    /// How many times the usual arrive at this service, where a herd does: that of the
    /// whole host where it arrives there, or where nobody knows where.
    #[must_use]
    pub fn multiple(&self, service: Option<ServiceId>) -> Option<f64> {
        let fires = |scope: Scope| {
            self.firing().any(|a| a.rule == RuleId::Herd && a.current && a.scope == scope)
        };
        let of = |whose: Option<ServiceId>| {
            let scope = whose.map_or(Scope::Host, Scope::Service);
            let herd = self.herds.iter().find(|(at, _)| *at == whose);
            herd.filter(|_| fires(scope)).map(|(_, multiple)| *multiple)
        };
        let placed = service.is_some() && self.primary == service;
        let own = service.filter(|_| !placed).and_then(|service| of(Some(service)));
        own.or_else(|| of(None).filter(|_| placed || self.primary.is_none()))
    }

    /// The worst that is said of this service: the alerts that fire, a herd of the
    /// whole host among them where it arrives there, and the verdict.
    #[must_use]
    pub fn severity_of(&self, service: ServiceId) -> Severity {
        let told = (self.verdict.service == Some(service)).then_some(self.verdict.severity);
        let told = told.filter(|severity| *severity > Severity::Unknown);
        self.fired_at(service).max(told.unwrap_or(Severity::Ok))
    }

    fn fired_at(&self, service: ServiceId) -> Severity {
        let is_herd = |alert: &&Alert| {
            let is_of_host = alert.rule == RuleId::Herd && alert.scope == Scope::Host;
            is_of_host && self.primary == Some(service)
        };
        let of = self.firing().filter(|alert| alert.is_about(service) || is_herd(alert));
        of.map(|alert| alert.now).max().unwrap_or(Severity::Ok)
    }
}

/// One moment: its figures and what is to be thought of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Moment {
    /// The figures.
    pub snapshot: Snapshot,
    /// What was thought of them then.
    pub judgement: Judgement,
    /// Nothing was kept of it but what the history knows.
    pub missing: bool,
}
