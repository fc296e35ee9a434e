//! A person says which device is theirs and whether it may have what it asks for (RFC 8628 §3.3).
//!
//! Nobody is told why a code does not work: unknown, expired and used ones look the same, and guessing is limited.

mod guesses;

use super::{Act, Ports, terms::TermsService};
use crate::{
    authorization::{Authorization, Begun},
    client::{Client, GrantType, Party, Status},
    clock::Timestamp,
    consent::{Consent, Validity},
    device::{DeviceAuthorization, UserCode},
    event::{Actor, EventKind},
    id::{AuthorizationId, InteractionId},
    interaction::{ConsentRequest, Continuation, Interaction, InteractionState, Requirement},
    login_session::SignedInUser,
    scope::ScopeSet,
    secret::Digest,
    stores::{Alongside, Decided, DeviceApproval, StoreError},
};
use std::time::Duration;

/// What a typed code is sealed for.
const SEALED_FOR: &str = "typed-user-code";

/// Why a device is not shown or decided about.
#[derive(Debug, thiserror::Error)]
pub enum DeviceError {
    /// The code is unknown, expired, used, or of a client that may no longer ask; which, nobody is told.
    #[error("no device waits for a decision under this code")]
    Unknown,
    /// Too many codes were typed.
    #[error("too many codes were typed")]
    TooManyAttempts {
        /// When to try again.
        retry_after: Duration,
    },
    /// The session ended meanwhile.
    #[error("nobody is signed in any more")]
    SignedOut,
    /// The person must agree to the terms of use first.
    #[error("the terms of use were not agreed to")]
    TermsOwed,
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A device that waits for a decision.
#[derive(Clone, Debug)]
pub struct WaitingDevice {
    /// What the person typed.
    pub code: UserCode,
    /// Whose device it says it is.
    pub client: Client,
    /// What it asks for, and where it asked from.
    pub device: DeviceAuthorization,
}

/// What an interaction about a device shows.
#[derive(Clone, Debug)]
pub enum Opened {
    /// The device, for the person to decide.
    Waiting(Box<WaitingDevice>),
    /// What was decided in this interaction before.
    Decided {
        /// Whether it was allowed.
        allowed: bool,
    },
}

/// Devices.
#[derive(Clone)]
pub struct DeviceService {
    ports: Ports,
}

impl DeviceService {
    /// With these ports.
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Keeps the code that was typed in this browser. Somebody who is signed in learns at once whether it works;
    /// anybody else signs in first.
    pub async fn enter(
        &self,
        act: &Act,
        browser: Digest,
        code: &UserCode,
        person: Option<&SignedInUser>,
    ) -> Result<Interaction, DeviceError> {
        let (consent, state) = match person {
            Some(person) => {
                let waiting = self.guess(act, code, person).await?;
                let (session, fresh) = (person.session().id, false);
                (
                    Some(asked(&waiting)),
                    InteractionState::SignedIn { session, fresh },
                )
            }
            None => (None, InteractionState::AwaitingSignIn { identifier: None }),
        };
        let now = self.ports.clock.now();
        let interaction = Interaction {
            id: InteractionId::generate(now, &*self.ports.random),
            browser,
            requirement: Requirement::default(),
            consent,
            continuation: Continuation::Device(self.ports.sealer.seal(SEALED_FOR, code.shown().as_bytes())),
            state,
            enrolment_declined: None,
            offered: None,
            unaddressed: None,
            created_at: now,
            expires_at: now + act.realm.settings.lifetimes.interaction,
        };
        act.realm.ephemeral.interactions.put(&interaction).await?;
        Ok(interaction)
    }

    /// What the interaction shows to `person`. Until a code is known to work, every look at it counts as a guess.
    pub async fn open(
        &self,
        act: &Act,
        interaction: &Interaction,
        person: &SignedInUser,
    ) -> Result<Opened, DeviceError> {
        match &interaction.state {
            InteractionState::Approved { .. } => return Ok(Opened::Decided { allowed: true }),
            InteractionState::Denied => return Ok(Opened::Decided { allowed: false }),
            InteractionState::AwaitingSignIn { .. }
            | InteractionState::AwaitingSecondFactor(_)
            | InteractionState::SignedIn { .. } => {}
        }
        let code = self.typed(interaction)?;
        if interaction.consent.is_some() {
            return Ok(Opened::Waiting(Box::new(self.find(act, &code).await?)));
        }
        let waiting = self.guess(act, &code, person).await?;
        let known = Interaction {
            consent: Some(asked(&waiting)),
            ..interaction.clone()
        };
        // Another tab may have been faster: it wrote the same.
        act.realm
            .ephemeral
            .interactions
            .replace(interaction, &known)
            .await?;
        Ok(Opened::Waiting(Box::new(waiting)))
    }

    /// The person allows it for as long as they say: what tokens will descend from is stored, and the device finds it
    /// at its next poll.
    pub async fn allow(
        &self,
        act: &Act,
        interaction: &Interaction,
        person: &SignedInUser,
        validity: Validity,
    ) -> Result<(), DeviceError> {
        let act = &as_person(act, person);
        let terms = TermsService::new(self.ports.clone());
        if terms.owed(act, person.user().id).await?.is_some() {
            return Err(DeviceError::TermsOwed);
        }
        // Whatever is withdrawn from here on overtakes the approval.
        let looked_at = self.ports.clock.now();
        let waiting = self.confirmed(act, interaction).await?;
        let approval = self.approval(&waiting, person, (looked_at, validity));
        let with = self.allowed(act, &approval);
        let key = waiting.device.user_code;
        let decided = act.realm.stores.devices.approve(&key, &approval, looked_at, with);
        match decided.await? {
            Decided::Stored => {}
            Decided::Withdrawn(Begun::SignedOut) => return Err(DeviceError::SignedOut),
            Decided::TooLate
            | Decided::Withdrawn(Begun::Stored | Begun::ClientWithdrawn | Begun::ConsentWithdrawn) => {
                return Err(DeviceError::Unknown);
            }
        }
        let session = person.session().id;
        let next = interaction
            .clone()
            .approved(session, &waiting.device.scopes, validity);
        let next = next.map_err(|_| DeviceError::Unknown)?;
        act.realm
            .ephemeral
            .interactions
            .replace(interaction, &next)
            .await?;
        Ok(())
    }

