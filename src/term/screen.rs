//! The screen while it is ours: frames in, bytes out.

use std::io;
use std::time::Duration;

use crossterm::clipboard::CopyToClipboard;
use crossterm::{QueueableCommand, style, terminal};
use ratatui::layout::Rect;

use super::encode::Encoder;
use super::guard::{MOUSE_OFF, MOUSE_ON, abandon, enter, give_back_on_panic, leave, take_mouse};
use super::out::{Out, write_out};
use crate::app::{Drawn, Frame, Gesture, Hit, Pointer};
use crate::view::{self, Look};

/// What a terminal may need for the piece before this frame. One that reads needs
/// far less; one that does not costs this much of the loop, ten times a second.
const PATIENCE: Duration = Duration::from_millis(5);

/// The terminal while it is ours.
#[expect(clippy::struct_excessive_bools, reason = "each is a state of its own")]
pub struct Screen {
    encoder: Encoder,
    /// What goes before the next frame.
    ahead: Vec<u8>,
    out: Out,
    synchronized: bool,
    /// The terminal has links (OSC 8).
    follows_links: bool,
    stale: bool,
    /// A frame was left out since the last one that was sent.
    behind: bool,
    /// Bytes of all frames so far.
    written: u64,
    /// What is on the screen, for the mouse.
    seen: Option<Frame>,
    /// Where the button went down last.
    pressed: (u16, u16),
    /// The title as last set; none = not ours yet.
    titled: Option<String>,
}

/// To the clipboard of the terminal that standard output is, without a screen.
///
/// # Errors
/// When the terminal is gone.
pub fn copy(text: &str) -> io::Result<()> {
    let mut bytes = Vec::new();
    bytes.queue(CopyToClipboard::to_clipboard_from(text))?;
    super::out::write_out(&bytes)
}

impl Screen {
    /// Takes the terminal, and its mouse too if wanted. From here on dropping this,
    /// a panic and every signal give it back. `synchronized` frames are shown at
    /// once, by terminals that know DEC private mode 2026; links are those of OSC 8.
    ///
    /// # Errors
    /// When there is no terminal to take.
    pub fn take(mouse: bool, synchronized: bool, follows_links: bool) -> io::Result<Self> {
        take_mouse(mouse);
        give_back_on_panic();
        write_out(&enter()?)?;
        Ok(Self {
            encoder: blank()?,
            ahead: Vec::new(),
            out: Out::start()?,
            synchronized,
            follows_links,
            stale: true,
            behind: false,
            written: 0,
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
        let links = view::draw_linked(&frame, look, area, canvas);
        if self.follows_links {
            self.encoder.link(&links);
        }
        self.seen = Some(frame);
        self.encoder.encode(&mut bytes);
        self.send(&bytes)
    }

    /// Bytes of all frames so far.
    #[must_use]
    pub const fn written(&self) -> u64 {
        self.written
    }

    /// Bytes a second that a screen of this size may take in the long run: 1164 at
    /// 120x36, 684 at 80x24, 405 at 44x12.
    #[must_use]
    pub fn allowance(&self) -> u64 {
        300 + u64::from(self.area().area()) / 5
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
    pub fn notify(&mut self, bytes: &[u8]) -> io::Result<()> {
        if bytes.is_empty() || !self.out.is_free(Duration::ZERO)? {
            return Ok(());
        }
        self.out.write(bytes.to_vec())
    }

    /// What came of the frame on a screen of this size.
    #[must_use]
    pub fn drawn(&mut self) -> Drawn {
        let area = self.area();
        self.seen.as_ref().map(|frame| view::drawn(frame, area)).unwrap_or_default()
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
        let was = take_mouse(ours);
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
        self.written += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
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
