//! OpenID Connect Core §5.5.1.1, RFC 9470 §5, Unmet Authentication Requirements: how strong a sign-in must be; and
//! what clients register for requests that do not say it.

use crate::fixture::{Browser, Idp, RelyingParty, assert_refused};
use domain::{
    acr::Method,
    id::{AuthenticatorId, PasskeyId},
    interaction::Interaction,
    passkey::{Aaguid, CredentialId, Passkey},
    second_factor::Authenticator,
    services::{
        interactions::InteractionService,
        second_factors::SecondFactorService,
        sign_in::{Arrival, Completed, SignIn},
    },
    stores::{Alongside, PasskeyAdded},
    testing::{a_client, a_user},
    totp::{TotpSeed, step_at},
};
use oidc::{
    authorize::{AuthorizeError, Step},
    error::ErrorCode,
    jose::TokenType,
};

const ONE_FACTOR: &str = "urn:signet:acr:1";

/// What ID token and access token say the sign-in was.
async fn said(idp: &Idp, rp: &RelyingParty<'_>, code: &str) -> [String; 2] {
    let tokens = rp.redeem(code).await.unwrap();
    let (_, id_token) = idp.read(TokenType::IdToken, tokens.id_token().unwrap());
    let (_, access_token) = idp.read(TokenType::AccessToken, tokens.access_token());
    assert_eq!(id_token["auth_time"], access_token["auth_time"], "RFC 9470 §6.1");
    [id_token, access_token].map(|claims| claims["acr"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn s5_5_1_1_an_essential_class_is_reached_or_the_request_fails() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client().first_party()).await;
    let browser = idp.signed_in(a_user()).await;
    for met in [
        r#"{"id_token":{"acr":{"essential":true,"values":["urn:x:9","urn:signet:acr:1"]}}}"#,
        r#"{"id_token":{"acr":{"essential":true,"value":"urn:signet:acr:1"}}}"#,
        r#"{"id_token":{"acr":{"essential":true}}}"#,
        r#"{"id_token":{"acr":{"values":["urn:x:9"]}}}"#,
        r#"{"id_token":{"acr":null}}"#,
        r#"{"userinfo":{"acr":{"essential":true,"value":"urn:x:9"}}}"#,
    ] {
        let code = rp.code_for(&rp.request().with("claims", met), &browser).await;
        assert_eq!(said(&idp, &rp, &code).await, [ONE_FACTOR, ONE_FACTOR], "{met}");
    }
    let unmet = r#"{"id_token":{"acr":{"essential":true,"values":["urn:x:9","phr"]}}}"#;
    for prompt in ["none", "login"] {
        let request = rp.request().with("claims", unmet).with("prompt", prompt);
        for browser in [&browser, &Browser::default()] {
            assert_refused!(
                idp.authorize(&request, browser).await.response(),
                AuthorizeError::Unmet(ErrorCode::UnmetAuthenticationRequirements),
                "unmet_authentication_requirements"
            );
        }
    }
}

#[tokio::test]
async fn rfc9470_s5_acr_values_are_met_as_far_as_they_can_be() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client().first_party()).await;
    let browser = idp.signed_in(a_user()).await;
    for acr_values in ["urn:x:9", "urn:x:9 urn:signet:acr:1", "urn:signet:acr:1"] {
        let request = rp.request().with("acr_values", acr_values);
        let code = rp.code_for(&request, &browser).await;
        assert_eq!(said(&idp, &rp, &code).await, [ONE_FACTOR, ONE_FACTOR]);
    }
    let answer = idp
        .authorize(&rp.request().with("acr_values", &"a".repeat(1_025)), &browser)
        .await;
    assert_refused!(
        answer.response(),
        AuthorizeError::Malformed("acr_values"),
        "invalid_request"
    );
}

