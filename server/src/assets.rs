//! Styles, icons and the wasm bundle, inside the binary. Addresses carry a digest of the content, so that
//! browsers may keep them for good.

use crate::wiring::Runtime;
use axum::{
    Extension,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{realm_context::RealmContext, secret::Digest};
use rust_embed::RustEmbed;
use std::{borrow::Cow, collections::HashMap, sync::Arc};

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../style"]
struct Styles;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../public"]
struct Public;

/// What `cargo xtask wasm` made; a binary built without it serves pages without islands.
#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../target/site/pkg"]
#[allow_missing = true]
struct Bundle;

/// The order in which styles follow one another: later ones refine earlier ones.
const STYLES: [&str; 13] = [
    "tokens",
    "main",
    "languages",
    "button",
    "field",
    "notice",
    "card",
    "consent",
    "device",
    "account",
    "table",
    "playground",
    "mailbox",
];

const FOR_GOOD: &str = "public, max-age=31536000, immutable";

struct Asset {
    mime: &'static str,
    plain: Cow<'static, [u8]>,
    brotli: Option<Cow<'static, [u8]>>,
}

/// Everything that is served as a file, by name.
pub struct Assets {
    by_name: HashMap<String, Asset>,
    /// Address of the style sheet.
    pub css: String,
    /// Addresses of the script and the wasm module, when they were built in.
    pub islands: Option<(String, String)>,
}

impl Assets {
    /// Collects what is embedded.
    pub fn load() -> Self {
        let mut assets = Self {
            by_name: HashMap::new(),
            css: String::new(),
            islands: None,
        };
        let styles = STYLES
            .iter()
            .filter_map(|name| Styles::get(&format!("{name}.css")));
        let css: Vec<u8> = styles.flat_map(|file| file.data.into_owned()).collect();
        assets.css = assets.add("signet", "css", "text/css; charset=utf-8", css.into(), None);
        let bundled = |name: &str| Bundle::get(name).map(|file| file.data);
        if let (Some(script), Some(wasm)) = (bundled("signet.js"), bundled("signet_bg.wasm")) {
            let script = assets.add(
                "signet",
                "js",
                "text/javascript; charset=utf-8",
                script,
                bundled("signet.js.br"),
            );
            let wasm = assets.add(
                "signet",
                "wasm",
                "application/wasm",
                wasm,
                bundled("signet_bg.wasm.br"),
            );
            assets.islands = Some((script, wasm));
        }
        for name in Public::iter().filter(|name| name.ends_with(".svg")) {
            if let Some(file) = Public::get(&name) {
                assets.by_name.insert(
                    name.into_owned(),
                    Asset {
                        mime: "image/svg+xml",
                        plain: file.data,
                        brotli: None,
                    },
                );
            }
        }
        assets
    }

    fn add(
        &mut self,
        stem: &str,
        extension: &str,
        mime: &'static str,
        plain: Cow<'static, [u8]>,
        brotli: Option<Cow<'static, [u8]>>,
    ) -> String {
        let digest: String = Digest::of(&plain).to_base64url().chars().take(12).collect();
        let name = format!("{stem}-{digest}.{extension}");
        self.by_name.insert(name.clone(), Asset { mime, plain, brotli });
        format!("/assets/{name}")
    }
}

/// `GET /assets/{name}`.
pub async fn get(
    State(assets): State<Arc<Assets>>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Response {
    if let Some(css) = app::theme::stylesheet(&name) {
        return for_good("text/css; charset=utf-8", css.into_bytes());
    }
    answer(&assets, &name, &headers)
}

/// `GET /logos/{name}`: a picture that an operator chose for the deployment, the realm or one of its apps.
pub async fn logo(
    State(runtime): State<Arc<Runtime>>,
    Extension(realm): Extension<Arc<RealmContext>>,
    Path(name): Path<String>,
) -> Response {
    let missing = || StatusCode::NOT_FOUND.into_response();
    let digest = name.strip_suffix(".png").and_then(Digest::from_base64url);
    let Some(digest) = digest else {
        return missing();
    };
    if let Some(logo) = &runtime.logo
        && Digest::of(logo) == digest
    {
        return for_good("image/png", logo.clone());
    }
    match realm.stores.logos.find(&digest).await {
        Ok(Some(png)) => for_good("image/png", png),
        Ok(None) => missing(),
        Err(error) => crate::error::unavailable(&error),
    }
}

/// What its address says and is always the same.
fn for_good(mime: &'static str, body: Vec<u8>) -> Response {
    let headers = [(header::CONTENT_TYPE, mime), (header::CACHE_CONTROL, FOR_GOOD)];
    (headers, body).into_response()
}

/// `GET /seal.svg`: the mark on pages.
pub async fn seal(State(assets): State<Arc<Assets>>, headers: HeaderMap) -> Response {
    answer(&assets, "seal.svg", &headers)
}

/// `GET /favicon.svg` and `/favicon.ico`.
pub async fn favicon(State(assets): State<Arc<Assets>>, headers: HeaderMap) -> Response {
    answer(&assets, "favicon.svg", &headers)
}

fn answer(assets: &Assets, name: &str, headers: &HeaderMap) -> Response {
    let Some(asset) = assets.by_name.get(name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let accepts_brotli = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| {
            value
                .split(',')
                .any(|coding| coding.trim().split(';').next() == Some("br"))
        });
    let (body, encoded) = match &asset.brotli {
        Some(brotli) if accepts_brotli => (brotli, true),
        Some(_) | None => (&asset.plain, false),
    };
    let mut response = body.clone().into_owned().into_response();
    let set = response.headers_mut();
    set.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.mime));
    set.insert(header::CACHE_CONTROL, HeaderValue::from_static(FOR_GOOD));
    set.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if encoded {
        set.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    response
}
