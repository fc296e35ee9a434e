//! What ends takes with it all that came of it: whatever is ended × whatever is tried afterwards × whether it is bound
//! to a key × whether it may outlive the session. All is refused, but for the exceptions of one table.
//!
//! Here an ending is felt at once. How soon other nodes feel it is tested on the wire.

mod scene;

use scene::Scene;

/// Makes the things that end, with a test for each, so that none is forgotten.
macro_rules! endings {
    ($($test:ident: $ended:ident,)*) => {
        /// What is ended, by the call that a person or an operator makes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Ended {
            $($ended),*
        }

        impl Ended {
            const ALL: &[Self] = &[$(Self::$ended),*];
        }

        $(
            #[tokio::test]
            async fn $test() {
                nothing_survives_but_exceptions(Ended::$ended).await;
            }
        )*
    };
}

endings! {
    a_user_disabled_by_an_operator: UserDisabled,
    a_user_disabled_and_enabled_again: UserDisabledForAWhile,
    a_user_deleted_by_an_operator: UserDeleted,
    a_client_disabled_by_an_operator: ClientDisabled,
    a_client_disabled_and_enabled_again: ClientDisabledForAWhile,
    a_client_deleted_by_an_operator: ClientDeleted,
    a_consent_taken_back_by_the_person: ConsentByPerson,
    a_consent_taken_back_by_an_operator: ConsentByOperator,
    what_a_client_got_that_is_not_asked_about: ConsentOfFirstParty,
    a_session_ended_by_the_person: SessionByPerson,
    a_session_ended_by_an_operator: SessionByOperator,
    a_password_that_was_forgotten: Password,
    keys_that_were_rotated: KeysRotated,
    keys_that_are_gone: KeysGone,
    keys_that_leaked: KeysRevoked,
    a_provider_that_was_taken_out: Provider,
    a_realm_that_was_deleted: Realm,
}

/// What is tried with what there was before the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// A code that was not redeemed yet.
    Code,
    /// A refresh token.
    Refresh,
    /// An API asks about a signed access token.
    IntrospectSigned,
    /// An API asks about an opaque access token.
    IntrospectOpaque,
    /// The client asks about its refresh token.
    IntrospectRefresh,
    /// Userinfo is asked with a signed access token.
    UserinfoSigned,
    /// Userinfo is asked with an opaque access token.
    UserinfoOpaque,
    /// A device that was allowed and did not poll since.
    DevicePoll,
    /// A service exchanges the signed access token it was sent.
    Exchange,
    /// The service asks about the token it exchanged it for before.
    IntrospectExchanged,
}

impl Use {
    const ALL: [Self; 10] = [
        Self::Code,
        Self::Refresh,
        Self::IntrospectSigned,
        Self::IntrospectOpaque,
        Self::IntrospectRefresh,
        Self::UserinfoSigned,
        Self::UserinfoOpaque,
        Self::DevicePoll,
        Self::Exchange,
        Self::IntrospectExchanged,
    ];
    /// Everything that is a random value looked up in a store.
    const UNSIGNED: [Self; 6] = [
        Self::Code,
        Self::Refresh,
        Self::IntrospectOpaque,
        Self::IntrospectRefresh,
        Self::UserinfoOpaque,
        Self::DevicePoll,
    ];
    /// Everything that asks no more than whether an access token is good.
    const ISSUED: [Self; 5] = [
        Self::IntrospectSigned,
        Self::IntrospectOpaque,
        Self::UserinfoSigned,
        Self::UserinfoOpaque,
        Self::IntrospectExchanged,
    ];
}

/// Whether everything is bound to a key of the client (RFC 9449).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    No,
    Dpop,
}

impl Bound {
    const ALL: [Self; 2] = [Self::No, Self::Dpop];
}

/// Whether `offline_access` was asked for and allowed (OpenID Connect Core §11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    Online,
    Offline,
}

impl Access {
    const ALL: [Self; 2] = [Self::Online, Self::Offline];
}

/// What somebody is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// What they asked for.
    All,
    /// `active: false`.
    Inactive,
    /// An error code.
    Error(&'static str),
}

/// What outlives an end, and why.
struct Exception {
    ended: Ended,
    uses: &'static [Use],
    access: &'static [Access],
    because: &'static str,
}

