//! Recordings written and read back: whole, cut, damaged, hostile.
