//! What a metrics server answers: series by their labels, nothing derived.

/// One series: its labels as they came, which is hostile text, and its points.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MetricSeries {
    /// Name and value of each label.
    pub labels: Vec<(String, String)>,
    /// Seconds since 1970 by the server's clock, and the value then. Never NaN: that is no
    /// reading.
    pub points: Vec<(f64, f64)>,
}

impl MetricSeries {
    /// The value of a label; empty where it has none, which Prometheus takes for the same.
    #[must_use]
    pub fn label(&self, name: &str) -> &str {
        let label = self.labels.iter().find(|(own, _)| own == name);
        label.map_or("", |(_, value)| value)
    }

    /// The newest point.
    #[must_use]
    pub fn last(&self) -> Option<(f64, f64)> {
        self.points.last().copied()
    }
}

/// One answer.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct QueryAnswer {
    /// The series, in the order in which they came.
    pub series: Vec<MetricSeries>,
    /// What the server has to say of it: a partial answer looks like success. Clean.
    pub notes: Vec<String>,
    /// Series beyond the most that are read.
    pub left_out: usize,
}
