//! Names to addresses, each judged before anything connects to it.
//!
//! The HTTP client connects to what is returned here and asks nobody else, so a name that answers differently the
//! second time gains nothing (RFC 9700 §4.16).

use super::addresses::AddressPolicy;
use async_trait::async_trait;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

/// Finds the addresses of a host.
#[async_trait]
pub trait Lookup: Send + Sync + 'static {
    /// Its addresses, in the order to try them.
    async fn addresses(&self, host: &str) -> io::Result<Vec<IpAddr>>;
}

/// Asks the operating system.
pub struct SystemLookup;

#[async_trait]
impl Lookup for SystemLookup {
    async fn addresses(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        let found = tokio::net::lookup_host((host, 0)).await?;
        Ok(found.map(|address| address.ip()).collect())
    }
}

/// An address of the host may not be reached.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the host has an address that may not be reached")]
pub struct RefusedAddress;

/// Looks names up and lets pass only hosts all of whose addresses are permitted.
pub struct JudgedLookup {
    lookup: Arc<dyn Lookup>,
    policy: Arc<AddressPolicy>,
}

impl JudgedLookup {
    /// Judges what `lookup` finds by `policy`.
    pub fn new(lookup: Arc<dyn Lookup>, policy: Arc<AddressPolicy>) -> Self {
        Self { lookup, policy }
    }
}

impl Resolve for JudgedLookup {
    fn resolve(&self, name: Name) -> Resolving {
        let (lookup, policy) = (self.lookup.clone(), self.policy.clone());
        Box::pin(async move {
            let found = lookup.addresses(name.as_str()).await?;
            if found.iter().any(|address| !policy.permits(*address)) {
                return Err(RefusedAddress.into());
            }
            // Port 0 stands for the URL's.
            let judged = found.into_iter().map(|address| SocketAddr::new(address, 0));
            Ok(Box::new(judged) as Addrs)
        })
    }
}
