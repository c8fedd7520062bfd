//! What the keys of an object hold, by their names.

use crate::source::log::phrases;

/// What a key holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Time,
    Began,
    Message,
    Event,
    Code,
    Reason,
    Error,
    Status,
    Duration,
    Peer,
    Forwarded,
    /// The part of the program that wrote it.
    Target,
    /// More of the same inside.
    Inside,
    Nothing,
}

pub(super) fn role(key: &[u8]) -> Role {
    match key {
        b"time" | b"timestamp" | b"ts" | b"@timestamp" | b"asctime" | b"date" | b"datetime"
        | b"t" | b"@t" | b"Timestamp" | b"time_local" | b"time_iso8601" | b"msec"
        | b"timeMillis" | b"eventTime" | b"epochSecond" | b"EdgeEndTimestamp" => Role::Time,
        b"start_time" | b"StartUTC" | b"StartLocal" | b"EdgeStartTimestamp" | b"started_at" => {
            Role::Began
        }
        b"msg" | b"message" | b"@m" | b"@mt" | b"Message" | b"body" | b"text" | b"textPayload"
        | b"line" | b"log" => Role::Message,
        b"event" | b"type" | b"action" | b"event_type" | b"eventType" | b"event_name" => {
            Role::Event
        }
        b"code" | b"Code" | b"close_code" | b"closeCode" | b"ws_code" | b"wsCode"
        | b"ws_close_code" | b"CloseCode" | b"closeStatus" | b"CloseStatus" | b"close_status"
        | b"websocket_code" => Role::Code,
        b"reason" | b"close_reason" | b"closeReason" => Role::Reason,
        b"error" | b"err" | b"exception" | b"cause" | b"error_message" | b"errorMessage" => {
            Role::Error
        }
        b"status"
        | b"response_code"
        | b"DownstreamStatus"
        | b"statusCode"
        | b"status_code"
        | b"StatusCode"
        | b"EdgeResponseStatus"
        | b"httpStatus" => Role::Status,
        b"target" => Role::Target,
        b"fields" | b"data" | b"extra" | b"context" | b"ctx" | b"request" | b"req" | b"res"
        | b"response" | b"payload" | b"attributes" | b"ws" | b"websocket" | b"headers"
        | b"State" | b"Properties" | b"http" | b"client" | b"details" | b"meta"
        | b"httpRequest" | b"jsonPayload" | b"source" | b"instant" => Role::Inside,
        _ => role_in_requests(key),
    }
}

/// What a key is that few write so: `http.response.status_code` by its last part, where
/// the first is one of those that such keys are in.
pub(super) fn rare_role(key: &[u8]) -> Role {
    let mut parts = key.split(|c| *c == b'.');
    let (Some(first), Some(last)) = (parts.next(), parts.next_back()) else {
        return if is_duration(key) { Role::Duration } else { Role::Nothing };
    };
    match role(first) {
        Role::Inside | Role::Event => role(last),
        Role::Error => Role::Error,
        _ => Role::Nothing,
    }
}

/// Whether it is named like how long something took, and that is the whole request.
fn is_duration(key: &[u8]) -> bool {
    const NAMES: [&[u8]; 9] = [
        b"took",
        b"duration",
        b"latency",
        b"elapsed",
        b"responsetime",
        b"response_time",
        b"requesttime",
        b"request_time",
        b"time_taken",
    ];
    const PARTS: [&[u8]; 10] = [
        b"upstream",
        b"connect",
        b"backend",
        b"origin",
        b"handshake",
        b"db",
        b"dns",
        b"queue",
        b"retry",
        b"first",
    ];
    let has = |names: &[&[u8]]| names.iter().any(|name| phrases::find(key, name, 0).is_some());
    (7..=40).contains(&key.len()) && has(&NAMES) && !has(&PARTS)
}

/// What a key of an access log is, or of a request.
fn role_in_requests(key: &[u8]) -> Role {
    match key {
        b"request_time"
        | b"requestTime"
        | b"duration"
        | b"Duration"
        | b"duration_ms"
        | b"durationMs"
        | b"duration_s"
        | b"duration_us"
        | b"duration_ns"
        | b"durationNs"
        | b"duration_seconds"
        | b"responseTime"
        | b"response_time"
        | b"response_time_ms"
        | b"elapsed"
        | b"elapsed_ms"
        | b"elapsedMs"
        | b"ElapsedMilliseconds"
        | b"latency"
        | b"latency_ms"
        | b"latencyMs"
        | b"took"
        | b"took_ms"
        | b"latencies"
        | b"rt"
        | b"service" => Role::Duration,
        b"remote_addr"
        | b"remote_ip"
        | b"remoteAddress"
        | b"client_ip"
        | b"clientIp"
        | b"ip"
        | b"remoteAddr"
        | b"ClientHost"
        | b"ClientIP"
        | b"downstream_remote_address"
        | b"remote_address"
        | b"RemoteIpAddress"
        | b"addr"
        | b"peer"
        | b"client_addr"
        | b"remoteIp"
        | b"remoteIP"
        | b"clientip"
        | b"remote" => Role::Peer,
        b"x_forwarded_for"
        | b"http_x_forwarded_for"
        | b"xff"
        | b"forwarded_for"
        | b"X-Forwarded-For"
        | b"x-forwarded-for"
        | b"request_X-Forwarded-For"
        | b"fwd" => Role::Forwarded,
        _ => Role::Nothing,
    }
}
