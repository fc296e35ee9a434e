//! What is ended on one node is refused on another within a second: whatever is ended × whatever is tried afterwards ×
//! whether it is bound to a key × what access tokens look like. Further endings, and what outlives which, are tested with the protocol.

mod scene;

use crate::support::{Answer, Browser};
use domain::api::TokenFormat;
use scene::Scene;
use server::jobs::Loops;
use std::time::{Duration, Instant};

const DEADLINE: Duration = Duration::from_secs(1);

/// Makes the things that end, with a test for each, so that none is forgotten.
macro_rules! endings {
    ($($test:ident: $ended:ident,)*) => {
        /// What is ended.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Ended {
            $($ended),*
        }

        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $test() {
                is_over_on_another_node(Ended::$ended).await;
            }
        )*
    };
}

endings! {
    a_user_disabled_on_one_node: User,
    a_client_disabled_on_one_node: Client,
    a_consent_taken_back_on_one_node: Consent,
    a_session_ended_on_one_node: Session,
    a_password_replaced_on_one_node: Password,
    a_realm_deleted_on_one_node: Realm,
    keys_withdrawn_on_one_node: Keys,
}

/// What is tried with what there was before the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    Introspect,
    Userinfo,
    Exchange,
    Refresh,
    /// A code that was not redeemed yet.
    Code,
    /// A device that was allowed and did not poll since.
    DevicePoll,
}

impl Use {
    /// Those that work once come last: by then the node must have heard of the end.
    const ALL: [Self; 6] = [
        Self::Introspect,
        Self::Userinfo,
        Self::Exchange,
        Self::Refresh,
        Self::Code,
        Self::DevicePoll,
    ];

    /// What may be tried: opaque tokens cannot say who acts for whom, so an API that takes them is none to exchange for.
    fn with(format: TokenFormat) -> impl Iterator<Item = Self> {
        let possible = move |what: &Self| format == TokenFormat::Jwt || *what != Self::Exchange;
        Self::ALL.into_iter().filter(possible)
    }

    /// Whether asking in vain leaves it as it was.
    fn can_be_repeated(self) -> bool {
        !matches!(self, Self::Code | Self::DevicePoll)
    }
}

/// Whether everything is bound to a key of the client (RFC 9449).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    No,
    Dpop,
}

impl Bound {
    const ALL: [Self; 2] = [Self::No, Self::Dpop];
}

/// Every way that what is given may be kept.
fn kinds() -> impl Iterator<Item = (Bound, TokenFormat)> {
    let formats = [TokenFormat::Jwt, TokenFormat::Opaque];
    Bound::ALL
        .into_iter()
        .flat_map(move |bound| formats.map(|format| (bound, format)))
}

/// What an answer says: the error, if it is one.
fn told(answer: &Answer) -> String {
    match answer.status.as_u16() {
        200 if answer.json()["active"] == false => "inactive".to_owned(),
        200 => "all".to_owned(),
        404 => "nothing here".to_owned(),
        _ => answer.error(),
    }
}

/// What there is to say of `what` once `ended` is over.
fn expected(ended: Ended, what: Use, format: TokenFormat) -> &'static str {
    match (ended, what) {
        (Ended::Realm, _) => "nothing here",
        // No key vouches for what is looked up in a store.
        (Ended::Keys, Use::Refresh | Use::Code | Use::DevicePoll) => "all",
        (Ended::Keys, _) if format == TokenFormat::Opaque => "all",
        (Ended::Client, Use::Refresh | Use::Code | Use::DevicePoll) => "invalid_client",
        (_, Use::Refresh | Use::Code | Use::DevicePoll) => "invalid_grant",
        (_, Use::Introspect) => "inactive",
        (_, Use::Userinfo) => "invalid_token",
        // RFC 8693 §2.2.2
        (_, Use::Exchange) => "invalid_request",
    }
}

async fn is_over_on_another_node(ended: Ended) {
    for kind in kinds() {
        let mut scene = Scene::set(kind).await;
        let loops = [Loops::start(&scene.one.runtime), Loops::start(&scene.two.runtime)];
        // The second node knows everything by now, and what it knows is what must be forgotten.
        for what in Use::with(kind.1).filter(|what| what.can_be_repeated()) {
            let answer = scene.attempt(what).await;
            assert_eq!(told(&answer), "all", "{what:?}, {kind:?}: {}", answer.body);
        }
        scene.end(ended).await;
        let since = Instant::now();
        for what in Use::with(kind.1) {
            let expected = expected(ended, what, kind.1);
            let mut answer = told(&scene.attempt(what).await);
            while answer != expected && what.can_be_repeated() {
                // What is deleted may be missed in parts before the node knows that all of it is gone, and what a
                // disabled client holds is refused before it is known that the client is.
                let in_parts = ended == Ended::Realm || ended == Ended::Client && answer == "invalid_grant";
                let unheard = answer == "all" || in_parts;
                assert!(unheard, "{ended:?}: {what:?}, {kind:?}: {answer}");
                assert!(since.elapsed() < DEADLINE, "{ended:?}: {what:?}, {kind:?}");
                tokio::time::sleep(Duration::from_millis(10)).await;
                answer = told(&scene.attempt(what).await);
            }
            assert_eq!(answer, expected, "{ended:?}: {what:?}, {kind:?}");
        }
        for loops in loops {
            loops.stop().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_has_not_ended_is_given_by_every_node() {
    for kind in kinds() {
        let mut scene = Scene::set(kind).await;
        for what in Use::with(kind.1) {
            let answer = scene.attempt(what).await;
            assert_eq!(told(&answer), "all", "{what:?}, {kind:?}: {}", answer.body);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_a_retired_key_signed_is_accepted_by_every_node_until_it_expires() {
    let mut scene = Scene::set((Bound::No, TokenFormat::Jwt)).await;
    let loops = [Loops::start(&scene.one.runtime), Loops::start(&scene.two.runtime)];
    let mut elsewhere = scene.two.browser();
    let published = async |browser: &mut Browser| {
        let keys = browser.get("/.well-known/jwks.json").await.json();
        keys["keys"].as_array().unwrap().len()
    };
    let before = published(&mut elsewhere).await;
    let act = scene.one.act().await;
    scene.one.runtime.keys.rotate(&act).await.unwrap();
    let since = Instant::now();
    while published(&mut elsewhere).await != before + 3 {
        assert!(since.elapsed() < DEADLINE, "the next keys are not published");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    for what in Use::ALL {
        assert_eq!(told(&scene.attempt(what).await), "all", "{what:?}");
    }
    scene.one.clock.advance(Duration::from_secs(600));
    assert_eq!(told(&scene.attempt(Use::Userinfo).await), "invalid_token");
    for loops in loops {
        loops.stop().await;
    }
}
