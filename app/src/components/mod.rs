//! Widgets used by two or more pages, and the values they show.

pub(crate) mod agreement;
pub(crate) mod day;
pub(crate) mod device;
pub(crate) mod field;
pub(crate) mod header;
pub mod languages;
pub(crate) mod mark;
pub(crate) mod notice;
pub mod pager;
pub(crate) mod work;

use crate::frame::Frame;
use domain::{
    client::{Client, ClientId},
    login_session::SignedInUser,
    secret::Digest,
    theme::Theme,
};
use leptos::prelude::*;

/// An app, as people recognise it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct App {
    /// Its name.
    pub name: String,
    /// The host it lives at.
    pub host: String,
    /// Its home page, if it names one.
    pub home: Option<String>,
    /// What it says about people's data.
    pub policy: Option<String>,
    /// What it asks people to agree to.
    pub terms: Option<String>,
    /// Its id, if it names a picture of its own.
    pub pictured: Option<ClientId>,
    /// Whether all of this is its own word alone: it registered itself.
    pub unreviewed: bool,
    /// How it wants the pages on the way to it to look.
    pub theme: Theme,
}

impl From<&Client> for App {
    fn from(client: &Client) -> Self {
        let metadata = &client.oidc().metadata;
        Self {
            name: client.application.name.as_str().to_owned(),
            host: client.publisher_host(),
            home: metadata.client_uri.as_ref().map(ToString::to_string),
            policy: metadata.policy_uri.as_ref().map(ToString::to_string),
            terms: metadata.tos_uri.as_ref().map(ToString::to_string),
            pictured: metadata.logo_uri.is_some().then(|| client.id.clone()),
            unreviewed: metadata.registered.is_itself(),
            theme: metadata.theme.clone(),
        }
    }
}

/// A person, as they recognise themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Their name; the address where there is none.
    pub name: String,
    /// Their address.
    pub email: String,
}

impl From<&SignedInUser> for Person {
    fn from(signed_in: &SignedInUser) -> Self {
        let user = signed_in.user();
        let email = user.email.as_str().to_owned();
        let name = user
            .name
            .as_ref()
            .map_or_else(|| email.clone(), |name| name.as_str().to_owned());
        Self { name, email }
    }
}

/// The first letter of a name, standing in for a picture.
pub(crate) fn tile(name: &str, class: &'static str) -> AnyView {
    view! { <span class=class aria-hidden="true">{initial(name)}</span> }.into_any()
}

fn initial(name: &str) -> String {
    let first = name.chars().next();
    first
        .map(|first| first.to_uppercase().collect())
        .unwrap_or_default()
}

/// What stands for an app: the picture that an operator chose, else the one it names itself, else its first letter.
pub(crate) fn app_tile(app: &App, frame: &Frame) -> AnyView {
    match (&app.theme.logo, &app.pictured) {
        (Some(logo), _) => picture(logo, "tile", 40, frame),
        (None, Some(client)) => pictured(&app.name, client, frame),
        (None, None) => tile(&app.name, "tile"),
    }
}

/// The picture that an app names, above its first letter, which shows where the picture cannot be had: said to have no
/// size, a picture that is not there takes no place.
fn pictured(name: &str, client: &ClientId, frame: &Frame) -> AnyView {
    let src = frame.path(&format!("/logos/of/{client}"));
    view! {
        <span class="tile" aria-hidden="true">
            <span>{initial(name)}</span>
            <img class="tile__picture" src=src alt=""/>
        </span>
    }
    .into_any()
}

/// A picture that an operator chose, from the product's own origin. What it stands for is written beside it.
pub(crate) fn picture(logo: &Digest, class: &'static str, size: u8, frame: &Frame) -> AnyView {
    let src = frame.path(&format!("/logos/{}.png", logo.to_base64url()));
    let size = size.to_string();
    view! { <img class=class src=src alt="" width=size.clone() height=size/> }.into_any()
}

/// A person's tile, name and address.
pub(crate) fn identity(person: &Person) -> AnyView {
    let named = (person.name != person.email).then(|| view! { <span>{person.name.clone()}</span> });
    view! {
        {tile(&person.name, "tile tile--person")}
        <span class="identity__text">{named}<span>{person.email.clone()}</span></span>
    }
    .into_any()
}

/// A host or address that may break before a dot and after the @, where a reader can check it.
pub(crate) fn breakable(text: &str) -> Vec<impl IntoView + use<>> {
    let mut parts = Vec::new();
    for part in text.split_inclusive('@') {
        for (index, piece) in part.split('.').enumerate() {
            let piece = if index == 0 {
                piece.to_owned()
            } else {
                format!(".{piece}")
            };
            let may_break = (!parts.is_empty()).then(|| view! { <wbr/> });
            parts.push((may_break, piece));
        }
    }
    parts
}

/// A hidden form field.
pub(crate) fn hidden(name: &'static str, value: impl Into<String>) -> AnyView {
    let value: String = value.into();
    view! { <input type="hidden" name=name value=value/> }.into_any()
}

/// A hidden form field, where there is something to carry.
pub(crate) fn hidden_if(name: &'static str, value: Option<&String>) -> Option<AnyView> {
    value.map(|value| hidden(name, value.clone()))
}

/// The button that carries a form's act.
pub(crate) fn submit(text: String) -> AnyView {
    view! { <button class="button button--primary button--wide" type="submit">{text}</button> }.into_any()
}
