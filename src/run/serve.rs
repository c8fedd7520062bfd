//! `herdtop serve`: no screen, metrics for who asks.

use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use super::drive::drive;
use super::headless::Each;
use super::live::Live;
use crate::cli::ServeArgs;
use crate::config::Settings;

/// An instrumented Node application answers on 9464, where others listen as well.
const ADDRESS: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 10013);

/// No screen; the figures are asked for.
pub(super) async fn serve(args: ServeArgs) -> anyhow::Result<u8> {
    let mut settings = Settings::resolve(args.live)?;
    settings.exporter.address.get_or_insert(ADDRESS);
    super::say_notes(&settings);
    let mut live = Live::start(&settings)?;
    if let Some(at) = live.served_at() {
        let _ = writeln!(io::stderr(), "herdtop: metrics on {at}");
    }
    let mut front = Each::new(|_| Ok(true))?;
    let code = drive(&mut live, settings.interval, None, &mut front).await;
    live.close().await;
    Ok(code?.unwrap_or(0))
}
