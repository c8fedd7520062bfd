//! What the demo and its server process say to each other, a line each.

use std::fmt;

/// From the demo, on the server's standard input. Its end means: exit now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// Admit so many from now on.
    Limit(u64),
    /// Answer with your counts.
    Stats,
    /// Close everyone with 1012, answer with your counts, exit.
    Restart,
    /// Answer with your counts, exit.
    Stop,
}

/// From the server, on its standard output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    /// The port is open.
    Listening(u16),
    /// The counts so far.
    Stats(Counts),
    /// It cannot serve, and why; it exits.
    Failed(String),
}

/// What a server process counted in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Counts {
    /// TCP connections taken from the accept queue.
    pub accepted: u64,
    /// Connections admitted and open now.
    pub open: u64,
    /// Connections closed with 1013.
    pub refused: u64,
}

impl fmt::Display for Order {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Limit(admitted) => write!(out, "limit {admitted}"),
            Self::Stats => out.write_str("stats"),
            Self::Restart => out.write_str("restart"),
            Self::Stop => out.write_str("stop"),
        }
    }
}

impl Order {
    /// `None` for a line that is no order.
    pub(super) fn parse(line: &str) -> Option<Self> {
        match line.split_once(' ') {
            Some(("limit", admitted)) => admitted.parse().ok().map(Self::Limit),
            None if line == "stats" => Some(Self::Stats),
            None if line == "restart" => Some(Self::Restart),
            None if line == "stop" => Some(Self::Stop),
            _ => None,
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listening(port) => write!(out, "listening {port}"),
            Self::Stats(Counts { accepted, open, refused }) => {
                write!(out, "stats accepted={accepted} open={open} refused={refused}")
            }
            Self::Failed(reason) => write!(out, "failed {reason}"),
        }
    }
}

impl Answer {
    /// `None` for a line that is no answer.
    pub(super) fn parse(line: &str) -> Option<Self> {
        let (word, rest) = line.split_once(' ')?;
        match word {
            "listening" => rest.parse().ok().map(Self::Listening),
            "stats" => Counts::parse(rest).map(Self::Stats),
            "failed" => Some(Self::Failed(rest.to_owned())),
            _ => None,
        }
    }
}

impl Counts {
    fn parse(fields: &str) -> Option<Self> {
        let mut counts = Self::default();
        for field in fields.split(' ') {
            let (name, value) = field.split_once('=')?;
            let value = value.parse().ok()?;
            match name {
                "accepted" => counts.accepted = value,
                "open" => counts.open = value,
                "refused" => counts.refused = value,
                _ => return None,
            }
        }
        Some(counts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_come_back_as_said() {
        for order in [Order::Limit(5), Order::Stats, Order::Restart, Order::Stop] {
            assert_eq!(Order::parse(&order.to_string()), Some(order));
        }
        for line in ["", "limit", "limit x", "stop now", "halt"] {
            assert_eq!(Order::parse(line), None, "{line:?}");
        }
    }

    #[test]
    fn answers_come_back_as_said() {
        let counts = Counts { accepted: 8, open: 5, refused: 3 };
        for answer in
            [Answer::Listening(4711), Answer::Stats(counts), Answer::Failed("port taken".into())]
        {
            assert_eq!(Answer::parse(&answer.to_string()), Some(answer));
        }
        for line in ["", "listening", "listening 70000", "stats open", "stats shut=1", "hello you"]
        {
            assert_eq!(Answer::parse(line), None, "{line:?}");
        }
    }
}
