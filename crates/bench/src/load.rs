//! Keeping a number of connections busy for a while, and counting.

use anyhow::{Context as _, Result, ensure};
use futures::future::try_join_all;
use reqwest::RequestBuilder;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// How much load, and for how long.
#[derive(Clone, Copy)]
pub struct Load {
    /// Connections that are busy at the same time.
    pub connections: usize,
    /// For how long.
    pub lasts: Duration,
}

/// What was done in which time.
#[derive(Clone, Copy)]
pub struct Rate {
    /// Acts that succeeded.
    pub done: u64,
    /// In which time.
    pub took: Duration,
    /// What they cost the measured process in processor time, where that is known.
    pub cpu: Option<Duration>,
}

impl Rate {
    /// Acts per second.
    pub fn per_second(&self) -> f64 {
        self.done as f64 / self.took.as_secs_f64()
    }

    /// Microseconds of processor time an act cost.
    pub fn cpu_micros(&self) -> Option<f64> {
        Some(self.cpu?.as_secs_f64() * 1e6 / self.done as f64)
    }
}

impl Load {
    /// Repeats `act` on every connection until the time is over; one failure fails the whole.
    pub async fn repeat<S, F>(
        self,
        connections: Vec<S>,
        act: impl Fn(S) -> F + Clone + Send + 'static,
    ) -> Result<Rate>
    where
        S: Send + 'static,
        F: Future<Output = Result<S>> + Send,
    {
        let begun = Instant::now();
        let busy = connections.into_iter().map(|mut state| {
            let act = act.clone();
            tokio::spawn(async move {
                let mut done = 0;
                while begun.elapsed() < self.lasts {
                    state = act(state).await?;
                    done += 1;
                }
                anyhow::Ok(done)
            })
        });
        let mut done = 0;
        for connection in try_join_all(busy).await? {
            done += connection?;
        }
        Ok(Rate {
            done,
            took: begun.elapsed(),
            cpu: None,
        })
    }

    /// GET of one address, again and again.
    pub async fn get(self, url: &str) -> Result<Rate> {
        let client = reqwest::Client::builder().no_proxy().build()?;
        self.requests(vec![url.to_owned()], move |url| client.get(url))
            .await
    }

    /// Sends the requests of `items` in turn, again and again; each must be answered with 200.
    pub async fn requests(
        self,
        items: Vec<String>,
        request: impl Fn(&str) -> RequestBuilder + Clone + Send + 'static,
    ) -> Result<Rate> {
        let starts = (0..self.connections).map(|connection| connection * items.len() / self.connections);
        let (starts, items): (_, Arc<[String]>) = (starts.collect(), items.into());
        self.repeat(starts, move |place: usize| {
            let request = items.get(place % items.len()).map(|item| request(item));
            async move {
                let answer = request.context("nothing to ask")?.send().await?;
                ensure!(answer.status() == 200, "{}", answer.status());
                answer.bytes().await?;
                Ok(place + 1)
            }
        })
        .await
    }
}
