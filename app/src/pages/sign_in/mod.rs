//! Signing in: first the identifier, then the password. Unknown identifiers get the same second step.

mod api;
mod finish;
mod passkey;

pub use api::{IdentifierForm, PasswordForm, identify, password};
pub(crate) use api::{again, load, post, start};
pub(crate) use finish::{arrival, completed, finish, or_account};
pub(crate) use passkey::form as passkey_form;
pub use passkey::{Asked, PasskeyForm};

use crate::{
    components::{App, field, field::Field, field::Kind, hidden, notice, submit, tile},
    error::{UiError, UiErrorKind},
    frame::Frame,
    pages::{federated, federated::Offer, login_code, with_interaction},
    words::Words,
};
use domain::acr::Method;
use leptos::prelude::*;

/// Signing in.
#[derive(Clone, Debug)]
pub struct SignInPage {
    /// The request that waits.
    pub interaction: String,
    /// The app that waits.
    pub app: Option<App>,
    /// How far the person got.
    pub step: Step,
    /// Whether there are passkeys at this address.
    pub passkeys: bool,
    /// What this browser was used for before.
    pub known: Known,
    /// The other providers.
    pub offer: Offer,
    /// What was done before.
    pub done: Option<Done>,
    /// Why the last try did not succeed.
    pub error: Option<UiError>,
}

/// What this browser was used for before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// How somebody last signed in here.
    pub last_method: Option<Method>,
    /// Whether there are accounts to choose from.
    pub accounts: bool,
}

/// How far the person got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Who?
    Identifier {
        /// What to put into the field.
        typed: String,
    },
    /// Prove it.
    Password {
        /// Who.
        identifier: String,
    },
}

impl Step {
    /// Who was said to sign in.
    fn identifier(&self) -> Option<&str> {
        match self {
            Self::Identifier { .. } => None,
            Self::Password { identifier } => Some(identifier),
        }
    }
}

/// What sent the person here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// A new password was set.
    Password,
    /// An address was brought back.
    Restored,
    /// An account was restored.
    Back,
    /// The first administrator was made.
    Setup,
    /// An address was confirmed.
    Verified,
}

impl Done {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text {
            "password" => Some(Self::Password),
            "restored" => Some(Self::Restored),
            "back" => Some(Self::Back),
            "setup" => Some(Self::Setup),
            "verified" => Some(Self::Verified),
            _ => None,
        }
    }

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Restored => "restored",
            Self::Back => "back",
            Self::Setup => "setup",
            Self::Verified => "verified",
        }
    }

    fn text(self, w: &Words) -> String {
        match self {
            Self::Password => w.get("sign-in-done-password"),
            Self::Restored => w.get("sign-in-done-restored"),
            Self::Back => w.get("sign-in-done-back"),
            Self::Setup => w.get("sign-in-done-setup"),
            Self::Verified => w.get("sign-in-done-verified"),
        }
    }
}

/// The page.
pub(crate) fn view(page: &SignInPage, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let title = match &page.app {
        Some(app) => w.with("sign-in-title-app", &[("app", app.name.as_str().into())]),
        None => w.get("sign-in-title"),
    };
    let back = page.app.as_ref().map(|app| {
        view! { <p class="muted">{w.with("sign-in-return", &[("host", app.host.as_str().into())])}</p> }
    });
    let form = match &page.step {
        Step::Identifier { typed } => identifier_form(page, typed, frame),
        Step::Password { identifier } => password_form(page, identifier, frame),
    };
    view! {
        <div class="card stack">
            <div class="card__head"><h1>{title}</h1>{back}</div>
            {notice::done(page.done.filter(|_| page.error.is_none()).map(|done| done.text(w)))}
            {error_notice(page, frame)}
            {federated::waiting(&page.offer, w)}
            {form}
        </div>
    }
    .into_any()
}

fn error_notice(page: &SignInPage, frame: &Frame) -> Option<AnyView> {
    let error = page.error.as_ref()?;
    if error.kind != UiErrorKind::Rejected || error.field.is_none() {
        return notice::error(Some(error));
    }
    let w = &frame.words;
    let forgot = frame.path(&with_interaction("/forgot-password", Some(&page.interaction)));
    Some(notice::frame(
        view! {
            {w.get("error-credentials-start")}" "
            <a href="#password">{w.get("error-credentials-again")}</a>" "
            {w.get("error-credentials-or")}" "
            <a href=forgot>{w.get("error-credentials-reset")}</a>{w.get("error-credentials-end")}
        }
        .into_any(),
    ))
}

fn identifier_form(page: &SignInPage, typed: &str, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let field = Field {
        name: "identifier",
        kind: Kind::Identifier,
        value: typed,
        error: page.error.as_ref(),
    };
    let sign_up = frame.path(&with_interaction("/sign-up", Some(&page.interaction)));
    let choose = frame.path(&format!(
        "{}&choose=1",
        with_interaction("/login", Some(&page.interaction))
    ));
    let known = page
        .known
        .accounts
        .then(|| view! { <p><a class="link" href=choose>{w.get("sign-in-known")}</a></p> });
    view! {
        <form class="stack" method="post" action=frame.path("/login") data-act=frame.path("/api/sign-in/identifier")>
            {hidden("interaction", page.interaction.clone())}
            {field::view(&field, w)}
            {submit(w.get("sign-in-continue"))}
        </form>
        {passkey::view(page, frame)}
        {federated::buttons(&page.offer, &page.interaction, frame)}
        <div class="card__foot">
            {known}
            <p>{w.get("sign-in-new-here")}" "<a class="link" href=sign_up>{w.get("sign-in-create")}</a></p>
        </div>
    }
    .into_any()
}

fn password_form(page: &SignInPage, identifier: &str, frame: &Frame) -> AnyView {
    let w = &frame.words;
    // The sentence that says so stands above the form; at the field it is enough to ask again.
    let again = page.error.clone().map(|error| match error.kind {
        UiErrorKind::Rejected => UiError {
            text: w.get("error-password-again"),
            ..error.at("password")
        },
        _ => error,
    });
    let field = Field {
        name: "password",
        kind: Kind::Password,
        value: "",
        error: again.as_ref(),
    };
    let change = frame.path(&format!(
        "{}&change=1",
        with_interaction("/login", Some(&page.interaction))
    ));
    let forgot = frame.path(&with_interaction("/forgot-password", Some(&page.interaction)));
    let identifier = identifier.to_owned();
    view! {
        {federated::of_domain(&page.offer, &page.interaction, frame)}
        <form class="stack" method="post" action=frame.path("/login") data-act=frame.path("/api/sign-in/password")>
            {hidden("interaction", page.interaction.clone())}
            <div class="identity">
                {tile(&identifier, "tile tile--person")}
                <span class="identity__text"><span>{identifier.clone()}</span></span>
                <a class="link" href=change>{w.get("sign-in-change")}<span class="sr">" "{w.get("sign-in-change-more")}</span></a>
            </div>
            <input type="text" name="identifier" value=identifier autocomplete="username" hidden=true/>
            {field::view(&field, w)}
            {submit(w.get("sign-in-submit"))}
        </form>
        {passkey::view(page, frame)}
        {login_code::offer(&page.interaction, page.known.last_method == Some(Method::MailedCode), frame)}
        {federated::buttons(&page.offer, &page.interaction, frame)}
        <div class="card__foot"><a class="link" href=forgot>{w.get("sign-in-forgot")}</a></div>
    }
    .into_any()
}
