//! Making an account. Whoever signs up with an address that has one sees the same.

mod api;

pub use api::{SignUpForm, sign_up};
pub(crate) use api::{again, load, post, refused_password};

use crate::{
    components::{
        App,
        agreement::{self, Agreement},
        field,
        field::{Field, Kind},
        hidden_if, notice, submit,
        work::{self, Work},
    },
    error::UiError,
    frame::Frame,
    pages::{federated, federated::Offer, new_password::STRENGTH, with_interaction},
};
use domain::person::PasswordPolicy;
use leptos::prelude::*;

/// Making an account.
#[derive(Clone, Debug)]
pub struct SignUpPage {
    /// The request that waits, if any.
    pub interaction: Option<String>,
    /// The app that waits.
    pub app: Option<App>,
    /// The address typed.
    pub email: String,
    /// The name typed.
    pub name: String,
    /// What the password must be.
    pub policy: PasswordPolicy,
    /// What the machine does for it.
    pub work: Work,
    /// What people agree to.
    pub agreement: Agreement,
    /// The providers that people may come through instead.
    pub offer: Offer,
    /// Why the last try did not succeed.
    pub error: Option<UiError>,
}

/// The page.
pub(crate) fn view(page: &SignUpPage, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let error = page.error.as_ref();
    let to = page.app.as_ref().map(|app| {
        let values = [
            ("app", app.name.as_str().into()),
            ("host", app.host.as_str().into()),
        ];
        view! { <p class="muted">{w.with("choose-app", &values)}</p> }
    });
    let fields = [
        Field {
            name: "email",
            kind: Kind::Email,
            value: &page.email,
            error,
        },
        Field {
            name: "name",
            kind: Kind::Name,
            value: &page.name,
            error,
        },
        Field {
            name: "new_password",
            kind: Kind::NewPassword(page.policy),
            value: "",
            error,
        },
    ]
    .map(|field| field::view(&field, w))
    .into_iter()
    .collect::<Vec<_>>();
    let login = frame.path(&with_interaction("/login", page.interaction.as_ref()));
    view! {
        <div class="card stack">
            <div class="card__head"><h1>{w.get("sign-up-title")}</h1>{to}</div>
            {notice::error(error)}
            <form class="stack" method="post" action=frame.path("/sign-up") data-act=frame.path("/api/sign-up") data-strength=frame.path(STRENGTH)>
                {hidden_if("interaction", page.interaction.as_ref())}
                {work::view(&page.work)}
                {fields}
                {agreement::ask(&page.agreement, error, w)}
                {submit(w.get("sign-up-submit"))}
            </form>
            {page.interaction.as_ref().and_then(|request| federated::buttons(&page.offer, request, frame))}
            <div class="card__foot">
                <p>{w.get("sign-up-have")}" "<a class="link" href=login>{w.get("sign-up-sign-in")}</a></p>
            </div>
        </div>
    }
    .into_any()
}
