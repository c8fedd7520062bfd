//! Pseudonyms put in where a sample comes in: what is shown, told and kept is made of
//! samples, so none of it has anything else.

use std::net::{IpAddr, SocketAddr};

use serde_json::Value;

use crate::app::Setting;
use crate::model::ModelConfig;
use crate::sample::{ConnectionQuery, Network, OpenConnection, Sample, Test};
use crate::text::Pseudonyms;

/// The pseudonyms of a run; none where nothing is to be hidden.
#[derive(Debug, Default)]
pub(super) struct Redact {
    names: Option<Pseudonyms>,
    /// Samples that could not be read again.
    lost: u64,
}

impl Redact {
    /// Hides from now on, where that is asked for.
    pub(super) fn new(on: bool) -> Self {
        Self { names: on.then(Pseudonyms::new), lost: 0 }
    }

    pub(super) const fn is_on(&self) -> bool {
        self.names.is_some()
    }

    /// A name that is hidden wherever it stands; its own pseudonym.
    pub(super) fn name(&mut self, name: &str) -> String {
        match &mut self.names {
            Some(names) => {
                names.hide(name);
                names.text(name)
            }
            None => name.to_owned(),
        }
    }

    /// The text without what identifies.
    pub(super) fn text(&mut self, text: &str) -> String {
        self.names.as_mut().map_or_else(|| text.to_owned(), |names| names.text(text))
    }

    /// A document on one line, each of its texts without it; nothing where it is none.
    pub(super) fn json(&mut self, document: &str) -> String {
        let Some(names) = &mut self.names else { return document.to_owned() };
        let Ok(mut value) = serde_json::from_str(document) else { return String::new() };
        hide(names, &mut value);
        // A host may be called like a kind of something, which is left as it is.
        if let Some(Value::String(host)) = value.pointer_mut("/host/name") {
            *host = names.text(host);
        }
        value.to_string()
    }

    /// A socket by its pseudonym.
    pub(super) fn socket(&mut self, mut socket: SocketAddr) -> SocketAddr {
        if let Some(names) = &mut self.names {
            socket.set_ip(names.address(socket.ip()));
        }
        socket
    }

    /// The same question about what the pseudonyms stand for. What is shown of the answer
    /// is chosen by its pseudonyms, once it has them.
    pub(super) fn reveal(&self, query: ConnectionQuery) -> ConnectionQuery {
        let Some(names) = &self.names else { return query };
        let real = |ip: IpAddr| names.real(ip).unwrap_or(ip);
        let mut scope = query.scope;
        for listener in &mut scope.listeners {
            listener.set_ip(real(listener.ip()));
        }
        scope.network = scope.network.map(|Network(ip)| Network(real(ip)));
        scope.address = scope.address.map(real);
        let own = scope.listeners.clone();
        let belongs = move |local: &SocketAddr| {
            own.iter().any(|at| {
                at.port() == local.port() && (at.ip().is_unspecified() || at.ip() == local.ip())
            })
        };
        let (belongs, shows) = (Test::new(belongs), Test::new(|_: &OpenConnection| true));
        ConnectionQuery { scope, belongs, shows, ..query }
    }

    /// What there is to say of samples that had to be left out.
    pub(super) fn fault(&self) -> Option<String> {
        let lost = self.lost;
        (lost > 0).then(|| format!("{lost} samples could not be given pseudonyms and are left out"))
    }

    /// The sample without it. Every text and address in it is one in its document; one
    /// that could not be read again is left out and counted, never let through.
    pub(super) fn sample(&mut self, sample: Sample) -> Sample {
        let Some(names) = &mut self.names else { return sample };
        let at = sample.at;
        let hidden = serde_json::to_value(&sample).ok().and_then(|mut value| {
            hide(names, &mut value);
            serde_json::from_value(value).ok()
        });
        hidden.unwrap_or_else(|| {
            self.lost += 1;
            Sample::at(at)
        })
    }

    /// Capacities of addresses, by their pseudonyms.
    pub(super) fn model(&mut self, config: ModelConfig) -> ModelConfig {
        let Some(names) = &mut self.names else { return config };
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

/// Whether a text is written like a kind of something: `open_ok`.
fn is_kind(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_lowercase() || c == '_')
}

fn hide(names: &mut Pseudonyms, value: &mut Value) {
    match value {
        // A word alone may be a kind, and a host may be called like one.
        Value::String(text) if names.is_hidden(text) && is_kind(text) => {}
        Value::String(text) => *text = names.text(text),
        Value::Array(all) => all.iter_mut().for_each(|one| hide(names, one)),
        Value::Object(all) => {
            let before = std::mem::take(all);
            for (key, mut value) in before {
                hide(names, &mut value);
                // A field may have the name of a host.
                let is_address = key.parse::<SocketAddr>().is_ok() || key.parse::<IpAddr>().is_ok();
                let key = if is_address { names.text(&key) } else { key };
                all.insert(key, value);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
