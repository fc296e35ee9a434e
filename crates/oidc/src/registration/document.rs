//! The JSON object of a registration request: no member twice, `null` counts as absent (RFC 7592 §2.2), every text and
//! list bounded.

use super::RegistrationError;
use domain::web_uri::WebUri;
use serde::{
    Deserialize, Deserializer,
    de::{Error as _, MapAccess, Visitor},
};
use serde_json::Value;
use std::{collections::BTreeMap, net::IpAddr};

/// The longest request looked at, in bytes.
const MAX_BYTES: usize = 65_536;
/// The most entries of a list.
const MAX_ENTRIES: usize = 50;
/// The longest text, in bytes.
const MAX_TEXT_BYTES: usize = 2_048;

/// What a client says of itself.
pub(super) struct Document(BTreeMap<String, Value>);

impl Document {
    pub fn parse(body: &[u8]) -> Result<Self, RegistrationError> {
        if body.len() > MAX_BYTES {
            return Err(RegistrationError::NotAnObject);
        }
        serde_json::from_slice(body).map_err(|_| RegistrationError::NotAnObject)
    }

    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    pub fn text(&self, name: &'static str) -> Result<Option<&str>, RegistrationError> {
        self.get(name)
            .map(|value| bounded(value).ok_or(RegistrationError::Metadata(name)))
            .transpose()
    }

    /// The texts of a list; `None` if there is no list.
    pub fn texts(&self, name: &'static str) -> Result<Option<Vec<&str>>, RegistrationError> {
        let malformed = RegistrationError::Metadata(name);
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        let entries = value.as_array().filter(|entries| entries.len() <= MAX_ENTRIES);
        let texts = entries.and_then(|entries| entries.iter().map(bounded).collect());
        texts.map(Some).ok_or(malformed)
    }

    pub fn flag(&self, name: &'static str) -> Result<bool, RegistrationError> {
        match self.get(name) {
            None => Ok(false),
            Some(value) => value.as_bool().ok_or(RegistrationError::Metadata(name)),
        }
    }

    pub fn seconds(&self, name: &'static str) -> Result<Option<u32>, RegistrationError> {
        let number = |value: &Value| value.as_u64().and_then(|number| u32::try_from(number).ok());
        self.get(name)
            .map(|value| number(value).ok_or(RegistrationError::Metadata(name)))
            .transpose()
    }

    /// One of the names that `parse` knows.
    pub fn one_of<T>(
        &self,
        name: &'static str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, RegistrationError> {
        self.text(name)?
            .map(|text| parse(text).ok_or(RegistrationError::Metadata(name)))
            .transpose()
    }

    /// An address on the web; http only on the machine itself.
    pub fn web_uri(&self, name: &'static str) -> Result<Option<WebUri>, RegistrationError> {
        self.one_of(name, secure)
    }
}

/// An https address, or one of http on the machine itself.
pub(super) fn secure(text: &str) -> Option<WebUri> {
    let uri: WebUri = text.parse().ok()?;
    (uri.is_https() || is_loopback(&uri.host())).then_some(uri)
}

/// Whether the name or address always means the machine itself.
pub(super) fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn bounded(value: &Value) -> Option<&str> {
    let text = value.as_str()?;
    let fits = (1..=MAX_TEXT_BYTES).contains(&text.len()) && !text.contains(char::is_control);
    fits.then_some(text)
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members)
    }
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Document;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Document, A::Error> {
        let mut read: BTreeMap<String, Value> = BTreeMap::new();
        while let Some((name, value)) = members.next_entry()? {
            if read.insert(name, value).is_some() {
                return Err(A::Error::custom("a member is named twice"));
            }
        }
        read.retain(|_, value| !value.is_null());
        Ok(Document(read))
    }
}
