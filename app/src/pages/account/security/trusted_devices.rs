//! Browsers that are trusted without a second factor, and ending that.

use crate::{
    components::{day, device, hidden},
    context::RequestContext,
    error::{UiError, UiErrorKind},
    frame::Frame,
    routes::Next,
    words::Words,
};
use domain::{clock::Timestamp, interaction::AccountPage, second_factor::TrustedDevice};
use leptos::prelude::*;

const ALL: &str = "all";

/// One trusted browser.
#[derive(Clone, Debug)]
pub struct Trusted {
    /// Its id.
    pub id: String,
    /// The browser.
    pub user_agent: Option<String>,
    /// Since when.
    pub since: Timestamp,
    /// When it last spared the code.
    pub used: Timestamp,
    /// Until when.
    pub until: Timestamp,
}

impl From<TrustedDevice> for Trusted {
    fn from(device: TrustedDevice) -> Self {
        Self {
            id: device.id.to_string(),
            user_agent: device.user_agent,
            since: device.created_at,
            used: device.last_used_at,
            until: device.expires_at,
        }
    }
}

pub(super) fn section(devices: Vec<TrustedDevice>) -> Vec<Trusted> {
    devices.into_iter().map(Trusted::from).collect()
}

/// Stops trusting the browser named, or all.
pub(super) async fn forget(cx: &RequestContext, device: &str) -> Result<Next, UiError> {
    let missing = || cx.error(UiErrorKind::NotFound, "error-not-found");
    let which = match device {
        ALL => None,
        id => Some(id.parse().map_err(|_| missing())?),
    };
    let forgotten = cx
        .services
        .second_factors
        .forget_trusted(&cx.act, cx.person()?, which)
        .await;
    match forgotten.map_err(|error| cx.unavailable(&error))? {
        true => Ok(cx.next("/account/security?done=trusted")),
        false => Err(missing()),
    }
}

pub(super) fn view(devices: &[Trusted], frame: &Frame) -> Option<AnyView> {
    let w = &frame.words;
    if devices.is_empty() {
        return None;
    }
    let items: Vec<_> = devices.iter().map(|device| item(device, frame)).collect();
    let all = (devices.len() > 1).then(|| {
        let button = view! {
            <button class="button button--danger" type="submit">{w.get("trusted-forget-all")}</button>
        };
        view! { <div class="card__foot actions">{form(ALL, button.into_any(), frame)}</div> }
    });
    let section = view! {
        <section class="card stack" aria-labelledby="trusted-title">
            <h2 id="trusted-title">{w.get("trusted-title")}</h2>
            <p>{w.get("trusted-text")}</p>
            <ul>{items}</ul>
            {all}
        </section>
    };
    Some(section.into_any())
}

fn form(device: &str, button: AnyView, frame: &Frame) -> AnyView {
    view! {
        <form method="post" action=frame.path(AccountPage::Security.path())>
            {hidden("act", "trusted-forget")}
            {hidden("device", device)}
            {button}
        </form>
    }
    .into_any()
}

fn item(device: &Trusted, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let name = device::describe(device.user_agent.as_deref(), w);
    let button = view! {
        <button class="button button--danger" type="submit">
            {w.get("trusted-forget")}<span class="sr">" "{name.clone()}</span>
        </button>
    };
    view! {
        <li class="list__item">
            <span class="list__text">
                <span class="list__title">{name}</span>
                <span class="muted">{facts(device, w)}</span>
            </span>
            {form(&device.id, button.into_any(), frame)}
        </li>
    }
    .into_any()
}

fn facts(device: &Trusted, w: &Words) -> String {
    let values = [
        ("since", day::day(device.since, w).into()),
        ("used", day::day(device.used, w).into()),
        ("until", day::day(device.until, w).into()),
    ];
    w.with("trusted-facts", &values)
}
