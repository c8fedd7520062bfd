//! Reports of an incident that is always the same.
