//! The local mailbox, `/dev/mailbox`: only there while mails go to it, only for this machine.

use crate::{
    extract::request_origin::Origins,
    outbound::mailbox::{Delivered, rfc3339},
    pages::{PageRequest, WithRuntime},
    wiring::Runtime,
};
use app::{
    Page,
    pages::mailbox::{MailSummary, Mailbox, MailboxMail},
};
use axum::{
    Extension, Json,
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{Html, IntoResponse, Response},
};
use serde_json::{Value, json};

/// `GET /dev/mailbox`.
pub async fn list(
    State(runtime): WithRuntime,
    Extension(origins): Extension<Origins>,
    page: PageRequest,
) -> Response {
    let mails = match mails(&runtime, &origins).await {
        Ok(mails) => mails,
        Err(response) => return response,
    };
    let summary = |mail: Delivered| MailSummary {
        href: format!("/dev/mailbox/{}", mail.name),
        subject: mail.subject,
        to: mail.to,
        at: mail.at,
    };
    page.show(Page::Mailbox(Mailbox {
        mails: mails.into_iter().map(summary).collect(),
    }))
}

/// `GET /dev/mailbox/{mail}`.
pub async fn one(
    State(runtime): WithRuntime,
    Extension(origins): Extension<Origins>,
    Path(name): Path<String>,
    page: PageRequest,
) -> Response {
    match find(&runtime, &origins, &name).await {
        Ok(mail) => page.show(Page::MailboxMail(MailboxMail {
            html_href: format!("/dev/mailbox/{}/html", mail.name),
            subject: mail.subject,
            to: mail.to,
            at: mail.at,
            codes: mail.codes,
            links: mail.links,
            text: mail.text,
            list_href: "/dev/mailbox".to_owned(),
        })),
        Err(response) => response,
    }
}

/// `GET /dev/mailbox/{mail}/html`: the mail as a mail program shows it, with no rights at all.
pub async fn html(
    State(runtime): WithRuntime,
    Extension(origins): Extension<Origins>,
    Path(name): Path<String>,
) -> Response {
    match find(&runtime, &origins, &name).await {
        Ok(mail) => {
            let mut response = Html(mail.html).into_response();
            let headers = response.headers_mut();
            let policy = "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-popups allow-top-navigation-by-user-activation; frame-ancestors 'self'";
            headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
            headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"));
            response
        }
        Err(response) => response,
    }
}

/// `GET /dev/mailbox.json`.
pub async fn json(State(runtime): WithRuntime, Extension(origins): Extension<Origins>) -> Response {
    match mails(&runtime, &origins).await {
        Ok(mails) => Json(mails.iter().map(describe).collect::<Vec<Value>>()).into_response(),
        Err(response) => response,
    }
}

fn describe(mail: &Delivered) -> Value {
    json!({
        "to": mail.to,
        "subject": mail.subject,
        "text": mail.text,
        "html": mail.html,
        "links": mail.links,
        "codes": mail.codes,
        "at": rfc3339(mail.at),
    })
}

async fn mails(runtime: &Runtime, origins: &Origins) -> Result<Vec<Delivered>, Response> {
    let local = |address: Option<std::net::IpAddr>| {
        address.is_some_and(|address| address.to_canonical().is_loopback())
    };
    // Both the connection and whoever a proxy speaks for must be this machine, and so must the name it was asked by.
    let allowed = local(origins.peer) && local(origins.request.address) && origins.to_loopback_name;
    let mailbox = runtime
        .mailbox
        .as_ref()
        .filter(|_| allowed)
        .ok_or_else(crate::error::not_found)?;
    mailbox
        .list()
        .await
        .map_err(|error| crate::error::unavailable(&error))
}

async fn find(runtime: &Runtime, origins: &Origins, name: &str) -> Result<Delivered, Response> {
    let mails = mails(runtime, origins).await?;
    mails
        .into_iter()
        .find(|mail| mail.name == name)
        .ok_or_else(crate::error::not_found)
}
