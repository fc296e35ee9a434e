//! What the numbers in a script stand for: the same number is the same row in the oracle and in the store.

use crate::subject::MINUTE;
use domain::{
    acr::Method,
    authorization::{Authorization, ConsentRule, RefreshToken, RefreshTokenState, Terms},
    client::{Client, ClientId},
    clock::Timestamp,
    consent::Consent,
    ephemeral::CodeGrant,
    id::{AuthorizationId, LoginSessionId, MailedCodeId, RefreshTokenId, UserId},
    login_session::{LoginSession, RequestOrigin},
    mail::{MailedCode, MailedCodePurpose},
    redirect_uri::RedirectUri,
    secret::Digest,
    testing::{a_client, a_user},
    user::User,
};
use uuid::Uuid;

/// The number of one row of a kind.
pub type No = u16;

/// People at the start, numbered from 0.
pub const USERS: No = 3;
/// Clients at the start, numbered from 0.
pub const CLIENTS: No = 2;

fn uuid(kind: u128, no: No) -> Uuid {
    Uuid::from_u128(kind << 64 | u128::from(no))
}

pub fn user_id(no: No) -> UserId {
    UserId::from_uuid(uuid(1, no))
}

pub fn client_id(no: No) -> ClientId {
    format!("app{no}").parse().unwrap()
}

pub fn session_id(no: No) -> LoginSessionId {
    LoginSessionId::from_uuid(uuid(2, no))
}

pub fn authorization_id(no: No) -> AuthorizationId {
    AuthorizationId::from_uuid(uuid(3, no))
}

pub fn token_digest(no: No) -> Digest {
    Digest::of(format!("token {no}"))
}

pub fn user(no: No) -> User {
    let address = format!("user{no}@example.com");
    let described = format!(r#"{{"nickname":"{no}","address":{{"locality":"London"}}}}"#);
    a_user()
        .id(user_id(no))
        .email(&address)
        .described(&described)
        .build()
}

pub fn client(no: No) -> Client {
    a_client().id(client_id(no).as_str()).build()
}

pub fn session(no: No, user: No, now: Timestamp) -> LoginSession {
    LoginSession {
        id: session_id(no),
        user_id: user_id(user),
        created_at: now,
        authenticated_at: now,
        methods: vec![Method::Password],
        provider: None,
        last_seen_at: now,
        expires_at: now + 60 * MINUTE,
        ended_at: None,
        origin: RequestOrigin::default(),
    }
}

/// An approval, and whether it outlives its session.
#[derive(Clone, Copy, Debug)]
pub struct Approval {
    pub authorization: No,
    pub user: No,
    pub client: No,
    pub session: No,
    pub offline: bool,
}

impl Approval {
    /// Every fourth needs consent.
    pub fn consent(&self) -> ConsentRule {
        if self.authorization.is_multiple_of(4) {
            ConsentRule::MustCover
        } else {
            ConsentRule::NotNeeded
        }
    }

    pub fn at(&self, now: Timestamp) -> Authorization {
        let scopes = if self.offline {
            "openid offline_access"
        } else {
            "openid"
        };
        Authorization {
            id: authorization_id(self.authorization),
            user_id: user_id(self.user),
            client_id: client_id(self.client),
            login_session_id: session_id(self.session),
            scopes: scopes.parse().unwrap(),
            authenticated_at: now,
            methods: vec![Method::Password],
            nonce: None,
            terms: Terms::default(),
            created_at: now,
            revoked_at: None,
            expires_at: None,
        }
    }
}

pub fn code(no: No, authorization: No, now: Timestamp) -> CodeGrant {
    CodeGrant {
        authorization_id: authorization_id(authorization),
        client_id: client_id(no % CLIENTS),
        redirect_uri: RedirectUri::parse("https://app.example.com/cb").unwrap(),
        code_challenge: None,
        dpop_jkt: None,
        expires_at: now + MINUTE,
    }
}

/// A refresh token; every third lives for days.
pub fn token(no: No, authorization: No, now: Timestamp) -> RefreshToken {
    let minutes = if no.is_multiple_of(3) { 10 * 24 * 60 } else { 60 };
    RefreshToken {
        id: RefreshTokenId::from_uuid(uuid(4, no)),
        digest: token_digest(no),
        authorization_id: authorization_id(authorization),
        created_at: now,
        expires_at: now + minutes * MINUTE,
        state: RefreshTokenState::Active,
    }
}

pub fn consent(user: No, client: No, now: Timestamp) -> Consent {
    Consent {
        user_id: user_id(user),
        client_id: client_id(client),
        scopes: "openid offline_access".parse().unwrap(),
        declined: Default::default(),
        granted_at: now,
        updated_at: now,
        expires_at: None,
    }
}

/// What a person is sent who forgot the password.
pub fn mailed(no: No, to: No, now: Timestamp) -> MailedCode {
    MailedCode {
        id: MailedCodeId::from_uuid(uuid(5, no)),
        user_id: user_id(to),
        purpose: MailedCodePurpose::ResetPassword,
        email: user(to).email,
        code: Digest::of(format!("mailed {no}")),
        link: Digest::of(format!("link {no}")),
        created_at: now,
        expires_at: now + 15 * MINUTE,
        browser: None,
        sign_up: None,
    }
}
