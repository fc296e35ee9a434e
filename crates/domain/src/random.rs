//! Randomness behind a port. Makers have names, so that a reader sees what is drawn and how strong it is.

/// A cryptographically secure source of random bytes.
pub trait Random: Send + Sync {
    /// Fills `bytes` with random data.
    fn fill(&self, bytes: &mut [u8]);
}

impl dyn Random + '_ {
    /// 256 random bits, for tokens and keys.
    pub fn bytes32(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        self.fill(&mut bytes);
        bytes
    }

    /// `length` of these letters, each equally likely; none if there are none, or more than 256.
    pub fn letters(&self, letters: &[u8], length: usize) -> String {
        let Some(limit) = u8::try_from(letters.len()).ok().filter(|count| *count > 0) else {
            return String::new();
        };
        // Values past the last whole multiple would favour the first letters.
        let limit = u8::MAX - u8::MAX % limit;
        let mut drawn = String::with_capacity(length);
        while drawn.len() < length {
            let mut bytes = [0; 32];
            self.fill(&mut bytes);
            let chosen = bytes.into_iter().filter(|byte| *byte < limit);
            let chosen = chosen.filter_map(|byte| letters.get(usize::from(byte) % letters.len()));
            drawn.extend(
                chosen
                    .take(length - drawn.len())
                    .map(|letter| char::from(*letter)),
            );
        }
        drawn
    }

    /// A code of `digits` decimal digits, each value equally likely.
    pub fn decimal_code(&self, digits: u32) -> String {
        let space = 10_u64.pow(digits.min(18));
        // Values past the last whole multiple would favour small codes.
        let limit = u64::MAX - u64::MAX % space;
        loop {
            let mut bytes = [0; 8];
            self.fill(&mut bytes);
            let value = u64::from_le_bytes(bytes);
            if value < limit {
                return format!("{:0width$}", value % space, width = digits as usize);
            }
        }
    }
}
