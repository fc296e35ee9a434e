//! Mails, and the codes and links they carry.

use crate::{
    clock::Timestamp,
    id::{MailedCodeId, UserId},
    person::{DisplayName, Email, PasswordHash},
    secret::Digest,
    terms_of_use::AcceptedTerms,
};

/// A mail ready to be sent.
#[derive(Clone, serde::Serialize, serde::Deserialize)]
pub struct Mail {
    /// To whom.
    pub to: Email,
    /// Subject line.
    pub subject: String,
    /// Plain text part.
    pub text: String,
    /// HTML part.
    pub html: String,
}

impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Mail(…)")
    }
}

/// What a mailed code proves or opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailedCodePurpose {
    /// The address belongs to the person.
    ConfirmEmail,
    /// The person may choose a new password.
    ResetPassword,
    /// The person signs in.
    SignIn,
    /// The address becomes that of an account.
    ChangeEmail,
    /// The account gets back the address it had.
    UndoEmail,
    /// The account is not erased.
    RestoreAccount,
    /// The address is that of somebody whom a provider vouched for.
    ProveAddress,
}

impl MailedCodePurpose {
    /// Every purpose.
    pub const ALL: [Self; 7] = [
        Self::ConfirmEmail,
        Self::ResetPassword,
        Self::SignIn,
        Self::ChangeEmail,
        Self::UndoEmail,
        Self::RestoreAccount,
        Self::ProveAddress,
    ];

    /// The name in the row.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ConfirmEmail => "confirm_email",
            Self::ResetPassword => "reset_password",
            Self::SignIn => "sign_in",
            Self::ChangeEmail => "change_email",
            Self::UndoEmail => "undo_email",
            Self::RestoreAccount => "restore_account",
            Self::ProveAddress => "prove_address",
        }
    }
}

/// What somebody chose for an account; it becomes the account's once the address is proven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// The password.
    pub password: PasswordHash,
    /// The name, if one was typed.
    pub name: Option<DisplayName>,
    /// The terms of use that were agreed to, where there are any.
    pub terms: Option<AcceptedTerms>,
}

/// A sign-up that waits for the proof of its address. Whoever signed up is not yet known to be the one who reads
/// the mail, so what they chose counts in the browser they used and nowhere else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingSignUp {
    /// Digest of the browser's cookie.
    pub browser: Digest,
    /// What they chose.
    pub chosen: Chosen,
}

/// What is stored of a mailed code and link. Single use; few attempts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailedCode {
    /// Its id, which names the flow in the browser and proves nothing.
    pub id: MailedCodeId,
    /// Whose.
    pub user_id: UserId,
    /// What for.
    pub purpose: MailedCodePurpose,
    /// The address it was sent to.
    pub email: Email,
    /// Keyed digest of the code.
    pub code: Digest,
    /// Digest of the link's token.
    pub link: Digest,
    /// Digest of the cookie of the browser that asked for it, where what was asked for is not a sign-up.
    pub browser: Option<Digest>,
    /// The sign-up that it confirms, if it was one.
    pub sign_up: Option<Box<WaitingSignUp>>,
    /// When it was sent.
    pub created_at: Timestamp,
    /// When it stops working.
    pub expires_at: Timestamp,
}

/// How often a mailed code may be tried.
pub const MAILED_CODE_ATTEMPTS: u32 = 5;

/// What a person brings back from the mail.
#[derive(Clone, Copy, Debug)]
pub enum MailedProof {
    /// The code, typed on the page of flow `id`. Each call uses up one attempt.
    Code {
        /// The flow.
        id: MailedCodeId,
        /// Keyed digest of what was typed.
        code: Digest,
    },
    /// The link's token.
    Link {
        /// Digest of the token.
        link: Digest,
    },
}
