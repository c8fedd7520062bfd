//! Theme files: the folders they lie in, and what lies there.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

use super::own_files;
use crate::source::ownership;
use crate::text;

/// Theme files of one folder that are looked at; nobody has more by intention.
const MOST_FILES: usize = 500;
/// A theme has 1.5 KB.
const LARGEST: u64 = 64 << 10;
/// Columns of a name.
const LONGEST_NAME: usize = 40;

/// A theme file that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThemeFile {
    /// Its name: that of the file, without `.toml`.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
}

/// The theme files there are. Of two with one name the first counts; all come
/// before the built-in ones.
#[derive(Debug, Clone, Default)]
pub struct ThemeFiles {
    /// What was found: the user's own, then the system's, by name in each.
    pub found: Vec<ThemeFile>,
    /// Folders that could not be read, one sentence each.
    pub notes: Vec<String>,
}

impl ThemeFiles {
    /// Looks into the folders.
    #[must_use]
    pub fn find() -> Self {
        let mut files = Self::default();
        for folder in folders(|name| std::env::var_os(name).map(PathBuf::from)) {
            if !own_files::is_there(&folder) {
                continue;
            }
            let shown = || text::clean(&folder.to_string_lossy(), 80);
            if let Err(why) = ownership::owned(&folder).map_err(own_files::OwnFileError::from) {
                files.notes.push(format!("theme folder '{}' {}: {why}", shown(), why.word()));
                continue;
            }
            match in_folder(&folder) {
                Ok(found) => found.into_iter().for_each(|file| files.add(file)),
                Err(error) => {
                    files.notes.push(format!("theme folder '{}' not read: {error}", shown()));
                }
            }
        }
        files
    }

    /// One more, if it is to be obeyed.
    fn add(&mut self, file: ThemeFile) {
        match ownership::owned(&file.path) {
            Ok(_) => self.found.push(file),
            Err(why) => {
                let shown = text::clean(&file.path.to_string_lossy(), 80);
                self.notes.push(format!("theme '{shown}' ignored: {why}"));
            }
        }
    }
}

/// The text of a theme file.
///
/// # Errors
/// One line: it is somebody else's, cannot be read, is no UTF-8, or far too large
/// for a theme.
pub fn read_theme(path: &Path) -> Result<String, String> {
    own_files::named(path, LARGEST).map_err(|why| why.to_string())
}

/// Best first, as the XDG Base Directory Specification has them; a path that is
/// not absolute does not count there.
fn folders(env: impl Fn(&str) -> Option<PathBuf>) -> Vec<PathBuf> {
    let set = |name: &str| env(name).filter(|value| !value.as_os_str().is_empty());
    let own = set("XDG_CONFIG_HOME").or_else(|| set("HOME").map(|home| home.join(".config")));
    let several = |name: &str, usual: &str| -> Vec<PathBuf> {
        let value = set(name).unwrap_or_else(|| PathBuf::from(usual));
        std::env::split_paths(&value).collect()
    };
    let system = several("XDG_CONFIG_DIRS", "/etc/xdg");
    let data = several("XDG_DATA_DIRS", "/usr/local/share:/usr/share");
    let mut all: Vec<PathBuf> = Vec::new();
    for base in own.into_iter().chain(system).chain(data).filter(|base| base.is_absolute()) {
        let folder = base.join("herdtop/themes");
        if !all.contains(&folder) {
            all.push(folder);
        }
    }
    all
}

fn in_folder(folder: &Path) -> io::Result<Vec<ThemeFile>> {
    let mut found: Vec<ThemeFile> = std::fs::read_dir(folder)?
        .take(MOST_FILES)
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let name = path.file_stem().and_then(OsStr::to_str)?;
            let toml = path.extension().is_some_and(|e| e == "toml");
            // A pipe would be waited for.
            let sound = toml && is_name(name) && path.is_file();
            sound.then(|| ThemeFile { name: name.to_owned(), path: path.clone() })
        })
        .collect();
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

/// Whether it can be typed after `--theme` and shown as it is; others are still
/// found by their path.
fn is_name(name: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || "-_.+".contains(c);
    name != "auto" && name.chars().all(plain) && text::width(name) <= LONGEST_NAME
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_users_own_folder_comes_first() {
        let of = |pairs: &[(&str, &str)]| {
            let find = |name: &str| pairs.iter().find(|(n, _)| *n == name);
            let all = folders(|name| find(name).map(|(_, value)| PathBuf::from(value)));
            all.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(
            of(&[("HOME", "/h")]),
            "/h/.config/herdtop/themes /etc/xdg/herdtop/themes \
             /usr/local/share/herdtop/themes /usr/share/herdtop/themes"
        );
        assert_eq!(
            of(&[
                ("XDG_CONFIG_HOME", "/c"),
                ("XDG_CONFIG_DIRS", "/x:relative:/y"),
                ("XDG_DATA_DIRS", "/x:/z")
            ]),
            "/c/herdtop/themes /x/herdtop/themes /y/herdtop/themes /z/herdtop/themes"
        );
    }

    #[test]
    fn only_files_with_a_plain_name_are_found() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["b.toml", "a.toml", "my own.toml", "x\u{1b}[2J.toml", "auto.toml", "c.txt"] {
            std::fs::write(folder.path().join(name), "").expect("written");
        }
        std::fs::create_dir(folder.path().join("d.toml")).expect("a folder");
        let found = in_folder(folder.path()).expect("readable");
        let names: Vec<_> = found.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["a", "b"]);
    }

    #[test]
    fn a_huge_file_is_no_theme() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("huge.toml");
        std::fs::write(&path, vec![b'#'; 65_537]).expect("written");
        let error = read_theme(&path).expect_err("too large");
        assert!(error.contains("larger than 65536 bytes"), "{error}");
        let error = read_theme(Path::new("/dev/zero")).expect_err("without end");
        assert!(error.starts_with("a device"), "{error}");
    }
}
