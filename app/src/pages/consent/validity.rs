//! For how long a person allows something.

use crate::{fields::Fields, words::Words};
use domain::consent::Validity;
use leptos::prelude::*;

/// The choice; `others` says that it counts for what was allowed before as well.
pub(crate) fn choice(chosen: Validity, others: bool, w: &Words) -> AnyView {
    let choices: Vec<_> = Validity::ALL
        .into_iter()
        .map(|validity| {
            view! {
                <label class="choices__item">
                    <input class="tick__box" type="radio" name="validity" value=validity.as_str()
                        checked=validity == chosen/>
                    <span>{w.get(words(validity))}</span>
                </label>
            }
        })
        .collect();
    let hint = others.then(|| {
        view! { <p class="muted small" id="validity-hint">{w.get("consent-validity-all")}</p> }
    });
    view! {
        <fieldset class="choices" aria-describedby=others.then_some("validity-hint")>
            <legend class="scopes__title">{w.get("consent-validity")}</legend>
            {choices}
            {hint}
        </fieldset>
    }
    .into_any()
}

/// What was chosen; a form without the choice allows as one did before there was any.
pub(crate) fn chosen(form: &Fields) -> Option<Validity> {
    match form.find("validity") {
        Some(text) => Validity::parse(text),
        None => Some(Validity::default()),
    }
}

fn words(validity: Validity) -> &'static str {
    match validity {
        Validity::UntilRemoved => "consent-validity-removed",
        Validity::Month => "consent-validity-month",
        Validity::Day => "consent-validity-day",
    }
}
