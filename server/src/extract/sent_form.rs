//! A form that an application's page posts to where people's browsers are sent. It comes without their cookies and
//! goes on as a link, so it must fit into one; what is wrong with it is told on a page.

use super::parameters::Form;
use crate::{
    error::ProtocolError,
    pages::{AppState, PageRequest},
};
use app::{
    Page,
    pages::message::{Message, MessageKind},
};
use axum::{
    extract::{FromRequest, FromRequestParts as _, Request},
    response::Response,
};
use oidc::parameters::Parameters;
use url::form_urlencoded;

/// A form and the page that answers it.
pub struct SentForm {
    /// Who is asked to come back.
    pub page: PageRequest,
    /// What was sent.
    pub parameters: Parameters,
    text: String,
}

impl SentForm {
    /// The query of the address that it goes on as: what was sent of the parameters that are `known`, letter for
    /// letter.
    pub fn query(&self, known: &[&str]) -> String {
        let is_known = |field: &&str| {
            let mut named = form_urlencoded::parse(field.as_bytes());
            named.next().is_some_and(|(name, _)| known.contains(&&*name))
        };
        let kept: Vec<&str> = self.text.split('&').filter(is_known).collect();
        kept.join("&")
    }
}

impl FromRequest<AppState> for SentForm {
    type Rejection = Response;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let page = PageRequest::from_request_parts(&mut parts, state).await?;
        let read = Form::read(Request::from_parts(parts, body), state).await;
        let read = read.and_then(|(parameters, text)| Ok((parameters, as_query(&text)?)));
        match read {
            Ok((parameters, text)) => Ok(Self {
                page,
                parameters,
                text,
            }),
            Err(error) => {
                let kind = MessageKind::BadRequest;
                Err(page.respond(error.status(), Page::Message(Message { kind })))
            }
        }
    }
}

/// The form, if it can stand in an address: browsers encode whatever else there may be.
fn as_query(form: &[u8]) -> Result<String, ProtocolError> {
    let fits = form.iter().all(|b| b.is_ascii_graphic() && *b != b'#');
    let text = std::str::from_utf8(form).ok().filter(|_| fits);
    text.map(str::to_owned).ok_or(ProtocolError::MalformedParameters)
}
