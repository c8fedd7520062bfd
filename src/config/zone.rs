//! Which time zone `--tz` names.

use std::sync::LazyLock;

use jiff::tz::TimeZone;

use super::error::ConfigError;
use crate::fmt::Zone;

/// `local`, `utc`, or a name of the time-zone database. A name is never a path: what
/// could leave the database is refused before it is looked up.
pub(super) fn of(given: Option<&str>) -> Result<Zone, ConfigError> {
    let unknown = |given: &str| ConfigError::Zone(given.to_owned());
    match given {
        None => Ok(here()),
        Some(name) if name.eq_ignore_ascii_case("local") => Ok(here()),
        Some(name) if name.eq_ignore_ascii_case("utc") => Ok(Zone::default()),
        Some(name) if !is_name(name) => Err(unknown(name)),
        Some(name) => TimeZone::get(name).map(known).map_err(|_| unknown(name)),
    }
}

/// Asked for once in a run; none where the machine does not say.
static HERE: LazyLock<Option<TimeZone>> = LazyLock::new(|| TimeZone::try_system().ok());

/// That of this machine, or of `TZ`.
#[must_use]
pub fn here() -> Zone {
    HERE.as_ref().map_or_else(Zone::default, Zone::Known)
}

/// Kept for the whole run: a zone is handed around by value.
fn known(zone: TimeZone) -> Zone {
    Zone::Known(Box::leak(Box::new(zone)))
}

/// `Europe/Vienna`, `Etc/GMT+5`: words between slashes.
fn is_name(name: &str) -> bool {
    let word = |word: &str| {
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '+' | '-');
        !word.is_empty() && word.chars().all(fits)
    };
    name.len() <= 64 && name.split('/').all(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_a_name_and_never_a_path() {
        for name in ["local", "UTC", "utc", "Europe/Vienna", "America/Argentina/Ushuaia"] {
            assert!(of(Some(name)).is_ok(), "{name}");
        }
        for wrong in ["/etc/localtime", "../../etc/passwd", "Europe/", "", "a b", "Nowhere/City"] {
            let error = of(Some(wrong)).expect_err(wrong).to_string();
            assert!(error.starts_with(&format!("--tz '{wrong}': ")), "{error}");
            assert_eq!(error.lines().count(), 1);
        }
    }
}
