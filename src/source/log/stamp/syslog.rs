//! `Nov 21 14:05:23` (RFC 3164): no year, no zone.

use super::Civil;
use super::digits::{clock, month, number, seconds};

/// Clocks of two hosts differ; a stamp further ahead is of the year before.
const AHEAD: i64 = 86_400;
const YEAR: i64 = 366 * 86_400;

/// `newest` is when the log was last written to: the stamp is not after it.
pub(super) fn read(text: &[u8], newest: i64) -> Option<Civil> {
    let head: &[u8; 15] = text.first_chunk()?;
    if head[3] != b' ' || head[6] != b' ' {
        return None;
    }
    let day = if head[4] == b' ' { number(&head[5..6])? } else { number(&head[4..6])? };
    let (month, time) = (month(head)?, clock(&head[7..])?);
    // By whole years: which of the two it is does not hang on a leap day.
    let this = 1970 + newest.max(0) / 31_556_952;
    let of = |year| seconds((year, month, day), time);
    let all = [of(this + 1), of(this), of(this - 1)];
    let fits = |at: &i64| *at <= newest + AHEAD && *at > newest - YEAR;
    let seconds = all.into_iter().flatten().find(fits).or_else(|| of(this))?;
    Some(Civil { seconds, micros: 0, coarse: true, east: None })
}
