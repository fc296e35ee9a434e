mod meanwhile;

use super::*;
use crate::{
    clock::Timestamp,
    federation::{HeldTokens, ProviderId, UpstreamTokens},
    id::AuthorizationId,
    stores::{Stored, Stores as _, Unlinked},
};
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(3_600);

fn keeping(id: &str) -> Provider {
    Provider {
        keeps_tokens: true,
        ..a_provider(id)
    }
}

/// Like [`fed`], where the tokens of `acme` are kept.
fn keeps() -> Fed {
    let mut fed = fed();
    fed.set_acme(keeping("acme"));
    fed
}

fn tokens(access: &str, refresh: Option<&str>, expires_at: Option<Timestamp>) -> UpstreamTokens {
    UpstreamTokens {
        access_token: Secret::new(access.to_owned()),
        refresh_token: refresh.map(|token| Secret::new(token.to_owned())),
        expires_at,
        scope: Some("repo".to_owned()),
    }
}

fn with_tokens(provider: &str, subject: &str, tokens: UpstreamTokens) -> Vouched {
    Vouched {
        tokens: Some(tokens),
        ..vouched(provider, subject)
    }
}

impl Fed {
    pub(super) fn set_acme(&mut self, provider: Provider) {
        self.acme = Arc::new(FakeUpstream::new(provider));
        let all: Vec<Arc<dyn Upstream>> = vec![self.acme.clone(), self.other.clone()];
        self.scene.use_upstreams(Upstreams::new(all));
    }

    fn in_an_hour(&self) -> Option<Timestamp> {
        Some(self.scene.clock.now() + HOUR)
    }

    /// Ada signed in through `acme`, whose tokens expire in an hour.
    async fn ada(&self) -> User {
        let tokens = tokens("access-0", Some("refresh-0"), self.in_an_hour());
        self.comes(with_tokens("acme", "ada", tokens)).await
    }

    async fn comes(&self, person: Vouched) -> User {
        let id = person.provider.clone();
        self.signed_in(id.as_str(), person).await.0
    }

    async fn held(&self, user: &User) -> Option<HeldTokens> {
        let acme: ProviderId = "acme".parse().unwrap();
        let store = &self.scene.act.realm.stores.upstream_tokens;
        store.of(user.id, &acme).await.unwrap()
    }

    async fn release_at(&self, user: &User, id: &str) -> Result<Released, ReleaseError> {
        let client = "app".parse().unwrap();
        let ports = &self.scene.services.ports;
        let whom = ForWhom {
            client: &client,
            user: user.id,
            authorization: AuthorizationId::generate(ports.clock.now(), &*ports.random),
        };
        let id = id.parse().unwrap();
        self.service().release(&self.scene.act, whom, &id).await
    }

    async fn released(&self, user: &User) -> String {
        let released = self.release_at(user, "acme").await.unwrap();
        released.access_token.expose().clone()
    }

    /// The background work, until nothing is due.
    async fn tend(&self) {
        let (all, realm) = (self.scene.memory.all_realms(), &self.scene.act.realm);
        let due = all
            .upstream_tokens_due(self.scene.clock.now(), 100)
            .await
            .unwrap();
        for (_, identity) in due {
            self.service().tend(realm, identity).await.unwrap();
        }
    }

    fn releases(&self) -> usize {
        let events = self.scene.memory.events(self.scene.act.realm.realm.id);
        let told =
            |event: &crate::event::Event| matches!(event.kind, EventKind::UpstreamTokenReleased { .. });
        events.iter().filter(|event| told(event)).count()
    }
}

fn assert_nothing_kept(answer: Result<Released, ReleaseError>) {
    assert!(matches!(answer, Err(ReleaseError::NothingKept)), "{answer:?}");
}

#[test]
fn what_an_operator_asks_to_keep_is_kept_sealed_and_given_without_its_refresh_token() {
    block_on(async {
        let fed = keeps();
        let ada = fed.ada().await;
        let held = fed.held(&ada).await.unwrap();
        assert_eq!(
            held.tokens.due_at,
            fed.scene.clock.now() + HOUR - Duration::from_secs(300)
        );
        let released = fed.release_at(&ada, "acme").await.unwrap();
        assert_eq!(released.access_token.expose(), "access-0");
        assert_eq!(released.expires_in, Some(HOUR));
        assert_eq!(released.scope.as_deref(), Some("repo"));
        assert_eq!(fed.releases(), 1);
        assert!(fed.acme.refreshed().is_empty());
        let events = fed.scene.memory.events(fed.scene.act.realm.realm.id);
        let told = serde_json::to_string(&events).unwrap();
        assert!(!told.contains("access-0") && !told.contains("refresh-0"));
    });
}

