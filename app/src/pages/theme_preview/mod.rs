//! How pages would look in colours and corners that are being thought about: nothing is kept by it. With script they show
//! while they are typed, else once they are sent.

mod live;

use crate::{
    components::notice,
    error::{UiError, UiErrorKind},
    fields::Fields,
    frame::Frame,
    theme,
    words::Words,
};
use domain::theme::Theme;
use leptos::prelude::*;
use std::str::FromStr;

/// A look that is being thought about.
#[derive(Clone, Debug)]
pub struct ThemePreview {
    /// What was typed.
    pub typed: Typed,
    /// What of it can be shown.
    pub theme: Theme,
    /// Why it cannot.
    pub error: Option<UiError>,
}

/// What was typed.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// The accent.
    pub accent: String,
    /// That of dark pages.
    pub accent_dark: String,
    /// How round corners are.
    pub radius: String,
}

impl ThemePreview {
    /// What the address says.
    pub fn read(query: &Fields, w: &Words) -> Self {
        let typed = Typed {
            accent: query.get("accent").trim().to_owned(),
            accent_dark: query.get("accent_dark").trim().to_owned(),
            radius: query.get("radius").trim().to_owned(),
        };
        let (theme, error) = match read(&typed, w) {
            Ok(theme) => (theme, None),
            Err(error) => (Theme::default(), Some(error)),
        };
        Self { typed, theme, error }
    }
}

fn read(typed: &Typed, w: &Words) -> Result<Theme, UiError> {
    let refused = |key: &str, field: &str| UiError::new(UiErrorKind::InvalidInput, w.get(key)).at(field);
    let theme = Theme {
        accent: value(&typed.accent).ok_or_else(|| refused("theme-not-a-colour", "accent"))?,
        accent_dark: value(&typed.accent_dark).ok_or_else(|| refused("theme-not-a-colour", "accent_dark"))?,
        radius: value(&typed.radius).ok_or_else(|| refused("theme-not-a-radius", "radius"))?,
        ..Theme::default()
    };
    theme.check().map_err(|low| {
        let field = if Some(low.accent) == theme.accent {
            "accent"
        } else {
            "accent_dark"
        };
        let values = [
            ("one", low.one.to_string().into()),
            ("other", low.other.to_string().into()),
            ("ratio", w.decimal(low.ratio).into()),
        ];
        UiError::new(UiErrorKind::InvalidInput, w.with("theme-low", &values)).at(field)
    })?;
    Ok(theme)
}

fn value<T: FromStr>(text: &str) -> Option<Option<T>> {
    match text {
        "" => Some(None),
        text => text.parse().ok().map(Some),
    }
}

/// The page.
pub(crate) fn view(page: &ThemePreview, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let field = |name, label: &str, value: &String| field(name, w.get(label), value, page.error.as_ref());
    // What an empty field leaves as it is.
    let [accent, accent_dark, radius] = theme::said(&frame.theme);
    view! {
        <div class="stack">
        <div class="card stack">
            <div class="card__head"><h1>{w.get("theme-title")}</h1><p class="muted">{w.get("theme-text")}</p></div>
            {notice::error(page.error.as_ref())}
            <form class="stack" method="get" action=frame.path("/playground/theme") data-refused=w.get("theme-refused")
                data-accent=accent data-accent-dark=accent_dark data-radius=radius>
                {field("accent", "theme-accent", &page.typed.accent)}
                {field("accent_dark", "theme-accent-dark", &page.typed.accent_dark)}
                {field("radius", "theme-radius", &page.typed.radius)}
                <div class="stack stack--tight">
                    <div role="status"></div>
                    <button class="button" type="submit">{w.get("theme-show")}</button>
                </div>
            </form>
        </div>
        <section class="card stack" aria-labelledby="sample">
            <h2 id="sample">{w.get("theme-sample")}</h2>
            <p>{w.get("theme-sample-text")}" "<a href="#main">{w.get("theme-sample-link")}</a></p>
            <p class="notice">{w.get("theme-sample-notice")}" "<a href="#main">{w.get("theme-sample-link")}</a></p>
            <div class="actions actions--pair">
                <span class="button">{w.get("consent-cancel")}</span>
                <span class="button button--primary">{w.get("consent-allow")}</span>
            </div>
        </section>
        <script nonce=frame.nonce.clone()>{live::SCRIPT}</script>
        </div>
    }
    .into_any()
}

fn field(name: &'static str, label: String, value: &str, error: Option<&UiError>) -> AnyView {
    let wrong = error.is_some_and(|error| error.field.as_deref() == Some(name));
    view! {
        <div class="field">
            <label class="field__label" for=name>{label}</label>
            <input class="field__input" id=name name=name value=value.to_owned() dir="ltr" autocomplete="off"
                spellcheck="false" aria-invalid=wrong.then_some("true") aria-describedby=wrong.then_some("errors") autofocus=wrong/>
        </div>
    }
    .into_any()
}
