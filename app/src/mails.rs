//! The mails, as text and as HTML. What people typed never appears in them, so that nobody can use them to send
//! words of their own to others; codes, links and hosts are escaped all the same.

use crate::{components::device, words::Words};
use domain::{
    mail::Mail,
    outbound::{AccountNotice, Addressee, MailWriter, SecondFactorNotice},
};

/// Writes mails in the words of the person's language.
#[derive(Clone, Copy, Debug, Default)]
pub struct Writer;

/// One part of a mail's body.
enum Part {
    /// A paragraph.
    Text(String),
    /// A short code, alone on its line.
    Code(String),
    /// The one button; what leads to it in HTML, if anything, and to its address in text.
    Button {
        how: Option<String>,
        text: String,
        lead: String,
        href: String,
    },
    /// A further link.
    Link {
        lead: String,
        text: String,
        href: String,
    },
    /// Small print.
    Small(String),
}

struct Draft {
    subject: String,
    preview: String,
    title: String,
    parts: Vec<Part>,
}

impl MailWriter for Writer {
    fn confirm_email(&self, to: &Addressee<'_>, code: &str, link: &str) -> Mail {
        code_and_link(to, &CONFIRM, (code, link))
    }

    fn sign_in_code(&self, to: &Addressee<'_>, code: &str, link: &str) -> Mail {
        code_and_link(to, &SIGN_IN, (code, link))
    }

    fn change_email(&self, to: &Addressee<'_>, code: &str) -> Mail {
        address::change(to, code)
    }

    fn prove_address(&self, to: &Addressee<'_>, code: &str, provider: &str) -> Mail {
        linked::prove(to, code, provider)
    }

    fn email_taken(&self, to: &Addressee<'_>, sign_in_link: &str) -> Mail {
        address::taken(to, sign_in_link)
    }

    fn email_changed(&self, to: &Addressee<'_>, undo_link: &str, hours: u64) -> Mail {
        address::changed(to, undo_link, hours)
    }

    fn email_restored(&self, to: &Addressee<'_>) -> Mail {
        address::restored(to)
    }

    fn already_registered(&self, to: &Addressee<'_>, sign_in_link: &str, reset_link: &str) -> Mail {
        let words = Words::for_locale(to.locale);
        let w = |key: &str| with(&words, to, key, "");
        let sign_in = w("mail-existing-sign-in");
        let parts = vec![
            Part::Text(w("mail-existing-text")),
            Part::Button {
                how: None,
                lead: format!("{sign_in}:"),
                text: sign_in,
                href: sign_in_link.to_owned(),
            },
            Part::Link {
                lead: w("mail-existing-forgot"),
                text: w("mail-existing-reset"),
                href: reset_link.to_owned(),
            },
            Part::Small(w("mail-existing-ignore")),
        ];
        let draft = Draft {
            subject: w("mail-existing-subject"),
            preview: w("mail-existing-preview"),
            title: w("mail-existing-title"),
            parts,
        };
        finish(to, &words, &draft)
    }

    fn reset_password(&self, to: &Addressee<'_>, link: &str) -> Mail {
        let words = Words::for_locale(to.locale);
        let w = |key: &str| with(&words, to, key, "");
        let button = w("mail-reset-button");
        let parts = vec![
            Part::Text(w("mail-reset-text")),
            Part::Button {
                how: None,
                lead: format!("{button}:"),
                text: button,
                href: link.to_owned(),
            },
            Part::Small(format!("{} {}", w("mail-reset-end"), w("mail-reset-ignore"))),
        ];
        let draft = Draft {
            subject: w("mail-reset-subject"),
            preview: w("mail-reset-preview"),
            title: w("mail-reset-title"),
            parts,
        };
        finish(to, &words, &draft)
    }

