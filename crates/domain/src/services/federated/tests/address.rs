use super::*;
use crate::{mail::Mail, services::MailFlow, work::Shown};

const ADA: &str = "ada@example.com";

/// Somebody whom `acme` vouches for without an address.
fn nobodys(subject: &str) -> Vouched {
    Vouched {
        email: None,
        name: Some("Ada Lovelace".into()),
        groups: vec!["staff".into()],
        ..vouched("acme", subject)
    }
}

fn waits(answered: Answered) -> Interaction {
    match answered {
        Answered::Unaddressed(interaction, _) => *interaction,
        other => panic!("{other:?}"),
    }
}

impl Fed {
    async fn now(&self, interaction: &Interaction) -> Interaction {
        let interactions = &self.scene.services.interactions;
        let found = interactions.load(&self.scene.act, interaction.id, interaction.browser);
        found.await.unwrap()
    }

    async fn asks(&self, interaction: &Interaction, address: &str) -> (MailFlow, Vec<Mail>) {
        let interaction = self.now(interaction).await;
        let asked = (Some(address), &Shown::default());
        let flow = self.service().ask_address(&self.scene.act, &interaction, asked);
        (flow.await.unwrap(), self.scene.mails().await)
    }

    async fn proves(
        &self,
        interaction: &Interaction,
        (flow, code): (&MailFlow, &str),
    ) -> Result<Answered, ProveAddressError> {
        let interaction = self.now(interaction).await;
        self.service()
            .prove_address(&self.scene.act, &interaction, (flow, code))
            .await
    }
}

fn code(mails: &[Mail]) -> String {
    assert_eq!(mails.len(), 1);
    assert!(
        mails[0].subject.starts_with("prove address"),
        "{}",
        mails[0].subject
    );
    mails[0].text.lines().next().unwrap().to_owned()
}

fn assert_refused(proven: Result<Answered, ProveAddressError>) {
    assert!(matches!(proven, Err(ProveAddressError::Refused)), "{proven:?}");
}

#[test]
fn an_address_that_nobody_proved_leads_nowhere() {
    block_on(async {
        let fed = fed();
        let ada = fed.scene.registered(a_user().number(1).email(ADA).build()).await;
        for id in ["acme", "trusted"] {
            let claims = |subject: &str, address: &str, verified| {
                let interaction = fed.arrives(id, with_address(vouched(id, subject), address, verified));
                async {
                    waits(interaction.await)
                        .unaddressed
                        .unwrap()
                        .claimed
                        .map(String::from)
                }
            };
            assert_eq!(claims("ada", ADA, false).await.as_deref(), Some(ADA));
            let free = "free@example.com";
            assert_eq!(claims("free", free, false).await.as_deref(), Some(free));
            assert_eq!(claims("odd", "ada@example.com\r\nBcc: x@y.z", true).await, None);
            let nameless = Vouched {
                email: None,
                ..vouched(id, "nameless")
            };
            waits(fed.arrives(id, nameless).await);
        }
        assert!(fed.identities(&ada).await.is_empty());
        assert!(fed.holder("free@example.com").await.is_none());
        assert!(fed.scene.mails().await.is_empty());
    });
}

#[test]
fn somebody_new_proves_an_address_and_has_an_account_with_the_identity() {
    block_on(async {
        let fed = fed();
        let interaction = waits(fed.arrives("acme", nobodys("1")).await);
        let (flow, mails) = fed.asks(&interaction, "Ada@Example.com").await;
        assert_eq!(mails[0].to.as_str(), "Ada@Example.com");
        assert!(mails[0].text.contains("Acme"), "{}", mails[0].text);
        let waiting = fed.holder(ADA).await.unwrap();
        assert!(waiting.awaits_confirmation());
        let (interaction, first) = proven(fed.proves(&interaction, (&flow, &code(&mails))).await.unwrap());
        assert_eq!(first.methods(), [Method::Federated]);
        let user = first.user().clone();
        assert_ne!(user.id, waiting.id, "what waited gave way");
        assert_eq!(
            (user.source, user.email.as_str()),
            (UserSource::Provider, "Ada@Example.com")
        );
        assert!(user.email_verified());
        assert_eq!(user.name.as_ref().unwrap().as_str(), "Ada Lovelace");
        let done = fed.complete(interaction.clone(), first).await;
        assert!(matches!(done, Completed::SignedIn { .. }), "{done:?}");
        let identities = fed.identities(&user).await;
        assert_eq!(identities.len(), 1);
        assert!(identities[0].said.groups.contains("staff"));
        assert!(fed.now(&interaction).await.unaddressed.is_none());
        let (_, again) = proven(fed.arrives("acme", nobodys("1")).await);
        assert_eq!(again.user().id, user.id, "once is enough");
        assert!(fed.scene.mails().await.is_empty());
    });
}

