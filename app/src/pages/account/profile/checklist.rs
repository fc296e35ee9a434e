//! Whether the account is safe: what guards it, and what is missing.

use super::ProfilePage;
use crate::{
    components::{day, device},
    frame::Frame,
    words::Words,
};
use domain::interaction::AccountPage;
use leptos::prelude::*;

/// Recovery codes of which fewer are few.
const FEW: u32 = 4;

/// How a guard stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Ready,
    Few,
    Missing,
    /// There, and no advice about it.
    Plain,
}

/// One guard.
struct Guard {
    name: String,
    state: State,
    text: String,
}

/// The section.
pub(super) fn view(page: &ProfilePage, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let items: Vec<_> = guards(page, w)
        .into_iter()
        .map(|guard| item(guard, frame))
        .collect();
    view! {
        <section class="card stack" aria-labelledby="safe">
            <h2 id="safe">{w.get("safe-title")}</h2>
            <ul>{address(page, w)}{items}{last(page, frame)}</ul>
        </section>
    }
    .into_any()
}

fn guards(page: &ProfilePage, w: &Words) -> Vec<Guard> {
    let guards = page.guards;
    let ready = |ready: bool| if ready { State::Ready } else { State::Missing };
    let passkey = Guard {
        name: w.get("safe-passkey"),
        state: ready(guards.passkeys > 0),
        text: match guards.passkeys {
            0 => w.get("safe-passkey-none"),
            count => w.with("safe-passkey-some", &[("count", count.into())]),
        },
    };
    let factor = Guard {
        name: w.get("safe-factor"),
        state: ready(guards.authenticator),
        text: w.get("safe-factor-text"),
    };
    let codes = guards.authenticator.then(|| Guard {
        name: w.get("safe-codes"),
        state: if guards.recovery_codes < FEW {
            State::Few
        } else {
            State::Ready
        },
        text: w.with("safe-codes-left", &[("count", guards.recovery_codes.into())]),
    });
    let password = Guard {
        name: w.get("safe-password"),
        state: State::Plain,
        text: match guards.password_set_at {
            Some(at) => w.with("safe-password-set", &[("day", day::day(at, w).into())]),
            None => w.get("safe-password-none"),
        },
    };
    [Some(passkey), Some(factor), codes, Some(password)]
        .into_iter()
        .flatten()
        .collect()
}

fn address(page: &ProfilePage, w: &Words) -> AnyView {
    let (class, text) = if page.confirmed {
        ("badge badge--ok", w.get("safe-email-confirmed"))
    } else {
        ("badge badge--warn", w.get("safe-email-unconfirmed"))
    };
    view! {
        <li class="list__item">
            <span class="list__text">
                <span class="list__title">{w.get("safe-email")}" "<span class=class>{text}</span></span>
                <span class="muted">{page.email.clone()}</span>
            </span>
        </li>
    }
    .into_any()
}

fn item(guard: Guard, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let badge = match guard.state {
        State::Ready => Some(("badge badge--ok", w.get("safe-ready"))),
        State::Few => Some(("badge badge--warn", w.get("safe-few"))),
        State::Missing => Some(("badge badge--warn", w.get("safe-missing"))),
        State::Plain => None,
    };
    let badge = badge.map(|(class, text)| view! { " "<span class=class>{text}</span> });
    let set_up = matches!(guard.state, State::Few | State::Missing).then(|| {
        view! {
            <a class="button" href=frame.path(AccountPage::Security.path())>
                {w.get("safe-set-up")}<span class="sr">" "{guard.name.clone()}</span>
            </a>
        }
    });
    view! {
        <li class="list__item">
            <span class="list__text">
                <span class="list__title">{guard.name.clone()}{badge}</span>
                <span class="muted">{guard.text}</span>
            </span>
            {set_up}
        </li>
    }
    .into_any()
}

fn last(page: &ProfilePage, frame: &Frame) -> AnyView {
    let w = &frame.words;
    view! {
        <li class="list__item">
            <span class="list__text">
                <span class="list__title">{w.get("safe-last")}</span>
                <span class="muted">
                    <time datetime=day::machine(page.last_sign_in)>{day::minute(page.last_sign_in, w)}</time>
                    ", "{device::describe(page.user_agent.as_deref(), w)}
                </span>
            </span>
            <a class="button" href=frame.path("/account/sessions")>{w.get("safe-sessions")}</a>
        </li>
    }
    .into_any()
}
