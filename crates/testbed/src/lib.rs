//! Throwaway servers for tests and benchmarks: PostgreSQL and Redis as Debian packages them, each on a free port of
//! the loopback interface with a scratch folder of its own.
//! They end with the process that started them, however that ended. Nothing of the product depends on this crate.

mod postgres;
mod redis;
mod service;

pub use postgres::Postgres;
pub use redis::Redis;
