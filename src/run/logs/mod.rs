//! `herdtop logs`: what happened, from the application's own log.
//!
//! In a terminal the screens over it, else a summary. Both read it in slices, so
//! that a key or a signal is heard at once, however long the log is.

mod herds;
mod reading;
mod screen;

use std::path::{Path, PathBuf};

use self::reading::{Came, LogRun};
use super::analysis::{Analysis, host_name};
use super::console::TerminalOptions;
use super::look::CurrentLook;
use super::signals::{Asked, Signals};
use crate::cli::{LiveArgs, LogsArgs};
use crate::clock::{Clock, SystemClock};
use crate::config::Settings;
use crate::model::ModelConfig;
use crate::output::{self, Out, Span};
use crate::source::log::{self, Batch};
use crate::term;
use crate::text;

/// Reads the logs and shows, or prints, what they tell.
pub(super) async fn logs(args: LogsArgs) -> anyhow::Result<u8> {
    let LogsArgs {
        files,
        log,
        herd_factor,
        names,
        config,
        explain,
        json,
        no_screen,
        look,
        origins,
    } = args;
    let mut live = LiveArgs { herd_factor, look, config, origins, ..LiveArgs::default() };
    live.log.lines = log;
    live.probe.code = names;
    let settings = Settings::resolve(live)?;
    let current_look = CurrentLook::choose(&settings)?;
    if explain {
        return show(&files, &settings);
    }
    let batch = Batch::start(&files, &settings.log).map_err(anyhow::Error::msg)?;
    let mut reading = LogRun::of(analysis(&settings, &files), batch, name(&files));
    reading.analysis.zone = settings.zone;
    let plain = settings.plain && !json;
    if !json && !no_screen && !plain && term::is_screen() {
        let mut app = crate::run::screen::app(&reading.analysis, &settings);
        app.take_settings(settings.of_logs(&files), settings.file().to_owned());
        return screen::run(reading, app, TerminalOptions::of(&settings), current_look).await;
    }
    super::say_notes(&settings);
    if plain {
        reading.speak();
    }
    let stopped = read(&mut reading).await?;
    reading.end()?;
    let text = if json { reading.analysis.document(Span::WholeRun) } else { reading.summary() };
    Out::default().line(&text.unwrap_or_default())?;
    // Standard input has no end but this one: what was asked for was done. Of a
    // file something is missing, and a script has to know.
    let endless = files.iter().any(|file| file.as_os_str() == "-");
    Ok(stopped.filter(|code| !(endless && *code == INTERRUPTED)).unwrap_or(0))
}

/// Shows how the lines of each are read.
fn show(files: &[PathBuf], settings: &Settings) -> anyhow::Result<u8> {
    let mut pages = Vec::new();
    for file in files {
        let explained = log::explain(file, &settings.log).map_err(anyhow::Error::msg)?;
        pages.push(output::log_explained(&explained, super::explain::columns()));
    }
    Out::default().line(&pages.join("\n\n"))?;
    Ok(0)
}

/// The exit code of who was ended by Ctrl-C, as shells count.
const INTERRUPTED: u8 = 130;

/// Reads to the end, or to where a signal ends it: its exit code then.
async fn read(reading: &mut LogRun) -> anyhow::Result<Option<u8>> {
    let mut signals = Signals::listen(false)?;
    let mut stopped = None;
    loop {
        tokio::select! {
            biased;
            asked = signals.next() => if let Asked::End(code) = asked {
                if stopped.replace(code).is_some() {
                    // Asked twice: not even the summary is waited for.
                    return Ok(stopped);
                }
                reading.stop();
            },
            came = reading.slice() => match came {
                Came::Some => if !reading.tell()? { reading.stop() },
                Came::End => {
                    reading.tell()?;
                    return Ok(stopped);
                }
            },
        }
    }
}

/// An analysis without sources of its own, whose clock is the log's.
fn analysis(settings: &Settings, files: &[PathBuf]) -> Analysis {
    let model = ModelConfig { only_probes: true, ..settings.model() };
    let (made, names) = ((model, settings.thresholds.clone()), settings.names.clone());
    Analysis::new(made, host_name(), names, name(files), SystemClock::start().now())
}

/// `app.log`, or `app.log and 7 more`.
fn name(files: &[PathBuf]) -> String {
    let first = files.first().map_or(Path::new("-"), PathBuf::as_path);
    let shown = text::clean(&first.file_name().unwrap_or(first.as_os_str()).to_string_lossy(), 40);
    match files.len().saturating_sub(1) {
        0 if shown == "-" => "standard input".to_owned(),
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
