//! What the tests of this crate share.

use domain::{
    acr::Method,
    client::Status,
    clock::Timestamp,
    id::{LoginSessionId, UserId},
    issuer::{Issuer, Origin},
    login_session::{LoginSession, RequestOrigin, SignedInUser},
    person::Email,
    secret::Digest,
    signing_key::{KeyFactory as _, KeyRing, SigningAlgorithm},
    testing::SeededRandom,
    user::{Described, Role, User, UserSource},
};
use std::time::Duration;

pub fn now() -> Timestamp {
    Timestamp::from_seconds(1_767_225_600)
}

pub fn issuer(realm: &str) -> Issuer {
    Issuer::new(
        &Origin::parse("https://id.example.com").unwrap(),
        &realm.parse().unwrap(),
    )
}

pub async fn key_ring(alg: SigningAlgorithm) -> KeyRing {
    let keys = crate::jose::LocalKeys::default();
    let made = keys.generate(alg).await.unwrap();
    KeyRing::new(
        vec![keys.open(&made.kid, alg, &made.pkcs8).unwrap()],
        vec![keys.read(&made.public_jwk).unwrap()],
    )
}

pub fn user(email: &str) -> User {
    let seed = u64::from_be_bytes(Digest::of(email).as_bytes()[..8].try_into().unwrap());
    User {
        id: UserId::generate(now(), &SeededRandom::new(seed)),
        email: Email::parse(email).unwrap(),
        email_verified_at: Some(now()),
        name: None,
        locale: None,
        zoneinfo: None,
        described: Described::default(),
        status: Status::Active,
        role: Role::Member,
        source: UserSource::Operator,
        not_before: Timestamp::default(),
        erase_at: None,
        version: 1,
        created_at: Timestamp::default(),
        updated_at: now(),
    }
}

/// Somebody whose session began a day ago and who proved who they are `ago` seconds ago.
pub fn signed_in(email: &str, ago: u64) -> SignedInUser {
    let user = user(email);
    let seed = u64::from_be_bytes(Digest::of(email).as_bytes()[8..16].try_into().unwrap());
    let session = LoginSession {
        id: LoginSessionId::generate(now(), &SeededRandom::new(seed)),
        user_id: user.id,
        created_at: now() - Duration::from_secs(86_400),
        authenticated_at: now() - Duration::from_secs(ago),
        methods: vec![Method::Password],
        provider: None,
        last_seen_at: now(),
        expires_at: now() + Duration::from_secs(86_400),
        ended_at: None,
        origin: RequestOrigin::default(),
    };
    session
        .signed_in(user, now(), Duration::from_secs(3_600))
        .unwrap()
}
