//! The borrowed terminal: taken by a guard, given back on every way out.
//!
//! The only room that knows crossterm. It does not draw with it, nor with
//! ratatui's `Terminal` over it (0.29 and 0.30): `NO_COLOR` made it write a reset
//! after every attribute, `clear()` asks the terminal for its cursor and hangs
//! where none answers, `draw()` opens `/dev/tty` for the size each time and writes
//! 25 bytes even when nothing changed, standard output tears a frame into 1 KiB
//! pieces. So frames are built in memory, by difference, and written at once, by a
//! thread of its own: a terminal that is not read (an ssh connection that stalls)
//! holds up that thread alone.

mod encode;
mod out;

use std::io;
use std::panic;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crossterm::clipboard::CopyToClipboard;
use crossterm::event::{
    Event, EventStream, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent,
    MouseEventKind,
};
use crossterm::{QueueableCommand, cursor, style, terminal};
use futures_util::{FutureExt, StreamExt};
use ratatui::layout::Rect;

use crate::app::{Frame, Gesture, Hit, Key, Pointer, Shown};
use crate::view::{self, Look};
use encode::Encoder;
use out::Out;

/// Whether the terminal is ours now; the panic hook has to know.
static TAKEN: AtomicBool = AtomicBool::new(false);
/// Whether the mouse is ours while the terminal is.
static MOUSE: AtomicBool = AtomicBool::new(false);

/// What comes from the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TermEvent {
    /// A key.
    Key(Key),
    /// The mouse.
    Pointer(Pointer),
    /// The size changed.
    Resized,
    /// The terminal is gone.
    Gone,
}

/// What a terminal may need for the piece before this frame. One that reads needs
/// far less; one that does not costs this much of the loop, ten times a second.
const PATIENCE: Duration = Duration::from_millis(5);

/// The terminal while it is ours.
pub struct Screen {
    encoder: Encoder,
    /// What goes before the next frame.
    ahead: Vec<u8>,
    out: Out,
    synchronized: bool,
    stale: bool,
    /// A frame was left out since the last one that was sent.
    behind: bool,
    /// What is on the screen, for the mouse.
    seen: Option<Frame>,
    /// Where the button went down last.
    pressed: (u16, u16),
    /// The title as last set; none = not ours yet.
    titled: Option<String>,
}

impl Screen {
    /// Takes the terminal, and its mouse too if wanted. From here on dropping this,
    /// a panic and every signal give it back. `synchronized` frames are shown at
    /// once, by terminals that know DEC private mode 2026.
    ///
    /// # Errors
    /// When there is no terminal to take.
    pub fn take(mouse: bool, synchronized: bool) -> io::Result<Self> {
        MOUSE.store(mouse, Ordering::SeqCst);
        give_back_on_panic();
        write_out(&enter()?)?;
        Ok(Self {
            encoder: blank()?,
            ahead: Vec::new(),
            out: Out::start()?,
            synchronized,
            stale: true,
            behind: false,
            seen: None,
            pressed: (0, 0),
            titled: None,
        })
    }

    /// Draws the frame: what differs from the last one, in one write. A terminal
    /// that does not keep up (a slow ssh) gets the next frame instead.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn draw(&mut self, frame: Frame, look: &Look) -> io::Result<()> {
        self.behind = !self.out.is_free(PATIENCE)?;
        if self.behind {
            return Ok(());
        }
        let mut bytes = std::mem::take(&mut self.ahead);
        if self.stale {
            self.encoder = blank()?;
            bytes.queue(style::ResetColor)?.queue(terminal::Clear(terminal::ClearType::All))?;
            self.stale = false;
        }
        let canvas = self.encoder.canvas();
        let area = canvas.area;
        view::draw(&frame, look, area, canvas);
        self.seen = Some(frame);
        self.encoder.encode(&mut bytes);
        self.send(&bytes)
    }

    /// Whether a frame was left out, so that the screen shows an older one.
    #[must_use]
    pub const fn is_behind(&self) -> bool {
        self.behind
    }

    /// Names the window with the next frame, where that name is a new one.
    ///
    /// # Errors
    /// When the name cannot be put into words of a terminal.
    pub fn title(&mut self, title: &str) -> io::Result<()> {
        if self.titled.as_deref() == Some(title) {
            return Ok(());
        }
        self.titled = Some(title.to_owned());
        // A control character would end the title and begin a sequence.
        let harmless: String = title.chars().filter(|c| !c.is_control()).collect();
        self.ahead.queue(terminal::SetTitle(harmless))?;
        Ok(())
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
        self.out.write(bytes)
    }

    /// Rings or notifies: bytes that draw nothing.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn attend(&mut self, bytes: &[u8]) -> io::Result<()> {
        if bytes.is_empty() || !self.out.is_free(Duration::ZERO)? {
            return Ok(());
        }
        self.out.write(bytes.to_vec())
    }

    /// What came of the frame on a screen of this size.
    #[must_use]
    pub fn shown(&mut self) -> Shown {
        let area = self.area();
        self.seen.as_ref().map(|frame| view::shown(frame, area)).unwrap_or_default()
    }

    /// What lies under the pointer.
    #[must_use]
    pub fn hit(&mut self, pointer: Pointer, look: &Look) -> Option<Hit> {
        let area = self.area();
        let at = (pointer.x, pointer.y);
        if pointer.gesture == Gesture::Press {
            self.pressed = at;
        }
        let frame = self.seen.as_ref()?;
        match pointer.gesture {
            // Whoever drags follows the chart, not the row.
            Gesture::Drag => view::dragged(frame, look, area, self.pressed, pointer.x),
            Gesture::Release => None,
            _ => view::hit(frame, look, area, at),
        }
    }

    /// Takes the mouse, or leaves it to the terminal and its selection.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn mouse(&mut self, ours: bool) -> io::Result<()> {
        let was = MOUSE.swap(ours, Ordering::SeqCst);
        let bytes = if ours { MOUSE_ON } else { MOUSE_OFF };
        if was == ours { Ok(()) } else { self.out.write(bytes.to_vec()) }
    }

    const fn area(&self) -> Rect {
        self.encoder.area()
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
        self.out.settle();
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
        let bytes = enter()?;
        self.titled = None;
        self.redraw();
        self.out.write(bytes)
    }

    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
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
        self.out.write(whole)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // What is given back to a terminal that takes nothing would be waited for
        // without end; it gets its modes back all the same.
        if self.out.settle() {
            leave();
        } else {
            abandon();
        }
    }
}

