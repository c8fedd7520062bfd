//! What the probes tell of a service that misbehaves to the byte. The servers
//! are ours, the program is the real one.

mod addresses;
mod application;
mod cap;
mod closes;
mod closing;
mod compressed;
mod flags;
mod flood;
mod frames;
mod handshake;
mod held;
mod hostile;
mod http;
mod itself;
mod keys;
mod named_files;
mod peer;
mod reach;
mod run;
mod secrets;
mod sent;
mod server;
mod strange;
mod syns;
mod targets;
mod tls;
mod upgrade;
mod urls;
mod wire;
