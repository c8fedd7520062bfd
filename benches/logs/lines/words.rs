//! Lines in words: connects and closes in turns.

use super::{Line, Moment, address, line};

fn words(n: u64, at: &Moment) -> (String, bool) {
    let head = format!("{} INFO [worker {}]", at.iso(), n % 8);
    if n.is_multiple_of(2) {
        let text = format!("{head} WebSocket connected client={n} path=/ws/chat ip={}", address(n));
        return (text, true);
    }
    (format!("{head} WebSocket disconnected client={n} code=1001 reason=going_away"), false)
}

/// One line in ten tells something.
fn few_words(n: u64, at: &Moment) -> (String, bool) {
    if n % 20 < 2 {
        return words(n, at);
    }
    let head = format!("{} INFO [worker {}]", at.iso(), n % 8);
    (format!("{head} message client={n} type=chat bytes=412 room=lobby took=3ms queue=0"), false)
}

/// Behind a head, what each says.
fn either(n: u64, head: &str, opened: &str, closed: &str) -> (String, bool) {
    let opens = n.is_multiple_of(2);
    (format!("{head}{}", if opens { opened } else { closed }), opens)
}

const CONNECTED: &str = "client connected";
const DISCONNECTED: &str = "client disconnected (code: 1001)";

fn uvicorn(n: u64, at: &Moment) -> (String, bool) {
    let opened = format!("{}:41000 - \"WebSocket /ws\" [accepted]", address(n));
    either(n, &format!("{} INFO:     ", at.iso()), &opened, "connection closed")
}

fn daphne(n: u64, at: &Moment) -> (String, bool) {
    let clf = at.clf();
    let head = format!("{}:41000 - - [{}] ", address(n), clf.trim_end_matches(" +0000"));
    either(n, &head, "\"WSCONNECT /ws/\" - -", "\"WSDISCONNECT /ws/\" - -")
}

fn socket_io(n: u64, at: &Moment) -> (String, bool) {
    let opened = format!("server incoming connection with id {n}");
    let head = format!("{} socket.io:", at.iso());
    either(n, &head, &opened, "client client close with reason transport close")
}

fn tracing(n: u64, at: &Moment) -> (String, bool) {
    either(n, &format!("{}  INFO chat::ws: ", at.iso_micros()), CONNECTED, DISCONNECTED)
}

fn spring(n: u64, at: &Moment) -> (String, bool) {
    let head = format!("{}  INFO 1 --- [nio-8080-exec-1] c.e.Ws : ", at.iso());
    either(n, &head, CONNECTED, DISCONNECTED)
}

fn phoenix(n: u64, at: &Moment) -> (String, bool) {
    let head = format!("{}.{:03} [info] ", at.clock(), at.millis % 1000);
    either(n, &head, "CONNECTED TO AppWeb.UserSocket in 5ms", "JOINED room:lobby in 31µs")
}

fn rails(n: u64, at: &Moment) -> (String, bool) {
    let iso = at.iso_micros();
    let head = format!("I, [{} #812]  INFO -- : ", iso.trim_end_matches('Z'));
    let closed = format!("Finished \"/cable\" [WebSocket] for {} at {iso}", address(n));
    let opened = "Successfully upgraded to WebSocket (REQUEST_METHOD: GET)";
    either(n, &head, opened, &closed)
}

/// The message stands in the line below.
fn dotnet(n: u64, at: &Moment) -> (String, bool) {
    match n % 4 {
        0 => (format!("{} info: Chat.Hub[1]", at.iso()), false),
        2 => (format!("{} info: Chat.Hub[2]", at.iso()), false),
        1 => (format!("      {CONNECTED}"), true),
        _ => (format!("      {DISCONNECTED}"), false),
    }
}

const fn large(name: &'static str, write: fn(u64, &Moment) -> (String, bool)) -> Line {
    let line = line(name, "/WebSocket connected/", "substr($1,1,19)", write);
    Line { large: true, own: true, ..line }
}

pub(super) const LARGE: &[Line] =
    &[large("connects and closes only", words), large("one line in ten", few_words)];

pub(super) const LINES: &[Line] = &[
    line("uvicorn", "/accepted/", "substr($1,1,19)", uvicorn),
    line("daphne", "/WSCONNECT/", "substr($4,2,20)", daphne),
    line("socket.io", "/incoming connection/", "substr($1,1,19)", socket_io),
    line("tracing", "/client connected/", "substr($1,1,19)", tracing),
    line("spring", "/client connected/", "substr($1,1,19)", spring),
    line("phoenix", "/CONNECTED TO/", "substr($1,1,8)", phoenix),
    line("rails", "/Successfully upgraded/", "substr($2,2,19)", rails),
    line("dotnet", "/Hub.1/", "substr($1,1,19)", dotnet),
];
