//! The container, pod or unit that a cgroup is of, by the names that those who make them
//! give: docker, containerd, CRI-O, podman, Kubernetes, LXC, systemd.

use crate::text::clean;

/// Letters of an id of 64 that are shown, as docker does.
const ID: usize = 12;
/// The most that is shown of a name from outside.
const COLUMNS: usize = 40;

/// What began a container: the prefix of its scope, and its name.
const RUNTIMES: [(&str, &str); 6] = [
    ("docker-", "docker"),
    ("cri-containerd-", "containerd"),
    ("containerd-", "containerd"),
    ("crio-", "cri-o"),
    ("libpod-", "podman"),
    ("nerdctl-", "nerdctl"),
];

/// `docker 3f2a1b4c5d6e`, `containerd 3f2a1b4c5d6e of pod 8f3c0a12`, `gateway.service`;
/// none for a cgroup that nobody named.
#[must_use]
pub fn container(cgroup: &str) -> Option<String> {
    let parts: Vec<&str> = cgroup.split('/').filter(|part| !part.is_empty()).collect();
    let own = parts.iter().enumerate().rev().find_map(|(at, part)| runtime(&parts[..at], part));
    let of = parts.iter().rev().find_map(|part| pod(part));
    match (own, of) {
        (Some(own), Some(of)) => Some(format!("{own} of {of}")),
        (Some(own), None) => Some(own),
        (None, Some(of)) => Some(of),
        (None, None) => parts.iter().rev().find_map(|part| unit(part)),
    }
}

/// The name alone of the innermost container or machine, as labels have it:
/// `3f2a1b4c5d6e`, `web`; none for a unit, which is in no container by that.
#[must_use]
pub fn container_name(cgroup: &str) -> Option<String> {
    cgroup.rsplit('/').find_map(|part| {
        let scope = part.strip_suffix(".scope");
        let bare = scope.unwrap_or(part);
        let id = RUNTIMES.iter().find_map(|(prefix, _)| bare.strip_prefix(prefix).and_then(short));
        if let Some(id) = id.or_else(|| short(bare)) {
            return Some(id.to_owned());
        }
        let machine = scope.and_then(|scope| scope.strip_prefix("machine-")).map(unescaped);
        let named = machine.or_else(|| part.strip_prefix("lxc.payload.").map(str::to_owned));
        named.map(|name| clean(&name, COLUMNS)).filter(|name| !name.is_empty())
    })
}

/// The container of a folder below these.
fn runtime(above: &[&str], part: &str) -> Option<String> {
    let bare = part.strip_suffix(".scope").unwrap_or(part);
    for (prefix, name) in RUNTIMES {
        if let Some(id) = bare.strip_prefix(prefix).and_then(short) {
            return Some(format!("{name} {id}"));
        }
    }
    if let Some(name) = part.strip_prefix("lxc.payload.").filter(|name| !name.is_empty()) {
        return Some(format!("lxc {}", clean(name, COLUMNS)));
    }
    let id = short(bare)?;
    Some(match above.last() {
        Some(&"docker") => format!("docker {id}"),
        _ => format!("container {id}"),
    })
}

/// The first letters of an id: 64 hexadecimal ones and nothing else.
fn short(id: &str) -> Option<&str> {
    let is_id = id.len() == 64 && id.bytes().all(|b| b.is_ascii_hexdigit());
    id.get(..ID).filter(|_| is_id)
}

/// `pod 8f3c0a12` of `kubepods-burstable-pod8f3c0a12_….slice` and of `pod8f3c0a12-…`.
fn pod(part: &str) -> Option<String> {
    let bare = part.strip_suffix(".slice").unwrap_or(part);
    let uid = bare.rsplit_once("-pod").map(|(_, uid)| uid).or_else(|| bare.strip_prefix("pod"))?;
    let is_uid =
        uid.len() >= 32 && uid.bytes().all(|b| b.is_ascii_hexdigit() || b"-_".contains(&b));
    is_uid.then(|| format!("pod {}", &uid[..8]))
}

