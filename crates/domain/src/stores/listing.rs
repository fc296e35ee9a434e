//! A part of a list in which what was used last comes first, and where the next part begins.

use crate::clock::Timestamp;

/// A place in the list. Items may share a moment: the ids decide between them, so that none is passed over or shown twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position<I> {
    /// When the item was used last.
    pub used: Timestamp,
    /// Its id.
    pub id: I,
}

/// Which part of the list.
#[derive(Clone, Debug)]
pub struct PartRequest<I> {
    /// `next` of the part before. Where nothing comes after it any more, the list's last part is meant.
    pub after: Option<Position<I>>,
    limit: u16,
}

impl<I> PartRequest<I> {
    /// A part of `limit` items, brought into 1..=200.
    pub fn new(after: Option<Position<I>>, limit: u16) -> Self {
        Self {
            after,
            limit: limit.clamp(1, 200),
        }
    }

    /// How many items, 1..=200.
    pub fn limit(&self) -> u16 {
        self.limit
    }
}

/// A part of the list. `N` says where the next one begins: a [`Position`] to stores, text to pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part<T, N> {
    /// The items, at most as many as were asked for.
    pub items: Vec<T>,
    /// How many come before them.
    pub skipped: u64,
    /// How many there are in all.
    pub total: u64,
    /// Where the next part begins, if there is one.
    pub next: Option<N>,
}

impl<T, I> Part<T, Position<I>> {
    /// The part that begins after `skipped` items of `total`; each comes with its position.
    pub fn of(placed: Vec<(Position<I>, T)>, (skipped, total): (u64, u64)) -> Self {
        let count = u64::try_from(placed.len()).unwrap_or(u64::MAX);
        let more = skipped.saturating_add(count) < total;
        let (mut last, mut items) = (None, Vec::with_capacity(placed.len()));
        for (position, item) in placed {
            last = Some(position);
            items.push(item);
        }
        Self {
            items,
            skipped,
            total,
            next: last.filter(|_| more),
        }
    }
}
