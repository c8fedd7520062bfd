//! The borrowed terminal: taken by a guard, given back on every way out.
//!
//! The only room that knows crossterm. It does not draw with it, nor with
//! ratatui's `Terminal` over it (0.29 and 0.30): `NO_COLOR` made it write a reset
//! after every attribute, `clear()` asks the terminal for its cursor and hangs
//! where none answers, `draw()` opens `/dev/tty` for the size each time and writes
//! 25 bytes even when nothing changed, standard output tears a frame into 1 KiB
//! pieces. So frames are built in memory, by difference, and written at once, by a
//! thread of its own: a terminal that is not read (an ssh connection that stalls)
//! holds up that thread alone. Keys and mouse are read by another: what happens here
//! meanwhile holds up nobody who wants to leave.

mod encode;
mod event;
mod events;
mod guard;
mod inbox;
mod out;
mod parse;
mod pen;
mod reset;
mod screen;

pub use event::TermEvent;
pub use events::TermEvents;
pub use guard::give_up;
pub use out::{follows_links, is_screen, is_writable, knows_sequences};
pub use reset::reset;
pub use screen::{Screen, copy};
