//! The pages held against the runbooks' figures, the policy and each other.

use super::outcomes::OUTCOMES;
use super::pairs::PAIRS;
use super::phrases::PHRASES;
use super::probing::policy;
use super::*;
use crate::close::{CloseCode, Names, Policy};

fn article(target: Target) -> Article {
    Article::of(target, &Names::default()).unwrap_or_else(|| panic!("a page of {target:?}"))
}

/// A page as one text.
fn page(target: Target) -> String {
    let article = article(target);
    let runs = article.commands.iter().map(|c| format!("{} {}", c.run, c.why));
    let runs = runs.collect::<Vec<_>>().join(" ");
    format!("{} {} {runs}", article.wire, article.text())
}

fn all() -> Vec<Article> {
    let codes = (0..=4999).map(Target::Code);
    codes.chain((100..=599).map(Target::Status)).map(article).collect()
}

#[test]
fn every_code_and_status_has_a_whole_page() {
    for a in all() {
        let title = a.title();
        let line = format!("{title}: {}", a.headline);
        assert!(line.len() <= 80, "one line of a terminal: {line}");
        for text in [a.meaning, a.wire, a.when, a.source, a.reads_as, a.sent_by] {
            assert!(!text.is_empty(), "{title}");
        }
        for list in [a.causes, a.client, a.checks, a.fixes] {
            assert!(!list.is_empty() && list.iter().all(|t| t.len() > 8), "{title}: {list:?}");
        }
        assert!(!a.commands.is_empty(), "{title}");
        assert!(a.reads_as.len() <= 26 && a.reconnect.words().len() <= 16, "{title}");
        let tidy = !a.text().contains("  ") && !a.text().contains('\n');
        assert!(tidy, "{title}: a blank too many");
        for code in a.like {
            assert!(CloseCode(code).is_legal_on_wire(), "{title} is like {code}");
        }
    }
    assert!(Article::of(Target::Code(5000), &Names::default()).is_none());
    assert!(Article::of(Target::Status(600), &Names::default()).is_none());
}

#[test]
fn commands_fit_beside_the_margin_of_80_columns() {
    for a in all() {
        for Run { run, why } in a.commands {
            let widest = run.lines().map(str::len).max().unwrap_or(0);
            let with_purpose = if run.contains('\n') { widest } else { run.len() + 4 + why.len() };
            assert!(with_purpose <= 71, "{}: {run} # {why}", a.title());
        }
    }
}

/// Codes, and what their pages have to say; `|` between two ways to say it.
const FIGURES: [(u16, &[&str]); 6] = [
    (
        1010,
        &[
            "client only",
            "permessage-deflate",
            "Sec-WebSocket-Extensions",
            "optional",
            "Enable the extension on the server",
        ],
    ),
    (
        1011,
        &[
            "from 1 s, doubling, capped at 30 s",
            "error boundary",
            "correlation id",
            "serialized",
            "race",
            "lock",
            "malformed",
            "staging",
            "100 messages",
            "circuit breaker",
            "All connections of one worker|all connections of one worker",
            "dmesg",
            "Traceback",
        ],
    ),
    (1012, &["random 1-5 s", "5-30 s", "deploy", "reload", "hybi", "should succeed"]),
    (
        1013,
        &[
            "from 1 s, doubling",
            "full jitter",
            "70 %",
            "over 100 ms",
            "thread pool",
            "nofile 65536",
            "LimitNOFILE=65536",
            "limits.conf",
            "least_conn",
            "sticky sessions",
            "Redis or NATS",
            "Admission control",
            "rate of new connections at the load balancer",
            "another IP",
            "same second",
            "/proc/PID/limits",
            "prlimit",
            "ss -s",
            "VmRSS",
            "--sort=-%mem",
            "CHANNEL_LAYERS",
            "Connections that are open go on",
        ],
    ),
    (1006, &["0-5 s", "proxy_read_timeout", "SIGKILL", "handshake"]),
    (1014, &["upstream", "1002"]),
];

#[test]
fn what_the_runbooks_say_is_there_with_its_figures() {
    for (code, phrases) in FIGURES {
        let page = page(Target::Code(code));
        for phrase in phrases {
            let there = phrase.split('|').any(|p| page.contains(p));
            assert!(there, "{code} says nothing of '{phrase}': {page}");
        }
    }
}

