//! Records a real incident, for the pictures of the README and their tests.
//!
//! `cargo run --example incident -- record FILE [HERDTOP]` (as root, 13 minutes)
//! takes namespaces of its own for network, processes, mounts, cgroups and host
//! name, starts three WebSocket servers and some thousands of clients there,
//! and lets the real program record them with `--record`. Nothing is made up:
//! traffic, processes, limits and probes are what the kernel and the servers
//! did. Only the namespaces are chosen: the host is called `edge-07`, its
//! address is 10.4.0.7, its clients come from 10.20.0.0/16.
//!
//! The story: five quiet minutes; more and more clients; a restart of the
//! gateway under load (1012); everyone comes back every 5 s, without jitter,
//! while it warms up and turns most of them away (1013); people give up; calm.

mod crowd;
mod record;
mod server;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words[..] {
        ["record", file] => record::outside(file, "target/release/herdtop"),
        ["record", file, program] => record::outside(file, program),
        ["inside", file, program] => record::inside(file, program),
        ["serve", address, admitted, warm] => server::run(address, admitted, warm),
        ["crowd"] => crowd::run(),
        _ => Err("usage: incident record FILE [HERDTOP]".into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = std::io::Write::write_fmt(
                &mut std::io::stderr(),
                format_args!("incident: {error}\n"),
            );
            ExitCode::from(2)
        }
    }
}

/// Whatever went wrong, in words.
type Outcome = Result<(), Box<dyn std::error::Error>>;

/// One thread for everything, as a server of this kind has.
fn on_one_thread(work: impl Future<Output = Outcome>) -> Outcome {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}
