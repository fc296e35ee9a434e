//! A machine that works for a ticket.

use crate::secret::Digest;

/// The answer to the ticket written as `text`, found as a browser finds it.
pub fn solve(text: &str) -> String {
    let bits: u32 = text
        .split('.')
        .nth(1)
        .and_then(|bits| bits.parse().ok())
        .unwrap_or(u32::MAX);
    let found = (0_u64..).map(|number| number.to_string()).find(|answer| {
        let digest = Digest::of(format!("{text}:{answer}"));
        let (first, _) = digest.as_bytes().split_at(8);
        first
            .try_into()
            .map(u64::from_be_bytes)
            .is_ok_and(|first| first.leading_zeros() >= bits)
    });
    found.unwrap_or_default()
}
