//! What is ended on one node is refused on another within about a second; the whole matrix of endings and uses is
//! tested with the protocol.

use crate::support::{
    Answer, Browser, RelyingParty, TestIdp, a_client,
    relying_party::{claims, userinfo},
};
use domain::{
    api::TokenFormat,
    client::Status,
    realm::RealmName,
    services::{Act, apis::NewApi},
    stores::Concerning,
    user::User,
};
use serde_json::Value;
use server::jobs::Loops;
use std::time::{Duration, Instant};

const ORDERS: &str = "https://orders.example.com/v1";
/// A second, and one more for a machine with other things to do.
const DEADLINE: Duration = Duration::from_secs(2);

/// What is ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ended {
    User,
    Client,
    Session,
    Consent,
}

impl Ended {
    const ALL: [Self; 4] = [Self::User, Self::Client, Self::Session, Self::Consent];
}

/// What a person approved, and the signed tokens that came of it.
struct Approved {
    rp: RelyingParty,
    user: User,
    access: String,
    refresh: String,
    id_token: String,
}

/// A client that may ask about the tokens of an API.
async fn an_api(idp: &TestIdp) -> RelyingParty {
    let rs = idp.relying_party(a_client()).await;
    let new = NewApi {
        audience: ORDERS.to_owned(),
        name: "Orders".to_owned(),
        scopes: vec![("email".to_owned(), "See what was ordered".to_owned())],
        access_token_lifetime: None,
        alg: None,
        format: TokenFormat::Jwt,
        introspection_clients: vec![rs.id.parse().unwrap()],
    };
    let act = idp.act().await;
    idp.runtime.services.apis.create(&act, new).await.unwrap();
    rs
}

fn text(answer: &Value, name: &str) -> String {
    answer[name].as_str().unwrap().to_owned()
}

impl Approved {
    async fn on(idp: &TestIdp, email: &str) -> Self {
        let user = idp.person(email).await;
        let rp = idp.relying_party(a_client()).await;
        let mut browser = idp.browser();
        // Without offline access: that would outlive the session.
        let asking = [("scope", "openid email"), ("resource", ORDERS)];
        let answer = rp.authorize(&mut browser, email, &asking).await;
        let code = answer.redirect_parameters()["code"].clone();
        let tokens = rp.redeem(&mut browser, &code).await.json();
        Self {
            rp,
            user,
            access: text(&tokens, "access_token"),
            refresh: text(&tokens, "refresh_token"),
            id_token: text(&tokens, "id_token"),
        }
    }

    /// The end of `what`, by the call that an operator makes.
    async fn end(&self, what: Ended, idp: &TestIdp, act: &Act) {
        let services = &idp.runtime.services;
        let (user, client) = (self.user.id, self.rp.id.parse().unwrap());
        let done = match what {
            Ended::User => services.users.set_status(act, user, Status::Disabled).await,
            Ended::Client => services.clients.set_status(act, &client, Status::Disabled).await,
            Ended::Session => {
                let session = text(&claims(&self.id_token), "sid").parse().unwrap();
                services.sessions.end(act, session).await
            }
            Ended::Consent => {
                let both = Concerning {
                    user: Some(user),
                    client: Some(client),
                };
                let revoked = services.consents.revoke(act, &both).await;
                revoked.map(|count| count == 1)
            }
        };
        assert!(done.unwrap(), "{what:?}");
    }

    async fn userinfo(&self, browser: &mut Browser) -> Answer {
        userinfo(browser, &self.access).await
    }

    async fn introspected(&self, rs: &RelyingParty, browser: &mut Browser) -> Answer {
        rs.post(browser, "/introspect", &[("token", &self.access)]).await
    }

    /// Whether it gives tokens; if so, the next one is kept.
    async fn refresh(&mut self, browser: &mut Browser) -> Answer {
        let answer = self.rp.refresh(browser, &self.refresh).await;
        if answer.status == 200 {
            self.refresh = text(&answer.json(), "refresh_token");
        }
        answer
    }

