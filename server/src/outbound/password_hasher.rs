//! Argon2id (RFC 9106) on a bounded pool: one hash per core at a time, a bounded queue, then `Busy`, which whoever has
//! most of the queue is told first.
//!
//! Each worker keeps its memory between hashes, and gives way to whatever answers from memory: a hash may take a little
//! longer, a token must not wait for one. Parameters follow OWASP's m=19 MiB, t=2, p=1. Hashes of other programs are
//! verified as well; that costs their own work and then what every account costs.

mod imported;
mod waiting;

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::phc::{Output, ParamsString, PasswordHash as Phc, Salt},
};
use async_trait::async_trait;
use domain::{
    outbound::{HashError, HashFor, PasswordHasher, Verdict},
    person::{NewPassword, PasswordHash, TypedPassword},
    random::Random,
    secret::Secret,
};
use imported::Imported;
use std::sync::Arc;
use tokio::sync::oneshot;
use waiting::Waiting;

/// How far behind other threads the workers stand, of 19.
#[cfg(target_os = "linux")]
const NICE: i32 = 10;

type Task = Box<dyn FnOnce(&mut Vec<Block>) + Send>;

/// Cost of a hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB.
    pub memory: u32,
    /// Passes.
    pub passes: u32,
}

impl Default for Cost {
    fn default() -> Self {
        Self {
            memory: 19_456,
            passes: 2,
        }
    }
}

/// The pool.
pub struct Argon2Pool {
    tasks: Arc<Waiting<Task>>,
    random: Arc<dyn Random>,
    cost: Cost,
}

impl Argon2Pool {
    /// A pool of `workers` threads with room for `queue` waiting passwords.
    pub fn start(workers: usize, queue: usize, cost: Cost, random: Arc<dyn Random>) -> std::io::Result<Self> {
        let tasks = Arc::new(Waiting::new(queue));
        for index in 0..workers {
            let tasks = tasks.clone();
            std::thread::Builder::new()
                .name(format!("argon2-{index}"))
                .spawn(move || work(&tasks))?;
        }
        Ok(Self { tasks, random, cost })
    }

    async fn run<T: Send + 'static>(
        &self,
        who: &HashFor,
        task: impl FnOnce(&mut Vec<Block>) -> T + Send + 'static,
    ) -> Result<T, HashError> {
        let (answer, answered) = oneshot::channel();
        let task: Task = Box::new(move |memory| {
            // Nobody waits any more when the request was aborted.
            if !answer.is_closed() {
                answer.send(task(memory)).ok();
            }
        });
        if !self.tasks.push(*who, task) {
            return Err(HashError::Busy);
        }
        // One that gave way is dropped, and its answer with it.
        answered.await.map_err(|_| HashError::Busy)
    }

    async fn hash_text(&self, who: &HashFor, text: &str) -> Result<PasswordHash, HashError> {
        let (text, cost) = (Secret::new(text.to_owned()), self.cost);
        let mut salt = [0; 16];
        self.random.fill(&mut salt);
        self.run(who, move |memory| {
            let hash = compute(cost, text.expose(), &salt, memory)?;
            to_phc(cost, &salt, &hash).map(PasswordHash::new)
        })
        .await?
        .ok_or(HashError::Unreadable)
    }
}

#[async_trait]
impl PasswordHasher for Argon2Pool {
    async fn hash(&self, who: &HashFor, password: &NewPassword) -> Result<PasswordHash, HashError> {
        self.hash_text(who, password.expose()).await
    }

