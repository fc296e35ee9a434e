//! Work to be done later: rows with a lease, so that nothing that was promised is lost by a crash.

use crate::{
    clock::Timestamp,
    id::{JobId, RealmId},
    outbound::Sealed,
};

/// What kind of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobKind {
    /// Send one mail.
    SendMail,
    /// Find out whether somebody who asked for a new password has an account, and mail them a link if so.
    SendResetLink,
    /// Find out whether somebody who asked for a code to sign in with has an account, and mail them one if so.
    SendSignInCode,
    /// Find out whose the address of a sign-up is, and make the account and mail a code, or tell its owner.
    SignUp,
    /// Tell one client that a session it took part in has ended.
    BackchannelLogout,
    /// Erase the account of somebody who left and did not come back.
    EraseAccount,
    /// Take what names an erased account out of what is kept.
    ForgetPerson,
}

impl JobKind {
    /// Every kind.
    pub const ALL: [Self; 7] = [
        Self::SendMail,
        Self::SendResetLink,
        Self::SendSignInCode,
        Self::SignUp,
        Self::BackchannelLogout,
        Self::EraseAccount,
        Self::ForgetPerson,
    ];

    /// The name in the row.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SendMail => "send_mail",
            Self::SendResetLink => "send_reset_link",
            Self::SendSignInCode => "send_sign_in_code",
            Self::SignUp => "sign_up",
            Self::BackchannelLogout => "backchannel_logout",
            Self::EraseAccount => "erase_account",
            Self::ForgetPerson => "forget_person",
        }
    }

    /// The kind named `text`.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// A piece of work to be stored.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// Its id.
    pub id: JobId,
    /// What kind.
    pub kind: JobKind,
    /// What exactly; sealed, because mails carry codes.
    pub payload: Sealed,
    /// When it may first run.
    pub run_at: Timestamp,
}

/// A piece of work this process holds the lease of.
#[derive(Clone, Debug)]
pub struct ClaimedJob {
    /// Its id.
    pub id: JobId,
    /// Whose.
    pub realm: RealmId,
    /// What kind.
    pub kind: JobKind,
    /// What exactly.
    pub payload: Sealed,
    /// How often it was tried, this time included.
    pub attempt: u32,
    /// The end of the lease, which names the claim when it is completed.
    pub lease_until: Timestamp,
}
