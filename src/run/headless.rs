//! Without a screen: one line or one document per interval.

use std::io::{self, Write};
use std::ops::ControlFlow;

use super::analysis::Analysis;
use super::drive::{Front, drive};
use super::live::Live;
use super::signals::{Asked, Signals};
use super::textfile::Textfile;
use crate::cli::StreamArgs;
use crate::config::Settings;
use crate::output::{self, Out, Span};

/// One plain line per interval until a signal, or until nobody reads.
pub(super) async fn plain(settings: &Settings) -> anyhow::Result<u8> {
    let live = Live::start(settings)?;
    follow(live, settings, plain_line).await
}

/// One JSON document per interval.
pub(super) async fn stream(args: StreamArgs) -> anyhow::Result<u8> {
    let mut settings = Settings::resolve(args.live)?;
    if args.ring {
        settings.keep_ring()?;
    }
    super::say_notes(&settings);
    let textfile = args.textfile.as_deref().map(Textfile::new).transpose()?;
    let live = Live::start(&settings)?;
    if let Some(textfile) = textfile {
        return write(live, &settings, &textfile).await;
    }
    follow(live, &settings, |analysis| analysis.document(Span::LastInterval)).await
}

/// The line of this moment.
pub(super) fn plain_line(analysis: &Analysis) -> Option<String> {
    let snapshot = analysis.session.snapshot()?;
    let focus = output::focused(snapshot, analysis.focus());
    Some(output::line(snapshot, analysis.session.verdict()?, focus, analysis.zone))
}

/// A file instead of documents. One that cannot be written, as on a full disk, is tried
/// again with the next figures, and that is said once.
async fn write(mut live: Live, settings: &Settings, textfile: &Textfile) -> anyhow::Result<u8> {
    let mut has_complained = false;
    let mut front = Each::new(|analysis| {
        match textfile.write(analysis) {
            Ok(()) => has_complained = false,
            Err(error) if !has_complained => {
                has_complained = true;
                let _ = writeln!(io::stderr(), "herdtop: --textfile: {error}; tried again");
            }
            Err(_) => {}
        }
        Ok(true)
    })?;
    let code = drive(&mut live, settings.interval, None, &mut front).await;
    live.close().await;
    Ok(code?.unwrap_or(0))
}

async fn follow(
    mut live: Live,
    settings: &Settings,
    tell: impl Fn(&Analysis) -> Option<String>,
) -> anyhow::Result<u8> {
    let mut out = Out::default();
    let mut front = Each::new(|analysis| {
        // Before the first walk there is nothing to tell.
        let ready = analysis.session.snapshot().is_some_and(|s| s.ready);
        match tell(analysis) {
            Some(text) if ready => out.line(&text),
            _ => Ok(true),
        }
    })?;
    let code = drive(&mut live, settings.interval, None, &mut front).await;
    live.close().await;
    Ok(code?.unwrap_or(0))
}

/// Calls a function each interval, until it says that nobody listens any more.
pub(super) struct Each<F> {
    signals: Signals,
    each: F,
}

impl<F: FnMut(&Analysis) -> io::Result<bool>> Each<F> {
    pub(super) fn new(each: F) -> anyhow::Result<Self> {
        Ok(Self { signals: Signals::listen(false)?, each })
    }
}

impl<F: FnMut(&Analysis) -> io::Result<bool>> Front for Each<F> {
    type Input = Asked;

    async fn next(&mut self) -> Asked {
        self.signals.next().await
    }

    fn handle(&mut self, _: &mut Live, asked: Asked) -> anyhow::Result<ControlFlow<u8>> {
        Ok(match asked {
            Asked::End(code) => ControlFlow::Break(code),
            Asked::Stop | Asked::Continued => ControlFlow::Continue(()),
        })
    }

    fn derived(&mut self, live: &mut Live) -> anyhow::Result<ControlFlow<u8>> {
        live.notify_stderr();
        let goes_on = (self.each)(&live.analysis)?;
        Ok(if goes_on { ControlFlow::Continue(()) } else { ControlFlow::Break(0) })
    }
}
