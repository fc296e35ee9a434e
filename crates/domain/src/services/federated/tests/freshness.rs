use super::*;
use crate::interaction::Requirement;
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(3_600);

/// Like [`fed`], where `acme` does not say when people sign in.
fn undated() -> Fed {
    let mut fed = fed();
    fed.set_acme(Provider {
        dates_sign_ins: false,
        ..a_provider("acme")
    });
    fed
}

impl Fed {
    async fn asked(&self, requirement: Requirement) -> Interaction {
        let plain = self.interaction(browser()).await;
        let asked = Interaction {
            requirement,
            ..plain.clone()
        };
        let interactions = &self.scene.act.realm.ephemeral.interactions;
        assert!(interactions.replace(&plain, &asked).await.unwrap());
        asked
    }
}

fn demanding() -> [Requirement; 3] {
    let of = |fresh_sign_in, max_age| Requirement {
        fresh_sign_in,
        max_age,
        ..Requirement::default()
    };
    [of(true, None), of(false, Some(HOUR)), of(true, Some(HOUR))]
}

#[test]
fn a_provider_that_dates_nothing_is_no_way_to_prove_it_again() {
    block_on(async {
        let fed = undated();
        for requirement in demanding() {
            let interaction = fed.asked(requirement.clone()).await;
            let begun = fed.service().begin(&fed.scene.act, &interaction, "acme").await;
            assert!(
                matches!(begun, Err(BeginError::Setback(Setback::Stale))),
                "{requirement:?}: {begun:?}"
            );
            let offered = fed.service().offered(&fed.scene.act, &interaction).await.unwrap();
            let offered: Vec<&str> = offered.iter().map(|offered| offered.id.as_str()).collect();
            assert_eq!(offered, ["other"], "{requirement:?}");
        }
        let plain = fed.interaction(browser()).await;
        fed.begun(&plain, "acme").await;
    });
}

#[test]
fn what_came_back_counts_at_no_request_that_demands_a_fresh_proof_meanwhile() {
    block_on(async {
        let fed = undated();
        let plain = fed.interaction(browser()).await;
        let state = fed.begun(&plain, "acme").await;
        let [requirement, ..] = demanding();
        let asked = Interaction {
            requirement,
            ..plain.clone()
        };
        let interactions = &fed.scene.act.realm.ephemeral.interactions;
        assert!(interactions.replace(&plain, &asked).await.unwrap());
        fed.acme.put("code", vouched("acme", "ada"));
        let answered = fed.comes_back(browser(), "acme", answer(&state)).await.unwrap();
        assert_eq!(setback(answered), Setback::Off);
    });
}

#[test]
fn a_session_that_rests_on_one_is_never_recently_proven() {
    block_on(async {
        let mut fed = undated();
        let (_, session) = fed.signed_in("acme", vouched("acme", "ada")).await;
        let person = fed.person(&session).await;
        let now = fed.scene.clock.now();
        assert!(person.recently_proven(now).is_none());
        assert!(!person.proven_within(HOUR, now) && !person.is_dated());
        fed.set_acme(a_provider("acme"));
        let person = fed.person(&session).await;
        assert!(person.recently_proven(now).is_some(), "a provider that says so");
    });
}

#[test]
fn core_s2_a_session_is_as_fresh_as_the_proof_that_the_provider_tells() {
    block_on(async {
        let fed = fed();
        let now = fed.scene.clock.now();
        for (told, expected) in [
            (None, now),
            (Some(now - HOUR), now - HOUR),
            (Some(now + HOUR), now),
        ] {
            let ada = Vouched {
                authenticated_at: told,
                ..vouched("acme", "ada")
            };
            let (_, session) = fed.signed_in("acme", ada).await;
            assert_eq!(session.authenticated_at, expected, "{told:?}");
            let recent = fed.person(&session).await.recently_proven(now).is_some();
            assert_eq!(recent, told.is_some_and(|told| told >= now), "{told:?}");
        }
    });
}

#[test]
fn core_s3_1_2_1_an_older_proof_meets_no_request_for_a_fresh_one() {
    block_on(async {
        let fed = fed();
        let now = fed.scene.clock.now();
        for requirement in demanding() {
            let interaction = fed.asked(requirement.clone()).await;
            let old = Vouched {
                authenticated_at: Some(now - HOUR - HOUR),
                ..vouched("acme", "ada")
            };
            let answered = fed.arrives_at(&interaction, "acme", old).await;
            assert_eq!(setback(answered), Setback::Stale, "{requirement:?}");
        }
        assert_eq!(fed.failures(), [SignInFailure::WrongAnswer; 3]);
    });
}
