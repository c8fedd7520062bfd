//! `fleet --dashboard`: the incident screen for Grafana, over the series that are served.

mod panels;

use serde_json::{Value, json};

use self::panels::{DashboardPanel, PANELS, PanelKind};
use super::alerting::described;
use crate::detect::Thresholds;

/// Columns of Grafana's grid.
const WIDTH: u32 = 24;
/// Of the JSON model: Grafana 10.2, and what later ones read.
const SCHEMA: u32 = 38;

/// The JSON model, to be imported; `{rule}` of the URL is where an alert leads.
#[must_use]
pub fn dashboard(thresholds: &Thresholds, runbook_url: Option<&str>) -> String {
    let (mut x, mut y, mut row) = (0, 0, 0);
    let mut placed = Vec::new();
    for (id, panel) in (1u32..).zip(PANELS) {
        if x + panel.width > WIDTH {
            (x, y, row) = (0, y + row, 0);
        }
        let place = json!({"x": x, "y": y, "w": panel.width, "h": panel.height});
        placed.push(drawn(id, panel, &place, thresholds, runbook_url));
        (x, row) = (x + panel.width, row.max(panel.height));
    }
    let model = json!({
        "title": "herdtop",
        "uid": "herdtop-incident",
        "description": "Who connects, who is rejected and what fits, of every host that serves herdtop metrics",
        "schemaVersion": SCHEMA,
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
            source(),
            variable("host", "label_values(herdtop_build_info, instance)"),
            variable(
                "service",
                "label_values(herdtop_connections_open{instance=~\"$host\"}, service)",
            ),
        ]},
        "panels": placed,
    });
    format!("{model:#}")
}

/// Which Prometheus is asked.
fn source() -> Value {
    json!({
        "name": "datasource",
        "label": "Prometheus",
        "type": "datasource",
        "query": "prometheus",
        "refresh": 1,
        "hide": 0,
        "multi": false,
        "includeAll": false,
        "options": [],
        "current": {},
    })
}

fn variable(name: &str, query: &str) -> Value {
    json!({
        "name": name,
        "label": name,
        "type": "query",
        "datasource": datasource(),
        "query": {"query": query, "refId": name},
        "definition": query,
        "refresh": 2,
        "sort": 1,
        "hide": 0,
        "multi": true,
        "includeAll": true,
        // A host's own alerts are of no service.
        "allValue": ".*",
        "options": [],
        "current": {"selected": true, "text": ["All"], "value": ["$__all"]},
    })
}

fn datasource() -> Value {
    json!({"type": "prometheus", "uid": "${datasource}"})
}

fn drawn(
    id: u32,
    panel: &DashboardPanel,
    place: &Value,
    thresholds: &Thresholds,
    runbook_url: Option<&str>,
) -> Value {
    let description = panel.rule.map(|rule| described(rule.rule(), thresholds));
    let (kind, options) = options(panel.kind);
    let is_over_time = panel.kind == PanelKind::Lines;
    let targets = ('A'..).zip(panel.queries).map(|(letter, (query, name))| {
        json!({
            "refId": letter.to_string(),
            "datasource": datasource(),
            "expr": query,
            "legendFormat": name,
            "editorMode": "code",
            "range": is_over_time,
            "instant": !is_over_time,
            "format": if panel.kind == PanelKind::Table { "table" } else { "time_series" },
        })
    });
    json!({
        "id": id,
        "type": kind,
        "title": panel.title,
        "description": description.unwrap_or_default(),
        "gridPos": place,
        "datasource": datasource(),
        "targets": targets.collect::<Vec<_>>(),
        "fieldConfig": fields(panel, thresholds, runbook_url),
        "options": options,
    })
}

/// The name of the panel that draws so, and its options.
fn options(kind: PanelKind) -> (&'static str, Value) {
    let newest = json!({"calcs": ["lastNotNull"], "fields": "", "values": false});
    match kind {
        PanelKind::Stat => (
            "stat",
            json!({"colorMode": "background", "graphMode": "none", "justifyMode": "auto",
                   "orientation": "horizontal", "textMode": "name", "reduceOptions": newest}),
        ),
        PanelKind::Bars => (
            "bargauge",
            json!({"displayMode": "gradient", "orientation": "horizontal", "showUnfilled": true,
                   "valueMode": "color", "minVizHeight": 10, "minVizWidth": 0,
                   "reduceOptions": newest}),
        ),
        PanelKind::Table => {
            ("table", json!({"showHeader": true, "cellHeight": "sm", "footer": {"show": false}}))
        }
        PanelKind::Lines => (
            "timeseries",
            json!({"legend": {"showLegend": true, "displayMode": "list", "placement": "bottom",
                              "calcs": []},
                   "tooltip": {"mode": "multi", "sort": "desc"}}),
        ),
    }
}

/// Units and colours: of a limit by its levels, of the verdict by its severity.
fn fields(panel: &DashboardPanel, thresholds: &Thresholds, runbook_url: Option<&str>) -> Value {
    let levels = match panel.kind {
        PanelKind::Bars => (thresholds.warn.0 * 100.0, thresholds.crit.0 * 100.0),
        _ => (1.0, 2.0),
    };
    let is_judged = matches!(panel.kind, PanelKind::Stat | PanelKind::Bars);
    let mut defaults = json!({"unit": panel.unit, "mappings": [], "custom": {}});
    defaults["color"] = json!({"mode": if is_judged { "thresholds" } else { "palette-classic" }});
    defaults["thresholds"] = json!({"mode": "absolute", "steps": if is_judged {
        json!([{"color": "green", "value": null}, {"color": "yellow", "value": levels.0},
               {"color": "red", "value": levels.1}])
    } else {
        json!([{"color": "green", "value": null}])
    }});
    if panel.kind == PanelKind::Bars {
        (defaults["min"], defaults["max"]) = (json!(0), json!(100));
    }
    let overrides = match (panel.kind, runbook_url) {
        (PanelKind::Table, Some(url)) => {
            let url = url.replace("{rule}", "${__value.raw}");
            json!([{"matcher": {"id": "byName", "options": "rule"},
                    "properties": [{"id": "links", "value": [{"title": "runbook", "url": url}]}]}])
        }
        _ => json!([]),
    };
    json!({"defaults": defaults, "overrides": overrides})
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
