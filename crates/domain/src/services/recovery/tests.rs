use super::{AskedIn, ResetError, ResetLink};
use crate::{
    secret::Digest,
    services::scene::{PASSWORD, Scene},
    testing::a_user,
};
use futures::executor::block_on;

const NEW: &str = "another long passphrase";

fn here() -> Digest {
    Digest::of("the browser that asked")
}

fn opened(token: &str, browser: Digest, told: bool) -> ResetLink<'_> {
    ResetLink { token, browser, told }
}

#[test]
fn a_link_opened_in_another_browser_says_so_before_it_sets_a_password() {
    block_on(async {
        let scene = Scene::new();
        scene.registered(a_user().build()).await;
        let recovery = &scene.services.recovery;
        recovery
            .request(
                &scene.act,
                "ada@example.com",
                (here(), &crate::work::Shown::default()),
            )
            .await
            .unwrap();
        let mail = scene.mails().await.pop().unwrap();
        let token = mail.text.split("token=").nth(1).unwrap();
        let phone = Digest::of("another browser");
        let asked = recovery.asked_in(&scene.act, token, phone).await.unwrap();
        assert_eq!(asked, Some(AskedIn::Elsewhere));
        let untold = opened(token, phone, false);
        let refused = recovery.reset(&scene.act, untold, NEW.to_owned()).await;
        assert!(matches!(refused, Err(ResetError::AskedElsewhere)));
        assert!(scene.signs_in("ada@example.com", PASSWORD).await);
        let told = opened(token, phone, true);
        recovery.reset(&scene.act, told, NEW.to_owned()).await.unwrap();
        assert!(scene.signs_in("ada@example.com", NEW).await);
    });
}

#[test]
fn asking_for_a_link_costs_the_same_whoever_it_is() {
    block_on(async {
        let scene = Scene::new();
        scene.registered(a_user().build()).await;
        let disabled = a_user().number(2).email("ann@example.com").disabled();
        scene.registered(disabled.build()).await;
        let recovery = &scene.services.recovery;
        for who in ["ada@example.com", "ann@example.com", "amy@example.com"] {
            let cost = scene
                .cost(recovery.request(&scene.act, who, (here(), &crate::work::Shown::default())))
                .await;
            assert_eq!(cost, (1, 1), "{who}: one call, one job");
        }
        assert_eq!(
            scene
                .cost(recovery.request(&scene.act, "nobody", (here(), &crate::work::Shown::default())))
                .await,
            (1, 0)
        );
        let mails = scene.mails().await;
        assert_eq!(mails.len(), 1);
        assert_eq!(mails[0].to.as_str(), "ada@example.com");
    });
}

#[test]
fn a_link_sets_a_new_password_once() {
    block_on(async {
        let scene = Scene::new();
        scene.registered(a_user().build()).await;
        let recovery = &scene.services.recovery;
        recovery
            .request(
                &scene.act,
                " Ada@Example.com ",
                (here(), &crate::work::Shown::default()),
            )
            .await
            .unwrap();
        let mail = scene.mails().await.pop().unwrap();
        let token = mail.text.split("token=").nth(1).unwrap();
        let asked = || recovery.asked_in(&scene.act, token, here());
        assert_eq!(asked().await.unwrap(), Some(AskedIn::Here));
        let link = opened(token, here(), false);
        recovery.reset(&scene.act, link, NEW.to_owned()).await.unwrap();
        assert_eq!(asked().await.unwrap(), None);
        assert!(recovery.reset(&scene.act, link, NEW.to_owned()).await.is_err());
        assert!(scene.signs_in("ada@example.com", NEW).await);
        assert!(!scene.signs_in("ada@example.com", PASSWORD).await);
    });
}

#[test]
fn mails_to_one_address_and_requests_of_one_network_are_bounded() {
    block_on(async {
        let mut scene = Scene::new();
        scene.change_settings(|settings| settings.work_after = None);
        let recovery = &scene.services.recovery;
        let jobs = |act, who: String| {
            let scene = &scene;
            async move {
                scene
                    .cost(recovery.request(&act, &who, (here(), &crate::work::Shown::default())))
                    .await
                    .1
            }
        };
        for _ in 0..6 {
            assert_eq!(jobs(scene.act.clone(), "ada@example.com".to_owned()).await, 1);
        }
        assert_eq!(jobs(scene.act.clone(), "ada@example.com".to_owned()).await, 0);

        // One subscriber holds a whole /64.
        for number in 0..120 {
            let act = scene.from(&format!("2001:db8:1:1::{number:x}"));
            assert_eq!(jobs(act, format!("{number}@example.com")).await, 1);
        }
        let same = scene.from("2001:db8:1:1:ffff::1");
        assert_eq!(jobs(same, "x1@example.com".to_owned()).await, 0);
        let other = scene.from("2001:db8:1:2::1");
        assert_eq!(jobs(other, "x2@example.com".to_owned()).await, 1);
    });
}
