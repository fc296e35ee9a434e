//! Attempts with what is too long to be guessed: passkeys, mailed links, answers of other providers. What is bounded is
//! how often somebody may try at all.

use super::{BudgetError, Budgets, Reserved};
use crate::{
    door::Door,
    id::UserId,
    mail::{MailedCode, MailedCodePurpose},
    opaque::{OpaqueKind, OpaqueToken},
    services::Act,
    stores::Stored,
};

impl Budgets {
    /// Counts an attempt at `door` by where it comes from. Where it names the account `whose`, and the browser is one on
    /// which that account signed in before, it is counted in a lane of that browser instead, so that whatever strangers
    /// do at the same address keeps nobody out. Refused when there were too many.
    pub async fn arrive(
        &self,
        act: &Act,
        door: Door,
        whose: Option<UserId>,
    ) -> Result<Reserved, BudgetError> {
        let lanes = self.lanes_beyond_guessing(act, whose);
        let reserved = self.attempt(act, door, lanes).await;
        self.tell(door, reserved)
    }

    /// Counts an attempt at `door` of which nobody knows yet whose it will turn out to be. In a browser on which one of
    /// these `accounts` signed in before, it is counted in a lane of that browser. Pages elsewhere can use that lane up, by
    /// sending the browser here; then it is counted by where it comes from, as everywhere else.
    pub async fn arrive_among(
        &self,
        act: &Act,
        door: Door,
        accounts: &[UserId],
    ) -> Result<Reserved, BudgetError> {
        if let Some(lanes) = self.lanes_among(act, door, accounts) {
            match self.attempt(act, door, lanes).await {
                Err(BudgetError::Spent { .. }) => {}
                reserved => return reserved,
            }
        }
        self.arrive(act, door, None).await
    }

    /// Counts an attempt with the `token` of a mailed link. What was found by it is given, if anything that is for this
    /// `purpose`; nothing is used up.
    pub(in crate::services) async fn arrive_by_link(
        &self,
        act: &Act,
        token: &str,
        purpose: MailedCodePurpose,
    ) -> Result<(Reserved, Option<MailedCode>), BudgetError> {
        let found = self.mailed(act, token).await?;
        let found = found.filter(|found| found.purpose == purpose);
        let whose = found.as_ref().map(|found| found.user_id);
        let reserved = self.arrive(act, Door::MailedLink, whose).await?;
        Ok((reserved, found))
    }

    async fn mailed(&self, act: &Act, token: &str) -> Stored<Option<MailedCode>> {
        let Some(token) = OpaqueToken::parse(OpaqueKind::MailedLink, token) else {
            return Ok(None);
        };
        let codes = &act.realm.stores.mailed_codes;
        codes.find_by_link(&token.digest(), self.ports.clock.now()).await
    }

    /// Says what became of an attempt that was judged: a right one is given back, and a wrong one recorded if the next
    /// has to wait. What came to neither stays counted.
    pub(in crate::services) async fn judged(
        &self,
        act: &Act,
        reserved: Reserved,
        was_right: Option<bool>,
    ) -> Stored<()> {
        match was_right {
            Some(true) => self.give_back(act, reserved).await,
            Some(false) => self.keep(act, reserved).await,
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