#[test]
fn whoever_has_the_account_of_the_address_proves_it_by_the_code_and_is_linked() {
    block_on(proves_the_account_by_the_code("acme"));
}

#[test]
fn the_operators_word_is_about_what_a_provider_says_and_not_about_what_is_proven_here() {
    block_on(proves_the_account_by_the_code("trusted"));
}

async fn proves_the_account_by_the_code(id: &str) {
    let fed = fed();
    let ada = fed.scene.registered(a_user().number(1).email(ADA).build()).await;
    let code_of_app = fed.with_authenticator(&ada).await;
    let interaction = waits(
        fed.arrives(
            id,
            Vouched {
                email: None,
                ..vouched(id, "1")
            },
        )
        .await,
    );
    let (flow, mails) = fed.asks(&interaction, ADA).await;
    let proof = (&flow, code(&mails));
    let (interaction, by_code) = proven(fed.proves(&interaction, (proof.0, &proof.1)).await.unwrap());
    assert_eq!(by_code.methods(), [Method::MailedCode]);
    assert_eq!(by_code.user().id, ada.id);
    assert!(fed.identities(&ada).await.is_empty(), "not before all is proven");
    let owed = fed.complete(interaction, by_code).await;
    let Completed::SecondFactor(interaction) = owed else {
        panic!("{owed:?}");
    };
    assert!(fed.identities(&ada).await.is_empty(), "not before all is proven");
    let arrival = Arrival {
        interaction: *interaction,
        present: &[],
        devices: &[],
    };
    let sign_in = &fed.scene.services.sign_in;
    sign_in
        .second_factor(&fed.scene.act, arrival, &code_of_app, false)
        .await
        .unwrap();
    assert_eq!(fed.identities(&ada).await.len(), 1);
    let told = fed.scene.mails().await;
    assert!(
        told.iter()
            .any(|mail| mail.subject.starts_with("identity linked"))
    );
}

#[test]
fn nothing_is_told_of_an_account_before_the_code() {
    block_on(async {
        let fed = fed();
        fed.scene.registered(a_user().number(1).email(ADA).build()).await;
        let disabled = a_user().number(2).email("bob@example.com").disabled().build();
        fed.scene.registered(disabled).await;
        let mut told = Vec::new();
        for (address, mailed) in [(ADA, 1), ("bob@example.com", 0), ("free@example.com", 1)] {
            let interaction = waits(fed.arrives("acme", nobodys("1")).await);
            let (flow, mails) = fed.asks(&interaction, address).await;
            assert_eq!(mails.len(), mailed, "{address}");
            told.push(flow.to_string().len());
            assert_refused(fed.proves(&interaction, (&flow, "000000")).await);
            if let Some(mail) = mails.first() {
                let text = mail.text.replace(code(&mails).as_str(), "CODE");
                assert_eq!(text, "CODE\nAcme", "{address}");
            }
        }
        assert_eq!(told[0], told[1] + ADA.len() - "bob@example.com".len());
    });
}

