//! Which sandbox this process runs in, where one keeps the kernel's tables from us.

use std::fs;

/// A sandbox that refuses system calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sandbox {
    /// A kernel of its own, with a network stack of its own.
    Gvisor,
    /// A filter of system calls (`seccomp(2)`): a container's profile, a systemd unit.
    Seccomp,
}

/// What gVisor says when it was built, whatever it runs on.
const GVISOR_BUILD: &str = "Sun Jan 10 15:06:54 PST 2016";

impl Sandbox {
    /// That of this process.
    pub(super) fn here() -> Option<Self> {
        let read = |path| fs::read_to_string(path).unwrap_or_default();
        Self::of(&read("/proc/version"), &read("/proc/self/status"))
    }

    fn of(version: &str, status: &str) -> Option<Self> {
        if version.contains(GVISOR_BUILD) || version.to_lowercase().contains("gvisor") {
            return Some(Self::Gvisor);
        }
        let mode = status.lines().find_map(|line| line.strip_prefix("Seccomp:"));
        mode.filter(|mode| mode.trim() != "0").map(|_| Self::Seccomp)
    }

    /// What can be done about it.
    pub(super) const fn remedy(self) -> &'static str {
        match self {
            Self::Gvisor => {
                "gVisor's own network stack does not offer it, and nothing inside adds it: \
                 /proc/net/tcp is what there is"
            }
            Self::Seccomp => {
                "a sandbox refuses it (seccomp filter of this process): allow AF_NETLINK there \
                 (systemd: RestrictAddressFamilies=AF_NETLINK, a container: its seccomp profile), \
                 or run herdtop outside of it with --netns PID"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sandbox_is_known_by_what_the_kernel_says_of_us() {
        let plain = "Linux version 6.8.0-45-generic (buildd@lcy02) #45-Ubuntu SMP";
        let of = |version: &str, mode: &str| {
            Sandbox::of(version, &format!("Name:\therdtop\nNoNewPrivs:\t1\nSeccomp:\t{mode}\n"))
        };
        assert_eq!(of(plain, "0"), None);
        assert_eq!(of(plain, "2"), Some(Sandbox::Seccomp));
        assert_eq!(
            of("Linux version 4.4.0 #1 SMP Sun Jan 10 15:06:54 PST 2016", "0"),
            Some(Sandbox::Gvisor)
        );
        assert_eq!(of("Linux version 4.19.0-gvisor", "2"), Some(Sandbox::Gvisor));
        assert_eq!(Sandbox::of("", ""), None);
    }
}
