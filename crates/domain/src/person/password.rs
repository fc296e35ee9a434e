//! Passwords: what is typed, what may be chosen, and the hash of it.

use super::DisplayName;
use crate::{
    outbound::{Guessed, PasswordJudge},
    secret::Secret,
    user::User,
};
use std::time::Duration;

/// The longest password accepted, in characters; four bytes each bound the hash's input.
pub const MAX_PASSWORD_CHARACTERS: usize = 256;

/// A password somebody typed to sign in: bounded, never judged.
#[derive(Clone, Debug)]
pub struct TypedPassword(Secret<String>);

impl TypedPassword {
    /// Keeps what was typed; `None` when it is longer than any password can be.
    pub fn new(text: String) -> Option<Self> {
        let text = Secret::new(text);
        (text.expose().chars().count() <= MAX_PASSWORD_CHARACTERS).then_some(Self(text))
    }

    /// The characters, for the hasher.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

/// A password that met the policy when it was chosen.
#[derive(Clone, Debug)]
pub struct NewPassword(TypedPassword);

/// What a password must be (contract §6; NIST SP 800-63B §3.1.1.2: length, no composition rules).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordPolicy {
    /// Fewest characters.
    pub min_characters: usize,
    /// Fewest characters of a password that only ever counts with a second factor.
    pub min_beside_second_factor: usize,
    /// Fewest kinds of characters among lower case, upper case, digits and others.
    pub min_kinds: usize,
    /// How many passwords, the present one included, cannot be chosen again.
    pub history: usize,
    /// How long a password is good for signing in.
    pub max_age: Option<Duration>,
}

impl PasswordPolicy {
    /// Length only.
    pub const STANDARD: Self = Self {
        min_characters: 15,
        min_beside_second_factor: 8,
        min_kinds: 1,
        history: 0,
        max_age: None,
    };

    /// What many companies' rules ask for.
    pub const ENTERPRISE: Self = Self {
        min_characters: 12,
        min_beside_second_factor: 12,
        min_kinds: 4,
        history: 12,
        max_age: Some(Duration::from_secs(90 * 86_400)),
    };
}

impl Default for PasswordPolicy {
    fn default() -> Self {
        Self::STANDARD
    }
}

/// What others know of the person who chooses a password.
#[derive(Clone, Copy, Debug, Default)]
pub struct Personal<'a> {
    /// The address.
    pub email: &'a str,
    /// The name.
    pub name: &'a str,
}

impl<'a> Personal<'a> {
    /// What `user`'s account says.
    pub fn of(user: &'a User) -> Self {
        Self {
            email: user.email.as_str(),
            name: user.name.as_ref().map(DisplayName::as_str).unwrap_or_default(),
        }
    }
}

/// Why a password was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordRefused {
    /// Fewer characters than the policy asks for.
    #[error("too short")]
    TooShort {
        /// Fewest characters.
        min: usize,
    },
    /// More than [`MAX_PASSWORD_CHARACTERS`].
    #[error("too long")]
    TooLong,
    /// Fewer kinds of characters than the policy asks for.
    #[error("too few kinds of characters")]
    TooFewKinds {
        /// Fewest kinds.
        min: usize,
    },
    /// Many people have it, or it was in a leak.
    #[error("known to others")]
    Common,
    /// It is soon guessed, for example because it is the person's address.
    #[error("easily guessed")]
    EasilyGuessed,
    /// The person had it before.
    #[error("used before")]
    UsedBefore,
}

impl PasswordPolicy {
    /// Judges a password somebody wants to have, by all that needs no store.
    pub fn check(
        &self,
        text: String,
        judge: &dyn PasswordJudge,
        personal: Personal<'_>,
    ) -> Result<NewPassword, PasswordRefused> {
        Ok(self.judge(text, judge, personal)?.0)
    }

    /// Like [`PasswordPolicy::check`]; tells also how soon the password would be guessed.
    pub fn judge(
        &self,
        text: String,
        judge: &dyn PasswordJudge,
        personal: Personal<'_>,
    ) -> Result<(NewPassword, Guessed), PasswordRefused> {
        let length = text.chars().count();
        let typed = TypedPassword::new(text).ok_or(PasswordRefused::TooLong)?;
        if length < self.min_characters {
            return Err(PasswordRefused::TooShort {
                min: self.min_characters,
            });
        }
        if kinds(typed.expose()) < self.min_kinds {
            return Err(PasswordRefused::TooFewKinds { min: self.min_kinds });
        }
        match judge.guess(&typed, personal) {
            Guessed::Known => Err(PasswordRefused::Common),
            Guessed::Soon => Err(PasswordRefused::EasilyGuessed),
            guessed @ (Guessed::WithEffort | Guessed::Hardly) => Ok((NewPassword(typed), guessed)),
        }
    }
}

