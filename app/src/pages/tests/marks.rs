//! What stands before a provider's name, and before that of what keeps a passkey: a drawing that every theme shows, or a
//! letter, or a key.

use super::*;
use crate::components::mark::keeper;
use account::linked::{Item, LinkedPage};
use domain::{
    federation::Mark,
    passkey::{Aaguid, Keeper},
};
use federated::{Button, Offer};
use leptos::prelude::RenderHtml as _;

/// What the drawing of a mark begins with.
fn drawing(mark: Mark) -> Option<&'static str> {
    match mark {
        Mark::Google => Some(icondata_si::SiGoogle.data),
        Mark::GitHub => Some(icondata_si::SiGithub.data),
        Mark::Plain => None,
    }
}

fn provider(mark: Mark) -> Button {
    Button {
        id: "of-ours".into(),
        label: "zeta".into(),
        mark,
        last_used: false,
    }
}

/// Every place that shows a provider, with one of such a mark.
fn places(mark: Mark) -> [String; 4] {
    let frame = frame(false);
    let offer = |of_domain| Offer {
        buttons: vec![provider(mark)],
        of_domain,
        waits: None,
        undated: None,
    };
    let linked = |items, providers| {
        let page = LinkedPage {
            items,
            providers,
            done: None,
            error: None,
        };
        render(Page::Linked(page), &frame)
    };
    let item = Item {
        id: "1".into(),
        provider: "zeta".into(),
        mark,
        usable: true,
        administers: false,
        label: None,
        groups: Vec::new(),
        about: Vec::new(),
        linked: Timestamp::from_seconds(0),
        used: None,
    };
    let yours = offer(Some((provider(mark), "example.com".into())));
    [
        federated::buttons(&offer(None), "1", &frame).unwrap().to_html(),
        federated::of_domain(&yours, "1", &frame).unwrap().to_html(),
        linked(vec![item], Vec::new()),
        linked(Vec::new(), vec![provider(mark)]),
    ]
}

#[test]
fn a_provider_is_shown_by_its_mark_and_one_without_by_its_letter() {
    const ALL: [Mark; 3] = [Mark::Google, Mark::GitHub, Mark::Plain];
    for (mark, html) in ALL
        .into_iter()
        .flat_map(|mark| places(mark).map(|html| (mark, html)))
    {
        for drawn in ALL.into_iter().filter_map(drawing) {
            assert_eq!(
                html.contains(drawn),
                drawing(mark) == Some(drawn),
                "{mark:?}: {html}"
            );
        }
        assert_eq!(
            html.contains(">Z</span>"),
            mark == Mark::Plain,
            "{mark:?}: {html}"
        );
    }
}

#[test]
fn a_mark_takes_the_colour_of_the_text_and_is_read_to_nobody() {
    for html in [Mark::Google, Mark::GitHub].into_iter().flat_map(places) {
        let (before, drawn) = html.split_once("<svg").unwrap();
        let (drawn, _) = drawn.split_once("</svg>").unwrap();
        assert!(
            drawn.contains("fill=\"currentColor\"") && !drawn.contains('#'),
            "{drawn}"
        );
        let (_, around) = before.rsplit_once("<span").unwrap();
        assert!(around.contains("aria-hidden=\"true\""), "{around}");
    }
}

/// The list of passkeys on the page that has one of these models in it.
fn of_model(model: [u8; 16]) -> String {
    let mut pages = samples::every_page().into_iter();
    let security = pages.find_map(|page| match page {
        Page::Security(page) => Some(page),
        _ => None,
    });
    let mut page = security.unwrap();
    let model = Aaguid(model);
    for item in &mut page.passkeys.items {
        item.provider = model.provider().map(ToOwned::to_owned);
        item.keeper = model.keeper();
    }
    let html = render(Page::Security(page), &frame(false));
    let (_, list) = html.split_once("id=\"passkeys-title\"").unwrap();
    list.split("</section>").next().unwrap().to_owned()
}

#[test]
fn a_passkey_is_shown_by_the_mark_of_what_keeps_it_and_one_without_by_a_key() {
    let bitwarden = of_model(0xd548826e_79b4_db40_a3d8_11116f7e8349_u128.to_be_bytes());
    let (one, key) = (icondata_si::SiBitwarden.data, "src=\"/assets/passkey.svg\"");
    assert!(bitwarden.contains(one) && !bitwarden.contains(key), "{bitwarden}");
    assert!(bitwarden.contains(">Bitwarden<"), "{bitwarden}");
    for without in [0x6028b017_b1d4_4c02_b4b3_afcdafc96bb2_u128, 0] {
        let html = of_model(without.to_be_bytes());
        assert!(html.contains(key) && !html.contains("<svg"), "{html}");
    }
}

#[test]
fn every_keeper_has_a_mark_of_its_own_that_is_read_to_nobody() {
    use Keeper as K;
    let all = [
        K::Bitwarden,
        K::Chrome,
        K::Dashlane,
        K::Enpass,
        K::Google,
        K::ICloud,
        K::KeePassXc,
        K::KeeperSecurity,
        K::LastPass,
        K::OnePassword,
        K::Proton,
        K::Yubico,
    ];
    let drawn: std::collections::BTreeSet<String> =
        all.into_iter().map(|one| keeper(Some(one)).to_html()).collect();
    assert_eq!(drawn.len(), all.len());
    for html in drawn {
        assert!(
            html.contains("aria-hidden=\"true\"") && html.contains("fill=\"currentColor\""),
            "{html}"
        );
    }
    assert!(keeper(None).to_html().contains("alt=\"\""));
}
