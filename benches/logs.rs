//! `herdtop logs` against the runbook's `awk … | sort`, over a day of a log.
//!
//! `cargo bench --bench logs`: writes ten million lines into a temporary folder,
//! runs both over them in turns and prints the best time of each. `awk` only
//! counts the connects; herdtop finds closes, codes, errors and herds as well. With
//! patterns of one's own it does so by regular expressions with groups.
//! Ends with 1 when herdtop is the slower one, or miscounts.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A line of the table.
macro_rules! say {
    ($($what:tt)*) => {{
        use std::io::Write;
        writeln!(std::io::stdout(), $($what)*).expect("somebody reads")
    }};
}

const LINES: u64 = 10_000_000;
const DAY: u64 = 86_400;
/// Runs of each; the best counts, since other programs only make it slower.
const RUNS: u32 = 3;
/// The runbook's line.
const RUNBOOK: &str = "awk '/WebSocket connected/{t=substr($1,1,19); count[t]++} END{for(k in count) print k, count[k]}' app.log | sort";

/// Patterns of one's own, as a user writes them.
const OWN: [&str; 4] = [
    "--log-open",
    r"WebSocket connected client=\d+",
    "--log-close",
    r"disconnected client=\d+ code=(?<code>\d+) reason=(?<reason>\S+)",
];

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut slower = false;
    say!("log of {LINES} lines                   MB     awk | sort      herdtop   awk/herdtop");
    for (name, plan) in [("connects and closes only", &[6, 6, 0]), ("one line in ten", &[1, 1, 18])]
    {
        let connects = write(&folder.path().join("app.log"), plan);
        slower |= compare(folder.path(), name, connects, &[]);
        slower |= compare(folder.path(), "  patterns of one's own", connects, &OWN);
    }
    std::process::exit(i32::from(slower));
}

/// Writes the log: so many connects, closes and other lines of each group, evenly
/// over a day; how many connects.
fn write(path: &Path, plan: &[u64; 3]) -> u64 {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path).expect("a file"));
    let [opens, closes, _] = *plan;
    let group: u64 = plan.iter().sum();
    let mut connects = 0;
    for n in 0..LINES {
        let millis = n * DAY * 1000 / LINES;
        let (second, millis) = (millis / 1000, millis % 1000);
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        let head = format!(
            "2026-11-21T{hour:02}:{minute:02}:{second:02}.{millis:03}Z INFO [worker {}]",
            n % 8
        );
        let at = n % group;
        let line = if at < opens {
            connects += 1;
            writeln!(
                out,
                "{head} WebSocket connected client={n} path=/ws/chat ip=10.0.{}.{}",
                n / 251 % 251,
                n % 251
            )
        } else if at < opens + closes {
            writeln!(out, "{head} WebSocket disconnected client={n} code=1001 reason=going_away")
        } else {
            writeln!(
                out,
                "{head} message client={n} type=chat bytes=412 room=lobby took=3ms queue=0"
            )
        };
        line.expect("room for the log");
    }
    out.flush().expect("room for the log");
    connects
}

/// Runs both in turns and prints them; whether herdtop was slower.
fn compare(folder: &Path, name: &str, connects: u64, own: &[&str]) -> bool {
    let size = std::fs::metadata(folder.join("app.log")).expect("the log").len();
    let (mut awk, mut ours) = (Duration::MAX, Duration::MAX);
    for _ in 0..RUNS {
        awk = awk.min(time(Command::new("sh").args(["-c", RUNBOOK]).current_dir(folder)).0);
        let (took, said) = time(
            Command::new(env!("CARGO_BIN_EXE_herdtop"))
                .args(["logs", "--json", "app.log"])
                .args(own)
                .env("XDG_CONFIG_HOME", folder)
                .current_dir(folder),
        );
        ours = ours.min(took);
        let told = format!("\"opened\":{{\"total\":{connects},");
        assert!(said.contains(&told), "{told} is not in {said}");
        assert!(said.contains("\"herds\":[]"), "a day without a herd: {said}");
    }
    let ratio = awk.as_secs_f64() / ours.as_secs_f64();
    let rate =
        |took: Duration| (Duration::from_secs(size) / 1_000_000).as_secs_f64() / took.as_secs_f64();
    say!(
        "{name:<28} {:>8}   {:>5.2} s {:>4.0} MB/s   {:>5.2} s {:>4.0} MB/s   {ratio:>5.2}",
        size / 1_000_000,
        awk.as_secs_f64(),
        rate(awk),
        ours.as_secs_f64(),
        rate(ours),
    );
    ratio < 1.0
}

fn time(command: &mut Command) -> (Duration, String) {
    let start = Instant::now();
    let output = command.stderr(Stdio::inherit()).output().expect("it runs");
    let took = start.elapsed();
    assert!(output.status.success(), "{command:?}");
    (took, String::from_utf8_lossy(&output.stdout).into_owned())
}
