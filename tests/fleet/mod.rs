//! Many hosts on one screen, and the server that has their metrics: it is ours here, since
//! no real one can be made to answer so badly.

mod bad_input;
mod check;
mod screen;
mod server;
