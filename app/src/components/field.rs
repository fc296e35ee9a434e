//! A labelled input with its hint and its error.

use crate::{error::UiError, words::Words};
use domain::person::PasswordPolicy;
use leptos::{prelude::*, tachys::html::attribute::custom::custom_attribute};

/// What an input takes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Identifier,
    Email,
    NewAddress,
    AdministratorEmail,
    Name,
    Password,
    NewPassword(PasswordPolicy),
    Code,
    TotpCode,
    RecoveryCode,
    UserCode,
}

/// One field of a form.
pub(crate) struct Field<'a> {
    /// Its name, also its id.
    pub name: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// What was typed before; never shown for passwords and codes.
    pub value: &'a str,
    /// The form's error.
    pub error: Option<&'a UiError>,
}

/// What differs between the kinds.
struct Look {
    label: String,
    hint: Option<String>,
    input: &'static str,
    autocomplete: &'static str,
    class: &'static str,
    required: bool,
}

impl Kind {
    fn look(self, w: &Words) -> Look {
        let look = |label: String, input, autocomplete| Look {
            label,
            hint: None,
            input,
            autocomplete,
            class: "field__input",
            required: true,
        };
        match self {
            Self::Identifier => look(w.get("identifier-label"), "text", "username webauthn"),
            Self::Email => Look {
                hint: Some(w.get("email-hint")),
                ..look(w.get("email-label"), "email", "email")
            },
            Self::NewAddress => Look {
                hint: Some(w.get("address-hint")),
                ..look(w.get("address-label"), "email", "email")
            },
            Self::AdministratorEmail => look(w.get("admin-email-label"), "email", "username"),
            Self::Name => Look {
                hint: Some(w.get("name-hint")),
                required: false,
                ..look(w.get("name-label"), "text", "name")
            },
            Self::Password => look(w.get("password-label"), "password", "current-password"),
            Self::NewPassword(policy) => Look {
                hint: Some(asked(policy, w)),
                ..look(w.get("new-password-label"), "password", "new-password")
            },
            Self::Code => Look {
                hint: Some(w.get("code-hint")),
                class: "field__input field__input--code",
                ..look(w.get("code-label"), "text", "one-time-code")
            },
            Self::TotpCode => Look {
                hint: Some(w.get("second-factor-hint")),
                class: "field__input field__input--code",
                ..look(w.get("second-factor-label"), "text", "one-time-code")
            },
            Self::RecoveryCode => Look {
                hint: Some(w.get("second-factor-recovery-hint")),
                class: "field__input field__input--code field__input--recovery",
                ..look(w.get("second-factor-recovery-label"), "text", "off")
            },
            Self::UserCode => Look {
                hint: Some(w.get("user-code-hint")),
                class: "field__input field__input--code field__input--letters",
                ..look(w.get("user-code-label"), "text", "off")
            },
        }
    }

    fn autocapitalize(self) -> Option<&'static str> {
        match self {
            Self::Name => None,
            Self::UserCode => Some("characters"),
            _ => Some("none"),
        }
    }

    /// Room for a space after every sign of a code.
    fn max_length(self) -> Option<&'static str> {
        match self {
            Self::Code | Self::TotpCode => Some("16"),
            Self::RecoveryCode | Self::UserCode => Some("32"),
            _ => None,
        }
    }

    fn secret(self) -> bool {
        matches!(self, Self::Password | Self::NewPassword(_)) || self.is_code()
    }

    /// Whether it takes what is used once.
    fn is_code(self) -> bool {
        matches!(self, Self::Code | Self::TotpCode | Self::RecoveryCode)
    }
}

