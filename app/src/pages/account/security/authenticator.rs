//! The authenticator app: adding, replacing and removing it.

use super::act_form;
use crate::{
    components::{day, field, field::Field, field::Kind, hidden},
    context::RequestContext,
    error::{UiError, UiErrorKind},
    frame::Frame,
    pages::account::prove_again,
    routes::Next,
    words::Words,
};
use domain::{
    clock::Timestamp,
    interaction::AccountPage,
    second_factor::SecondFactors,
    services::{second_factors::ChangeError, sign_in::SecondFactorError},
    stores::Stored,
    totp::TotpSeed,
};
use leptos::prelude::*;
use qrcode::{Color, QrCode};

const HERE: &str = "authenticator";

/// The authenticator app.
#[derive(Clone, Debug)]
pub struct Section {
    /// Since when there is one, and when it was last used.
    pub present: Option<(Timestamp, Option<Timestamp>)>,
    /// One that waits for its first code.
    pub adding: Option<Adding>,
}

/// An authenticator app that is being added.
#[derive(Clone, Debug)]
pub struct Adding {
    /// The key, in groups of four.
    pub key: String,
    /// The key URI that the picture shows.
    pub uri: String,
}

/// What the section shows; a key only where one is being `added`.
pub(super) fn section(cx: &RequestContext, factors: &SecondFactors, added: bool) -> Result<Section, UiError> {
    let present = factors.authenticator.as_ref();
    let adding = match cx.recently_proven()?.filter(|_| added) {
        Some(person) => cx.services.second_factors.proposed_among(factors, &person),
        None => Ok(None),
    };
    Ok(Section {
        present: present.map(|found| (found.created_at, found.last_used_at)),
        adding: shown(cx, adding)?,
    })
}

/// The key that waits for its first code, for whoever proved not long ago who they are.
pub(crate) async fn proposed(cx: &RequestContext) -> Result<Option<Adding>, UiError> {
    let Some(person) = cx.recently_proven()? else {
        return Ok(None);
    };
    shown(cx, cx.services.second_factors.proposed(&cx.act, &person).await)
}

fn shown(cx: &RequestContext, proposed: Stored<Option<TotpSeed>>) -> Result<Option<Adding>, UiError> {
    let seed = proposed.map_err(|error| cx.unavailable(&error))?;
    seed.map(|seed| adding(cx, &seed)).transpose()
}

fn adding(cx: &RequestContext, seed: &TotpSeed) -> Result<Adding, UiError> {
    let issuer = cx.act.realm.issuer.as_str();
    let issuer = issuer.split_once("://").map_or(issuer, |(_, name)| name);
    let key: Vec<char> = seed.typed().chars().collect();
    let groups: Vec<String> = key.chunks(4).map(|group| group.iter().collect()).collect();
    Ok(Adding {
        key: groups.join(" "),
        uri: seed.uri(issuer, cx.person()?.user().email.as_str()),
    })
}

/// Makes a key, which waits for its first code.
pub(super) async fn add(cx: &RequestContext) -> Result<Next, UiError> {
    let Some(person) = cx.recently_proven()? else {
        return prove_again(cx, AccountPage::Security).await;
    };
    let done = cx.services.second_factors.propose(&cx.act, &person).await;
    after(cx, done, "?add=authenticator#authenticator").await
}

/// Takes the key into use.
pub(super) async fn confirm(cx: &RequestContext, code: &str) -> Result<Next, UiError> {
    let Some(person) = cx.recently_proven()? else {
        return prove_again(cx, AccountPage::Security).await;
    };
    let done = cx.services.second_factors.confirm(&cx.act, &person, code).await;
    after(cx, done, "?done=authenticator").await
}

/// Removes the app.
pub(super) async fn remove(cx: &RequestContext) -> Result<Next, UiError> {
    let Some(person) = cx.recently_proven()? else {
        return prove_again(cx, AccountPage::Security).await;
    };
    let done = cx.services.second_factors.remove(&cx.act, &person).await;
    after(cx, done, "?done=no-authenticator").await
}

/// Where a change leads.
pub(super) async fn after(
    cx: &RequestContext,
    done: Result<(), ChangeError>,
    to: &str,
) -> Result<Next, UiError> {
    match done {
        Ok(()) => Ok(cx.next(format_args!("{}{to}", AccountPage::Security.path()))),
        Err(ChangeError::BothFactorsNeeded) => prove_again(cx, AccountPage::Security).await,
        Err(
            error @ (ChangeError::PasswordTooShort
            | ChangeError::Missing
            | ChangeError::Code(_)
            | ChangeError::Store(_)),
        ) => Err(refused(cx, error)),
    }
}

/// What people are told of a change that was not made.
pub(crate) fn refused(cx: &RequestContext, error: ChangeError) -> UiError {
    match error {
        ChangeError::BothFactorsNeeded => cx.error(UiErrorKind::SignedOut, "error-signed-out"),
        ChangeError::PasswordTooShort => {
            let min = cx.act.realm.settings.password.min_characters;
            let text = cx
                .words
                .with("error-password-needs-factor", &[("min", min.into())]);
            UiError::new(UiErrorKind::Rejected, text)
        }
        ChangeError::Missing => cx.error(UiErrorKind::NotFound, "error-not-found"),
        ChangeError::Code(SecondFactorError::TooManyAttempts { retry_after }) => {
            cx.too_many(retry_after).at("code")
        }
        ChangeError::Code(_) => cx
            .error(UiErrorKind::Rejected, "error-new-authenticator")
            .at("code"),
        ChangeError::Store(error) => cx.unavailable(&error),
    }
}

