use super::*;
use crate::federation::LOOK_AGAIN;

impl Fed {
    async fn tends(&self, held: &HeldTokens) -> Stored<()> {
        let realm = &self.scene.act.realm;
        self.service().tend(realm, held.identity.id).await
    }
}

#[test]
fn what_is_not_due_is_not_touched() {
    block_on(async {
        let mut fed = keeps();
        let ada = fed.ada().await;
        let held = fed.held(&ada).await.unwrap();
        fed.set_acme(a_provider("acme"));
        fed.tends(&held).await.unwrap();
        assert_eq!(fed.held(&ada).await, Some(held));
    });
}

#[test]
fn tokens_that_cannot_be_opened_are_looked_at_again_the_next_day() {
    block_on(async {
        let fed = keeps();
        let ada = fed.ada().await;
        let bob = fed.comes(with_tokens("acme", "bob", tokens("b", None, None)));
        let bob = bob.await;
        let (hers, his) = (fed.held(&ada).await.unwrap(), fed.held(&bob).await.unwrap());
        let store = &fed.scene.act.realm.stores.upstream_tokens;
        let moved = store.keep(his.identity.id, &hers.tokens, Some(his.version)).await;
        assert!(moved.unwrap());
        fed.scene.clock.advance(HOUR);
        assert!(fed.tends(&his).await.is_err());
        let due_at = fed.held(&bob).await.unwrap().tokens.due_at;
        assert_eq!(due_at, fed.scene.clock.now() + LOOK_AGAIN);
    });
}

#[test]
fn a_sign_in_by_another_provider_of_the_same_issuer_forgets_nothing() {
    block_on(async {
        let fed = keeps();
        let ada = fed.ada().await;
        let same = Vouched {
            issuer: vouched("acme", "ada").issuer,
            ..vouched("other", "ada")
        };
        assert_eq!(fed.comes(same).await.id, ada.id);
        assert_eq!(fed.released(&ada).await, "access-0");
    });
}

#[test]
fn while_one_refreshes_nobody_else_does() {
    block_on(async {
        let fed = keeps();
        let ada = fed.ada().await;
        fed.scene.clock.advance(HOUR - Duration::from_secs(30));
        let (store, now) = (&fed.scene.act.realm.stores.upstream_tokens, fed.scene.clock.now());
        let held = fed.held(&ada).await.unwrap();
        assert!(store.claim(&held, now, now + HOUR).await.unwrap().is_some());
        assert_eq!(fed.released(&ada).await, "access-0", "it works for a while");
        assert!(fed.acme.refreshed().is_empty());
    });
}

#[test]
fn a_provider_that_is_out_for_long_is_asked_every_ten_minutes() {
    block_on(async {
        let fed = keeps();
        let ada = fed.ada().await;
        fed.acme.set_down(true);
        for _ in 0..12 {
            let due_at = fed.held(&ada).await.unwrap().tokens.due_at;
            fed.scene.clock.advance(due_at.since(fed.scene.clock.now()));
            fed.tend().await;
        }
        let due_at = fed.held(&ada).await.unwrap().tokens.due_at;
        let pause = due_at.since(fed.scene.clock.now());
        assert_eq!((pause.as_secs(), fed.acme.refreshed().len()), (600, 12));
    });
}

#[test]
fn tokens_were_kept_when_somebody_signed_in_last_and_the_newest_refresh_token_counts() {
    block_on(async {
        let fed = keeps();
        let ada = fed.ada().await;
        let kept_at = async || fed.held(&ada).await.unwrap().tokens.kept_at;
        let signed_in = kept_at().await;
        fed.scene.clock.advance(HOUR);
        let refreshed = tokens("access-1", Some("refresh-1"), fed.in_an_hour());
        fed.acme.put_refresh("refresh-0", refreshed);
        fed.tend().await;
        assert_eq!(fed.released(&ada).await, "access-1");
        assert_eq!(kept_at().await, signed_in, "nobody signed in");
        let again = tokens("access-2", None, fed.in_an_hour());
        fed.comes(with_tokens("acme", "ada", again)).await;
        assert_eq!(kept_at().await, fed.scene.clock.now());
        let again = tokens("access-3", Some("refresh-3"), fed.in_an_hour());
        fed.comes(with_tokens("acme", "ada", again)).await;
        fed.scene.clock.advance(HOUR);
        fed.acme.put_refresh("refresh-3", tokens("access-4", None, None));
        assert_eq!(fed.released(&ada).await, "access-4");
    });
}
