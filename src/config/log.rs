//! How logs are understood: regular expressions and a time format, checked.

use super::ConfigError;
use crate::cli::LogArgs;
use crate::source::log::{Network, Options, Patterns, TimeFormat, compile};
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
    let patterns = Patterns::new(
        pattern("--log-open", &args.log_open)?,
        pattern("--log-close", &args.log_close)?,
        pattern("--log-error", &args.log_error)?,
    );
    let options = Options::new(patterns, time.transpose()?);
    let format = args.log_format.as_deref().unwrap_or("auto");
    let options =
        options.with_format(format).map_err(|why| refused("--log-format", format, why))?;
    let network = |given: &String| {
        Network::parse(given).map_err(|why| refused("--trusted-proxy", given, why))
    };
    let trusted = args.trusted_proxy.iter().map(network).collect::<Result<Vec<_>, _>>()?;
    Ok(options.with_trusted(trusted))
}

fn refused(flag: &'static str, given: &str, why: String) -> ConfigError {
    ConfigError::Log { flag, given: text::clean(given, 60), why }
}
