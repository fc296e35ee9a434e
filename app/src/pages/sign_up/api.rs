//! The act of signing up.

use super::SignUpPage;
use crate::{
    components::{agreement::Agreement, work},
    context::RequestContext,
    doors::{answer, context},
    error::{UiError, UiErrorKind},
    fields::Fields,
    pages::{Page, encoded, federated, federated::Offer, masked},
    routes::{Next, Shown},
};
use domain::{
    person::PasswordRefused,
    services::{
        budgets::AskError,
        registration::{SignUp, SignUpError},
    },
    work::{Shown as ShownWork, WorkForm},
};
use leptos::prelude::*;

/// What somebody types to sign up.
pub struct SignUpForm {
    /// The request that waits, if any.
    pub interaction: Option<String>,
    /// Their address.
    pub email: String,
    /// Their name; may be empty.
    pub name: String,
    /// The password they want.
    pub new_password: String,
    /// What their machine did for it.
    pub work: ShownWork,
    /// The version of the terms of use that they agreed to.
    pub terms: Option<String>,
}

/// The page.
pub(crate) async fn load(cx: &RequestContext, query: &Fields) -> Result<Shown, UiError> {
    let page = page(cx, query, None).await?;
    Ok(Page::SignUp(page).into())
}

async fn page(cx: &RequestContext, query: &Fields, error: Option<&UiError>) -> Result<SignUpPage, UiError> {
    let interaction = cx.interaction_if_any(query.parse("interaction")).await?;
    let app = cx.app(interaction.as_ref()).await?;
    let offer = match &interaction {
        Some(interaction) => federated::offer(cx, interaction, None).await?,
        None => Offer::default(),
    };
    Ok(SignUpPage {
        interaction: interaction.map(|interaction| interaction.id.to_string()),
        app,
        email: String::new(),
        name: String::new(),
        policy: cx.act.realm.settings.password,
        work: cx.work(WorkForm::SignUp, error).await?,
        agreement: Agreement::from(&cx.act.realm.settings),
        offer,
        error: error.cloned(),
    })
}

/// What the form posts to the page itself.
pub(crate) async fn post(cx: &RequestContext, form: &Fields) -> Result<Next, UiError> {
    let form = SignUpForm {
        interaction: form.find("interaction").map(str::to_owned),
        email: form.get("email"),
        name: form.get("name"),
        new_password: form.get("new_password"),
        work: work::shown(form),
        terms: form.find("terms").map(str::to_owned),
    };
    sign_up(cx, form).await
}

/// The page again, with its error.
pub(crate) async fn again(cx: &RequestContext, form: &Fields, error: &UiError) -> Option<Page> {
    let page = page(cx, form, Some(error)).await.ok()?;
    let (email, name) = (form.get("email"), form.get("name"));
    Some(Page::SignUp(SignUpPage { email, name, ..page }))
}

/// Signs somebody up and mails a code and a link.
pub async fn sign_up(cx: &RequestContext, form: SignUpForm) -> Result<Next, UiError> {
    let id = form.interaction.and_then(|id| id.parse().ok());
    let interaction = cx.interaction_if_any(id).await?.map(|interaction| interaction.id);
    let to = masked(&form.email)
        .map(|to| format!("&to={}", encoded(&to)))
        .unwrap_or_default();
    let new = SignUp {
        email: form.email,
        name: form.name,
        password: form.new_password,
        interaction,
        browser: cx.browser,
        work: form.work,
        terms: form.terms,
    };
    let flow = cx
        .services
        .registration
        .sign_up(&cx.act, new)
        .await
        .map_err(|error| match error {
            SignUpError::InvalidEmail => cx.invalid("email", "error-email"),
            SignUpError::TermsNotAccepted => cx.invalid("terms", "error-terms"),
            SignUpError::InvalidName => cx.invalid("name", "error-name"),
            SignUpError::Password(refused) => refused_password(cx, refused),
            SignUpError::Work(demand) => cx.asked_too_often(AskError::Work(demand)),
            SignUpError::TooMany { retry_after } => cx.too_many(retry_after),
            SignUpError::Busy => cx.busy(),
            SignUpError::Store(error) => cx.unavailable(&error),
        })?;
    let interaction = interaction
        .map(|id| format!("&interaction={id}"))
        .unwrap_or_default();
    Ok(cx.next(format_args!("/verify-email?flow={flow}{interaction}{to}")))
}

/// Why a new password was not taken.
pub(crate) fn refused_password(cx: &RequestContext, refused: PasswordRefused) -> UiError {
    let text = match refused {
        PasswordRefused::TooShort { min } => cx.words.with("error-password-short", &[("min", min.into())]),
        PasswordRefused::TooLong => cx.words.get("error-password-long"),
        PasswordRefused::TooFewKinds { min } => cx.words.with("error-password-kinds", &[("min", min.into())]),
        PasswordRefused::Common => cx.words.get("error-password-common"),
        PasswordRefused::EasilyGuessed => cx.words.get("error-password-guessed"),
        PasswordRefused::UsedBefore => cx.words.get("error-password-before"),
    };
    UiError::new(UiErrorKind::InvalidInput, text).at("new_password")
}

#[allow(
    clippy::too_many_arguments,
    reason = "a server function has one for each field of its form"
)]
mod called {
    use super::*;

    #[server(endpoint = "sign-up")]
    pub(super) async fn sign_up_act(
        interaction: Option<String>,
        email: String,
        name: String,
        new_password: String,
        work: Option<String>,
        work_answer: Option<String>,
        terms: Option<String>,
    ) -> Result<Next, UiError> {
        answer(
            sign_up(
                &context()?,
                SignUpForm {
                    interaction,
                    email,
                    name,
                    new_password,
                    work: work::given(work, work_answer),
                    terms,
                },
            )
            .await,
        )
    }
}
