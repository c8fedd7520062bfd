//! Asks the metrics server about all hosts and about one.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::Clock;
use crate::config::FleetSettings;
use crate::detect::Verdict;
use crate::fleet::{
    Answers, FleetSnapshot, HostTrends, Matchers, ServiceFigure, TrendFigure, host_questions,
    newest_host, scrapes, service_questions, trend_of_hosts, trend_questions, whole_trend,
};
use crate::run::redact::Redact;
use crate::sample::{MetricSeries, QueryAnswer};
use crate::source::prometheus::{ApiClient, ApiFault};
use crate::units::whole;

/// How often Prometheus scrapes as it comes.
const SCRAPE: Duration = Duration::from_secs(15);
/// How often it is looked how often hosts are scraped, seconds.
const LOOK: f64 = 60.0;

/// One server, asked one question after the other.
pub(super) struct FleetReader {
    client: ApiClient,
    clock: Arc<dyn Clock>,
    matchers: Matchers,
    scrape: Duration,
    /// When that was looked at, by the server's clock.
    looked: Option<f64>,
    /// The verdict of the moment before, for since when it has been so.
    verdict: Option<Verdict>,
    redact: Redact,
    /// Hosts by what they are called on the screen, where that is no name of theirs.
    hidden: BTreeMap<String, String>,
}

impl FleetReader {
    /// # Errors
    /// When the roots of `--cacert` cannot be read.
    pub(super) fn new(
        settings: FleetSettings,
        clock: Arc<dyn Clock>,
        redact: Redact,
    ) -> Result<Self, String> {
        let FleetSettings { server, matchers } = settings;
        Ok(Self {
            client: ApiClient::new(server, Arc::clone(&clock))?,
            clock,
            matchers,
            scrape: SCRAPE,
            looked: None,
            verdict: None,
            redact,
            hidden: BTreeMap::new(),
        })
    }

    /// The server, without secrets.
    pub(super) fn server(&self) -> String {
        self.client.shown()
    }

    /// Our own clock, for how long something takes.
    pub(super) fn mono(&self) -> Duration {
        self.clock.now().mono
    }

    pub(super) const fn scrape(&self) -> Duration {
        self.scrape
    }

    /// What time it is there.
    ///
    /// # Errors
    /// Why that is not known, in one line.
    pub(super) async fn now(&mut self) -> Result<f64, ApiFault> {
        let answer = self.client.instant("vector(time())", None).await?;
        let now = answer.series.first().and_then(MetricSeries::last);
        now.map(|(at, _)| at).ok_or_else(|| {
            ApiFault::Connection("its answer has no time: not Prometheus' query API?".to_owned())
        })
    }

    /// All hosts now, or at a moment of the past.
    ///
    /// # Errors
    /// Why nothing is known, in one line.
    pub(super) async fn hosts(&mut self, at: Option<f64>) -> Result<FleetSnapshot, ApiFault> {
        let is_now = at.is_none();
        let at = match at {
            Some(at) => at,
            None => self.now().await?,
        };
        if is_now && self.looked.is_none_or(|looked| at - looked >= LOOK) {
            self.look_how_often(at).await?;
        }
        let mut answers = Answers::at(at, self.scrape);
        for (figure, question) in host_questions(&self.matchers, self.scrape) {
            self.put(&mut answers, figure, &question).await?;
        }
        let before = self.verdict.as_ref().filter(|_| is_now);
        let fleet = FleetSnapshot::of(&answers, before);
        if is_now {
            self.verdict = Some(fleet.verdict.clone());
        }
        Ok(fleet)
    }

    /// The services of a host, or of all together.
    ///
    /// # Errors
    /// Why nothing is known.
    pub(super) async fn services(
        &mut self,
        host: Option<&str>,
        at: f64,
    ) -> Result<Answers<ServiceFigure>, ApiFault> {
        let matchers = self.of_host(host);
        let mut answers = Answers::at(at, self.scrape);
        for (figure, question) in service_questions(&matchers, self.scrape, host.is_some()) {
            self.put(&mut answers, figure, &question).await?;
        }
        Ok(answers)
    }

