//! What a person says of themselves beside their name (OpenID Connect Core §5.1): one text a field, none of it verified.

use crate::user::{Address, Described};

/// Something a person may say of themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "OpenID Connect Core §5.1 says it")]
pub enum Detail {
    GivenName,
    FamilyName,
    Nickname,
    Birthdate,
    Website,
    PhoneNumber,
    StreetAddress,
    PostalCode,
    Locality,
    Region,
    Country,
}

/// The text cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} cannot be taken as it is")]
pub struct InvalidDetail(pub Detail);

impl Detail {
    /// Every one, in the order they are asked.
    pub const ALL: [Self; 11] = [
        Self::GivenName,
        Self::FamilyName,
        Self::Nickname,
        Self::Birthdate,
        Self::Website,
        Self::PhoneNumber,
        Self::StreetAddress,
        Self::PostalCode,
        Self::Locality,
        Self::Region,
        Self::Country,
    ];

    /// The claim it is told by.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GivenName => "given_name",
            Self::FamilyName => "family_name",
            Self::Nickname => "nickname",
            Self::Birthdate => "birthdate",
            Self::Website => "website",
            Self::PhoneNumber => "phone_number",
            Self::StreetAddress => "street_address",
            Self::PostalCode => "postal_code",
            Self::Locality => "locality",
            Self::Region => "region",
            Self::Country => "country",
        }
    }

    /// What is said of it now; an empty text if nothing.
    pub fn of(self, described: &Described) -> String {
        let address = described.address.as_ref();
        let part = |part: fn(&Address) -> Option<String>| address.and_then(part);
        let text = match self {
            Self::GivenName => described.given_name.clone().map(String::from),
            Self::FamilyName => described.family_name.clone().map(String::from),
            Self::Nickname => described.nickname.clone().map(String::from),
            Self::Birthdate => described.birthdate.clone().map(String::from),
            Self::Website => described.website.clone().map(String::from),
            Self::PhoneNumber => described.phone_number.clone().map(String::from),
            Self::StreetAddress => part(|address| address.street_address.clone().map(String::from)),
            Self::PostalCode => part(|address| address.postal_code.clone().map(String::from)),
            Self::Locality => part(|address| address.locality.clone().map(String::from)),
            Self::Region => part(|address| address.region.clone().map(String::from)),
            Self::Country => part(|address| address.country.clone().map(String::from)),
        };
        text.unwrap_or_default()
    }

    /// Writes what was typed; an empty text takes it back.
    pub(super) fn write(self, typed: &str, described: &mut Described) -> Result<(), InvalidDetail> {
        let typed = typed.trim();
        let mut address = described.address.take().unwrap_or_default();
        let before = address.clone();
        let written = match self {
            Self::GivenName => put(&mut described.given_name, typed),
            Self::FamilyName => put(&mut described.family_name, typed),
            Self::Nickname => put(&mut described.nickname, typed),
            Self::Birthdate => put(&mut described.birthdate, typed),
            Self::Website => put(&mut described.website, typed),
            Self::PhoneNumber => put(&mut described.phone_number, &dialled(typed)),
            Self::StreetAddress => put(&mut address.street_address, &typed.replace("\r\n", "\n")),
            Self::PostalCode => put(&mut address.postal_code, typed),
            Self::Locality => put(&mut address.locality, typed),
            Self::Region => put(&mut address.region, typed),
            Self::Country => put(&mut address.country, typed),
        };
        if address != before {
            // What the parts were once written out as is no longer true.
            address.formatted = None;
        }
        described.address = Some(address).filter(|address| *address != Address::default());
        written.ok_or(InvalidDetail(self))
    }
}

fn put<T: TryFrom<String>>(place: &mut Option<T>, typed: &str) -> Option<()> {
    *place = if typed.is_empty() {
        None
    } else {
        Some(T::try_from(typed.to_owned()).ok()?)
    };
    Some(())
}

/// A number without what people write between its digits.
fn dialled(typed: &str) -> String {
    let between = |c: &char| !matches!(c, ' ' | '\u{a0}' | '-' | '.' | '/' | '(' | ')');
    typed.chars().filter(between).collect()
}