const EXCEPTIONS: [Exception; 7] = [
    Exception {
        ended: Ended::SessionByPerson,
        uses: &Use::ALL,
        access: &[Access::Offline],
        because: "offline access is access while nobody is signed in (OpenID Connect Core §11)",
    },
    Exception {
        ended: Ended::SessionByOperator,
        uses: &Use::ALL,
        access: &[Access::Offline],
        because: "offline access is access while nobody is signed in (OpenID Connect Core §11)",
    },
    Exception {
        ended: Ended::KeysRotated,
        uses: &Use::ALL,
        access: &Access::ALL,
        because: "a retired key is published until what it signed has expired (OpenID Connect Core §10.1.1)",
    },
    Exception {
        ended: Ended::KeysGone,
        uses: &Use::UNSIGNED,
        access: &Access::ALL,
        because: "no key vouches for what is looked up in a store",
    },
    Exception {
        ended: Ended::KeysRevoked,
        uses: &Use::UNSIGNED,
        access: &Access::ALL,
        because: "no key vouches for what is looked up in a store",
    },
    Exception {
        ended: Ended::Provider,
        uses: &Use::ALL,
        access: &[Access::Offline],
        because: "offline access is access while nobody is signed in (OpenID Connect Core §11)",
    },
    Exception {
        ended: Ended::Provider,
        uses: &Use::ISSUED,
        access: &[Access::Online],
        because: "nothing more is issued, and what was lasts until the sweep that follows the start without it",
    },
];

impl Exception {
    fn covers(&self, ended: Ended, what: Use, access: Access) -> bool {
        self.ended == ended && self.uses.contains(&what) && self.access.contains(&access)
    }
}

fn exception(ended: Ended, what: Use, access: Access) -> Option<&'static Exception> {
    EXCEPTIONS
        .iter()
        .find(|exception| exception.covers(ended, what, access))
}

/// How `what` is refused once `ended` is over.
fn refusal(ended: Ended, what: Use) -> Told {
    // A client that is gone is not told of anything, and with a realm every client is gone.
    let (client_gone, realm_gone) = match ended {
        Ended::ClientDisabled | Ended::ClientDeleted => (true, false),
        Ended::Realm => (true, true),
        Ended::UserDisabled
        | Ended::UserDisabledForAWhile
        | Ended::UserDeleted
        | Ended::ClientDisabledForAWhile
        | Ended::ConsentByPerson
        | Ended::ConsentByOperator
        | Ended::ConsentOfFirstParty
        | Ended::SessionByPerson
        | Ended::SessionByOperator
        | Ended::Password
        | Ended::KeysRotated
        | Ended::KeysGone
        | Ended::KeysRevoked
        | Ended::Provider => (false, false),
    };
    match what {
        Use::Code | Use::Refresh | Use::DevicePoll | Use::IntrospectRefresh if client_gone => {
            Told::Error("invalid_client")
        }
        Use::IntrospectSigned | Use::IntrospectOpaque | Use::Exchange | Use::IntrospectExchanged
            if realm_gone =>
        {
            Told::Error("invalid_client")
        }
        Use::Code | Use::Refresh | Use::DevicePoll => Told::Error("invalid_grant"),
        // RFC 8693 §2.2.2
        Use::Exchange => Told::Error("invalid_request"),
        Use::IntrospectSigned | Use::IntrospectOpaque | Use::IntrospectRefresh | Use::IntrospectExchanged => {
            Told::Inactive
        }
        Use::UserinfoSigned | Use::UserinfoOpaque => Told::Error("invalid_token"),
    }
}

async fn nothing_survives_but_exceptions(ended: Ended) {
    let (mut cells, mut wrong) = (0, Vec::new());
    for bound in Bound::ALL {
        for access in Access::ALL {
            // Else whatever is refused below might never have worked.
            let untouched = Scene::set(ended, bound, access).await;
            for what in Use::ALL {
                let told = untouched.attempt(what).await;
                assert_eq!(told, Told::All, "nothing ended: {what:?}, {bound:?}, {access:?}");
            }
            let over = Scene::set(ended, bound, access).await.end(ended).await;
            for what in Use::ALL {
                let exception = exception(ended, what, access);
                let expected = exception.map_or_else(|| refusal(ended, what), |_| Told::All);
                let because = exception.map_or("it has ended", |exception| exception.because);
                let told = over.attempt(what).await;
                if told != expected {
                    wrong.push(format!(
                        "{what:?}, {bound:?}, {access:?}: {told:?}, although {because}"
                    ));
                }
                cells += 1;
            }
        }
    }
    assert!(wrong.is_empty(), "{ended:?}: {wrong:#?}");
    assert_eq!(cells, Use::ALL.len() * Bound::ALL.len() * Access::ALL.len());
}

#[test]
fn the_exceptions_are_few_and_each_covers_something_of_its_own() {
    let mut covered = [0; EXCEPTIONS.len()];
    let mut cells = 0;
    for &ended in Ended::ALL {
        for what in Use::ALL {
            for access in Access::ALL {
                cells += 1;
                let lines = EXCEPTIONS.iter().enumerate();
                let lines = lines.filter(|(_, line)| line.covers(ended, what, access));
                let lines: Vec<usize> = lines.map(|(index, _)| index).collect();
                assert!(lines.len() <= 1, "{ended:?}, {what:?}, {access:?}");
                lines.iter().for_each(|&index| covered[index] += 1);
            }
        }
    }
    assert_eq!((cells, covered), (340, [10, 10, 20, 12, 12, 10, 5]));
}
