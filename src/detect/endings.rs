//! How connections ended, in words.

use std::time::Duration;

use super::idle_defaults;
use crate::fmt;
use crate::model::EndingSnapshot;
use crate::sample::{EndSign, EndingShape, Lifetime};

/// `rejected within a second after 148 bytes sent`: what is known of it by its shape.
#[must_use]
pub fn ending_words(ending: &EndingSnapshot) -> String {
    let Some(end) = ending.end else { return "all others".to_owned() };
    let named = ending.label.is_some() && !ending.is_idle_cut();
    let silent = !named && ending.idle.is_some_and(|(least, _)| least >= EndingShape::JUST_BEFORE);
    let who = match (end, ending.is_by_server()) {
        (EndSign::Aborted, _) => return "reset by the server".to_owned(),
        (EndSign::Silent, _) => "client vanished",
        (EndSign::Reset, _) => "reset by the client",
        (EndSign::Cut, _) => "reset by the client, data under way",
        _ if ending.is_without_request() => "closed before a request",
        (EndSign::Unread, _) => "closed by the server, data unread",
        _ if ending.is_rejection() && ending.label.is_none() => "rejected at once",
        // After an exchange of Close frames either side may be the first to close.
        (EndSign::Orderly, Some(true)) if silent => "closed by the server",
        (EndSign::Orderly, Some(false)) if silent => "closed by the client",
        (EndSign::Orderly, _) => "closed",
    };
    let mut words = who.to_owned();
    match ending.life {
        Some(Lifetime::Short) if !who.ends_with("at once") => words.push_str(" at once"),
        Some(Lifetime::Under30s) => words.push_str(" within 30s"),
        Some(Lifetime::Under5m) => words.push_str(" within 5m"),
        Some(Lifetime::Over5m) => words.push_str(" after 5m or more"),
        _ => {}
    }
    if let Some(age) = ending.age {
        words.push_str(", each at the age of ");
        words.push_str(&fmt::span(Duration::from_secs(age.into())));
        if let Some(whose) = idle_defaults::of_age(age) {
            words.extend([" (default of ", whose, ")"]);
        }
    }
    if let Some((least, most)) = ending.idle
        && least >= EndingShape::JUST_BEFORE
    {
        let silent = |ms: u32| fmt::span(Duration::from_millis(u64::from(ms) / 1_000 * 1_000));
        let (from, to) = (silent(least), silent(most));
        let range = if from == to { from } else { format!("{from} to {to}") };
        words.push_str(", silent for ");
        words.push_str(&range);
        let whose = idle_defaults::of(least / 1_000).filter(|_| ending.is_idle_cut());
        if let Some(whose) = whose {
            words.extend([" (default of ", whose, ")"]);
        }
    }
    let brief = ending.life.is_some_and(Lifetime::is_brief);
    if let Some((least, most)) = ending.sent.filter(|_| brief) {
        let bytes = if least == most {
            fmt::exact(least)
        } else {
            format!("{} to {}", fmt::exact(least), fmt::exact(most))
        };
        words.extend([", ", &bytes, " bytes sent"]);
    }
    words
}

/// What helps against it, where a timer closes them.
#[must_use]
pub fn ending_remedy(ending: &EndingSnapshot) -> Option<&'static str> {
    match (ending.is_idle_cut(), ending.age) {
        (true, _) => Some(idle_defaults::PING),
        (false, Some(_)) => Some(idle_defaults::RENEW),
        (false, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{PerSecond, Ratio};

    fn ending(life: Lifetime, sent: (u64, u64), idle: (u32, u32)) -> EndingSnapshot {
        EndingSnapshot {
            end: Some(EndSign::Orderly),
            life: Some(life),
            sent: Some(sent),
            received: Some((200, 300)),
            idle: Some(idle),
            has_request: true,
            at_once: life == Lifetime::Short,
            age: None,
            closed_here: Some(Ratio(1.0)),
            label: None,
            source: None,
            share: None,
            per_second: PerSecond(0.0),
            last_minute: 30,
            total: 30,
        }
    }

    #[test]
    fn an_ending_without_a_name_is_described() {
        let rejected = ending(Lifetime::Short, (1_393, 1_395), (0, 4));
        assert_eq!(ending_words(&rejected), "rejected at once, 1 393 to 1 395 bytes sent");
        let cut = ending(Lifetime::Over5m, (9, 9_000), (60_010, 60_900));
        assert_eq!(ending_words(&cut), "closed by the server after 5m or more, silent for 1m00s");
        let cut = EndingSnapshot { label: Some("idle_cut".to_owned()), ..cut };
        assert!(ending_words(&cut).contains("1m00s (default of nginx proxy_read_timeout, AWS"));
        let scan = EndingSnapshot { has_request: false, sent: Some((0, 0)), ..rejected.clone() };
        assert_eq!(ending_words(&scan), "closed before a request at once, 0 bytes sent");
        let aged = EndingSnapshot { label: None, idle: Some((0, 900)), age: Some(900), ..cut };
        let words = "closed after 5m or more, each at the age of 15m00s";
        assert_eq!(ending_words(&aged), words);
        assert!(ending_remedy(&aged).unwrap().starts_with("a token's lifetime"));
        let left = EndingSnapshot { closed_here: Some(Ratio(0.0)), ..rejected };
        assert_eq!(ending_words(&left), "closed at once, 1 393 to 1 395 bytes sent");
    }
}