impl PasswordPolicy {
    /// What is asked of a password that only ever counts with a second factor.
    pub fn beside_second_factor(self) -> Self {
        Self {
            min_characters: self.min_beside_second_factor,
            ..self
        }
    }

    /// Whether the password must not be the only factor.
    pub fn needs_second_factor(&self, password: &NewPassword) -> bool {
        password.expose().chars().count() < self.min_characters
    }
}

/// How many of four kinds of characters are in `text`.
fn kinds(text: &str) -> usize {
    let other = |c: char| !c.is_lowercase() && !c.is_uppercase() && !c.is_numeric();
    let kinds: [&dyn Fn(char) -> bool; 4] = [
        &|c| c.is_lowercase(),
        &|c| c.is_uppercase(),
        &|c| c.is_numeric(),
        &other,
    ];
    kinds.iter().filter(|kind| text.chars().any(kind)).count()
}

impl NewPassword {
    /// The characters, for the hasher.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

/// A password's hash in PHC string format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordHash(Secret<String>);

impl PasswordHash {
    /// Keeps a PHC string.
    pub fn new(phc: String) -> Self {
        Self(Secret::new(phc))
    }

    /// The PHC string.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl NewPassword {
    /// The password as one that is typed, to compare it with others.
    pub fn as_typed(&self) -> &TypedPassword {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::FakeJudge;

    fn check(policy: PasswordPolicy, text: &str) -> Option<PasswordRefused> {
        let personal = Personal {
            email: "ada@example.com",
            name: "Ada Lovelace",
        };
        policy.check(text.to_owned(), &FakeJudge, personal).err()
    }

    #[test]
    fn sp800_63b_length_is_counted_in_characters() {
        let policy = PasswordPolicy::default();
        assert_eq!(
            check(policy, &"ä".repeat(14)),
            Some(PasswordRefused::TooShort { min: 15 })
        );
        assert_eq!(check(policy, &"ä".repeat(15)), None);
        assert_eq!(check(policy, &"ä".repeat(256)), None);
        assert_eq!(check(policy, &"a".repeat(257)), Some(PasswordRefused::TooLong));
        assert!(TypedPassword::new("a".repeat(257)).is_none());
    }

    #[test]
    fn sp800_63b_eight_characters_do_beside_a_second_factor_and_need_it() {
        let (alone, beside) = (
            PasswordPolicy::STANDARD,
            PasswordPolicy::STANDARD.beside_second_factor(),
        );
        let seven = Some(PasswordRefused::TooShort { min: 8 });
        assert_eq!(check(beside, "seven77"), seven);
        let taken = |policy: PasswordPolicy, length| {
            let text = "ö".repeat(length);
            policy.check(text, &FakeJudge, Personal::default()).unwrap()
        };
        for (length, needs) in [(8, true), (14, true), (15, false)] {
            assert_eq!(
                alone.needs_second_factor(&taken(beside, length)),
                needs,
                "{length}"
            );
        }
        let enterprise = PasswordPolicy::ENTERPRISE.beside_second_factor();
        assert_eq!(enterprise, PasswordPolicy::ENTERPRISE);
    }

    #[test]
    fn sp800_63b_what_others_know_or_guess_is_refused() {
        let policy = PasswordPolicy::default();
        assert_eq!(check(policy, FakeJudge::KNOWN), Some(PasswordRefused::Common));
        assert_eq!(
            check(policy, "ada@example.com"),
            Some(PasswordRefused::EasilyGuessed)
        );
    }

    #[test]
    fn the_enterprise_preset_asks_for_twelve_characters_of_four_kinds_twelve_new_ones_and_ninety_days() {
        let policy = PasswordPolicy::ENTERPRISE;
        let (short, few) = (
            Some(PasswordRefused::TooShort { min: 12 }),
            Some(PasswordRefused::TooFewKinds { min: 4 }),
        );
        let cases = [
            ("Abcdefgh12!", short),
            ("Abcdefghi12!", None),
            ("abcdefghij12!", few),
            ("ABCDEFGHIJ12!", few),
            ("Abcdefghijkl!", few),
            ("Abcdefghijk12", few),
            ("Äbcdefghi12 x", None),
        ];
        for (text, refused) in cases {
            assert_eq!(check(policy, text), refused, "{text}");
        }
        assert_eq!(policy.history, 12);
        assert_eq!(policy.max_age, Some(Duration::from_secs(7_776_000)));
    }
}
