//! The terms of use and the privacy policy, where people are asked to agree or are told of them.

use crate::{error::UiError, words::Words};
use domain::realm_context::RealmSettings;
use leptos::prelude::*;

/// What people read before they agree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agreement {
    /// The version and the address of the terms, if there are any.
    pub terms: Option<(String, String)>,
    /// The address of the privacy policy, if there is one.
    pub privacy: Option<String>,
}

impl From<&RealmSettings> for Agreement {
    fn from(settings: &RealmSettings) -> Self {
        let terms = settings.terms_of_use.as_ref();
        let privacy = settings.privacy_uri.as_ref();
        Self {
            terms: terms.map(|terms| (terms.version.as_str().to_owned(), terms.uri.as_str().to_owned())),
            privacy: privacy.map(|uri| uri.as_str().to_owned()),
        }
    }
}

/// The box to tick, and where the policy is.
pub(crate) fn ask(agreement: &Agreement, error: Option<&UiError>, w: &Words) -> AnyView {
    let ticked = agreement.terms.as_ref().map(|(version, uri)| {
        let (version, sentence) = (version.clone(), sentence("terms-agree", "terms", ("terms-link", uri), w));
        let error = error
            .filter(|error| error.field.as_deref() == Some("terms"))
            .map(|error| error.text.clone());
        let (wrong, described) = (error.is_some(), error.is_some().then_some("terms-error"));
        view! {
            <div class="field">
                {error.map(|text| view! { <span class="field__error" id="terms-error">{text}</span> })}
                <div class="field__box">
                    <label class="tick">
                    <input class="tick__box" type="checkbox" id="terms" name="terms" value=version required=true
                        autofocus=wrong aria-describedby=described aria-invalid=wrong.then_some("true")/>
                    <span>{sentence}</span>
                </label>
                </div>
            </div>
        }
    });
    view! { {ticked}{privacy(agreement, w)} }.into_any()
}

/// Where the privacy policy is.
pub(crate) fn privacy(agreement: &Agreement, w: &Words) -> Option<AnyView> {
    let uri = agreement.privacy.as_ref()?;
    let sentence = sentence("terms-privacy", "privacy", ("terms-privacy-link", uri), w);
    Some(view! { <p class="muted small">{sentence}</p> }.into_any())
}

/// A sentence with a link in it, which opens beside the page: nothing typed is lost.
pub(crate) fn sentence(key: &str, name: &'static str, (link, uri): (&str, &str), w: &Words) -> AnyView {
    let (before, after) = w.around(key, name, &[]);
    let (uri, text) = (uri.to_owned(), w.get(link));
    view! { {before}<a href=uri target="_blank" rel="noopener noreferrer">{text}</a>{after} }.into_any()
}
