//! Confirming a sign-out that an app asked for (OpenID Connect RP-Initiated Logout 1.0 §2), and its end, which frames
//! tell the apps (Front-Channel Logout 1.0 §3).
//!
//! What is asked and done is decided at the end session endpoint; these are its pages only.

use crate::{
    components::{App, Person, identity},
    frame::Frame,
};
use leptos::prelude::*;

/// Goes on once every frame has loaded, which the window's own event waits for, or has had its time.
const GO_ON: &str = "const go=()=>location.replace(document.getElementById('back').href);\
                     addEventListener('load',go);setTimeout(go,4000)";

/// Asking whether to sign out. The form posts `decision` to `/logout`.
#[derive(Clone, Debug)]
pub struct Logout {
    /// The app that asks.
    pub app: Option<App>,
    /// Who would be signed out.
    pub person: Option<Person>,
    /// What the endpoint needs back.
    pub hidden: Vec<(String, String)>,
}

/// The person is signed out.
#[derive(Clone, Debug)]
pub struct SignedOut {
    /// The app to return to and its registered address.
    pub back: Option<(String, String)>,
    /// Addresses of apps that hear of it by being loaded.
    pub frames: Vec<String>,
}

/// The page.
pub(crate) fn view(page: &Logout, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let host = ("host", frame.host.as_str().into());
    let text = match &page.app {
        Some(app) => w.with("logout-text-app", &[("app", app.name.as_str().into()), host]),
        None => w.with("logout-text", &[host]),
    };
    let who = page
        .person
        .as_ref()
        .map(|person| view! { <div class="identity">{identity(person)}</div> });
    let hidden: Vec<_> = page
        .hidden
        .iter()
        .map(|(name, value)| view! { <input type="hidden" name=name.clone() value=value.clone()/> })
        .collect();
    view! {
        <div class="card stack">
            <div class="card__head"><h1>{w.get("logout-title")}</h1><p>{text}</p></div>
            {who}
            <form class="stack" method="post" action=frame.path("/logout")>
                {hidden}
                <div class="actions actions--pair">
                    <button class="button" type="submit" name="decision" value="deny">{w.get("logout-stay")}</button>
                    <button class="button button--primary" type="submit" name="decision" value="allow">{w.get("sign-out")}</button>
                </div>
            </form>
        </div>
    }
    .into_any()
}

/// The page after it. With frames it goes back to the app by itself: by script, else when the response's `Refresh`
/// says so. Browsers may wait with that for a frame that never loads, but the link is there at once.
pub(crate) fn signed_out_view(page: &SignedOut, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let goes_on = page.back.is_some() && !page.frames.is_empty();
    let text = match (goes_on, &page.back) {
        (true, Some((name, _))) => w.with("signed-out-going-on", &[("app", name.as_str().into())]),
        (_, _) => w.get("signed-out-text"),
    };
    let back = page.back.clone().map(|(name, href)| {
        let text = w.with("signed-out-return", &[("app", name.into())]);
        view! { <a id="back" class="button button--primary button--wide" href=href>{text}</a> }
    });
    // Without `allow-top-navigation` no app can take the page elsewhere.
    let frames: Vec<_> = page
        .frames
        .iter()
        .map(|src| view! { <iframe hidden sandbox="allow-scripts allow-same-origin" title="" src=src.clone()></iframe> })
        .collect();
    let script = goes_on.then(|| view! { <script nonce=frame.nonce.clone()>{GO_ON}</script> });
    view! {
        <div class="card stack">
            <div class="card__head"><h1>{w.get("signed-out-title")}</h1><p>{text}</p></div>
            <div class="actions">
                {back}
                <a class="button button--wide" href=frame.path("/login")>{w.get("signed-out-again")}</a>
            </div>
        </div>
        {frames}
        {script}
    }
    .into_any()
}