#[test]
fn what_the_runbooks_have_wrong_is_said_right() {
    let full = page(Target::Code(1013));
    assert!(full.contains("no option maxConnections"), "ws ignores it");
    assert!(full.contains("Channels and Starlette answer HTTP 403"), "close before accept");
    assert!(full.contains("a reset in onopen means that nobody ever backs off"));
    assert!(full.contains("Cap first, jitter after"));
    assert!(full.contains("percentile(99) / 1e6 is ms"), "the lag is counted in ns");
    assert!(full.contains("about 12 ms"), "what an idle loop reads");
    assert!(full.contains("counted up only for those admitted"), "a rejection counted down");
    assert!(page(Target::Status(403)).contains("admission control"));
    assert!(page(Target::Status(426)).contains("Upgrade and Connection"));
}

#[test]
fn what_the_client_is_told_agrees_with_what_the_prober_does() {
    for number in 0..=4999 {
        agrees(Target::Code(number));
    }
    for number in 200..=599 {
        agrees(Target::Status(number));
    }
}

fn agrees(target: Target) {
    let told = article(target).reconnect;
    let Some(done) = policy(target) else { return };
    let wire = target.code().is_none_or(CloseCode::is_legal_on_wire);
    let agree = match (told, done) {
        (Reconnect::No, Policy::Usual)
        | (Reconnect::Soon, Policy::Soon)
        | (Reconnect::Backoff, Policy::Backoff)
        | (Reconnect::NotAsIs | Reconnect::AfterFix, Policy::Minute)
        | (Reconnect::AsDocumented, Policy::Backoff | Policy::Minute) => true,
        // A broken peer or certificate is probed on, to see that it is mended.
        (Reconnect::NotAsIs | Reconnect::AfterFix, Policy::Backoff) => !wire,
        _ => false,
    };
    assert!(agree, "{target:?}: clients {told:?}, probes {done:?}");
}

#[test]
fn pairs_are_told_apart_in_either_order() {
    for pair in [
        [1012, 1013],
        [1010, 1013],
        [1011, 1006],
        [1011, 1012],
        [1006, 1013],
        [1000, 1001],
        [1008, 3000],
        [1013, 1014],
    ] {
        assert!(PAIRS.iter().any(|p| p.codes == pair), "{pair:?}");
    }
    let of = |a, b| Comparison::of(a, b, &Names::default()).expect("two pages");
    for pair in PAIRS {
        let [a, b] = pair.codes.map(|n| if n < 600 { Target::Status(n) } else { Target::Code(n) });
        let (there, back) = (of(a, b), of(b, a));
        assert_eq!(there.key_difference, pair.difference);
        assert_eq!(back.key_difference, pair.difference);
        assert_eq!(there.when_which[0], back.when_which[1]);
        assert_eq!(back.when_which[0], pair.when[1]);
        let same = PAIRS.iter().filter(|p| pair.codes.iter().all(|c| p.codes.contains(c)));
        assert_eq!(same.count(), 1, "{:?} twice", pair.codes);
    }
}

#[test]
fn any_other_pair_gets_a_sentence_that_names_both() {
    let numbers = [0, 1000, 1004, 1009, 1015, 2000, 3000, 3500, 4100];
    let mut targets: Vec<Target> = numbers.map(Target::Code).to_vec();
    targets.extend([Target::Status(404), Target::Status(503), Target::Range(4000, 4999)]);
    for &a in &targets {
        assert!(Comparison::of(a, a, &Names::default()).is_none());
        for &b in targets.iter().filter(|&&b| b != a) {
            let pair = Comparison::of(a, b, &Names::default()).expect("two pages");
            for article in [&pair.first, &pair.second] {
                assert!(pair.key_difference.contains(&article.number()), "{pair:?}");
            }
            assert!(pair.when_which.iter().all(|when| when.len() > 20), "{pair:?}");
        }
    }
}

#[test]
fn every_word_leads_to_a_page() {
    let phrases = PHRASES.iter().flat_map(|(_, targets)| *targets);
    for &target in phrases.chain(OUTCOMES.iter().flat_map(|o| o.like)) {
        match target {
            Target::Vendor(name) => assert!(VENDORS.iter().any(|v| v.name == name), "{name}"),
            other => drop(article(other)),
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    for phrase in PHRASES.iter().flat_map(|(all, _)| *all) {
        assert!(seen.insert(phrase), "'{phrase}' twice");
        let found = find(&[(*phrase).to_owned()], &Names::default());
        assert!(found.is_ok_and(|found| found.len() == 1), "'{phrase}' finds one answer");
    }
}
