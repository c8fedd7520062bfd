//! What this host and user allow: each facility is tried, not guessed from
//! capability bits.

use std::fs;
use std::io;
use std::path::Path;

use rustix::net::{AddressFamily, SocketType};
use rustix::thread::CapabilitySet;
use serde::Serialize;

use super::cgroup::Mounts;
use super::connector::Connector;
use super::destroyed::DestroyFeed;
use super::diag::Diag;
use super::listeners;
use super::namespaces::NetNs;
use super::sandbox::Sandbox;
use crate::source::privilege::{self, OTHER_USERS};

/// Whether a facility can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Tried, works.
    Available,
    /// There, but refused to this user.
    Refused,
    /// This host does not have it.
    Missing,
}

/// One facility.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Facility {
    /// Name.
    pub name: &'static str,
    /// Outcome of the trial.
    pub state: State,
    /// What was found, or the system's words of refusal.
    pub detail: String,
    /// What is lost without it.
    pub without: &'static str,
    /// The command that grants it; none when it works, or nothing can be done.
    pub remedy: Option<String>,
}

/// Tries everything. Changes nothing on the host.
#[must_use]
pub fn examine() -> Vec<Facility> {
    vec![
        sock_diag(),
        destroy_events(),
        event_buffer(),
        other_namespaces(),
        containers(),
        other_users(),
        descriptor_counts(),
        cgroup(),
        pressure(),
        conntrack(),
        packet_socket(),
        kernel_log(),
        process_ends(),
        exit_statuses(),
    ]
}

/// The facility from a trial's outcome.
fn tried(
    name: &'static str,
    result: io::Result<String>,
    without: &'static str,
    remedy: impl FnOnce() -> Option<String>,
) -> Facility {
    let (state, detail) = match result {
        Ok(detail) => (State::Available, detail),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            (State::Missing, "not on this host".to_owned())
        }
        Err(error) => (State::Refused, error.to_string()),
    };
    let remedy = if state == State::Available { None } else { remedy() };
    Facility { name, state, detail, without, remedy }
}

/// The command that runs this very program as this very user with these
/// capabilities and no others. Never `setcap`: whoever may run the program would
/// have them, and with `CAP_DAC_READ_SEARCH` could read the processes of everybody.
fn grant(capabilities: &[&str]) -> Option<String> {
    let program = std::env::current_exe().ok()?;
    let (user, group) = (rustix::process::getuid(), rustix::process::getgid());
    let each: String = capabilities.iter().flat_map(|name| [",+", *name]).collect();
    Some(format!(
        "sudo setpriv --reuid={} --regid={} --init-groups --inh-caps=-all{each} \
         --ambient-caps=-all{each} {}",
        user.as_raw(),
        group.as_raw(),
        program.display()
    ))
}

/// What gives the kernel's socket tables: its modules where it says that they are not
/// there (`ENOENT`), else the sandbox where one refuses them. `modprobe` is no help
/// against that.
fn socket_tables(refused: Option<&io::Error>, sandbox: Option<Sandbox>) -> String {
    let missing = refused.is_some_and(|error| error.kind() == io::ErrorKind::NotFound);
    match sandbox {
        Some(Sandbox::Seccomp) if missing => MODULES.to_owned(),
        Some(sandbox) => sandbox.remedy().to_owned(),
        None => MODULES.to_owned(),
    }
}

const MODULES: &str = "sudo modprobe -a inet_diag tcp_diag";

fn sock_diag() -> Facility {
    let trial = Diag::open().and_then(|mut diag| listeners::read(&mut diag, 0));
    let trial = trial.map(|found| format!("{} listening sockets seen", found.len()));
    let remedy = socket_tables(trial.as_ref().err(), Sandbox::here());
    tried(
        "sock_diag",
        trial,
        "sockets are read from /proc/net/tcp at 2 to 4 times the cost; no backlog, no drops per listener, no ages",
        || Some(remedy),
    )
}

fn destroy_events() -> Facility {
    let trial = DestroyFeed::open(&[]).map(|_| "joined".to_owned());
    let tables = socket_tables(trial.as_ref().err(), Sandbox::here());
    let remedy = if tables == MODULES {
        format!("needs Linux 4.2 or later with inet_diag: {MODULES}")
    } else {
        tables
    };
    tried(
        "close events",
        trial,
        "connections shorter than the time between two socket scans are seen in PassiveOpens only: handshakes and closes are estimates, or unknown for a single port",
        || Some(remedy),
    )
}

