//! In a tmux pane, as many keep it for weeks: detached, and attached again by a
//! terminal of another size.

use std::path::PathBuf;
use std::process::{Command, Output};

use super::harness::{Ends, Service, Terminal};

/// A tmux server of our own with one pane. Dropping it ends it.
struct Tmux {
    folder: tempfile::TempDir,
}

impl Tmux {
    /// A shell in the pane runs the program on these arguments, says its exit code,
    /// and waits.
    fn start(arguments: &str) -> Self {
        let tmux = Self { folder: tempfile::tempdir().expect("a folder") };
        let binary = env!("CARGO_BIN_EXE_herdtop");
        let line = format!("echo before; {binary} {arguments}; echo its code is $?; cat");
        tmux.told(&["new-session", "-d", "-s", "herd", "-x", "120", "-y", "36", &line]);
        tmux.told(&["set-option", "-g", "status", "off"]);
        tmux
    }

    fn command(&self, arguments: &[&str]) -> Output {
        let home = self.folder.path();
        Command::new("tmux")
            .args(["-L", "herd", "-f", "/dev/null"])
            .args(arguments)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .envs([("LANG", "C.UTF-8"), ("TERM", "xterm-256color"), ("SHELL", "/bin/sh")])
            .envs([("TMUX_TMPDIR", home), ("HOME", home), ("XDG_CONFIG_HOME", home)])
            .output()
            .expect("tmux, see tests/run.sh")
    }

    /// What it says to a command it has to understand.
    fn told(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "tmux {arguments:?}: {stderr}");
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    /// A terminal of this size attached to the pane, once the whole pane has it.
    fn attach(&self, columns: u16, rows: u16) -> Terminal {
        let folder = self.folder.path().to_str().expect("UTF-8");
        let arguments = ["-L", "herd", "-f", "/dev/null", "attach-session", "-t", "herd"];
        let variables = [("TMUX_TMPDIR", folder)];
        let ends = Ends::default();
        Terminal::run("tmux", (columns, rows), &arguments, &variables, ends)
    }

    /// The pane, a line each, without blanks at the ends.
    fn pane(&self) -> String {
        trimmed(&self.told(&["capture-pane", "-p", "-t", "herd"]))
    }

    /// Copies what the program writes from now on.
    fn copy(&self, name: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, "").expect("a file");
        self.told(&["pipe-pane", "-t", "herd", &format!("cat >> {}", path.display())]);
        path
    }
}

impl Drop for Tmux {
    fn drop(&mut self) {
        self.command(&["kill-server"]);
    }
}

fn trimmed(text: &str) -> String {
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim_end().to_owned()
}

/// What these bytes make of an empty terminal.
fn alone(bytes: &[u8], columns: u16, rows: u16) -> String {
    let mut parser = vt100::Parser::new(
        rows.try_into().expect("a size"),
        columns.try_into().expect("a size"),
        0,
    );
    parser.process(bytes);
    trimmed(&parser.screen().contents())
}

#[test]
#[ignore = "wants tmux; run by tests/run.sh"]
fn attached_again_at_another_size_the_whole_frame_is_there_and_nothing_else() {
    let service = Service::with(9);
    let tmux = Tmux::start(&format!("-p {} -c 100", service.port));
    let client = tmux.attach(120, 36);
    client.shows("9 of 100");
    // What stands still can be compared to the cell.
    client.types(" ");
    client.shows("PAUSED");
    client.shows("resume");
    tmux.told(&["detach-client", "-s", "herd"]);
    client.shows("[detached (from session herd)]");
    drop(client);
    let mut full = 0;
    for (columns, rows, last) in [(80, 24, "? help"), (44, 12, ""), (160, 45, "? help")] {
        let copy = tmux.copy(&format!("{columns}"));
        let client = tmux.attach(columns, rows);
        client.wait_for("a frame of this size", |screen| {
            let contents = trimmed(&screen.contents());
            let lines: Vec<_> = contents.lines().collect();
            let size = tmux.told(&["display-message", "-p", "-t", "herd", "#{pane_width}"]);
            size.trim() == columns.to_string()
                && contents == tmux.pane()
                && contents.contains("‖")
                && (last.is_empty() || lines.len() == usize::from(rows))
                && lines.last().is_some_and(|line| line.contains(last))
        });
        let pane = tmux.pane();
        // Drawn anew onto an empty screen it is the same: nothing was left over,
        // and nothing was missing.
        let before = std::fs::read(&copy).expect("the copy").len();
        client.types("\u{c}");
        client.wait_for("the same frame anew", |_| {
            let bytes = std::fs::read(&copy).expect("the copy");
            alone(&bytes[before..], columns, rows) == pane
        });
        assert_eq!(tmux.pane(), pane, "{columns}x{rows}");
        full += usize::from(pane.contains("CONNECTIONS/s"));
        tmux.told(&["detach-client", "-s", "herd"]);
        client.shows("[detached (from session herd)]");
    }
    assert_eq!(full, 2, "80x24 and 160x45 have a chart with a title");
    let client = tmux.attach(120, 36);
    client.types("q");
    client.shows("its code is 0");
    let pane = tmux.pane();
    assert!(pane.starts_with("before\n"), "the screen before came back: {pane}");
    assert!(!pane.contains("PAUSED") && !pane.contains('\u{1b}'), "{pane}");
}