/// A service, a scope or a machine of systemd, with its escapes undone. The manager of a
/// user is nobody's service, and a slice alone says nothing.
fn unit(part: &str) -> Option<String> {
    let named = [".service", ".scope"]
        .iter()
        .any(|kind| part.strip_suffix(kind).is_some_and(|name| !name.is_empty()));
    (named && !part.starts_with("user@")).then(|| clean(&unescaped(part), COLUMNS))
}

/// `\x2d` is a dash (`systemd.unit(5)`).
fn unescaped(name: &str) -> String {
    let mut parts = name.split("\\x");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let letter = part.get(..2).and_then(|code| u8::from_str_radix(code, 16).ok());
        if let Some(letter) = letter.filter(u8::is_ascii) {
            out.push(char::from(letter));
            out.push_str(&part[2..]);
        } else {
            out.push_str("\\x");
            out.push_str(part);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn containers_pods_and_units_are_named_by_their_cgroup() {
        let id = "3f2a1b4c5d6e".to_owned() + &"0".repeat(52);
        let uid = "8f3c0a12-1111-2222-3333-444455556666";
        let under = uid.replace('-', "_");
        for (cgroup, name) in [
            (format!("/system.slice/docker-{id}.scope"), Some("docker 3f2a1b4c5d6e")),
            (format!("/docker/{id}"), Some("docker 3f2a1b4c5d6e")),
            (format!("/docker/{id}/system.slice/cron.service"), Some("docker 3f2a1b4c5d6e")),
            (format!("/machine.slice/libpod-{id}.scope/container"), Some("podman 3f2a1b4c5d6e")),
            (
                format!(
                    "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod{under}.slice/\
                     cri-containerd-{id}.scope"
                ),
                Some("containerd 3f2a1b4c5d6e of pod 8f3c0a12"),
            ),
            (
                format!("/kubepods/besteffort/pod{uid}/{id}"),
                Some("container 3f2a1b4c5d6e of pod 8f3c0a12"),
            ),
            (
                format!("/kubepods.slice/kubepods-pod{under}.slice/crio-{id}.scope"),
                Some("cri-o 3f2a1b4c5d6e of pod 8f3c0a12"),
            ),
            (format!("/ecs/9d/{id}"), Some("container 3f2a1b4c5d6e")),
            ("/lxc.payload.web/init.scope".into(), Some("lxc web")),
            ("/system.slice/gateway.service".into(), Some("gateway.service")),
            ("/system.slice/my\\x2dapp.service".into(), Some("my-app.service")),
            ("/system.slice/system-ws.slice/ws@1.service".into(), Some("ws@1.service")),
            (
                "/user.slice/user-1000.slice/user@1000.service/app.slice/ws.service".into(),
                Some("ws.service"),
            ),
            ("/user.slice/user-1000.slice".into(), None),
            ("/".into(), None),
            ("/podcast/pods".into(), None),
        ] {
            assert_eq!(container(&cgroup).as_deref(), name, "{cgroup}");
        }
    }

    #[test]
    fn the_name_alone_is_that_of_a_container_or_machine() {
        let id = "0123456789abcdef".repeat(4);
        for (cgroup, name) in [
            (format!("/system.slice/docker-{id}.scope"), Some("0123456789ab")),
            (format!("/docker/{id}"), Some("0123456789ab")),
            (format!("/docker/{id}/init.scope"), Some("0123456789ab")),
            (
                format!("/kubepods.slice/kubepods-burstable.slice/cri-containerd-{id}.scope"),
                Some("0123456789ab"),
            ),
            (format!("/machine.slice/libpod-{id}.scope/container"), Some("0123456789ab")),
            (r"/machine.slice/machine-web\x2d3.scope".to_owned(), Some("web-3")),
            ("/lxc.payload.web/system.slice/ws.service".to_owned(), Some("web")),
            ("/system.slice/ws.service".to_owned(), None),
            ("/".to_owned(), None),
            (format!("/x/{}", "é".repeat(32)), None),
        ] {
            assert_eq!(container_name(&cgroup).as_deref(), name, "{cgroup}");
        }
    }
}
