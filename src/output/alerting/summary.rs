//! What an alert says: the sentence of the rule, with the figures that are served.

use crate::detect::RuleId;

/// Where it is.
pub(super) const WHERE: &str =
    "{{ with $labels.service }}service {{ . }} on {{ end }}{{ $labels.instance }}";

/// A figure of the host with the words around it, and nothing where it is not served.
fn of_host(query: &str, words: &str) -> String {
    ["{{ with printf `", query, "` $labels.instance | query }}", words, "{{ end }}"].concat()
}

/// The same of the service.
fn of_service(query: &str, words: &str) -> String {
    let with = ["{{ with printf `", query, "` $labels.instance $labels.service | query }}"];
    [&with.concat(), words, "{{ end }}"].concat()
}

/// How many more a limit admits.
pub(super) fn room() -> String {
    let room = "herdtop_limit_room{instance=%q,service=%q,limit=%q}";
    let with =
        ["{{ with printf `", room, "` $labels.instance $labels.service $labels.limit | query }}"];
    with.concat() + ", room for {{ . | first | value | printf \"%.0f\" }}{{ end }}"
}

/// How many come, and how many came in the worst second.
fn attempts() -> String {
    of_host(
        "sum(rate(herdtop_connection_attempts_total{instance=%q}[2m]))",
        ", {{ . | first | value | printf \"%.0f\" }} attempts/s",
    ) + &of_host(
        "max(herdtop_peak_attempts_per_second{instance=%q,window=\"60s\"})",
        ", peak {{ . | first | value | printf \"%.0f\" }}/s",
    )
}

/// What the probes met most.
fn outcome() -> String {
    of_host(
        "topk(1, increase(herdtop_probe_outcomes_total{instance=%q,outcome!=\"open_ok\"}[5m]) > 0)",
        ": probes of {{ . | first | label \"target\" }} met {{ . | first | label \"outcome\" }}",
    )
}

/// The sentence of a rule that is told as it is judged.
pub(super) fn summary(rule: RuleId) -> String {
    use RuleId as R;
    match rule {
        R::Down => format!("no process listening, or none that answers, at {WHERE}{}", outcome()),
        R::Herd => format!("HERD on {WHERE}{}", attempts()),
        R::Waves => format!("clients of {WHERE} back off without jitter{}", attempts()),
        R::NoBackoff => format!("clients of {WHERE} do not back off{}", attempts()),
        R::CloseStorm => {
            let code = of_host(
                "topk(1, sum by (code, source) (rate(herdtop_closes_total{instance=%q}[2m])))",
                ": close {{ . | first | label \"code\" }} at {{ . | first | value | printf \"%.1f\" \
                 }}/s ({{ . | first | label \"source\" }})",
            );
            format!("many connections of {WHERE} end with one code{code}")
        }
        R::AcceptQueue => {
            let wait = of_service(
                "herdtop_accept_queue{instance=%q,service=%q}",
                ", {{ . | first | value | printf \"%.0f\" }} wait",
            );
            let backlog = of_service(
                "herdtop_accept_queue_max{instance=%q,service=%q}",
                ", backlog {{ . | first | value | printf \"%.0f\" }}",
            );
            format!("accept queue of {WHERE} is filling{wait}{backlog}")
        }
        R::TimeToFull => {
            let left = of_service(
                "herdtop_full_in_seconds{instance=%q,service=%q}",
                " in {{ . | first | value | humanizeDuration }}",
            );
            format!("tightest limit of {WHERE} full{left} at this growth")
        }
        R::Lag => {
            let lag = of_host(
                "topk(1, herdtop_probe_lag_seconds{instance=%q})",
                ": {{ . | first | value | humanizeDuration }} behind {{ . | first | label \
                 \"target\" }}",
            );
            format!("event loop probed from {WHERE} lags{lag}")
        }
        R::RefusingNew => format!("new clients are rejected, as seen from {WHERE}{}", outcome()),
        R::Upstream => {
            format!("a proxy's upstream does not answer, as seen from {WHERE}{}", outcome())
        }
        R::Crash => format!("clients are dropped, as seen from {WHERE}{}", outcome()),
        R::Misconfigured => format!(
            "clients are refused until something is changed, as seen from {WHERE}{}",
            outcome()
        ),
        R::OomKill => format!("OOM kill on {WHERE}"),
        R::WorkerLost => format!("WORKER LOST at {WHERE}"),
        R::Restart => format!("{WHERE} restarts"),
        R::Cpu => format!("a thread, or the CPU quota, is used up by {WHERE}"),
        R::CloseWait => format!("connections in CLOSE_WAIT that are not closed by {WHERE}"),
        other => format!("{} at {WHERE}", other.name().replace('_', " ")),
    }
}
