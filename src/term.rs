//! The borrowed terminal: taken by a guard, given back on every way out.
//!
//! The only room that knows crossterm. Four rules learned from its version 0.29
//! and ratatui 0.30: `NO_COLOR` makes it write a reset after every attribute, so
//! colour output is forced and the theme decides; `clear()` asks the terminal
//! for its cursor and hangs where none answers; `draw()` opens `/dev/tty` for
//! the size each time and writes 25 bytes even when nothing changed; standard
//! output tears a frame into 1 KiB pieces. So frames are built in memory, by
//! difference, and written at once.

use std::cell::RefCell;
use std::io::{self, Write};
use std::panic;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::clipboard::CopyToClipboard;
use crossterm::event::{Event, EventStream, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use crossterm::{QueueableCommand, cursor, style, terminal};
use futures_util::StreamExt;
use ratatui::backend::CrosstermBackend;
use ratatui::layout::Rect;
use ratatui::{Terminal, TerminalOptions, Viewport};

use crate::app::{Frame, Key};
use crate::view::{self, Look};

/// Whether the terminal is ours now; the panic hook has to know.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// What comes from the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TermEvent {
    /// A key.
    Key(Key),
    /// The size changed.
    Resized,
    /// The terminal is gone.
    Gone,
}

/// Frames are collected here and written in one piece. Shared, since ratatui's
/// backend does not give its writer out again.
#[derive(Debug, Clone, Default)]
struct Collected(Rc<RefCell<Vec<u8>>>);

impl Write for Collected {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The terminal while it is ours.
pub struct Screen {
    terminal: Terminal<CrosstermBackend<Collected>>,
    collected: Collected,
    synchronized: bool,
    stale: bool,
    /// The title as last set; none = not ours yet.
    titled: Option<String>,
}

impl Screen {
    /// Takes the terminal. From here on dropping this, a panic and every signal
    /// give it back.
    ///
    /// # Errors
    /// When there is no terminal to take.
    pub fn take() -> io::Result<Self> {
        style::force_color_output(true);
        give_back_on_panic();
        enter()?;
        let collected = Collected::default();
        Ok(Self {
            terminal: blank(&collected)?,
            collected,
            // tmux up to 3.6 ignores it, later ones repaint the whole pane for it.
            synchronized: std::env::var_os("TMUX").is_none(),
            stale: true,
            titled: None,
        })
    }

    /// Draws the frame: what differs from the last one, in one write. A terminal
    /// that does not keep up (a slow ssh) gets the next frame instead.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn draw(&mut self, frame: &Frame, look: &Look) -> io::Result<()> {
        if !is_writable() {
            return Ok(());
        }
        if self.stale {
            self.terminal = blank(&self.collected)?;
            self.collected
                .queue(style::ResetColor)?
                .queue(terminal::Clear(terminal::ClearType::All))?;
            self.stale = false;
        }
        let buffer = self.terminal.current_buffer_mut();
        let area = buffer.area;
        view::draw(frame, look, area, buffer);
        self.terminal.flush()?;
        self.terminal.swap_buffers();
        let bytes = self.collected.0.take();
        self.send(&bytes)
    }

    /// Names the window, where that name is a new one.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn title(&mut self, title: &str) -> io::Result<()> {
        if self.titled.as_deref() == Some(title) || !is_writable() {
            return Ok(());
        }
        self.titled = Some(title.to_owned());
        // A control character would end the title and begin a sequence.
        let harmless: String = title.chars().filter(|c| !c.is_control()).collect();
        let mut bytes = Vec::new();
        bytes.queue(terminal::SetTitle(harmless))?;
        write_out(&bytes)
    }

    /// Hands text to the clipboard of the terminal the user sits at (OSC 52),
    /// across ssh. Whether it takes it, it does not tell; tmux asks for
    /// `set -s set-clipboard on`.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn copy(&mut self, text: &str) -> io::Result<()> {
        let mut bytes = Vec::new();
        bytes.queue(CopyToClipboard::to_clipboard_from(text))?;
        write_out(&bytes)
    }

    /// Rings or notifies: bytes that draw nothing.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn attend(&mut self, bytes: &[u8]) -> io::Result<()> {
        if bytes.is_empty() || !is_writable() {
            return Ok(());
        }
        write_out(bytes)
    }

    /// Has the next frame drawn from scratch: after a resize, Ctrl-L, `fg`.
    pub const fn redraw(&mut self) {
        self.stale = true;
    }

    /// Gives the terminal back, stops until `SIGCONT`, takes it again.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn suspend(&mut self) -> io::Result<()> {
        leave();
        // SIGSTOP, since a handler for SIGTSTP would only be called again.
        rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::STOP)?;
        self.resume()
    }

    /// Takes the terminal again: whoever stopped us may have changed it.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn resume(&mut self) -> io::Result<()> {
        enter()?;
        self.titled = None;
        self.redraw();
        Ok(())
    }

    fn send(&self, bytes: &[u8]) -> io::Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        let mut whole = Vec::with_capacity(bytes.len() + 16);
        if self.synchronized {
            whole.queue(terminal::BeginSynchronizedUpdate)?;
        }
        whole.extend_from_slice(bytes);
        if self.synchronized {
            whole.queue(terminal::EndSynchronizedUpdate)?;
        }
        write_out(&whole)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        leave();
    }
}

