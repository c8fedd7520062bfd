//! What a code means and what is to be done, as it is printed.

use serde_json::Value;

use super::harness::{Said, User, herdtop, run, say};

/// `herdtop explain` on paper of this width.
fn explain(columns: usize, asked: &[&str]) -> String {
    let mut command = herdtop(User::Own, &["explain"]);
    let said = run(command.args(asked).env("COLUMNS", columns.to_string()));
    assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""), "{asked:?}");
    let escapes = said.stdout.contains('\u{1b}');
    assert!(!escapes, "no escapes in a pipe: {asked:?}");
    said.stdout
}

fn objects(asked: &[&str]) -> Vec<Value> {
    let said = say(&[&["explain", "--json"], asked].concat());
    assert_eq!((said.code, said.stderr.as_str()), (Some(0), ""), "{asked:?}");
    assert_eq!(said.stdout.lines().count(), 1, "{asked:?}");
    let all: Value = serde_json::from_str(&said.stdout).expect("JSON");
    all.as_array().expect("an array").clone()
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

#[test]
fn nothing_asked_is_the_table_of_all_codes() {
    let text = explain(80, &[]);
    for (code, name) in [("1000", "normal"), ("1013", "try again later"), ("4000-4999", "app")] {
        let row = text.lines().find(|l| l.starts_with(&format!("{code} ")));
        assert!(row.is_some_and(|row| row.contains(name)), "{code}: {text}");
    }
    assert_eq!(text.lines().filter(|l| l.contains("unauthorized")).count(), 2, "3000 and 401");
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
}

#[test]
fn one_code_is_its_page_and_the_first_line_says_it_all() {
    let text = explain(80, &["1013"]);
    assert_eq!(
        first_line(&text),
        "1013 try again later: up but overloaded: no room; back off from 1 s, doubling"
    );
    for heading in ["means", "sent by", "causes", "client", "check", "run", "fix", "note", "source"]
    {
        assert!(text.lines().any(|l| l.starts_with(heading)), "{heading}: {text}");
    }
    for figure in ["70 %", "100 ms", "LimitNOFILE=65536", "1 s, doubling", "ss -ltn"] {
        assert!(text.contains(figure), "{figure}: {text}");
    }
    assert!(explain(80, &["1012"]).contains("random 1-5 s"));
}

#[test]
fn prose_keeps_to_the_width_there_is() {
    for columns in [60, 80, 120] {
        for asked in [&["1006"][..], &["1011"], &["403"], &["pusher"], &["oom"], &["1012", "1013"]]
        {
            let text = explain(columns, asked);
            // Commands are not broken: they stand to be copied.
            let mut is_prose = true;
            for line in text.lines() {
                is_prose = match line {
                    _ if line.starts_with("run") => false,
                    _ if line.starts_with(|c: char| c.is_alphanumeric()) => true,
                    _ => is_prose,
                };
                assert!(!is_prose || line.chars().count() <= columns, "{asked:?}: {line}");
            }
        }
    }
}

#[test]
fn two_codes_stand_beside_each_other_where_there_is_room() {
    let beside = |text: &str| {
        text.lines().any(|l| l.contains("1012 service restart") && l.contains("1013 try again"))
    };
    let (wide, narrow) = (explain(120, &["1012", "1013"]), explain(60, &["1012", "1013"]));
    assert!(beside(&wide), "{wide}");
    assert!(!beside(&narrow), "{narrow}");
    for text in [&wide, &narrow] {
        assert!(first_line(text).starts_with("1012 service restart: "), "{text}");
        assert!(text.lines().any(|l| l == "the key difference"), "{text}");
        assert!(text.lines().any(|l| l == "when which"), "{text}");
        let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains("1013 stays and is full: it is no restart"), "{text}");
        assert!(flat.contains("doubling, with full jitter"), "{text}");
    }
    let other = explain(80, &["1002", "404"]);
    assert!(other.contains("the key difference"), "any two: {other}");
}

#[test]
fn three_codes_stand_one_after_another() {
    let text = explain(140, &["1000", "1006", "1011"]);
    let heads = ["1000 normal: ", "1006 abnormal: ", "1011 internal error: "];
    let at = heads.map(|head| text.find(head).unwrap_or_else(|| panic!("{head} in {text}")));
    assert!(at.is_sorted(), "in the order asked for");
    assert!(!text.contains("the key difference"));
}