fn event_buffer() -> Facility {
    let trial = DestroyFeed::open(&[]).and_then(|feed| {
        if feed.is_roomy() {
            Ok("64 MiB".to_owned())
        } else {
            Err(io::Error::new(io::ErrorKind::PermissionDenied, "needs CAP_NET_ADMIN"))
        }
    });
    tried(
        "large event buffer",
        trial,
        "events are taken one by one as they come, which costs two to three times the CPU; a burst may be lost, and is then shown as lost",
        || grant(&["net_admin"]),
    )
}

fn other_namespaces() -> Facility {
    let own = NetNs::Path("/proc/self/ns/net".into());
    let trial = own.within(|| ()).map(|()| "setns works".to_owned());
    tried(
        "other network namespaces",
        trial,
        "--netns PID reads /proc/PID/net only; --netns PATH does not work",
        || grant(&["sys_admin"]),
    )
}

/// Who listens in other network namespaces, and the line that looks there where this user
/// may not.
fn containers() -> Facility {
    let found = super::elsewhere::others(Path::new("/proc"));
    let entered = NetNs::Path("/proc/self/ns/net".into()).within(|| ());
    let others = found.len();
    let trial = entered.map(|()| match others {
        0 => "no other network namespace here".to_owned(),
        1 => "1 other network namespace, looked into by itself".to_owned(),
        many => format!("{many} other network namespaces, looked into by themselves"),
    });
    tried(
        "listeners of containers",
        trial,
        "who listens in other network namespaces is not shown, --netns all tells of none",
        || look_inside(found.into_values().next()),
    )
}

/// The line that looks into the namespace of a process; within a container that of its own
/// pod, from outside.
fn look_inside(pid: Option<u32>) -> Option<String> {
    let own = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let in_pod = std::env::var_os("KUBERNETES_SERVICE_HOST").is_some() || own.contains("kubepods");
    let in_container =
        ["/.dockerenv", "/run/.containerenv"].iter().any(|file| Path::new(file).exists());
    let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let name = crate::text::clean(&name, 64);
    if in_pod {
        return Some(format!(
            "kubectl debug -it {name} --image=IMAGE --target=CONTAINER --profile=sysadmin -- herdtop"
        ));
    }
    if in_container {
        return Some(format!(
            "docker run --rm -it --pid=host --net=container:{name} --cap-add=SYS_PTRACE IMAGE herdtop"
        ));
    }
    let Some(pid) = pid else { return grant(&["sys_admin"]) };
    let program = std::env::current_exe().ok()?;
    Some(format!("sudo nsenter --net=/proc/{pid}/ns/net {}", program.display()))
}

fn other_users() -> Facility {
    // Pid 1 is another user's to all but root, and outside a container's reach.
    // The folder may be listed and its links still be refused.
    let look = || {
        let mut fds = fs::read_dir("/proc/1/fd")?;
        fds.next().map_or(Ok(()), |fd| fs::read_link(fd?.path()).map(drop))
    };
    let trial = privilege::with(OTHER_USERS, look).map(|()| "processes of all users".to_owned());
    tried(
        "processes of other users",
        trial,
        "listeners of other users have no process, descriptors or memory beside them",
        || grant(&["sys_ptrace", "dac_read_search"]),
    )
}

fn descriptor_counts() -> Facility {
    let trial = fs::metadata("/proc/self/fd").and_then(|fd| {
        if fd.len() > 0 {
            Ok("by the size of /proc/PID/fd".to_owned())
        } else {
            Err(io::ErrorKind::NotFound.into())
        }
    });
    tried(
        "descriptor counts",
        trial,
        "descriptors are listed, up to 20 000 a process, own processes only",
        || Some("needs Linux 6.2 or later".to_owned()),
    )
}

fn cgroup() -> Facility {
    let text = fs::read_to_string("/proc/self/mountinfo");
    let trial = text.and_then(|text| {
        Mounts::parse(&text).describe().ok_or_else(|| io::ErrorKind::NotFound.into())
    });
    tried("cgroup", trial, "no memory, task or CPU limit of the service is known", || {
        Some("sudo mount -t cgroup2 none /sys/fs/cgroup".to_owned())
    })
}

fn pressure() -> Facility {
    let trial = fs::read_to_string("/proc/pressure/cpu").map(|_| "/proc/pressure".to_owned());
    tried(
        "pressure (PSI)",
        trial,
        "time lost waiting for CPU, memory and disk is not shown",
        || Some("boot with psi=1 (kernel built with CONFIG_PSI)".to_owned()),
    )
}