#[test]
fn nothing_is_kept_that_nobody_asked_to_keep() {
    block_on(async {
        let fed = fed();
        let ada = fed.ada().await;
        assert!(fed.held(&ada).await.is_none());
        let off = fed.release_at(&ada, "acme").await;
        assert!(matches!(off, Err(ReleaseError::Off)), "{off:?}");
    });
}

#[test]
fn tokens_that_were_moved_to_another_identity_open_for_nobody() {
    block_on(async {
        let fed = keeps();
        let (ada, bob) = (
            fed.ada().await,
            fed.comes(with_tokens("acme", "bob", tokens("b", None, None)))
                .await,
        );
        let (hers, his) = (fed.held(&ada).await.unwrap(), fed.held(&bob).await.unwrap());
        let store = &fed.scene.act.realm.stores.upstream_tokens;
        let moved = store.keep(his.identity.id, &hers.tokens, Some(his.version)).await;
        assert!(moved.unwrap());
        let stolen = fed.release_at(&bob, "acme").await;
        assert!(matches!(stolen, Err(ReleaseError::Store(_))), "{stolen:?}");
        assert_eq!(fed.released(&ada).await, "access-0");
    });
}

#[test]
fn every_way_to_an_identity_keeps_what_came_with_it() {
    block_on(async {
        let mut fed = fed();
        fed.set_acme(Provider {
            trust_email: true,
            ..keeping("acme")
        });
        // A new account, and the same again.
        let ada = fed.ada().await;
        fed.comes(with_tokens("acme", "ada", tokens("access-1", None, None)))
            .await;
        assert_eq!(fed.released(&ada).await, "access-1");
        // An account that has the address, by the operator's word.
        let bob = fed
            .scene
            .registered(a_user().number(2).email("bob@example.com").build())
            .await;
        fed.comes(with_tokens("acme", "bob", tokens("access-2", None, None)))
            .await;
        assert_eq!(fed.released(&bob).await, "access-2");
        // Once its owner proved it.
        fed.set_acme(keeping("acme"));
        let eve = fed
            .scene
            .registered(a_user().number(3).email("eve@example.com").build())
            .await;
        let person = with_tokens("acme", "eve", tokens("access-3", None, None));
        let interaction = match fed.arrives("acme", person).await {
            Answered::Offered(interaction, _) => *interaction,
            other => panic!("{other:?}"),
        };
        assert!(fed.held(&eve).await.is_none());
        let (act, sign_in) = (&fed.scene.act, &fed.scene.services.sign_in);
        let proof = sign_in
            .password(act, "eve@example.com", PASSWORD.to_owned())
            .await;
        fed.complete(interaction, proof.unwrap()).await;
        assert_eq!(fed.released(&eve).await, "access-3");
    });
}

#[test]
fn a_person_who_links_an_identity_lets_its_tokens_be_kept() {
    block_on(async {
        let fed = keeps();
        let (ada, session) = fed.signed_in("other", vouched("other", "ada")).await;
        let person = fed.person(&session).await;
        let present = [person.clone()];
        let who = with_tokens("acme", "her", tokens("access-0", None, None));
        let linked = fed.links(&person, &present, who).await;
        assert!(matches!(linked, Answered::Linked(_)), "{linked:?}");
        assert_eq!(fed.released(&ada).await, "access-0");
        let who = with_tokens("acme", "her", tokens("access-1", None, None));
        assert_eq!(setback(fed.links(&person, &present, who).await), Setback::Already);
        assert_eq!(fed.released(&ada).await, "access-1", "newer ones are");
    });
}

