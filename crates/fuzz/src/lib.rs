//! What the fuzzers share: a provider in memory, made anew from time to time so that it does not fill up.
//!
//! `cargo xtask test --long` builds each program in `bin/` with coverage and runs it for a minute, from the inputs in
//! `corpus/`. What a program must never do is in its own file; that nothing panics goes without saying.

#![allow(
    missing_docs,
    dead_code,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    unused_imports,
    unused_macros,
    reason = "the fixture is that of the protocol's tests, and used in part"
)]

#[path = "../../oidc/tests/flows/fixture/mod.rs"]
pub mod fixture;

use domain::{
    client::{Client, ClientAlgorithm, ClientAuthMethod, ClientKeys},
    secret::Digest,
    testing::{a_client, a_user},
};
use fixture::{Browser, ClientKey, Idp};
use std::cell::RefCell;

/// After so many inputs everything is made anew.
const INPUTS: u32 = 2_000;

/// A provider with somebody signed in.
pub struct Scene {
    pub idp: Idp,
    pub browser: Browser,
    /// A client that signs, and what it signed to prove who it is.
    pub signer: Signer,
    pub signed: String,
    left: u32,
}

/// A client with a key of its own.
pub struct Signer {
    pub client: Client,
    pub key: ClientKey,
}

impl Scene {
    fn new() -> Self {
        futures::executor::block_on(async {
            let idp = Idp::start().await;
            let browser = idp.signed_in(a_user()).await;
            idp.relying_party(a_client().first_party()).await;
            let key = ClientKey::new(ClientAlgorithm::Es256).await;
            let signing = a_client()
                .id("signer")
                .method(ClientAuthMethod::PrivateKeyJwt, Digest::of("secret"))
                .metadata(|metadata| metadata.keys = ClientKeys::Inline(key.jwks()));
            let rp = idp.relying_party(signing).await;
            let (signed, client) = (key.sign(&rp.assertion()), rp.client.clone());
            Self {
                idp,
                browser,
                signer: Signer { client, key },
                signed,
                left: INPUTS,
            }
        })
    }
}

thread_local! {
    static SCENE: RefCell<Option<Scene>> = const { RefCell::new(None) };
}

/// Runs `act` on the scene.
pub fn on_scene(act: impl FnOnce(&Scene)) {
    SCENE.with_borrow_mut(|scene| {
        let scene = scene.get_or_insert_with(Scene::new);
        if scene.left == 0 {
            *scene = Scene::new();
        }
        scene.left -= 1;
        act(scene);
    });
}
