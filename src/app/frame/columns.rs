//! The columns of the tables: which are shown, in which order, and by which the rows are
//! sorted. One description for all of them: each table names what it has.

use std::fmt::Write as _;

/// Tables whose columns can be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableName {
    /// Who listens.
    Listeners,
    /// The processes behind the listener in focus.
    Workers,
    /// The targets of the probes.
    Probes,
    /// Close codes over the whole screen.
    Codes,
    /// Alerts, newest first.
    Alerts,
    /// Single connections of a listener.
    Connections,
}

/// What a table has: columns beside those that name a row, and what else it is sorted by.
struct Has {
    table: TableName,
    name: &'static str,
    setting: &'static str,
    columns: &'static [&'static str],
    /// What its rows can be sorted by.
    orders: &'static [&'static str],
}

const ALL: [Has; 6] = [
    Has {
        table: TableName::Listeners,
        name: "listeners",
        setting: "columns-listeners",
        columns: &[
            "open", "handsh/s", "closed/s", "peak/s", "accept-q", "drops/s", "med-age", "mem/conn",
            "network", "shape",
        ],
        orders: &[
            "open", "handsh/s", "closed/s", "peak/s", "accept-q", "drops/s", "address", "process",
        ],
    },
    Has {
        table: TableName::Workers,
        name: "workers",
        setting: "columns-workers",
        columns: &["conns", "cpu", "rss", "fds", "of", "threads"],
        orders: &["conns", "cpu", "rss", "fds", "of", "threads", "process"],
    },
    Has {
        table: TableName::Probes,
        name: "probes",
        setting: "columns-probes",
        columns: &[
            "agreed", "dns", "tcp", "tls", "101", "ping", "lag", "p99", "ok", "held", "lost",
            "next", "strip",
        ],
        orders: &["target", "ping", "lag", "p99", "ok", "lost"],
    },
    Has {
        table: TableName::Codes,
        name: "codes",
        setting: "columns-codes",
        columns: &["name", "now/s", "minute", "count", "total", "shape"],
        orders: &["code", "now/s", "minute", "count", "total"],
    },
    Has {
        table: TableName::Connections,
        name: "connections",
        setting: "columns-connections",
        columns: &[
            "worker",
            "state",
            "age",
            "last-data",
            "in",
            "out",
            "send-q",
            "recv-q",
            "retrans",
            "memory",
        ],
        orders: &["send-q", "retrans", "out", "in", "last-data", "age", "state", "peer", "worker"],
    },
    Has {
        table: TableName::Alerts,
        name: "alerts",
        setting: "columns-alerts",
        columns: &["for", "sev", "peak", "now"],
        orders: &["time", "for", "sev"],
    },
];

impl TableName {
    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        ALL.iter().map(|has| has.table)
    }

    fn has(self) -> &'static Has {
        ALL.iter().find(|has| has.table == self).unwrap_or(&ALL[0])
    }

    /// `listeners`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.has().name
    }

    /// The name of its setting: `columns-listeners`.
    #[must_use]
    pub fn setting(self) -> &'static str {
        self.has().setting
    }

    /// The table of such a setting.
    #[must_use]
    pub fn of_setting(setting: &str) -> Option<Self> {
        ALL.iter().find(|has| has.setting == setting).map(|has| has.table)
    }

    /// The columns there are, as they stand when none were chosen.
    #[must_use]
    pub fn columns(self) -> &'static [&'static str] {
        self.has().columns
    }

    /// What its rows can be sorted by.
    #[must_use]
    pub fn orders(self) -> &'static [&'static str] {
        self.has().orders
    }
}

/// What was chosen for one table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chosen {
    /// The columns from the left; none = as many as fit.
    pub columns: Option<Vec<&'static str>>,
    /// What the rows are sorted by, and whether the other way round; none = as usual.
    pub sort: Option<(&'static str, bool)>,
}

