//! Whether time tells one account from another: the same acts for each kind of account in turn, compared with Welch's
//! t-test. Below 4.5 in either direction there is no evidence that they differ.

use crate::{
    people::{Account, Browser, Door},
    server::Server,
};
use anyhow::{Result, ensure};
use std::time::{Duration, Instant};

/// So many guesses of one account are judged before anybody has to wait.
const PER_ACCOUNT: usize = 4;

/// Guesses of one account from one address that nobody has to wait for.
const FREE_GUESSES: usize = 5;
const WRONG: &str = "not the password of anybody";

const KINDS: [Account; 6] = [
    Account::WithPassword,
    Account::WithoutPassword,
    Account::AtProvider,
    Account::Unconfirmed,
    Account::Disabled,
    Account::Unknown,
];

#[derive(Clone, Copy)]
enum Act {
    WrongPassword,
    EmptyPassword,
    SignUp,
    Reset,
    /// A guess while nobody may guess: the account is locked.
    Waiting,
}

impl Act {
    const ALL: [(Self, &str); 5] = [
        (Self::WrongPassword, "wrong password"),
        (Self::EmptyPassword, "empty password"),
        (Self::SignUp, "sign-up"),
        (Self::Reset, "reset"),
        (Self::Waiting, "too many guesses"),
    ];

    /// What comes before it and takes no part.
    async fn prepare(self, browser: &Browser, email: &str) -> Result<()> {
        if matches!(self, Self::Waiting) {
            for _ in 0..FREE_GUESSES {
                browser.type_in(email, WRONG).await?;
            }
        }
        Ok(())
    }

    /// Whether this is how it is answered.
    fn is_answer(self, status: u16) -> bool {
        match self {
            Self::Waiting => status == 429,
            Self::WrongPassword | Self::EmptyPassword | Self::SignUp | Self::Reset => status < 429,
        }
    }

    async fn run(self, browser: &Browser, email: &str) -> Result<u16> {
        match self {
            Self::WrongPassword | Self::Waiting => browser.type_in(email, WRONG).await,
            Self::EmptyPassword => browser.type_in(email, "").await,
            Self::SignUp => {
                let form = [("email", email), ("new_password", "a long one that nobody chose")];
                browser.post("/sign-up", &form).await
            }
            Self::Reset => browser.post("/forgot-password", &[("identifier", email)]).await,
        }
    }
}

/// Prints a line for each act and kind of account, after so many tries of each.
pub async fn compare(server: &Server, tries: usize) -> Result<()> {
    ensure!(tries >= 20, "fewer than 20 tries tell nothing");
    for kind in KINDS {
        kind.make(server, tries.div_ceil(PER_ACCOUNT)).await?;
    }
    println!(
        "\n{:<56}{:>12}{:>12}{:>10}",
        "does time tell an account from none?", "median", "of none", "Welch t"
    );
    let door = Door::of(server)?;
    for (act, name) in Act::ALL {
        let times = sample(&door, act, tries).await?;
        let [.., none] = &times;
        let unknown = Summary::of(none);
        for (kind, times) in KINDS.iter().zip(&times).take(KINDS.len() - 1) {
            let own = Summary::of(times);
            println!(
                "{:<56}{:>12}{:>12}{:>10.1}",
                format!("{name}, {kind:?}"),
                micros(own.median),
                micros(unknown.median),
                own.welch_t(&unknown)
            );
        }
    }
    Ok(())
}

async fn sample(door: &Door, act: Act, tries: usize) -> Result<[Vec<f64>; KINDS.len()]> {
    let mut times: [Vec<f64>; KINDS.len()] = Default::default();
    for place in 0..tries {
        // One after the other, so that whatever else happens on the machine happens to all of them.
        for (kind, times) in KINDS.iter().zip(&mut times) {
            let email = kind.email(place / PER_ACCOUNT);
            let browser = door.browser().await?;
            act.prepare(&browser, &email).await?;
            let begun = Instant::now();
            let status = act.run(&browser, &email).await?;
            let took = begun.elapsed();
            ensure!(act.is_answer(status), "{email} is answered with {status}");
            times.push(took.as_secs_f64() * 1e6);
        }
    }
    Ok(times)
}

fn micros(micros: f64) -> String {
    format!(
        "{:.0} µs",
        Duration::from_secs_f64(micros / 1e6).as_secs_f64() * 1e6
    )
}

/// What times say together.
struct Summary {
    count: f64,
    median: f64,
    mean: f64,
    variance: f64,
}

impl Summary {
    /// Of these times, without the slowest twentieth, in which something else happened.
    fn of(times: &[f64]) -> Self {
        let mut times = times.to_vec();
        times.sort_by(f64::total_cmp);
        times.truncate(times.len() - times.len() / 20);
        let count = times.len() as f64;
        let mean = times.iter().sum::<f64>() / count;
        let squares: f64 = times.iter().map(|time| (time - mean).powi(2)).sum();
        Self {
            count,
            median: times.get(times.len() / 2).copied().unwrap_or_default(),
            mean,
            variance: squares / (count - 1.0),
        }
    }

    /// Welch's t of the two means.
    fn welch_t(&self, other: &Self) -> f64 {
        let error = self.variance / self.count + other.variance / other.count;
        (self.mean - other.mean) / error.sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_by_more_than_chance_has_a_large_t() {
        let around = |middle: f64| {
            (0..100)
                .map(|place| middle + f64::from(place % 10))
                .collect::<Vec<_>>()
        };
        let (one, same, other) = (
            Summary::of(&around(100.0)),
            Summary::of(&around(100.0)),
            Summary::of(&around(105.0)),
        );
        assert!(one.welch_t(&same).abs() < 0.1);
        assert!(other.welch_t(&one) > 4.5);
    }
}