fn conntrack() -> Facility {
    let read = |name: &str| fs::read_to_string(Path::new("/proc/sys/net/netfilter").join(name));
    let trial = read("nf_conntrack_count")
        .and_then(|used| Ok(format!("{} of {}", used.trim(), read("nf_conntrack_max")?.trim())));
    tried(
        "conntrack",
        trial,
        "nothing where the module is not loaded: then it limits nobody",
        || None,
    )
}

fn packet_socket() -> Facility {
    let open = || rustix::net::socket(AddressFamily::PACKET, SocketType::DGRAM, None);
    let trial = privilege::with(CapabilitySet::NET_RAW, open)
        .map(|_| "CAP_NET_RAW".to_owned())
        .map_err(io::Error::from);
    tried(
        "AF_PACKET",
        trial,
        "close codes of real clients cannot be seen on plaintext ports",
        || grant(&["net_raw"]),
    )
}

fn kernel_log() -> Facility {
    let open = || fs::File::open("/dev/kmsg").map(|_| "/dev/kmsg".to_owned());
    let trial = privilege::with(CapabilitySet::SYSLOG, open);
    tried("kernel log", trial, "an OOM kill is suspected from its counter, never certain", || {
        grant(&["syslog"])
    })
}

fn process_ends() -> Facility {
    let own = rustix::process::getpid();
    let trial = rustix::process::pidfd_open(own, rustix::process::PidfdFlags::empty())
        .map(|_| "pidfd".to_owned())
        .map_err(io::Error::from);
    tried(
        "process ends",
        trial,
        "the end of a process is noticed at the next reading, up to a second late",
        || Some("needs Linux 5.3 or later".to_owned()),
    )
}

fn exit_statuses() -> Facility {
    let open = || privilege::with(CapabilitySet::NET_ADMIN, Connector::open);
    let trial = open().map(|_| "process connector".to_owned());
    let remedy = match trial.as_ref().map_err(io::Error::kind) {
        Err(io::ErrorKind::PermissionDenied) => "needs root, or Linux 6.6 or later",
        _ => "run herdtop on the host: the kernel tells them in its initial namespaces only",
    };
    tried(
        "exit statuses",
        trial,
        "with which code or signal a process ended is not known; whether it crashed is judged by its timing",
        || Some(remedy.to_owned()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_module_is_loaded_against_a_sandbox() {
        let error = |kind| io::Error::from(kind);
        let (refused, absent) =
            (error(io::ErrorKind::PermissionDenied), error(io::ErrorKind::NotFound));
        let told = |error, sandbox| socket_tables(Some(error), sandbox);
        assert_eq!(told(&absent, None), MODULES);
        assert_eq!(told(&absent, Some(Sandbox::Seccomp)), MODULES, "the kernel lacks it");
        assert!(told(&refused, Some(Sandbox::Seccomp)).contains("seccomp"));
        for error in [&refused, &absent] {
            let told = told(error, Some(Sandbox::Gvisor));
            assert!(told.contains("gVisor") && !told.contains("modprobe"), "{told}");
        }
    }

    #[test]
    fn advice_grants_one_run_and_never_the_program() {
        let command = grant(&["sys_ptrace", "dac_read_search"]).unwrap();
        assert!(command.starts_with("sudo setpriv --reuid="), "{command}");
        assert!(command.contains("--ambient-caps=-all,+sys_ptrace,+dac_read_search "), "{command}");
        assert!(!command.contains("setcap"), "{command}");
    }

    #[test]
    fn the_line_that_looks_inside_names_what_there_is() {
        let starts =
            ["sudo nsenter --net=/proc/4242/ns/net /", "kubectl debug -it ", "docker run "];
        let line = look_inside(Some(4242)).unwrap();
        assert!(starts.iter().any(|start| line.starts_with(start)), "{line}");
        let line = look_inside(None).unwrap();
        let starts = ["sudo setpriv ", "kubectl debug -it ", "docker run "];
        assert!(starts.iter().any(|start| line.starts_with(start)), "{line}");
    }

    #[test]
    fn what_works_has_no_remedy_and_what_does_not_says_what_is_lost() {
        let all = examine();
        assert_eq!(all.len(), 14);
        for facility in all {
            assert!(!facility.without.is_empty() && !facility.detail.is_empty(), "{facility:?}");
            if facility.state == State::Available {
                assert_eq!(facility.remedy, None, "{facility:?}");
            }
        }
    }
}
