//! The hidden command that becomes a hook.

use std::ffi::OsString;

use clap::Args;

/// A program of `--on-alert`, and who waits for it.
#[derive(Debug, Args)]
pub struct RunHookArgs {
    /// The process that starts it: without that it must not begin
    #[arg(long)]
    pub parent: u32,
    /// It must not gain a privilege, as by a setuid program
    #[arg(long)]
    pub no_new_privs: bool,
    /// The program and its arguments
    #[arg(last = true, required = true)]
    pub words: Vec<OsString>,
}
