//! Pseudonyms put in where a sample comes in: what is shown, told and kept is made of
//! samples, so none of it has anything else.

use std::net::SocketAddr;

use serde_json::Value;

use super::analysis::Analysis;
use crate::app::Setting;
use crate::model::ModelConfig;
use crate::sample::Sample;
use crate::text::Pseudonyms;

/// The pseudonyms of a run; none where nothing is to be hidden.
#[derive(Debug, Default)]
pub(super) struct Redact(Option<Pseudonyms>);

impl Redact {
    /// Hides from now on, where that is asked for.
    pub(super) fn new(on: bool) -> Self {
        Self(on.then(Pseudonyms::new))
    }

    pub(super) const fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// A name that is hidden wherever it stands; its own pseudonym.
    pub(super) fn name(&mut self, name: &str) -> String {
        match &mut self.0 {
            Some(names) => {
                names.hide(name);
                names.text(name)
            }
            None => name.to_owned(),
        }
    }

    /// The text without what identifies.
    pub(super) fn text(&mut self, text: &str) -> String {
        self.0.as_mut().map_or_else(|| text.to_owned(), |names| names.text(text))
    }

    /// A socket by its pseudonym.
    pub(super) fn socket(&mut self, mut socket: SocketAddr) -> SocketAddr {
        if let Some(names) = &mut self.0 {
            socket.set_ip(names.address(socket.ip()));
        }
        socket
    }

    /// The sample without it. Every text and address in it is one in its document; one
    /// that could not be read again is left out, never let through.
    pub(super) fn sample(&mut self, sample: Sample) -> Sample {
        let Some(names) = &mut self.0 else { return sample };
        let at = sample.at;
        let hidden = serde_json::to_value(&sample).ok().and_then(|mut value| {
            hide(names, &mut value);
            serde_json::from_value(value).ok()
        });
        hidden.unwrap_or_else(|| Sample::at(at))
    }

    /// Capacities of addresses, by their pseudonyms.
    pub(super) fn model(&mut self, config: ModelConfig) -> ModelConfig {
        let Some(names) = &mut self.0 else { return config };
        let at = config.capacities_at.into_iter().map(|(mut address, limit)| {
            address.set_ip(names.address(address.ip()));
            (address, limit)
        });
        ModelConfig { capacities_at: at.collect(), ..config }
    }

    /// Settings as they are shown.
    pub(super) fn settings(&mut self, rows: Vec<Setting>) -> Vec<Setting> {
        let hidden = |row: Setting| Setting { value: self.text(&row.value), ..row };
        rows.into_iter().map(hidden).collect()
    }
}

fn hide(names: &mut Pseudonyms, value: &mut Value) {
    match value {
        Value::String(text) => *text = names.text(text),
        Value::Array(all) => all.iter_mut().for_each(|one| hide(names, one)),
        Value::Object(all) => {
            let before = std::mem::take(all);
            for (key, mut value) in before {
                hide(names, &mut value);
                all.insert(names.text(&key), value);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

impl Analysis {
    /// Takes a sample in, without what is to be hidden.
    pub(super) fn absorb(&mut self, sample: Sample) {
        let sample = self.redact.sample(sample);
        self.session.absorb(sample);
    }

    /// Hides what identifies from now on: the host first.
    pub(super) fn redact(&mut self, on: bool) {
        self.redact = Redact::new(on);
        self.host.name = self.redact.name(&self.host.name);
        self.watching = self.redact.text(&self.watching);
    }
}
