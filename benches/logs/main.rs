//! `herdtop logs` against the runbook's `mawk … | sort`, over a day of a log.
//!
//! `cargo bench --bench logs`: ten million lines of words, nginx, pino and docker, and
//! one million of every other format, always the same ones, written into a temporary
//! folder before anything is timed; runs both over them in turns and prints the best
//! time of each, and the most memory herdtop took.
//! `mawk` only counts the connects; herdtop finds closes, codes, errors, addresses
//! and herds as well. On a busy machine the last column but one says more: the ratio of
//! the processor time of both, whatever else ran. With patterns of one's own it does so by regular expressions
//! with groups. Ends with 1 when herdtop is the slower one, miscounts, or takes more
//! than 64 MB for a day of a million connections.
//!
//! `HERDTOP_BENCH_LINES=N` makes all of them shorter, `HERDTOP_BENCH_RUNS=N` sets how
//! often each runs, `HERDTOP_BENCH_ONLY=NAME` takes the formats with that in their name.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

mod lines;

use lines::{Line, Moment};

/// A line of the table.
macro_rules! say {
    ($($what:tt)*) => {{
        use std::io::Write;
        writeln!(std::io::stdout(), $($what)*).expect("somebody reads")
    }};
}

const LINES: u64 = 10_000_000;
const OTHERS: u64 = 1_000_000;
const DAY: u64 = 86_400;
/// Runs of each; the best counts, since other programs only make it slower.
const RUNS: u64 = 3;
/// A day of a million connections takes no more, in KiB.
const MEMORY: u64 = 64 << 10;

/// Patterns of one's own, as a user writes them.
const OWN: [&str; 4] = [
    "--log-open",
    r"WebSocket connected client=\d+",
    "--log-close",
    r"disconnected client=\d+ code=(?<code>\d+) reason=(?<reason>\S+)",
];

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let number = |name| std::env::var(name).ok().and_then(|n| n.parse().ok());
    let asked = number("HERDTOP_BENCH_LINES");
    let runs = number("HERDTOP_BENCH_RUNS").unwrap_or(RUNS);
    let only = std::env::var("HERDTOP_BENCH_ONLY").unwrap_or_default();
    let mut bad = false;
    say!(
        "log                          lines      MB   mawk | sort      herdtop   mawk/herdtop   CPU   MB"
    );
    for format in lines::all().filter(|format| format.name.contains(&only)) {
        let most = if format.large { LINES } else { OTHERS };
        let lines = asked.map_or(most, |asked: u64| asked.min(most));
        let connects = write(&folder.path().join("app.log"), format, lines);
        bad |= compare(folder.path(), format, format.name, connects, (lines, runs), &[]);
        if format.own {
            let name = "  patterns of one's own";
            bad |= compare(folder.path(), format, name, connects, (lines, runs), &OWN);
        }
    }
    std::process::exit(i32::from(bad));
}

/// Writes the log, evenly over a day; how many connects it tells.
fn write(path: &Path, format: &Line, lines: u64) -> u64 {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path).expect("a file"));
    let mut connects = 0;
    for n in 0..lines {
        let millis = n * DAY * 1000 / lines;
        let (text, connect) = (format.write)(n, &Moment::of(millis));
        connects += u64::from(connect);
        writeln!(out, "{text}").expect("room for the log");
    }
    out.flush().expect("room for the log");
    connects
}

/// Runs both in turns and prints them; whether herdtop was slower, or too large.
fn compare(
    folder: &Path,
    format: &Line,
    name: &str,
    connects: u64,
    (lines, runs): (u64, u64),
    own: &[&str],
) -> bool {
    let size = std::fs::metadata(folder.join("app.log")).expect("the log").len();
    let (mut awk, mut ours, mut memory) = (Duration::MAX, Duration::MAX, 0);
    let (mut awk_ticks, mut our_ticks) = (u64::MAX, u64::MAX);
    let runbook = format!(
        "mawk '{}{{t={}; count[t]++}} END{{for(k in count) print k, count[k]}}' app.log | sort",
        format.pattern, format.second
    );
    for _ in 0..runs {
        let before = ticks();
        awk = awk.min(time(Command::new("sh").args(["-c", &runbook]).current_dir(folder)).0);
        let between = ticks();
        awk_ticks = awk_ticks.min(between - before);
        let (took, said, most) = measure(
            Command::new(env!("CARGO_BIN_EXE_herdtop"))
                .args(["logs", "--json", "app.log"])
                .args(own)
                .env("XDG_CONFIG_HOME", folder)
                .env("TZ", "UTC")
                .current_dir(folder),
            &folder.join("said.json"),
        );
        ours = ours.min(took);
        our_ticks = our_ticks.min(ticks() - between);
        memory = memory.max(most);
        let told = format!("\"opened\":{{\"total\":{connects},");
        assert!(said.contains(&told), "{name}: {told} is not in {said}");
        assert!(said.contains("\"herds\":[]"), "{name}: a day without a herd: {said}");
    }
    let ratio = awk.as_secs_f64() / ours.as_secs_f64();
    say!(
        "{name:<26} {lines:>8} {:>7}   {:>8.2} s   {:>8.2} s   {ratio:>11.2}   {:>5.2}   {:>4}",
        size / 1_000_000,
        awk.as_secs_f64(),
        ours.as_secs_f64(),
        share(awk_ticks, our_ticks),
        memory / 1024,
    );
    ratio < 1.0 || memory > MEMORY
}

/// Processor time of all children that have ended, in hundredths of a second.
fn ticks() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("our own");
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(13).take(2);
    fields.filter_map(|ticks| ticks.parse::<u64>().ok()).sum()
}

fn share(of: u64, to: u64) -> f64 {
    let float = |ticks: u64| f64::from(u32::try_from(ticks).unwrap_or(u32::MAX));
    float(of) / float(to.max(1))
}

fn time(command: &mut Command) -> (Duration, String) {
    let start = Instant::now();
    let output = command.stderr(Stdio::inherit()).output().expect("it runs");
    let took = start.elapsed();
    assert!(output.status.success(), "{command:?}");
    (took, String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs it; how long it took, what it said, and its most memory in KiB.
fn measure(command: &mut Command, said: &Path) -> (Duration, String, u64) {
    let out = File::create(said).expect("room");
    let start = Instant::now();
    let mut child = command.stdout(out).stderr(Stdio::inherit()).spawn().expect("it runs");
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    let ended = loop {
        if let Some(ended) = child.try_wait().expect("a child") {
            break ended;
        }
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let size = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
        most = most.max(size.unwrap_or(0));
        std::thread::sleep(Duration::from_millis(5));
    };
    let took = start.elapsed();
    assert!(ended.success(), "{command:?}");
    (took, std::fs::read_to_string(said).expect("text"), most)
}