pub(super) fn view(section: &Section, error: Option<&UiError>, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let on = section
        .present
        .map(|_| view! { " "<span class="badge badge--ok">{w.get("authenticator-on")}</span> });
    let body = match &section.adding {
        Some(adding) => adding_view(adding, section.present.is_some(), error, frame),
        None => acts(section, frame),
    };
    view! {
        <section class="card stack" aria-labelledby=HERE>
            <h2 id=HERE tabindex="-1">{w.get("authenticator-title")}{on}</h2>
            {facts(section, w)}
            {body}
        </section>
    }
    .into_any()
}

fn facts(section: &Section, w: &Words) -> AnyView {
    let Some((since, used)) = section.present else {
        return view! { <p>{w.get("authenticator-none")}</p> }.into_any();
    };
    let since = w.with("authenticator-since", &[("since", day::day(since, w).into())]);
    let used = used.map(|used| w.with("authenticator-used", &[("used", day::minute(used, w).into())]));
    view! { <p class="muted">{since}" "{used}</p> }.into_any()
}

fn acts(section: &Section, frame: &Frame) -> AnyView {
    let w = &frame.words;
    if section.present.is_none() {
        let button = view! { <button class="button" type="submit">{w.get("authenticator-add")}</button> };
        return view! { <div class="actions">{act_form("authenticator-add", button.into_any(), frame)}</div> }
            .into_any();
    }
    let replace = view! {
        <button class="button" type="submit">
            {w.get("authenticator-replace")}<span class="sr">" "{w.get("authenticator-replace-more")}</span>
        </button>
    };
    let remove = view! {
        <button class="button button--danger" type="submit">
            {w.get("authenticator-remove")}<span class="sr">" "{w.get("authenticator-remove-more")}</span>
        </button>
    };
    view! {
        <div class="actions">
            {act_form("authenticator-add", replace.into_any(), frame)}
            {act_form("authenticator-remove", remove.into_any(), frame)}
        </div>
    }
    .into_any()
}

/// Where the first code is typed.
pub(crate) struct Form<'a> {
    /// The page that takes it.
    pub action: String,
    /// What else it carries.
    pub fields: AnyView,
    /// The way back, and its words.
    pub back: (String, String),
    /// Why the last try did not succeed.
    pub error: Option<&'a UiError>,
}

fn adding_view(adding: &Adding, replaces: bool, error: Option<&UiError>, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let keep = replaces.then(|| view! { <p>{w.get("authenticator-keep")}</p> });
    let here = || frame.path(AccountPage::Security.path());
    let form = Form {
        action: here(),
        fields: ().into_any(),
        back: (here(), w.get("authenticator-cancel")),
        error,
    };
    view! {
        <h3>{w.get("authenticator-scan-title")}</h3>
        <p>{w.get("authenticator-scan")}</p>
        {keep}
        {enrol(adding, form, w)}
    }
    .into_any()
}

/// The picture, the key, and the form that takes the first code.
pub(crate) fn enrol(adding: &Adding, form: Form<'_>, w: &Words) -> AnyView {
    let field = Field {
        name: "code",
        kind: Kind::TotpCode,
        value: "",
        error: form.error,
    };
    let (back, words) = form.back;
    view! {
        <div class="enrol">
            {picture(&adding.uri, w)}
            <p class="enrol__key"><span class="muted">{w.get("authenticator-key")}</span><br/><code>{adding.key.clone()}</code></p>
        </div>
        <form class="stack" method="post" action=form.action>
            {hidden("act", "authenticator-confirm")}
            {form.fields}
            {field::view(&field, w)}
            <div class="actions">
                <button class="button button--primary" type="submit">{w.get("authenticator-confirm")}</button>
                <a class="button button--plain" href=back>{words}</a>
            </div>
        </form>
    }
    .into_any()
}

/// The key URI as a picture: one path, drawn dark on light whatever the page's colours are.
fn picture(uri: &str, w: &Words) -> Option<AnyView> {
    const MARGIN: usize = 4;
    let code = QrCode::new(uri).ok()?;
    let width = code.width();
    let colors = code.into_colors();
    let dark = colors
        .iter()
        .enumerate()
        .filter(|(_, color)| **color == Color::Dark);
    let path: String = dark
        .map(|(at, _)| format!("M{} {}h1v1h-1z", at % width + MARGIN, at / width + MARGIN))
        .collect();
    let side = width + 2 * MARGIN;
    let picture = view! {
        <svg class="enrol__picture" viewBox=format!("0 0 {side} {side}") role="img" aria-label=w.get("authenticator-picture") shape-rendering="crispEdges">
            <path d=path></path>
        </svg>
    };
    Some(picture.into_any())
}
