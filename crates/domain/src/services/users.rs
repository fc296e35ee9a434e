//! What operators do with people's accounts.

use super::{
    Act, Ports,
    budgets::{BudgetError, Budgets},
};
use crate::{
    client::Status,
    door::Door,
    event::EventKind,
    id::UserId,
    opaque::{OpaqueKind, OpaqueToken},
    person::{DisplayName, Email, PasswordRefused, Personal},
    stores::{NewUser, Page, PageRequest, Registration, StoreError},
    user::{Claims, Role, User, UserSource},
};
use std::time::Duration;

/// What an operator says of a new account.
pub struct CreateUser {
    /// The address that identifies the person.
    pub email: String,
    /// Their name; may be empty.
    pub name: String,
    /// Their password, if they get one.
    pub password: Option<String>,
    /// Whether the address counts as proven.
    pub verified: bool,
    /// What they may do.
    pub role: Role,
    /// What else apps may be told about them: standard claims (OpenID Connect Core §5.1) under their names.
    pub claims: serde_json::Map<String, serde_json::Value>,
}

/// Why an account was not made.
#[derive(Debug, thiserror::Error)]
pub enum CreateUserError {
    /// Not an e-mail address.
    #[error("not an e-mail address")]
    InvalidEmail,
    /// Not a name that can be shown.
    #[error("not a name")]
    InvalidName,
    /// Not standard claims, or not of their form.
    #[error("the claims cannot be kept: {0}")]
    InvalidClaims(#[from] serde_json::Error),
    /// The password does not meet the policy.
    #[error("the password was refused: {0}")]
    Password(#[from] PasswordRefused),
    /// Not a hash that passwords can be judged by, or one that takes too long.
    #[error("the password hash cannot be read, or costs too much")]
    PasswordHash,
    /// The address belongs to an account already.
    #[error("the address belongs to an account already")]
    Taken,
    /// The set-up link does not work: there is an administrator, or it is not the link.
    #[error("the set-up link does not work")]
    NotAllowed,
    /// Too many attempts with set-up links.
    #[error("too many attempts")]
    TooManyAttempts {
        /// When to try again.
        retry_after: Duration,
    },
    /// Too many passwords are being hashed.
    #[error("busy")]
    Busy,
    /// The store could not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<BudgetError> for CreateUserError {
    fn from(error: BudgetError) -> Self {
        match error {
            BudgetError::Spent { retry_after } => Self::TooManyAttempts { retry_after },
            BudgetError::Store(error) => Self::Store(error),
        }
    }
}

/// Accounts.
#[derive(Clone)]
pub struct UserService {
    ports: Ports,
}

impl UserService {
    /// With these ports.
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Makes an account.
    pub async fn create(&self, act: &Act, new: CreateUser) -> Result<User, CreateUserError> {
        let new = self.build(act, new).await?;
        self.register(act, new).await
    }

    /// Makes an account whose password another program hashed; it is hashed anew at the first sign-in.
    pub async fn create_with_hash(
        &self,
        act: &Act,
        new: CreateUser,
        hash: &str,
    ) -> Result<User, CreateUserError> {
        let hash = self.ports.hasher.import(hash);
        let new = NewUser {
            password: Some(hash.ok_or(CreateUserError::PasswordHash)?),
            ..self.build(act, new).await?
        };
        self.register(act, new).await
    }

    async fn register(&self, act: &Act, new: NewUser) -> Result<User, CreateUserError> {
        let user = new.user.clone();
        let with = self
            .ports
            .alongside(act, EventKind::UserRegistered { user: user.id });
        match act.realm.stores.users.register(new, with).await? {
            Registration::Registered => Ok(user),
            Registration::IdentifierTaken => Err(CreateUserError::Taken),
        }
    }

    /// The token of the set-up link, while no administrator exists.
    pub async fn setup_token(&self, act: &Act) -> Result<Option<OpaqueToken>, StoreError> {
        let exists = act.realm.stores.users.administrator_exists().await?;
        Ok((!exists).then(|| self.derive_setup_token(act)))
    }

    /// Whether `token` is that of the set-up link and no administrator exists.
    pub async fn setup_token_works(&self, act: &Act, token: &str) -> Result<bool, StoreError> {
        let expected = self.setup_token(act).await?;
        Ok(expected.is_some_and(|expected| OpaqueToken::parse(OpaqueKind::Setup, token) == Some(expected)))
    }

    /// Makes the first administrator by the set-up link; of any number of calls, one succeeds.
    pub async fn create_first_administrator(
        &self,
        act: &Act,
        token: &str,
        new: CreateUser,
    ) -> Result<User, CreateUserError> {
        let budgets = Budgets::new(self.ports.clone());
        let reserved = budgets.arrive(act, Door::SetUpLink, None).await?;
        if !self.setup_token_works(act, token).await? {
            budgets.keep(act, reserved).await?;
            return Err(CreateUserError::NotAllowed);
        }
        let new = self
            .build(
                act,
                CreateUser {
                    role: Role::Administrator,
                    verified: true,
                    ..new
                },
            )
            .await?;
        let made = self.store_first_administrator(act, new).await?;
        budgets.give_back(act, reserved).await?;
        Ok(made)
    }

    /// Makes the first administrator unattended, from configuration; nothing happens once one exists.
    pub async fn ensure_administrator(
        &self,
        act: &Act,
        email: &str,
        password: &str,
    ) -> Result<(), CreateUserError> {
        if act.realm.stores.users.administrator_exists().await? {
            return Ok(());
        }
        let new = CreateUser {
            email: email.to_owned(),
            name: String::new(),
            password: Some(password.to_owned()),
            verified: true,
            role: Role::Administrator,
            claims: serde_json::Map::new(),
        };
        let new = self.build(act, new).await?;
        match self.store_first_administrator(act, new).await {
            // Another node was quicker.
            Ok(_) | Err(CreateUserError::NotAllowed) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// The account with this id or address.
    pub async fn find(&self, act: &Act, id_or_email: &str) -> Result<Option<User>, StoreError> {
        if let Ok(id) = id_or_email.parse::<UserId>() {
            return act.realm.stores.users.find(id).await;
        }
        let Ok(email) = Email::parse(id_or_email) else {
            return Ok(None);
        };
        Ok(act
            .realm
            .stores
            .users
            .find_by_email(&email.normalised())
            .await?
            .map(|found| found.user))
    }

    /// Accounts in order of creation.
    pub async fn list(&self, act: &Act, page: &PageRequest) -> Result<Page<User>, StoreError> {
        act.realm.stores.users.list(page).await
    }

    /// Enables or disables an account. False if there is none.
    pub async fn set_status(&self, act: &Act, id: UserId, status: Status) -> Result<bool, StoreError> {
        let kind = match status {
            Status::Active => EventKind::UserEnabled { user: id },
            Status::Disabled => EventKind::UserDisabled { user: id },
        };
        let moment = act.realm.moment(self.ports.clock.now());
        act.realm
            .stores
            .users
            .set_status(id, status, moment, self.ports.ending(act, kind))
            .await
    }

    /// Deletes an account and everything that is its own; what names it elsewhere is forgotten by a job. False if there
    /// is none.
    pub async fn delete(&self, act: &Act, id: UserId) -> Result<bool, StoreError> {
        let Some(user) = act.realm.stores.users.find(id).await? else {
            return Ok(false);
        };
        let mut with = self.ports.ending(act, EventKind::UserDeleted { user: id });
        with.jobs.push(self.ports.forgetting(act, &user));
        act.realm
            .stores
            .users
            .delete(id, act.realm.moment(self.ports.clock.now()), with)
            .await
    }

    async fn store_first_administrator(&self, act: &Act, new: NewUser) -> Result<User, CreateUserError> {
        let user = new.user.clone();
        let with = self
            .ports
            .alongside(act, EventKind::UserRegistered { user: user.id });
        match act
            .realm
            .stores
            .users
            .register_first_administrator(new, with)
            .await
        {
            Ok(Registration::Registered) => Ok(user),
            Ok(Registration::IdentifierTaken) => Err(CreateUserError::Taken),
            Err(StoreError::Conflict) => Err(CreateUserError::NotAllowed),
            Err(error @ StoreError::Unavailable(_)) => Err(error.into()),
        }
    }

    /// Derived from the master key: nothing is stored, and the link is the same until it has been used.
    fn derive_setup_token(&self, act: &Act) -> OpaqueToken {
        let mac = self
            .ports
            .sealer
            .mac("setup", act.realm.realm.id.to_string().as_bytes());
        OpaqueToken::from_entropy(OpaqueKind::Setup, *mac.as_bytes())
    }

    async fn build(&self, act: &Act, new: CreateUser) -> Result<NewUser, CreateUserError> {
        let email = Email::parse(&new.email).map_err(|_| CreateUserError::InvalidEmail)?;
        let name = match new.name.trim() {
            "" => None,
            name => Some(DisplayName::parse(name).map_err(|_| CreateUserError::InvalidName)?),
        };
        let claims = Claims::parse(new.claims)?;
        let password = match new.password {
            Some(text) => {
                let personal = Personal {
                    email: email.as_str(),
                    name: name.as_ref().map(DisplayName::as_str).unwrap_or_default(),
                };
                let password = self.ports.check_password(act, text, personal)?;
                Some(self.ports.hash_password(act, &email, &password).await?)
            }
            None => None,
        };
        let now = self.ports.clock.now();
        let user = User {
            id: UserId::generate(now, &*self.ports.random),
            email,
            email_verified_at: new.verified.then_some(now),
            name,
            locale: claims.locale.map(String::from),
            zoneinfo: claims.zoneinfo.map(String::from),
            described: claims.described,
            status: Status::Active,
            role: new.role,
            source: UserSource::Operator,
            not_before: now,
            erase_at: None,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        Ok(NewUser {
            user,
            password,
            mailed_code: None,
        })
    }
}
