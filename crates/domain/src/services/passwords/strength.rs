//! How good a password is while it is typed, by the judge that decides when it is sent. Nothing is kept of it.

use super::PasswordService;
use crate::{
    login_session::SignedInUser,
    outbound::Guessed,
    person::{PasswordRefused, Personal},
    services::Act,
    stores::StoreError,
};

/// The longest address or name that is looked at.
const LONGEST: usize = 256;

/// Who types a password.
#[derive(Clone, Copy, Debug)]
pub enum WhoTypes<'a> {
    /// Somebody who is signed in and changes theirs.
    Person(&'a SignedInUser),
    /// Somebody else, who typed this beside it.
    Typed(Personal<'a>),
}

/// How good a password is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strength {
    /// It would not be taken.
    Refused(PasswordRefused),
    /// It would be taken, and guessed with effort.
    Good,
    /// It would be taken, and hardly ever guessed.
    Excellent,
}

impl PasswordService {
    /// How good `text` is in the hands of whoever types it.
    pub async fn strength(&self, act: &Act, who: WhoTypes<'_>, text: String) -> Result<Strength, StoreError> {
        let (policy, personal) = match who {
            WhoTypes::Person(person) => (self.policy(act, person).await?, Personal::of(person.user())),
            WhoTypes::Typed(typed) => (act.realm.settings.password, bounded(typed)),
        };
        Ok(match policy.judge(text, &*self.ports.password_judge, personal) {
            Ok((_, Guessed::Hardly)) => Strength::Excellent,
            Ok((_, Guessed::Known | Guessed::Soon | Guessed::WithEffort)) => Strength::Good,
            Err(refused) => Strength::Refused(refused),
        })
    }
}

fn bounded(typed: Personal<'_>) -> Personal<'_> {
    let cut = |text| if str::len(text) > LONGEST { "" } else { text };
    Personal {
        email: cut(typed.email),
        name: cut(typed.name),
    }
}

#[cfg(test)]
mod tests;
