//! `fleet --dashboard`: the incident screen for Grafana, over the series that are served.
//!
//! Written as text: what differs from panel to panel is little, and the same as values
//! of JSON was 30 KB of the program.

mod panels;

use std::fmt::Write;

use self::panels::{DashboardPanel, PANELS, PanelKind};
use super::alerting::{described, percents};
use crate::detect::Thresholds;

/// Columns of Grafana's grid.
const WIDTH: u32 = 24;

/// Up to the panels. The version of the JSON model is that of Grafana 10, and read by later
/// ones. A host's own alerts are of no service: `.*` fits them too.
const HEAD: &str = r#"{
  "title": "herdtop",
  "uid": "herdtop-incident",
  "description": "Who connects, who is rejected and what fits, of every host that serves herdtop metrics",
  "schemaVersion": 38,
  "version": 1,
  "editable": true,
  "graphTooltip": 1,
  "tags": ["herdtop"],
  "timezone": "",
  "time": {"from": "now-1h", "to": "now"},
  "refresh": "10s",
  "annotations": {"list": []},
  "links": [],
  "templating": {"list": [
    {"name": "datasource", "label": "Prometheus", "type": "datasource", "query": "prometheus",
     "refresh": 1, "hide": 0, "multi": false, "includeAll": false, "options": [], "current": {}},
    {"name": "host", "label": "host", "type": "query",
     "datasource": {"type": "prometheus", "uid": "${datasource}"},
     "query": {"query": "label_values(herdtop_build_info, instance)", "refId": "host"},
     "definition": "label_values(herdtop_build_info, instance)",
     "refresh": 2, "sort": 1, "hide": 0, "multi": true, "includeAll": true, "allValue": ".*",
     "options": [], "current": {"selected": true, "text": ["All"], "value": ["$__all"]}},
    {"name": "service", "label": "service", "type": "query",
     "datasource": {"type": "prometheus", "uid": "${datasource}"},
     "query": {"query": "label_values(herdtop_connections_open{instance=~\"$host\"}, service)",
               "refId": "service"},
     "definition": "label_values(herdtop_connections_open{instance=~\"$host\"}, service)",
     "refresh": 2, "sort": 1, "hide": 0, "multi": true, "includeAll": true, "allValue": ".*",
     "options": [], "current": {"selected": true, "text": ["All"], "value": ["$__all"]}}
  ]},
  "panels": [
"#;

/// Which Prometheus is asked.
const SOURCE: &str = r#"{"type": "prometheus", "uid": "${datasource}"}"#;

/// The JSON model, to be imported; `{rule}` of the URL is where an alert leads.
#[must_use]
pub fn dashboard(thresholds: &Thresholds, runbook_url: Option<&str>) -> String {
    let (mut x, mut y, mut row) = (0, 0, 0);
    let mut page = HEAD.to_owned();
    for (id, panel) in (1u32..).zip(PANELS) {
        if x + panel.width > WIDTH {
            (x, y, row) = (0, y + row, 0);
        }
        if id > 1 {
            page.push_str(",\n");
        }
        draw(&mut page, (id, x, y), panel, thresholds, runbook_url);
        (x, row) = (x + panel.width, row.max(panel.height));
    }
    page.push_str("\n  ]\n}\n");
    page
}

fn draw(
    page: &mut String,
    (id, x, y): (u32, u32, u32),
    panel: &DashboardPanel,
    thresholds: &Thresholds,
    runbook_url: Option<&str>,
) {
    let description = panel.rule.map(|rule| described(rule.rule(), thresholds));
    let (kind, options) = options(panel.kind);
    // Writing to a string cannot fail.
    let _ = write!(
        page,
        "    {{\"id\": {id}, \"type\": \"{kind}\", \"title\": {}, \"description\": {},\n     \
         \"gridPos\": {{\"x\": {x}, \"y\": {y}, \"w\": {}, \"h\": {}}}, \"datasource\": {SOURCE},\n     \
         \"targets\": [",
        quoted(panel.title),
        quoted(&description.unwrap_or_default()),
        panel.width,
        panel.height,
    );
    let is_over_time = panel.kind == PanelKind::Lines;
    let format = if panel.kind == PanelKind::Table { "table" } else { "time_series" };
    for (letter, (query, name)) in ('A'..).zip(panel.queries) {
        let comma = if letter == 'A' { "" } else { "," };
        let _ = write!(
            page,
            "{comma}\n       {{\"refId\": \"{letter}\", \"datasource\": {SOURCE}, \"expr\": {},\n        \
             \"legendFormat\": {}, \"editorMode\": \"code\", \"range\": {is_over_time}, \
             \"instant\": {}, \"format\": \"{format}\"}}",
            quoted(query),
            quoted(name),
            !is_over_time,
        );
    }
    page.push_str("],\n     \"fieldConfig\": {\"defaults\": ");
    fields(page, panel, thresholds, runbook_url);
    let _ = write!(page, "}},\n     \"options\": {options}}}");
}

/// A text of JSON.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

/// The name of the panel that draws so, and its options.
const fn options(kind: PanelKind) -> (&'static str, &'static str) {
    match kind {
        PanelKind::Stat => (
            "stat",
            r#"{"colorMode": "background", "graphMode": "none", "justifyMode": "auto",
      "orientation": "horizontal", "textMode": "name",
      "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": false}}"#,
        ),
        PanelKind::Bars => (
            "bargauge",
            r#"{"displayMode": "gradient", "orientation": "horizontal", "showUnfilled": true,
      "valueMode": "color", "minVizHeight": 10, "minVizWidth": 0,
      "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": false}}"#,
        ),
        PanelKind::Table => {
            ("table", r#"{"showHeader": true, "cellHeight": "sm", "footer": {"show": false}}"#)
        }
        PanelKind::Lines => (
            "timeseries",
            r#"{"tooltip": {"mode": "multi", "sort": "desc"},
      "legend": {"showLegend": true, "displayMode": "list", "placement": "bottom", "calcs": []}}"#,
        ),
    }
}

