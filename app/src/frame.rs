//! The document around every page: language, title, styles, header, footer, and the start of the island.
//!
//! Nothing in a document is inline but a few scripts, which carry the request's nonce.

use crate::{
    components::{day, header, languages},
    islands::Enhance,
    pages::Page,
    theme,
    words::{Words, inert},
};
use domain::{clock::Timestamp, theme::Theme};
use hydration_context::SsrSharedContext;
use leptos::prelude::*;
use std::sync::Arc;

/// Starts the island. Where the bundle lies is read from the body, so that this text never changes. An island's
/// name ends in a digest of its source as the compiler prints it, which two compilers may do differently: the
/// name alone is looked up.
const START: &str = "const{js,wasm}=document.body.dataset;import(js).then(async m=>{await m.default({module_or_path:wasm});\
m.hydrate();for(const island of document.querySelectorAll('leptos-island')){\
const name=island.dataset.component.replace(/\\d+$/,'');\
m[Object.keys(m).find(key=>key.startsWith(name))]?.(island)}})";

/// Where the browser finds what a document needs.
#[derive(Clone, Debug)]
pub struct Assets {
    /// The one stylesheet.
    pub stylesheet: String,
    /// The wasm bundle, where there is one.
    pub script: Option<Script>,
}

/// Where the wasm bundle lies.
#[derive(Clone, Debug)]
pub struct Script {
    /// The glue.
    pub js: String,
    /// The module.
    pub wasm: String,
}

/// What every document says besides its page.
#[derive(Clone)]
pub struct Frame {
    /// The nonce of the request's Content-Security-Policy.
    pub nonce: String,
    /// The words of the person's language.
    pub words: Words,
    /// What precedes every path of the realm.
    pub prefix: String,
    /// Where the page is found again in another language, below the prefix.
    pub here: String,
    /// Host of the issuer, with its port if it is not the usual one.
    pub host: String,
    /// How the realm's pages look.
    pub theme: Theme,
    /// Where the browser finds styles and bundle.
    pub assets: Assets,
    /// The request's id, shown where something went wrong.
    pub request_id: Option<String>,
    /// When what the page is about is given up, where it waits for the person.
    pub until: Option<Timestamp>,
    /// The cookie that script sets where the device makes passkeys, unless it did already or there are none here.
    pub makes_passkeys: Option<String>,
}

impl Frame {
    /// `path` as browsers see it in the realm.
    pub(crate) fn path(&self, path: &str) -> String {
        format!("{}{path}", self.prefix)
    }

    /// What the product is called here.
    pub(crate) fn product(&self) -> String {
        let named = self.theme.name.as_ref();
        named.map_or_else(|| self.words.get("product"), |name| name.as_str().to_owned())
    }
}

/// Makes the HTML document that shows `page`.
pub fn render(page: Page, frame: &Frame) -> String {
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
    let html = owner.with(|| document(page, frame).to_html());
    owner.unset_with_forced_cleanup();
    // Markers between texts are for hydration, which happens in the island only; text is escaped and has none.
    let html = html
        .replace("<!>", "")
        .replace("></leptos-island>", "><!></leptos-island>");
    let html = inert::document(html);
    format!("<!doctype html>{html}")
}

fn document(page: Page, frame: &Frame) -> AnyView {
    let w = &frame.words;
    let title = w.with(
        if page.has_error() { "title-error" } else { "title" },
        &[
            ("page", page.title(w).into()),
            ("product", frame.product().into()),
        ],
    );
    let themed = theme::address(&page.theme(&frame.theme));
    let themed = themed.map(|href| view! { <link rel="stylesheet" href=href/> });
    let script = frame.assets.script.clone().filter(|_| page.has_forms());
    let (js, wasm) = script.map(|script| (script.js, script.wasm)).unzip();
    let main = format!("page{}", page.width());
    let island = js.is_some().then(|| view! { <Enhance/> });
    let start = js
        .is_some()
        .then(|| view! { <script type="module" nonce=frame.nonce.clone()>{START}</script> });
    let preload = js
        .clone()
        .map(|js| view! { <link rel="modulepreload" href=js nonce=frame.nonce.clone()/> });
    let makes_passkeys = frame.makes_passkeys.clone().filter(|_| js.is_some());
    let over = js.is_some().then(|| w.get("error-too-many-over"));
    let header = header::view(&page, frame);
    // A page that goes on by itself is no place to stay and choose.
    let languages = (!matches!(page, Page::FormPost(_))).then(|| languages::view(frame));
    let until = frame.until.filter(|_| !matches!(page, Page::Message(_)));
    let until = until.map(|until| {
        let until = w.with("page-until", &[("time", day::minute(until, w).into())]);
        view! { <p class="page__until muted small">{until}</p> }
    });
    let body = page.view(frame);
    view! {
        <html lang=w.language().as_str() dir=w.direction()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <title>{title}</title>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="stylesheet" href=frame.assets.stylesheet.clone()/>
                {themed}
                {preload}
            </head>
            <body data-js=js data-wasm=wasm data-makes-passkeys=makes_passkeys>
                <a class="skip" href="#main">{w.get("skip")}</a>
                {header}
                <main class=main id="main" tabindex="-1" data-wait-over=over>{body}{until}</main>
                <footer class="foot">
                    <span class="foot__host">
                        <span class="sr">{w.get("belongs-to")}" "</span>
                        <bdi dir="ltr">{frame.host.clone()}</bdi>
                    </span>
                    {languages}
                </footer>
                {island}
                {start}
            </body>
        </html>
    }
    .into_any()
}