#[tokio::test]
async fn registration_s2_defaults_stand_in_for_what_a_request_does_not_say() {
    let idp = Idp::start().await;
    let client = a_client().first_party().metadata(|metadata| {
        metadata.default_max_age = Some(60);
        metadata.default_acr_values = vec!["urn:x:9".to_owned(), ONE_FACTOR.to_owned()];
        metadata.require_auth_time = true;
    });
    let rp = idp.relying_party(client).await;
    let browser = idp.signed_in(a_user()).await;
    let code = rp.code(&browser).await;
    assert_eq!(said(&idp, &rp, &code).await, [ONE_FACTOR, ONE_FACTOR]);
    idp.wait(61);
    let (waiting, step) = idp.authorize(&rp.request(), &browser).await.step();
    assert_eq!(step, Step::SignIn);
    assert_eq!(waiting.requirement.max_age.map(|age| age.as_secs()), Some(60));
    let patient = rp.request().with("max_age", "100");
    assert!(idp.authorize(&patient, &browser).await.response().is_ok());
}

const TWO_FACTORS: &str = "urn:signet:acr:2";

impl Idp {
    /// Gives the person an authenticator app; its seed.
    async fn enrol(&self, browser: &Browser) -> TotpSeed {
        let (user, store) = (self.user_of(browser).await, &self.realm.stores.second_factors);
        let seed = TotpSeed::generate(&*self.ports.random);
        let id = AuthenticatorId::generate(self.now(), &*self.ports.random);
        let pending = Authenticator {
            id,
            seed: self.ports.sealer.seal(&Authenticator::context(id), seed.expose()),
            created_at: self.now(),
            last_step: 0,
            last_used_at: None,
        };
        store.propose(user, &pending).await.unwrap();
        assert!(
            store
                .confirm(user, id, 1, self.now(), Alongside::default())
                .await
                .unwrap()
        );
        seed
    }

    /// Types the code of now.
    async fn second_factor(
        &self,
        interaction: Interaction,
        seed: &TotpSeed,
        browser: &Browser,
    ) -> Interaction {
        let (code, present) = (seed.code(step_at(self.now())), self.sessions(browser).await);
        let arrival = Arrival {
            interaction,
            present: &present,
            devices: &[],
        };
        let sign_in = SignIn::new(self.ports.clone());
        let passed = sign_in
            .second_factor(&self.act(), arrival, code.expose(), false)
            .await
            .unwrap();
        match passed.completed {
            Completed::SignedIn { interaction, .. } => *interaction,
            Completed::SecondFactor(_) | Completed::Weaker => panic!("two factors were proven"),
        }
    }
}

#[tokio::test]
async fn rfc9470_s5_somebody_with_one_factor_is_asked_for_the_second_alone() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client().first_party()).await;
    let essential = r#"{"id_token":{"acr":{"essential":true,"value":"urn:signet:acr:2"}}}"#;
    for (name, value) in [("acr_values", TWO_FACTORS), ("claims", essential)] {
        let browser = idp
            .signed_in(
                a_user()
                    .number(value.len() as u64)
                    .email(&format!("{name}@example.com")),
            )
            .await;
        let seed = idp.enrol(&browser).await;
        let request = rp.request().with(name, value);
        let (waiting, step) = idp.authorize(&request, &browser).await.step();
        assert_eq!(step, Step::SecondFactor, "{name}");
        assert_eq!(waiting.session(), None, "nothing goes on before");
        let owed = waiting.second_factor_owed(idp.now()).unwrap();
        assert_eq!(owed.session, Some(browser.session()));
        // Coming back without the code leads to the same step.
        let (waiting, step) = idp.resume(waiting, &browser).await.step();
        assert_eq!(step, Step::SecondFactor, "{name}");
        let done = idp.second_factor(waiting, &seed, &browser).await;
        let answer = idp.resume(done, &browser).await.response().unwrap();
        assert_eq!(said(&idp, &rp, answer.code()).await, [TWO_FACTORS, TWO_FACTORS]);
        // From now on the session is strong enough.
        let code = rp.code_for(&request, &browser).await;
        assert_eq!(said(&idp, &rp, &code).await, [TWO_FACTORS, TWO_FACTORS]);
    }
}

