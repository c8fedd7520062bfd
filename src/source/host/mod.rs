//! This host's sockets, processes, memory and limits.
mod ages;
mod budget;
mod destroyed;
mod diag;
mod listeners;
mod namespaces;
mod sockets;
mod sockets_procfs;
