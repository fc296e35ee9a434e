use super::*;
use crate::{
    acr::Method,
    client::Status,
    id::{AuthenticatorId, LoginSessionId},
    interaction::{AccountPage, Interaction},
    login_session::{LoginSession, RECENT},
    second_factor::Authenticator,
    services::{
        scene::{PASSWORD, Scene},
        sign_in::SignInError,
    },
    stores::Alongside,
    testing::{FakeWebAuthn, a_user},
    user::User,
    work::Shown,
};
use futures::executor::block_on;

/// A person who just signed in with their password, on this browser.
pub(in crate::services) struct Somebody {
    pub scene: Scene,
    pub user: User,
    pub signed_in: SignedInUser,
    pub browser: Digest,
}

impl Somebody {
    pub fn new() -> Self {
        Self::of(a_user().build())
    }

    pub fn of(user: User) -> Self {
        let scene = Scene::new();
        let user = block_on(scene.registered(user));
        let email = user.email.as_str();
        let sign_in = &scene.services.sign_in;
        let proven = block_on(sign_in.password(&scene.act, email, PASSWORD.to_owned()));
        let session = block_on(scene.session(&scene.act, Digest::of("another"), proven.unwrap()));
        let signed_in = witness(&scene, session, &user);
        Self {
            scene,
            user,
            signed_in,
            browser: Digest::of("browser"),
        }
    }

    pub fn handle(&self) -> UserHandle {
        UserHandle::of(self.scene.act.realm.realm.id, self.user.id)
    }

    pub fn proven(&self) -> RecentlyProven<'_> {
        let now = self.scene.services.ports.clock.now();
        self.signed_in.recently_proven(now).unwrap()
    }

    pub fn ask(&self) -> Asked {
        let passkeys = &self.scene.services.passkeys;
        block_on(passkeys.ask(&self.scene.act, self.browser, self.proven())).unwrap()
    }

    pub fn answer(&self, ceremony: CeremonyId, answer: &str) -> Result<Passkey, PasskeyError> {
        let passkeys = &self.scene.services.passkeys;
        let answer = (ceremony, answer);
        block_on(passkeys.add(&self.scene.act, self.browser, self.proven(), answer))
    }

    /// A passkey of this credential, whose word is "secret".
    pub fn add(&self, credential: &str) -> Passkey {
        let asked = self.ask();
        let made = FakeWebAuthn::answer(&asked.options, credential, self.handle(), "secret", 1);
        self.answer(asked.ceremony, &made).unwrap()
    }

    pub fn interaction(&self) -> Interaction {
        let interactions = &self.scene.services.interactions;
        let page = AccountPage::Overview;
        block_on(interactions.start_for_account(&self.scene.act, self.browser, page)).unwrap()
    }

    pub fn ask_who(&self, interaction: &Interaction) -> Asked {
        let sign_in = &self.scene.services.sign_in;
        let asked = block_on(sign_in.ask_for_passkey(&self.scene.act, interaction));
        asked.unwrap().unwrap()
    }

    pub fn sign_in(
        &self,
        interaction: &Interaction,
        ceremony: CeremonyId,
        answer: &str,
    ) -> Result<LoginSession, SignInError> {
        let sign_in = &self.scene.services.sign_in;
        let proven = block_on(sign_in.passkey(&self.scene.act, interaction, (ceremony, answer)))?;
        Ok(block_on(self.scene.session(
            &self.scene.act,
            self.browser,
            proven,
        )))
    }

    pub fn kinds(&self) -> Vec<EventKind> {
        let events = self.scene.memory.events(self.scene.act.realm.realm.id);
        events.into_iter().map(|event| event.kind).collect()
    }
}

pub(in crate::services) fn witness(scene: &Scene, session: LoginSession, user: &User) -> SignedInUser {
    let now = scene.services.ports.clock.now();
    session
        .signed_in(user.clone(), now, Duration::from_secs(3_600))
        .unwrap()
}

#[test]
fn a_passkey_is_added_and_told_by_mail() {
    let ada = Somebody::new();
    let passkey = ada.add("one");
    assert_eq!(
        block_on(ada.scene.services.passkeys.list(&ada.scene.act, &ada.signed_in)).unwrap(),
        std::slice::from_ref(&passkey)
    );
    let mails = block_on(ada.scene.mails());
    assert!(mails.iter().any(|mail| mail.subject.starts_with("passkey added")));
    let added = EventKind::PasskeyAdded {
        user: ada.user.id,
        passkey: passkey.id,
    };
    assert!(ada.kinds().contains(&added));
}

