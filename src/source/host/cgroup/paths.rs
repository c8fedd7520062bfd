//! In which cgroup of each controller a process is.
//!
//! Version 1 has a hierarchy of its own for each: a process may have its memory in the
//! root and its CPU in `/app`, whose quota nobody saw who looked at the path of the memory
//! alone. One name holds them all, written as `cgexec -g` takes it: `/app`, or
//! `cpu:/app`, or `/app cpu:/slow`.

/// The path within each hierarchy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Paths<'a> {
    pub(super) memory: &'a str,
    pub(super) cpu: &'a str,
    pub(super) pids: &'a str,
}

impl<'a> Paths<'a> {
    /// From the name of [`path_of`].
    pub(super) fn of(name: &'a str) -> Self {
        let (rest, pids) = cut(name, "pids:/");
        let (memory, cpu) = cut(rest, "cpu:/");
        let memory = if memory.is_empty() { "/" } else { memory };
        Self { memory, cpu: cpu.unwrap_or(memory), pids: pids.unwrap_or(memory) }
    }
}

/// The rest of a name, and the path of a controller at its end.
fn cut<'a>(name: &'a str, mark: &str) -> (&'a str, Option<&'a str>) {
    let begins = |at: &usize| *at == 0 || name[..*at].ends_with(' ');
    match name.rfind(mark).filter(begins) {
        // The mark ends with the first letter of the path.
        Some(at) => (name[..at].trim_end_matches(' '), Some(&name[at + mark.len() - 1..])),
        None => (name, None),
    }
}

/// The name of the cgroup of a process, from the text of `/proc/PID/cgroup`: the path of
/// the memory controller (version 1), else of the unified hierarchy; with those of CPU and
/// tasks where they are elsewhere. One that only branches later needs no word of its own.
pub(in crate::source::host) fn path_of(text: &str) -> Option<String> {
    let lines = text.lines().filter_map(|line| {
        let mut parts = line.splitn(3, ':');
        let (_, controllers, path) = (parts.next()?, parts.next()?, parts.next()?);
        Some((controllers, path))
    });
    let v1 = |name: &str| lines.clone().find(|(c, _)| c.split(',').any(|c| c == name));
    let v2 = lines.clone().find(|(c, _)| c.is_empty());
    let (_, memory) = v1("memory").or(v2)?;
    let mut words = vec![memory.to_owned()];
    for name in ["cpu", "pids"] {
        let path = v1(name).map(|(_, path)| path).filter(|path| !is_within(memory, path));
        words.extend(path.map(|path| format!("{name}:{path}")));
    }
    if words.len() > 1 && memory == "/" {
        words.remove(0);
    }
    Some(words.join(" "))
}

/// Whether the first of them is the other one, or below it.
fn is_within(path: &str, above: &str) -> bool {
    std::path::Path::new(path).starts_with(above)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_memory_controller_names_the_cgroup() {
        assert_eq!(path_of("4:memory:/m\n1:name=systemd:/s\n0::/u\n").as_deref(), Some("/m"));
        assert_eq!(path_of("0::/u:with:colons\n").as_deref(), Some("/u:with:colons"));
        assert_eq!(path_of("garbage"), None);
    }

    #[test]
    fn a_controller_elsewhere_is_named_and_read_back() {
        for (text, name, [memory, cpu, pids]) in [
            ("4:memory:/\n3:cpu,cpuacct:/app\n2:pids:/\n", "cpu:/app", ["/", "/app", "/"]),
            ("4:memory:/m\n3:cpuacct,cpu:/c d\n", "/m cpu:/c d", ["/m", "/c d", "/m"]),
            ("4:memory:/m\n3:cpu:/c\n2:pids:/p\n", "/m cpu:/c pids:/p", ["/m", "/c", "/p"]),
            ("4:memory:/a/b\n3:cpu:/a\n2:pids:/\n", "/a/b", ["/a/b"; 3]),
            ("3:cpu:/c\n0::/\n", "cpu:/c", ["/", "/c", "/"]),
        ] {
            assert_eq!(path_of(text).as_deref(), Some(name), "{text}");
            assert_eq!(Paths::of(name), Paths { memory, cpu, pids }, "{text}");
        }
    }

    #[test]
    fn a_name_with_the_word_in_it_is_a_name() {
        let own = Paths::of("/xcpu:/y");
        assert_eq!((own.memory, own.cpu), ("/xcpu:/y", "/xcpu:/y"));
    }
}
