//! Whether there is enough of what every run needs: descriptors and threads.
//!
//! Libraries end the program where they cannot have their first pipe or thread
//! (tokio for signals, crossterm for keys), in a page of frames of a stack. So it
//! is tried beforehand, and what is short is said in a line with its remedy.

use std::fs::File;
use std::sync::mpsc::channel;
use std::thread;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// A screen over one listener holds 17; the rest is for a target, a log, a hook.
const DESCRIPTORS: usize = 20;
/// Five lanes, one that resolves names, one that records, and one to spare.
const THREADS: usize = 8;
/// Where more may be had for the asking: what many targets and processes take.
const WANTED: u64 = 1024;

/// Says what is short.
///
/// # Errors
/// One line: what, how much there is of it, and how to get more.
pub fn check() -> Result<(), String> {
    raise();
    descriptors(DESCRIPTORS).or_else(|| threads(THREADS)).map_or(Ok(()), Err)
}

/// What is short at this moment, for a library that could only panic.
#[must_use]
pub fn now() -> Option<String> {
    descriptors(1).or_else(|| threads(1))
}

/// A shell's usual soft limit is its own choice; the hard one is the system's.
fn raise() {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let wanted = maximum.map_or(WANTED, |most| most.min(WANTED));
    if current.is_some_and(|now| now < wanted) {
        let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum });
    }
}

fn descriptors(needed: usize) -> Option<String> {
    let mut held = Vec::new();
    for _ in 0..needed {
        match File::open("/") {
            Ok(file) => held.push(file),
            Err(error) => {
                let limit = getrlimit(Resource::Nofile).current;
                let limit = limit.map_or_else(|| "unlimited".to_owned(), |limit| limit.to_string());
                return Some(format!(
                    "only {} more files can be opened, {needed} are needed ({error}): raise \
                     'ulimit -n', which is {limit}",
                    held.len()
                ));
            }
        }
    }
    None
}

fn threads(needed: usize) -> Option<String> {
    let (mut held, mut ends) = (Vec::new(), Vec::new());
    let mut short = None;
    for _ in 0..needed {
        // Each lives until the other end of its channel is gone.
        let (end, wait) = channel::<()>();
        match thread::Builder::new().spawn(move || wait.recv()) {
            Ok(thread) => {
                held.push(thread);
                ends.push(end);
            }
            Err(error) => {
                short = Some(format!(
                    "only {} more threads can be started, {needed} are needed ({error}): raise \
                     'ulimit -u', or the limit of tasks of the unit or container",
                    held.len()
                ));
                break;
            }
        }
    }
    drop(ends);
    for thread in held {
        drop(thread.join());
    }
    short
}
