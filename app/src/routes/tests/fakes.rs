//! Stores in which nobody has an account: enough to see what pages do with requests and refusals.

use async_trait::async_trait;
use domain::{
    acr::Method,
    authorization::{Authorization, Begun, ConsentRule, RefreshToken, RefreshTokenFamily, Rotation},
    budget::Lane,
    client::{Client, ClientId, ClientSecret, Status},
    client_registration::RegistrationToken,
    clock::Timestamp,
    consent::Consent,
    device::DeviceAuthorization,
    ephemeral::{
        AuthorizationCodes, CodeGrant, Counted, Interactions, PushedRequest, PushedRequests, RateLimits,
        Redemption, ReplayGuard, Settled,
    },
    event::Event,
    federation::ProviderId,
    id::{
        AuthorizationId, EventId, InteractionId, LoginSessionId, MailedCodeId, RegistrationTokenId, UserId,
    },
    interaction::Interaction,
    login_session::LoginSession,
    mail::{Chosen, MailedCode, MailedCodePurpose, MailedProof},
    outbound::{HashError, HashFor, OpenError, PasswordHasher, Sealed, Sealer, Verdict},
    person::{NewPassword, PasswordHash, TypedPassword},
    scope::ScopeSet,
    secret::{Digest, Secret},
    signing_key::{SigningAlgorithm, StoredKey},
    stores::*,
    thumbprint::Thumbprint,
    user::{Profile, User, UserWithPassword},
};
use std::{collections::HashMap, sync::Mutex, time::Duration};

/// Holds interactions; everything else is empty and stays so.
#[derive(Default)]
pub(super) struct Empty(Mutex<HashMap<InteractionId, Interaction>>);

fn missing<T>() -> Stored<T> {
    Err(StoreError::unavailable("there is no such thing in this test"))
}

#[async_trait]
impl UserStore for Empty {
    async fn register(&self, _: NewUser, _: Alongside) -> Stored<Registration> {
        Ok(Registration::Registered)
    }
    async fn register_first_administrator(&self, _: NewUser, _: Alongside) -> Stored<Registration> {
        Ok(Registration::IdentifierTaken)
    }
    async fn administrator_exists(&self) -> Stored<bool> {
        Ok(true)
    }
    async fn find(&self, _: UserId) -> Stored<Option<User>> {
        Ok(None)
    }
    async fn find_by_email(&self, _: &str) -> Stored<Option<UserWithPassword>> {
        Ok(None)
    }
    async fn list(&self, _: &PageRequest) -> Stored<Page<User>> {
        missing()
    }
    async fn update_profile(&self, _: UserId, _: i64, _: &Profile, _: Timestamp, _: Alongside) -> Stored<()> {
        missing()
    }
    async fn past_passwords(&self, _: UserId) -> Stored<PastPasswords> {
        missing()
    }
    async fn rehash(&self, _: UserId, _: &PasswordHash, _: &PasswordHash, _: Alongside) -> Stored<()> {
        missing()
    }
    async fn set_status(&self, _: UserId, _: Status, _: Moment, _: Alongside) -> Stored<bool> {
        missing()
    }
    async fn delete(&self, _: UserId, _: Moment, _: Alongside) -> Stored<bool> {
        missing()
    }
}

#[async_trait]
impl ClientStore for Empty {
    async fn create(&self, _: &Client, _: Alongside) -> Stored<()> {
        missing()
    }
    async fn find(&self, _: &ClientId) -> Stored<Option<Client>> {
        Ok(None)
    }
    async fn update(&self, _: &Client, _: Alongside) -> Stored<bool> {
        missing()
    }
    async fn list(&self, _: &PageRequest) -> Stored<Page<Client>> {
        missing()
    }
    async fn set_status(&self, _: &ClientId, _: Status, _: Moment, _: Alongside) -> Stored<bool> {
        missing()
    }
    async fn rotate_secret(
        &self,
        _: &ClientId,
        _: &ClientSecret,
        _: Timestamp,
        _: Alongside,
    ) -> Stored<bool> {
        missing()
    }
    async fn delete(&self, _: &ClientId, _: Moment, _: Alongside) -> Stored<bool> {
        missing()
    }
}

