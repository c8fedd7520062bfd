//! The keys of the config file that are about probes.

use super::file::{ConfigError, File};
use crate::cli::{ProbeArgs, request, value};

impl File {
    /// The probe options, with the file's values where nothing was typed.
    pub(super) fn under_probes(&self, args: &mut ProbeArgs) -> Result<(), ConfigError> {
        let every = self.probe_every.as_ref();
        args.probe_every = self.or(args.probe_every, "probe-every", every, value::probe_every)?;
        args.held = self.or(args.held, "held", self.held.as_ref(), value::held)?;
        args.dwell = self.or(args.dwell, "dwell", self.dwell.as_ref(), value::dwell)?;
        args.timeout = self.or(args.timeout, "timeout", self.timeout.as_ref(), value::timeout)?;
        args.lag_warn = self.or(args.lag_warn, "lag-warn", self.lag_warn.as_ref(), value::lag)?;
        let origin = args.origin.take();
        args.origin = self.or(origin, "origin", self.origin.as_ref(), request::header_value)?;
        self.all(&mut args.url, "url", self.url.as_ref(), |url| Ok(url.to_owned()))?;
        self.all(&mut args.header, "header", self.header.as_ref(), request::header)?;
        let subprotocol = self.subprotocol.as_ref();
        self.all(&mut args.subprotocol, "subprotocol", subprotocol, request::token)?;
        self.all(&mut args.resolve, "resolve", self.resolve.as_ref(), request::resolve)?;
        self.all(&mut args.code, "code", self.code.as_ref(), value::code)?;
        args.cacert = args.cacert.take().or_else(|| self.cacert.clone());
        args.insecure |= self.insecure;
        args.each_address |= self.each_address;
        Ok(())
    }
}