    fn password_changed(&self, to: &Addressee<'_>) -> Mail {
        let words = Words::for_locale(to.locale);
        let w = |key: &str| with(&words, to, key, "");
        let parts = vec![
            Part::Text(w("mail-changed-text")),
            Part::Text(w("mail-changed-not-you")),
        ];
        let draft = Draft {
            subject: w("mail-changed-subject"),
            preview: w("mail-changed-preview"),
            title: w("mail-changed-title"),
            parts,
        };
        finish(to, &words, &draft)
    }

    fn password_removed(&self, to: &Addressee<'_>) -> Mail {
        let words = Words::for_locale(to.locale);
        let w = |key: &str| with(&words, to, key, "");
        let parts = vec![
            Part::Text(w("mail-no-password-text")),
            Part::Text(w("mail-second-factor-not-you")),
        ];
        let draft = Draft {
            subject: w("mail-no-password-subject"),
            preview: w("mail-no-password-preview"),
            title: w("mail-no-password-title"),
            parts,
        };
        finish(to, &words, &draft)
    }

    fn account(&self, to: &Addressee<'_>, what: AccountNotice<'_>) -> Mail {
        account::notice(to, what)
    }

    fn second_factor(&self, to: &Addressee<'_>, what: SecondFactorNotice<'_>) -> Mail {
        let words = Words::for_locale(to.locale);
        let [subject, title, text] = second_factor_words(what);
        let (left, browser) = match what {
            SecondFactorNotice::RecoveryCodeUsed { left } => (left, String::new()),
            SecondFactorNotice::BrowserTrusted { user_agent } => (0, device::describe(user_agent, &words)),
            SecondFactorNotice::AuthenticatorAdded
            | SecondFactorNotice::AuthenticatorReplaced
            | SecondFactorNotice::AuthenticatorRemoved
            | SecondFactorNotice::RecoveryCodesMade => (0, String::new()),
        };
        let values = [
            ("host", to.issuer_host.into()),
            ("left", left.into()),
            ("browser", browser.as_str().into()),
        ];
        let put = |key: &str| words.with(key, &values);
        let not_you = with(&words, to, "mail-second-factor-not-you", "");
        let draft = Draft {
            subject: put(subject),
            preview: not_you.clone(),
            title: put(title),
            parts: vec![Part::Text(put(text)), Part::Text(not_you)],
        };
        finish(to, &words, &draft)
    }

    fn passkey_added(&self, to: &Addressee<'_>, provider: Option<&str>) -> Mail {
        let words = Words::for_locale(to.locale);
        let w = |key: &str| with(&words, to, key, "");
        let draft = Draft {
            subject: w("mail-passkey-added-subject"),
            preview: w("mail-passkey-added-preview"),
            title: w("mail-passkey-added-title"),
            parts: passkey(
                &words,
                provider,
                [w("mail-passkey-added-text"), w("mail-passkey-added-not-you")],
            ),
        };
        finish(to, &words, &draft)
    }

    fn passkey_removed(&self, to: &Addressee<'_>, provider: Option<&str>) -> Mail {
        let words = Words::for_locale(to.locale);
        let w = |key: &str| with(&words, to, key, "");
        let draft = Draft {
            subject: w("mail-passkey-removed-subject"),
            preview: w("mail-passkey-removed-preview"),
            title: w("mail-passkey-removed-title"),
            parts: passkey(
                &words,
                provider,
                [w("mail-passkey-removed-text"), w("mail-passkey-removed-not-you")],
            ),
        };
        finish(to, &words, &draft)
    }

    fn identity_linked(&self, to: &Addressee<'_>, provider: &str) -> Mail {
        linked::linked(to, provider)
    }

    fn identity_unlinked(&self, to: &Addressee<'_>, provider: &str) -> Mail {
        linked::unlinked(to, provider)
    }
}

