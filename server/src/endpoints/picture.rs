//! Pictures of people: taken from their form, drawn anew, and given to whoever knows the address. What was sent is read
//! only of who is signed in, and is looked at by a few threads at a time.

use crate::{
    layers::body_limit::UPLOAD_LIMIT,
    pages::{AppState, InRealm, PageRequest, see_other},
    picture::{self, LARGEST, PictureError},
};
use app::pages::account::profile::picture::{Refused, Sent, UPLOAD, VERSION, signed_out};
use axum::{
    Router,
    extract::{
        DefaultBodyLimit, Extension, Multipart, Path,
        multipart::{Field, MultipartRejection},
    },
    http::{HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use domain::secret::Digest;
use std::time::Duration;
use tokio::{sync::Semaphore, time::timeout};

/// Pictures that are drawn at the same time: each takes a core and up to a few hundred megabytes.
static AT_ONCE: Semaphore = Semaphore::const_new(2);
/// How long one waits for its turn.
const PATIENCE: Duration = Duration::from_secs(10);
/// Parts of a form that are looked at.
const PARTS: usize = 8;
/// The most that the version of a form may hold.
const VERSION_BYTES: usize = 20;

/// Where a picture is sent; who reloads the answer is led back to the page.
pub fn upload() -> Router<AppState> {
    let door = get(back).post(post).layer(DefaultBodyLimit::max(UPLOAD_LIMIT));
    Router::new().route(UPLOAD, door)
}

async fn back(page: PageRequest) -> Response {
    see_other(&page.cx.path("/account"))
}

/// `POST /account/picture`.
async fn post(page: PageRequest, form: Result<Multipart, MultipartRejection>) -> Response {
    if let Some(error) = signed_out(&page.cx) {
        return page.fail(&error);
    }
    let Ok(form) = form else {
        return crate::error::ProtocolError::UnsupportedMediaType.into_response();
    };
    let Some((sent, version)) = read(form).await else {
        return crate::error::ProtocolError::TooLarge.into_response();
    };
    let png = match sent {
        Ok(sent) => drawn(sent, picture::square).await,
        Err(refused) => Err(refused),
    };
    let submitted = app::pages::account::profile::picture::post(&page.cx, Sent { png, version }).await;
    page.submitted(submitted)
}

/// What a form holds.
type Parts = (Result<Vec<u8>, Refused>, Option<i64>);

/// The picture of a form and the version it was made from; `None` if it is cut off or not a form.
async fn read(mut form: Multipart) -> Option<Parts> {
    let (mut picture, mut version) = (Err(Refused::Missing), None);
    for _ in 0..PARTS {
        let Some(field) = form.next_field().await.ok()? else {
            break;
        };
        match field.name() {
            Some("picture") => {
                picture = bounded(field, LARGEST).await?.ok_or(Refused::TooLarge);
            }
            Some(VERSION) => {
                let text = bounded(field, VERSION_BYTES).await?;
                version = text.and_then(|text| String::from_utf8(text).ok()?.parse().ok());
            }
            Some(_) | None => {}
        }
    }
    // What browsers send where no file was chosen.
    let picture = picture.and_then(|bytes| (!bytes.is_empty()).then_some(bytes).ok_or(Refused::Missing));
    Some((picture, version))
}

/// A part, if it holds no more than `most`. It is read to its end, for else the browser would not read the answer.
async fn bounded(mut field: Field<'_>, most: usize) -> Option<Option<Vec<u8>>> {
    let mut kept = Some(Vec::new());
    while let Some(piece) = field.chunk().await.ok()? {
        kept = kept.filter(|kept: &Vec<u8>| kept.len() + piece.len() <= most);
        if let Some(kept) = &mut kept {
            kept.extend_from_slice(&piece);
        }
    }
    Some(kept)
}

/// What `draw` makes of a picture, when it is its turn.
pub(super) async fn drawn(
    sent: Vec<u8>,
    draw: fn(&[u8]) -> Result<Vec<u8>, PictureError>,
) -> Result<Vec<u8>, Refused> {
    let Ok(Ok(turn)) = timeout(PATIENCE, AT_ONCE.acquire()).await else {
        return Err(Refused::Busy);
    };
    let drawn = tokio::task::spawn_blocking(move || {
        let drawn = draw(&sent);
        drop(turn);
        drawn
    });
    let drawn = drawn.await.unwrap_or(Err(PictureError::NotAPicture));
    drawn.map_err(|error| match error {
        PictureError::TooLarge => Refused::TooLarge,
        PictureError::TooManyPixels => Refused::TooManyPixels,
        PictureError::File(_) | PictureError::NotAPicture => Refused::NotAPicture,
    })
}

/// `GET /pictures/{name}`: apps show it on pages of their own. It may be taken away, so nobody keeps it for good.
pub async fn of_person(Extension(realm): InRealm, Path(name): Path<String>) -> Response {
    let missing = || StatusCode::NOT_FOUND.into_response();
    let name = name.strip_suffix(".png").and_then(Digest::from_base64url);
    let Some(name) = name else {
        return missing();
    };
    let headers = [
        (header::CONTENT_TYPE, "image/png"),
        (header::CACHE_CONTROL, "public, max-age=3600"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'; sandbox",
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "cross-origin",
        ),
    ];
    match realm.stores.pictures.find(&name).await {
        Ok(Some(png)) => (headers, png).into_response(),
        Ok(None) => missing(),
        Err(error) => crate::error::unavailable(&error),
    }
}
