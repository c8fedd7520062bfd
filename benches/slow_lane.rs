//! What one count of 10 000 connections costs: ours, `ss`, and the bare kernel
//! dump, in one run, as ratios. `cargo bench --bench slow_lane [-- CONNECTIONS]`.
//!
//! CPU time, not wall time: ours and the bare dump by the thread's clock, `ss`
//! by what the kernel accounts to our children (10 ms ticks, so many runs).

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use herdtop::clock::SystemClock;
use herdtop::sample::{Reading, WalkScope};
use herdtop::source::host::{Host, NetNs, Options, WalkFor, Watch};
use netlink_packet_core::{Emitable, NLM_F_DUMP, NLM_F_REQUEST, NetlinkHeader};
use netlink_packet_sock_diag::inet::{ExtensionFlags, InetRequest, SocketId, StateFlags};
use netlink_packet_sock_diag::{AF_INET, IPPROTO_TCP, SOCK_DIAG_BY_FAMILY};
use netlink_sys::{Socket, SocketAddr, protocols::NETLINK_SOCK_DIAG};
use rustix::time::{ClockId, clock_gettime};

const ROUNDS: usize = 40;
const DEFAULT_CONNECTIONS: usize = 10_000;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    if let [hold, port, count] = words.as_slice()
        && hold == "hold"
    {
        return hold_open(port.parse().expect("port"), count.parse().expect("count"));
    }
    let connections =
        words.first().map_or(DEFAULT_CONNECTIONS, |n| n.parse().expect("a number of connections"));
    raise_descriptors();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port on loopback");
    let port = listener.local_addr().expect("its address").port();
    let mut client = spawn_client(port, connections);
    let held: Vec<TcpStream> =
        (0..connections).map(|_| listener.accept().expect("a connection").0).collect();

    // Alternated, so that a busy neighbour bothers all three alike.
    let mut dumper = Socket::new(NETLINK_SOCK_DIAG).expect("sock_diag");
    dumper.bind_auto().expect("bound");
    dumper.connect(&SocketAddr::new(0, 0)).expect("connected");
    let (host, mut samples) = start_host(port);
    let (mut ours, mut bare, mut ss) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(our_walk(&host, &mut samples, connections));
        bare.push(bare_dump(&dumper, port));
        ss.push(ss_run(port, connections));
    }
    let (ours, bare) = (median(&mut ours), median(&mut bare));
    let ss = ss.iter().sum::<Duration>() / u32::try_from(ROUNDS).expect("few");
    let line = |name: &str, cost: Duration| {
        let ms = cost.as_secs_f64() * 1e3;
        let (to_ss, to_bare) = (ratio(cost, ss), ratio(cost, bare));
        let text =
            format!("{name:28} {ms:8.2} ms  {to_ss:5.2} of ss  {to_bare:5.2} of the bare dump");
        writeln!(std::io::stdout(), "{text}").expect("standard output");
    };
    writeln!(std::io::stdout(), "one count of {connections} connections, CPU, {ROUNDS} rounds")
        .expect("standard output");
    line("herdtop slow lane", ours);
    line("bare kernel dump", bare);
    line("ss -Htn state established", ss);
    drop(held);
    client.kill().expect("the client ends");
    client.wait().expect("and is reaped");
}

fn ratio(cost: Duration, of: Duration) -> f64 {
    cost.as_secs_f64() / of.as_secs_f64().max(1e-9)
}

fn median(costs: &mut [Duration]) -> Duration {
    costs.sort_unstable();
    costs[costs.len() / 2]
}

/// Both halves of 10 000 connections do not fit under one limit of descriptors:
/// the clients live in a process of their own.
fn spawn_client(port: u16, count: usize) -> Child {
    let program = std::env::current_exe().expect("our own path");
    let arguments = ["hold".to_owned(), port.to_string(), count.to_string()];
    Command::new(program).args(arguments).stdin(Stdio::piped()).spawn().expect("a client process")
}

