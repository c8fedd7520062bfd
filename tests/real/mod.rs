//! What the probes tell of real servers: npm's ws, Django Channels under daphne
//! and uvicorn, gunicorn, nginx and TLS, all on loopback.
//!
//! `tests/servers/setup.sh` installs them and `tests/run.sh` runs these tests.
//! A test that does not find its server fails.

mod channels;
mod gunicorn;
mod herd;
mod nginx;
mod node;
mod server;
mod tls;
mod told;
mod workers;
