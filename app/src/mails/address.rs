//! The mails about an account's address: to the one it is to have, and to the one it had.

use super::{Draft, Part, finish, with};
use crate::words::Words;
use domain::{mail::Mail, outbound::Addressee};

/// Asks to prove an address.
pub(super) fn change(to: &Addressee<'_>, code: &str) -> Mail {
    let words = Words::for_locale(to.locale);
    let w = |key: &str| with(&words, to, key, code);
    let parts = vec![
        Part::Text(w("mail-address-code")),
        Part::Code(code.to_owned()),
        Part::Text(w("mail-address-how")),
        Part::Small(format!("{} {}", w("mail-address-end"), w("mail-address-ignore"))),
    ];
    let draft = Draft {
        subject: w("mail-address-subject"),
        preview: w("mail-confirm-preview"),
        title: w("mail-address-title"),
        parts,
    };
    finish(to, &words, &draft)
}

/// Tells whose address it is already.
pub(super) fn taken(to: &Addressee<'_>, sign_in_link: &str) -> Mail {
    let words = Words::for_locale(to.locale);
    let w = |key: &str| with(&words, to, key, "");
    let sign_in = w("mail-existing-sign-in");
    let parts = vec![
        Part::Text(w("mail-taken-text")),
        Part::Button {
            how: None,
            lead: format!("{sign_in}:"),
            text: sign_in,
            href: sign_in_link.to_owned(),
        },
        Part::Small(w("mail-taken-ignore")),
    ];
    let draft = Draft {
        subject: w("mail-existing-subject"),
        preview: w("mail-taken-preview"),
        title: w("mail-existing-title"),
        parts,
    };
    finish(to, &words, &draft)
}

/// Tells the address before, and how to bring it back.
pub(super) fn changed(to: &Addressee<'_>, undo_link: &str, hours: u64) -> Mail {
    let words = Words::for_locale(to.locale);
    let values = [("host", to.issuer_host.into()), ("hours", hours.into())];
    let w = |key: &str| words.with(key, &values);
    let button = w("mail-moved-button");
    let parts = vec![
        Part::Text(w("mail-moved-text")),
        Part::Text(w("mail-moved-not-you")),
        Part::Button {
            how: None,
            lead: format!("{button}:"),
            text: button,
            href: undo_link.to_owned(),
        },
        Part::Small(w("mail-moved-ignore")),
    ];
    let draft = Draft {
        subject: w("mail-moved-subject"),
        preview: w("mail-moved-preview"),
        title: w("mail-moved-title"),
        parts,
    };
    finish(to, &words, &draft)
}

/// Tells the address that came back what was dropped with that.
pub(super) fn restored(to: &Addressee<'_>) -> Mail {
    let words = Words::for_locale(to.locale);
    let w = |key: &str| with(&words, to, key, "");
    let parts = vec![
        Part::Text(w("mail-restored-text")),
        Part::Text(w("mail-restored-dropped")),
        Part::Text(w("mail-restored-then")),
        Part::Text(w("mail-changed-not-you")),
    ];
    let draft = Draft {
        subject: w("mail-restored-subject"),
        preview: w("mail-restored-preview"),
        title: w("mail-restored-title"),
        parts,
    };
    finish(to, &words, &draft)
}
