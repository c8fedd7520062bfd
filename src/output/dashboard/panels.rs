//! What stands on the dashboard: the panels of the incident screen and what they ask.

use crate::detect::RuleId;

/// How a panel draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PanelKind {
    /// Names on a colour, of now.
    Stat,
    /// Bars up to 100, of now.
    Bars,
    /// Rows, of now.
    Table,
    /// Lines over time.
    Lines,
}

/// One panel.
pub(super) struct DashboardPanel {
    pub(super) title: &'static str,
    pub(super) kind: PanelKind,
    /// In 24ths of the width.
    pub(super) width: u32,
    pub(super) height: u32,
    /// As Grafana names it.
    pub(super) unit: &'static str,
    /// What of it raises an alert; what the rule tells of itself stands behind the title.
    pub(super) rule: Option<RuleId>,
    /// Queries, each with how its series are called.
    pub(super) queries: &'static [(&'static str, &'static str)],
}

/// In the order of the screen; those of a row have one height.
pub(super) const PANELS: &[DashboardPanel] = &[
    DashboardPanel {
        title: "Verdict",
        kind: PanelKind::Stat,
        width: 12,
        height: 6,
        unit: "none",
        rule: None,
        // The severity is the colour: 2 is critical, 1 a warning.
        queries: &[(
            "2 * herdtop_verdict{instance=~\"$host\",severity=\"critical\"} or \
             herdtop_verdict{instance=~\"$host\",severity=\"warning\"} or \
             0 * herdtop_verdict{instance=~\"$host\"}",
            "{{instance}}: {{kind}} ({{cause}}) {{service}}",
        )],
    },
    DashboardPanel {
        title: "Alerts",
        kind: PanelKind::Table,
        width: 12,
        height: 6,
        unit: "none",
        rule: None,
        queries: &[("herdtop_alert{instance=~\"$host\",service=~\"$service\"}", "")],
    },
    DashboardPanel {
        title: "Open, and how many fit",
        kind: PanelKind::Lines,
        width: 12,
        height: 8,
        unit: "short",
        rule: Some(RuleId::Capacity),
        queries: &[
            (
                "herdtop_connections_open{instance=~\"$host\",service=~\"$service\"}",
                "{{instance}} {{service}} open",
            ),
            (
                "herdtop_connections_open{instance=~\"$host\",service=~\"$service\"} + \
                 on (job, instance, service) min by (job, instance, service) (herdtop_limit_room)",
                "{{instance}} {{service}} fit",
            ),
        ],
    },
    DashboardPanel {
        title: "Limits",
        kind: PanelKind::Bars,
        width: 12,
        height: 8,
        unit: "percent",
        rule: Some(RuleId::Fds),
        queries: &[(
            "100 * herdtop_limit_used{instance=~\"$host\",service=~\"$service\"} / herdtop_limit_max",
            "{{instance}} {{service}} {{limit}}",
        )],
    },
    DashboardPanel {
        title: "Attempts/s",
        kind: PanelKind::Lines,
        width: 8,
        height: 8,
        unit: "cps",
        rule: Some(RuleId::Waves),
        queries: &[(
            "rate(herdtop_connection_attempts_total{instance=~\"$host\",service=~\"$service\"}\
             [$__rate_interval])",
            "{{instance}} {{service}}",
        )],
    },
    DashboardPanel {
        title: "Herd: attempts in the worst second of a minute",
        kind: PanelKind::Lines,
        width: 8,
        height: 8,
        unit: "cps",
        rule: Some(RuleId::Herd),
        queries: &[(
            "herdtop_peak_attempts_per_second{instance=~\"$host\",service=~\"$service\",\
             window=\"60s\"}",
            "{{instance}} {{service}}",
        )],
    },
    DashboardPanel {
        title: "Rejected/s",
        kind: PanelKind::Lines,
        width: 8,
        height: 8,
        unit: "cps",
        rule: Some(RuleId::RefusingNew),
        queries: &[(
            "rate(herdtop_rejected_total{instance=~\"$host\"}[$__rate_interval])",
            "{{instance}} by {{by}}",
        )],
    },
    DashboardPanel {
        title: "Closes/s by code",
        kind: PanelKind::Lines,
        width: 8,
        height: 8,
        unit: "cps",
        rule: Some(RuleId::CloseStorm),
        queries: &[(
            "sum by (code, source) (rate(herdtop_closes_total{instance=~\"$host\"}\
             [$__rate_interval]))",
            "{{code}} ({{source}})",
        )],
    },
    DashboardPanel {
        title: "Accept queue",
        kind: PanelKind::Lines,
        width: 8,
        height: 8,
        unit: "short",
        rule: Some(RuleId::AcceptQueue),
        queries: &[
            (
                "herdtop_accept_queue{instance=~\"$host\",service=~\"$service\"}",
                "{{instance}} {{service}}",
            ),
            (
                "herdtop_accept_queue_max{instance=~\"$host\",service=~\"$service\"}",
                "{{instance}} {{service}} backlog",
            ),
        ],
    },
    DashboardPanel {
        title: "Event-loop lag, and p99 of handshakes",
        kind: PanelKind::Lines,
        width: 8,
        height: 8,
        unit: "s",
        rule: Some(RuleId::Lag),
        queries: &[
            ("herdtop_probe_lag_seconds{instance=~\"$host\"}", "{{instance}} {{target}} lag"),
            (
                "histogram_quantile(0.99, sum by (instance, target, le) \
                 (rate(herdtop_probe_handshake_seconds_bucket{instance=~\"$host\"}\
                 [$__rate_interval])))",
                "{{instance}} {{target}} handshake",
            ),
        ],
    },
];