#[test]
fn a_sign_in_without_a_refresh_token_leaves_the_one_before() {
    block_on(async {
        let fed = keeps();
        let ada = fed.ada().await;
        let next = tokens("access-1", None, fed.in_an_hour());
        fed.comes(with_tokens("acme", "ada", next)).await;
        fed.acme
            .put_refresh("refresh-0", tokens("access-2", Some("refresh-2"), None));
        fed.scene.clock.advance(HOUR);
        assert_eq!(fed.released(&ada).await, "access-2");
    });
}

#[test]
fn what_is_too_long_is_not_kept() {
    block_on(async {
        let fed = keeps();
        let ada = fed
            .comes(with_tokens(
                "acme",
                "ada",
                tokens(&"a".repeat(16_384), None, None),
            ))
            .await;
        assert_nothing_kept(fed.release_at(&ada, "acme").await);
    });
}

#[test]
fn a_sign_in_forgets_what_is_no_longer_to_be_kept() {
    block_on(async {
        let mut fed = keeps();
        let ada = fed.ada().await;
        fed.comes(vouched("other", "ada2")).await;
        assert!(fed.held(&ada).await.is_some());
        fed.set_acme(a_provider("acme"));
        let off = fed.release_at(&ada, "acme").await;
        assert!(matches!(off, Err(ReleaseError::Off)), "at once: {off:?}");
        fed.ada().await;
        assert!(fed.held(&ada).await.is_none());
    });
}

#[test]
fn the_background_forgets_tokens_of_providers_that_keep_none_any_more() {
    block_on(async {
        let mut fed = keeps();
        let ada = fed
            .comes(with_tokens("acme", "ada", tokens("lasting", None, None)))
            .await;
        fed.scene.clock.advance(24 * HOUR);
        fed.tend().await;
        assert!(fed.held(&ada).await.is_some(), "it lives on");
        fed.set_acme(a_provider("acme"));
        fed.tend().await;
        assert!(fed.held(&ada).await.is_some(), "it was looked at just now");
        fed.scene.clock.advance(24 * HOUR);
        fed.tend().await;
        assert!(fed.held(&ada).await.is_none());
    });
}

#[test]
fn tokens_are_refreshed_before_they_expire_and_rotate() {
    block_on(async {
        let fed = keeps();
        let ada = fed.ada().await;
        fed.tend().await;
        assert!(fed.acme.refreshed().is_empty(), "nothing is due");
        fed.scene.clock.advance(HOUR - Duration::from_secs(300));
        let new = UpstreamTokens {
            scope: None,
            ..tokens("access-1", Some("refresh-1"), fed.in_an_hour())
        };
        fed.acme.put_refresh("refresh-0", new);
        fed.tend().await;
        fed.tend().await;
        assert_eq!(fed.acme.refreshed(), ["refresh-0"]);
        let released = fed.release_at(&ada, "acme").await.unwrap();
        assert_eq!(released.access_token.expose(), "access-1");
        assert_eq!(
            released.scope.as_deref(),
            Some("repo"),
            "what is left out is as it was"
        );
        fed.scene.clock.advance(HOUR);
        fed.acme
            .put_refresh("refresh-1", tokens("access-2", None, fed.in_an_hour()));
        assert_eq!(fed.released(&ada).await, "access-2", "on demand");
        fed.scene.clock.advance(HOUR);
        fed.acme.put_refresh("refresh-1", tokens("access-3", None, None));
        assert_eq!(
            fed.released(&ada).await,
            "access-3",
            "a refresh token that was not replaced stays"
        );
    });
}

#[test]
fn a_refresh_token_that_has_ended_is_forgotten() {
    block_on(async {
        let fed = keeps();
        let ada = fed.ada().await;
        fed.scene.clock.advance(HOUR);
        fed.tend().await;
        assert_eq!(fed.acme.refreshed(), ["refresh-0"]);
        assert!(fed.held(&ada).await.is_none());
        assert_nothing_kept(fed.release_at(&ada, "acme").await);
    });
}

