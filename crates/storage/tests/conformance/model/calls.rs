//! The operations of a script as calls of the ports.

use super::{
    names::{self, No},
    oracle::Outcome,
    script::{Op, Whose},
    system::Ports,
};
use crate::subject::{MINUTE, next};
use domain::{
    client::Status,
    mail::MailedProof,
    stores::{Alongside, EndSessions, MailedOutcome, Moment, StoreError, Stored},
};

impl Ports {
    fn moment(&self) -> Moment {
        Moment {
            at: self.now,
            tokens_until: self.now + 10 * MINUTE,
        }
    }

    /// Carries out one operation.
    pub async fn perform(self, op: Op) -> Outcome {
        match op {
            Op::BeginSession { .. } | Op::Begin(_) | Op::Allow { .. } | Op::IssueCode { .. } => {
                self.begin(op).await
            }
            Op::Redeem { code } => self.redeem(code).await,
            Op::Record { token, authorization } => {
                let token = names::token(token, authorization, self.now);
                let recorded = self.stores.authorizations.record(&token, Alongside::default());
                Outcome::Recorded(recorded.await.unwrap())
            }
            Op::Rotate {
                old,
                new,
                authorization,
            } => {
                let (old, new) = (
                    names::token_digest(old),
                    names::token(new, authorization, self.now),
                );
                let authorizations = &self.stores.authorizations;
                let rotated = authorizations.rotate(&old, &new, self.now, Alongside::default());
                Outcome::Rotated(rotated.await.unwrap())
            }
            Op::EndSessions { user, which } => self.end_sessions(user, which).await,
            Op::Sweep => {
                while self.all.sweep(self.now, 100).await.unwrap() > 0 {}
                Outcome::Done
            }
            ending => Outcome::Effect(self.end(ending).await.unwrap()),
        }
    }

    async fn begin(&self, op: Op) -> Outcome {
        let with = Alongside::default();
        let begun = match op {
            Op::BeginSession { session, user } => {
                let session = names::session(session, user, self.now);
                self.stores.sessions.begin(&session, with).await
            }
            Op::Begin(approval) => {
                let (authorization, consent) = (approval.at(self.now), approval.consent());
                let begun = self.stores.authorizations.begin(&authorization, consent, with);
                return Outcome::Begun(begun.await.unwrap());
            }
            Op::Allow { user, client } => {
                let consent = names::consent(user, client, self.now);
                self.stores.consents.allow(&consent, with).await
            }
            Op::IssueCode { code, authorization } => {
                let grant = names::code(code, authorization, self.now);
                self.codes.put(&self.code(code), &grant).await
            }
            other => panic!("{other:?} begins nothing"),
        };
        match begun {
            Ok(()) => Outcome::Done,
            Err(StoreError::Conflict) => Outcome::Conflict,
            Err(error) => panic!("{error:?}"),
        }
    }

    async fn redeem(&self, code: No) -> Outcome {
        let digest = self.code(code);
        let Some(found) = self.codes.find(&digest).await.unwrap() else {
            return Outcome::Redeemed(None);
        };
        let redeemed = self.codes.redeem(&digest, found.expires_at).await;
        Outcome::Redeemed(Some(redeemed.unwrap()))
    }

    async fn end_sessions(&self, user: No, which: Whose) -> Outcome {
        let which = match which {
            Whose::One(session) => EndSessions::One(names::session_id(session)),
            Whose::AllBut(session) => EndSessions::AllBut(names::session_id(session)),
            Whose::All => EndSessions::All,
        };
        let (user, with) = (names::user_id(user), Alongside::default());
        let ended = self
            .stores
            .sessions
            .end(user, which, self.moment(), with)
            .await
            .unwrap();
        let told = ended.len();
        let ended: std::collections::BTreeSet<_> = ended.into_iter().collect();
        assert_eq!(ended.len(), told, "each session is told once");
        Outcome::Ended(ended)
    }

    /// Carries out what tells whether it had an effect.
    async fn end(&self, op: Op) -> Stored<bool> {
        let (stores, moment, with) = (&self.stores, self.moment(), Alongside::default());
        match op {
            Op::Revoke { authorization } => {
                let id = names::authorization_id(authorization);
                stores.authorizations.revoke(id, moment, with).await
            }
            Op::RevokeConsent { user, client } => {
                let (user, client) = (names::user_id(user), names::client_id(client));
                stores.consents.revoke(user, &client, moment, with).await
            }
            Op::DisableUser { user } | Op::EnableUser { user } => {
                let status = status(matches!(op, Op::EnableUser { .. }));
                stores
                    .users
                    .set_status(names::user_id(user), status, moment, with)
                    .await
            }
            Op::DeleteUser { user } => stores.users.delete(names::user_id(user), moment, with).await,
            Op::DisableClient { client } | Op::EnableClient { client } => {
                let status = status(matches!(op, Op::EnableClient { .. }));
                stores
                    .clients
                    .set_status(&names::client_id(client), status, moment, with)
                    .await
            }
            Op::DeleteClient { client } => {
                stores
                    .clients
                    .delete(&names::client_id(client), moment, with)
                    .await
            }
            Op::ResetPassword { user, mailed } => self.reset_password(user, mailed).await,
            other => panic!("{other:?} ends nothing"),
        }
    }

    async fn reset_password(&self, user: No, mailed: No) -> Stored<bool> {
        let codes = &self.stores.mailed_codes;
        let mailed = names::mailed(mailed, user, self.now);
        match codes.send(&mailed, Alongside::default()).await {
            Ok(()) => {}
            Err(StoreError::Conflict) => return Ok(false),
            Err(error) => return Err(error),
        }
        let (proof, new) = (MailedProof::Link { link: mailed.link }, next("$new"));
        let reset = codes.reset_password(proof, &new, self.moment(), Alongside::default());
        Ok(matches!(reset.await?, MailedOutcome::Redeemed(_)))
    }
}

fn status(active: bool) -> Status {
    if active { Status::Active } else { Status::Disabled }
}
