//! The stage: namespaces, servers, clients, and the program that records them.

use std::fs;
use std::io::Write;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use rustix::process::{Pid, Signal, kill_process};

use super::Outcome;

/// Clients of the gateway over the seconds of the recording.
const STORY: [(u64, u64); 7] =
    [(0, 2400), (300, 2400), (425, 2960), (465, 5200), (545, 5200), (600, 2600), (655, 2600)];
/// Before it begins everybody arrives.
const ARRIVAL: u64 = 60;
/// When the gateway is restarted.
const RESTART: u64 = 455;

/// Makes the namespaces and goes on [`inside`] them.
pub(crate) fn outside(file: &str, program: &str) -> Outcome {
    let (file, program) = (std::path::absolute(file)?, fs::canonicalize(program)?);
    let done = Command::new("unshare")
        .args(["--uts", "--net", "--mount", "--pid", "--cgroup", "--fork", "--mount-proc"])
        .arg(std::env::current_exe()?)
        .args(["inside".as_ref(), file.as_os_str(), program.as_os_str()])
        .status()?;
    if done.success() { Ok(()) } else { Err("it ended early; it needs root".into()) }
}

fn shell(script: &str) -> Outcome {
    let done = Command::new("sh").args(["-ec", script]).status()?;
    if done.success() { Ok(()) } else { Err(format!("failed: {script}").into()) }
}

/// Plays the story and records it.
pub(crate) fn inside(file: &str, program: &str) -> Outcome {
    let me = std::env::current_exe()?;
    let raw = format!("{file}.raw");
    shell(
        "hostname edge-07; ip link set lo up; ip addr add 10.4.0.7/32 dev lo
         ip route add local 10.20.0.0/16 dev lo
         sysctl -qw net.ipv4.ip_local_port_range='10000 65000'
         mount -t tmpfs none /var/log; mount -t tmpfs none /opt
         echo '127.0.0.1 localhost\n10.4.0.7 edge-07' > /opt/hosts
         mount --bind /opt/hosts /etc/hosts",
    )?;
    for name in ["gateway", "chat", "presence", "crowd"] {
        symlink(&me, Path::new("/opt").join(name))?;
    }
    symlink(program, "/opt/herdtop")?;
    let mut gateway = serve("gateway", "0.0.0.0:8080", "4000", "warm")?;
    let mut others = [
        serve("chat", "0.0.0.0:8443", "4000", "warm")?,
        serve("presence", "10.4.0.7:9001", "4000", "warm")?,
    ];
    let mut crowd = Command::new("/opt/crowd").arg("crowd").stdin(Stdio::piped()).spawn()?;
    let tell = crowd.stdin.take().ok_or("no pipe")?;
    arrive(&tell);
    let mut recorder = Command::new("/opt/herdtop")
        .args(["stream", "-p", "8080,8443,9001", "--log", "/var/log/gateway.log", "--record"])
        .args([&raw, "ws://edge-07:8080/ws", "ws://edge-07:8443/chat"])
        .args(["ws://edge-07:9001/presence", "--config", "/dev/null"])
        .stdout(fs::File::create("/opt/stream.json")?)
        .spawn()?;
    play(&tell, &mut gateway)?;
    kill_process(Pid::from_child(&recorder), Signal::INT)?;
    recorder.wait()?;
    drop(tell);
    for child in others.iter_mut().chain([&mut gateway, &mut crowd]) {
        child.kill()?;
        child.wait()?;
    }
    pack(&raw, file)
}

/// Started so, a server is called what its link is called.
fn serve(name: &str, address: &str, admitted: &str, warm: &str) -> std::io::Result<Child> {
    let path = Path::new("/opt").join(name);
    Command::new(path).args(["serve", address, admitted, warm]).spawn()
}

fn arrive(mut tell: &ChildStdin) {
    for second in 0..ARRIVAL {
        let share = |most: u64| most * (second + 1) / (ARRIVAL - 5);
        let line = format!("0 {}\n1 {}\n2 {}\n", share(STORY[0].1), share(700), share(300));
        let _ = tell.write_all(line.as_bytes());
        std::thread::sleep(Duration::from_secs(1));
    }
}

fn play(mut tell: &ChildStdin, gateway: &mut Child) -> Outcome {
    let began = Instant::now();
    let mut restarted = false;
    while let Some(pair) = {
        let now = began.elapsed().as_secs();
        STORY.windows(2).find(|pair| now < pair[1].0).map(|pair| (now, pair))
    } {
        let (now, pair) = pair;
        let [(from, less), (to, more)] = [pair[0], pair[1]];
        let wanted = (less * (to - now) + more * (now - from)) / (to - from);
        tell.write_all(format!("0 {wanted}\n").as_bytes())?;
        if now >= RESTART && !restarted {
            restarted = true;
            kill_process(Pid::from_child(gateway), Signal::TERM)?;
            gateway.wait()?;
            *gateway = serve("gateway", "0.0.0.0:8080", "4000", "cold")?;
        }
        std::thread::sleep(Duration::from_millis(500));
    }
    Ok(())
}

/// One member instead of one a second, a quarter of the size, and the release of
/// this kernel is nobody's business. The samples stay as they are.
fn pack(raw: &str, file: &str) -> Outcome {
    let mut text = String::new();
    std::io::Read::read_to_string(&mut MultiGzDecoder::new(fs::File::open(raw)?), &mut text)?;
    let (header, samples) = text.split_once('\n').ok_or("an empty recording")?;
    let mut header: serde_json::Value = serde_json::from_str(header)?;
    header["host"]["kernel"] = "6.12".into();
    let mut packed = GzEncoder::new(fs::File::create(file)?, Compression::best());
    write!(packed, "{header}\n{samples}")?;
    packed.finish()?;
    fs::remove_file(raw)?;
    Ok(())
}
