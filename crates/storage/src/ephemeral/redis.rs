//! Ephemeral values in a Redis server, shared by several nodes.
//!
//! An operation is one command or one script, both atomic. A value is stored behind its end, twenty digits that
//! compare like numbers, and the clock judges it; the server's own time to live is longer and only collects
//! garbage. One connection carries everything and is made anew, without end, whenever it breaks.

use super::{OpenEphemeralError, backend::Backend};
use async_trait::async_trait;
use domain::{
    clock::{Clock, Timestamp},
    ephemeral::Counted,
    stores::{StoreError, Stored},
};
use redis::{
    AsyncConnectionConfig, Client, Cmd, ConnectionInfo, FromRedisValue, IntoConnectionInfo as _,
    ProtocolVersion, RedisError, RedisResult, Script, ScriptInvocation,
    aio::{ConnectionManager, ConnectionManagerConfig},
    io::tcp::TcpSettings,
};
use std::{sync::Arc, time::Duration};

/// What every key starts with, so that others may use the same server.
const PREFIX: &str = "signet:";
/// How long an operation may take, reconnecting included.
const PATIENCE: Duration = Duration::from_millis(1_500);
/// How long one attempt to connect may take.
const CONNECT: Duration = Duration::from_secs(1);
/// The longest pause between attempts to connect.
const PAUSE: Duration = Duration::from_millis(250);
/// How long sent bytes may stay unconfirmed before the connection counts as broken.
#[cfg(target_os = "linux")]
const UNCONFIRMED: Duration = Duration::from_secs(5);
/// Commands that may wait for the connection before callers have to.
const QUEUE: usize = 1024;
/// How much longer than by the clock a value is kept: the server's time passes while a clock may stand still.
const KEPT_LONGER: Duration = Duration::from_secs(60);
/// Digits of an end.
const DIGITS: usize = 20;

const PUT_IF_ABSENT: &str = "
local held = redis.call('GET', KEYS[1])
if held and string.sub(held, 1, 20) > ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
";

const COMPARE_AND_PUT: &str = "
local held = redis.call('GET', KEYS[1])
if not held or string.sub(held, 1, 20) <= ARGV[1] or string.sub(held, 21) ~= ARGV[4] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
";

const INCREMENT: &str = "
local held = redis.call('GET', KEYS[1])
if held and string.sub(held, 1, 20) > ARGV[1] then
  local sum = tonumber(string.sub(held, 21)) + 1
  redis.call('SET', KEYS[1], string.sub(held, 1, 20) .. string.format('%.0f', sum), 'KEEPTTL')
  return {sum, string.sub(held, 1, 20)}
end
redis.call('SET', KEYS[1], ARGV[2] .. '1', 'PX', ARGV[3])
return {1, ARGV[2]}
";

const DECREMENT: &str = "
local held = redis.call('GET', KEYS[1])
if not held or string.sub(held, 1, 20) ~= ARGV[1] then return 0 end
local sum = tonumber(string.sub(held, 21)) - 1
if sum < 0 then return 0 end
redis.call('SET', KEYS[1], ARGV[1] .. string.format('%.0f', sum), 'KEEPTTL')
return 1
";

/// Values in Redis.
pub struct Redis {
    connection: ConnectionManager,
    clock: Arc<dyn Clock>,
    put_if_absent: Script,
    compare_and_put: Script,
    increment: Script,
    decrement: Script,
}

/// What Redis is told of a new value: the moment, the value behind its end, and how long to keep it.
struct Put {
    now: String,
    framed: Vec<u8>,
    keep: u64,
}

/// How to reach the server that `url` names.
pub fn address(url: &str) -> Result<ConnectionInfo, OpenEphemeralError> {
    if url.contains('#') {
        return Err(OpenEphemeralError::Unchecked);
    }
    let info = url
        .into_connection_info()
        .map_err(|_| OpenEphemeralError::NotAnAddress)?;
    // With the third version of the protocol the client learns at once that a connection broke.
    let settings = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
    #[cfg_attr(
        not(target_os = "linux"),
        expect(unused_mut, reason = "one setting is Linux's")
    )]
    let mut tcp = TcpSettings::default().set_nodelay(true);
    #[cfg(target_os = "linux")]
    {
        tcp = tcp.set_user_timeout(UNCONFIRMED);
    }
    Ok(info.set_redis_settings(settings).set_tcp_settings(tcp))
}

