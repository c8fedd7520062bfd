//! `fleet --rules` and `--dashboard`, as far as they are a matter of flags; what Prometheus
//! makes of them is in `real::alerting` and `real::dashboard`.

use serde_json::Value;

use super::harness::say;

/// The dashboard, as it is printed.
pub(crate) fn model() -> Value {
    let said = say(&["fleet", "--dashboard", "--runbook-url", "https://runbooks/{rule}"]);
    assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""), "{said:?}");
    serde_json::from_str(&said.stdout).expect("JSON")
}

/// Its panels.
pub(crate) fn panels(model: &Value) -> &[Value] {
    model["panels"].as_array().expect("panels")
}

#[test]
fn the_levels_and_the_runbook_are_those_that_are_given() {
    let said = say(&[
        "fleet",
        "--rules",
        "--warn",
        "60%",
        "--crit",
        "80%",
        "--runbook-url",
        "https://runbooks/{rule}",
    ]);
    assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""), "{said:?}");
    for line in [
        "          runbook_url: 'https://runbooks/accept_queue'",
        "        expr: '100 * herdtop_limit_used{limit=~\"descriptors|file_max\"} / \
         herdtop_limit_max >= 60 < 80'",
        "        expr: 'herdtop_alert{rule=\"herd\"} == 1'",
    ] {
        assert!(said.stdout.lines().any(|one| one == line), "no {line} in {}", said.stdout);
    }
    let said = say(&["fleet", "--dashboard", "--warn", "60%", "--crit", "80%"]);
    assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""), "{said:?}");
    let model: Value = serde_json::from_str(&said.stdout).expect("JSON");
    let limits = model["panels"].as_array().expect("panels").iter();
    let limits = limits.into_iter().find(|panel| panel["title"] == "Limits").expect("limits");
    let steps = &limits["fieldConfig"]["defaults"]["thresholds"]["steps"];
    assert_eq!((&steps[1]["value"], &steps[2]["value"]), (&60.into(), &80.into()));
}

#[test]
fn what_cannot_be_printed_is_one_line() {
    for (args, about) in [
        (vec!["--rules", "--dashboard"], "--dashboard"),
        (vec!["--rules", "--warn", "90%", "--crit", "80%"], "'90%'"),
        (vec!["--rules", "--warn", "much"], "'much'"),
        (vec!["--rules", "--runbook-url", "runbooks/{rule}"], "--runbook-url"),
    ] {
        let said = say(&[&["fleet"][..], &args].concat());
        assert_eq!(said.code, Some(2), "{args:?}: {said:?}");
        assert_eq!(said.stderr.lines().count(), 1, "{args:?}: {}", said.stderr);
        assert!(said.stderr.contains(about), "{args:?}: {}", said.stderr);
    }
}

/// What Grafana's schema asks of a dashboard, of its variables and of each panel.
#[test]
fn the_model_has_what_grafana_requires() {
    let model = model();
    for (key, is_so) in [
        ("title", Value::is_string as fn(&Value) -> bool),
        ("uid", Value::is_string),
        ("schemaVersion", |v| v.as_u64().is_some_and(|version| version >= 36)),
        ("time", |v| v["from"].is_string() && v["to"].is_string()),
        ("refresh", Value::is_string),
        ("tags", Value::is_array),
        ("editable", Value::is_boolean),
        ("annotations", |v| v["list"].is_array()),
        ("panels", |v| v.as_array().is_some_and(|all| all.len() >= 9)),
    ] {
        assert!(is_so(&model[key]), "{key}: {}", model[key]);
    }
    let variables = model["templating"]["list"].as_array().expect("variables");
    let named: Vec<_> = variables.iter().map(|one| (&one["name"], &one["type"])).collect();
    let wanted = [("datasource", "datasource"), ("host", "query"), ("service", "query")];
    let wanted = wanted.map(|(name, kind)| (Value::from(name), Value::from(kind)));
    assert_eq!(named, wanted.iter().map(|(name, kind)| (name, kind)).collect::<Vec<_>>());
    for panel in panels(&model) {
        let title = panel["title"].as_str().expect("a title");
        assert!(!title.is_empty() && panel["type"].is_string(), "{panel}");
        assert_eq!(panel["datasource"]["uid"], "${datasource}", "{title}");
        assert!(panel["fieldConfig"]["defaults"].is_object(), "{title}");
        assert!(panel["fieldConfig"]["overrides"].is_array(), "{title}");
        assert!(panel["options"].is_object(), "{title}");
        let targets = panel["targets"].as_array().expect("targets");
        let mut ids: Vec<_> = targets.iter().map(|one| one["refId"].as_str()).collect();
        ids.dedup();
        assert!(!targets.is_empty() && ids.len() == targets.len(), "{title}: {ids:?}");
    }
}

/// Where a panel stands: left, top, right, bottom.
fn place(panel: &Value) -> [u64; 4] {
    let side = |key: &str| panel["gridPos"][key].as_u64().expect("a place");
    let (x, y, w, h) = (side("x"), side("y"), side("w"), side("h"));
    assert!(w > 0 && h > 0 && x + w <= 24, "{panel}");
    [x, y, x + w, y + h]
}

#[test]
fn no_panel_is_twice_or_over_another() {
    let model = model();
    let all = panels(&model);
    for (at, one) in all.iter().enumerate() {
        for other in &all[at + 1..] {
            assert_ne!(one["id"], other["id"], "{}", one["title"]);
            let ([l, t, r, b], [left, top, right, bottom]) = (place(one), place(other));
            let apart = r <= left || right <= l || b <= top || bottom <= t;
            assert!(apart, "{} over {}", one["title"], other["title"]);
        }
    }
}