/// Units and colours: of a limit by its levels, of the verdict by its severity.
fn fields(
    page: &mut String,
    panel: &DashboardPanel,
    thresholds: &Thresholds,
    runbook_url: Option<&str>,
) {
    let (levels, range) = match panel.kind {
        PanelKind::Bars => (
            Some((percents(thresholds.warn), percents(thresholds.crit))),
            ", \"min\": 0, \"max\": 100",
        ),
        PanelKind::Stat => (Some((1.0, 2.0)), ""),
        PanelKind::Table | PanelKind::Lines => (None, ""),
    };
    let steps = levels.map_or(String::new(), |(warn, crit)| {
        format!(
            ", {{\"color\": \"yellow\", \"value\": {warn}}}, {{\"color\": \"red\", \"value\": \
             {crit}}}"
        )
    });
    let mode = if levels.is_some() { "thresholds" } else { "palette-classic" };
    let _ = write!(
        page,
        "{{\"unit\": \"{}\"{range}, \"mappings\": [], \"custom\": {{}}, \"color\": {{\"mode\": \
         \"{mode}\"}},\n       \"thresholds\": {{\"mode\": \"absolute\", \"steps\": [{{\"color\": \
         \"green\", \"value\": null}}{steps}]}}}}, \"overrides\": [",
        panel.unit,
    );
    if let (PanelKind::Table, Some(url)) = (panel.kind, runbook_url) {
        let url = quoted(&url.replace("{rule}", "${__value.raw}"));
        let _ = write!(
            page,
            "{{\"matcher\": {{\"id\": \"byName\", \"options\": \"rule\"}}, \"properties\": \
             [{{\"id\": \"links\", \"value\": [{{\"title\": \"runbook\", \"url\": {url}}}]}}]}}"
        );
    }
    page.push(']');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::alerting_rules;

    /// What is asked for under another name than it is served is answered with nothing,
    /// and never fires.
    #[test]
    fn rules_and_dashboard_ask_for_what_is_served() {
        let served = [include_str!("../metrics/families.rs"), include_str!("../metrics/judged.rs")];
        let levels = Thresholds::default();
        let asked = alerting_rules(&levels, None) + &dashboard(&levels, None);
        let mut names = std::collections::BTreeSet::new();
        for (at, _) in asked.match_indices("herdtop_") {
            let is_of_it = |c: &char| c.is_ascii_lowercase() || *c == '_';
            names.insert(asked[at..].chars().take_while(is_of_it).collect::<String>());
        }
        assert!(names.len() > 10, "{names:?}");
        for name in names {
            let family = name.trim_end_matches("_total").trim_end_matches("_bucket");
            let family = format!("\"{family}\"");
            assert!(served.iter().any(|page| page.contains(&family)), "{name} is not served");
        }
    }
}
