//! What the server is asked for one picture.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use super::reader::FleetReader;
use crate::app::{HostRow, HostsPage};
use crate::detect::Moment;
use crate::fleet::{
    Answers, FleetHost, FleetSnapshot, HostTrends, ServiceScope, TrendFigure, fill, moment, step_of,
};
use crate::model::PastSeconds;
use crate::source::prometheus::ApiFault;
use crate::units::{float, whole};

/// Columns of a chart at the most: what is asked for is no finer.
const COLUMNS: u64 = 240;

/// What somebody looks at.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct LookedAt {
    /// The host that was opened.
    pub(super) host: Option<String>,
    /// How long a stretch the chart shows.
    pub(super) window: Duration,
    /// The second of the past that is looked at; none = now.
    pub(super) second: Option<u64>,
    /// How often the user has asked for it out of turn.
    pub(super) turns: u64,
}

/// One picture of it.
pub(super) struct Picture {
    pub(super) wanted: LookedAt,
    pub(super) page: Arc<HostsPage>,
    pub(super) moment: Moment,
    /// Seconds to be charted, and whether they begin anew.
    pub(super) past: Vec<(SocketAddr, PastSeconds)>,
    pub(super) anew: bool,
}

/// What was charted so far, so that the next picture asks for what came since alone.
#[derive(Default)]
pub(super) struct Charted {
    of: Option<(Option<String>, Duration, u64)>,
    /// The newest second that was asked for.
    to: f64,
    /// Alerts of the whole window.
    trend: Option<Answers<TrendFigure>>,
    trends: HostTrends,
}

impl Charted {
    /// The picture of now, or of the second that is looked at.
    pub(super) async fn picture(
        &mut self,
        reader: &mut FleetReader,
        wanted: LookedAt,
    ) -> Result<Picture, ApiFault> {
        let began = reader.mono();
        let fleet = reader.hosts(wanted.second.map(float)).await?;
        let (at, host) = (seconds(&fleet), wanted.host.as_deref());
        let services = reader.services(host, at).await?;
        let (mut past, mut anew) = (Vec::new(), false);
        if wanted.second.is_none() {
            (past, anew) = self.chart(reader, &wanted, at).await?;
            if wanted.host.is_none() {
                reader.sparks(&mut self.trends, at).await?;
            }
        } else if !self.reaches(&wanted) {
            // A longer stretch is looked at than was asked for so far.
            let now = reader.now().await?;
            (past, anew) = self.chart(reader, &wanted, now).await?;
        }
        let nothing = Answers::at(at, fleet.scrape);
        let trend = self.trend.as_ref().filter(|_| self.of.is_some()).unwrap_or(&nothing);
        let missing = host.map(|name| gone(&fleet, name));
        let scope = match &missing {
            Some(host) => ServiceScope::Host(host),
            None => ServiceScope::All(&fleet),
        };
        let moment = moment(&services, trend, scope);
        let page = Arc::new(self.page(&fleet, reader.mono().saturating_sub(began)));
        Ok(Picture { wanted, page, moment, past, anew })
    }

    /// Whether the stretch that is looked at is charted.
    fn reaches(&self, wanted: &LookedAt) -> bool {
        let of = self.of.as_ref();
        of.is_some_and(|(host, window, _)| *host == wanted.host && *window == wanted.window)
    }

    /// The seconds that the chart does not have yet.
    async fn chart(
        &mut self,
        reader: &mut FleetReader,
        wanted: &LookedAt,
        at: f64,
    ) -> Result<(Vec<(SocketAddr, PastSeconds)>, bool), ApiFault> {
        // A column covers whole steps: they reach a little further back than the window.
        let reach = wanted.window + wanted.window / 4;
        let step = step_of(reader.scrape(), reach, COLUMNS);
        let of = Some((wanted.host.clone(), wanted.window, step));
        let aligned = |at: f64| float(whole(at) / step * step);
        let to = aligned(at);
        let oldest = aligned(to - reach.as_secs_f64());
        // What is older than the window is not asked for again.
        let anew = self.of != of || self.to < oldest;
        let from = if anew { oldest } else { self.to + float(step) };
        if from > to {
            return Ok((Vec::new(), false));
        }
        let trend = reader.trend(wanted.host.as_deref(), (from, to), step).await?;
        (self.of, self.to) = (of, to);
        let past = fill(&trend, step);
        match &mut self.trend {
            Some(known) if !anew => known.append(TrendFigure::Alerts, &trend, oldest),
            known => *known = Some(trend),
        }
        Ok((past, anew))
    }

    fn page(&self, fleet: &FleetSnapshot, took: Duration) -> HostsPage {
        let row = |host: &Arc<FleetHost>| HostRow {
            host: Arc::clone(host),
            spark: self.trends.of(&host.instance),
        };
        HostsPage {
            rows: fleet.hosts.iter().map(row).collect(),
            totals: fleet.totals,
            notes: fleet.notes.clone(),
            spark_window: Duration::from_secs(self.trends.span()),
            took,
        }
    }
}

/// The moment that a check tells of, without any past.
pub(super) async fn moment_of(
    reader: &mut FleetReader,
    fleet: &FleetSnapshot,
    host: Option<&str>,
) -> Result<Moment, ApiFault> {
    let at = seconds(fleet);
    let services = reader.services(host, at).await?;
    Ok(moment(&services, &Answers::at(at, fleet.scrape), ServiceScope::All(fleet)))
}

/// Its moment by the server's clock.
fn seconds(fleet: &FleetSnapshot) -> f64 {
    float(u64::try_from(fleet.at.timestamp_millis()).unwrap_or(0)) / 1e3
}

/// The host of this name; one that nobody knows any more is stale.
fn gone(fleet: &FleetSnapshot, name: &str) -> Arc<FleetHost> {
    let known = fleet.hosts.iter().find(|host| host.instance == name);
    known.cloned().unwrap_or_else(|| Arc::new(FleetHost::nothing(name)))
}
