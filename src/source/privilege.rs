//! Capabilities: put aside at the start, taken up for one call.
//!
//! Who grants the program `CAP_DAC_READ_SEARCH` wants to see the processes of
//! other users, not that `herdtop logs /etc/shadow` prints what is in it. So all
//! capabilities that were granted are put aside before the first file is opened
//! (`capabilities(7)`: they stay permitted, none is effective), and one is taken
//! up by the thread that needs it, for as long as the call takes. A program that
//! is run by us, a hook, gets none of them.
//!
//! Root is left alone: there is no file it could not read anyway.

use std::sync::OnceLock;

use rustix::io;
use rustix::thread::{
    CapabilitySet, CapabilitySets, capabilities, clear_ambient_capability_set, set_capabilities,
};

/// What was granted and may be taken up again; none before [`put_aside`].
static GRANTED: OnceLock<CapabilitySet> = OnceLock::new();

/// To see whose descriptors are which: the folder `/proc/PID/fd` belongs to the
/// process's user, and its links are read as by a debugger (`proc(5)`).
pub(in crate::source) const OTHER_USERS: CapabilitySet =
    CapabilitySet::SYS_PTRACE.union(CapabilitySet::DAC_READ_SEARCH);

/// Why the program must not go on.
#[derive(Debug, thiserror::Error)]
pub enum PrivilegeError {
    /// It was started by the file system's word, not by a user's.
    #[error(
        "installed setuid or setgid, it would read for everybody what its owner may: 'chmod ug-s' \
         the program; 'herdtop doctor' says how to grant what it needs"
    )]
    SetId,
    /// The kernel refuses to take something away.
    #[error("cannot put the capabilities aside: {0}")]
    Refused(#[from] io::Errno),
}

/// Puts aside what was granted, for this thread and all that come after it. Has to
/// come before the first file is opened and the first thread is started.
///
/// # Errors
/// When the program is setuid or setgid, or the kernel refuses.
pub fn put_aside() -> Result<(), PrivilegeError> {
    use rustix::process::{getegid, geteuid, getgid, getuid};
    if getuid() != geteuid() || getgid() != getegid() {
        return Err(PrivilegeError::SetId);
    }
    if getuid().is_root() {
        return Ok(());
    }
    let Ok(sets) = capabilities(None) else { return Ok(()) };
    let all = sets.permitted | sets.effective | sets.inheritable;
    if all.is_empty() {
        return Ok(());
    }
    // Ambient ones are handed on to every program that is run.
    clear_ambient_capability_set()?;
    let none = CapabilitySet::empty();
    set_capabilities(None, CapabilitySets { effective: none, inheritable: none, ..sets })?;
    let _ = GRANTED.set(sets.permitted);
    Ok(())
}

/// Does `work` with those of these capabilities that were granted, on this thread
/// alone.
pub(in crate::source) fn with<T>(wanted: CapabilitySet, work: impl FnOnce() -> T) -> T {
    let _raised = Raised::take_up(wanted);
    work()
}

/// Capabilities of this thread until it is dropped.
struct Raised(Option<CapabilitySets>);

impl Raised {
    fn take_up(wanted: CapabilitySet) -> Self {
        let granted = GRANTED.get().copied().unwrap_or(CapabilitySet::empty()) & wanted;
        if granted.is_empty() {
            return Self(None);
        }
        let Ok(before) = capabilities(None) else { return Self(None) };
        let effective = before.effective | granted;
        let raised = set_capabilities(None, CapabilitySets { effective, ..before });
        Self(raised.is_ok().then_some(before))
    }
}

impl Drop for Raised {
    fn drop(&mut self) {
        if let Some(before) = self.0 {
            // To give up what one has is never refused.
            let _ = set_capabilities(None, before);
        }
    }
}

/// Whether this process can do more than its user: a program it runs must not
/// gain from that.
#[must_use]
pub fn is_privileged() -> bool {
    let holds = |sets: CapabilitySets| !(sets.permitted | sets.effective).is_empty();
    rustix::process::geteuid().is_root() || capabilities(None).is_ok_and(holds)
}
