//! The server's own process, behind the hidden `herdtop demo-server`.
//!
//! It must never outlive the demo: its standard input is a pipe whose other
//! end only the demo holds, and the end of it, however the demo died, ends
//! this process too.

use std::io::{self, BufRead, IsTerminal, Write};
use std::thread;

use rustix::process::{Signal, set_parent_process_death_signal};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{mpsc, watch};

use super::DemoError;
use super::lines::{Answer, Order};
use super::server::Server;

/// The hidden subcommand that is the server.
pub(super) const SERVER_COMMAND: &str = "demo-server";

/// What `herdtop demo-server` is started with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServerArgs {
    /// The port on loopback; 0 is any free one.
    pub port: u16,
    /// How many connections it admits.
    pub limit: u64,
}

impl ServerArgs {
    /// The command line that says so.
    pub(super) fn line(self) -> [String; 5] {
        let Self { port, limit } = self;
        let words = [SERVER_COMMAND, "--port", &port.to_string(), "--limit", &limit.to_string()];
        words.map(str::to_owned)
    }
}

/// Runs the server process to its end.
///
/// # Errors
/// When it was typed by hand, or could not set itself up or listen. What went
/// wrong with listening was told to the demo already.
pub async fn child_main(args: ServerArgs) -> Result<(), DemoError> {
    if io::stdin().is_terminal() {
        return Err(DemoError::ByHand);
    }
    // The pipe alone would do; this also ends a server too busy to read it.
    set_parent_process_death_signal(Some(Signal::KILL)).map_err(|errno| DemoError::Setup {
        what: "ask to be ended with the demo",
        source: errno.into(),
    })?;
    // Ctrl-C reaches every process of the terminal; what it means is for the
    // demo to decide. Tokio's handler stays for good, nobody need listen.
    signal(SignalKind::interrupt())
        .map(drop)
        .map_err(|source| DemoError::Setup { what: "set Ctrl-C aside", source })?;
    let server = match Server::listen(args.port, args.limit) {
        Ok(server) => server,
        Err(error) => {
            let reason = match &error {
                DemoError::Listen { source, .. } => format!("{error}: {source}"),
                other => other.to_string(),
            };
            say(&Answer::Failed(reason));
            return Err(error);
        }
    };
    obey(server, orders()?).await;
    Ok(())
}

/// Serves and answers until told to go, or until nobody is there to tell.
async fn obey(server: Server, mut orders: mpsc::Receiver<Order>) {
    let desk = server.desk();
    let port = server.address().port();
    let (leave, leaving) = watch::channel(false);
    let serving = server.serve(leaving);
    tokio::pin!(serving);
    let mut heard = say(&Answer::Listening(port));
    while heard {
        tokio::select! {
            () = &mut serving => break,
            order = orders.recv() => match order {
                None => return,
                Some(Order::Stop) => break,
                Some(Order::Limit(most)) => desk.admit(most),
                Some(Order::Stats) => heard = say(&Answer::Stats(desk.counts())),
                Some(Order::Restart) => drop(leave.send(true)),
            },
        }
    }
    say(&Answer::Stats(desk.counts()));
}

/// Orders from standard input, which a thread reads: tokio's own reader would
/// hold up the exit until the next line. Ends with the pipe.
fn orders() -> Result<mpsc::Receiver<Order>, DemoError> {
    let (send, receive) = mpsc::channel(16);
    let read = move || {
        for line in io::stdin().lock().lines().map_while(Result::ok) {
            if let Some(order) = Order::parse(&line)
                && send.blocking_send(order).is_err()
            {
                return;
            }
        }
    };
    thread::Builder::new()
        .name("orders".to_owned())
        .spawn(read)
        .map_err(|source| DemoError::Setup { what: "start a thread", source })?;
    Ok(receive)
}

/// One line to the demo; whether it is still there to hear it.
fn say(answer: &Answer) -> bool {
    let mut out = io::stdout().lock();
    writeln!(out, "{answer}").and_then(|()| out.flush()).is_ok()
}
