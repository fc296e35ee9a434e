//! What stands before a provider's name: a drawing that every theme shows, or a letter.

use super::*;
use account::linked::{Item, LinkedPage};
use domain::federation::Mark;
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