    async fn all_is_given(&mut self, rs: &RelyingParty, browser: &mut Browser) {
        assert_eq!(self.userinfo(browser).await.status, 200);
        assert_eq!(self.introspected(rs, browser).await.json()["active"], true);
        assert_eq!(self.refresh(browser).await.status, 200);
    }
}

/// Asks until `over`, but no longer than the deadline; `since` is when the end was.
async fn soon(since: Instant, what: &str, mut over: impl AsyncFnMut() -> bool) {
    while !over().await {
        assert!(since.elapsed() < DEADLINE, "{what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Two nodes that see the same realm, with what they do in the background.
async fn two_nodes() -> (TestIdp, TestIdp, [Loops; 2]) {
    let one = super::start().await.realm("acme").await;
    let two = one.another_node().await;
    let loops = [Loops::start(&one.runtime), Loops::start(&two.runtime)];
    (one, two, loops)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_ended_on_one_node_is_refused_on_another() {
    let (one, two, loops) = two_nodes().await;
    let rs = an_api(&one).await;
    let mut elsewhere = two.browser();
    for what in Ended::ALL {
        let email = format!("{what:?}@example.com").to_lowercase();
        let mut approved = Approved::on(&one, &email).await;
        approved.all_is_given(&rs, &mut elsewhere).await;
        approved.end(what, &one, &one.act().await).await;
        let since = Instant::now();
        soon(since, &format!("{what:?}: userinfo"), async || {
            let answer = approved.userinfo(&mut elsewhere).await;
            assert!([200, 401].contains(&answer.status.as_u16()), "{}", answer.body);
            answer.status == 401
        })
        .await;
        soon(since, &format!("{what:?}: introspection"), async || {
            let answer = approved.introspected(&rs, &mut elsewhere).await;
            assert_eq!(answer.status, 200, "{}", answer.body);
            answer.json()["active"] == false
        })
        .await;
        let error = match what {
            Ended::Client => "invalid_client",
            Ended::User | Ended::Session | Ended::Consent => "invalid_grant",
        };
        soon(since, &format!("{what:?}: refresh"), async || {
            let answer = approved.refresh(&mut elsewhere).await;
            answer.status != 200 && answer.json()["error"] == error
        })
        .await;
    }
    for loops in loops {
        loops.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_a_realm_made_is_nothing_on_any_node_once_it_is_deleted() {
    let (one, two, loops) = two_nodes().await;
    let rs = an_api(&one).await;
    let mut approved = Approved::on(&one, "ada@example.com").await;
    let mut elsewhere = two.browser();
    approved.all_is_given(&rs, &mut elsewhere).await;
    let name = RealmName::Named("acme".parse().unwrap());
    assert!(one.runtime.realm_service.delete(&name).await.unwrap());
    let since = Instant::now();
    soon(since, "userinfo", async || {
        approved.userinfo(&mut elsewhere).await.status == 404
    })
    .await;
    assert_eq!(approved.introspected(&rs, &mut elsewhere).await.status, 404);
    assert_eq!(approved.refresh(&mut elsewhere).await.status, 404);
    for loops in loops {
        loops.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_a_retired_key_signed_is_accepted_by_every_node_until_it_expires() {
    let (one, two, loops) = two_nodes().await;
    let rs = an_api(&one).await;
    let mut approved = Approved::on(&one, "ada@example.com").await;
    let mut elsewhere = two.browser();
    let published = async |browser: &mut Browser| {
        let keys = browser.get("/.well-known/jwks.json").await.json();
        keys["keys"].as_array().unwrap().len()
    };
    let before = published(&mut elsewhere).await;
    one.runtime.keys.rotate(&one.act().await).await.unwrap();
    let since = Instant::now();
    soon(since, "the next keys are not published", async || {
        published(&mut elsewhere).await == before + 3
    })
    .await;
    approved.all_is_given(&rs, &mut elsewhere).await;
    one.clock.advance(Duration::from_secs(600));
    assert_eq!(approved.userinfo(&mut elsewhere).await.status, 401);
    for loops in loops {
        loops.stop().await;
    }
}
