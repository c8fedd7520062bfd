//! The program as its users run it: its own process, a real kernel, real sockets.

mod checks;
