//! Signing in with a password, beside the hash alone on the same cores; and what others feel while that goes on.

use crate::{
    load::{Load, Rate},
    people::{Account, Door},
    probe::{Latencies, Probe},
    server::Server,
};
use anyhow::{Context as _, Result};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use std::time::Instant;

/// What the server hashes with: memory in KiB, and passes.
const COST: (u32, u32) = (19_456, 2);

/// The hash alone, on every core, as often as possible.
pub async fn bare_hash(load: Load) -> Result<Rate> {
    let cores = std::thread::available_parallelism()?.get();
    let begun = Instant::now();
    let busy = (0..cores).map(|_| tokio::task::spawn_blocking(move || hash_until(begun, load)));
    let mut done = 0;
    for core in futures::future::try_join_all(busy).await? {
        done += core?;
    }
    Ok(Rate {
        done,
        took: begun.elapsed(),
        cpu: None,
    })
}

fn hash_until(begun: Instant, load: Load) -> Result<u64> {
    let params = Params::new(COST.0, COST.1, 1, Some(32))
        .ok()
        .context("no such cost")?;
    let mut memory = vec![Block::default(); params.block_count()];
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut done = 0;
    while begun.elapsed() < load.lasts {
        let (salt, mut hash) = ([7; 16], [0; 32]);
        argon2
            .hash_password_into_with_memory(
                b"correct horse battery staple",
                &salt,
                &mut hash,
                memory.as_mut_slice(),
            )
            .ok()
            .context("no hash")?;
        std::hint::black_box(hash);
        done += 1;
    }
    Ok(done)
}

/// Whole sign-ins: a new browser each time, the page's request, and the form.
pub async fn sign_ins(server: &Server, load: Load) -> Result<Rate> {
    let door = Door::of(server)?;
    let people: Vec<String> = (0..load.connections)
        .map(|place| Account::WithPassword.email(place))
        .collect();
    load.repeat(people, move |email| {
        let door = door.clone();
        async move {
            door.browser().await?.sign_in(&email).await?;
            Ok(email)
        }
    })
    .await
}

/// How long `probe` waits while nobody else asks, and while passwords are judged as fast as can be.
pub async fn felt(server: &Server, load: Load, probe: &Probe) -> Result<(Latencies, Latencies)> {
    let alone = probe.run(load.lasts).await?;
    let (busy, beside) = tokio::try_join!(sign_ins(server, load), probe.run(load.lasts))?;
    anyhow::ensure!(busy.done > 0, "nobody signed in");
    Ok((alone, beside))
}