/// The keys of subject, title and text.
fn second_factor_words(what: SecondFactorNotice<'_>) -> [&'static str; 3] {
    match what {
        SecondFactorNotice::AuthenticatorAdded => [
            "mail-authenticator-added-subject",
            "mail-authenticator-added-title",
            "mail-authenticator-added-text",
        ],
        SecondFactorNotice::AuthenticatorReplaced => [
            "mail-authenticator-replaced-subject",
            "mail-authenticator-replaced-title",
            "mail-authenticator-replaced-text",
        ],
        SecondFactorNotice::AuthenticatorRemoved => [
            "mail-authenticator-removed-subject",
            "mail-authenticator-removed-title",
            "mail-authenticator-removed-text",
        ],
        SecondFactorNotice::RecoveryCodesMade => [
            "mail-recovery-made-subject",
            "mail-recovery-made-title",
            "mail-recovery-made-text",
        ],
        SecondFactorNotice::RecoveryCodeUsed { .. } => [
            "mail-recovery-used-subject",
            "mail-recovery-used-title",
            "mail-recovery-used-text",
        ],
        SecondFactorNotice::BrowserTrusted { .. } => {
            ["mail-trusted-subject", "mail-trusted-title", "mail-trusted-text"]
        }
    }
}

/// What happened to a passkey, what keeps it, and what to do.
fn passkey(words: &Words, provider: Option<&str>, [happened, not_you]: [String; 2]) -> Vec<Part> {
    let kept = provider.map(|name| words.with("mail-passkey-kept", &[("provider", name.into())]));
    let texts = [Some(happened), kept, Some(not_you)];
    texts.into_iter().flatten().map(Part::Text).collect()
}

/// The messages of a mail with a code and a link that does the same.
struct Keys {
    subject: &'static str,
    preview: &'static str,
    title: &'static str,
    code: &'static str,
    how: &'static str,
    how_text: &'static str,
    button: &'static str,
    end: &'static str,
    ignore: &'static str,
}

const CONFIRM: Keys = Keys {
    subject: "mail-confirm-subject",
    preview: "mail-confirm-preview",
    title: "mail-confirm-title",
    code: "mail-confirm-code",
    how: "mail-confirm-how",
    how_text: "mail-confirm-how-text",
    button: "mail-confirm-button",
    end: "mail-confirm-end",
    ignore: "mail-confirm-ignore",
};

const SIGN_IN: Keys = Keys {
    subject: "mail-sign-in-subject",
    preview: "mail-sign-in-preview",
    title: "mail-sign-in-title",
    code: "mail-sign-in-code",
    how: "mail-sign-in-how",
    how_text: "mail-sign-in-how-text",
    button: "mail-sign-in-button",
    end: "mail-sign-in-end",
    ignore: "mail-sign-in-ignore",
};

/// A mail with a code to type and a link that does the same.
fn code_and_link(to: &Addressee<'_>, keys: &Keys, (code, link): (&str, &str)) -> Mail {
    let words = Words::for_locale(to.locale);
    let say = |key: &str| with(&words, to, key, code);
    let button = Part::Button {
        how: Some(say(keys.how)),
        text: say(keys.button),
        lead: say(keys.how_text),
        href: link.to_owned(),
    };
    let parts = vec![
        Part::Text(say(keys.code)),
        Part::Code(code.to_owned()),
        button,
        Part::Small(format!("{} {}", say(keys.end), say(keys.ignore))),
    ];
    let draft = Draft {
        subject: say(keys.subject),
        preview: say(keys.preview),
        title: say(keys.title),
        parts,
    };
    finish(to, &words, &draft)
}

fn with(words: &Words, to: &Addressee<'_>, key: &str, code: &str) -> String {
    words.with(
        key,
        &[
            ("host", to.issuer_host.into()),
            ("minutes", to.minutes.into()),
            ("code", code.into()),
        ],
    )
}

fn finish(to: &Addressee<'_>, words: &Words, draft: &Draft) -> Mail {
    let sent_by = with(words, to, "mail-sent-by", "");
    Mail {
        to: to.email.clone(),
        subject: draft.subject.clone(),
        text: text::body(draft, &sent_by),
        html: html::body(draft, &sent_by, words),
    }
}

mod account;
mod address;
mod html;
mod linked;
mod text;

#[cfg(test)]
mod tests;
