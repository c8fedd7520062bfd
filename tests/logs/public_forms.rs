//! Lines as the documentation of servers, loggers and collectors shows them, a few of
//! each: how many opens and closes they tell, and with which codes.

use serde_json::{Value, json};

use super::Log;

/// What it is, its lines, opened, closed (none = not known), codes.
pub(super) type Form =
    (&'static str, &'static [&'static str], Option<u64>, Option<u64>, &'static [u16]);

fn count(document: &Value, what: &str) -> Option<u64> {
    document["log"][what]["total"].as_u64()
}

pub(super) fn check(forms: &[Form]) {
    let mut wrong = Vec::new();
    for (name, lines, opened, closed, codes) in forms {
        let said = Log::of(lines.iter().map(|line| (*line).to_owned())).say(&["--json", "app.log"]);
        if said.code != Some(0) {
            wrong.push(format!("{name}: {}", said.stderr));
            continue;
        }
        let document = said.document();
        let told: Vec<_> = document["closes"].as_array().expect("closes").iter().collect();
        let mut told: Vec<_> = told.iter().map(|c| c["code"].clone()).collect();
        told.sort_by_key(Value::as_u64);
        let figures = (count(&document, "opened"), count(&document, "closed"), json!(told));
        let want = (*opened, *closed, json!(codes));
        if figures != want {
            wrong
                .push(format!("{name}: {figures:?}, not {want:?}; {}", document["log"]["sources"]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const PROXIES_AND_BALANCERS: &[Form] = &[
    (
        "envoy's default JSON",
        &[
            r#"{":authority":"edge","bytes_received":120,"bytes_sent":8800,"connection_termination_details":null,"downstream_local_address":"10.0.0.1:8080","downstream_remote_address":"203.0.113.7:4312","duration":1012,"method":"GET","path":"/ws","protocol":"HTTP/1.1","response_code":101,"response_code_details":"via_upstream","response_flags":"-","route_name":null,"start_time":"2026-11-20T14:00:00.000Z","upstream_service_time":"5","x_forwarded_for":"203.0.113.7"}"#,
            r#"{":authority":"edge","bytes_received":120,"bytes_sent":8800,"duration":1006,"method":"GET","path":"/ws","response_code":101,"start_time":"2026-11-20T14:00:01.000Z","upstream_service_time":"5"}"#,
        ],
        Some(2),
        Some(2),
        &[],
    ),
    (
        "nginx, escaped JSON with its own names",
        &[
            r#"{"time":"2026-11-20T14:00:50+00:00","remote_addr":"203.0.113.7","request":"GET /ws HTTP/1.1","status":101,"body_bytes_sent":1006,"request_time":49.123,"upstream_response_time":"49.122"}"#,
            r#"{"time":"2026-11-20T14:00:51+00:00","remote_addr":"203.0.113.8","request":"GET / HTTP/1.1","status":200,"body_bytes_sent":1006,"request_time":0.123,"upstream_response_time":"0.122"}"#,
            r#"{"time":"2026-11-20T14:01:51+00:00","remote_addr":"203.0.113.8","request":"GET /ws HTTP/1.1","status":101,"body_bytes_sent":1012,"request_time":10.123,"upstream_response_time":"10.122"}"#,
        ],
        Some(2),
        Some(2),
        &[],
    ),
    (
        "Cloudflare's log push",
        &[
            r#"{"ClientIP":"203.0.113.7","ClientRequestHost":"h","ClientRequestMethod":"GET","ClientRequestURI":"/ws","EdgeEndTimestamp":"2026-11-20T14:00:50Z","EdgeResponseBytes":1012,"EdgeResponseStatus":101,"EdgeStartTimestamp":"2026-11-20T14:00:00Z","RayID":"41ddf1740f67442d"}"#,
            r#"{"ClientIP":"203.0.113.8","ClientRequestHost":"h","ClientRequestMethod":"GET","ClientRequestURI":"/","EdgeEndTimestamp":"2026-11-20T14:00:51Z","EdgeResponseBytes":1006,"EdgeResponseStatus":200,"EdgeStartTimestamp":"2026-11-20T14:00:50Z","RayID":"41ddf1740f67442e"}"#,
        ],
        Some(1),
        Some(1),
        &[],
    ),
    (
        "AWS API Gateway",
        &[
            r#"{"requestId":"Jx1","ip":"203.0.113.7","requestTime":"20/Nov/2026:14:00:00 +0000","eventType":"CONNECT","routeKey":"$connect","status":"200","connectionId":"Jx1006="}"#,
            r#"{"requestId":"Jx2","ip":"203.0.113.7","requestTime":"20/Nov/2026:14:00:01 +0000","eventType":"MESSAGE","routeKey":"$default","status":"200","connectionId":"Jx1006="}"#,
            r#"{"requestId":"Jx3","ip":"203.0.113.7","requestTime":"20/Nov/2026:14:00:09 +0000","eventType":"DISCONNECT","routeKey":"$disconnect","status":"200","connectionId":"Jx1006="}"#,
        ],
        Some(1),
        Some(1),
        &[],
    ),
    (
        "Heroku's router",
        &[
            r#"2026-11-20T14:00:50.123456+00:00 heroku[router]: at=info method=GET path="/ws" host=h.herokuapp.com request_id=6d1c fwd="203.0.113.7" dyno=web.1 connect=1ms service=49123ms status=101 bytes=129 protocol=http"#,
            r#"2026-11-20T14:00:51.123456+00:00 heroku[router]: at=info method=GET path="/" host=h.herokuapp.com request_id=6d1d fwd="203.0.113.7" dyno=web.1 connect=1006ms service=12ms status=200 bytes=129 protocol=http"#,
            r#"2026-11-20T14:00:59.123456+00:00 heroku[router]: at=info method=GET path="/ws" host=h.herokuapp.com request_id=6d1e fwd="203.0.113.8" dyno=web.1 connect=1ms service=4123ms status=101 bytes=129 protocol=http"#,
        ],
        Some(2),
        Some(2),
        &[],
    ),
    (
        "Kong's file log",
        &[
            r#"{"latencies":{"request":9123,"kong":1,"proxy":9122},"client_ip":"203.0.113.7","request":{"method":"GET","uri":"/ws"},"response":{"status":101,"size":1006},"started_at":1795183200123}"#,
            r#"{"latencies":{"request":8123,"kong":1,"proxy":8122},"client_ip":"203.0.113.7","request":{"method":"GET","uri":"/ws"},"response":{"status":101,"size":1006},"started_at":1795183201123}"#,
        ],
        Some(2),
        Some(2),
        &[],
    ),
];

#[test]
fn proxies_and_balancers() {
    check(PROXIES_AND_BALANCERS);
}

const SERVERS_OF_FRAMEWORKS: &[Form] = &[
    (
        "Mosquitto",
        &[
            "1795183200: New connection from 203.0.113.7:4312 on port 1883.",
            "1795183200: New client connected from 203.0.113.7:4312 as dev7 (p2, c1, k60).",
            "1795183209: Client dev7 disconnected.",
        ],
        Some(1),
        Some(1),
        &[],
    ),
    (
        "actix-web behind env_logger",
        &[
            r#"[2026-11-20T14:00:50Z INFO  actix_web::middleware::logger] 203.0.113.7 "GET /ws HTTP/1.1" 101 0 "-" "curl/8.5.0" 49.123456"#,
            r#"[2026-11-20T14:00:51Z INFO  actix_web::middleware::logger] 203.0.113.7 "GET / HTTP/1.1" 200 0 "-" "curl/8.5.0" 0.123456"#,
            r#"[2026-11-20T14:00:59Z INFO  actix_web::middleware::logger] 203.0.113.8 "GET /ws HTTP/1.1" 101 0 "-" "curl/8.5.0" 4.123456"#,
        ],
        Some(2),
        Some(2),
        &[],
    ),
    (
        "tower-http, whose response is over when the connection begins",
        &[
            "2026-11-20T14:00:00.123456Z DEBUG request{method=GET uri=/ws version=HTTP/1.1}: tower_http::trace::on_request: started processing request",
            "2026-11-20T14:00:00.123956Z DEBUG request{method=GET uri=/ws version=HTTP/1.1}: tower_http::trace::on_response: finished processing request latency=0 ms status=101",
            "2026-11-20T14:00:01.123956Z DEBUG request{method=GET uri=/ws version=HTTP/1.1}: tower_http::trace::on_response: finished processing request latency=0 ms status=101",
        ],
        Some(2),
        Some(0),
        &[],
    ),
    (
        "Echo",
        &[
            r#"{"time":"2026-11-20T14:00:50.123456Z","id":"","remote_ip":"203.0.113.7","host":"h","method":"GET","uri":"/ws","user_agent":"curl","status":101,"error":"","latency":49123456789,"latency_human":"49.123456789s","bytes_in":0,"bytes_out":1006}"#,
            r#"{"time":"2026-11-20T14:00:59.123456Z","id":"","remote_ip":"203.0.113.8","host":"h","method":"GET","uri":"/ws","user_agent":"curl","status":101,"error":"","latency":4123456789,"latency_human":"4.123456789s","bytes_in":0,"bytes_out":1012}"#,
        ],
        Some(2),
        Some(2),
        &[],
    ),
    (
        "Kestrel, the message below",
        &[
            "2026-11-20T14:00:00.123Z info: Microsoft.AspNetCore.Hosting.Diagnostics[1]",
            "      Request starting HTTP/1.1 GET http://h/ws - - -",
            "2026-11-20T14:00:50.123Z info: Microsoft.AspNetCore.Hosting.Diagnostics[2]",
            "      Request finished HTTP/1.1 GET http://h/ws - 101 - - 50000.4567ms",
        ],
        Some(1),
        Some(1),
        &[],
    ),
    (
        "websocketd",
        &[
            "Fri, 20 Nov 2026 14:00:00 +0000 | INFO   | server     |  | Serving using application   : ./count.sh",
            "Fri, 20 Nov 2026 14:00:01 +0000 | ACCESS | session    | url:'http://h/' id:'1795183201' remote:'203.0.113.7' command:'./count.sh' origin:'http://h' | CONNECT",
            "Fri, 20 Nov 2026 14:00:09 +0000 | ACCESS | session    | url:'http://h/' id:'1795183201' remote:'203.0.113.7' command:'./count.sh' origin:'http://h' pid:'1006' | DISCONNECT",
        ],
        Some(1),
        Some(1),
        &[],
    ),
    (
        "Action Cable with its tags",
        &[
            "I, [2026-11-20T14:00:00.123456 #812]  INFO -- : [ActionCable] [7] Registered connection (Z2lkOi8vYXBwL1VzZXIvNw)",
            "I, [2026-11-20T14:00:00.123456 #812]  INFO -- : Successfully upgraded to WebSocket (REQUEST_METHOD: GET, HTTP_CONNECTION: Upgrade, HTTP_UPGRADE: websocket)",
            "I, [2026-11-20T14:00:09.123456 #812]  INFO -- : [ActionCable] [7] Finished \"/cable/\" [WebSocket] for 203.0.113.7 at 2026-11-20 14:00:09 +0000",
        ],
        Some(1),
        Some(1),
        &[],
    ),
    (
        "Laravel Reverb",
        &[
            "  2026-11-20 14:00:00 Connection Established ................. 812.006",
            "  2026-11-20 14:00:09 Connection Closed ...................... 812.006",
        ],
        Some(1),
        Some(1),
        &[],
    ),
    (
        "ws of Node with its code and the reason as a buffer",
        &[
            "2026-11-20T14:00:00.000Z client connected 203.0.113.7",
            "2026-11-20T14:00:09.000Z Client disconnected with code 1006 and reason ''",
        ],
        Some(1),
        Some(1),
        &[1006],
    ),
];

#[test]
fn servers_of_frameworks() {
    check(SERVERS_OF_FRAMEWORKS);
}