    async fn verify(
        &self,
        who: &HashFor,
        password: &TypedPassword,
        hash: Option<&PasswordHash>,
    ) -> Result<Verdict, HashError> {
        let (text, today) = (Secret::new(password.expose().to_owned()), self.cost);
        let stored = match hash {
            Some(hash) => Some(Stored::parse(hash.expose()).ok_or(HashError::Unreadable)?),
            None => None,
        };
        self.run(who, move |memory| match stored {
            Some(Stored::Own(cost, salt, expected)) => {
                let right = compute(cost, text.expose(), &salt, memory)
                    .is_some_and(|hash| Secret::new(hash) == Secret::new(expected));
                match (right, cost == today) {
                    (true, true) => Verdict::Right,
                    (true, false) => Verdict::RightButOutdated,
                    (false, _) => Verdict::Wrong,
                }
            }
            Some(Stored::Imported(imported)) => {
                let right = imported.verifies(text.expose());
                std::hint::black_box(compute(today, text.expose(), &[0; 16], memory));
                match right {
                    true => Verdict::RightButOutdated,
                    false => Verdict::Wrong,
                }
            }
            None => {
                // The same work as for an account, so that time does not tell them apart.
                std::hint::black_box(compute(today, text.expose(), &[0; 16], memory));
                Verdict::Wrong
            }
        })
        .await
    }

    async fn rehash(&self, who: &HashFor, password: &TypedPassword) -> Result<PasswordHash, HashError> {
        self.hash_text(who, password.expose()).await
    }

    fn import(&self, text: &str) -> Option<PasswordHash> {
        Imported::parse(text).map(|_| PasswordHash::new(text.to_owned()))
    }
}

/// A stored hash.
enum Stored {
    Own(Cost, Vec<u8>, [u8; 32]),
    Imported(Imported),
}

impl Stored {
    fn parse(text: &str) -> Option<Self> {
        match parse_phc(text) {
            Some((cost, salt, hash)) => Some(Self::Own(cost, salt, hash)),
            None => Imported::parse(text).map(Self::Imported),
        }
    }
}

impl Drop for Argon2Pool {
    fn drop(&mut self) {
        self.tasks.close();
    }
}

fn work(tasks: &Waiting<Task>) {
    give_way();
    let mut memory = Vec::new();
    while let Some(task) = tasks.next() {
        task(&mut memory);
    }
}

/// Lets other threads go first.
fn give_way() {
    // On Linux the priority of a process given by the id of a thread is that thread's alone.
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(Some(rustix::thread::gettid()), NICE) {
        tracing::debug!(%error, "hashes do not give way to other work");
    }
}

