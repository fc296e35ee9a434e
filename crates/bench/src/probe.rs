//! One request, again and again with a pause between, and how long each answer takes.

use anyhow::{Context as _, Result, ensure};
use reqwest::RequestBuilder;
use std::time::{Duration, Instant};

const PAUSE: Duration = Duration::from_millis(4);

/// What is asked.
pub struct Probe(RequestBuilder);

impl Probe {
    /// A request that can be sent often.
    pub fn new(request: RequestBuilder) -> Self {
        Self(request)
    }

    /// Asks for a while.
    pub async fn run(&self, lasts: Duration) -> Result<Latencies> {
        let begun = Instant::now();
        let mut times = Vec::new();
        while begun.elapsed() < lasts {
            let request = self.0.try_clone().context("a request that can be sent once")?;
            let sent = Instant::now();
            let answer = request.send().await?;
            ensure!(answer.status() == 200, "{}", answer.status());
            answer.bytes().await?;
            times.push(sent.elapsed());
            tokio::time::sleep(PAUSE).await;
        }
        times.sort();
        Ok(Latencies(times))
    }
}

/// Times in order.
pub struct Latencies(Vec<Duration>);

impl Latencies {
    /// The time that so many of a hundred do not exceed.
    pub fn percentile(&self, hundredth: usize) -> Duration {
        let place = (self.0.len() * hundredth).div_ceil(100).saturating_sub(1);
        self.0.get(place).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_hundred_times_the_ninety_ninth_is_the_one_but_last() {
        let times = Latencies((1..=100).map(Duration::from_millis).collect());
        assert_eq!(times.percentile(99), Duration::from_millis(99));
        assert_eq!(times.percentile(50), Duration::from_millis(50));
        assert_eq!(Latencies(Vec::new()).percentile(99), Duration::ZERO);
    }
}
