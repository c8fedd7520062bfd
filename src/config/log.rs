//! How logs are understood: regular expressions and a time format, checked.

use super::ConfigError;
use crate::cli::LogArgs;
use crate::source::log::{Options, Patterns, TimeFormat, compile};
use crate::text;

/// What the flags of a log mean.
pub(super) fn options(args: &LogArgs) -> Result<Options, ConfigError> {
    let pattern = |flag, given: &Option<String>| {
        given
            .as_deref()
            .map(|given| compile(given).map_err(|why| refused(flag, given, why)))
            .transpose()
    };
    let time = args.log_time.as_deref();
    let time =
        time.map(|given| TimeFormat::new(given).map_err(|why| refused("--log-time", given, why)));
    Ok(Options {
        patterns: Patterns::new(
            pattern("--log-open", &args.log_open)?,
            pattern("--log-close", &args.log_close)?,
            pattern("--log-error", &args.log_error)?,
        ),
        time: time.transpose()?,
    })
}

fn refused(flag: &'static str, given: &str, why: String) -> ConfigError {
    ConfigError::Log { flag, given: text::clean(given, 60), why }
}