#[tokio::test]
async fn rfc9470_s5_whoever_proved_the_first_factor_long_ago_proves_both() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client().first_party()).await;
    let browser = idp.signed_in(a_user()).await;
    idp.enrol(&browser).await;
    let request = rp.request().with("acr_values", TWO_FACTORS);
    idp.wait(601);
    let (waiting, step) = idp.authorize(&request, &browser).await.step();
    assert_eq!(step, Step::SignIn);
    assert_eq!(waiting.requirement.acr.map(|acr| acr.as_str()), Some(TWO_FACTORS));
    let silent = idp
        .authorize(&request.clone().with("prompt", "none"), &browser)
        .await;
    assert!(silent.response().is_ok(), "voluntary: as strong as it is");
}

const INSISTED: &str = r#"{"id_token":{"acr":{"essential":true,"value":"urn:signet:acr:2"}}}"#;

impl Idp {
    async fn decline_enrolment(&self, interaction: Interaction, browser: &Browser) -> Interaction {
        let interactions = InteractionService::new(self.ports.clone());
        let (act, present) = (self.act(), self.sessions(browser).await);
        let declined = interactions.decline_enrolment(&act, interaction, &present[0]);
        declined.await.unwrap()
    }
}

#[tokio::test]
async fn rfc9470_s5_who_has_no_second_factor_is_offered_one_and_may_go_without() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client().first_party()).await;
    let browser = idp.signed_in(a_user()).await;
    let request = rp.request().with("acr_values", TWO_FACTORS);
    for _ in 0..2 {
        let (waiting, step) = idp.authorize(&request, &browser).await.step();
        assert_eq!(step, Step::Enrol);
        assert_eq!(waiting.session(), Some(browser.session()));
        assert!(!waiting.requirement.insists);
        let (waiting, step) = idp.resume(waiting, &browser).await.step();
        assert_eq!(step, Step::Enrol, "coming back leads nowhere else");
        let declined = idp.decline_enrolment(waiting, &browser).await;
        let answer = idp.resume(declined, &browser).await.response().unwrap();
        assert_eq!(said(&idp, &rp, answer.code()).await, [ONE_FACTOR, ONE_FACTOR]);
    }
}

#[tokio::test]
async fn s5_5_1_1_whoever_goes_without_what_is_essential_gets_nothing() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client().first_party()).await;
    let browser = idp.signed_in(a_user()).await;
    let request = rp.request().with("claims", INSISTED);
    let (waiting, step) = idp.authorize(&request, &browser).await.step();
    assert_eq!(step, Step::Enrol);
    assert!(waiting.requirement.insists);
    let declined = idp.decline_enrolment(waiting, &browser).await;
    assert_refused!(
        idp.resume(declined, &browser).await.response(),
        AuthorizeError::Unmet(ErrorCode::UnmetAuthenticationRequirements),
        "unmet_authentication_requirements"
    );
    let silent = request.with("prompt", "none");
    assert_refused!(
        idp.authorize(&silent, &browser).await.response(),
        AuthorizeError::Unmet(ErrorCode::LoginRequired),
        "login_required"
    );
}

#[tokio::test]
async fn rfc9470_s5_a_second_factor_that_was_added_counts_once_it_was_used() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client().first_party()).await;
    let browser = idp.signed_in(a_user()).await;
    let request = rp.request().with("claims", INSISTED);
    let (waiting, _) = idp.authorize(&request, &browser).await.step();
    let seed = idp.enrol(&browser).await;
    let (waiting, step) = idp.resume(waiting, &browser).await.step();
    assert_eq!(step, Step::SecondFactor, "having one proves nothing");
    let done = idp.second_factor(waiting, &seed, &browser).await;
    let answer = idp.resume(done, &browser).await.response().unwrap();
    assert_eq!(said(&idp, &rp, answer.code()).await, [TWO_FACTORS, TWO_FACTORS]);
}