#[async_trait]
impl RegistrationTokenStore for Empty {
    async fn create(&self, _: &RegistrationToken, _: Alongside) -> Stored<()> {
        missing()
    }
    async fn find(&self, _: &Digest) -> Stored<Option<RegistrationToken>> {
        Ok(None)
    }
    async fn list(&self, _: &PageRequest) -> Stored<Page<RegistrationToken>> {
        missing()
    }
    async fn spend(&self, _: &Digest, _: Timestamp) -> Stored<bool> {
        missing()
    }
    async fn revoke(&self, _: RegistrationTokenId, _: Alongside) -> Stored<bool> {
        missing()
    }
}

#[async_trait]
impl LoginSessionStore for Empty {
    async fn begin(&self, _: &LoginSession, _: Alongside) -> Stored<()> {
        missing()
    }
    async fn find_many(&self, _: &[LoginSessionId]) -> Stored<Vec<SessionAndUser>> {
        missing()
    }
    async fn reauthenticate(
        &self,
        _: LoginSessionId,
        _: Timestamp,
        _: (&[Method], Option<&ProviderId>),
        _: Alongside,
    ) -> Stored<()> {
        missing()
    }
    async fn touch(&self, _: LoginSessionId, _: Timestamp) -> Stored<()> {
        missing()
    }
    async fn end(&self, _: UserId, _: EndSessions, _: Moment, _: Alongside) -> Stored<Vec<LoginSessionId>> {
        missing()
    }
    async fn participations(&self, _: &[LoginSessionId]) -> Stored<Vec<Participation>> {
        missing()
    }
    async fn list(&self, _: UserId) -> Stored<Vec<LoginSession>> {
        missing()
    }
    async fn page(
        &self,
        _: &Concerning,
        _: Timestamp,
        _: Timestamp,
        _: &PageRequest,
    ) -> Stored<Page<LoginSession>> {
        missing()
    }
}

#[async_trait]
impl BrowserStore for Empty {
    async fn save(&self, _: &Digest, _: &[u8], _: Timestamp) -> Stored<()> {
        missing()
    }
    async fn load(&self, _: &Digest, _: Timestamp) -> Stored<Option<(Vec<u8>, Timestamp)>> {
        missing()
    }
    async fn delete(&self, _: &Digest) -> Stored<()> {
        missing()
    }
}

#[async_trait]
impl ConsentStore for Empty {
    async fn find(&self, _: UserId, _: &ClientId) -> Stored<Option<Consent>> {
        missing()
    }
    async fn allow(&self, _: &Consent, _: Alongside) -> Stored<()> {
        missing()
    }
    async fn list(&self, _: UserId) -> Stored<Vec<Consent>> {
        missing()
    }
    async fn narrow(&self, _: UserId, _: &ClientId, _: &ScopeSet, _: Moment, _: Alongside) -> Stored<bool> {
        missing()
    }
    async fn page(&self, _: &Concerning, _: &PageRequest) -> Stored<Page<Consent>> {
        missing()
    }
    async fn revoke(&self, _: UserId, _: &ClientId, _: Moment, _: Alongside) -> Stored<bool> {
        missing()
    }
}

#[async_trait]
impl AuthorizationStore for Empty {
    async fn begin(&self, _: &Authorization, _: ConsentRule, _: Alongside) -> Stored<Begun> {
        missing()
    }
    async fn find(&self, _: AuthorizationId) -> Stored<Option<Authorization>> {
        missing()
    }
    async fn record(&self, _: &RefreshToken, _: Alongside) -> Stored<Recorded> {
        missing()
    }
    async fn bind(&self, _: AuthorizationId, _: &Thumbprint) -> Stored<bool> {
        missing()
    }
    async fn find_refresh_token(&self, _: &Digest) -> Stored<Option<RefreshTokenFamily>> {
        missing()
    }
    async fn rotate(&self, _: &Digest, _: &RefreshToken, _: Timestamp, _: Alongside) -> Stored<Rotation> {
        missing()
    }
    async fn revoke(&self, _: AuthorizationId, _: Moment, _: Alongside) -> Stored<bool> {
        missing()
    }
}

