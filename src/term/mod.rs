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
mod events;
mod guard;
mod out;
mod screen;

pub use events::{TermEvent, TermEvents};
pub use out::is_writable;
pub use screen::Screen;