impl Chosen {
    /// Reads `open closed/s by -open`; `default` is what was there at the start.
    ///
    /// # Errors
    /// One line: which word is no column, and what would be one.
    pub fn parse(table: TableName, typed: &str) -> Result<Self, String> {
        let words: Vec<&str> = typed.split([' ', ',']).filter(|word| !word.is_empty()).collect();
        if words == ["default"] {
            return Ok(Self::default());
        }
        let by = words.iter().position(|word| *word == "by").unwrap_or(words.len());
        let (columns, order) = words.split_at(by);
        let mut chosen = Vec::new();
        for word in columns {
            let column = named(table.columns(), word).ok_or_else(|| no_column(table, word))?;
            if !chosen.contains(&column) {
                chosen.push(column);
            }
        }
        let sort = match order.get(1..).unwrap_or_default() {
            [] if order.is_empty() => None,
            [word] => Some(sort_of(table, word)?),
            _ => return Err(format!("{}: 'by' is followed by one column", table.setting())),
        };
        Ok(Self { columns: (!chosen.is_empty()).then_some(chosen), sort })
    }

    /// As it is kept, and read again.
    #[must_use]
    pub fn write(&self) -> String {
        let mut text = self.columns.as_deref().unwrap_or_default().join(" ");
        if let Some((by, reversed)) = self.sort {
            let gap = if text.is_empty() { "" } else { " " };
            let minus = if reversed { "-" } else { "" };
            let _ = write!(text, "{gap}by {minus}{by}");
        }
        if text.is_empty() { "default".to_owned() } else { text }
    }

    /// Whether anything was chosen.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// Whether this column is shown; while none were chosen the width decides.
    #[must_use]
    pub fn shows(&self, column: &str) -> bool {
        self.columns.as_ref().is_none_or(|chosen| chosen.contains(&column))
    }
}

fn named(all: &'static [&'static str], word: &str) -> Option<&'static str> {
    all.iter().find(|name| **name == word).copied()
}

/// `open` or `-open`.
fn sort_of(table: TableName, word: &str) -> Result<(&'static str, bool), String> {
    let (name, reversed) = word.strip_prefix('-').map_or((word, false), |name| (name, true));
    let known = named(table.orders(), name);
    known.map(|name| (name, reversed)).ok_or_else(|| {
        let (setting, orders) = (table.setting(), table.orders().join(" "));
        format!("{setting}: not sorted by '{}' but by: {orders}", harmless(name))
    })
}

fn no_column(table: TableName, word: &str) -> String {
    format!("{}: '{}' is no column: {}", table.setting(), harmless(word), table.columns().join(" "))
}

/// What was typed, in a line of the screen.
fn harmless(word: &str) -> String {
    word.chars().filter(|c| !c.is_control()).take(20).collect()
}

/// What was chosen for each table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns([Chosen; ALL.len()]);

impl Columns {
    /// What was chosen for this one.
    #[must_use]
    pub fn of(&self, table: TableName) -> &Chosen {
        let at = TableName::all().position(|one| one == table).unwrap_or(0);
        &self.0[at]
    }

    /// Chooses for one.
    pub fn choose(&mut self, table: TableName, chosen: Chosen) {
        if let Some(at) = TableName::all().position(|one| one == table) {
            self.0[at] = chosen;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_chosen_is_written_as_it_is_read() {
        for (typed, written) in [
            ("open,closed/s  open by -drops/s", "open closed/s by -drops/s"),
            ("shape open", "shape open"),
            ("by process", "by process"),
            ("default", "default"),
            ("", "default"),
        ] {
            let chosen = Chosen::parse(TableName::Listeners, typed).unwrap();
            assert_eq!(chosen.write(), written);
            assert_eq!(Chosen::parse(TableName::Listeners, written).unwrap(), chosen);
        }
    }

    #[test]
    fn what_is_no_column_is_named_with_those_that_are() {
        let told = |typed| Chosen::parse(TableName::Workers, typed).unwrap_err();
        assert_eq!(
            told("conns rsss"),
            "columns-workers: 'rsss' is no column: conns cpu rss fds of threads"
        );
        assert_eq!(told("by"), "columns-workers: 'by' is followed by one column");
        assert!(told("by \u{1b}[2J").contains("not sorted by '[2J' but by: "));
        assert!(!told("cpu \u{1b}[2J").contains('\u{1b}'));
    }
}
