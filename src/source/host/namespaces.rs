//! Looking into another network namespace.
//!
//! A socket and a `/proc/thread-self/net` file stay bound to the namespace they
//! were opened in, so it is enough to enter it once, on a thread that ends:
//! the program itself never changes namespace (`setns(2)`, `CAP_SYS_ADMIN`).

use std::fs::File;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::thread;

use rustix::fd::AsFd;
use rustix::thread::{CapabilitySet, LinkNameSpaceType, move_into_link_name_space};

use crate::source::file::open_regular;
use crate::source::privilege::{self, OTHER_USERS};

/// Which network namespace to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NetNs {
    /// Our own.
    Own,
    /// Our own, and who listens in all others.
    All,
    /// That of a process.
    OfPid(u32),
    /// A namespace file, such as `/run/netns/blue`.
    Path(PathBuf),
}

impl NetNs {
    /// Whether what is watched is in our own.
    #[must_use]
    pub const fn is_own(&self) -> bool {
        matches!(self, Self::Own | Self::All)
    }

    /// The namespace file.
    pub(super) fn file(&self) -> PathBuf {
        match self {
            Self::Own | Self::All => PathBuf::from("/proc/self/ns/net"),
            Self::OfPid(pid) => PathBuf::from(format!("/proc/{pid}/ns/net")),
            Self::Path(path) => path.clone(),
        }
    }

    /// What can be read of it without entering: the kernel shows a process's
    /// `/proc/PID/net` to everyone.
    #[must_use]
    pub fn visible_net(&self) -> Option<PathBuf> {
        match self {
            Self::Own | Self::All => Some(PathBuf::from("/proc/self/net")),
            Self::OfPid(pid) => Some(PathBuf::from(format!("/proc/{pid}/net"))),
            Self::Path(_) => None,
        }
    }

    /// The inode number of the namespace, which names it while it lives.
    #[must_use]
    pub fn inode(&self) -> Option<u64> {
        std::fs::metadata(self.file()).ok().map(|file| file.ino())
    }

    /// Runs `work` inside the namespace and returns what it opened.
    ///
    /// # Errors
    /// When the namespace cannot be entered; the path is in the message.
    pub fn within<T: Send>(&self, work: impl FnOnce() -> T + Send) -> io::Result<T> {
        if self.is_own() {
            return Ok(work());
        }
        thread::scope(|scope| {
            let entered = scope.spawn(|| self.enter().map(|()| work()));
            entered.join().map_err(|_| io::Error::other("the thread inside ended"))?
        })
    }
}

impl NetNs {
    /// Enters it with the thread it is called on. A file that the user named is
    /// opened with what the user may; that of a process as a debugger would.
    fn enter(&self) -> io::Result<()> {
        let path = self.file();
        let context = |error: io::Error| {
            io::Error::new(error.kind(), format!("'{}': {error}", path.display()))
        };
        let file = match self {
            Self::Path(path) => open_regular(path).map_err(io::Error::other),
            Self::Own | Self::All | Self::OfPid(_) => {
                privilege::with(OTHER_USERS, || File::open(&path))
            }
        };
        let file = file.map_err(context)?;
        let kind = Some(LinkNameSpaceType::Network);
        privilege::with(CapabilitySet::SYS_ADMIN, || move_into_link_name_space(file.as_fd(), kind))
            .map_err(|errno| context(errno.into()))
    }
}
