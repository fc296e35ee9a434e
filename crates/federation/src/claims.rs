//! From what a provider says of somebody to a [`Vouched`]: by the operator's names of claims, all of it bounded.
//!
//! A text that is too long or holds control characters is left out, for none of them says who somebody is. What says
//! so (`iss`, `sub`) is checked by the adapters.

use crate::settings::ClaimNames;
use domain::federation::{UpstreamError, VouchedEmail};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

pub(crate) type Claims = Map<String, Value>;

/// Whether the address beside it is proven (OpenID Connect Core §5.1).
const VERIFIED: &str = "email_verified";
/// The longest subject (OpenID Connect Core §2).
const MAX_SUBJECT: usize = 255;
/// The longest address (RFC 5321 §4.5.3.1).
const MAX_EMAIL: usize = 254;
/// The longest name, in bytes.
const MAX_NAME: usize = 512;
/// The longest language tag.
const MAX_LOCALE: usize = 35;
/// The longest value of an attribute, in bytes.
const MAX_ATTRIBUTE: usize = 1_024;
/// The most groups, and the longest of them in bytes.
const MAX_GROUPS: usize = 500;
const MAX_GROUP: usize = 256;

/// What is said of a person beside who they are.
#[derive(Debug, Default)]
pub(crate) struct Said {
    pub email: Option<VouchedEmail>,
    pub name: Option<String>,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub locale: Option<String>,
    pub groups: Vec<String>,
    pub attributes: BTreeMap<String, String>,
}

/// What documents say of a person; an earlier one wins.
pub(crate) fn read(documents: &[&Claims], names: &ClaimNames) -> Result<Said, UpstreamError> {
    let first = |name: &str| documents.iter().find_map(|claims| find(claims, name));
    let named = |name: &str| first(name).and_then(|value| text(value, MAX_NAME));
    let groups = names.groups.as_deref().and_then(first);
    let attributes = names.attributes.iter().filter_map(|(attribute, claim)| {
        let value = scalar(first(claim)?)?;
        Some((attribute.clone(), value))
    });
    Ok(Said {
        email: email(documents, &names.email),
        name: named(&names.name),
        given_name: named(&names.given_name),
        family_name: named(&names.family_name),
        locale: first(&names.locale).and_then(|value| text(value, MAX_LOCALE)),
        groups: groups.map_or(Ok(Vec::new()), group_list)?,
        attributes: attributes.collect(),
    })
}

/// Whether a document says all that an operator wants to know, so that no other is asked for. An address of which it is
/// not said whether it is proven is half said.
pub(crate) fn is_complete(claims: &Claims, names: &ClaimNames) -> bool {
    let wanted = [&names.email, &names.name].into_iter();
    wanted
        .chain(&names.groups)
        .chain(names.attributes.values())
        .map(String::as_str)
        .chain([VERIFIED])
        .all(|name| find(claims, name).is_some())
}

/// A subject: never empty, never too long, never with control characters.
pub(crate) fn subject(claims: &Claims) -> Result<String, UpstreamError> {
    identifier(claims, "sub").ok_or(UpstreamError::Refused("sub names nobody"))
}

/// A short text that names something, such as `sid` or `jti`.
pub(crate) fn identifier(claims: &Claims, name: &str) -> Option<String> {
    // Taken as it is: two subjects that differ by a space are two people.
    let text = claims.get(name)?.as_str()?;
    fits(text, MAX_SUBJECT).then(|| text.to_owned())
}

fn find<'a>(claims: &'a Claims, name: &str) -> Option<&'a Value> {
    let value = match name.strip_prefix('/') {
        None => claims.get(name),
        Some(path) => {
            let (head, rest) = path.split_at(path.find('/').unwrap_or(path.len()));
            claims.get(&unescaped(head))?.pointer(rest)
        }
    };
    value.filter(|value| !value.is_null())
}

/// One reference token of a JSON Pointer (RFC 6901 §4).
fn unescaped(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

/// The address, and whether it is proven by the first document that says so of this very address: what another
/// document says is proven may be another one. So may be the standard claim beside the one that the operator chose.
fn email(documents: &[&Claims], name: &str) -> Option<VouchedEmail> {
    let value = documents.iter().find_map(|claims| find(claims, name))?;
    let is_about = |claims: &&&Claims| {
        find(claims, name) == Some(value) && claims.get("email").is_none_or(|standard| standard == value)
    };
    let mut about = documents.iter().filter(is_about);
    Some(VouchedEmail {
        address: text(value, MAX_EMAIL)?,
        verified: about
            .find_map(|claims| find(claims, VERIFIED))
            .is_some_and(is_true),
    })
}

/// `email_verified` is a boolean (OpenID Connect Core §5.1). Large providers document that they send it as text, which
/// is said no less clearly; nothing else counts.
fn is_true(value: &Value) -> bool {
    matches!(value, Value::Bool(true)) || value.as_str() == Some("true")
}

fn text(value: &Value, max_bytes: usize) -> Option<String> {
    let text = value.as_str()?.trim();
    fits(text, max_bytes).then(|| text.to_owned())
}

fn fits(text: &str, max_bytes: usize) -> bool {
    (1..=max_bytes).contains(&text.len()) && !text.chars().any(char::is_control)
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(_) => text(value, MAX_ATTRIBUTE),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// All groups or none: what a rule of an operator's makes of some of them may be more than it makes of all.
fn group_list(value: &Value) -> Result<Vec<String>, UpstreamError> {
    const REFUSED: UpstreamError = UpstreamError::Refused("the groups are no short list of texts");
    let listed = match value {
        Value::String(_) => std::slice::from_ref(value),
        Value::Array(listed) if listed.len() <= MAX_GROUPS => listed,
        Value::Array(_) | Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => {
            return Err(REFUSED);
        }
    };
    let groups = listed.iter().map(|group| text(group, MAX_GROUP).ok_or(REFUSED));
    groups.collect()
}
