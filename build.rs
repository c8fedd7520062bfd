//! Link arguments of the release binary.

use std::env;

/// The tables by which a panic unwinds are 0.6 MB of the binary, and the release build
/// aborts instead. `-C force-unwind-tables=no` would do the same, but also to the tests,
/// which unwind; so the linker leaves them out.
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=link.ld");
    println!("cargo::rerun-if-env-changed=CARGO_ENCODED_RUSTFLAGS");
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|given| given == value);
    let is_gnu = is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu");
    // One that somebody chose may read no scripts, as mold.
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    let is_chosen = flags.contains("link") || env::var_os("RUSTC_LINKER").is_some();
    if is("PROFILE", "release") && is_gnu && !is_chosen {
        let folder = env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
        println!("cargo::rustc-link-arg-bins=-Wl,-T,{folder}/link.ld");
    }
}
