//! The terminal is given back on every way out, a panic and a signal among them.

use std::io;
use std::panic;
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::{QueueableCommand, cursor, style, terminal};

use super::out::{is_writable, write_out};

/// Whether the terminal is ours now; the panic hook has to know.
static TAKEN: AtomicBool = AtomicBool::new(false);
/// Whether the mouse is ours while the terminal is.
static MOUSE: AtomicBool = AtomicBool::new(false);

/// Whose the mouse is while the terminal is ours; true where it was ours before.
pub(super) fn take_mouse(ours: bool) -> bool {
    MOUSE.swap(ours, Ordering::SeqCst)
}

/// The terminal keeps the title it had and gets it back (XTWINOPS 22 and 23);
/// one without such a stack is left with none, not with an old verdict.
const KEEP_TITLE: &[u8] = b"\x1b[22;2t";
pub(super) const OLD_TITLE: &[u8] = b"\x1b]0;\x07\x1b[23;2t";

/// Presses and the wheel (1000), moves while a button is down (1002), places
/// beyond column 223 (1006). Never every move (1003): over ssh that is traffic.
pub(super) const MOUSE_ON: &[u8] = b"\x1b[?1000h\x1b[?1002h\x1b[?1006h";
pub(super) const MOUSE_OFF: &[u8] = b"\x1b[?1006l\x1b[?1002l\x1b[?1000l";

/// Takes the terminal; what has to be written to it for that.
pub(super) fn enter() -> io::Result<Vec<u8>> {
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
pub(super) fn leave() {
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
pub(super) fn abandon() {
    if TAKEN.swap(false, Ordering::SeqCst) {
        let _ = terminal::disable_raw_mode();
    }
}

/// Ends the program from beside a loop that does not answer, with the terminal given
/// back as far as it takes it.
pub fn give_up(code: i32) -> ! {
    if is_writable() {
        leave();
    } else {
        abandon();
    }
    std::process::exit(code)
}

/// Before a panic speaks, the terminal is given back: its words would be lost
/// with the alternate screen.
pub(super) fn give_back_on_panic() {
    let speak = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        leave();
        speak(panic);
    }));
}