#[test]
fn a_provider_that_does_not_answer_is_left_alone_for_longer_each_time_and_nothing_is_lost() {
    block_on(async {
        let fed = keeps();
        let ada = fed.ada().await;
        fed.acme.set_down(true);
        fed.scene.clock.advance(HOUR - Duration::from_secs(59));
        assert_eq!(fed.released(&ada).await, "access-0", "it works for a while");
        assert_eq!(fed.acme.refreshed().len(), 1);
        fed.scene.clock.advance(Duration::from_secs(59));
        let waits = |seconds: u64, asked: usize| {
            let fed = &fed;
            async move {
                fed.tend().await;
                fed.scene.clock.advance(Duration::from_secs(seconds));
                fed.tend().await;
                assert_eq!(fed.acme.refreshed().len(), asked, "after {seconds} s");
            }
        };
        for (seconds, asked) in [(29, 2), (1, 3), (59, 3), (1, 4)] {
            waits(seconds, asked).await;
        }
        let unavailable = fed.release_at(&ada, "acme").await;
        assert!(
            matches!(unavailable, Err(ReleaseError::Unavailable)),
            "{unavailable:?}"
        );
        fed.acme.set_down(false);
        fed.acme
            .put_refresh("refresh-0", tokens("access-1", None, fed.in_an_hour()));
        fed.scene.clock.advance(Duration::from_secs(600));
        assert_eq!(fed.released(&ada).await, "access-1");
        assert_eq!(fed.releases(), 2);
    });
}

#[test]
fn an_access_token_that_has_expired_and_cannot_be_refreshed_is_given_to_nobody() {
    block_on(async {
        let fed = keeps();
        let short = tokens("access-0", None, fed.in_an_hour());
        let ada = fed.comes(with_tokens("acme", "ada", short)).await;
        fed.scene.clock.advance(HOUR - Duration::from_secs(1));
        assert_eq!(fed.released(&ada).await, "access-0");
        fed.scene.clock.advance(Duration::from_secs(1));
        assert_nothing_kept(fed.release_at(&ada, "acme").await);
        fed.scene.clock.advance(24 * HOUR);
        fed.tend().await;
        assert!(fed.held(&ada).await.is_none());
    });
}

#[test]
fn what_came_with_a_sign_in_meanwhile_is_not_lost_to_a_refresh() {
    block_on(async {
        let fed = keeps();
        let ada = fed.ada().await;
        fed.scene.clock.advance(HOUR);
        let (store, now) = (&fed.scene.act.realm.stores.upstream_tokens, fed.scene.clock.now());
        let held = fed.held(&ada).await.unwrap();
        let claimed = store.claim(&held, now, now + HOUR).await.unwrap().unwrap();
        fed.comes(with_tokens("acme", "ada", tokens("newer", Some("r"), None)))
            .await;
        let late = store
            .keep(held.identity.id, &held.tokens, Some(claimed.version))
            .await;
        assert!(!late.unwrap());
        assert_eq!(fed.released(&ada).await, "newer");
    });
}

#[test]
fn an_identity_that_is_unlinked_takes_its_tokens_along() {
    block_on(async {
        let fed = keeps();
        let ada = fed.ada().await;
        let held = fed.held(&ada).await.unwrap();
        let realm = &fed.scene.act.realm;
        let (moment, with) = (realm.moment(fed.scene.clock.now()), Alongside::default());
        let identities = &realm.stores.identities;
        let unlinked = identities
            .unlink(
                ada.id,
                held.identity.id,
                std::slice::from_ref(&held.identity.provider),
                moment,
                with,
            )
            .await;
        assert_eq!(unlinked.unwrap(), Unlinked::Unlinked);
        assert_nothing_kept(fed.release_at(&ada, "acme").await);
    });
}

#[test]
fn that_tokens_are_kept_is_told_to_their_owner_and_never_the_tokens() {
    block_on(async {
        let fed = keeps();
        let tokens = tokens("access-0", Some("refresh-0"), fed.in_an_hour());
        let (user, session) = fed.signed_in("acme", with_tokens("acme", "ada", tokens)).await;
        let person = fed.person(&session).await;
        let document = fed.taken_along(&person).await;
        let identity = fed.identities(&user).await.remove(0).id;
        let since = fed.held(&user).await.unwrap().tokens.kept_at.rfc3339();
        let expected = serde_json::json!([{
            "identity": identity, "provider": "acme", "scope": "repo", "kept_since": since,
            "expires_at": fed.in_an_hour().map(Timestamp::rfc3339),
        }]);
        assert_eq!(document["kept_tokens"], expected);
        let text = document.to_string();
        assert!(
            !text.contains("access-0") && !text.contains("refresh-0"),
            "{text}"
        );
    });
}