#[async_trait]
impl DeviceStore for Empty {
    async fn create(&self, _: &DeviceAuthorization) -> Stored<()> {
        missing()
    }
    async fn find_pending(&self, _: &Digest, _: Timestamp) -> Stored<Option<DeviceAuthorization>> {
        Ok(None)
    }
    async fn approve(&self, _: &Digest, _: &DeviceApproval, _: Timestamp, _: Alongside) -> Stored<Decided> {
        Ok(Decided::TooLate)
    }
    async fn deny(&self, _: &Digest, _: Timestamp, _: Alongside) -> Stored<bool> {
        Ok(false)
    }
    async fn poll(&self, _: &Digest, _: &ClientId, _: Timestamp) -> Stored<Polled> {
        Ok(Polled::Unknown)
    }
}

#[async_trait]
impl MailedCodeStore for Empty {
    async fn send(&self, _: &MailedCode, _: Alongside) -> Stored<()> {
        missing()
    }
    async fn find(&self, _: MailedCodeId, _: Timestamp) -> Stored<Option<MailedCode>> {
        Ok(None)
    }
    async fn find_by_link(&self, _: &Digest, _: Timestamp) -> Stored<Option<MailedCode>> {
        Ok(None)
    }
    async fn confirm_email(
        &self,
        _: MailedProof,
        _: Option<Chosen>,
        _: Timestamp,
        _: Alongside,
    ) -> Stored<MailedOutcome> {
        Ok(MailedOutcome::Refused)
    }
    async fn reset_password(
        &self,
        _: MailedProof,
        _: &NextPassword,
        _: Moment,
        _: Alongside,
    ) -> Stored<MailedOutcome> {
        Ok(MailedOutcome::Refused)
    }
    async fn sign_in(&self, _: MailedProof, _: Timestamp, _: Alongside) -> Stored<MailedOutcome> {
        Ok(MailedOutcome::Refused)
    }
    async fn prove_address(&self, _: MailedProof, _: Timestamp, _: Alongside) -> Stored<MailedOutcome> {
        Ok(MailedOutcome::Refused)
    }
    async fn change_email(
        &self,
        _: MailedProof,
        _: &MailedCode,
        _: Timestamp,
        _: Alongside,
    ) -> Stored<MailedOutcome> {
        Ok(MailedOutcome::Refused)
    }
    async fn undo_email(
        &self,
        _: Digest,
        _: &NextPassword,
        _: Moment,
        _: Alongside,
    ) -> Stored<MailedOutcome> {
        Ok(MailedOutcome::Refused)
    }
    async fn last_sent(&self, _: UserId, _: MailedCodePurpose) -> Stored<Option<Timestamp>> {
        missing()
    }
}

#[async_trait]
impl KeyStore for Empty {
    async fn list(&self) -> Stored<Vec<StoredKey>> {
        missing()
    }
    async fn add_if_missing(&self, _: &StoredKey) -> Stored<bool> {
        missing()
    }
    async fn rotate(&self, _: SigningAlgorithm, _: Timestamp, _: &StoredKey, _: Alongside) -> Stored<()> {
        missing()
    }
    async fn withdraw(&self, _: &str, _: &StoredKey, _: Alongside) -> Stored<bool> {
        missing()
    }
    async fn sweep(&self, _: Timestamp) -> Stored<u64> {
        missing()
    }
}

#[async_trait]
impl EventStore for Empty {
    async fn record(&self, _: Alongside) -> Stored<()> {
        Ok(())
    }
    async fn from(&self, _: EventId, _: u16) -> Stored<Vec<Event>> {
        missing()
    }
    async fn replace(&self, _: &[Event]) -> Stored<()> {
        missing()
    }
}

