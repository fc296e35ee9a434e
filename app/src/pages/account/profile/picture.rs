//! The picture of a person: sent as a file by a form of its own, drawn anew before it gets here, and taken away by a
//! button.

use super::{ProfilePage, told};
use crate::{
    components::{hidden, tile},
    context::RequestContext,
    error::{UiError, UiErrorKind},
    fields::Fields,
    frame::Frame,
    pages::Page,
    routes::{Next, Submitted},
};
use domain::login_session::SignedInUser;
use domain::services::account::path_of_picture;
use leptos::prelude::*;

/// Where the form sends the file.
pub const UPLOAD: &str = "/account/picture";
/// The field that names the version of the account that the page was made from.
pub const VERSION: &str = "version";
/// The value of `act` that takes the picture away.
const REMOVE: &str = "picture-remove";
/// The side on the page.
const SIDE: &str = "96";

/// A picture, as the account has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// Whether apps are told of one.
    pub told: bool,
    /// Its path, where it is kept here.
    pub path: Option<String>,
}

/// Why a file is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// There is none.
    Missing,
    /// It holds too much.
    TooLarge,
    /// It has too many pixels.
    TooManyPixels,
    /// It is no picture of a kind that is taken.
    NotAPicture,
    /// Too many are looked at at once.
    Busy,
}

/// What the form held.
pub struct Sent {
    /// The picture, drawn anew.
    pub png: Result<Vec<u8>, Refused>,
    /// The version of the account that the page was made from.
    pub version: Option<i64>,
}

/// What is shown of a person's picture.
pub(super) fn of(cx: &RequestContext, person: &SignedInUser) -> Shown {
    let user = person.user();
    Shown {
        told: user.described.picture.is_some(),
        path: path_of_picture(user, &cx.act.realm.issuer),
    }
}

/// What whoever is not signed in is told, before anything they sent is read.
pub fn signed_out(cx: &RequestContext) -> Option<UiError> {
    cx.person().err()
}

/// Does what the form asks for.
pub async fn post(cx: &RequestContext, sent: Sent) -> Submitted {
    match set(cx, sent).await {
        Ok(next) => Submitted::Next(next),
        Err(error) => {
            let (status, retry_after) = (error.kind.status(), error.kind.retry_after());
            let page = super::again(cx, &Fields::default(), &error).await;
            let page = page.unwrap_or_else(|| Page::Message(cx.message(&error)));
            Submitted::Again {
                status,
                retry_after,
                page: Box::new(page),
            }
        }
    }
}

async fn set(cx: &RequestContext, sent: Sent) -> Result<Next, UiError> {
    let person = cx.person()?;
    let png = sent.png.map_err(|refused| invalid(cx, refused))?;
    let version = sent.version.unwrap_or(person.user().version);
    let account = &cx.services.account;
    let set = account.set_picture(&cx.act, person, png, version).await;
    set.map_err(|error| told(cx, error))?;
    Ok(cx.next("/account?done=saved"))
}

fn invalid(cx: &RequestContext, refused: Refused) -> UiError {
    let key = match refused {
        Refused::Missing => "error-picture-missing",
        Refused::TooLarge => "error-picture-large",
        Refused::TooManyPixels => "error-picture-pixels",
        Refused::NotAPicture => "error-picture",
        Refused::Busy => return cx.busy().at("picture"),
    };
    cx.error(UiErrorKind::InvalidInput, key).at("picture")
}

/// Whether it was the button that takes the picture away.
pub(super) fn is_removed(form: &Fields) -> bool {
    form.find("act") == Some(REMOVE)
}

/// Takes the picture away.
pub(super) async fn remove(cx: &RequestContext, form: &Fields) -> Result<Next, UiError> {
    let person = cx.person()?;
    let version = form.parse(VERSION).unwrap_or(person.user().version);
    let removed = cx.services.account.remove_picture(&cx.act, person, version).await;
    removed.map_err(|error| told(cx, error))?;
    Ok(cx.next("/account?done=saved"))
}

/// The section with its forms.
pub(super) fn view(page: &ProfilePage, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let name = if page.name.is_empty() {
        &page.email
    } else {
        &page.name
    };
    let picture = match &page.picture.path {
        Some(path) => view! {
            <img class="portrait" src=frame.path(path) alt=w.get("picture-alt") width=SIDE height=SIDE/>
        }
        .into_any(),
        None => tile(name, "portrait tile tile--person"),
    };
    let remove = page.picture.told.then(|| {
        view! {
            <form method="post" action=frame.path("/account")>
                {hidden("act", REMOVE)}
                {hidden(VERSION, page.version.to_string())}
                <button class="button" type="submit">{w.get("picture-remove")}</button>
            </form>
        }
    });
    view! {
        <section class="card stack" aria-labelledby="portrait">
            <h2 id="portrait">{w.get("picture-title")}</h2>
            <p class="muted">{w.get("picture-text")}</p>
            {picture}
            <form class="stack" method="post" action=frame.path(UPLOAD) enctype="multipart/form-data">
                {hidden(VERSION, page.version.to_string())}
                {field(page.error.as_ref(), frame)}
                <div class="actions"><button class="button" type="submit">{w.get("picture-save")}</button></div>
            </form>
            {remove}
        </section>
    }
    .into_any()
}

fn field(error: Option<&UiError>, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let error = error.filter(|error| error.field.as_deref() == Some("picture"));
    let error = error.map(|error| error.text.clone());
    let (invalid, described) = match &error {
        Some(_) => (Some("true"), "picture-hint picture-error"),
        None => (None, "picture-hint"),
    };
    let focus = error.is_some();
    view! {
        <div class="field">
            <label class="field__label" for="picture">{w.get("picture-label")}</label>
            <span class="field__hint" id="picture-hint">{w.get("picture-hint")}</span>
            {error.map(|error| view! { <span class="field__error" id="picture-error">{error}</span> })}
            <input class="field__input" id="picture" name="picture" type="file" required=true
                accept="image/png,image/jpeg,image/webp" autofocus=focus aria-describedby=described
                aria-invalid=invalid/>
        </div>
    }
    .into_any()
}
