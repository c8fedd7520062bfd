//! What the probes tell of real servers: npm's ws, Django Channels under daphne
//! and uvicorn, gunicorn, nginx, `HAProxy` and TLS, all on loopback; and what the verdict
//! is while such a service goes wrong under real clients.
//!
//! `tests/servers/setup.sh` installs them and `tests/run.sh` runs these tests.
//! A test that does not find its server fails.

mod alerting;
mod alertmanager;
mod asked;
mod channels;
mod clients;
mod crashes;
mod dashboard;
mod endings;
mod filling;
mod fleet;
mod front;
mod gunicorn;
mod haproxy;
mod herd;
mod leaving;
mod limits;
mod long;
mod metrics;
mod neighbour;
mod newcomers;
mod nginx;
mod node;
mod prometheus;
mod queue;
mod restarts;
mod server;
mod standstill;
mod tls;
mod told;
mod watch;
mod workers;
