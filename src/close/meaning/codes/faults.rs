//! 1002, 1003, 1007 and 1009: what was sent cannot be taken.

use super::super::commands as c;
use super::super::facts::{Facts, Reconnect};

pub(super) const PROTOCOL_ERROR: Facts = Facts {
    headline: "a frame broke the rules; fix the sender",
    meaning: "The side that closes received what RFC 6455 forbids: a reserved bit, a bad opcode, \
              a wrong mask, an illegal close code.",
    wire: "either side; may be on the wire",
    when: "the bytes themselves are wrong, whatever the message says",
    causes: &[
        "A proxy or a middlebox mangles frames.",
        "Versions of client and server that do not fit, compression that only one side agreed to.",
        "A close code that must not be sent (1004, 1005, 1006, 1015, 1016-2999).",
    ],
    reconnect: Reconnect::NotAsIs,
    client: &["One try at most: it is a bug, and fails the same way. Report it."],
    checks: &["Does it happen past the proxy too?", "A new version of client, server or proxy?"],
    commands: &[c::PROBE, c::TRACEBACKS],
    fixes: &["Update whoever sends the bad frame; turn compression off to narrow it down."],
    notes: &["Libraries make it up: the common one of Rust reports 1002 for 1014 and every \
         illegal code. herdtop reads the raw code, so 1014 stays 1014."],
    source: "RFC 6455 section 7.4.1",
};

pub(super) const UNSUPPORTED: Facts = Facts {
    headline: "text where binary was meant, or the reverse",
    meaning: "A kind of data came that this side cannot take: binary where it understands text \
              only, or the reverse.",
    wire: "either side; may be on the wire",
    when: "the message is sound and of the wrong kind",
    causes: &["A client of another version, or one that speaks another subprotocol."],
    reconnect: Reconnect::NotAsIs,
    client: &["Do not send the same again; update."],
    checks: &["Versions of the clients that get it.", "The subprotocol that was agreed on."],
    commands: &[c::TRACEBACKS, c::PROBE],
    fixes: &["Say which kind is meant by a subprotocol, and refuse others in the handshake."],
    notes: &[],
    source: "RFC 6455 section 7.4.1",
};

pub(super) const INVALID_PAYLOAD: Facts = Facts {
    headline: "text is not UTF-8; fix the encoder",
    meaning: "What a message holds does not fit its type: a text that is not UTF-8.",
    wire: "either side; may be on the wire",
    when: "a text message holds bytes that are no UTF-8",
    causes: &[
        "Binary sent as text.",
        "An encoder with another character set, or one that cuts within a character.",
    ],
    reconnect: Reconnect::NotAsIs,
    client: &["Do not send the same again: it is a bug of the encoder."],
    checks: &["Which message came last, and who encoded it?"],
    commands: &[c::TRACEBACKS],
    fixes: &["Send binary as binary; encode text as UTF-8."],
    notes: &["The reason of a Close frame has to be UTF-8 too, at most 123 bytes of it."],
    source: "RFC 6455 sections 7.4.1 and 8.1",
};

pub(super) const TOO_BIG: Facts = Facts {
    headline: "message over the limit; send less",
    meaning: "A message came that is larger than this side takes.",
    wire: "either side; may be on the wire",
    when: "one message is larger than the limit of the other side",
    causes: &[
        "A client that sends more than before, or a limit that was lowered.",
        "AWS API Gateway: a frame over 32 KB or a message over 128 KB.",
    ],
    reconnect: Reconnect::NotAsIs,
    client: &["Do not send the same again: split it or send less."],
    checks: &[
        "The limit of server and proxy (maxPayload, max_size).",
        "What changed in the client?",
    ],
    commands: &[c::TRACEBACKS],
    fixes: &["Split large messages; raise the limit only with the memory for it."],
    notes: &["The limit protects the memory of all: it times the connections is what may be held."],
    source: "RFC 6455 section 7.4.1",
};
