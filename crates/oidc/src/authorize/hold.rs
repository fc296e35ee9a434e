//! Errors of applications that nobody vouches for (RFC 9700 §4.11.2).
//!
//! Whoever registers a client of their own could lead people anywhere by way of this server, with a request that is
//! wrong on purpose. Such an error waits on a page until the person goes on. It does not wait once the person did
//! something here, nor where nothing may be shown.

use super::{AuthorizationResponse, AuthorizeError, Outcome, Prompt, ReturnAddress};
use crate::parameters::Parameters;
use domain::{client::Client, client_registration::RegisteredBy};

/// An error that is sent if the person goes on.
#[derive(Debug)]
pub struct Held {
    /// The host it is for, or the private-use scheme.
    pub host: String,
    /// What is sent.
    pub response: AuthorizationResponse,
}

/// What becomes of an error that is found before a person did anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    AtOnce,
    Held,
}

impl Manner {
    /// What the parameters are known to say counts, wrong as they may be.
    pub(super) fn of(client: &Client, parameters: &Parameters) -> Self {
        match client.oidc().metadata.registered {
            RegisteredBy::Operator => Self::AtOnce,
            RegisteredBy::Itself(_) if is_silent(parameters) => Self::AtOnce,
            RegisteredBy::Itself(_) => Self::Held,
        }
    }

    pub(super) fn refuse(self, address: &ReturnAddress, error: AuthorizeError) -> Outcome {
        let response = address.error(error);
        match self {
            Self::AtOnce => Outcome::Respond(response),
            Self::Held => Outcome::Hold(Box::new(Held {
                host: address.reply().redirect_uri.display_host(),
                response,
            })),
        }
    }
}

fn is_silent(parameters: &Parameters) -> bool {
    let prompt = parameters.one("prompt").ok().flatten();
    let prompt = prompt.and_then(Prompt::parse_set);
    prompt.is_some_and(|prompt| prompt.contains(&Prompt::None))
}
