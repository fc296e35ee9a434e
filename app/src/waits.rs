//! Until when what a page is about waits for the person, so that the page can say so beforehand (WCAG 2.2 §2.2.1, §2.2.6).

use domain::clock::Timestamp;
use std::sync::{Arc, Mutex, PoisonError};

/// Where whoever reads what waits leaves its end; clones share it.
#[derive(Clone, Debug, Default)]
pub struct Waits(Arc<Mutex<Option<Timestamp>>>);

impl Waits {
    /// Something waits until `end`; of several the first to end counts.
    pub(crate) fn until(&self, end: Timestamp) {
        let mut first = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *first = Some(first.map_or(end, |first| first.min(end)));
    }

    /// When the first of it is given up.
    pub fn end(&self) -> Option<Timestamp> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_first_counts() {
        let (waits, at) = (Waits::default(), Timestamp::from_seconds);
        assert_eq!(waits.end(), None);
        for end in [60, 30, 90] {
            waits.clone().until(at(end));
        }
        assert_eq!(waits.end(), Some(at(30)));
    }
}