    /// What is charted of a host, or of all together.
    ///
    /// # Errors
    /// Why nothing is known.
    pub(super) async fn trend(
        &mut self,
        host: Option<&str>,
        span: (f64, f64),
        step: u64,
    ) -> Result<Answers<TrendFigure>, ApiFault> {
        let matchers = self.of_host(host);
        let questions = match host {
            Some(_) => trend_questions(&matchers, self.scrape),
            None => whole_trend(&matchers, self.scrape),
        };
        let mut answers = Answers::at(span.1, self.scrape);
        for (figure, question) in questions {
            match self.client.range(&question, span, step).await {
                Ok(answer) => answers.take(figure, answer),
                Err(ApiFault::Told(why)) => answers.note(why),
                Err(fault) => return Err(fault),
            }
        }
        Ok(answers)
    }

    /// Brings the sparklines up to a moment.
    ///
    /// # Errors
    /// Why they stay as they were.
    pub(super) async fn sparks(
        &mut self,
        trends: &mut HostTrends,
        now: f64,
    ) -> Result<(), ApiFault> {
        let step = whole(self.scrape.as_secs_f64().ceil()).max(1);
        let Some(span) = trends.missing(now, step) else { return Ok(()) };
        let question = trend_of_hosts(&self.matchers, self.scrape);
        let mut answer = self.client.range(&question, span, step).await?;
        self.hide(&mut answer);
        trends.take(&answer, span.1);
        Ok(())
    }

    /// How often hosts are scraped, which the time of a rate is made of: the least time
    /// between two scrapes of one of them.
    async fn look_how_often(&mut self, at: f64) -> Result<(), ApiFault> {
        let told = |answer: Result<QueryAnswer, ApiFault>| match answer {
            Err(ApiFault::Told(_)) => Ok(QueryAnswer::default()),
            other => other,
        };
        let newest = told(self.client.instant(&newest_host(&self.matchers), Some(at)).await)?;
        let Some(host) = newest.series.first().map(|series| series.label("instance")) else {
            return Ok(());
        };
        let answer = told(self.client.instant(&scrapes(&self.matchers, host), Some(at)).await)?;
        self.looked = Some(at);
        let points = answer.series.iter().flat_map(|series| series.points.windows(2));
        let least = points.map(|pair| pair[1].0 - pair[0].0).filter(|gap| *gap >= 0.5);
        let least = least.fold(f64::INFINITY, f64::min);
        if let Ok(least) = Duration::try_from_secs_f64(least) {
            self.scrape = least;
        }
        Ok(())
    }

    /// One that the server does not understand is missing, with its reason.
    async fn put<F: Ord + Copy>(
        &mut self,
        answers: &mut Answers<F>,
        figure: F,
        question: &str,
    ) -> Result<(), ApiFault> {
        match self.client.instant(question, Some(answers.at)).await {
            Ok(mut answer) => {
                self.hide(&mut answer);
                answers.take(figure, answer);
            }
            Err(ApiFault::Told(why)) => answers.note(why),
            Err(fault) => return Err(fault),
        }
        Ok(())
    }

    fn of_host(&self, host: Option<&str>) -> Matchers {
        host.map_or_else(
            || self.matchers.clone(),
            |host| self.matchers.only(self.hidden.get(host).map_or(host, String::as_str)),
        )
    }

    /// Pseudonyms instead of what identifies, where that is asked for.
    fn hide(&mut self, answer: &mut QueryAnswer) {
        if !self.redact.is_on() {
            return;
        }
        for series in &mut answer.series {
            for (name, value) in &mut series.labels {
                match name.as_str() {
                    "instance" => {
                        let hidden = self.redact.name(value);
                        self.hidden.insert(hidden.clone(), std::mem::replace(value, hidden));
                    }
                    "service" => *value = self.redact.text(value),
                    _ => {}
                }
            }
        }
    }
}
