//! The browser's entry point: wakes the islands of `app` on a page the server has rendered.
//! It holds no logic; whatever moves lives in `app`'s islands.
//! See <https://book.leptos.dev/islands.html>.

use app as _;

/// Attaches every island on the page to the markup the server sent.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
