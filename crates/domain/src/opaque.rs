//! Opaque tokens: 256 random bits with a prefix that says what they are and a checksum.
//!
//! The prefix gives each kind its own key space and lets leak scanners recognise it; the checksum turns away
//! truncated and mistyped tokens before any store is asked.

use crate::{
    random::Random,
    secret::{Digest, Secret},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

/// What an opaque token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpaqueKind {
    /// An authorization code (RFC 6749 §4.1.2).
    AuthorizationCode,
    /// An access token (RFC 6749 §1.4) that is no JWT.
    AccessToken,
    /// A refresh token (RFC 6749 §1.5).
    RefreshToken,
    /// A client secret (RFC 6749 §2.3.1).
    ClientSecret,
    /// What lets somebody register a client (RFC 7591 §3).
    InitialAccessToken,
    /// What lets a client manage its registration (RFC 7592 §3).
    RegistrationAccessToken,
    /// The link half of a mailed code.
    MailedLink,
    /// A device code (RFC 8628 §3.2).
    DeviceCode,
    /// Proof that a browser started an interaction.
    Browser,
    /// Which browser it is, for as long as it may be known.
    KnownDevice,
    /// Proof that a browser is trusted to sign in with one factor.
    TrustedDevice,
    /// What stands for a pushed authorization request (RFC 9126 §2.2).
    PushedRequest,
    /// The link by which the first administrator is made.
    Setup,
}

impl OpaqueKind {
    /// How tokens of this kind begin.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "sgn_ac_",
            Self::AccessToken => "sgn_at_",
            Self::RefreshToken => "sgn_rt_",
            Self::ClientSecret => "sgn_cs_",
            Self::InitialAccessToken => "sgn_ia_",
            Self::RegistrationAccessToken => "sgn_ra_",
            Self::MailedLink => "sgn_ml_",
            Self::DeviceCode => "sgn_dc_",
            Self::Browser => "sgn_br_",
            Self::KnownDevice => "sgn_kd_",
            Self::TrustedDevice => "sgn_td_",
            Self::PushedRequest => "sgn_pr_",
            Self::Setup => "sgn_su_",
        }
    }
}

const RANDOM_CHARACTERS: usize = 43;
const CHECKSUM_CHARACTERS: usize = 6;

/// A token of one kind, well-formed: `prefix`, 43 characters of randomness, 6 of checksum, all base64url.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpaqueToken {
    kind: OpaqueKind,
    text: Secret<String>,
}

impl OpaqueToken {
    /// A new token from 256 random bits.
    pub fn generate(kind: OpaqueKind, random: &dyn Random) -> Self {
        Self::from_entropy(kind, random.bytes32())
    }

    /// The token that carries `entropy`, which must be unpredictable.
    pub fn from_entropy(kind: OpaqueKind, entropy: [u8; 32]) -> Self {
        let mut text = format!("{}{}", kind.prefix(), URL_SAFE_NO_PAD.encode(entropy));
        let checksum = checksum(&text);
        text.push_str(&checksum);
        Self {
            kind,
            text: Secret::new(text),
        }
    }

    /// The token written as `text`, if it is one of `kind` and whole.
    pub fn parse(kind: OpaqueKind, text: &str) -> Option<Self> {
        let (body, sum) = text.split_at_checked(text.len().checked_sub(CHECKSUM_CHARACTERS)?)?;
        let random = body.strip_prefix(kind.prefix())?;
        let whole = random.len() == RANDOM_CHARACTERS
            && URL_SAFE_NO_PAD.decode(random).is_ok()
            && checksum(body) == sum;
        whole.then(|| Self {
            kind,
            text: Secret::new(text.to_owned()),
        })
    }

    /// What the token is for.
    pub fn kind(&self) -> OpaqueKind {
        self.kind
    }

    /// The token as it is handed out.
    pub fn expose(&self) -> &str {
        self.text.expose()
    }

    /// What is stored of it.
    pub fn digest(&self) -> Digest {
        Digest::of(self.text.expose())
    }
}

fn checksum(body: &str) -> String {
    URL_SAFE_NO_PAD.encode(crc32fast::hash(body.as_bytes()).to_be_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::SeededRandom;

    #[test]
    fn any_change_of_one_character_or_of_length_is_refused() {
        let token = OpaqueToken::generate(OpaqueKind::RefreshToken, &SeededRandom::new(1));
        let text = token.expose();
        assert_eq!(
            OpaqueToken::parse(OpaqueKind::RefreshToken, text),
            Some(token.clone())
        );
        for at in 0..text.len() {
            let mut changed = text.as_bytes().to_vec();
            changed[at] ^= 1;
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(
                OpaqueToken::parse(OpaqueKind::RefreshToken, &changed),
                None,
                "{changed}"
            );
            assert_eq!(OpaqueToken::parse(OpaqueKind::RefreshToken, &text[..at]), None);
        }
        assert_eq!(
            OpaqueToken::parse(OpaqueKind::RefreshToken, &format!("{text}A")),
            None
        );
    }

    #[test]
    fn a_token_of_one_kind_is_never_one_of_another() {
        let code = OpaqueToken::generate(OpaqueKind::AuthorizationCode, &SeededRandom::new(1));
        assert_eq!(OpaqueToken::parse(OpaqueKind::RefreshToken, code.expose()), None);
    }

    #[test]
    fn debug_shows_nothing_of_the_token() {
        let token = OpaqueToken::generate(OpaqueKind::ClientSecret, &SeededRandom::new(7));
        assert!(!format!("{token:?}").contains(token.expose()));
    }
}