/// The client process: connects and waits for the end of its input.
fn hold_open(port: u16, count: usize) {
    raise_descriptors();
    let held: Vec<TcpStream> = (0..count)
        .map(|_| TcpStream::connect(("127.0.0.1", port)).expect("a connection"))
        .collect();
    let _ = BufReader::new(std::io::stdin()).read_line(&mut String::new());
    drop(held);
}

fn raise_descriptors() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    setrlimit(Resource::Nofile, raised).expect("the soft limit may rise to the hard one");
}

type Samples = tokio::sync::mpsc::Receiver<herdtop::sample::Sample>;

fn start_host(port: u16) -> (Host, Samples) {
    let (out, samples) = tokio::sync::mpsc::channel(1024);
    let options = Options {
        watch: Watch { ports: [port].into(), ..Watch::default() },
        netns: NetNs::Own,
        walk_share: 0.004,
        prompt: false,
        exact: false,
        procfs_only: false,
        young: false,
    };
    let host = Host::start(options, Arc::new(SystemClock::start()), out).expect("the lanes start");
    (host, samples)
}

/// One walk of the slow lane, as it accounts itself: kernel, parsing, counting.
fn our_walk(host: &Host, samples: &mut Samples, connections: usize) -> Duration {
    host.walk(WalkFor::Verdict);
    loop {
        let sample = samples.blocking_recv().expect("the lanes run");
        if let Some(Reading::Seen(walk)) = sample.walk {
            assert!(matches!(walk.scope, WalkScope::OnePort(_)) && walk.by_sock_diag);
            let seen: u64 = walk.groups.iter().map(|g| g.states.established).sum();
            assert_eq!(seen, connections as u64, "a walk that counts wrong is no walk");
            return walk.cpu;
        }
    }
}

/// The same question, its answers thrown away.
fn bare_dump(socket: &Socket, port: u16) -> Duration {
    let before = clock_gettime(ClockId::ThreadCPUTime);
    let mut id = SocketId::new_v4();
    id.source_port = port;
    let body = InetRequest {
        family: AF_INET,
        protocol: IPPROTO_TCP,
        extensions: ExtensionFlags::empty(),
        states: StateFlags::ESTABLISHED,
        socket_id: id,
    };
    let mut header = NetlinkHeader::default();
    header.length = 72;
    header.message_type = SOCK_DIAG_BY_FAMILY;
    header.flags = NLM_F_REQUEST | NLM_F_DUMP;
    let mut request = [0; 72];
    header.emit(&mut request[..16]);
    body.emit(&mut request[16..]);
    socket.send(&request, 0).expect("sent");
    let mut answer = Vec::with_capacity(32 * 1024);
    loop {
        answer.clear();
        socket.recv(&mut answer, 0).expect("answered");
        // NLMSG_DONE (3) comes in a datagram of its own.
        if answer.get(4..6) == Some(&3u16.to_ne_bytes()) {
            break;
        }
    }
    let after = clock_gettime(ClockId::ThreadCPUTime);
    let spent = |at| Duration::try_from(at).expect("a duration");
    spent(after).saturating_sub(spent(before))
}

/// `ss` for the same connections, by the CPU time of reaped children.
fn ss_run(port: u16, connections: usize) -> Duration {
    let before = children_cpu();
    let filter = format!("( sport = :{port} )");
    let output = Command::new("ss")
        .args(["-Htn", "state", "established", &filter])
        .output()
        .expect("ss of iproute2");
    assert_eq!(output.stdout.split(|&b| b == b'\n').count() - 1, connections);
    children_cpu().checked_sub(before).expect("time goes on")
}

/// `cutime` + `cstime` of `/proc/self/stat`.
fn children_cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("/proc");
    let fields: Vec<&str> = stat.rsplit(')').next().expect("fields").split_whitespace().collect();
    let ticks = |at: usize| fields[at].parse::<u64>().expect("ticks");
    let per_second = rustix::param::clock_ticks_per_second();
    Duration::from_millis((ticks(13) + ticks(14)) * 1000 / per_second)
}
