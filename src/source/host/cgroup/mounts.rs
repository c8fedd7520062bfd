//! Where the cgroup hierarchies are mounted.

use std::path::{Path, PathBuf};

/// One mounted hierarchy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::source::host) struct Mount {
    /// The cgroup that is mounted there: `/`, or in a container without a
    /// cgroup namespace its own.
    pub(super) root: PathBuf,
    /// Where.
    pub(super) at: PathBuf,
}

/// Every hierarchy that has something to read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::source::host) struct Mounts {
    pub(super) v2: Option<Mount>,
    pub(super) memory: Option<Mount>,
    pub(super) pids: Option<Mount>,
    pub(super) cpu: Option<Mount>,
}

impl Mounts {
    /// Reads them from the text of `/proc/self/mountinfo` (`proc(5)`). Where one
    /// is mounted twice the first counts: later ones are views into it.
    pub(in crate::source::host) fn parse(text: &str) -> Self {
        let mut mounts = Self::default();
        for (mount, kind, options) in text.lines().filter_map(parse_line) {
            let has = |controller: &str| options.split(',').any(|o| o == controller);
            let slots: [(bool, &mut Option<Mount>); 4] = [
                (kind == "cgroup2", &mut mounts.v2),
                (kind == "cgroup" && has("memory"), &mut mounts.memory),
                (kind == "cgroup" && has("pids"), &mut mounts.pids),
                (kind == "cgroup" && has("cpu"), &mut mounts.cpu),
            ];
            for (_, slot) in slots.into_iter().filter(|(fits, _)| *fits) {
                slot.get_or_insert_with(|| mount.clone());
            }
        }
        mounts
    }

    /// In words, for the doctor: version and the controllers that are there.
    pub(in crate::source::host) fn describe(&self) -> Option<String> {
        if let Some(memory) = &self.memory {
            let others = [("pids", &self.pids), ("cpu", &self.cpu)];
            let missing: Vec<&str> =
                others.iter().filter(|(_, m)| m.is_none()).map(|(name, _)| *name).collect();
            let without = if missing.is_empty() {
                String::new()
            } else {
                format!(", without {}", missing.join(" and "))
            };
            return Some(format!("version 1, memory at {}{without}", memory.at.display()));
        }
        let v2 = self.v2.as_ref()?;
        let controllers = std::fs::read_to_string(v2.at.join("cgroup.controllers"));
        let controllers = controllers.unwrap_or_default();
        let has = |name: &&str| controllers.split_ascii_whitespace().any(|c| c == *name);
        let there: Vec<&str> = ["memory", "pids", "cpu"].into_iter().filter(has).collect();
        let there = if there.is_empty() { "no controller".to_owned() } else { there.join(", ") };
        Some(format!("version 2 at {}: {there}", v2.at.display()))
    }
}

impl Mount {
    /// The cgroup's folder and its ancestors' up to the mount. What does not
    /// exist is left out: a controller may branch later than the others, and
    /// inside a container the mount is all there is to see.
    pub(super) fn chain(&self, path: &str) -> Vec<PathBuf> {
        let path = Path::new(path);
        let inside = path.strip_prefix(&self.root).unwrap_or(path);
        let inside = inside.strip_prefix("/").unwrap_or(inside);
        // `/../..` stands for a cgroup outside our namespace.
        if inside.components().any(|c| c == std::path::Component::ParentDir) {
            return vec![self.at.clone()];
        }
        let own = self.at.join(inside);
        own.ancestors()
            .take_while(|dir| dir.starts_with(&self.at))
            .filter(|dir| dir.is_dir())
            .map(Path::to_owned)
            .collect()
    }
}

/// `ID PARENT DEVICE ROOT POINT OPTIONS [TAG…] - TYPE SOURCE SUPER-OPTIONS`.
fn parse_line(line: &str) -> Option<(Mount, &str, &str)> {
    let (mount, filesystem) = line.split_once(" - ")?;
    let mut filesystem = filesystem.split(' ');
    let (kind, options) = (filesystem.next()?, filesystem.nth(1)?);
    let mut mount = mount.split(' ').skip(3);
    let (root, at) = (plain(mount.next()?).into(), plain(mount.next()?).into());
    Some((Mount { root, at }, kind, options))
}

/// The kernel writes blanks and backslashes in octal (`mangle_path`).
fn plain(text: &str) -> String {
    text.replace("\\040", " ").replace("\\011", "\t").replace("\\012", "\n").replace("\\134", "\\")
}