fn compute(cost: Cost, text: &str, salt: &[u8], memory: &mut Vec<Block>) -> Option<[u8; 32]> {
    let params = Params::new(cost.memory, cost.passes, 1, Some(32)).ok()?;
    memory.resize(params.block_count(), Block::default());
    let mut hash = [0; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into_with_memory(text.as_bytes(), salt, &mut hash, memory.as_mut_slice())
        .ok()?;
    Some(hash)
}

fn to_phc(cost: Cost, salt: &[u8], hash: &[u8; 32]) -> Option<String> {
    let params = Params::new(cost.memory, cost.passes, 1, None).ok()?;
    let phc = Phc {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(&params).ok()?,
        salt: Some(Salt::new(salt).ok()?),
        hash: Some(Output::new(hash).ok()?),
    };
    Some(phc.to_string())
}

fn parse_phc(text: &str) -> Option<(Cost, Vec<u8>, [u8; 32])> {
    let phc = Phc::new(text).ok()?;
    if phc.algorithm != Algorithm::Argon2id.ident() {
        return None;
    }
    let params = Params::try_from(&phc).ok()?;
    if params.p_cost() != 1 {
        return None;
    }
    let cost = Cost {
        memory: params.m_cost(),
        passes: params.t_cost(),
    };
    let hash = phc.hash?.as_bytes().try_into().ok()?;
    Some((cost, phc.salt?.to_vec(), hash))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        person::{PasswordPolicy, Personal},
        testing::{FakeJudge, SeededRandom},
    };

    const NOBODY: HashFor = HashFor {
        whose: None,
        network: None,
    };

    fn pool(cost: Cost) -> Argon2Pool {
        Argon2Pool::start(1, 4, cost, Arc::new(SeededRandom::new(1))).unwrap()
    }

    fn typed(text: &str) -> TypedPassword {
        TypedPassword::new(text.to_owned()).unwrap()
    }

    #[tokio::test]
    async fn a_hash_verifies_its_password_and_no_other_and_tells_when_it_is_outdated() {
        let old = pool(Cost {
            memory: 64,
            passes: 1,
        });
        let password = PasswordPolicy::default()
            .check(
                "correct horse battery".to_owned(),
                &FakeJudge,
                Personal::default(),
            )
            .unwrap();
        let hash = old.hash(&NOBODY, &password).await.unwrap();
        assert!(
            hash.expose().starts_with("$argon2id$v=19$m=64,t=1,p=1$"),
            "{}",
            hash.expose()
        );
        assert_eq!(
            old.verify(&NOBODY, &typed("correct horse battery"), Some(&hash))
                .await,
            Ok(Verdict::Right)
        );
        assert_eq!(
            old.verify(&NOBODY, &typed("correct horse batterz"), Some(&hash))
                .await,
            Ok(Verdict::Wrong)
        );
        assert_eq!(
            old.verify(&NOBODY, &typed("correct horse battery"), None).await,
            Ok(Verdict::Wrong)
        );
        let new = pool(Cost {
            memory: 128,
            passes: 1,
        });
        assert_eq!(
            new.verify(&NOBODY, &typed("correct horse battery"), Some(&hash))
                .await,
            Ok(Verdict::RightButOutdated)
        );
    }

    #[tokio::test]
    async fn a_hash_of_another_program_verifies_and_is_to_be_replaced() {
        let pool = pool(Cost {
            memory: 64,
            passes: 1,
        });
        let text = "$2b$05$c2lnbmV0IHRlc3RzIHNhbO7DRPdbXY1ZbvLIYJk7lokbIpzvDJr2y";
        let hash = pool.import(text).unwrap();
        let verdict = async |text: &str| pool.verify(&NOBODY, &typed(text), Some(&hash)).await;
        assert_eq!(
            verdict("correct horse battery staple").await,
            Ok(Verdict::RightButOutdated)
        );
        assert_eq!(verdict("correct horse battery").await, Ok(Verdict::Wrong));
        assert!(
            pool.import("$2b$31$c2lnbmV0IHRlc3RzIHNhbO7DRPdbXY1ZbvLIYJk7lokbIpzvDJr2y")
                .is_none()
        );
        let unreadable = PasswordHash::new("$1$no".to_owned());
        let tried = pool.verify(&NOBODY, &typed("x"), Some(&unreadable)).await;
        assert_eq!(tried, Err(HashError::Unreadable));
    }

    #[tokio::test]
    async fn a_full_queue_answers_busy_at_once() {
        let pool = Arc::new(pool(Cost {
            memory: 19_456,
            passes: 8,
        }));
        let tries: Vec<_> = (0..64)
            .map(|_| {
                let pool = pool.clone();
                async move { pool.verify(&NOBODY, &typed("x"), None).await }
            })
            .collect();
        let answers = futures::future::join_all(tries).await;
        assert!(answers.contains(&Err(HashError::Busy)));
        assert!(answers.contains(&Ok(Verdict::Wrong)));
    }

    #[tokio::test]
    async fn whoever_fills_the_queue_keeps_nobody_else_out() {
        let pool = Arc::new(pool(Cost {
            memory: 19_456,
            passes: 8,
        }));
        let from = |last: u8| HashFor {
            whose: None,
            network: Some(std::net::IpAddr::from([192, 0, 2, last])),
        };
        let flood = (0..64).map(|_| {
            let (pool, who) = (pool.clone(), from(1));
            async move { pool.verify(&who, &typed("x"), None).await }
        });
        let (flood, others) = tokio::join!(
            futures::future::join_all(flood),
            futures::future::join_all((2..5).map(|last| {
                let (pool, who) = (pool.clone(), from(last));
                async move { pool.verify(&who, &typed("x"), None).await }
            }))
        );
        assert_eq!(others, [Ok(Verdict::Wrong); 3]);
        assert!(flood.contains(&Err(HashError::Busy)));
    }
}
