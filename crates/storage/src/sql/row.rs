//! What rows hold, turned into domain values. A row that does not parse is an error, never a default.

use domain::{
    acr::Method,
    client::Status,
    clock::Timestamp,
    secret::Digest,
    stores::{Page, PageRequest, StoreError, Stored},
};
use sea_orm::{EntityTrait, IntoIdentity, Iterable, QuerySelect};
use serde::{Serialize, de::DeserializeOwned};
use std::str::FromStr;

/// The column of a row that could not be read; never its content.
#[derive(Debug, thiserror::Error)]
#[error("a row's {0} cannot be read")]
struct Unreadable(&'static str);

/// The error for a row whose `column` does not parse.
pub fn unreadable(column: &'static str) -> StoreError {
    StoreError::unavailable(Unreadable(column))
}

/// Reads a value from its text form.
pub fn parse<T: FromStr>(text: &str, column: &'static str) -> Stored<T> {
    text.parse().map_err(|_| unreadable(column))
}

/// Reads a value from JSON.
pub fn from_json<T: DeserializeOwned>(text: &str, column: &'static str) -> Stored<T> {
    serde_json::from_str(text).map_err(|_| unreadable(column))
}

/// Writes a value as JSON.
pub fn to_json<T: Serialize + ?Sized>(value: &T) -> Stored<String> {
    serde_json::to_string(value).map_err(StoreError::unavailable)
}

/// Reads a digest.
pub fn digest(bytes: &[u8]) -> Stored<Digest> {
    bytes
        .try_into()
        .map(Digest::from_bytes)
        .map_err(|_| unreadable("digest"))
}

/// A digest as it is stored.
pub fn bytes(digest: &Digest) -> Vec<u8> {
    digest.as_bytes().to_vec()
}

/// A moment that may be absent.
pub fn moment(micros: Option<i64>) -> Option<Timestamp> {
    micros.map(Timestamp::from_micros)
}

/// Reads a status.
pub fn status(text: &str) -> Stored<Status> {
    match text {
        "active" => Ok(Status::Active),
        "disabled" => Ok(Status::Disabled),
        _ => Err(unreadable("status")),
    }
}

/// A status as it is stored.
pub fn status_name(status: Status) -> &'static str {
    match status {
        Status::Active => "active",
        Status::Disabled => "disabled",
    }
}

/// Reads authentication methods.
pub fn methods(text: &str) -> Stored<Vec<Method>> {
    from_json(text, "methods")
}

/// Selects every column of `E` under `prefix`, so that several tables can be read in one statement.
pub fn with_columns<E: EntityTrait, Q: QuerySelect>(query: Q, prefix: &str) -> Q {
    E::Column::iter().fold(query, |query, column| {
        let alias = format!("{prefix}{}", sea_orm::IdenStatic::as_str(&column));
        query.column_as(column, alias.into_identity())
    })
}

/// A page of `items`, of which one more was read than was asked for.
pub fn page<T>(mut items: Vec<T>, request: &PageRequest, place: impl Fn(&T) -> String) -> Page<T> {
    let limit = usize::from(request.limit());
    let more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| more).map(place);
    Page { items, next }
}
