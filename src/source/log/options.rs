//! How a log is read, as it was asked for.

use std::sync::Arc;

use super::clients::Network;
use super::format::{self, LineFormat};
use super::pattern::Patterns;
use super::stamp::TimeFormat;

/// How a log is read.
#[derive(Debug, Clone)]
pub struct Options {
    pub(super) patterns: Patterns,
    pub(super) time: Option<TimeFormat>,
    pub(super) format: Option<&'static LineFormat>,
    pub(super) trusted: Arc<[Network]>,
}

impl Options {
    /// `time` is how it writes the time; none = as it is recognised. Its format is
    /// found out.
    #[must_use]
    pub fn new(patterns: Patterns, time: Option<TimeFormat>) -> Self {
        Self { patterns, time, format: None, trusted: Arc::new([]) }
    }

    /// With a format by its name; `auto` finds it out.
    ///
    /// # Errors
    /// The names that there are.
    pub fn with_format(self, name: &str) -> Result<Self, String> {
        if name == "auto" {
            return Ok(self);
        }
        let format = format::by_name(name).ok_or_else(|| {
            let names: Vec<&str> = format::names().collect();
            format!("is no format; give auto, {}", names.join(", "))
        })?;
        Ok(Self { format: Some(format), ..self })
    }

    /// With the networks of proxies that are believed.
    #[must_use]
    pub fn with_trusted(self, trusted: Vec<Network>) -> Self {
        Self { trusted: trusted.into(), ..self }
    }
}
