//! Who is told of alerts: the command to run, Alertmanager, the bell, the notification.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::{Access, access};

use super::{ConfigError, exporter, probes};
use crate::cli::{CommandArg, NotifyArgs};
use crate::source::ownership;
use crate::source::probe::TlsPlan;
use crate::source::prometheus::ApiServer;
use crate::text;

/// A page that takes longer has failed as a rule: the network is gone.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The variable every hook is given; who has it was started by one.
const INSIDE: &str = "HERDTOP_ALERT_ID";

/// A command to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    /// The file to run.
    pub program: PathBuf,
    /// Its arguments, as they are.
    pub arguments: Vec<String>,
    /// How long it may take.
    pub timeout: Duration,
}

impl Hook {
    /// What it is called in messages: its arguments may hold a secret.
    #[must_use]
    pub fn name(&self) -> String {
        let name = self.program.file_name().unwrap_or(self.program.as_os_str());
        text::clean(&name.to_string_lossy(), 40)
    }
}

/// Who is told.
#[derive(Debug, Clone, Default)]
pub struct Notifications {
    /// The command.
    pub hook: Option<Hook>,
    /// The Alertmanager that alerts are posted to.
    pub alertmanager: Option<ApiServer>,
    /// The terminal's bell.
    pub bell: bool,
    /// The terminal's notification.
    pub notify: bool,
}

impl Notifications {
    /// What was asked for, and what is to be said of it.
    pub(super) fn resolve(
        args: NotifyArgs,
        tls: TlsPlan,
    ) -> Result<(Self, Option<String>), ConfigError> {
        let alertmanager = alertmanager(&args, tls)?;
        let timeout = args.on_alert_timeout.unwrap_or(TIMEOUT);
        let (hook, foreign) = match args.on_alert {
            Some(command) => hook(command, timeout)?,
            None => (None, None),
        };
        // One that checks the host with herdtop would start the next one, and so
        // on until the host is out of processes.
        let inside = std::env::var_os(INSIDE).is_some();
        let note = (inside && hook.is_some())
            .then(|| "--on-alert is not run: this herdtop was started by one".to_owned());
        let hook = hook.filter(|_| !inside);
        let (bell, notify) = (args.bell, args.notify);
        Ok((Self { hook, alertmanager, bell, notify }, note.or(foreign)))
    }
}

/// The Alertmanager; TLS trusts whom the probes trust.
fn alertmanager(args: &NotifyArgs, tls: TlsPlan) -> Result<Option<ApiServer>, ConfigError> {
    let Some(url) = args.alertmanager.as_deref() else {
        return match args.alertmanager_token {
            Some(_) => Err(ConfigError::Alone("--alertmanager-token", "--alertmanager")),
            None => Ok(None),
        };
    };
    let path = args.alertmanager_token.as_deref();
    let token = path
        .map(|path| exporter::read("--alertmanager-token", path, exporter::LARGEST))
        .transpose()?;
    let server = ApiServer::alertmanager(url, tls, token.as_deref());
    let wrong = |why| ConfigError::Alertmanager { url: probes::quoted(url), why };
    server.map(Some).map_err(wrong)
}

/// That it cannot be run is said now, not in the incident. One that somebody else
/// could put another in place of is not run; why is the second.
fn hook(
    command: CommandArg,
    timeout: Duration,
) -> Result<(Option<Hook>, Option<String>), ConfigError> {
    let mut words = command.words.into_iter();
    let name = words.next().unwrap_or_default();
    let candidates: Vec<PathBuf> = if name.contains('/') {
        vec![PathBuf::from(&name)]
    } else {
        let folders = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&folders).map(|folder| folder.join(&name)).collect()
    };
    let mut why = None;
    for program in candidates.into_iter().filter(|file| can_run(file)) {
        match ownership::owned(&program) {
            // Not where its links lead: a program may go by the name it is run by.
            Ok(_) => {
                let hook = Hook { program, arguments: words.collect(), timeout };
                return Ok((Some(hook), None));
            }
            Err(error) => drop(why.get_or_insert(error)),
        }
    }
    let shown = text::clean(&name, 80);
    match why {
        Some(why) => Ok((None, Some(format!("--on-alert '{shown}' is not run: {why}")))),
        None => Err(ConfigError::NoProgram(shown)),
    }
}

fn can_run(file: &Path) -> bool {
    file.is_file() && access(file, Access::EXEC_OK).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::value;

    fn resolve(command: &str) -> Result<Option<Hook>, String> {
        let on_alert = Some(value::command(command)?);
        let args = NotifyArgs { on_alert, ..NotifyArgs::default() };
        Notifications::resolve(args, TlsPlan::default())
            .map(|(resolved, _)| resolved.hook)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn a_program_is_found_as_a_shell_would_find_it() {
        let hook = resolve("sh -c 'exit 3'").unwrap().unwrap();
        assert!(hook.program.is_absolute() && hook.program.ends_with("sh"));
        assert_eq!(hook.arguments, ["-c", "exit 3"]);
        assert_eq!((hook.name().as_str(), hook.timeout), ("sh", Duration::from_secs(10)));
    }

    #[test]
    fn one_that_cannot_be_run_is_named_without_its_arguments() {
        for wrong in ["no-such-program SECRET", "/nonexistent/page SECRET", "/etc SECRET"] {
            let said = resolve(wrong).unwrap_err();
            assert!(said.contains(wrong.split(' ').next().unwrap()), "{said}");
            assert!(!said.contains("SECRET"), "{said}");
        }
    }
}
