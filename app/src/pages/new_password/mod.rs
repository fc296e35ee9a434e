//! How good a new password is, said in words while it is typed. The judge is the one that decides when it is sent; what
//! was typed is neither kept nor logged, and leaked passwords are asked about only when it is sent.

use super::sign_up::refused_password;
use crate::{
    context::RequestContext,
    doors::{answer, context},
    error::UiError,
};
use domain::{
    person::{PasswordRefused, Personal},
    services::passwords::{Strength, WhoTypes},
};
use leptos::prelude::*;

/// Where forms of people who are not signed in ask.
pub(crate) const STRENGTH: &str = "/api/password-strength";
/// Where people who are signed in ask about a password of theirs.
pub(crate) const OWN_STRENGTH: &str = "/api/account/password-strength";

/// How good a password is.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Measured {
    /// How far it is, for the eye: `short`, `weak`, `good` or `excellent`.
    pub level: String,
    /// The same as a word and a sentence.
    pub text: String,
}

/// Says how good `text` is in the hands of whoever types it.
pub async fn measure(cx: &RequestContext, who: WhoTypes<'_>, text: String) -> Result<Measured, UiError> {
    let length = text.chars().count();
    let strength = cx.services.passwords.strength(&cx.act, who, text).await;
    let strength = strength.map_err(|error| cx.unavailable(&error))?;
    let (level, text) = match strength {
        Strength::Refused(PasswordRefused::TooShort { min }) => {
            let left = [("left", min.saturating_sub(length).into())];
            ("short", cx.words.with("strength-short", &left))
        }
        Strength::Refused(refused) => {
            let why = refused_password(cx, refused).text;
            ("weak", cx.words.with("strength-refused", &[("why", why.into())]))
        }
        Strength::Good => ("good", cx.words.get("strength-good")),
        Strength::Excellent => ("excellent", cx.words.get("strength-excellent")),
    };
    Ok(Measured {
        level: level.to_owned(),
        text,
    })
}

#[server(endpoint = "password-strength")]
pub(crate) async fn password_strength(
    new_password: String,
    email: Option<String>,
    name: Option<String>,
) -> Result<Measured, UiError> {
    let typed = Personal {
        email: email.as_deref().unwrap_or_default(),
        name: name.as_deref().unwrap_or_default(),
    };
    answer(measure(&context()?, WhoTypes::Typed(typed), new_password).await)
}

#[server(endpoint = "account/password-strength")]
pub(crate) async fn account_password_strength(new_password: String) -> Result<Measured, UiError> {
    let cx = context()?;
    let measured = match cx.person() {
        Ok(person) => measure(&cx, WhoTypes::Person(person), new_password).await,
        Err(signed_out) => Err(signed_out),
    };
    answer(measured)
}
