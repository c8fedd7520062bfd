//! What hosted services and libraries do on their own.
//!
//! Read in their own sources and documents; what only others quote is marked.

use serde::Serialize;

/// A service or library with habits of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Vendor {
    /// Its name.
    pub name: &'static str,
    /// What to know of it first.
    pub headline: &'static str,
    /// What it does, one thing each.
    pub facts: &'static [&'static str],
    /// Where that was read.
    pub source: &'static str,
    /// Quoted by others; its own page was not read.
    pub second_hand: bool,
    /// What its codes mean.
    #[serde(skip)]
    codes: &'static [Meant],
}

/// What a vendor means by a range of codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Meant {
    first: u16,
    last: u16,
    says: &'static str,
}

const fn meant(first: u16, last: u16, says: &'static str) -> Meant {
    Meant { first, last, says }
}

const STOPS: &str = "do not reconnect";
const AGAIN: &str = "reconnect";

/// All of them, by name.
pub const VENDORS: [Vendor; 9] = [
    Vendor {
        name: "AWS API Gateway",
        headline: "500 new connections a second, 2 h life, 10 min idle",
        facts: &[
            "500 new connections per second and account by default: a herd above that is turned \
             away at the edge, before your code.",
            "A connection lives 2 h at most and 10 min idle. A herd that came at once ends at \
             once 2 h later, and comes back (our conclusion).",
            "1009 on a frame over 32 KB or a message over 128 KB.",
        ],
        source: "AWS page of WebSocket quotas",
        second_hand: false,
        codes: &[meant(1009, 1009, "a frame over 32 KB or a message over 128 KB")],
    },
    Vendor {
        name: "Cloudflare",
        headline: "cuts what is idle for about 100 s; errors come as HTTP 5xx",
        facts: &[
            "Cuts connections that are idle for about 100 s, on plans below enterprise: send a \
             heartbeat more often.",
            "Workers: an update of the runtime gives up to 20 min of grace, then cuts.",
            "Errors of the edge are HTTP 5xx before the 101.",
        ],
        source: "buildbot#4078; an article on dev.to",
        second_hand: true,
        codes: &[],
    },
    Vendor {
        name: "Discord",
        headline: "gateway: some 4000s mean reconnect, others stop",
        facts: &[
            "Reconnect: 4000, 4001, 4002, 4003, 4005, 4007 (new session), 4008 (rate limited), \
             4009 (new session).",
            "Do not reconnect: 4004, 4010, 4011, 4012, 4013, 4014.",
        ],
        source: "discord-api-docs, Opcodes_and_Status_Codes.md",
        second_hand: false,
        codes: &[
            meant(4000, 4003, AGAIN),
            meant(4004, 4004, STOPS),
            meant(4005, 4005, AGAIN),
            meant(4007, 4007, "reconnect with a new session"),
            meant(4008, 4008, "rate limited; reconnect"),
            meant(4009, 4009, "reconnect with a new session"),
            meant(4010, 4014, STOPS),
        ],
    },
    Vendor {
        name: "Heroku",
        headline: "about 150 connections a second and 6000 in all per dyno",
        facts: &[
            "About 150 new connections per second and some 6000 per dyno: to refill one takes \
             over 40 s.",
        ],
        source: "advice on deploying push_ex (hexdocs)",
        second_hand: true,
        codes: &[],
    },
    Vendor {
        name: "Phoenix",
        headline: "nine retries in 4.3 s, then every 5 s, without jitter",
        facts: &[
            "The client retries after 10, 50, 100, 150, 200, 250, 500, 1000 and 2000 ms, then \
             every 5000 ms, without jitter: nine attempts in 4.3 s, then a comb of 5 s.",
            "reconnectAfterMs takes a function: return a random wait (issue 4045 asks for it).",
        ],
        source: "phoenix, assets/js/phoenix/socket.js",
        second_hand: false,
        codes: &[],
    },
    Vendor {
        name: "Pusher",
        headline: "4000s stop, 4100s wait 1 s, 4200s at once",
        facts: &[
            "4000-4099: do not reconnect unchanged.",
            "4100-4199: reconnect after at least 1 s; 4100 is over capacity.",
            "4200-4299: reconnect at once; 4201 is a pong that did not come.",
            "The same is sent as an event, pusher:error.",
            "pusher-js halves its heartbeat interval on 1006 (10 s at least) and may leave \
             WebSocket for HTTP.",
        ],
        source: "its protocol as quoted in php-api-clients/pusher#2, asyncapi, docs.bird.com",
        second_hand: true,
        codes: &[
            meant(4000, 4099, "do not reconnect unchanged"),
            meant(4100, 4100, "over capacity; reconnect after at least 1 s"),
            meant(4101, 4199, "reconnect after at least 1 s"),
            meant(4200, 4200, "reconnect at once"),
            meant(4201, 4201, "pong did not come; reconnect at once"),
            meant(4202, 4299, "reconnect at once"),
        ],
    },
    Vendor {
        name: "SignalR",
        headline: "retries after 0, 2, 10 and 30 s, then stops; no jitter",
        facts: &[
            "withAutomaticReconnect retries after 0, 2, 10 and 30 s, then stops for good, without \
             jitter: a longer outage leaves its clients gone until somebody reloads.",
        ],
        source: "SignalR, DefaultReconnectPolicy.ts",
        second_hand: false,
        codes: &[],
    },
    Vendor {
        name: "Slack Socket Mode",
        headline: "says goodbye in JSON, not in a close code; 10 sockets",
        facts: &[
            "No close code: a message {\"type\":\"disconnect\"} with the reason warning, \
             refresh_requested or too_many_websockets.",
            "10 sockets per app at most.",
            "TCP stays open after the closing handshake: a client needs a timeout of its own.",
        ],
        source: "node-slack-sdk #1654, #1762, notes of socket-mode 3.2.0",
        second_hand: false,
        codes: &[],
    },
    Vendor {
        name: "Socket.IO",
        headline: "retries from 1 s to 5 s, with half of it as jitter",
        facts: &[
            "The client waits from 1 s up to 5 s at most, give or take 50 %: a herd stays a herd, \
             with the edges blurred.",
        ],
        source: "socket.io-client 4.8.3, manager.d.ts",
        second_hand: false,
        codes: &[],
    },
];

/// What vendors mean by a code, as `Pusher: …`.
#[must_use]
pub(super) fn hints(code: u16) -> Vec<String> {
    let mut hints = Vec::new();
    for vendor in &VENDORS {
        let meant = vendor.codes.iter().find(|m| (m.first..=m.last).contains(&code));
        if let Some(meant) = meant {
            let quoted = if vendor.second_hand { " (second-hand)" } else { "" };
            hints.push(format!("{}: {}{quoted}", vendor.name, meant.says));
        }
    }
    hints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vendors_say_what_their_codes_mean_and_what_is_second_hand() {
        assert_eq!(
            hints(4100),
            ["Pusher: over capacity; reconnect after at least 1 s (second-hand)"]
        );
        assert_eq!(
            hints(4004),
            ["Discord: do not reconnect", "Pusher: do not reconnect unchanged (second-hand)"]
        );
        assert_eq!(hints(4006), ["Pusher: do not reconnect unchanged (second-hand)"]);
        assert!(hints(4408).is_empty());
    }
}
