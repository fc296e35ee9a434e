//! The local mailbox: mails that were captured because no mail server is set.
//!
//! A mail's HTML is served from its own address with its own policy; this page only frames it.

use crate::{
    components::{breakable, day},
    frame::Frame,
};
use domain::clock::Timestamp;
use leptos::prelude::*;

/// Every mail.
#[derive(Clone)]
pub struct Mailbox {
    /// Newest first.
    pub mails: Vec<MailSummary>,
}

/// One line of the list.
#[derive(Clone)]
pub struct MailSummary {
    /// Where the mail is shown.
    pub href: String,
    /// Its subject.
    pub subject: String,
    /// To whom.
    pub to: String,
    /// When.
    pub at: Timestamp,
}

/// One mail.
#[derive(Clone)]
pub struct MailboxMail {
    /// Its subject.
    pub subject: String,
    /// To whom.
    pub to: String,
    /// When.
    pub at: Timestamp,
    /// Codes in it.
    pub codes: Vec<String>,
    /// Links in it.
    pub links: Vec<String>,
    /// Where its HTML is served.
    pub html_href: String,
    /// Its text.
    pub text: String,
    /// Where the list is.
    pub list_href: String,
}

/// The list.
pub(crate) fn view(page: &Mailbox, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let mails: Vec<_> = page
        .mails
        .iter()
        .map(|mail| {
            let to = w.with("mailbox-to", &[("email", mail.to.as_str().into())]);
            view! {
                <li class="mails__item">
                    <a class="mails__link" href=mail.href.clone()>
                        <span class="mails__subject">{mail.subject.clone()}</span>
                        <time class="mails__meta" datetime=day::machine(mail.at)>{day::minute(mail.at, w)}</time>
                        <span class="mails__meta">{to}</span>
                    </a>
                </li>
            }
        })
        .collect();
    let list = if mails.is_empty() {
        view! { <p class="empty">{w.get("mailbox-empty")}</p> }.into_any()
    } else {
        view! { <section class="card" aria-label=w.get("mailbox-list")><ul class="mails">{mails}</ul></section> }.into_any()
    };
    view! {
        <div class="stack">
            <div class="card__head"><h1>{w.get("mailbox-title")}</h1><p class="muted">{w.get("mailbox-text")}</p></div>
            {list}
        </div>
    }
    .into_any()
}

/// One mail.
pub(crate) fn mail_view(mail: &MailboxMail, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let codes: Vec<_> = mail
        .codes
        .iter()
        .map(|code| view! { <dt>{w.get("mail-code")}</dt><dd class="mail__code">{code.clone()}</dd> })
        .collect();
    let links: Vec<_> = mail
        .links
        .iter()
        .map(|link| view! { <dt>{w.get("mail-link")}</dt><dd><a href=link.clone()>{link.clone()}</a></dd> })
        .collect();
    view! {
        <div class="stack">
            <a class="link" href=mail.list_href.clone()>{w.get("mailbox-all")}</a>
            <article class="card stack">
                <h1>{mail.subject.clone()}</h1>
                <dl class="facts">
                    <dt>{w.get("mail-to")}</dt><dd>{breakable(&mail.to)}</dd>
                    <dt>{w.get("mail-sent")}</dt>
                    <dd><time datetime=day::machine(mail.at)>{day::minute(mail.at, w)}</time></dd>
                    {codes}
                    {links}
                </dl>
                <h2>{w.get("mail-html")}</h2>
                <iframe class="mail__frame" src=mail.html_href.clone() sandbox="" title=w.get("mail-frame")></iframe>
                <h2>{w.get("mail-text")}</h2>
                <pre class="pre pre--wrap" tabindex="0">{mail.text.clone()}</pre>
            </article>
        </div>
    }
    .into_any()
}
