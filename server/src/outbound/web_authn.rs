//! The ceremonies of WebAuthn by webauthn-rs: the relying party is the host of the public origin, and the origin is
//! compared whole.
//!
//! What the library leaves open is asked for here: a discoverable credential, and no frame of another origin.

use domain::{
    issuer::Origin,
    outbound::{Begun, Claimed, ForWhom, Made, Refused, Verified, WebAuthn},
    passkey::{Aaguid, CredentialId},
};
use serde::Deserialize;
use url::Url;
use uuid::Uuid;
use webauthn_rs::{
    Webauthn, WebauthnBuilder,
    prelude::{
        Credential, DiscoverableAuthentication, DiscoverableKey, Passkey, PasskeyRegistration,
        PublicKeyCredential, RegisterPublicKeyCredential, WebauthnError,
    },
};
use webauthn_rs_proto::{ExtnState, ResidentKeyRequirement};

/// Where the model of an authenticator lies in its data: after the hash of the relying party's id, the flags and the
/// count (§6.1).
const AAGUID: std::ops::Range<usize> = 37..53;

/// Ceremonies for one public origin; without a relying party where browsers know none.
pub struct Ceremonies(Option<RelyingParty>);

struct RelyingParty {
    id: String,
    library: Webauthn,
}

impl Ceremonies {
    /// Ceremonies for `origin`. An IP address is no relying party (§5.1.2); that is no error.
    pub fn new(origin: &Origin) -> Self {
        Self(relying_party(origin))
    }

    fn library(&self) -> Result<&Webauthn, Refused> {
        let party = self.0.as_ref().ok_or(Refused::Unavailable)?;
        Ok(&party.library)
    }
}

fn relying_party(origin: &Origin) -> Option<RelyingParty> {
    let url = Url::parse(origin.as_str()).ok()?;
    let id = url.domain()?.to_owned();
    let library = WebauthnBuilder::new(&id, &url).ok()?.rp_name(&id).build().ok()?;
    Some(RelyingParty { id, library })
}

impl WebAuthn for Ceremonies {
    fn relying_party(&self) -> Option<&str> {
        self.0.as_ref().map(|party| party.id.as_str())
    }

    fn begin_making(&self, whom: &ForWhom<'_>) -> Result<Begun, Refused> {
        let existing = whom.existing.iter();
        let existing = existing.map(|id| id.as_bytes().to_vec()).collect();
        let (mut options, state) = self
            .library()?
            .start_passkey_registration(
                Uuid::from_bytes(*whom.handle.as_bytes()),
                whom.name,
                whom.display_name,
                Some(existing),
            )
            .map_err(refused)?;
        if let Some(selection) = &mut options.public_key.authenticator_selection {
            selection.resident_key = Some(ResidentKeyRequirement::Required);
            selection.require_resident_key = true;
        }
        Ok(Begun {
            options: to_json(&options.public_key)?,
            state: to_json(&state)?,
        })
    }

    fn finish_making(&self, state: &str, answer: &str) -> Result<Made, Refused> {
        let library = self.library()?;
        let answer: RegisterPublicKeyCredential = from_json(answer)?;
        let state: PasskeyRegistration = from_json(state)?;
        from_this_page(&answer.response.client_data_json)?;
        let passkey = library
            .finish_passkey_registration(&answer, &state)
            .map_err(refused)?;
        let credential = Credential::from(passkey.clone());
        // Says so itself or says nothing; what is not discoverable could never sign in here.
        if let ExtnState::Unsigned(told) = &credential.extensions.cred_props
            && told.rk == Some(false)
        {
            return Err(Refused::NotDiscoverable);
        }
        Ok(Made {
            credential_id: CredentialId::new(credential.cred_id).ok_or(Refused::NotAccepted)?,
            aaguid: aaguid(&answer.response.attestation_object)?,
            synced: credential.backup_state,
            sign_count: credential.counter,
            public: to_json(&passkey)?,
        })
    }

    fn begin_asking(&self) -> Result<Begun, Refused> {
        let (options, state) = self
            .library()?
            .start_discoverable_authentication()
            .map_err(refused)?;
        Ok(Begun {
            options: to_json(&options.public_key)?,
            state: to_json(&state)?,
        })
    }

    fn claimed(&self, answer: &str) -> Result<Claimed, Refused> {
        let answer: PublicKeyCredential = from_json(answer)?;
        let handle = answer.get_user_unique_id().ok_or(Refused::NotAccepted)?;
        Ok(Claimed {
            credential_id: CredentialId::new(answer.get_credential_id().to_vec())
                .ok_or(Refused::NotAccepted)?,
            handle: handle.to_vec(),
        })
    }

    fn finish_asking(
        &self,
        state: &str,
        answer: &str,
        public: &str,
        sign_count: u32,
    ) -> Result<Verified, Refused> {
        let library = self.library()?;
        let answer: PublicKeyCredential = from_json(answer)?;
        let state: DiscoverableAuthentication = from_json(state)?;
        from_this_page(&answer.response.client_data_json)?;
        let mut credential = Credential::from(from_json::<Passkey>(public)?);
        credential.counter = sign_count;
        let mut passkey = Passkey::from(credential);
        let told = library
            .finish_discoverable_authentication_v2(&answer, state, DiscoverableKey::from(&passkey))
            .map_err(refused)?;
        passkey.update_credential(&told);
        Ok(Verified {
            sign_count: told.counter(),
            synced: told.backup_state(),
            public: to_json(&passkey)?,
        })
    }
}

fn refused(error: WebauthnError) -> Refused {
    tracing::debug!(%error, "a passkey's answer is refused");
    match error {
        WebauthnError::CredentialPossibleCompromise => Refused::CountWentBack,
        _ => Refused::NotAccepted,
    }
}

fn from_json<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, Refused> {
    serde_json::from_str(text).map_err(|_| Refused::NotAccepted)
}

fn to_json(value: &impl serde::Serialize) -> Result<String, Refused> {
    serde_json::to_string(value).map_err(|_| Refused::NotAccepted)
}

/// Refuses what a frame of another origin made (§7.1 step 10, §7.2 step 13): our pages are in no frames.
fn from_this_page(client_data: &[u8]) -> Result<(), Refused> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Framed {
        #[serde(default)]
        cross_origin: bool,
        top_origin: Option<String>,
    }
    let framed: Framed = serde_json::from_slice(client_data).map_err(|_| Refused::NotAccepted)?;
    match framed {
        Framed {
            cross_origin: false,
            top_origin: None,
        } => Ok(()),
        _ => Err(Refused::NotAccepted),
    }
}

/// The model that made a credential, of its attestation object (§6.5).
fn aaguid(attestation_object: &[u8]) -> Result<Aaguid, Refused> {
    #[derive(Deserialize)]
    struct Attested<'a> {
        #[serde(rename = "authData", borrow)]
        data: &'a [u8],
    }
    let attested: Attested<'_> =
        serde_cbor_2::from_slice(attestation_object).map_err(|_| Refused::NotAccepted)?;
    let aaguid = attested.data.get(AAGUID).and_then(|bytes| bytes.try_into().ok());
    aaguid.map(Aaguid).ok_or(Refused::NotAccepted)
}

#[cfg(test)]
mod tests;
