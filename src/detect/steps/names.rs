//! The names a command is filled with.
//!
//! A unit, a process and a URL are chosen by others, and the command will be
//! pasted into a root shell: what is not plainly harmless stays a placeholder.

use std::net::SocketAddr;

use crate::close::Outcome;
use crate::detect::identity::Scope;
use crate::model::{ListenerSnapshot, ProcessState, Snapshot, TargetSnapshot};

/// The least limit of descriptors that is advised, that of the runbooks.
const DESCRIPTORS: u64 = 65_536;

/// Placeholders and what is known to stand for them.
#[derive(Debug, Default)]
pub(super) struct Names {
    known: Vec<(&'static str, String)>,
    /// Whether descriptors can be raised up to the hard limit.
    pub(super) has_room: bool,
}

impl Names {
    pub(super) fn of(
        snapshot: &Snapshot,
        listener: Option<&ListenerSnapshot>,
        target: Option<&TargetSnapshot>,
        scope: &Scope,
    ) -> Self {
        let mut names = Self::default();
        if let Some(listener) = listener {
            names.learn("PORT", Some(listener.address.port().to_string()));
        }
        let behind = |p: &&ProcessState| listener.is_some_and(|l| l.pids.contains(&p.pid));
        let all = || snapshot.processes.iter().filter(behind);
        let fullest = all().filter(|p| p.gone_since.is_none()).max_by_key(|p| (p.fds, p.rss));
        if let Some(process) = fullest {
            let (soft, hard) = (process.fd_soft.unwrap_or(0), process.fd_hard);
            names.has_room = hard.is_some_and(|hard| hard > soft);
            names.learn("PID", Some(process.pid.to_string()));
            names.learn("HARD", hard.map(|hard| hard.to_string()));
        }
        let now = fullest.and_then(|p| p.fd_hard.or(p.fd_soft)).unwrap_or(0);
        let more = if now < DESCRIPTORS { DESCRIPTORS } else { now.saturating_mul(2) };
        names.learn("MORE", Some(more.to_string()));
        // Of a listener that is gone, the unit is what helps.
        let unit = fullest.or_else(|| all().max_by_key(|p| p.gone_since));
        names.learn("UNIT", unit.and_then(|p| service(p.cgroup.as_deref()?)));
        names.learn("URL", target.and_then(|t| quoted(&t.url)));
        names.learn("CODE", code_of(scope).or_else(|| target.and_then(told)));
        names
    }

    fn learn(&mut self, placeholder: &'static str, name: Option<String>) {
        self.known.extend(name.map(|name| (placeholder, name)));
    }

    /// Whether something stands for this placeholder.
    pub(super) fn knows(&self, placeholder: &str) -> bool {
        self.get(placeholder).is_some()
    }

    fn get(&self, placeholder: &str) -> Option<&str> {
        self.known.iter().find(|(p, _)| *p == placeholder).map(|(_, name)| name.as_str())
    }

