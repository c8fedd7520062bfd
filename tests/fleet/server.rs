//! A small server that answers as Prometheus does, or as it should not.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

/// One host, as it serves itself.
#[derive(Debug, Clone)]
pub(crate) struct FakeHost {
    pub(crate) name: String,
    pub(crate) severity: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) cause: &'static str,
    pub(crate) open: f64,
    /// Its clock is so many seconds ahead.
    pub(crate) ahead: f64,
    /// Seconds since it was scraped.
    pub(crate) age: f64,
}

impl FakeHost {
    pub(crate) fn well(name: &str) -> Self {
        let (severity, kind, cause) = ("ok", "ok", "none");
        let name = name.to_owned();
        Self { name, severity, kind, cause, open: 400.0, ahead: 0.0, age: 3.0 }
    }
}

/// How it answers.
#[derive(Debug, Clone)]
pub(crate) enum Manner {
    /// With these hosts.
    Hosts(Vec<FakeHost>),
    /// The same, and says that it is a part of them.
    Partial(Vec<FakeHost>),
    /// With these bytes, whatever is asked.
    Bytes(Vec<u8>),
    /// With this status and body.
    Status(&'static str, String),
    /// With so many series, whatever is asked.
    Many(usize),
    /// Not at all.
    Silent,
}

/// It listens until it is dropped.
pub(crate) struct Fake {
    pub(crate) at: SocketAddr,
    manner: Arc<Mutex<Manner>>,
    /// How it will, from the next moment on that is asked about.
    next: Arc<Mutex<Option<Manner>>>,
    /// The forms it was sent.
    asked: Arc<Mutex<Vec<String>>>,
}

impl Fake {
    pub(crate) fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port on loopback");
        let at = listener.local_addr().expect("its address");
        let manner = Arc::new(Mutex::new(manner));
        let fake = Self { at, manner, next: Arc::default(), asked: Arc::default() };
        let (manner, next, asked) = (fake.manner.clone(), fake.next.clone(), fake.asked.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (manner, next, asked) = (manner.clone(), next.clone(), asked.clone());
                std::thread::spawn(move || serve(stream, &manner, &next, &asked));
            }
        });
        fake
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.at)
    }

    /// It answers otherwise from now on; of hosts from the next question of what time it is
    /// on, since all answers of one moment are of the same data.
    pub(crate) fn becomes(&self, manner: Manner) {
        if matches!(manner, Manner::Hosts(_)) {
            *self.next.lock().expect("nobody panics with it") = Some(manner);
        } else {
            *self.manner.lock().expect("nobody panics with it") = manner;
        }
    }

    /// What it was sent so far.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("nobody panics with it").clone()
    }
}

fn serve(
    mut stream: TcpStream,
    manner: &Mutex<Manner>,
    next: &Mutex<Option<Manner>>,
    asked: &Mutex<Vec<String>>,
) {
    stream.set_read_timeout(Some(Duration::from_mins(1))).expect("a timeout");
    while let Some((head, form)) = request(&mut stream) {
        let told = format!("{}\n{form}", head.lines().next().unwrap_or_default());
        asked.lock().expect("nobody panics with it").push(told);
        if field(&form, "query").as_deref() == Some("vector(time())")
            && let Some(next) = next.lock().expect("nobody panics with it").take()
        {
            *manner.lock().expect("nobody panics with it") = next;
        }
        let manner = manner.lock().expect("nobody panics with it").clone();
        let answer = answer(&head, &form, &manner);
        if answer.is_empty() {
            // Until the client has enough of it.
            let _ = stream.read_to_end(&mut Vec::new());
            return;
        }
        if stream.write_all(&answer).is_err() || matches!(manner, Manner::Bytes(_)) {
            return;
        }
    }
}

/// The head and the form; none at the end.
fn request(stream: &mut TcpStream) -> Option<(String, String)> {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while !bytes.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).ok()?;
        bytes.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&bytes).into_owned();
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("content-length").then(|| value.parse().ok())?
    });
    let mut form = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut form).ok()?;
    Some((head, String::from_utf8_lossy(&form).into_owned()))
}

fn answer(head: &str, form: &str, manner: &Manner) -> Vec<u8> {
    let success = |data: Value| {
        let mut body = json!({"status": "success", "data": data});
        if matches!(manner, Manner::Partial(_)) {
            body["warnings"] = json!(["store 'eu-2' did not answer"]);
            body["infos"] = json!(["metric might not be a counter"]);
        }
        http("200 OK", &body.to_string())
    };
    match manner {
        Manner::Hosts(hosts) | Manner::Partial(hosts) => success(data(head, form, hosts)),
        Manner::Bytes(bytes) => bytes.clone(),
        Manner::Status(status, body) => http(status, body),
        Manner::Many(_) if !form.contains("version%29") => success(data(head, form, &[])),
        Manner::Many(many) => {
            let point = json!([now(), "1"]);
            let one = |n| json!({"metric": {"instance": format!("h{n}")}, "value": point});
            let result: Vec<Value> = (0..*many).map(one).collect();
            success(json!({"resultType": "vector", "result": result}))
        }
        Manner::Silent => Vec::new(),
    }
}