/// The field.
pub(crate) fn view(field: &Field<'_>, w: &Words) -> AnyView {
    let (name, kind) = (field.name, field.kind);
    let look = kind.look(w);
    let error = field
        .error
        .filter(|error| error.field.as_deref() == Some(name))
        .map(|error| error.text.clone());
    let described: Vec<_> = [
        look.hint.is_some().then(|| format!("{name}-hint")),
        error.is_some().then(|| format!("{name}-error")),
    ]
    .into_iter()
    .flatten()
    .collect();
    let (id_hint, id_error) = (format!("{name}-hint"), format!("{name}-error"));
    let value = (!kind.secret() && !field.value.is_empty()).then(|| field.value.to_owned());
    let plain = kind != Kind::Name;
    let rules = match kind {
        Kind::NewPassword(policy) => Some(rules(policy)),
        _ => None,
    };
    let input = view! {
        <input
            class=look.class id=name name=name type=look.input value=value
            dir=plain.then_some("ltr")
            autocomplete=look.autocomplete
            autocapitalize=kind.autocapitalize()
            spellcheck=plain.then_some("false")
            inputmode=matches!(kind, Kind::Code | Kind::TotpCode).then_some("numeric")
            maxlength=kind.max_length()
            autofocus=error.is_some()
            aria-describedby=(!described.is_empty()).then(|| described.join(" "))
            aria-invalid=error.is_some().then_some("true")
            required=look.required
        />
    }
    .add_any_attr(custom_attribute("passwordrules", rules));
    let input = if kind.secret() && !kind.is_code() {
        view! {
            <div class="field__box">{input}{reveal(name, w)}</div>
            <span class="field__caps" aria-live="polite" data-caps-lock=w.get("caps-lock")></span>
        }
        .into_any()
    } else {
        input.into_any()
    };
    view! {
        <div class="field">
            <label class="field__label" for=name>{look.label}</label>
            {look.hint.map(|hint| view! { <span class="field__hint" id=id_hint>{hint}</span> })}
            {error.map(|error| view! { <span class="field__error" id=id_error>{error}</span> })}
            {input}
        </div>
    }
    .into_any()
}

/// What is asked of a new password, in words.
fn asked(policy: PasswordPolicy, w: &Words) -> String {
    let (min, kinds) = (policy.min_characters, policy.min_kinds);
    let mut hint = match kinds {
        0 | 1 => w.with("new-password-hint", &[("min", min.into())]),
        2 | 3 => w.with(
            "new-password-hint-some-kinds",
            &[("min", min.into()), ("kinds", kinds.into())],
        ),
        _ => w.with("new-password-hint-kinds", &[("min", min.into())]),
    };
    let mut more = |sentence: String| {
        hint.push(' ');
        hint.push_str(&sentence);
    };
    if policy.history > 0 {
        more(w.with("new-password-hint-history", &[("history", policy.history.into())]));
    }
    if let Some(age) = policy.max_age {
        more(w.with(
            "new-password-hint-age",
            &[("days", (age.as_secs() / 86_400).into())],
        ));
    }
    hint
}

/// The same for password managers that make one up.
fn rules(policy: PasswordPolicy) -> String {
    let min = policy.min_characters;
    let kinds = match policy.min_kinds {
        0 | 1 => "",
        _ => " required: lower; required: upper; required: digit; required: special;",
    };
    format!("minlength: {min}; maxlength: 256;{kinds}")
}

fn reveal(name: &'static str, w: &Words) -> AnyView {
    view! {
        <button class="field__reveal" type="button" aria-pressed="false" aria-controls=name hidden=true>
            {w.get("show")}<span class="sr">" "{w.get("show-password")}</span>
        </button>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field_of(policy: PasswordPolicy) -> String {
        let field = Field {
            name: "new_password",
            kind: Kind::NewPassword(policy),
            value: "",
            error: None,
        };
        view(&field, &Words::for_locale(None)).to_html()
    }

    #[test]
    fn the_hint_below_a_new_password_says_all_that_is_asked_for() {
        let standard = field_of(PasswordPolicy::STANDARD);
        assert!(standard.contains(">At least 15 characters. A few unrelated words work well.<"));
        assert!(standard.contains("passwordrules=\"minlength: 15; maxlength: 256;\""));
        let beside = field_of(PasswordPolicy::STANDARD.beside_second_factor());
        assert!(beside.contains(">At least 8 characters. "));
        let enterprise = field_of(PasswordPolicy::ENTERPRISE);
        let hint = "At least 12 characters: small letters, capital letters, digits and other characters. \
                    Not one of your last 12 passwords. It is good for 90 days.";
        assert!(enterprise.contains(hint), "{enterprise}");
        assert!(enterprise.contains("required: lower; required: upper; required: digit; required: special;"));
    }
}
