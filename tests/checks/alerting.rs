//! `fleet --rules` and `--dashboard`, as far as they are a matter of flags; what Prometheus
//! makes of them is in `real::alerting` and `real::dashboard`.

use super::harness::say;

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
    let model: serde_json::Value = serde_json::from_str(&said.stdout).expect("JSON");
    let limits = model["panels"].as_array().expect("panels").iter();
    let limits = limits.into_iter().find(|panel| panel["title"] == "Limits").expect("limits");
    let steps = &limits["fieldConfig"]["defaults"]["thresholds"]["steps"];
    assert_eq!((&steps[1]["value"], &steps[2]["value"]), (&60.0.into(), &80.0.into()));
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
