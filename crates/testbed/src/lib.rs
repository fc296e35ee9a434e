//! Throwaway servers for tests and benchmarks: PostgreSQL, Redis and nginx as Debian packages them, each on a free
//! port of the loopback interface with a scratch folder of its own; and an authenticator in software.
//! Servers end with the process that started them, however that ended. Nothing of the product depends on this crate.

pub mod authenticator;
mod nginx;
mod postgres;
mod redis;
mod service;

pub use nginx::Nginx;
pub use postgres::Postgres;
pub use redis::{Redis, RedisOverTls};

/// A port of the loopback interface that was free a moment ago.
///
/// # Errors
/// When the system has none.
pub fn free_port() -> anyhow::Result<u16> {
    service::free_port()
}
