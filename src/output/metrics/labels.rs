//! What a service is called in labels: its port, and whose that is where several
//! namespaces have one of it.

use crate::detect::{Alert, Judgement, RuleId, Scope};
use crate::model::{Netns, ServiceId, ServiceSnapshot, Snapshot, container_name};
use crate::text;

/// Columns of a name that somebody gave to a namespace or a container.
const LONGEST: usize = 60;

/// How services are called.
#[derive(Debug, Clone, Default)]
pub struct ServiceLabels {
    /// The namespace of this program: a port there needs no name beside it.
    own: Netns,
    /// What the watched namespace is called, such as `blue` of `/run/netns/blue`.
    watched: Option<String>,
}

impl ServiceLabels {
    /// Those for who is in this namespace; the other one has this name, if any.
    #[must_use]
    pub const fn new(own: Netns, watched: Option<String>) -> Self {
        Self { own, watched }
    }

    /// `8080`; `127.0.0.1:8080` where another service has that port too; `8080@blue` in
    /// another network namespace: by the container, else by the namespace's name or
    /// its number.
    #[must_use]
    pub fn of(&self, snapshot: &Snapshot, service: &ServiceSnapshot) -> String {
        let port = service.whole.port();
        let port = port.trim_start_matches(':');
        match self.place(snapshot, service) {
            Some(place) => format!("{port}@{}", text::clean(&place, LONGEST)),
            None => port.to_owned(),
        }
    }

    /// The same of a service that may not be listed any more.
    #[must_use]
    pub fn of_id(&self, snapshot: &Snapshot, service: ServiceId) -> String {
        let known = snapshot.services.iter().find(|one| one.id == service);
        known.map_or_else(|| service.port.to_string(), |known| self.of(snapshot, known))
    }

    /// That of the service an alert is about; none where it is about the host, a target
    /// or a code. A herd is the host's alert, and arrives at one service as a rule.
    #[must_use]
    pub fn of_alert(
        &self,
        snapshot: &Snapshot,
        judgement: &Judgement,
        alert: &Alert,
    ) -> Option<String> {
        let about = match (alert.scope, alert.rule) {
            (Scope::Service(service), _) => Some(service),
            (Scope::Listener(listener), _) => Some(listener.service),
            (Scope::Exit(exit), _) => Some(exit.service),
            (Scope::Host, RuleId::Herd) => judgement.primary,
            _ => None,
        };
        about.map(|service| self.of_id(snapshot, service))
    }

    /// Where it is, if not where this program is.
    fn place(&self, snapshot: &Snapshot, service: &ServiceSnapshot) -> Option<String> {
        let netns = service.id.netns;
        if netns == self.own || netns.is_unknown() || self.own.is_unknown() {
            return None;
        }
        let mut behind = snapshot.processes.iter().filter(|p| service.whole.pids.contains(&p.pid));
        let container = behind.find_map(|p| container_name(p.cgroup.as_deref()?));
        container.or_else(|| self.watched.clone()).or_else(|| Some(netns.0?.to_string()))
    }
}
