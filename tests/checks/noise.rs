//! Who may make noise when.
//!
//! Herds are told from the connections the whole host accepts, so a verdict is
//! also about what the tests beside it do.

use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

static HOST: RwLock<()> = RwLock::new(());

/// For a test that makes many connections and asserts no verdict, or one that those of
/// others do not change: of its own port, watched by name (`-p`). Herds of other ports are
/// a note to that (`real::neighbour`), and incidents of a minute each run side by side.
pub(crate) fn noisy() -> RwLockReadGuard<'static, ()> {
    HOST.read().unwrap_or_else(PoisonError::into_inner)
}

/// For a test that asserts what is told of the whole host, such as how many came in a herd
/// and how often, a verdict that others would be a part of, or that needs all the CPU there
/// is.
pub(crate) fn quiet() -> RwLockWriteGuard<'static, ()> {
    HOST.write().unwrap_or_else(PoisonError::into_inner)
}
