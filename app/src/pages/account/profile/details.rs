//! What a person says of themselves beside their name; all of it is optional, and apps see it only when allowed.
//!
//! The form is posted without script only: it is one act with many fields.

use super::{ProfilePage, told};
use crate::{
    components::hidden, context::RequestContext, error::UiError, fields::Fields, frame::Frame, routes::Next,
    words::Words,
};
use domain::{services::account::Detail, user::Described};
use leptos::prelude::*;

/// Whether it was this form that was posted.
pub(super) fn are_in(form: &Fields) -> bool {
    form.find("details").is_some()
}

/// What is said now.
pub(super) fn said(described: &Described) -> Vec<(Detail, String)> {
    Detail::ALL.map(|detail| (detail, detail.of(described))).into()
}

/// What was typed.
pub(super) fn typed(form: &Fields) -> Vec<(Detail, String)> {
    Detail::ALL
        .map(|detail| (detail, form.get(detail.as_str())))
        .into()
}

/// What the form posts to the page itself. A field that was not sent stays as it is.
pub(super) async fn post(cx: &RequestContext, form: &Fields) -> Result<Next, UiError> {
    let person = cx.person()?;
    let version = form.parse("version").unwrap_or(person.user().version);
    let sent = Detail::ALL.into_iter().filter_map(|detail| {
        let typed = form.find(detail.as_str())?;
        Some((detail, typed.to_owned()))
    });
    let said: Vec<_> = sent.collect();
    let account = &cx.services.account;
    let updated = account.update_details(&cx.act, person, &said, version).await;
    updated.map_err(|error| told(cx, error))?;
    Ok(cx.next("/account?done=saved"))
}

/// A field that cannot be taken.
pub(super) fn invalid(cx: &RequestContext, detail: Detail) -> UiError {
    let key = match detail {
        Detail::Birthdate => "error-birthdate",
        Detail::Website => "error-website",
        Detail::PhoneNumber => "error-phone",
        Detail::GivenName
        | Detail::FamilyName
        | Detail::Nickname
        | Detail::StreetAddress
        | Detail::PostalCode
        | Detail::Locality
        | Detail::Region
        | Detail::Country => "error-detail",
    };
    cx.invalid(detail.as_str(), key)
}

/// What differs between the fields: label, hint, `type` and `autocomplete`.
fn look(detail: Detail) -> (&'static str, Option<&'static str>, &'static str, &'static str) {
    match detail {
        Detail::GivenName => ("given-name-label", None, "text", "given-name"),
        Detail::FamilyName => ("family-name-label", None, "text", "family-name"),
        Detail::Nickname => ("nickname-label", None, "text", "nickname"),
        Detail::Birthdate => ("birthdate-label", Some("birthdate-hint"), "text", "bday"),
        Detail::Website => ("website-label", None, "url", "url"),
        Detail::PhoneNumber => ("phone-label", Some("phone-hint"), "tel", "tel"),
        Detail::StreetAddress => ("street-label", None, "text", "street-address"),
        Detail::PostalCode => ("postal-code-label", None, "text", "postal-code"),
        Detail::Locality => ("locality-label", None, "text", "address-level2"),
        Detail::Region => ("region-label", None, "text", "address-level1"),
        Detail::Country => ("country-label", None, "text", "country-name"),
    }
}

/// The section with its form.
pub(super) fn view(page: &ProfilePage, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let fields: Vec<_> = page
        .details
        .iter()
        .map(|(detail, value)| field(*detail, value, page.error.as_ref(), w))
        .collect();
    view! {
        <section class="card stack" aria-labelledby="more">
            <h2 id="more">{w.get("details-title")}</h2>
            <p class="muted">{w.get("details-text")}</p>
            <form class="stack" method="post" action=frame.path("/account")>
                {hidden("details", "1")}
                {hidden("version", page.version.to_string())}
                {fields}
                <div class="actions"><button class="button" type="submit">{w.get("details-save")}</button></div>
            </form>
        </section>
    }
    .into_any()
}

fn field(detail: Detail, value: &str, error: Option<&UiError>, w: &Words) -> AnyView {
    let (label, hint, input, autocomplete) = look(detail);
    let name = detail.as_str();
    let error = error.filter(|error| error.field.as_deref() == Some(name));
    let error = error.map(|error| error.text.clone());
    let described: Vec<_> = [
        hint.map(|_| format!("{name}-hint")),
        error.as_ref().map(|_| format!("{name}-error")),
    ]
    .into_iter()
    .flatten()
    .collect();
    let described = (!described.is_empty()).then(|| described.join(" "));
    let invalid = error.is_some().then_some("true");
    // One line, for what is inside a textarea would not be escaped.
    let (hint_id, error_id, value) = (
        format!("{name}-hint"),
        format!("{name}-error"),
        value.replace('\n', ", "),
    );
    let input = view! {
        <input class="field__input" id=name name=name type=input value=value autocomplete=autocomplete
            autofocus=error.is_some() aria-describedby=described aria-invalid=invalid/>
    };
    view! {
        <div class="field">
            <label class="field__label" for=name>{w.get(label)}</label>
            {hint.map(|hint| view! { <span class="field__hint" id=hint_id>{w.get(hint)}</span> })}
            {error.map(|error| view! { <span class="field__error" id=error_id>{error}</span> })}
            {input}
        </div>
    }
    .into_any()
}
