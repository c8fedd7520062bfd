//! The hidden `herdtop run-hook`: the last steps before a hook, in its own process.
//!
//! Between fork and exec only what is safe in a signal handler may be done, which
//! Rust cannot check; so the steps are a program of their own, this one, which then
//! becomes the hook (`exec(3)` keeps the process).

use std::io;
use std::os::unix::process::CommandExt;
use std::process::Command;

use anyhow::Context;
use rustix::process::{Pid, Signal, getppid, set_parent_process_death_signal, setsid};
use rustix::thread::set_no_new_privs;

use crate::cli::RunHookArgs;

/// The name of the command.
pub(super) const COMMAND: &str = "run-hook";

/// Never comes back but with what went wrong.
pub(super) fn become_hook(args: &RunHookArgs) -> anyhow::Result<u8> {
    let (program, arguments) = args.words.split_first().context("no program")?;
    // Away from the terminal: it could read what is typed, or put words into it.
    setsid().map_err(io::Error::from).context("cannot begin a session")?;
    set_parent_process_death_signal(Some(Signal::TERM))
        .map_err(io::Error::from)
        .context("cannot ask to be ended with herdtop")?;
    // It may have ended before that was asked.
    let parent = i32::try_from(args.parent).ok().and_then(Pid::from_raw);
    if getppid() != parent {
        anyhow::bail!("herdtop has ended");
    }
    if args.no_new_privs {
        set_no_new_privs(true).map_err(io::Error::from).context("cannot give up privileges")?;
    }
    let error = Command::new(program).args(arguments).exec();
    Err(anyhow::Error::new(error).context("cannot be run"))
}
