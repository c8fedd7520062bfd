//! The table of hosts: filter, order, selection.

use std::cmp::Ordering;

use super::super::action::Action;
use super::super::filter::List;
use super::super::frame::{Hero, HostRow, HostSort, HostTable, View};
use super::super::state::App;
use crate::fmt;

/// The table as it is to be drawn, and the labels of its rows; none where one host alone is
/// watched.
pub(super) fn table(app: &App) -> (Option<HostTable>, Vec<String>) {
    let Some(hosts) = &app.hosts else { return (None, Vec::new()) };
    let typed = app.filter_of(List::Hosts);
    let filter = List::Hosts.filter(typed);
    let shown = hosts.page.rows.iter().filter(|row| filter.shows(&*row.host));
    let mut rows: Vec<&HostRow> = shown.collect();
    // They come with the worst first.
    if hosts.sort != HostSort::Worst {
        rows.sort_by(|a, b| order(hosts.sort, a, b));
    }
    if hosts.reversed {
        rows.reverse();
    }
    let labels: Vec<String> = rows.iter().map(|row| row.host.instance.clone()).collect();
    let chosen = hosts.chosen.as_ref();
    let selected = chosen.and_then(|own| labels.iter().position(|label| label == own));
    let table = HostTable {
        rows: rows.into_iter().cloned().collect(),
        total: hosts.page.rows.len(),
        filter: typed.to_owned(),
        selected: selected.unwrap_or(0),
        sort: hosts.sort,
        reversed: hosts.reversed,
        totals: hosts.page.totals,
        spark_window: hosts.page.spark_window,
        took: hosts.page.took,
        empty: empty(app, typed),
    };
    (Some(table), labels)
}

/// Whose figures the top line names: over the table of hosts they are of all of them,
/// whichever service has most.
pub(super) fn of_all(app: &App, hero: Hero) -> Hero {
    let Some(hosts) = app.hosts.as_ref().filter(|_| app.view == View::Hosts) else { return hero };
    let known = hosts.page.rows.len();
    let many = if known == 1 { "host" } else { "hosts" };
    Hero { focus: format!("{} {many}", fmt::count(known as u64)), ..hero }
}

fn order(sort: HostSort, a: &HostRow, b: &HostRow) -> Ordering {
    let by =
        |of: fn(&HostRow) -> Option<f64>| of(b).unwrap_or(-1.0).total_cmp(&of(a).unwrap_or(-1.0));
    let first = match sort {
        HostSort::Worst => Ordering::Equal,
        HostSort::Open => by(|row| row.host.open),
        HostSort::Attempts => by(|row| row.host.attempts),
        HostSort::Rejected => by(|row| row.host.rejected),
        HostSort::Name => a.host.name.cmp(&b.host.name),
    };
    first.then_with(|| a.host.name.cmp(&b.host.name))
}

fn empty(app: &App, typed: &str) -> String {
    if typed.is_empty() {
        "no hosts: run 'herdtop serve' on each, and have it scraped (port 10013)".to_owned()
    } else {
        format!("no host matches '{typed}'; {} clears the filter", app.keys.of(Action::Back))
    }
}
