//! Clients and accounts that read like a sentence: `a_client().public().build()`.
#![expect(
    clippy::expect_used,
    reason = "a builder that is given nonsense fails its test at once"
)]

use super::{FixedClock, SeededRandom};
use crate::{
    client::{
        Application, Client, ClientAuthMethod, ClientMetadata, ClientProtocol, ClientSecret, ClientType,
        GrantType, OidcClient, Party, PkceRequirement, Status,
    },
    clock::{Clock as _, Timestamp},
    id::{ClientSecretId, UserId},
    person::{DisplayName, Email},
    redirect_uri::RedirectUri,
    secret::Digest,
    signing_key::SigningAlgorithm,
    user::{Described, Role, User, UserSource},
};

/// A confidential third-party client that may use every grant and ask for the usual scopes.
pub fn a_client() -> ClientBuilder {
    let created_at = FixedClock::default().now();
    let uri = |text| RedirectUri::parse(text).expect("a redirect URI");
    let oidc = OidcClient {
        client_type: ClientType::Public,
        redirect_uris: vec![uri("https://app.example.com/callback")],
        post_logout_redirect_uris: vec![uri("https://app.example.com/bye")],
        grants: GrantType::ALL.into_iter().collect(),
        scopes: "openid profile email offline_access".parse().expect("scopes"),
        pkce: PkceRequirement::Required,
        id_token_alg: SigningAlgorithm::Es256,
        metadata: ClientMetadata::default(),
    };
    let client = Client {
        id: "app".parse().expect("a client_id"),
        application: Application {
            name: DisplayName::parse("App").expect("a name"),
            party: Party::Third,
            allowed_origins: std::collections::BTreeSet::new(),
        },
        protocol: ClientProtocol::Oidc(oidc),
        status: Status::Active,
        not_before: Timestamp::default(),
        created_at,
    };
    ClientBuilder(client).secret(Digest::of("secret"))
}

/// A client under construction.
#[derive(Clone, Debug)]
pub struct ClientBuilder(Client);

impl ClientBuilder {
    /// With this `client_id`.
    pub fn id(mut self, id: &str) -> Self {
        self.0.id = id.parse().expect("a client_id");
        self
    }

    /// One that keeps no secret.
    pub fn public(mut self) -> Self {
        self.oidc().client_type = ClientType::Public;
        self
    }

    /// One that has this secret alone, by digest, and uses HTTP Basic.
    pub fn secret(self, digest: Digest) -> Self {
        self.method(ClientAuthMethod::ClientSecretBasic, digest)
    }

    /// One that has this secret alone, by digest, and uses `method`.
    pub fn method(mut self, method: ClientAuthMethod, digest: Digest) -> Self {
        let created_at = self.0.created_at;
        let secret = ClientSecret {
            id: ClientSecretId::generate(created_at, &SeededRandom::new(0)),
            digest,
            created_at,
            expires_at: None,
        };
        self.oidc().client_type = ClientType::Confidential {
            method,
            secrets: vec![secret],
        };
        self
    }

    /// One of the operator's own.
    pub fn first_party(mut self) -> Self {
        self.0.application.party = Party::First;
        self
    }

    /// With this redirect URI alone.
    pub fn redirect_uri(mut self, uri: &str) -> Self {
        self.oidc().redirect_uris = vec![RedirectUri::parse(uri).expect("a redirect URI")];
        self
    }

    /// With these scopes, separated by spaces.
    pub fn scopes(mut self, scopes: &str) -> Self {
        self.oidc().scopes = scopes.parse().expect("scopes");
        self
    }

    /// With these grants alone.
    pub fn grants(mut self, grants: &[GrantType]) -> Self {
        self.oidc().grants = grants.iter().copied().collect();
        self
    }

    /// One that may leave PKCE out.
    pub fn without_pkce(mut self) -> Self {
        self.oidc().pkce = PkceRequirement::Optional;
        self
    }

    /// One whose ID tokens are signed with `alg`.
    pub fn id_token_alg(mut self, alg: SigningAlgorithm) -> Self {
        self.oidc().id_token_alg = alg;
        self
    }

    /// With its metadata changed by `change`.
    pub fn metadata(mut self, change: impl FnOnce(&mut ClientMetadata)) -> Self {
        change(&mut self.oidc().metadata);
        self
    }

    /// One that is refused everywhere.
    pub fn disabled(mut self) -> Self {
        self.0.status = Status::Disabled;
        self
    }

    /// The client. Its secrets' ids follow from its own id and what they are.
    pub fn build(mut self) -> Client {
        let (id, created_at) = (self.0.id.clone(), self.0.created_at);
        match &mut self.oidc().client_type {
            ClientType::Public => {}
            ClientType::Confidential { secrets, .. } => {
                for secret in secrets {
                    let seed = id.as_str().bytes().chain(*secret.digest.as_bytes());
                    let seed = seed.fold(7, |seed: u64, byte| {
                        seed.wrapping_mul(31).wrapping_add(u64::from(byte))
                    });
                    secret.id = ClientSecretId::generate(created_at, &SeededRandom::new(seed));
                }
            }
        }
        self.0
    }

    fn oidc(&mut self) -> &mut OidcClient {
        let ClientProtocol::Oidc(oidc) = &mut self.0.protocol;
        oidc
    }
}

/// An active member with a proven address.
pub fn a_user() -> UserBuilder {
    let now = FixedClock::default().now();
    UserBuilder(User {
        id: UserId::generate(now, &SeededRandom::new(1)),
        email: Email::parse("ada@example.com").expect("an address"),
        email_verified_at: Some(now),
        name: Some(DisplayName::parse("Ada Lovelace").expect("a name")),
        locale: Some("en".to_owned()),
        zoneinfo: Some("Europe/London".to_owned()),
        described: Described::default(),
        status: Status::Active,
        role: Role::Member,
        source: UserSource::Operator,
        not_before: Timestamp::default(),
        erase_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
    })
}

/// An account under construction.
#[derive(Clone, Debug)]
pub struct UserBuilder(User);

impl UserBuilder {
    /// Somebody else: `seed` decides the id.
    pub fn number(mut self, seed: u64) -> Self {
        self.0.id = UserId::generate(self.0.created_at, &SeededRandom::new(seed));
        self
    }

    /// With this id.
    pub fn id(mut self, id: UserId) -> Self {
        self.0.id = id;
        self
    }

    /// With this address.
    pub fn email(mut self, email: &str) -> Self {
        self.0.email = Email::parse(email).expect("an address");
        self
    }

    /// Whose address is not proven.
    pub fn unverified(mut self) -> Self {
        self.0.email_verified_at = None;
        self
    }

    /// With this name.
    pub fn name(mut self, name: &str) -> Self {
        self.0.name = Some(DisplayName::parse(name).expect("a name"));
        self
    }

    /// Whose further claims are these, written as JSON.
    pub fn described(mut self, json: &str) -> Self {
        self.0.described = serde_json::from_str(json).expect("standard claims");
        self
    }

    /// Who runs the realm.
    pub fn administrator(mut self) -> Self {
        self.0.role = Role::Administrator;
        self
    }

    /// Who is refused everywhere.
    pub fn disabled(mut self) -> Self {
        self.0.status = Status::Disabled;
        self
    }

    /// The account.
    pub fn build(self) -> User {
        self.0
    }
}
