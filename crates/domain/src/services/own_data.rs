//! Everything that is kept of a person, as one JSON document, written piece by piece: what is in hand at a time is
//! bounded however much there is. Secrets are named, never told.

mod shown;

use super::{Act, Ports, addressee, federated::FederatedService};
use crate::{
    event::EventKind,
    login_session::RecentlyProven,
    outbound::AccountNotice,
    stores::{ActivityWanted, Concerning, Page, PageRequest, StoreError},
    user::{Role, User},
};
use serde_json::{Value, json};
use shown::{
    authorization, consent, device, devices, event, identity, kept_tokens, mails, member, passkey, picture,
    profile, session, terms, when,
};

/// Rows in hand at once.
const BATCH: u16 = 200;

/// Handing people what is kept of them.
#[derive(Clone)]
pub struct OwnDataService {
    ports: Ports,
}

/// A document under way.
pub struct OwnData {
    ports: Ports,
    act: Act,
    user: User,
    role: Role,
    next: Piece,
}

/// What comes next.
enum Piece {
    Opening,
    Picture,
    Guards,
    Sessions(Option<String>),
    Consents(Option<String>),
    Authorizations(Option<String>),
    Devices,
    Terms,
    Mails,
    Events(Option<String>),
    Closing,
    End,
}

impl OwnDataService {
    /// With these ports.
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Begins a document. It is recorded, and the person is told by mail.
    pub async fn export(&self, act: &Act, person: RecentlyProven<'_>) -> Result<OwnData, StoreError> {
        let user = person.user().clone();
        let federated = FederatedService::new(self.ports.clone());
        let role = federated.role(act, person.signed_in()).await?;
        let mut with = self
            .ports
            .alongside(act, EventKind::UserExported { user: user.id });
        let to = addressee(act, &user);
        let mail = self.ports.mail_writer.account(&to, AccountNotice::Exported);
        with.jobs.push(self.ports.mail_job(&mail));
        act.realm.stores.events.record(with).await?;
        Ok(OwnData {
            ports: self.ports.clone(),
            act: act.clone(),
            user,
            role,
            next: Piece::Opening,
        })
    }
}

impl OwnData {
    /// The next piece of the document; `None` after its end.
    pub async fn piece(&mut self) -> Result<Option<String>, StoreError> {
        let stores = self.act.realm.stores.clone();
        let (own, user) = (&stores.own, self.user.id);
        let (text, next) = match std::mem::replace(&mut self.next, Piece::End) {
            Piece::Opening => (self.opening(), Piece::Picture),
            Piece::Picture => (picture(stores.pictures.of(user).await?), Piece::Guards),
            Piece::Guards => (self.guards().await?, Piece::Sessions(None)),
            Piece::Sessions(from) => {
                let (first, request) = asked(from);
                let page = own.sessions(user, &request).await?;
                let text = written("sessions", first, &page, session);
                (text, then(page, Piece::Sessions, Piece::Consents(None)))
            }
            Piece::Consents(from) => {
                let (first, request) = asked(from);
                let page = stores.consents.page(&self.concerning(), &request).await?;
                let text = written("consents", first, &page, consent);
                (text, then(page, Piece::Consents, Piece::Authorizations(None)))
            }
            Piece::Authorizations(from) => {
                let (first, request) = asked(from);
                let page = own.authorizations(user, &request).await?;
                let text = written("authorizations", first, &page, authorization);
                (text, then(page, Piece::Authorizations, Piece::Devices))
            }
            Piece::Devices => (devices(&own.devices(user).await?), Piece::Terms),
            Piece::Terms => (terms(own.accepted_terms(user).await?), Piece::Mails),
            Piece::Mails => (mails(&own.mailed_codes(user).await?), Piece::Events(None)),
            Piece::Events(from) => {
                let (first, request) = asked(from);
                let page = own.activity(user, &ActivityWanted::default(), &request).await?;
                let text = written("events", first, &page, |seen| event(&seen.event));
                (text, then(page, Piece::Events, Piece::Closing))
            }
            Piece::Closing => ("}\n".to_owned(), Piece::End),
            Piece::End => return Ok(None),
        };
        self.next = next;
        Ok(Some(text))
    }

    fn concerning(&self) -> Concerning {
        Concerning {
            user: Some(self.user.id),
            client: None,
        }
    }

    fn opening(&self) -> String {
        let user = &self.user;
        let profile = profile(user, self.role);
        let identifier = json!({
            "kind": "email",
            "value": user.email.as_str(),
            "verified_at": when(user.email_verified_at),
        });
        let now = self.ports.clock.now().rfc3339();
        format!(
            "{{\"exported_at\":{},\"issuer\":{},\"profile\":{profile},\"identifiers\":[{identifier}]",
            Value::String(now),
            Value::String(self.act.realm.issuer.as_str().to_owned()),
        )
    }

    async fn guards(&self) -> Result<String, StoreError> {
        let (stores, user) = (&self.act.realm.stores, self.user.id);
        let seen = stores.own.credentials(user, self.ports.clock.now()).await?;
        let offer = stores.passkeys.offer(user).await?;
        let remembered = stores.users.past_passwords(user).await?.all().count();
        let identities = stores.identities.list(user).await?;
        let federated = FederatedService::new(self.ports.clone());
        let tokens = federated.kept_of(&self.act, &identities).await?;
        let authenticator = seen.factors.authenticator.map(
            |one| json!({"created_at": one.created_at.rfc3339(), "last_used_at": when(one.last_used_at)}),
        );
        let members = [
            (
                "password",
                seen.password
                    .map(|facts| json!({"set_at": facts.set_at.rfc3339()}))
                    .into(),
            ),
            ("passwords_remembered", remembered.into()),
            (
                "passkeys",
                Value::Array(seen.passkeys.iter().map(passkey).collect()),
            ),
            ("passkeys_offered_after", when(offer.not_before).into()),
            (
                "identities",
                Value::Array(identities.iter().map(identity).collect()),
            ),
            (
                "kept_tokens",
                Value::Array(tokens.iter().map(kept_tokens).collect()),
            ),
            ("authenticator", authenticator.into()),
            ("recovery_codes_left", seen.factors.recovery_codes.into()),
            (
                "trusted_devices",
                Value::Array(seen.trusted_devices.iter().map(device).collect()),
            ),
        ];
        Ok(members.iter().map(|(name, value)| member(name, value)).collect())
    }
}

/// Whether an array begins, and the page that is asked for.
fn asked(from: Option<String>) -> (bool, PageRequest) {
    (from.is_none(), PageRequest::new(from, BATCH))
}

/// What comes after a page: the next one, or what comes after the array.
fn then<T>(page: Page<T>, again: fn(Option<String>) -> Piece, after: Piece) -> Piece {
    match page.next {
        Some(next) => again(Some(next)),
        None => after,
    }
}

/// A page of an array, with its beginning and end where it has them.
fn written<T>(name: &str, first: bool, page: &Page<T>, show: fn(&T) -> Value) -> String {
    let items: Vec<String> = page.items.iter().map(|item| show(item).to_string()).collect();
    let begin = match (first, items.is_empty()) {
        (true, _) => format!(",\"{name}\":["),
        (false, false) => ",".to_owned(),
        (false, true) => String::new(),
    };
    let end = if page.next.is_none() { "]" } else { "" };
    format!("{begin}{}{end}", items.join(","))
}

#[cfg(test)]
mod tests;
