use super::*;
use crate::{
    testing::a_user,
    user::{User, UserSource},
};

const ADDRESS: &str = "ada@example.com";

/// What is the case, what follows, the vouched address, the account that has it, whether another identity of the issuer
/// is linked to that, and whether the operator trusts the provider's word.
type Case<'a> = (&'a str, Link, Option<&'a str>, Option<&'a User>, bool, bool);

fn account(change: impl FnOnce(&mut User)) -> User {
    let mut user = a_user().number(1).email(ADDRESS).build();
    change(&mut user);
    user
}

/// What follows for a vouched address, the account that has it here, another identity there, and the operator's trust.
fn leads(vouched: Option<&str>, holder: Option<&User>, known_there: bool, trust_email: bool) -> Link {
    let vouched = vouched.map(|address| Email::parse(address).unwrap());
    decide_link(&LinkFacts {
        linked: None,
        vouched: vouched.as_ref(),
        holder: holder.map(|user| Holder { user, known_there }),
        trust_email,
    })
}

#[test]
fn a_linked_identity_leads_to_its_account_whatever_its_address_is_now() {
    let (linked, other) = (account(|_| {}), a_user().number(2).email("b@example.com").build());
    let vouched = Email::parse("b@example.com").unwrap();
    let facts = LinkFacts {
        linked: Some(&linked),
        vouched: Some(&vouched),
        holder: Some(Holder {
            user: &other,
            known_there: true,
        }),
        trust_email: true,
    };
    assert_eq!(decide_link(&facts), Link::SignIn);
    let nameless = LinkFacts {
        vouched: None,
        holder: None,
        ..facts
    };
    assert_eq!(decide_link(&nameless), Link::SignIn);
    let disabled = account(|user| user.status = crate::client::Status::Disabled);
    let facts = LinkFacts {
        linked: Some(&disabled),
        ..facts
    };
    assert_eq!(decide_link(&facts), Link::Disabled(disabled.id));
}

#[test]
fn an_address_leads_to_an_account_only_by_proof_or_by_the_operators_word() {
    let verified = account(|_| {});
    let unverified = account(|user| user.email_verified_at = None);
    let sign_up = account(|user| {
        user.email_verified_at = None;
        user.source = UserSource::SignUp;
    });
    let disabled = account(|user| user.status = crate::client::Status::Disabled);
    let disabled_sign_up = User {
        status: crate::client::Status::Disabled,
        ..sign_up.clone()
    };
    let id = verified.id;
    let yes = Some(ADDRESS);
    let cases: [Case<'_>; 14] = [
        ("no address", Link::AfterAddress, None, None, false, false),
        (
            "no address, trusted",
            Link::AfterAddress,
            None,
            Some(&verified),
            false,
            true,
        ),
        ("free", Link::Provision, yes, None, false, false),
        ("free, trusted", Link::Provision, yes, None, false, true),
        (
            "verified here",
            Link::AfterProof(id),
            yes,
            Some(&verified),
            false,
            false,
        ),
        (
            "verified here, trusted",
            Link::AtOnce(id),
            yes,
            Some(&verified),
            false,
            true,
        ),
        (
            "changed its owner there",
            Link::AfterProof(id),
            yes,
            Some(&verified),
            true,
            true,
        ),
        (
            "never proven here",
            Link::AfterProof(id),
            yes,
            Some(&unverified),
            false,
            false,
        ),
        (
            "never proven here, trusted",
            Link::AfterProof(id),
            yes,
            Some(&unverified),
            false,
            true,
        ),
        (
            "a sign-up nobody confirmed",
            Link::Provision,
            yes,
            Some(&sign_up),
            false,
            false,
        ),
        (
            "a sign-up that is disabled",
            Link::AfterProof(id),
            yes,
            Some(&disabled_sign_up),
            false,
            true,
        ),
        (
            "disabled",
            Link::AfterProof(id),
            yes,
            Some(&disabled),
            false,
            false,
        ),
        (
            "disabled, trusted",
            Link::Disabled(id),
            yes,
            Some(&disabled),
            false,
            true,
        ),
        (
            "another case",
            Link::AtOnce(id),
            Some("ADA@example.COM"),
            Some(&verified),
            false,
            true,
        ),
    ];
    for (case, expected, vouched, holder, known_there, trust_email) in cases {
        assert_eq!(
            leads(vouched, holder, known_there, trust_email),
            expected,
            "{case}"
        );
    }
}

#[test]
fn letters_that_only_look_up_alike_are_not_the_same_address() {
    // The Kelvin sign in lower case is a plain k, and another mailbox.
    let k = account(|user| user.email = Email::parse("k@example.com").unwrap());
    let vouched = Email::parse("\u{212a}@example.com").unwrap();
    assert_eq!(vouched.normalised(), k.email.normalised());
    assert_eq!(
        leads(Some(vouched.as_str()), Some(&k), false, true),
        Link::AfterProof(k.id)
    );
}