#[tokio::test]
async fn rfc9470_s5_the_code_that_takes_an_authenticator_into_use_is_a_use_of_it() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client().first_party()).await;
    let browser = idp.signed_in(a_user()).await;
    let request = rp.request().with("claims", INSISTED);
    let (waiting, _) = idp.authorize(&request, &browser).await.step();
    let (present, act) = (idp.sessions(&browser).await, idp.act());
    let recent = present[0].recently_proven(idp.now()).unwrap();
    let factors = SecondFactorService::new(idp.ports.clone());
    factors.propose(&act, &recent).await.unwrap();
    let seed = factors.proposed(&act, &recent).await.unwrap().unwrap();
    let code = seed.code(step_at(idp.now()));
    let arrival = Arrival {
        interaction: waiting,
        present: &present,
        devices: &[],
    };
    let sign_in = SignIn::new(idp.ports.clone());
    let done = sign_in.enrol(&act, arrival, &recent, code.expose()).await;
    let Completed::SignedIn { interaction, .. } = done.unwrap() else {
        panic!("two factors were proven");
    };
    let answer = idp.resume(*interaction, &browser).await.response().unwrap();
    assert_eq!(said(&idp, &rp, answer.code()).await, [TWO_FACTORS, TWO_FACTORS]);
}

#[tokio::test]
async fn rfc9470_s5_a_passkey_that_was_made_counts_once_it_was_used() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client().first_party()).await;
    let browser = idp.signed_in(a_user()).await;
    let passkey = Passkey {
        id: PasskeyId::generate(idp.now(), &*idp.ports.random),
        credential_id: CredentialId::new(b"one".to_vec()).unwrap(),
        user_id: idp.user_of(&browser).await,
        name: None,
        aaguid: Aaguid([0; 16]),
        synced: false,
        sign_count: 0,
        public: "{}".to_owned(),
        created_at: idp.now(),
        last_used_at: None,
    };
    let passkeys = &idp.realm.stores.passkeys;
    let added = passkeys.add(&passkey, idp.now(), Alongside::default()).await;
    assert_eq!(added.unwrap(), PasskeyAdded::Added);
    let request = rp.request().with("claims", INSISTED);
    let (waiting, step) = idp.authorize(&request, &browser).await.step();
    assert_eq!(step, Step::Enrol, "the passkey can be used there");
    let methods = [Method::Password, Method::Passkey];
    let sessions = &idp.realm.stores.sessions;
    let used = sessions.reauthenticate(
        browser.session(),
        idp.now(),
        (&methods, None),
        Alongside::default(),
    );
    used.await.unwrap();
    let answer = idp.resume(waiting, &browser).await.response().unwrap();
    assert_eq!(said(&idp, &rp, answer.code()).await, [TWO_FACTORS, TWO_FACTORS]);
}

#[tokio::test]
async fn s5_5_1_1_whoever_insists_on_a_class_is_told_one_of_those_named() {
    let idp = Idp::start().await;
    let rp = idp.relying_party(a_client().first_party()).await;
    let browser = idp.signed_in(a_user()).await;
    let methods = [Method::Password, Method::Totp];
    let sessions = &idp.realm.stores.sessions;
    let proven = sessions.reauthenticate(
        browser.session(),
        idp.now(),
        (&methods, None),
        Alongside::default(),
    );
    proven.await.unwrap();
    let insisted =
        |classes: &str| format!(r#"{{"id_token":{{"acr":{{"essential":true,"values":[{classes}]}}}}}}"#);
    for (name, value, told) in [
        ("claims", insisted(r#""urn:signet:acr:1""#), ONE_FACTOR),
        (
            "claims",
            insisted(r#""urn:signet:acr:1","urn:signet:acr:2""#),
            TWO_FACTORS,
        ),
        ("claims", insisted(r#""urn:signet:acr:2""#), TWO_FACTORS),
        ("acr_values", ONE_FACTOR.to_owned(), TWO_FACTORS),
    ] {
        let code = rp.code_for(&rp.request().with(name, &value), &browser).await;
        assert_eq!(said(&idp, &rp, &code).await, [told, told], "{value}");
    }
}
