//! Making the first administrator, by a link that works while there is none.

use crate::{
    components::{field, field::Field, field::Kind, hidden, notice, submit},
    context::RequestContext,
    doors::{answer, context},
    error::{UiError, UiErrorKind},
    fields::Fields,
    frame::Frame,
    pages::{Page, new_password::STRENGTH, sign_up::refused_password},
    routes::{Next, Shown},
};
use domain::{
    person::PasswordPolicy,
    services::users::{CreateUser, CreateUserError},
    user::Role,
};
use leptos::prelude::*;

/// Making the first administrator.
#[derive(Clone)]
pub struct Setup {
    /// The link's token.
    pub token: String,
    /// The address typed.
    pub email: String,
    /// The issuer identifier.
    pub issuer: String,
    /// What the password must be.
    pub policy: PasswordPolicy,
    /// Why the last try did not succeed.
    pub error: Option<UiError>,
}

/// The page.
pub(crate) async fn load(cx: &RequestContext, query: &Fields) -> Result<Shown, UiError> {
    let token = query.get("token");
    let works = cx.services.users.setup_token_works(&cx.act, &token).await;
    if !works.map_err(|error| cx.unavailable(&error))? {
        return Err(cx.error(UiErrorKind::Rejected, "error-link"));
    }
    Ok(page(cx, token, String::new(), None).into())
}

fn page(cx: &RequestContext, token: String, email: String, error: Option<UiError>) -> Page {
    let realm = &cx.act.realm;
    let issuer = realm.issuer.as_str().to_owned();
    Page::Setup(Setup {
        token,
        email,
        issuer,
        policy: realm.settings.password,
        error,
    })
}

/// What the form posts to the page itself.
pub(crate) async fn post(cx: &RequestContext, form: &Fields) -> Result<Next, UiError> {
    create(
        cx,
        &form.get("token"),
        form.get("email"),
        form.get("new_password"),
    )
    .await
}

/// The page again, with its error.
pub(crate) fn again(cx: &RequestContext, form: &Fields, error: &UiError) -> Option<Page> {
    (error.kind != UiErrorKind::Rejected)
        .then(|| page(cx, form.get("token"), form.get("email"), Some(error.clone())))
}

/// Makes the first administrator.
pub async fn create(
    cx: &RequestContext,
    token: &str,
    email: String,
    new_password: String,
) -> Result<Next, UiError> {
    let new = CreateUser {
        email,
        name: String::new(),
        password: Some(new_password),
        verified: true,
        role: Role::Administrator,
        claims: Default::default(),
    };
    let made = cx
        .services
        .users
        .create_first_administrator(&cx.act, token, new)
        .await;
    made.map_err(|error| match error {
        CreateUserError::InvalidEmail
        | CreateUserError::InvalidName
        | CreateUserError::InvalidClaims(_)
        | CreateUserError::PasswordHash => cx.invalid("email", "error-email"),
        CreateUserError::Password(refused) => refused_password(cx, refused),
        CreateUserError::Taken => cx.invalid("email", "error-email-taken"),
        CreateUserError::NotAllowed => cx.error(UiErrorKind::Rejected, "error-link"),
        CreateUserError::TooManyAttempts { retry_after } => cx.too_many(retry_after),
        CreateUserError::Busy => cx.busy(),
        CreateUserError::Store(error) => cx.unavailable(&error),
    })?;
    Ok(cx.next("/login?done=setup"))
}

#[server(endpoint = "setup")]
pub(crate) async fn create_administrator(
    token: String,
    email: String,
    new_password: String,
) -> Result<Next, UiError> {
    answer(create(&context()?, &token, email, new_password).await)
}

/// The page.
pub(crate) fn view(page: &Setup, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let error = page.error.as_ref();
    let kind = Kind::NewPassword(page.policy);
    let email = Field {
        name: "email",
        kind: Kind::AdministratorEmail,
        value: &page.email,
        error,
    };
    let password = Field {
        name: "new_password",
        kind,
        value: "",
        error,
    };
    view! {
        <div class="card stack">
            <div class="card__head"><h1>{w.get("setup-title")}</h1><p>{w.get("setup-text")}</p></div>
            {notice::error(error)}
            <form class="stack" method="post" action=frame.path("/setup") data-act=frame.path("/api/setup") data-strength=frame.path(STRENGTH)>
                {hidden("token", page.token.clone())}
                {field::view(&email, w)}
                {field::view(&password, w)}
                {submit(w.get("setup-submit"))}
            </form>
            <div class="card__foot">
                <dl class="facts small"><dt>{w.get("setup-issuer")}</dt><dd><code>{page.issuer.clone()}</code></dd></dl>
            </div>
        </div>
    }
    .into_any()
}
