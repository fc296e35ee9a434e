use super::*;

impl Fed {
    /// The person of a session, as the browser has it.
    pub(super) async fn person(&self, session: &LoginSession) -> SignedInUser {
        let realm = &self.scene.act.realm;
        let found = realm.stores.sessions.find_many(&[session.id]).await.unwrap();
        let (session, user) = found.into_iter().next().unwrap();
        let rules = self.scene.services.ports.session_rules(realm);
        session.signed_in(user, self.scene.clock.now(), rules).unwrap()
    }

    pub(super) async fn links(
        &self,
        person: &SignedInUser,
        present: &[SignedInUser],
        who: Vouched,
    ) -> Answered {
        let act = &self.scene.act;
        let recent = person.recently_proven(self.scene.clock.now()).unwrap();
        let id = who.provider.clone();
        let url = self
            .service()
            .begin_link(act, browser(), recent, id.as_str())
            .await
            .unwrap();
        self.upstream(id.as_str()).put("code", who);
        let whose = Whose {
            browser: browser(),
            sessions: present,
            accounts: &[],
        };
        let callback = answer(&parameter(&url, "state").unwrap());
        self.service()
            .callback(act, whose, (id.as_str(), callback))
            .await
            .unwrap()
    }
}

#[test]
fn a_person_links_and_unlinks_and_is_told_by_mail() {
    block_on(async {
        let fed = fed();
        let (ada, session) = fed.signed_in("acme", vouched("acme", "ada")).await;
        let person = fed.person(&session).await;
        let present = [person.clone()];
        fed.scene.clock.advance(std::time::Duration::from_secs(1));
        let linked = fed.links(&person, &present, vouched("other", "somebody")).await;
        assert!(matches!(linked, Answered::Linked(_)), "{linked:?}");
        let again = fed.links(&person, &present, vouched("other", "somebody")).await;
        assert_eq!(setback(again), Setback::Already);
        let own = fed.service().own(&fed.scene.act, &person).await.unwrap();
        let own: Vec<&str> = own.iter().map(|own| own.provider.as_str()).collect();
        assert_eq!(own, ["Acme", "Other"]);
        let recent = person.recently_proven(fed.scene.clock.now()).unwrap();
        let theirs = fed.identities(&ada).await.remove(0).id;
        fed.service()
            .unlink(&fed.scene.act, recent, theirs)
            .await
            .unwrap();
        let gone = fed.service().unlink(&fed.scene.act, recent, theirs).await;
        assert!(matches!(gone, Err(LinkError::Unknown)), "{gone:?}");
        let mails = fed.scene.mails().await;
        let told = |subject: &str| {
            mails
                .iter()
                .filter(|mail| mail.subject.starts_with(subject))
                .count()
        };
        assert_eq!(
            (mails.len(), told("identity linked"), told("identity unlinked")),
            (2, 1, 1)
        );
    });
}

#[test]
fn nobody_links_what_is_anothers() {
    block_on(async {
        let fed = fed();
        let (_, hers) = fed.signed_in("acme", vouched("acme", "ada")).await;
        let (eve, _) = fed.signed_in("acme", vouched("acme", "eve")).await;
        let person = fed.person(&hers).await;
        let present = [person.clone()];
        let taken = fed.links(&person, &present, vouched("acme", "eve")).await;
        assert_eq!(setback(taken), Setback::Taken);
        let theirs = fed.identities(&eve).await.remove(0).id;
        let recent = person.recently_proven(fed.scene.clock.now()).unwrap();
        let gone = fed.service().unlink(&fed.scene.act, recent, theirs).await;
        assert!(matches!(gone, Err(LinkError::Unknown)), "{gone:?}");
    });
}

#[test]
fn a_link_is_made_for_whoever_began_it_and_is_still_signed_in() {
    block_on(async {
        let fed = fed();
        let (ada, hers) = fed.signed_in("acme", vouched("acme", "ada")).await;
        let (eve, another) = fed.signed_in("acme", vouched("acme", "eve")).await;
        let (person, other) = (fed.person(&hers).await, fed.person(&another).await);
        for present in [&[][..], &[other][..]] {
            let answered = fed.links(&person, present, vouched("other", "somebody")).await;
            assert_eq!(setback(answered), Setback::SignedOut);
        }
        assert_eq!(fed.identities(&ada).await.len(), 1);
        assert_eq!(fed.identities(&eve).await.len(), 1);
    });
}

#[test]
fn the_last_way_in_stays() {
    block_on(async {
        let fed = fed();
        let unverified = a_user().number(1).email("ada@example.com").unverified().build();
        let ada = fed.scene.registered(unverified).await;
        let sign_in = &fed.scene.services.sign_in;
        let proven = sign_in
            .password(&fed.scene.act, "ada@example.com", PASSWORD.into())
            .await;
        let session = fed
            .scene
            .session(&fed.scene.act, browser(), proven.unwrap())
            .await;
        let person = fed.person(&session).await;
        fed.links(
            &person,
            std::slice::from_ref(&person),
            vouched("acme", "somebody"),
        )
        .await;
        let recent = person.recently_proven(fed.scene.clock.now()).unwrap();
        // With the identity left, the password may go; then the identity may not.
        fed.scene
            .services
            .passwords
            .remove(&fed.scene.act, &recent)
            .await
            .unwrap();
        let identity = fed.identities(&ada).await.remove(0).id;
        let last = fed.service().unlink(&fed.scene.act, recent, identity).await;
        assert!(matches!(last, Err(LinkError::LastWayIn)), "{last:?}");
    });
}
