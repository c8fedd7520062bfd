//! How large a herd fits the descriptors this process may open.
//!
//! Clients and server are two processes, so each needs one descriptor a
//! connection and the usual 1024 are enough for both.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::DemoError;
use super::scenario::PEAK;

/// How many connections the server admits where nothing is in the way.
const ADMITTED: u64 = 400;
/// Fewer make no herd.
const FEWEST: u64 = 20;
/// For the terminal, the pipes, and everything the sampling keeps open.
const SPARE: u64 = 96;

/// The admission limit to play with, after raising the soft limit if need be.
pub(super) fn admitted() -> Result<u64, DemoError> {
    let limits = getrlimit(Resource::Nofile);
    let soft = raised(limits, needed(ADMITTED));
    let fits = fitting(soft);
    if fits < FEWEST {
        return Err(DemoError::Descriptors {
            soft: soft.unwrap_or(u64::MAX),
            need: needed(FEWEST),
        });
    }
    Ok(fits)
}

/// How many connections the server process may hold at once: what it admits
/// and what it is about to turn away.
pub(super) fn guests(admitted: u64) -> usize {
    let spare = getrlimit(Resource::Nofile).current.map_or(u64::MAX, |n| n.saturating_sub(SPARE));
    usize::try_from((admitted.saturating_mul(2) + 64).min(spare.max(1))).unwrap_or(usize::MAX)
}

/// Descriptors of either side at the height of the story.
const fn needed(admitted: u64) -> u64 {
    (admitted * PEAK).div_ceil(1000) + SPARE
}

/// The soft limit after asking for `need`; nothing is asked that is there.
fn raised(limits: Rlimit, need: u64) -> Option<u64> {
    let soft = limits.current?;
    if soft >= need {
        return Some(soft);
    }
    let asked = limits.maximum.map_or(need, |hard| hard.min(need));
    let wish = Rlimit { current: Some(asked), maximum: limits.maximum };
    // Refused is no error: the herd is made to fit what there is.
    Some(if setrlimit(Resource::Nofile, wish).is_ok() { asked } else { soft })
}

/// The largest admission limit whose crowd fits.
fn fitting(soft: Option<u64>) -> u64 {
    soft.map_or(ADMITTED, |soft| (soft.saturating_sub(SPARE) * 1000 / PEAK).min(ADMITTED))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_limit_is_enough() {
        assert_eq!(fitting(Some(1024)), 400);
        assert_eq!(fitting(None), 400);
        assert!(needed(400) <= 1024);
    }

    #[test]
    fn fewer_descriptors_make_a_smaller_herd() {
        let fits = fitting(Some(256));
        assert!((100..200).contains(&fits), "{fits}");
        assert!(needed(fits) <= 256);
        assert_eq!(fitting(Some(10)), 0);
    }

    #[test]
    fn enough_is_left_alone() {
        let plenty = Rlimit { current: Some(5000), maximum: Some(5000) };
        assert_eq!(raised(plenty, 616), Some(5000));
        assert_eq!(raised(Rlimit { current: None, maximum: None }, 616), None);
    }
}
