//! What people allowed, what descends from it, and the codes that are mailed to them.

use crate::{
    authorization::{Authorization, Begun, ConsentRule, RefreshToken, RefreshTokenFamily, Rotation},
    client::ClientId,
    clock::Timestamp,
    consent::Consent,
    id::{AuthorizationId, MailedCodeId, UserId},
    mail::{Chosen, MailedCode, MailedCodePurpose, MailedProof},
    scope::ScopeSet,
    secret::Digest,
    stores::{Alongside, Concerning, Moment, NextPassword, Page, PageRequest, Stored},
    thumbprint::Thumbprint,
};
use async_trait::async_trait;

/// What people allowed clients.
#[async_trait]
pub trait ConsentStore: Send + Sync {
    /// What the person allowed the client.
    async fn find(&self, user: UserId, client: &ClientId) -> Stored<Option<Consent>>;
    /// Stores consent as it [follows](Consent::following) what was allowed before; the pair's authorizations that still
    /// count end when it does.
    async fn allow(&self, consent: &Consent, with: Alongside) -> Stored<()>;
    /// What the person allowed, newest first, at most 200.
    async fn list(&self, user: UserId) -> Stored<Vec<Consent>>;
    /// Leaves the client only those of the allowed scopes that are among `scopes`, as it is [narrowed](Consent::narrowed),
    /// and revokes every authorization of the pair that goes beyond. False if nothing was allowed.
    async fn narrow(
        &self,
        user: UserId,
        client: &ClientId,
        scopes: &ScopeSet,
        moment: Moment,
        with: Alongside,
    ) -> Stored<bool>;
    /// What anybody allowed, in order of person and client.
    async fn page(&self, which: &Concerning, page: &PageRequest) -> Stored<Page<Consent>>;
    /// Forgets consent and revokes every authorization of the pair. False if there was neither.
    async fn revoke(&self, user: UserId, client: &ClientId, moment: Moment, with: Alongside) -> Stored<bool>;
}

/// What became of recording tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// Written.
    Saved,
    /// The authorization was revoked meanwhile; nothing was written.
    Revoked,
}

/// Authorizations and the refresh tokens below them.
#[async_trait]
pub trait AuthorizationStore: Send + Sync {
    /// Stores a new authorization if what it rests on still stands in the same transaction: the session has not
    /// ended and signs its active account in, the client is active and was not disabled since `created_at`, and
    /// consent covers the scopes where it must. It ends when that consent does.
    async fn begin(
        &self,
        authorization: &Authorization,
        consent: ConsentRule,
        with: Alongside,
    ) -> Stored<Begun>;
    /// The authorization.
    async fn find(&self, id: AuthorizationId) -> Stored<Option<Authorization>>;
    /// Stores the first refresh token of an authorization, unless that was revoked.
    async fn record(&self, token: &RefreshToken, with: Alongside) -> Stored<Recorded>;
    /// Binds refresh tokens below the authorization to the key of this thumbprint. False if they are bound to
    /// another, or the authorization was revoked.
    async fn bind(&self, id: AuthorizationId, jkt: &Thumbprint) -> Stored<bool>;
    /// The refresh token with everything that decides about it.
    async fn find_refresh_token(&self, digest: &Digest) -> Stored<Option<RefreshTokenFamily>>;
    /// Marks `old` rotated and stores `new`, if `old` is active and the authorization not revoked.
    async fn rotate(
        &self,
        old: &Digest,
        new: &RefreshToken,
        at: Timestamp,
        with: Alongside,
    ) -> Stored<Rotation>;
    /// Revokes the authorization. False if it was already, or there is none.
    async fn revoke(&self, id: AuthorizationId, moment: Moment, with: Alongside) -> Stored<bool>;
}

/// What became of a mailed proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailedOutcome {
    /// It was right and is used up now.
    Redeemed(MailedCode),
    /// Wrong, used, expired, unknown or tried too often: which, nobody is told.
    Refused,
}

/// Mailed codes and links.
#[async_trait]
pub trait MailedCodeStore: Send + Sync {
    /// Stores a new code; earlier ones of the same person and purpose stop working.
    async fn send(&self, code: &MailedCode, with: Alongside) -> Stored<()>;
    /// The code of flow `id` that is not used and not expired at `now`.
    async fn find(&self, id: MailedCodeId, now: Timestamp) -> Stored<Option<MailedCode>>;
    /// The code whose link is `link` and that is not used and not expired at `now`.
    async fn find_by_link(&self, link: &Digest, now: Timestamp) -> Stored<Option<MailedCode>>;
    /// Uses up a code that confirms an address. If the address is still the account's and was not proven before,
    /// it is marked verified, and password and name become what was `chosen`: nothing typed earlier stays.
    async fn confirm_email(
        &self,
        proof: MailedProof,
        chosen: Option<Chosen>,
        now: Timestamp,
        with: Alongside,
    ) -> Stored<MailedOutcome>;
    /// Uses up a code that resets a password, sets it, marks the address verified, and ends every session, which
    /// clients are told, and authorization, and every other mailed code of the account but links that bring an address back.
    async fn reset_password(
        &self,
        proof: MailedProof,
        new: &NextPassword,
        moment: Moment,
        with: Alongside,
    ) -> Stored<MailedOutcome>;
    /// Uses up a code that signs somebody in. If the address is still the account's and was not proven before, it
    /// is marked verified, and what a sign-up had left for that moment is dropped.
    async fn sign_in(&self, proof: MailedProof, now: Timestamp, with: Alongside) -> Stored<MailedOutcome>;
    /// Uses up a code that proves an address for somebody whom a provider vouched for. If the address is still the
    /// account's and was not proven before, it is marked verified; a sign-up is left as it is, for it gives way to
    /// whoever proved the address.
    async fn prove_address(
        &self,
        proof: MailedProof,
        now: Timestamp,
        with: Alongside,
    ) -> Stored<MailedOutcome>;
    /// Uses up a code that proves a new address, which takes the place of the one that `undo` names and would bring
    /// back; earlier links that bring one back go on working, every other mailed code stops. Refused as well when the
    /// account has another address by now, or somebody else has proven the new one.
    async fn change_email(
        &self,
        proof: MailedProof,
        undo: &MailedCode,
        now: Timestamp,
        with: Alongside,
    ) -> Stored<MailedOutcome>;
    /// Uses up a link that brings an address back: sets it and the password, ends every session, which clients are
    /// told, and authorization, and every mailed code but the links that undo an earlier change. Refused as well
    /// when somebody else has proven the address meanwhile.
    async fn undo_email(
        &self,
        link: Digest,
        new: &NextPassword,
        moment: Moment,
        with: Alongside,
    ) -> Stored<MailedOutcome>;
    /// When the latest code for this person and purpose was sent.
    async fn last_sent(&self, user: UserId, purpose: MailedCodePurpose) -> Stored<Option<Timestamp>>;
}
