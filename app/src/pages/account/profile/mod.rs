//! The overview: what apps may see, and whether the account is safe.

mod checklist;
mod details;
pub mod picture;
pub mod preferences;

use super::{framed, sign_in_first};
use crate::{
    components::{field, field::Field, field::Kind, hidden, notice},
    context::RequestContext,
    doors::{answer, context},
    error::{UiError, UiErrorKind},
    fields::Fields,
    frame::Frame,
    pages::Page,
    routes::{Next, Shown},
};
use domain::{
    clock::Timestamp,
    interaction::AccountPage,
    login_session::SignedInUser,
    services::account::{Detail, ProfileError},
    stores::Guards,
};
use leptos::prelude::*;

/// The overview.
#[derive(Clone, Debug)]
pub struct ProfilePage {
    /// The name.
    pub name: String,
    /// What else they say of themselves.
    pub details: Vec<(Detail, String)>,
    /// The language and the time zone.
    pub preferences: preferences::Said,
    /// The picture.
    pub picture: picture::Shown,
    /// The address.
    pub email: String,
    /// Whether the address is proven.
    pub confirmed: bool,
    /// The version of the account that the page was made from.
    pub version: i64,
    /// When the person last proved who they are.
    pub last_sign_in: Timestamp,
    /// The browser they did it with.
    pub user_agent: Option<String>,
    /// What guards the account.
    pub guards: Guards,
    /// Whether it was just saved.
    pub saved: bool,
    /// Why the last try did not succeed.
    pub error: Option<UiError>,
}

impl From<&SignedInUser> for ProfilePage {
    fn from(person: &SignedInUser) -> Self {
        let (user, session) = (person.user(), person.session());
        Self {
            name: user
                .name
                .as_ref()
                .map(|name| name.as_str().to_owned())
                .unwrap_or_default(),
            details: details::said(&user.described),
            preferences: user.into(),
            picture: picture::Shown::default(),
            email: user.email.as_str().to_owned(),
            confirmed: user.email_verified(),
            version: user.version,
            last_sign_in: session.authenticated_at,
            user_agent: session.origin.user_agent.clone(),
            guards: Guards::default(),
            saved: false,
            error: None,
        }
    }
}

/// The page.
pub(crate) async fn load(cx: &RequestContext, query: &Fields) -> Result<Shown, UiError> {
    let Some(person) = cx.sessions.first() else {
        return sign_in_first(cx, AccountPage::Overview).await;
    };
    let saved = query.find("done") == Some("saved");
    let guards = cx.services.account.guards(&cx.act, person).await;
    let guards = guards.map_err(|error| cx.unavailable(&error))?;
    Ok(Page::Profile(ProfilePage {
        saved,
        guards,
        picture: picture::of(cx, person),
        ..ProfilePage::from(person)
    })
    .into())
}

/// What the form posts to the page itself.
pub(crate) async fn post(cx: &RequestContext, form: &Fields) -> Result<Next, UiError> {
    if details::are_in(form) {
        return details::post(cx, form).await;
    }
    if preferences::are_in(form) {
        return preferences::post(cx, form).await;
    }
    if picture::is_removed(form) {
        return picture::remove(cx, form).await;
    }
    update(cx, &form.get("name"), form.parse("version")).await
}

/// The page again, with its error.
pub(crate) async fn again(cx: &RequestContext, form: &Fields, error: &UiError) -> Option<Page> {
    let person = cx.sessions.first()?;
    let page = ProfilePage {
        guards: cx.services.account.guards(&cx.act, person).await.ok()?,
        picture: picture::of(cx, person),
        ..ProfilePage::from(person)
    };
    let error = Some(error.clone());
    if details::are_in(form) {
        let details = details::typed(form);
        return Some(Page::Profile(ProfilePage {
            details,
            error,
            ..page
        }));
    }
    if preferences::are_in(form) {
        let preferences = preferences::typed(form);
        return Some(Page::Profile(ProfilePage {
            preferences,
            error,
            ..page
        }));
    }
    let Some(name) = form.find("name").map(str::to_owned) else {
        return Some(Page::Profile(ProfilePage { error, ..page }));
    };
    Some(Page::Profile(ProfilePage { name, error, ..page }))
}

/// Changes the name; without a version, the one the session was read with counts.
pub async fn update(cx: &RequestContext, name: &str, version: Option<i64>) -> Result<Next, UiError> {
    let person = cx.person()?;
    let version = version.unwrap_or(person.user().version);
    let updated = cx
        .services
        .account
        .update_name(&cx.act, person, name, version)
        .await;
    updated.map_err(|error| told(cx, error))?;
    Ok(cx.next("/account?done=saved"))
}

fn told(cx: &RequestContext, error: ProfileError) -> UiError {
    match error {
        ProfileError::InvalidName => cx.invalid("name", "error-name"),
        ProfileError::InvalidDetail(error) => details::invalid(cx, error.0),
        ProfileError::ChangedMeanwhile => cx.error(UiErrorKind::InvalidInput, "error-changed-meanwhile"),
        ProfileError::Store(error) => cx.unavailable(&error),
    }
}

#[server(endpoint = "account/profile")]
pub(crate) async fn account_profile(name: String, version: Option<i64>) -> Result<Next, UiError> {
    answer(update(&context()?, &name, version).await)
}

/// The page.
pub(crate) fn view(page: &ProfilePage, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let field = Field {
        name: "name",
        kind: Kind::Name,
        value: &page.name,
        error: page.error.as_ref(),
    };
    let body = view! {
        {notice::error(page.error.as_ref())}
        {notice::done(page.saved.then(|| w.get("profile-saved")))}
        {checklist::view(page, frame)}
        {picture::view(page, frame)}
        <section class="card stack" aria-labelledby="who">
            <h2 id="who">{w.get("profile-apps")}</h2>
            <p class="muted">{w.get("profile-apps-text")}</p>
            <form class="stack" method="post" action=frame.path("/account") data-act=frame.path("/api/account/profile")>
                {hidden("version", page.version.to_string())}
                {field::view(&field, w)}
                <div class="actions"><button class="button button--primary" type="submit">{w.get("profile-save")}</button></div>
            </form>
        </section>
        {preferences::view(page, frame)}
        {details::view(page, frame)}
    };
    framed(
        AccountPage::Overview,
        w.get("profile-title"),
        body.into_any(),
        frame,
    )
}
