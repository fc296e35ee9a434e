//! WebAuthn without keys: an answer is accepted if it repeats the challenge and carries the credential's own word.

use crate::{
    outbound::{Begun, Claimed, ForWhom, Made, Refused, Verified, WebAuthn},
    passkey::{Aaguid, CredentialId, UserHandle, count_may_follow},
};
use std::sync::atomic::{AtomicU64, Ordering};

/// Ceremonies of numbered challenges.
#[derive(Debug, Default)]
pub struct FakeWebAuthn {
    begun: AtomicU64,
    off: bool,
}

/// What an authenticator of tests answers.
#[derive(serde::Serialize, serde::Deserialize)]
struct Answer {
    challenge: String,
    credential: String,
    handle: Vec<u8>,
    word: String,
    count: u32,
}

impl FakeWebAuthn {
    /// Without a relying party, as on the host of an IP address.
    pub fn off() -> Self {
        Self {
            off: true,
            ..Self::default()
        }
    }

    /// The answer to `options` of the authenticator that has the credential `credential`, whose word is `word`.
    pub fn answer(options: &str, credential: &str, handle: UserHandle, word: &str, count: u32) -> String {
        let answer = Answer {
            challenge: options.to_owned(),
            credential: credential.to_owned(),
            handle: handle.as_bytes().to_vec(),
            word: word.to_owned(),
            count,
        };
        serde_json::to_string(&answer).unwrap_or_default()
    }

    fn begin(&self, what: &str) -> Result<Begun, Refused> {
        self.relying_party().ok_or(Refused::Unavailable)?;
        let challenge = format!("{what} {}", self.begun.fetch_add(1, Ordering::SeqCst));
        Ok(Begun {
            options: challenge.clone(),
            state: challenge,
        })
    }

    fn read(answer: &str) -> Result<Answer, Refused> {
        serde_json::from_str(answer).map_err(|_| Refused::NotAccepted)
    }
}

fn id(text: &str) -> Result<CredentialId, Refused> {
    CredentialId::new(text.as_bytes().to_vec()).ok_or(Refused::NotAccepted)
}

impl WebAuthn for FakeWebAuthn {
    fn relying_party(&self) -> Option<&str> {
        (!self.off).then_some("id.example.com")
    }

    fn begin_making(&self, _: &ForWhom<'_>) -> Result<Begun, Refused> {
        self.begin("make")
    }

    fn finish_making(&self, state: &str, answer: &str) -> Result<Made, Refused> {
        let answer = Self::read(answer)?;
        if answer.challenge != state {
            return Err(Refused::NotAccepted);
        }
        Ok(Made {
            credential_id: id(&answer.credential)?,
            aaguid: Aaguid([0; 16]),
            synced: false,
            sign_count: answer.count,
            public: answer.word,
        })
    }

    fn begin_asking(&self) -> Result<Begun, Refused> {
        self.begin("ask")
    }

    fn claimed(&self, answer: &str) -> Result<Claimed, Refused> {
        let answer = Self::read(answer)?;
        Ok(Claimed {
            credential_id: id(&answer.credential)?,
            handle: answer.handle,
        })
    }

    fn finish_asking(
        &self,
        state: &str,
        answer: &str,
        public: &str,
        sign_count: u32,
    ) -> Result<Verified, Refused> {
        let answer = Self::read(answer)?;
        if answer.challenge != state || answer.word != public {
            return Err(Refused::NotAccepted);
        }
        if !count_may_follow(sign_count, answer.count) {
            return Err(Refused::CountWentBack);
        }
        Ok(Verified {
            sign_count: answer.count,
            synced: false,
            public: answer.word,
        })
    }
}