#[test]
fn s13_4_3_a_challenge_is_answered_once() {
    let ada = Somebody::new();
    let asked = ada.ask();
    let made = |credential| FakeWebAuthn::answer(&asked.options, credential, ada.handle(), "secret", 1);
    assert!(ada.answer(asked.ceremony, &made("one")).is_ok());
    let again = ada.answer(asked.ceremony, &made("two"));
    assert!(matches!(again, Err(PasskeyError::Refused(Refused::NotAccepted))));
}

#[test]
fn a_ceremony_belongs_to_its_browser_its_session_and_its_purpose() {
    let mut ada = Somebody::new();
    let made = |asked: &Asked| FakeWebAuthn::answer(&asked.options, "one", ada.handle(), "secret", 1);
    let (asked, other) = (ada.ask(), ada.ask());
    let (answer, to_other) = (made(&asked), made(&other));
    let who = ada.interaction();
    let for_sign_in = ada.ask_who(&who);
    let to_sign_in = made(&for_sign_in);
    assert!(ada.answer(for_sign_in.ceremony, &to_sign_in).is_err(), "purpose");
    ada.browser = Digest::of("another browser");
    assert!(ada.answer(asked.ceremony, &answer).is_err(), "browser");
    ada.browser = Digest::of("browser");
    let session = LoginSession {
        id: LoginSessionId::generate(
            ada.scene.services.ports.clock.now(),
            &*ada.scene.services.ports.random,
        ),
        ..ada.signed_in.session().clone()
    };
    ada.signed_in = witness(&ada.scene, session, &ada.user);
    assert!(ada.answer(other.ceremony, &to_other).is_err(), "session");
}

#[test]
fn a_code_mailed_to_a_proven_address_is_a_way_in() {
    let ada = Somebody::new();
    let only = ada.add("one");
    ada.scene
        .memory
        .drop_password(ada.scene.act.realm.realm.id, ada.user.id);
    let passkeys = &ada.scene.services.passkeys;
    block_on(passkeys.remove(&ada.scene.act, ada.proven(), only.id)).unwrap();
    block_on(ada.scene.mails());
    let (sign_in, who) = (&ada.scene.services.sign_in, ada.interaction());
    let (asker, work) = ((ada.browser, who.id), Shown::default());
    let asked = sign_in.ask_for_code(&ada.scene.act, ada.user.email.as_str(), asker, &work);
    let flow = block_on(asked).unwrap();
    let mail = block_on(ada.scene.mails()).pop().unwrap();
    let code = mail.text.lines().next().unwrap();
    let proven = block_on(sign_in.code(&ada.scene.act, (&flow, ada.browser), code)).unwrap();
    let session = block_on(ada.scene.session(&ada.scene.act, ada.browser, proven));
    assert_eq!(session.user_id, ada.user.id);
}

#[test]
fn a_passkey_that_comes_after_its_session_was_ended_is_not_taken() {
    let ada = Somebody::new();
    let asked = ada.ask();
    let made = FakeWebAuthn::answer(&asked.options, "one", ada.handle(), "secret", 1);
    ada.scene.clock.advance(Duration::from_secs(1));
    let (stores, now) = (&ada.scene.act.realm.stores, ada.scene.services.ports.clock.now());
    let moment = ada.scene.act.realm.moment(now);
    block_on(
        stores
            .users
            .set_status(ada.user.id, Status::Disabled, moment, Alongside::default()),
    )
    .unwrap();
    assert!(ada.answer(asked.ceremony, &made).is_err());
}

#[test]
fn the_last_way_in_stays() {
    let ada = Somebody::of(a_user().unverified().build());
    let (one, two) = (ada.add("one"), ada.add("two"));
    let passkeys = &ada.scene.services.passkeys;
    let remove = |id| block_on(passkeys.remove(&ada.scene.act, ada.proven(), id));
    assert!(remove(one.id).is_ok());
    assert!(matches!(remove(one.id), Err(PasskeyError::Unknown)));
    ada.scene
        .memory
        .drop_password(ada.scene.act.realm.realm.id, ada.user.id);
    assert!(matches!(remove(two.id), Err(PasskeyError::LastWayIn)));
    let three = ada.add("three");
    assert!(remove(two.id).is_ok());
    assert!(matches!(remove(three.id), Err(PasskeyError::LastWayIn)));
}

