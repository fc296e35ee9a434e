//! The language of pages and mails, and the time zone of the times in them. The form is posted without script only.

use super::{ProfilePage, told};
use crate::{
    components::hidden,
    context::{RequestContext, SessionChange},
    error::UiError,
    fields::Fields,
    frame::Frame,
    routes::Next,
    words::Words,
};
use domain::{
    language::Language,
    services::account::Preferences,
    user::{TimeZone, User},
};
use leptos::prelude::*;

/// What was said, or typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// The language.
    pub language: Option<Language>,
    /// The name of a time zone, or what somebody took for one.
    pub zone: String,
}

impl From<&User> for Said {
    fn from(user: &User) -> Self {
        Self {
            language: Preferences::of(user).language,
            zone: user.zoneinfo.clone().unwrap_or_default(),
        }
    }
}

/// Whether it was this form that was posted.
pub(super) fn are_in(form: &Fields) -> bool {
    form.find("preferences").is_some()
}

/// What was typed.
pub(super) fn typed(form: &Fields) -> Said {
    Said {
        language: Language::parse(&form.get("locale")),
        zone: form.get("zoneinfo"),
    }
}

/// What the form posts to the page itself. The language shows at once.
pub(super) async fn post(cx: &RequestContext, form: &Fields) -> Result<Next, UiError> {
    let person = cx.person()?;
    let version = form.parse("version").unwrap_or(person.user().version);
    let Said { language, zone } = typed(form);
    let zone = match zone.trim() {
        "" => None,
        name => Some(zone_of(name).ok_or_else(|| cx.invalid("zoneinfo", "error-zone"))?),
    };
    let preferences = Preferences { language, zone };
    let account = &cx.services.account;
    let updated = account
        .update_preferences(&cx.act, person, preferences, version)
        .await;
    updated.map_err(|error| told(cx, error))?;
    if let Some(language) = language {
        cx.changes.leave(SessionChange::Speak(language));
    }
    Ok(cx.next("/account?done=saved"))
}

/// The time zone of this name (IANA), whatever its case.
fn zone_of(name: &str) -> Option<TimeZone> {
    // Bounded first: names are short.
    let name = TimeZone::try_from(name.replace(' ', "_")).ok()?;
    let zone = jiff::tz::TimeZone::get(&String::from(name)).ok()?;
    TimeZone::try_from(zone.iana_name()?.to_owned()).ok()
}

/// The zones of places that the field proposes; it takes every other that there is.
fn places() -> Vec<String> {
    const PARTS: [&str; 10] = [
        "Africa/",
        "America/",
        "Antarctica/",
        "Arctic/",
        "Asia/",
        "Atlantic/",
        "Australia/",
        "Europe/",
        "Indian/",
        "Pacific/",
    ];
    let names = jiff::tz::db().available().map(|name| name.as_str().to_owned());
    let mut names: Vec<_> = names
        .filter(|name| PARTS.iter().any(|part| name.starts_with(part)))
        .collect();
    names.sort_unstable();
    names
}

/// The section with its form.
pub(super) fn view(page: &ProfilePage, frame: &Frame) -> AnyView {
    let w = &frame.words;
    view! {
        <section class="card stack" aria-labelledby="preferences">
            <h2 id="preferences">{w.get("preferences-title")}</h2>
            <p class="muted">{w.get("preferences-text")}</p>
            <form class="stack" method="post" action=frame.path("/account")>
                {hidden("preferences", "1")}
                {hidden("version", page.version.to_string())}
                {languages(page.preferences.language, w)}
                {zones(page, w)}
                <div class="actions"><button class="button" type="submit">{w.get("preferences-save")}</button></div>
            </form>
        </section>
    }
    .into_any()
}

fn languages(chosen: Option<Language>, w: &Words) -> AnyView {
    let options: Vec<_> = Language::ALL
        .into_iter()
        .map(|language| {
            let tag = language.as_str();
            view! {
                <option value=tag lang=tag selected=chosen == Some(language)>{language.own_name()}</option>
            }
        })
        .collect();
    view! {
        <div class="field">
            <label class="field__label" for="locale">{w.get("locale-label")}</label>
            <select class="field__input" id="locale" name="locale">
                <option value="" selected=chosen.is_none()>{w.get("locale-none")}</option>
                {options}
            </select>
        </div>
    }
    .into_any()
}

fn zones(page: &ProfilePage, w: &Words) -> AnyView {
    let error = page.error.as_ref();
    let error = error.filter(|error| error.field.as_deref() == Some("zoneinfo"));
    let error = error.map(|error| error.text.clone());
    let (invalid, described) = match &error {
        Some(_) => (Some("true"), "zoneinfo-hint zoneinfo-error"),
        None => (None, "zoneinfo-hint"),
    };
    let focus = error.is_some();
    let proposed: Vec<_> = places()
        .into_iter()
        .map(|name| view! { <option value=name></option> })
        .collect();
    view! {
        <div class="field">
            <label class="field__label" for="zoneinfo">{w.get("zoneinfo-label")}</label>
            <span class="field__hint" id="zoneinfo-hint">{w.get("zoneinfo-hint")}</span>
            {error.map(|error| view! { <span class="field__error" id="zoneinfo-error">{error}</span> })}
            <input class="field__input" id="zoneinfo" name="zoneinfo" type="text" list="zones" autocomplete="off"
                autocapitalize="none" spellcheck="false" maxlength="64" value=page.preferences.zone.clone()
                autofocus=focus aria-describedby=described aria-invalid=invalid/>
            <datalist id="zones">{proposed}</datalist>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_one_that_there_is_and_is_kept_by_its_name() {
        let named = |typed: &str| zone_of(typed).map(String::from);
        for (typed, kept) in [
            ("Europe/Berlin", "Europe/Berlin"),
            ("europe/berlin", "Europe/Berlin"),
            ("America/New York", "America/New_York"),
            ("UTC", "UTC"),
        ] {
            assert_eq!(named(typed).as_deref(), Some(kept));
        }
        for typed in [
            "Mars/Olympus",
            "Europe/",
            "../../etc/passwd",
            "+01:00",
            &"E".repeat(65),
        ] {
            assert_eq!(named(typed), None, "{typed}");
        }
    }

    #[test]
    fn every_zone_that_is_proposed_is_taken() {
        let places = places();
        assert!(places.len() > 300);
        for name in places {
            assert!(zone_of(&name).is_some(), "{name}");
        }
    }
}