/// For a terminal that is empty. The size is asked for once.
fn blank() -> io::Result<Encoder> {
    let (columns, rows) = terminal::size()?;
    Ok(Encoder::new(columns, rows))
}

/// The terminal keeps the title it had and gets it back (XTWINOPS 22 and 23);
/// one without such a stack is left with none, not with an old verdict.
const KEEP_TITLE: &[u8] = b"\x1b[22;2t";
const OLD_TITLE: &[u8] = b"\x1b]0;\x07\x1b[23;2t";

/// Presses and the wheel (1000), moves while a button is down (1002), places
/// beyond column 223 (1006). Never every move (1003): over ssh that is traffic.
const MOUSE_ON: &[u8] = b"\x1b[?1000h\x1b[?1002h\x1b[?1006h";
const MOUSE_OFF: &[u8] = b"\x1b[?1006l\x1b[?1002l\x1b[?1000l";

/// Takes the terminal; what has to be written to it for that.
fn enter() -> io::Result<Vec<u8>> {
    terminal::enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    let mut bytes = Vec::new();
    bytes.extend_from_slice(KEEP_TITLE);
    bytes.queue(terminal::EnterAlternateScreen)?.queue(cursor::Hide)?;
    if MOUSE.load(Ordering::SeqCst) {
        bytes.extend_from_slice(MOUSE_ON);
    }
    Ok(bytes)
}

/// Gives the terminal back; safe to call twice, and without a terminal.
fn leave() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    let mut bytes = Vec::new();
    if MOUSE.load(Ordering::SeqCst) {
        bytes.extend_from_slice(MOUSE_OFF);
    }
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

/// Gives back what can be given without writing.
fn abandon() {
    if TAKEN.swap(false, Ordering::SeqCst) {
        let _ = terminal::disable_raw_mode();
    }
}

/// Past the lock of the standard library, which a write that hangs would hold.
fn write_out(bytes: &[u8]) -> io::Result<()> {
    let mut rest = bytes;
    while !rest.is_empty() {
        match rustix::io::write(rustix::stdio::stdout(), rest) {
            Ok(written) => rest = &rest[written..],
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Whether the terminal takes anything more, or is full of what nobody reads.
#[must_use]
pub fn is_writable() -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let out = rustix::stdio::stdout();
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
    /// Came while a drag was being followed.
    waiting: Option<Event>,
}

impl TermEvents {
    /// The next event.
    pub async fn next(&mut self) -> TermEvent {
        loop {
            let event = match self.waiting.take() {
                Some(event) => Some(Ok(event)),
                None => self.stream.next().await,
            };
            match event {
                Some(Ok(Event::Key(key))) => {
                    if let Some(key) = translate(key) {
                        return TermEvent::Key(key);
                    }
                }
                Some(Ok(Event::Mouse(mouse))) => {
                    if let Some(pointer) = point(self.newest(mouse)) {
                        return TermEvent::Pointer(pointer);
                    }
                }
                Some(Ok(Event::Resize(..))) => return TermEvent::Resized,
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return TermEvent::Gone,
            }
        }
    }

    /// Of a drag the newest place: each on the way would fetch a moment of the
    /// past and draw it, and the picture would lag behind the hand.
    fn newest(&mut self, mouse: MouseEvent) -> MouseEvent {
        let mut mouse = mouse;
        while matches!(mouse.kind, MouseEventKind::Drag(_)) {
            match self.stream.next().now_or_never() {
                Some(Some(Ok(Event::Mouse(next)))) if next.kind == mouse.kind => mouse = next,
                Some(Some(Ok(other))) => {
                    self.waiting = Some(other);
                    break;
                }
                // A terminal that is gone says so again.
                _ => break,
            }
        }
        mouse
    }
}

fn point(event: MouseEvent) -> Option<Pointer> {
    let shift = event.modifiers.contains(KeyModifiers::SHIFT);
    let gesture = match event.kind {
        MouseEventKind::Down(MouseButton::Left) => Gesture::Press,
        MouseEventKind::Drag(MouseButton::Left) => Gesture::Drag,
        MouseEventKind::Up(MouseButton::Left) => Gesture::Release,
        MouseEventKind::ScrollUp if shift => Gesture::WheelLeft,
        MouseEventKind::ScrollDown if shift => Gesture::WheelRight,
        MouseEventKind::ScrollUp => Gesture::WheelUp,
        MouseEventKind::ScrollDown => Gesture::WheelDown,
        MouseEventKind::ScrollLeft => Gesture::WheelLeft,
        MouseEventKind::ScrollRight => Gesture::WheelRight,
        _ => return None,
    };
    Some(Pointer { gesture, x: event.column, y: event.row })
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
        KeyCode::Tab => Key::Tab,
        KeyCode::BackTab => Key::ShiftTab,
        KeyCode::F(n) => Key::F(n),
        _ => return None,
    })
}