pub(crate) fn http(status: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\nContent-Type: application/json\r\n");
    format!("{head}Content-Length: {length}\r\n\r\n{body}").into_bytes()
}

fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs_f64()
}

fn field(form: &str, name: &str) -> Option<String> {
    let pairs = url::form_urlencoded::parse(form.as_bytes());
    pairs.into_iter().find(|(own, _)| own == name).map(|(_, value)| value.into_owned())
}

/// The part of the query language that is asked in, by how each question begins.
fn data(head: &str, form: &str, hosts: &[FakeHost]) -> Value {
    let query = field(form, "query").unwrap_or_default();
    let number = |name: &str| field(form, name).and_then(|text| text.parse::<f64>().ok());
    let at = number("time").unwrap_or_else(now);
    let series = series(&query, hosts, at);
    if query.ends_with("[5m]") {
        let values = json!([[at - 8.0, "1"], [at - 6.0, "1"], [at - 4.0, "1"]]);
        return json!({"resultType": "matrix", "result": [{"metric": {}, "values": values}]});
    }
    if !head.contains("query_range") {
        let one = |(labels, value): &(Value, f64)| json!({"metric": labels, "value": [at, value.to_string()]});
        let result: Vec<Value> = series.iter().map(one).collect();
        return json!({"resultType": "vector", "result": result});
    }
    let (from, to, step) = (number("start"), number("end"), number("step"));
    let (from, to, step) = (from.expect("a start"), to.expect("an end"), step.expect("a step"));
    let moments: Vec<f64> = std::iter::successors(Some(from), |at| Some(at + step))
        .take_while(|at| *at <= to)
        .collect();
    assert!(moments.len() <= 11_000, "Prometheus refuses {} points", moments.len());
    let one = |(labels, value): &(Value, f64)| {
        let values: Vec<Value> = moments.iter().map(|at| json!([at, value.to_string()])).collect();
        json!({"metric": labels, "values": values})
    };
    let result: Vec<Value> = series.iter().map(one).collect();
    json!({"resultType": "matrix", "result": result})
}

fn series(query: &str, hosts: &[FakeHost], at: f64) -> Vec<(Value, f64)> {
    if query == "vector(time())" {
        return vec![(json!({}), at)];
    }
    if query.starts_with("topk(1, herdtop_build_info") {
        return hosts.iter().take(1).map(|host| (json!({"instance": host.name}), 1.0)).collect();
    }
    let only = query.split("instance=\"").nth(1).and_then(|rest| rest.split('"').next());
    let meant: Vec<&FakeHost> =
        hosts.iter().filter(|host| only.is_none_or(|only| host.name == only)).collect();
    let each = |value: &dyn Fn(&FakeHost) -> f64| {
        meant.iter().map(|h| (json!({"instance": h.name, "job": "edge"}), value(h))).collect()
    };
    let begins = |text: &str| query.starts_with(text);
    let of_service = |value: f64| vec![(json!({"service": "8080"}), value)];
    let sum = || meant.iter().map(|host| host.open).sum::<f64>();
    if begins("max by (instance, job, version)") {
        let version = env!("CARGO_PKG_VERSION");
        let labels = |h: &FakeHost| json!({"instance": h.name, "job": "edge", "version": version});
        meant.iter().map(|host| (labels(host), 1.0)).collect()
    } else if begins("max by (instance) (timestamp(") {
        each(&|host| at - host.age)
    } else if begins("max by (instance) (herdtop_sample_timestamp") {
        each(&|host| at - host.age + host.ahead)
    } else if begins("max by (instance, job) (last_over_time(") {
        each(&|host| at - host.age + host.ahead)
    } else if begins("max by (instance) (count_over_time(") {
        each(&|_| 1_800.0)
    } else if begins("max by (instance) (up{") {
        each(&|_| 1.0)
    } else if begins("max by (instance, kind, cause, severity, service)") {
        let labels = |h: &FakeHost| {
            let (severity, kind, cause) = (h.severity, h.kind, h.cause);
            json!({"instance": h.name, "severity": severity, "kind": kind, "cause": cause,
                "service": if kind == "ok" { "" } else { "8080" }})
        };
        meant.iter().map(|host| (labels(host), 1.0)).collect()
    } else if begins("sum by (instance) (max by (instance, service) (herdtop_connections_open") {
        each(&|host| host.open)
    } else if begins("sum by (instance) (max by (instance, service) (rate(herdtop_connection_att") {
        each(&|host| host.open / 100.0)
    } else if begins("sum by (service) (max by (instance, service) (herdtop_connections_open") {
        of_service(sum())
    } else if begins("sum by (service) (max by (instance, service) (rate(") {
        of_service(sum() / 100.0)
    } else if begins("sum by () (max by (instance, service) (herdtop_connections_open") {
        vec![(json!({}), sum())]
    } else if begins("sum by () (max by (instance, service) (rate(") {
        vec![(json!({}), sum() / 100.0)]
    } else {
        Vec::new()
    }
}
