//! The rows of mailed codes, turned into domain values and back.

use crate::sql::{entity::mailed_code::Model, row};
use domain::{
    clock::Timestamp,
    id::{MailedCodeId, RealmId, UserId},
    mail::{Chosen, MAILED_CODE_ATTEMPTS, MailedCode, MailedCodePurpose, WaitingSignUp},
    person::{DisplayName, Email, PasswordHash},
    stores::Stored,
    terms_of_use::AcceptedTerms,
};

/// The code of a row.
pub fn code(row: Model) -> Stored<MailedCode> {
    let purpose = MailedCodePurpose::ALL
        .into_iter()
        .find(|purpose| purpose.as_str() == row.purpose)
        .ok_or_else(|| row::unreadable("purpose"))?;
    let sign_up = sign_up(&row)?;
    let browser = row.browser.as_ref().filter(|_| sign_up.is_none());
    let browser = browser.map(|browser| row::digest(browser)).transpose()?;
    Ok(MailedCode {
        id: MailedCodeId::from_uuid(row.id),
        user_id: UserId::from_uuid(row.user_id),
        purpose,
        email: Email::parse(&row.email).map_err(|_| row::unreadable("email"))?,
        code: row::digest(&row.code)?,
        link: row::digest(&row.link)?,
        browser,
        sign_up,
        created_at: Timestamp::from_micros(row.created_at),
        expires_at: Timestamp::from_micros(row.expires_at),
    })
}

/// The row of a code.
pub fn to_row(realm: RealmId, code: &MailedCode) -> Model {
    let chosen = code.sign_up.as_ref().map(|sign_up| &sign_up.chosen);
    let terms = chosen.and_then(|chosen| chosen.terms.as_ref());
    let signed_up = code.sign_up.as_ref().map(|sign_up| sign_up.browser);
    Model {
        realm_id: realm.as_uuid(),
        id: code.id.as_uuid(),
        user_id: code.user_id.as_uuid(),
        purpose: code.purpose.as_str().to_owned(),
        email: code.email.as_str().to_owned(),
        code: row::bytes(&code.code),
        link: row::bytes(&code.link),
        attempts_left: i32::try_from(MAILED_CODE_ATTEMPTS).unwrap_or(i32::MAX),
        created_at: code.created_at.micros(),
        expires_at: code.expires_at.micros(),
        used_at: None,
        browser: signed_up.or(code.browser).map(|browser| row::bytes(&browser)),
        phc: chosen.map(|chosen| chosen.password.expose().to_owned()),
        display_name: chosen.and_then(|chosen| chosen.name.clone()).map(String::from),
        terms_version: terms.map(|terms| terms.version.as_str().to_owned()),
        terms_accepted_at: terms.map(|terms| terms.at.micros()),
    }
}

fn sign_up(row: &Model) -> Stored<Option<Box<WaitingSignUp>>> {
    let (Some(browser), Some(phc)) = (&row.browser, &row.phc) else {
        return Ok(None);
    };
    let name = match row.display_name.as_deref() {
        Some(name) => Some(DisplayName::parse(name).map_err(|_| row::unreadable("display_name"))?),
        None => None,
    };
    Ok(Some(Box::new(WaitingSignUp {
        browser: row::digest(browser)?,
        chosen: Chosen {
            password: PasswordHash::new(phc.clone()),
            name,
            terms: terms(row)?,
        },
    })))
}

fn terms(row: &Model) -> Stored<Option<AcceptedTerms>> {
    let (Some(version), Some(at)) = (&row.terms_version, row.terms_accepted_at) else {
        return Ok(None);
    };
    let version = version.parse().map_err(|_| row::unreadable("terms_version"))?;
    let at = Timestamp::from_micros(at);
    Ok(Some(AcceptedTerms { version, at }))
}