#[test]
fn an_answer_too_long_is_not_looked_at() {
    let ada = Somebody::new();
    let asked = ada.ask();
    let made = FakeWebAuthn::answer(&asked.options, "one", ada.handle(), "secret", 1);
    let padded = format!("{made}{}", " ".repeat(crate::passkey::MAX_RESPONSE));
    assert!(ada.answer(asked.ceremony, &padded).is_err());
    let asked = ada.ask();
    let made = FakeWebAuthn::answer(&asked.options, "one", ada.handle(), "secret", 1);
    assert!(ada.answer(asked.ceremony, &made).is_ok());
}

#[test]
fn a_passkey_is_named_and_unnamed() {
    let ada = Somebody::new();
    let id = ada.add("one").id;
    let passkeys = &ada.scene.services.passkeys;
    let rename = |name: &str| block_on(passkeys.rename(&ada.scene.act, ada.proven(), id, name));
    let name = || {
        let listed = block_on(passkeys.list(&ada.scene.act, &ada.signed_in)).unwrap();
        listed[0].name.clone().map(String::from)
    };
    rename(" Laptop ").unwrap();
    assert_eq!(name().as_deref(), Some("Laptop"));
    assert!(matches!(rename("\u{202e}"), Err(PasskeyError::InvalidName)));
    rename(" ").unwrap();
    assert_eq!(name(), None);
}

#[test]
fn a_passkey_is_offered_again_after_a_month_or_never() {
    let ada = Somebody::new();
    let passkeys = &ada.scene.services.passkeys;
    let offered = || is_offered(&ada, &just_now(&ada, &[Method::Password], None));
    let decline = |how| block_on(passkeys.decline(&ada.scene.act, &ada.signed_in, how)).unwrap();
    assert!(offered());
    decline(Declined::NotNow);
    ada.scene.clock.advance(NOT_NOW - Duration::from_secs(1));
    assert!(!offered());
    ada.scene.clock.advance(Duration::from_secs(1));
    assert!(offered());
    decline(Declined::Never);
    ada.scene.clock.advance(100 * NOT_NOW);
    assert!(!offered());
}

/// Her session, as if she had proved just now by these methods who she is, or through this provider.
fn just_now(ada: &Somebody, methods: &[Method], provider: Option<&str>) -> LoginSession {
    LoginSession {
        authenticated_at: ada.scene.services.ports.clock.now(),
        methods: methods.to_vec(),
        provider: provider.map(|id| id.parse().unwrap()),
        ..ada.signed_in.session().clone()
    }
}

fn is_offered(ada: &Somebody, session: &LoginSession) -> bool {
    block_on(ada.scene.services.passkeys.is_offered(&ada.scene.act, session)).unwrap()
}

#[test]
fn a_passkey_is_offered_to_who_may_make_one() {
    const BOTH: [Method; 2] = [Method::Password, Method::Totp];
    let ada = Somebody::new();
    let mut session = just_now(&ada, &[Method::MailedCode], None);
    assert!(is_offered(&ada, &session));
    session.authenticated_at = session.authenticated_at - RECENT;
    assert!(is_offered(&ada, &session));
    session.authenticated_at = session.authenticated_at - Duration::from_secs(1);
    assert!(!is_offered(&ada, &session), "the proof is too old");
    let undated = just_now(&ada, &[Method::Federated], Some("unknown"));
    assert!(!is_offered(&ada, &undated), "nobody says when it was");
    enrol(&ada);
    for (methods, offered) in [(&BOTH[..1], false), (&BOTH[..], true)] {
        assert_eq!(is_offered(&ada, &just_now(&ada, methods, None)), offered);
    }
}

/// Gives the account an authenticator.
fn enrol(ada: &Somebody) {
    let (ports, user) = (&ada.scene.services.ports, ada.user.id);
    let now = ports.clock.now();
    let id = AuthenticatorId::generate(now, &*ports.random);
    let pending = Authenticator {
        id,
        seed: ports.sealer.seal(&Authenticator::context(id), b"seed"),
        created_at: now,
        last_step: 0,
        last_used_at: None,
    };
    let store = &ada.scene.act.realm.stores.second_factors;
    block_on(store.propose(user, &pending)).unwrap();
    assert!(block_on(store.confirm(user, id, 1, now, Alongside::default())).unwrap());
}
