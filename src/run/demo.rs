//! `herdtop demo`.

use crate::cli::{DemoArgs, DemoServerArgs};

pub(super) async fn demo(_args: DemoArgs) -> anyhow::Result<u8> {
    anyhow::bail!("not yet")
}

pub(super) async fn serve(_args: DemoServerArgs) -> anyhow::Result<u8> {
    anyhow::bail!("not yet")
}
