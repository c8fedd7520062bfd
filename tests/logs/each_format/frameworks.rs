//! The story in the words of frameworks.

use super::super::story::{story, told, written};
use super::{Tells, Told, iso};

fn of(name: &'static str, format: &'static str, tells: Tells, lines: Vec<String>) -> Told {
    Told { name, format: Some(format), lines, tells }
}

fn stamp(at: i64) -> String {
    written(at, "%Y-%m-%d %H:%M:%S,%3f")
}

/// All of them.
pub(super) fn all() -> Vec<Told> {
    [of_python(), of_others(), of_dotnet()].into_iter().flatten().collect()
}

/// Servers of Python.
fn of_python() -> Vec<Told> {
    vec![
        of(
            "uvicorn",
            "uvicorn",
            Tells::All,
            told(
                |at, c| {
                    format!(
                        "{} INFO:     {}:41{:03} - \"WebSocket /ws\" [accepted]",
                        stamp(at),
                        c.address(),
                        c.number
                    )
                },
                |at, _| format!("{} INFO:     connection closed", stamp(at)),
            ),
        ),
        of(
            "daphne",
            "daphne",
            Tells::All,
            told(
                |at, c| {
                    format!(
                        "{}:4{:04} - - [{}] \"WSCONNECT /ws/\" - -",
                        c.address(),
                        c.number,
                        written(at, "%d/%b/%Y:%H:%M:%S")
                    )
                },
                |at, c| {
                    format!(
                        "{}:4{:04} - - [{}] \"WSDISCONNECT /ws/\" - -",
                        c.address(),
                        c.number,
                        written(at, "%d/%b/%Y:%H:%M:%S")
                    )
                },
            ),
        ),
    ]
}

/// Ruby, Elixir, Node.
fn of_others() -> Vec<Told> {
    vec![
        of(
            "socket.io",
            "socket.io",
            Tells::All,
            told(
                |at, c| {
                    format!("{} socket.io:server incoming connection with id {}", iso(at), c.number)
                },
                |at, _| {
                    format!("{} socket.io:client client close with reason transport close", iso(at))
                },
            ),
        ),
        of(
            "rails",
            "rails",
            Tells::All,
            told(
                |at, _| {
                    format!(
                        "I, [{} #812]  INFO -- : Successfully upgraded to WebSocket (REQUEST_METHOD: GET, HTTP_UPGRADE: websocket)",
                        written(at, "%Y-%m-%dT%H:%M:%S%.6f")
                    )
                },
                |at, c| {
                    format!(
                        "I, [{} #812]  INFO -- : Finished \"/cable\" [WebSocket] for {} at 2026-11-21 14:00:00 +0000",
                        written(at, "%Y-%m-%dT%H:%M:%S%.6f"),
                        c.address()
                    )
                },
            ),
        ),
        of(
            "phoenix",
            "phoenix",
            Tells::OpensOnly,
            story()
                .iter()
                .map(|c| {
                    format!(
                        "{} [info] CONNECTED TO AppWeb.UserSocket in 5ms",
                        written(c.opened, "%Y-%m-%d %H:%M:%S%.3f")
                    )
                })
                .collect(),
        ),
    ]
}

/// The simple console of .NET.
fn of_dotnet() -> Vec<Told> {
    vec![of(
        "dotnet",
        "dotnet",
        Tells::Codes,
        told(
            |at, c| {
                format!(
                    "{} info: Chat.Hub[1]\n      client connected {}",
                    written(at, "%Y-%m-%dT%H:%M:%S%.3fZ"),
                    c.address()
                )
            },
            |at, c| {
                format!(
                    "{} info: Chat.Hub[2]\n      client disconnected, close status 1: code {}",
                    written(at, "%Y-%m-%dT%H:%M:%S%.3fZ"),
                    c.code
                )
            },
        ),
    )]
}