    /// The text with every whole word that is a known placeholder replaced.
    pub(super) fn fill(&self, text: &str) -> String {
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let (mut filled, mut rest) = (String::with_capacity(text.len()), text);
        while !rest.is_empty() {
            let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            filled.push_str(self.get(word).unwrap_or(word));
            let next = after.find(is_word).unwrap_or(after.len());
            filled.push_str(&after[..next]);
            rest = &after[next..];
        }
        filled
    }
}

/// The unit of a cgroup path: `gunicorn` of `/system.slice/gunicorn.service`.
/// Not that of a user's own manager, to which other commands speak, and not
/// the manager itself.
fn service(cgroup: &str) -> Option<String> {
    let mut parts = cgroup.split('/');
    if parts.clone().any(|part| part.starts_with("user@")) {
        return None;
    }
    let name = parts.rfind(|part| part.ends_with(".service"))?.strip_suffix(".service")?;
    // What systemd allows in a unit's name (systemd.unit(5)); `\x2d` is a dash.
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "_.@:-\\".contains(c);
    if name.is_empty() || name.starts_with('-') || !name.chars().all(is_allowed) {
        return None;
    }
    if name.contains('\\') { quoted(name) } else { Some(name.to_owned()) }
}

/// In single quotes, within which a shell reads nothing but the next one.
fn quoted(text: &str) -> Option<String> {
    let plain = |c: char| c.is_ascii_graphic() && c != '\'';
    // A secret in a URL is shown as stars, and nobody can dial those.
    let whole = !text.contains("***") && !text.starts_with('-') && !text.is_empty();
    (whole && text.chars().all(plain)).then(|| format!("'{text}'"))
}

/// The code that an alert is about.
fn code_of(scope: &Scope) -> Option<String> {
    match scope {
        Scope::Code(code, _) => Some(code.to_string()),
        _ => None,
    }
}

/// The code or status of the last failure, as `herdtop explain` takes it.
fn told(target: &TargetSnapshot) -> Option<String> {
    let (outcome, _) = target.last_failure.as_ref()?;
    match outcome {
        Outcome::Http { status, .. } => Some(status.to_string()),
        other => other.wire_code().map(|code| code.to_string()),
    }
}

/// The listener behind a target on this very host; none for any other.
pub(super) fn local(target: &TargetSnapshot, snapshot: &Snapshot) -> Option<SocketAddr> {
    let (_, rest) = target.url.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    let (name, port) = host.rsplit_once(':')?;
    let port: u16 = port.parse().ok()?;
    let here = matches!(name, "127.0.0.1" | "localhost" | "[::1]");
    let of_port = |l: &&ListenerSnapshot| l.address.port() == port;
    snapshot.listeners.iter().filter(|_| here).find(of_port).map(|l| l.address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_words_are_filled_in() {
        let known = vec![("PID", "2143".to_owned()), ("PORT", "8080".to_owned())];
        let names = Names { known, has_room: false };
        let fill = |text| names.fill(text);
        assert_eq!(fill("prlimit --pid PID --nofile=HARD"), "prlimit --pid 2143 --nofile=HARD");
        assert_eq!(
            fill("grep 'open files' /proc/PID/limits"),
            "grep 'open files' /proc/2143/limits"
        );
        assert_eq!(fill("ss 'sport = :PORT' MainPID"), "ss 'sport = :8080' MainPID");
        assert_eq!(fill(""), "");
    }

    #[test]
    fn a_unit_is_that_of_the_system_and_harmless() {
        let unit = |path| service(path);
        assert_eq!(unit("/system.slice/gunicorn.service").as_deref(), Some("gunicorn"));
        assert_eq!(unit("/system.slice/ws.service/worker").as_deref(), Some("ws"));
        assert_eq!(unit("/system.slice/system-ws.slice/ws@1.service").as_deref(), Some("ws@1"));
        assert_eq!(unit("/system.slice/a\\x2db.service").as_deref(), Some("'a\\x2db'"));
        for path in [
            "/user.slice/user-0.slice/session-1.scope",
            "/user.slice/user-1000.slice/user@1000.service/app.slice/ws.service",
            "/system.slice/$(reboot).service",
            "/system.slice/a;b.service",
            "/system.slice/--now.service",
            "/system.slice/a b.service",
            "/system.slice/.service",
            "/",
        ] {
            assert_eq!(unit(path), None, "{path}");
        }
    }

    #[test]
    fn what_a_shell_could_read_is_quoted_or_left_out() {
        assert_eq!(quoted("ws://a/?b=$(c)&d").as_deref(), Some("'ws://a/?b=$(c)&d'"));
        for hostile in ["ws://a/'; reboot; '", "ws://a/\n", "ws://a/?token=***", "-v", "ws://…"] {
            assert_eq!(quoted(hostile), None, "{hostile}");
        }
        let told = Scope::Code(crate::close::CloseCode(1013), crate::model::CodeSource::Probe);
        assert_eq!(code_of(&told).as_deref(), Some("1013"));
        assert_eq!(code_of(&Scope::Host), None);
    }
}
