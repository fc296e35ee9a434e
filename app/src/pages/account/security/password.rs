//! The password.

use crate::frame::Frame;
use domain::login_session::SignedInUser;
use leptos::prelude::*;

/// The password.
#[derive(Clone, Debug)]
pub struct Section {
    /// The address that a link to a new password goes to.
    pub email: String,
}

pub(super) fn read(person: &SignedInUser) -> Section {
    Section {
        email: person.user().email.as_str().to_owned(),
    }
}

pub(super) fn view(section: &Section, frame: &Frame) -> AnyView {
    let w = &frame.words;
    view! {
        <section class="card stack" aria-labelledby="password-title">
            <h2 id="password-title">{w.get("security-password")}</h2>
            <p>{w.with("security-password-text", &[("email", section.email.as_str().into())])}</p>
            <div class="actions">
                <a class="button" href=frame.path("/forgot-password")>{w.get("security-password-change")}</a>
            </div>
        </section>
    }
    .into_any()
}