#[test]
fn phrases_find_what_they_name() {
    for (asked, head) in [
        (&["try", "again"][..], "1013 try again later: "),
        (&["service restart"], "1012 service restart: "),
        (&["HTTP 503"], "HTTP 503 service unavailable: "),
        (&["http_426"], "HTTP 426 upgrade required: "),
        (&["phoenix"], "Phoenix: "),
        (&["tls_cert"], "tls_cert: the certificate is not good"),
    ] {
        let text = explain(80, asked);
        assert!(first_line(&text).starts_with(head), "{asked:?}: {text}");
    }
    for (asked, hits) in [
        ("bad gateway", &["1014 bad gateway", "HTTP 502 bad gateway"][..]),
        ("oom", &["1011 internal error", "1006 abnormal", "1013 try again later"]),
    ] {
        let text = explain(80, &[asked]);
        let lines: Vec<&str> = text.lines().filter(|l| l.starts_with("  ")).collect();
        assert_eq!(lines.len(), hits.len(), "one line each: {text}");
        for (line, hit) in lines.iter().zip(hits) {
            assert!(line.trim_start().starts_with(hit), "{text}");
        }
    }
}

#[test]
fn what_is_second_hand_says_so() {
    assert!(explain(80, &["pusher"]).contains("second-hand"));
    assert!(!explain(80, &["discord"]).contains("second-hand"));
    assert!(
        explain(100, &["4100"]).contains("over capacity; reconnect after at least 1 s (second")
    );
}

#[test]
fn ones_own_names_are_used_and_found() {
    let own = ["--code", "4408=auth timeout"];
    let with = |asked: &[&str]| explain(80, &[&own[..], asked].concat());
    assert!(with(&["4408"]).starts_with("4408 auth timeout: "));
    assert!(with(&["auth", "timeout"]).contains("4408 auth timeout"));
    assert!(with(&[]).lines().any(|l| l.starts_with("4408 ") && l.contains("auth timeout")));
    let text =
        run(herdtop(User::Own, &["explain", "4408"]).env("HERDTOP_CODE", "4408=ours")).stdout;
    assert!(text.starts_with("4408 ours: "), "{text}");
}

#[test]
fn json_is_the_same_as_data() {
    let page = objects(&["1013"]);
    assert_eq!(page.len(), 1);
    assert_eq!((&page[0]["kind"], &page[0]["code"]), (&"close_code".into(), &1013.into()));
    assert_eq!((&page[0]["on_wire"], &page[0]["reconnect"]), (&true.into(), &"backoff".into()));
    for list in ["causes", "client", "checks", "commands", "fixes", "notes"] {
        assert!(page[0][list].as_array().is_some_and(|l| !l.is_empty()), "{list}");
    }
    let kinds = |asked: &[&str]| {
        let all = objects(asked);
        all.iter().map(|o| o["kind"].as_str().unwrap_or("-").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(kinds(&["1012", "503"]), ["close_code", "http_status", "comparison"]);
    assert_eq!(kinds(&["phoenix", "4000-4999"]), ["vendor", "close_codes"]);
    let hits = objects(&["oom"]);
    assert_eq!(hits.iter().filter(|o| o["asked"] == "oom").count(), 3);
    let all = objects(&[]);
    assert!(all.iter().any(|o| o["code"] == 1014) && all.iter().any(|o| o["name"] == "Pusher"));
}

#[test]
fn what_means_nothing_is_said_in_one_line() {
    for (asked, about) in [
        (&["5000"][..], "'5000' is no close code (0 to 4999)"),
        (&["-1"], "'-1' is no close code"),
        (&["99999999999999999999"], "no HTTP status (100 to 599)"),
        (&["1013", "banana"], "nothing is known of 'banana'"),
        (&["banana", "check"], "nothing is known of 'banana check'"),
        (&[""], "nothing is known of ''"),
        (&["\u{1b}[31mred\nbanana"], "nothing is known of '[31mred banana'"),
        (&["--code", "999=x"], "from 1000 to 4999"),
        (&["--code", "4000="], "the name is empty"),
        (&["--code", "4000"], "give N=NAME"),
        (&["--jsno"], "'--json'"),
    ] {
        let said: Said = say(&[&["explain"], asked].concat());
        assert_eq!((said.code, said.stdout.as_str()), (Some(2), ""), "{asked:?}: {said:?}");
        assert_eq!(said.stderr.lines().count(), 1, "{asked:?}: {}", said.stderr);
        assert!(said.stderr.contains(about), "{asked:?}: {}", said.stderr);
        assert!(!said.stderr.contains('\u{1b}'), "{asked:?}: {}", said.stderr);
    }
}

#[test]
fn codes_nobody_may_send_are_explained_as_what_they_are() {
    for (code, means) in
        [("0", "not used"), ("999", "not used"), ("2000", "not assigned"), ("3500", "register")]
    {
        assert!(explain(80, &[code]).contains(means), "{code}");
    }
}