#[async_trait]
impl AuthorizationCodes for Empty {
    async fn put(&self, _: &Digest, _: &CodeGrant) -> Stored<()> {
        missing()
    }
    async fn find(&self, _: &Digest) -> Stored<Option<CodeGrant>> {
        missing()
    }
    async fn redeem(&self, _: &Digest, _: Timestamp) -> Stored<Redemption> {
        missing()
    }
    async fn settle(&self, _: &Digest, _: Timestamp) -> Stored<Settled> {
        Ok(Settled::Alone)
    }
}

#[async_trait]
impl PushedRequests for Empty {
    async fn put(&self, _: &Digest, _: &PushedRequest) -> Stored<()> {
        missing()
    }
    async fn find(&self, _: &Digest) -> Stored<Option<PushedRequest>> {
        missing()
    }
    async fn consume(&self, _: &Digest, _: Timestamp) -> Stored<bool> {
        missing()
    }
}

#[async_trait]
impl Interactions for Empty {
    async fn put(&self, interaction: &Interaction) -> Stored<()> {
        self.0.lock().unwrap().insert(interaction.id, interaction.clone());
        Ok(())
    }
    async fn find(&self, id: InteractionId) -> Stored<Option<Interaction>> {
        Ok(self.0.lock().unwrap().get(&id).cloned())
    }
    async fn replace(&self, old: &Interaction, new: &Interaction) -> Stored<bool> {
        let mut stored = self.0.lock().unwrap();
        let same = stored.get(&old.id) == Some(old);
        if same {
            stored.insert(new.id, new.clone());
        }
        Ok(same)
    }
    async fn take(&self, id: InteractionId) -> Stored<Option<Interaction>> {
        Ok(self.0.lock().unwrap().remove(&id))
    }
}

#[async_trait]
impl RateLimits for Empty {
    async fn counted(&self, _: &str, window: Duration) -> Stored<Counted> {
        Ok(Counted {
            sum: 1,
            until: Timestamp::default() + window,
        })
    }

    async fn give_back(&self, _: &str, _: Timestamp) -> Stored<()> {
        Ok(())
    }

    async fn lane(&self, _: &str) -> Stored<Option<Lane>> {
        Ok(None)
    }

    async fn replace_lane(&self, _: &str, _: Option<&Lane>, _: &Lane, _: Timestamp) -> Stored<bool> {
        Ok(true)
    }
}

#[async_trait]
impl PasswordHasher for Empty {
    async fn hash(&self, _: &HashFor, _: &NewPassword) -> Result<PasswordHash, HashError> {
        Ok(PasswordHash::new("hash".into()))
    }
    async fn verify(
        &self,
        _: &HashFor,
        _: &TypedPassword,
        _: Option<&PasswordHash>,
    ) -> Result<Verdict, HashError> {
        Ok(Verdict::Wrong)
    }
    async fn rehash(&self, _: &HashFor, _: &TypedPassword) -> Result<PasswordHash, HashError> {
        Err(HashError::Busy)
    }
    fn import(&self, _: &str) -> Option<PasswordHash> {
        None
    }
}

impl Sealer for Empty {
    fn seal(&self, _: &str, plain: &[u8]) -> Sealed {
        Sealed {
            key_id: "test".into(),
            bytes: plain.to_vec(),
        }
    }
    fn open(&self, _: &str, _: &Sealed) -> Result<Secret<Vec<u8>>, OpenError> {
        Err(OpenError)
    }
    fn mac(&self, context: &str, message: &[u8]) -> Digest {
        Digest::of([context.as_bytes(), message].concat())
    }
}

#[async_trait]
impl ReplayGuard for Empty {
    async fn first_use(&self, _: &Digest, _: Timestamp) -> Stored<bool> {
        Ok(true)
    }

    async fn forget(&self, _: &Digest) -> Stored<()> {
        Ok(())
    }
}