impl Redis {
    /// Values in the server at `info`, which need not answer yet; a log line says so when it does not.
    pub async fn open(info: ConnectionInfo, clock: Arc<dyn Clock>) -> Result<Self, OpenEphemeralError> {
        let client = Client::open(info).map_err(|_| OpenEphemeralError::NotAnAddress)?;
        look(&client).await;
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(CONNECT))
            .set_response_timeout(Some(PATIENCE))
            .set_number_of_retries(usize::MAX)
            .set_max_delay(PAUSE)
            .set_pipeline_buffer_size(QUEUE);
        let connection = ConnectionManager::new_lazy_with_config(client, config)
            .map_err(|_| OpenEphemeralError::NotAnAddress)?;
        Ok(Self {
            connection,
            clock,
            put_if_absent: Script::new(PUT_IF_ABSENT),
            compare_and_put: Script::new(COMPARE_AND_PUT),
            increment: Script::new(INCREMENT),
            decrement: Script::new(DECREMENT),
        })
    }

    async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> Stored<T> {
        let mut connection = self.connection.clone();
        within(command.query_async(&mut connection)).await
    }

    async fn run<T: FromRedisValue>(&self, script: &ScriptInvocation<'_>) -> Stored<T> {
        let mut connection = self.connection.clone();
        within(script.invoke_async(&mut connection)).await
    }

    fn new_value(&self, value: &[u8], ttl: Duration) -> Put {
        let now = self.clock.now();
        Put {
            now: digits(now),
            framed: [digits(now + ttl).as_bytes(), value].concat(),
            keep: u64::try_from((ttl + KEPT_LONGER).as_millis()).unwrap_or(u64::MAX),
        }
    }

    /// The value without its end, if that has not come.
    fn living(&self, framed: Option<Vec<u8>>) -> Stored<Option<Vec<u8>>> {
        let Some(framed) = framed else {
            return Ok(None);
        };
        let (end, value) = framed
            .split_at_checked(DIGITS)
            .ok_or_else(|| StoreError::unavailable("a value in Redis has no end"))?;
        Ok((end > digits(self.clock.now()).as_bytes()).then(|| value.to_vec()))
    }
}

#[async_trait]
impl Backend for Redis {
    async fn put(&self, key: &str, value: Vec<u8>, ttl: Duration) -> Stored<()> {
        let new = self.new_value(&value, ttl);
        let mut set = redis::cmd("SET");
        set.arg(named(key)).arg(&new.framed).arg("PX").arg(new.keep);
        self.ask(&set).await
    }

    async fn get(&self, key: &str) -> Stored<Option<Vec<u8>>> {
        let found = self.ask(redis::cmd("GET").arg(named(key))).await?;
        self.living(found)
    }

    async fn take(&self, key: &str) -> Stored<Option<Vec<u8>>> {
        let taken = self.ask(redis::cmd("GETDEL").arg(named(key))).await?;
        self.living(taken)
    }

    async fn put_if_absent(&self, key: &str, value: Vec<u8>, ttl: Duration) -> Stored<bool> {
        let call = invoke(&self.put_if_absent, key, &self.new_value(&value, ttl));
        self.run(&call).await
    }

    async fn compare_and_put(&self, key: &str, expected: &[u8], new: Vec<u8>, ttl: Duration) -> Stored<bool> {
        let mut call = invoke(&self.compare_and_put, key, &self.new_value(&new, ttl));
        self.run(call.arg(expected)).await
    }

    async fn increment(&self, key: &str, ttl: Duration) -> Stored<Counted> {
        let call = invoke(&self.increment, key, &self.new_value(&[], ttl));
        let (sum, end): (u64, String) = self.run(&call).await?;
        let end = end.parse().map_err(StoreError::unavailable)?;
        let until = Timestamp::from_micros(end);
        Ok(Counted { sum, until })
    }

    async fn decrement(&self, key: &str, until: Timestamp) -> Stored<()> {
        // An end that has come is no other window's: nobody counts in it any more.
        let mut call = self.decrement.prepare_invoke();
        call.key(named(key)).arg(digits(until));
        let _: u64 = self.run(&call).await?;
        Ok(())
    }
}

fn named(key: &str) -> String {
    format!("{PREFIX}{key}")
}

fn digits(at: Timestamp) -> String {
    format!("{:0DIGITS$}", at.micros().max(0))
}

fn invoke<'a>(script: &'a Script, key: &str, new: &Put) -> ScriptInvocation<'a> {
    let mut call = script.prepare_invoke();
    call.key(named(key)).arg(&new.now).arg(&new.framed).arg(new.keep);
    call
}

async fn within<T>(answer: impl Future<Output = RedisResult<T>>) -> Stored<T> {
    match tokio::time::timeout(PATIENCE, answer).await {
        Ok(answer) => answer.map_err(|error| StoreError::unavailable(cause(&error))),
        Err(_) => Err(StoreError::unavailable("Redis did not answer in time")),
    }
}

/// What went wrong, without the server's words or a value it gave, which the client's errors may quote.
fn cause(error: &RedisError) -> String {
    match error.code() {
        Some(code) => format!("Redis answers {code}"),
        None if error.is_io_error() => format!("Redis: {error}"),
        None => format!("Redis: {}", error.category()),
    }
}

/// Says in the log what an operator should know before the first request does.
async fn look(client: &Client) {
    let config = AsyncConnectionConfig::new()
        .set_connection_timeout(Some(CONNECT))
        .set_response_timeout(Some(CONNECT));
    let policy = async {
        let mut connection = client
            .get_multiplexed_async_connection_with_config(&config)
            .await?;
        let memory: redis::InfoDict = redis::cmd("INFO")
            .arg("memory")
            .query_async(&mut connection)
            .await?;
        Ok(memory.get::<String>("maxmemory_policy"))
    };
    match policy.await {
        Ok(Some(policy)) if policy != "noeviction" => {
            tracing::warn!(
                policy,
                "Redis may drop a code's mark of redemption when it is full; set maxmemory-policy noeviction"
            );
        }
        Ok(_) => {}
        Err(error) => {
            let cause = cause(&error);
            tracing::warn!(cause, "Redis does not answer yet, or not to this user");
        }
    }
}
