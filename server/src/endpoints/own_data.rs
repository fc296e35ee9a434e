//! What people take along from their account as files: everything that is kept, and their activity. A piece is read when
//! the one before was sent, so that what is in hand is bounded.

use crate::pages::{PageRequest, decode, see_other};
use app::{
    UiError, UiErrorKind,
    pages::account::{
        activity::{Asked, Format, Names, Writing},
        privacy,
    },
};
use axum::{
    body::{Body, Bytes},
    extract::RawQuery,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use domain::{
    login_session::SignedInUser,
    services::own_data::OwnData,
    stores::{PageRequest as Wanted, StoreError},
};
use futures::stream;

/// Events in hand at once.
const BATCH: u16 = 200;

/// `POST /account/privacy/export`: everything that is kept of the person.
pub async fn everything(page: PageRequest) -> Response {
    match begin(&page).await {
        Ok(document) => attached("application/json", "my-data.json", pieces(document)),
        Err(response) => response,
    }
}

async fn begin(page: &PageRequest) -> Result<OwnData, Response> {
    let cx = &page.cx;
    let person = cx.fully_proven().await.map_err(|error| page.fail(&error))?;
    let Some(person) = person else {
        let first = privacy::prove(cx).await;
        return Err(first.map_or_else(|error| page.fail(&error), |next| see_other(&next.to)));
    };
    let begun = cx.services.own_data.export(&cx.act, person).await;
    begun.map_err(|error| page.fail(&cx.unavailable(&error)))
}

fn pieces(document: OwnData) -> Body {
    Body::from_stream(stream::try_unfold(document, |mut document| async move {
        let piece = document.piece().await?;
        Ok::<_, StoreError>(piece.map(|text| (Bytes::from(text), document)))
    }))
}

/// `GET /account/activity/export`: what happened to the account.
pub async fn activity(page: PageRequest, RawQuery(query): RawQuery) -> Response {
    let Some(query) = decode(query.unwrap_or_default().as_bytes()) else {
        return crate::error::ProtocolError::MalformedParameters.into_response();
    };
    let Some(person) = page.cx.sessions.first().cloned() else {
        return see_other(&page.cx.path("/account/activity"));
    };
    let Some(format) = query.find("format").and_then(Format::parse) else {
        return page.fail(&UiError::new(UiErrorKind::NotFound, String::new()));
    };
    let asked = Asked::of(&query);
    let name = match format {
        Format::Csv => "activity.csv",
        Format::Json => "activity.json",
    };
    attached(format.media_type(), name, rows(page, person, asked, format))
}

fn rows(page: PageRequest, person: SignedInUser, asked: Asked, format: Format) -> Body {
    let file = Writing::new(format, page.cx.words.clone());
    let begun = (file, Some(None::<String>));
    let cx = page.cx;
    Body::from_stream(stream::try_unfold(begun, move |(mut file, from)| {
        let (cx, person, wanted) = (cx.clone(), person.clone(), asked.wanted());
        async move {
            let Some(from) = from else {
                return Ok::<_, StoreError>(None);
            };
            let account = &cx.services.account;
            let found = account
                .activity(&cx.act, &person, &wanted, &Wanted::new(from, BATCH))
                .await?;
            let names = Names::of(&cx);
            let mut text = file.page(&found.items, &names);
            if found.next.is_none() {
                text.push_str(file.end());
            }
            Ok(Some((Bytes::from(text), (file, found.next.map(Some)))))
        }
    }))
}

fn attached(media_type: &'static str, name: &'static str, body: Body) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(disposition) = HeaderValue::try_from(disposition) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}