#[test]
fn a_code_is_good_once_in_its_browser_and_for_its_purpose() {
    block_on(async {
        let fed = fed();
        let ada = fed.scene.registered(a_user().number(1).email(ADA).build()).await;
        let interaction = waits(fed.arrives("acme", nobodys("1")).await);
        let (flow, mails) = fed.asks(&interaction, ADA).await;
        let code = code(&mails);
        // Another browser, with a request of its own at which somebody waits.
        let elsewhere = fed.interaction(Digest::of("elsewhere")).await;
        let elsewhere = waits(fed.arrives_at(&elsewhere, "acme", nobodys("2")).await);
        assert_refused(fed.proves(&elsewhere, (&flow, &code)).await);
        // A request at which nobody waits.
        let other = fed.interaction(browser()).await;
        assert_refused(fed.proves(&other, (&flow, &code)).await);
        // It signs nobody in by itself.
        let sign_in = &fed.scene.services.sign_in;
        let signed_in = sign_in.code(&fed.scene.act, (&flow, browser()), &code).await;
        assert!(signed_in.is_err());
        proven(fed.proves(&interaction, (&flow, &code)).await.unwrap());
        assert!(fed.proves(&interaction, (&flow, &code)).await.is_err(), "once");
        // And a code to sign in with proves no address here.
        let interaction = waits(fed.arrives("acme", nobodys("1")).await);
        let (at, work) = ((browser(), interaction.id), Shown::default());
        let asked = sign_in.ask_for_code(&fed.scene.act, ADA, at, &work);
        let flow = asked.await.unwrap();
        let mails = fed.scene.mails().await;
        let code = mails[0].text.lines().next().unwrap();
        assert_refused(fed.proves(&interaction, (&flow, code)).await);
        assert!(fed.identities(&ada).await.is_empty());
    });
}

#[test]
fn whoever_signs_in_otherwise_at_the_request_gets_no_identity() {
    block_on(async {
        let fed = fed();
        let ada = fed.scene.registered(a_user().number(1).email(ADA).build()).await;
        let interaction = waits(fed.arrives("acme", nobodys("1")).await);
        fed.asks(&interaction, ADA).await;
        let interaction = fed.now(&interaction).await;
        let sign_in = &fed.scene.services.sign_in;
        let proven = sign_in.password(&fed.scene.act, ADA, PASSWORD.into()).await;
        let done = fed.complete(interaction.clone(), proven.unwrap()).await;
        assert!(matches!(done, Completed::SignedIn { .. }), "{done:?}");
        assert!(fed.identities(&ada).await.is_empty());
        assert!(fed.now(&interaction).await.unaddressed.is_none());
    });
}

#[test]
fn a_sign_up_that_waits_loses_what_a_stranger_chose_for_it() {
    block_on(async {
        let fed = fed();
        let waiting = User {
            source: UserSource::SignUp,
            ..a_user().number(1).email(ADA).unverified().build()
        };
        let waiting = fed.scene.registered(waiting).await;
        let interaction = waits(fed.arrives("acme", nobodys("1")).await);
        let (flow, mails) = fed.asks(&interaction, ADA).await;
        let (_, by) = proven(fed.proves(&interaction, (&flow, &code(&mails))).await.unwrap());
        assert_ne!(by.user().id, waiting.id);
        assert!(!fed.scene.signs_in(ADA, PASSWORD).await);
    });
}

#[test]
fn an_operators_account_keeps_what_it_has_and_its_address_is_proven() {
    block_on(async {
        let fed = fed();
        let ada = a_user().number(1).email(ADA).unverified().build();
        let ada = fed.scene.registered(ada).await;
        let interaction = waits(fed.arrives("acme", nobodys("1")).await);
        let (flow, mails) = fed.asks(&interaction, ADA).await;
        let (interaction, by) = proven(fed.proves(&interaction, (&flow, &code(&mails))).await.unwrap());
        fed.complete(interaction, by).await;
        let after = fed.holder(ADA).await.unwrap();
        assert_eq!(after.id, ada.id);
        assert!(after.email_verified());
        assert!(fed.scene.signs_in(ADA, PASSWORD).await);
        assert_eq!(fed.identities(&ada).await.len(), 1);
    });
}

#[test]
fn a_provider_that_is_gone_meanwhile_leads_nowhere() {
    block_on(async {
        let mut fed = fed();
        let interaction = waits(fed.arrives("acme", nobodys("1")).await);
        let (flow, mails) = fed.asks(&interaction, ADA).await;
        fed.scene.use_upstreams(Upstreams::new(vec![fed.other.clone()]));
        let answered = fed.proves(&interaction, (&flow, &code(&mails))).await.unwrap();
        assert_eq!(setback(answered), Setback::Off);
    });
}
