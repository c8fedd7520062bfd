//! Which words tell of a connection, and which do not.

use super::super::event::Closed;
use super::*;

fn opened(line: &str) -> Option<Pattern> {
    events(line.as_bytes()).opened.map(|o| o.pattern)
}

fn closed(line: &str) -> Option<Closed<'_>> {
    let events = events(line.as_bytes());
    assert!(events.opened.is_none() || events.closed.is_none(), "{line}");
    events.closed
}

#[test]
fn openings_in_words() {
    for line in [
        "2026-11-21T14:05:23Z WebSocket connected",
        "Client connected",
        "a user connected",
        "[chat] client 812 connected from 10.0.0.7:4312",
        "socket 7 Connected to room lobby",
        "New WebSocket connection from ::1",
        "new client connection",
        "INFO:     connection open",
        "Connection established with client 3",
        "WebSocket opened",
        "WS open",
        "websocket accepted",
        "10.0.0.7:4312 - - [21/Nov/2026:14:05:23] \"WSCONNECT /ws/\" - -",
        "WebSocket CONNECT /ws/chat/ [127.0.0.1:4312]",
        "WebSocket connection 7 opened",
        "connection from 10.0.0.7 opened",
        "afterConnectionEstablished: session=7",
        "Successfully upgraded to WebSocket (REQUEST_METHOD: GET)",
        "CONNECTED TO AppWeb.UserSocket in 5ms",
        "Client 7 connected (total: 1012)",
        "player 1006 connected",
        "[1006] connected from 10.0.0.7",
        "client 7 connected to room.lobby1",
        "client connected from host7.isp.example.com",
    ] {
        assert!(opened(line).is_some(), "{line}");
    }
}

#[test]
fn closings_in_words_with_their_code() {
    for (line, code) in [
        ("Client disconnected", None),
        ("Client disconnected (code: 1001, reason: )", Some(1001)),
        ("user disconnected", None),
        ("Disconnected: 1006", Some(1006)),
        ("client 4312 disconnected 4408 auth timeout", Some(4408)),
        ("INFO:     connection closed", None),
        ("Connection closed with code 1011 (internal error)", Some(1011)),
        ("Connection lost: 10.0.0.7:4312", None),
        ("socket closed code=2999", Some(2999)),
        ("WebSocket closed: 1012", Some(1012)),
        ("ws close 1000 bye", Some(1000)),
        ("WebSocket DISCONNECT /ws/chat/ [127.0.0.1:4312]", None),
        ("10.0.0.7:4312 - - [21/Nov/2026:14:05:23] \"WSDISCONNECT /ws/\" - -", None),
        ("client disconnected at 2026-11-21 14:05:23", None),
        ("client disconnected after 3500ms", None),
        ("Connection 7 closed, status 1001", Some(1001)),
        ("connection from 10.0.0.7:4 closed: 1006", Some(1006)),
        ("Client 7 closed connection: 4001 Unauthorized", Some(4001)),
        ("WebSocket close frame received: 1001", Some(1001)),
        ("afterConnectionClosed: CloseStatus[code=1011, reason=null]", Some(1011)),
        ("Finished \"/cable/\" [WebSocket] for 10.0.0.7", None),
        ("client 10.0.0.7:1006 disconnected", None),
        ("client disconnected: timeout 3000ms", None),
        ("closed connection 1006", None),
        ("closed connection 1006 with code 1001", Some(1001)),
        ("client disconnected, waiting for it to reconnect", None),
        ("on_disconnect: client 7 code=1001", Some(1001)),
    ] {
        assert_eq!(closed(line).expect(line).code, code, "{line}");
    }
}

/// About other connections, figures, or what will be.
const OTHERS: &[&str] = &[
    "",
    "Connected to PostgreSQL 16.2",
    "connecting to redis",
    "disconnecting client 7",
    "database connection pool: 5 idle",
    "client is not connected",
    "connection refused",
    "new connection refused: pool is full",
    "\"CONNECT example.org:443 HTTP/1.1\" 200",
    "WSCONNECTING /ws/",
    "file closed",
    "issue 12 closed",
    "the server opened port 8080",
    "418 clients connected",
    "Connected clients: 418",
    "INFO stats: 402 clients connected, 12 rooms",
    "client 7 still connected",
    "client connected for 300 s",
    "connected users=5",
    "WebSocket is closed before the connection is established",
    "stompSubProtocol[processed CONNECT(5117)-CONNECTED(5117)-DISCONNECT(4411)]",
    "WebSocketSession[500 current WS(500), 5120 total, 3 closed abnormally (3 connect failure)]",
    "redis client connected to 10.0.0.1:6379",
    "Connected",
    "write tcp 10.9.0.4:8080->10.8.0.1:40123: use of closed network connection",
    "lost connection to database",
    "disconnected from redis",
    "12 users disconnected",
    "websocket open failed: refused",
    "17 websocket connections open",
    "WebSocket connections: 7 opened, 5 closed in total",
    "number of connected peers: 7",
    "stats: connected=418 disconnected=12",
    "disconnected_total 1001",
    "socket buffer closed at 1009 bytes",
    "sending message to disconnected client failed",
    "will disconnect idle clients after 3600 s",
    "connection to ws upstream closed",
    "outgoing connection established to peer broker",
    "stomp: CONNECT(12)-CONNECTED(12)-DISCONNECT(3)",
    "already connected client 7 ignored",
    "client_connected_count=7",
    "new connection 7 refused",
    "disclosed a secret",
    "3 users online, 1006 connected",
    "heartbeat: 1006 clients still connected, 12 disconnected in the last minute",
    "upstream websocket closed 1006",
    "[binance] websocket closed 1006, reconnect in 5 s",
    "reconnect: websocket connection closed (code 1006), retrying in 1001 ms",
    "Websocket client disconnected from wss://api.example.com code=1006",
    "WebSocket connected to wss://api.example.com/v1",
    "http client connected to api.stripe.com",
    "tcp connection opened to upstream 10.0.0.4:80",
    "grpc: connection closed: transport is closing",
    "max connections reached (1012), refusing new connection from 10.0.0.7",
    "websocket handshake failed: client 10.0.0.7 disconnected before upgrade",
    "disconnect handler took 1006 ms",
    "on_disconnect callback registered",
    "if client disconnected then clean up",
    "sent message to connected client 1006",
    "ICE connection state disconnected",
    "RTCPeerConnection disconnected",
    "GET /client/connected 200",
    "POST /disconnect?code=1006 200",
    "\u{0}\u{1}onnect\u{2}",
];

#[test]
fn what_is_about_something_else_tells_nothing() {
    for line in OTHERS {
        assert_eq!(events(line.as_bytes()), LineEvents::default(), "{line}");
    }
}
