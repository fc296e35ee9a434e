//! How soon a password would be guessed: a filter of those that many people have, and zxcvbn's estimate.
//!
//! Nothing is asked of anybody; what leaked since the filter was made is the business of `domain::services`.

use domain::{
    outbound::{Guessed, PasswordJudge},
    person::{Personal, TypedPassword},
};
use zxcvbn::{Score, zxcvbn};

/// Judges by what the binary holds.
#[derive(Clone, Copy, Debug)]
pub struct Judge;

impl PasswordJudge for Judge {
    fn guess(&self, password: &TypedPassword, personal: Personal<'_>) -> Guessed {
        let text = password.expose();
        if common_passwords::contains(text) {
            return Guessed::Known;
        }
        let together: String = personal.name.split_whitespace().collect();
        let known: Vec<&str> = words(personal).chain([together.as_str()]).collect();
        match zxcvbn(text, &known).score() {
            Score::Zero | Score::One => Guessed::Soon,
            Score::Two | Score::Three => Guessed::WithEffort,
            _ => Guessed::Hardly,
        }
    }
}

/// What others know of the person, whole and in parts.
fn words<'a>(personal: Personal<'a>) -> impl Iterator<Item = &'a str> {
    let halves = personal.email.split('@');
    let parts = personal.email.split(['@', '.', '+', '-', '_']);
    let names = personal.name.split_whitespace();
    [personal.email, personal.name, "signet"]
        .into_iter()
        .chain(halves)
        .chain(parts)
        .chain(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guess(text: &str) -> Guessed {
        let personal = Personal {
            email: "ada.lovelace@example.com",
            name: "Augusta Ada King",
        };
        Judge.guess(&TypedPassword::new(text.to_owned()).unwrap(), personal)
    }

    #[test]
    fn sp800_63b_what_many_have_is_known() {
        assert_eq!(guess("PasswordPassword"), Guessed::Known);
    }

    #[test]
    fn sp800_63b_repetition_sequences_and_the_persons_own_words_are_soon_guessed() {
        for text in [
            "zyzyzyzyzyzyzyzyzyzyzy",
            "abcdefghijklmnopqrst",
            "ada.lovelace@example.com",
            "augustaadaking",
            "example.comexample.com",
        ] {
            assert_eq!(guess(text), Guessed::Soon, "{text}");
        }
    }

    #[test]
    fn a_few_unusual_words_are_hardly_guessed() {
        assert_eq!(guess("correct horse battery"), Guessed::Hardly);
        assert_eq!(guess(&"ein langer Satz über Öfen ".repeat(9)), Guessed::Hardly);
    }
}
