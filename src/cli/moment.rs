//! A moment in a recording, as people write one.

use std::time::Duration;

use chrono::{DateTime, NaiveTime, Utc};

use super::value;

/// `--at`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MomentArg {
    /// `14:05:23` on the clock of whoever looks, the first one in the recording.
    Clock(NaiveTime),
    /// `2026-11-21T14:05:23Z`.
    Exactly(DateTime<Utc>),
    /// `3m ago`: before the end of the recording.
    Ago(Duration),
}

/// One of the three forms.
pub(crate) fn parse(text: &str) -> Result<MomentArg, String> {
    let text = text.trim();
    if let Some(before) = text.strip_suffix("ago") {
        return value::duration(before).map(MomentArg::Ago);
    }
    let clock = ["%H:%M:%S", "%H:%M"].iter().find_map(|f| NaiveTime::parse_from_str(text, f).ok());
    let exactly = || DateTime::parse_from_rfc3339(text).ok().map(|at| at.to_utc());
    clock
        .map(MomentArg::Clock)
        .or_else(|| exactly().map(MomentArg::Exactly))
        .ok_or_else(|| "give a time such as 14:05:23, 2026-11-21T14:05:23Z or '3m ago'".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_forms_are_understood_and_nothing_else() {
        let clock = |h, m, s| Ok(MomentArg::Clock(NaiveTime::from_hms_opt(h, m, s).unwrap()));
        assert_eq!(parse("14:05:23"), clock(14, 5, 23));
        assert_eq!(parse(" 9:05 "), clock(9, 5, 0));
        assert_eq!(parse("3m ago"), Ok(MomentArg::Ago(Duration::from_mins(3))));
        assert_eq!(parse("90 ago"), Ok(MomentArg::Ago(Duration::from_secs(90))));
        let exact = DateTime::from_timestamp(1_795_000_000, 0).unwrap();
        assert_eq!(parse("2026-11-18T13:06:40+02:00"), Ok(MomentArg::Exactly(exact)));
        for wrong in ["", "noon", "25:00:00", "2026-11-18", "ago", "-3m ago"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
