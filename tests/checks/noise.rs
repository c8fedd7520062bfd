//! Who may make noise when.
//!
//! Herds are told from the connections the whole host accepts, so a verdict is
//! also about what the tests beside it do.

use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

static HOST: RwLock<()> = RwLock::new(());

/// For a test that makes many connections and asserts no verdict.
pub(crate) fn noisy() -> RwLockReadGuard<'static, ()> {
    HOST.read().unwrap_or_else(PoisonError::into_inner)
}

/// For a test that asserts a verdict, or needs all the CPU there is.
pub(crate) fn quiet() -> RwLockWriteGuard<'static, ()> {
    HOST.write().unwrap_or_else(PoisonError::into_inner)
}