    /// The person declines, for good.
    pub async fn deny(
        &self,
        act: &Act,
        interaction: &Interaction,
        person: &SignedInUser,
    ) -> Result<(), DeviceError> {
        let act = &as_person(act, person);
        let waiting = self.confirmed(act, interaction).await?;
        let event = EventKind::ConsentDenied {
            user: person.user().id,
            client: waiting.client.id.clone(),
        };
        let (key, now) = (waiting.device.user_code, self.ports.clock.now());
        let with = self.ports.alongside(act, event);
        if !act.realm.stores.devices.deny(&key, now, with).await? {
            return Err(DeviceError::Unknown);
        }
        let next = interaction.clone().denied();
        act.realm
            .ephemeral
            .interactions
            .replace(interaction, &next)
            .await?;
        Ok(())
    }

    /// The device of an interaction in which it was shown: nobody decides about what they did not see.
    async fn confirmed(&self, act: &Act, interaction: &Interaction) -> Result<WaitingDevice, DeviceError> {
        if interaction.consent.is_none() {
            return Err(DeviceError::Unknown);
        }
        self.find(act, &self.typed(interaction)?).await
    }

    fn typed(&self, interaction: &Interaction) -> Result<UserCode, DeviceError> {
        let sealed = match &interaction.continuation {
            Continuation::Device(sealed) => sealed,
            Continuation::Account(_) | Continuation::Authorization(_) => return Err(DeviceError::Unknown),
        };
        let plain = self.ports.sealer.open(SEALED_FOR, sealed);
        let plain = plain.map_err(|_| DeviceError::Unknown)?;
        let text = std::str::from_utf8(plain.expose()).map_err(|_| DeviceError::Unknown)?;
        UserCode::parse(text).map_err(|_| DeviceError::Unknown)
    }

    async fn find(&self, act: &Act, code: &UserCode) -> Result<WaitingDevice, DeviceError> {
        let (stores, now) = (&act.realm.stores, self.ports.clock.now());
        let digest = code.digest(&*self.ports.sealer);
        let found = stores.devices.find_pending(&digest, now).await?;
        let device = found.ok_or(DeviceError::Unknown)?;
        let client = stores.clients.find(&device.client_id).await?;
        let client = client.filter(|client| may_still_ask(client, &device));
        Ok(WaitingDevice {
            code: code.clone(),
            client: client.ok_or(DeviceError::Unknown)?,
            device,
        })
    }

    fn approval(
        &self,
        waiting: &WaitingDevice,
        person: &SignedInUser,
        (at, validity): (Timestamp, Validity),
    ) -> DeviceApproval {
        let (client_id, session) = (waiting.client.id.clone(), person.session());
        let authorization = Authorization {
            id: AuthorizationId::generate(at, &*self.ports.random),
            user_id: person.user().id,
            client_id: client_id.clone(),
            login_session_id: session.id,
            scopes: waiting.device.scopes.clone(),
            authenticated_at: session.authenticated_at,
            methods: session.methods.clone(),
            nonce: None,
            terms: waiting.device.terms.clone(),
            created_at: at,
            revoked_at: None,
            expires_at: match waiting.client.application.party {
                Party::First => None,
                Party::Third => validity.end(at),
            },
        };
        let consent = match waiting.client.application.party {
            Party::First => None,
            Party::Third => Some(Consent {
                user_id: authorization.user_id,
                client_id,
                scopes: authorization.scopes.clone(),
                declined: ScopeSet::default(),
                granted_at: at,
                updated_at: at,
                expires_at: authorization.expires_at,
            }),
        };
        DeviceApproval {
            authorization,
            consent,
        }
    }

    fn allowed(&self, act: &Act, approval: &DeviceApproval) -> Alongside {
        let (user, client) = (
            approval.authorization.user_id,
            approval.authorization.client_id.clone(),
        );
        let consented = approval.consent.as_ref().map(|_| EventKind::ConsentGranted {
            user,
            client: client.clone(),
        });
        let issued = EventKind::AuthorizationIssued {
            user,
            client,
            authorization: approval.authorization.id,
        };
        let kinds = consented.into_iter().chain([issued]);
        Alongside {
            events: kinds.map(|kind| self.ports.event(act, kind)).collect(),
            ..Alongside::default()
        }
    }
}

fn as_person(act: &Act, person: &SignedInUser) -> Act {
    Act {
        actor: Actor::Person(person.user().id),
        ..act.clone()
    }
}

fn asked(waiting: &WaitingDevice) -> ConsentRequest {
    ConsentRequest {
        client_id: waiting.client.id.clone(),
        scopes: waiting.device.scopes.clone(),
        always: true,
        to_loopback: false,
    }
}

/// Whether the client could ask for the same now, and what it asked for was not withdrawn meanwhile.
fn may_still_ask(client: &Client, device: &DeviceAuthorization) -> bool {
    client.status == Status::Active
        && client.not_before <= device.created_at
        && client.oidc().grants.contains(&GrantType::DeviceCode)
        && device.scopes.is_subset(&client.oidc().scopes)
}
