//! Decoded request parameters (RFC 6749 §3.1, §3.2, appendix B), from a query or a form.
//!
//! Decoding is strict: bytes that are not UTF-8 and broken percent-escapes are refused, not repaired. A parameter
//! without a value counts as omitted. Whether a repeated one matters is known only to whoever asks for it.

use zeroize::Zeroizing;

/// The longest query or form accepted, in bytes.
pub const MAX_BYTES: usize = 65_536;
/// The most parameters accepted.
pub const MAX_COUNT: usize = 100;
/// The longest name or value accepted, decoded, in bytes.
pub const MAX_VALUE_BYTES: usize = 16_384;

/// The parameters of one request. Values may be secrets: `Debug` shows names only.
#[derive(Clone, Default)]
pub struct Parameters(Vec<(String, Zeroizing<String>)>);

/// The text is not a list of parameters, or exceeds a bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("malformed or oversized parameters")]
pub struct InvalidParameters;

/// A parameter that must not be repeated was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a parameter is repeated")]
pub struct Repeated;

impl Parameters {
    /// Decodes `application/x-www-form-urlencoded` text.
    pub fn parse(text: impl AsRef<[u8]>) -> Result<Self, InvalidParameters> {
        let text = text.as_ref();
        if text.len() > MAX_BYTES {
            return Err(InvalidParameters);
        }
        let mut pairs = Vec::new();
        for pair in text.split(|b| *b == b'&').filter(|pair| !pair.is_empty()) {
            let mut halves = pair.splitn(2, |b| *b == b'=');
            let name = decode(halves.next().unwrap_or_default())?;
            let value = decode(halves.next().unwrap_or_default())?;
            if pairs.len() == MAX_COUNT || name.len() > MAX_VALUE_BYTES || value.len() > MAX_VALUE_BYTES {
                return Err(InvalidParameters);
            }
            pairs.push((name, Zeroizing::new(value)));
        }
        pairs.retain(|(_, value)| !value.is_empty());
        Ok(Self(pairs))
    }

    /// Every value of `name`, for the few parameters that may be repeated.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter(move |(given, _)| given == name)
            .map(|(_, value)| value.as_str())
    }

    /// The same with `value` for `name`, instead of what it had.
    pub(crate) fn with(self, name: &str, value: &str) -> Self {
        let mut with = self.without(&[name]);
        with.0.push((name.to_owned(), Zeroizing::new(value.to_owned())));
        with
    }

    /// The text that parses to these parameters.
    pub(crate) fn encode(&self) -> String {
        let pairs = self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish()
    }

    /// The value of `name`, which may be given once at most.
    pub fn one(&self, name: &str) -> Result<Option<&str>, Repeated> {
        let mut values = self.all(name);
        let first = values.next();
        if values.next().is_some() {
            Err(Repeated)
        } else {
            Ok(first)
        }
    }

    /// The others.
    pub fn without(&self, names: &[&str]) -> Self {
        let others = self
            .0
            .iter()
            .filter(|(given, _)| !names.contains(&given.as_str()));
        Self(others.cloned().collect())
    }

    /// With `stronger` instead of what has the same names; the same bounds hold.
    pub fn superseded_by(self, stronger: Vec<(String, String)>) -> Result<Self, InvalidParameters> {
        let Self(mut pairs) = self;
        pairs.retain(|(given, _)| stronger.iter().all(|(name, _)| name != given));
        let fits = |(name, value): &(String, String)| name.len().max(value.len()) <= MAX_VALUE_BYTES;
        if pairs.len() + stronger.len() > MAX_COUNT || !stronger.iter().all(fits) {
            return Err(InvalidParameters);
        }
        let stated = stronger.into_iter().filter(|(_, value)| !value.is_empty());
        pairs.extend(stated.map(|(name, value)| (name, Zeroizing::new(value))));
        Ok(Self(pairs))
    }
}

impl std::fmt::Debug for Parameters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set()
            .entries(self.0.iter().map(|(name, _)| name))
            .finish()
    }
}

/// Decodes one name or value.
pub(crate) fn decode(text: &[u8]) -> Result<String, InvalidParameters> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => hex(rest.next())? << 4 | hex(rest.next())?,
            plain => *plain,
        });
    }
    String::from_utf8(bytes).map_err(|_| InvalidParameters)
}

fn hex(digit: Option<&u8>) -> Result<u8, InvalidParameters> {
    match digit {
        Some(d @ b'0'..=b'9') => Ok(d - b'0'),
        Some(d @ b'a'..=b'f') => Ok(d - b'a' + 10),
        Some(d @ b'A'..=b'F') => Ok(d - b'A' + 10),
        Some(_) | None => Err(InvalidParameters),
    }
}

#[cfg(test)]
mod tests;
