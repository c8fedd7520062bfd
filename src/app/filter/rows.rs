//! What the rows of each list are to a filter.

use std::borrow::Cow;
use std::net::IpAddr;

use super::super::frame::{ListedRow, ReferenceRow, Setting, TargetRow};
use super::{Filtered, RowAddress, Value};
use crate::detect::Severity;
use crate::fleet::FleetHost;
use crate::model::ListenerSnapshot;
use crate::sample::OpenConnection;
use crate::units::float;

/// A listener and how bad its row is.
pub(in crate::app) struct Listening<'l>(
    pub(in crate::app) &'l ListenerSnapshot,
    pub(in crate::app) Severity,
);

impl Filtered for Listening<'_> {
    fn text(&self) -> Cow<'_, str> {
        let Self(listener, _) = self;
        let pids = listener.pids.iter().map(u32::to_string).collect::<Vec<_>>().join(" ");
        format!("{} {} {pids}", listener.address, listener.process.as_deref().unwrap_or("")).into()
    }

    fn value(&self, key: &str) -> Value<'_> {
        let Self(listener, severity) = self;
        match key {
            "port" => Value::Number(f64::from(listener.address.port())),
            "proc" => Value::Text(listener.process.as_deref().unwrap_or("").into()),
            "pid" => Value::Numbers(&listener.pids),
            "addr" => self.address().map_or(Value::Unknown, Value::Address),
            "state" => Value::Severity(*severity),
            _ => Value::Unknown,
        }
    }

    fn address(&self) -> Option<RowAddress> {
        let at = self.0.address;
        Some(RowAddress { ip: at.ip(), port: Some(at.port()) })
    }
}

impl Filtered for FleetHost {
    fn text(&self) -> Cow<'_, str> {
        let rules = self.alerts.iter().map(|alert| alert.rule.as_str()).collect::<Vec<_>>();
        format!("{} {} {} {}", self.name, self.job, self.verdict, rules.join(" ")).into()
    }

    fn value(&self, key: &str) -> Value<'_> {
        match key {
            "host" => Value::Text(self.name.as_str().into()),
            "job" => Value::Text(self.job.as_str().into()),
            "alert" => {
                let rules = self.alerts.iter().map(|alert| alert.rule.as_str());
                Value::Text(rules.collect::<Vec<_>>().join(" ").into())
            }
            "open" => self.open.map_or(Value::Unknown, Value::Number),
            "state" => Value::Severity(self.severity),
            _ => Value::Unknown,
        }
    }
}

impl Filtered for ListedRow {
    fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Alert(row) => {
                let state = if row.alert.is_firing() { "firing" } else { "resolved" };
                let (rule, bad) = (row.alert.rule.name(), row.severity().word());
                format!("{bad} {rule} {} {state}", row.alert.sentence).into()
            }
            Self::Mark { note, .. } => format!("mark {note}").into(),
        }
    }

    fn value(&self, key: &str) -> Value<'_> {
        let Some(row) = self.alert() else { return Value::Unknown };
        match key {
            "rule" => Value::Text(row.alert.rule.name().into()),
            "state" => Value::Severity(row.severity()),
            _ => Value::Unknown,
        }
    }
}

impl Filtered for TargetRow {
    fn text(&self) -> Cow<'_, str> {
        format!("{} {}", self.target.label(), self.severity.word()).into()
    }

    fn value(&self, key: &str) -> Value<'_> {
        match key {
            "url" => Value::Text(self.target.label().into()),
            "state" => Value::Severity(self.severity),
            _ => Value::Unknown,
        }
    }
}

impl Filtered for ReferenceRow {
    fn text(&self) -> Cow<'_, str> {
        format!("{} {} {} {}", self.codes, self.name, self.sent_by, self.reads_as).into()
    }

    fn value(&self, key: &str) -> Value<'_> {
        match key {
            // Of a range its first.
            "code" => {
                let first = self.codes.split('-').next().and_then(|code| code.parse().ok());
                first.map_or(Value::Unknown, Value::Number)
            }
            "name" => Value::Text(self.name.as_str().into()),
            _ => Value::Unknown,
        }
    }
}

impl Filtered for Setting {
    fn text(&self) -> Cow<'_, str> {
        let Self { group, name, value, from, about, .. } = self;
        format!("{group} {name} {value} {from} {about}").into()
    }

    fn value(&self, key: &str) -> Value<'_> {
        match key {
            "name" => Value::Text(self.name.into()),
            "from" => Value::Text(self.from.as_str().into()),
            _ => Value::Unknown,
        }
    }
}

/// A network or an address and how many connections it has open.
impl Filtered for (String, u64) {
    fn text(&self) -> Cow<'_, str> {
        self.0.as_str().into()
    }

    fn value(&self, key: &str) -> Value<'_> {
        match key {
            "addr" => {
                self.address().map_or_else(|| Value::Text(self.0.as_str().into()), Value::Address)
            }
            "open" => Value::Number(float(self.1)),
            _ => Value::Unknown,
        }
    }

    fn address(&self) -> Option<RowAddress> {
        // A network has none.
        self.0.parse().ok().map(|ip| RowAddress { ip, port: None })
    }
}

impl Filtered for OpenConnection {
    fn text(&self) -> Cow<'_, str> {
        let ip = self.peer.ip().to_canonical();
        let peer = match ip {
            IpAddr::V4(four) => format!("{four}:{}", self.peer.port()),
            IpAddr::V6(six) => format!("[{six}]:{}", self.peer.port()),
        };
        format!("{peer} {}", self.state_name()).into()
    }

    fn value(&self, key: &str) -> Value<'_> {
        let bytes = |bytes: Option<u64>| bytes.map_or(Value::Unknown, |n| Value::Number(float(n)));
        match key {
            "addr" => self.address().map_or(Value::Unknown, Value::Address),
            "port" => Value::Number(f64::from(self.peer.port())),
            "state" => Value::Text(self.state_name().into()),
            "pid" => self.worker.map_or(Value::Unknown, |pid| Value::Number(f64::from(pid))),
            "sendq" => Value::Number(f64::from(self.send_queue)),
            "recvq" => Value::Number(f64::from(self.receive_queue)),
            "retrans" => self.retransmits.map_or(Value::Unknown, |n| Value::Number(f64::from(n))),
            "in" => bytes(self.received),
            "out" => bytes(self.sent),
            "idle" => self.idle.map_or(Value::Unknown, |idle| Value::Number(idle.as_secs_f64())),
            "age" => Value::Number(self.age.figure().as_secs_f64()),
            _ => Value::Unknown,
        }
    }

    fn address(&self) -> Option<RowAddress> {
        Some(RowAddress { ip: self.peer.ip(), port: Some(self.peer.port()) })
    }
}
