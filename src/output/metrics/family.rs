//! Families of metrics, and how they are written.

use std::fmt;
use std::sync::Arc;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, NoLabelSet, prometheus_text, text};
use prometheus_client::metrics::MetricType;
use prometheus_client::registry::Registry;

/// What a sample is of: `service="8080"`.
pub(super) type Labels = Vec<(&'static str, String)>;

/// All that is told at one moment.
#[derive(Debug, Default)]
pub struct Families(Vec<MetricFamily>);

#[derive(Debug)]
struct MetricFamily {
    /// Without `_total`, which the encoder adds to counters.
    name: &'static str,
    help: &'static str,
    samples: Samples,
}

#[derive(Debug)]
enum Samples {
    Gauge(Vec<(Labels, f64)>),
    Counter(Vec<(Labels, u64)>),
    /// Classic ones: sum, count and the upper bounds with how many within each.
    Histogram(Vec<(Labels, Distribution)>),
}

/// One histogram.
#[derive(Debug)]
pub(super) struct Distribution {
    pub(super) sum: f64,
    pub(super) count: u64,
    /// Upper bound of each bucket and how many are in it alone.
    pub(super) buckets: Vec<(f64, u64)>,
}

impl Families {
    /// What goes up and down; a family without a sample is left out.
    pub(super) fn gauge(
        &mut self,
        name: &'static str,
        help: &'static str,
        samples: Vec<(Labels, f64)>,
    ) {
        self.add(name, help, samples.is_empty(), Samples::Gauge(samples));
    }

    /// What only grows, and begins anew with the program.
    pub(super) fn counter(
        &mut self,
        name: &'static str,
        help: &'static str,
        samples: Vec<(Labels, u64)>,
    ) {
        self.add(name, help, samples.is_empty(), Samples::Counter(samples));
    }

    /// How long things took.
    pub(super) fn histogram(
        &mut self,
        name: &'static str,
        help: &'static str,
        samples: Vec<(Labels, Distribution)>,
    ) {
        self.add(name, help, samples.is_empty(), Samples::Histogram(samples));
    }

    fn add(&mut self, name: &'static str, help: &'static str, is_empty: bool, samples: Samples) {
        if !is_empty {
            self.0.push(MetricFamily { name, help, samples });
        }
    }

    /// Prometheus' text format 0.0.4.
    #[must_use]
    pub fn plain(self: &Arc<Self>) -> String {
        let mut page = String::new();
        // Writing to a string cannot fail.
        let _ = prometheus_text::encode(&mut page, &self.registry());
        page
    }

    /// `OpenMetrics` 1.0.
    #[must_use]
    pub fn open(self: &Arc<Self>) -> String {
        let mut page = String::new();
        let _ = text::encode(&mut page, &self.registry());
        page
    }

    fn registry(self: &Arc<Self>) -> Registry {
        let mut registry = Registry::default();
        registry.register_collector(Box::new(Arc::clone(self)));
        registry
    }
}

impl Collector for Families {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        for MetricFamily { name, help, samples } in &self.0 {
            let kind = match samples {
                Samples::Gauge(_) => MetricType::Gauge,
                Samples::Counter(_) => MetricType::Counter,
                Samples::Histogram(_) => MetricType::Histogram,
            };
            let mut family = encoder.encode_descriptor(name, help, None, kind)?;
            match samples {
                Samples::Gauge(all) => {
                    for (labels, value) in all {
                        family.encode_family(labels)?.encode_gauge(value)?;
                    }
                }
                Samples::Counter(all) => {
                    for (labels, value) in all {
                        let mut one = family.encode_family(labels)?;
                        one.encode_counter::<NoLabelSet, _, u64>(value, None)?;
                    }
                }
                Samples::Histogram(all) => {
                    for (labels, of) in all {
                        let mut one = family.encode_family(labels)?;
                        let Distribution { sum, count, buckets } = of;
                        one.encode_histogram::<NoLabelSet>(*sum, *count, buckets, None)?;
                    }
                }
            }
        }
        Ok(())
    }
}
