use crate::{
    services::scene::{PASSWORD, Scene},
    testing::a_user,
};
use futures::executor::block_on;

const NEW: &str = "another long passphrase";

#[test]
fn asking_for_a_link_costs_the_same_whoever_it_is() {
    block_on(async {
        let scene = Scene::new();
        scene.registered(a_user().build()).await;
        let disabled = a_user().number(2).email("ann@example.com").disabled();
        scene.registered(disabled.build()).await;
        let recovery = &scene.services.recovery;
        for who in ["ada@example.com", "ann@example.com", "amy@example.com"] {
            let cost = scene.cost(recovery.request(&scene.act, who)).await;
            assert_eq!(cost, (1, 1), "{who}: one call, one job");
        }
        assert_eq!(scene.cost(recovery.request(&scene.act, "nobody")).await, (1, 0));
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
        recovery.request(&scene.act, " Ada@Example.com ").await.unwrap();
        let mail = scene.mails().await.pop().unwrap();
        let token = mail.text.split("token=").nth(1).unwrap();
        assert!(recovery.link_works(&scene.act, token).await.unwrap());
        recovery.reset(&scene.act, token, NEW.to_owned()).await.unwrap();
        assert!(!recovery.link_works(&scene.act, token).await.unwrap());
        assert!(recovery.reset(&scene.act, token, NEW.to_owned()).await.is_err());
        assert!(scene.signs_in("ada@example.com", NEW).await);
        assert!(!scene.signs_in("ada@example.com", PASSWORD).await);
    });
}

#[test]
fn mails_to_one_address_and_requests_of_one_network_are_bounded() {
    block_on(async {
        let scene = Scene::new();
        let recovery = &scene.services.recovery;
        let jobs = |act, who: String| {
            let scene = &scene;
            async move { scene.cost(recovery.request(&act, &who)).await.1 }
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
