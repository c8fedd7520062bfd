//! herdtop.
fn main() {}