/// A terminal that believes the screen is empty. The size is asked for once.
fn blank(collected: &Collected) -> io::Result<Terminal<CrosstermBackend<Collected>>> {
    let (columns, rows) = terminal::size()?;
    let viewport = Viewport::Fixed(Rect::new(0, 0, columns, rows));
    Terminal::with_options(CrosstermBackend::new(collected.clone()), TerminalOptions { viewport })
}

/// The terminal keeps the title it had and gets it back (XTWINOPS 22 and 23);
/// one without such a stack is left with none, not with an old verdict.
const KEEP_TITLE: &[u8] = b"\x1b[22;2t";
const OLD_TITLE: &[u8] = b"\x1b]0;\x07\x1b[23;2t";

fn enter() -> io::Result<()> {
    terminal::enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    let mut bytes = Vec::new();
    bytes.extend_from_slice(KEEP_TITLE);
    bytes.queue(terminal::EnterAlternateScreen)?.queue(cursor::Hide)?;
    write_out(&bytes)
}

/// Gives the terminal back; safe to call twice, and without a terminal.
fn leave() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    let mut bytes = Vec::new();
    let queued = bytes
        .queue(style::ResetColor)
        .and_then(|b| b.queue(cursor::Show))
        .and_then(|b| b.queue(terminal::LeaveAlternateScreen));
    let queued = queued.map(|b| b.extend_from_slice(OLD_TITLE));
    // The terminal may be gone: then there is nothing to give back to.
    if queued.is_ok() {
        let _ = write_out(&bytes);
    }
    let _ = terminal::disable_raw_mode();
}

fn write_out(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}

fn is_writable() -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let out = io::stdout();
    let mut fds = [PollFd::new(&out, PollFlags::OUT)];
    let now = Timespec { tv_sec: 0, tv_nsec: 0 };
    // When asking fails the write will tell why.
    poll(&mut fds, Some(&now)).map_or(true, |ready| ready > 0)
}

/// Before a panic speaks, the terminal is given back: its words would be lost
/// with the alternate screen.
fn give_back_on_panic() {
    let speak = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        leave();
        speak(panic);
    }));
}

/// What the user and the terminal do.
#[derive(Debug, Default)]
pub struct TermEvents {
    stream: EventStream,
}

impl TermEvents {
    /// The next event.
    pub async fn next(&mut self) -> TermEvent {
        loop {
            match self.stream.next().await {
                Some(Ok(Event::Key(key))) => {
                    if let Some(key) = translate(key) {
                        return TermEvent::Key(key);
                    }
                }
                Some(Ok(Event::Resize(..))) => return TermEvent::Resized,
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return TermEvent::Gone,
            }
        }
    }
}

fn translate(event: KeyEvent) -> Option<Key> {
    if event.kind == KeyEventKind::Release {
        return None;
    }
    let shift = event.modifiers.contains(KeyModifiers::SHIFT);
    let ctrl = event.modifiers.contains(KeyModifiers::CONTROL);
    Some(match event.code {
        KeyCode::Char(c) if ctrl => Key::Ctrl(c.to_ascii_lowercase()),
        KeyCode::Char(c) => Key::Char(c),
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Left if shift => Key::ShiftLeft,
        KeyCode::Right if shift => Key::ShiftRight,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Esc,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::F(n) => Key::F(n),
        _ => return None,
    })
}
