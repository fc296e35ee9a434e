//! The top of a page: the app leads where one waits, ours stays small.

use crate::{frame::Frame, pages::Page};
use leptos::prelude::*;

/// The top of `page`.
pub(crate) fn view(page: &Page, frame: &Frame) -> AnyView {
    let seal = || match &frame.theme.logo {
        Some(logo) => super::picture(logo, "seal", 24, frame),
        None => view! { <img class="seal" src="/seal.svg" alt="" width="24" height="24"/> }.into_any(),
    };
    if let Some(app) = page.app() {
        return view! {
            <header class="top">
                <span class="top__name">{super::app_tile(app, frame)}" "{app.name.clone()}</span>
                <span class="top__issuer">{seal()}" "<bdi dir="ltr">{frame.host.clone()}</bdi></span>
            </header>
        }
        .into_any();
    }
    let w = &frame.words;
    let end = match page {
        Page::Profile(_) | Page::Apps(_) | Page::Linked(_) | Page::Security(_) | Page::Sessions(_) => Some(
            view! {
                <form method="post" action=frame.path("/logout")>
                    <button class="button" type="submit">{w.get("sign-out")}</button>
                </form>
            }
            .into_any(),
        ),
        Page::Mailbox(_) | Page::MailboxMail(_) => {
            Some(view! { <span class="badge badge--warn">{w.get("development")}</span> }.into_any())
        }
        _ => None,
    };
    view! {
        <header class="top">
            <a class="top__name" href=frame.path("/account")>{seal()}" "{frame.product()}</a>
            {end}
        </header>
    }
    .into_any()
}
