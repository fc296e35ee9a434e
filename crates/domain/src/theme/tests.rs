use super::{
    palette::{DARK, LIGHT},
    *,
};

fn colour(text: &str) -> Colour {
    text.parse().unwrap()
}

fn near(ratio: f64, expected: f64) -> bool {
    (ratio - expected).abs() < 0.005
}

#[test]
fn wcag_contrast_is_as_its_formula_says() {
    for (one, other, ratio) in [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#ffffff", 4.54),
        ("#ff0000", "#ffffff", 4.00),
        ("#0000ff", "#ffffff", 8.59),
        ("#00ff00", "#000000", 15.30),
    ] {
        let found = colour(one).contrast(colour(other));
        assert!(near(found, ratio), "{one} on {other}: {found}");
        assert!(near(colour(other).contrast(colour(one)), ratio));
    }
}

#[test]
fn a_colour_is_written_one_way() {
    assert_eq!(colour("#0B5763").to_string(), "#0b5763");
    for bad in [
        "0b5763", "#0b576", "#0b57639", "#0b576g", "red", "#+b5763", "#fff;}*{", "",
    ] {
        assert_eq!(bad.parse::<Colour>(), Err(InvalidColour), "{bad}");
    }
}

#[test]
fn s1_4_3_an_accent_that_cannot_be_read_is_refused_with_what_was_measured() {
    let of = |accent: &str| Theme {
        accent: Some(colour(accent)),
        ..Theme::default()
    };
    assert_eq!(of("#0b5763").check(), Ok(()));
    let refused = of("#ffcc00").check().unwrap_err();
    assert!(near(refused.ratio, 1.51), "{}", refused.ratio);
    let told = refused.to_string();
    assert!(told.contains("#ffcc00") && told.contains("1.51:1"), "{told}");
    assert!(told.contains("4.5:1") && told.contains("darker"), "{told}");
    // Enough on white, and too little on the greys that pages stand on.
    assert!(colour("#767676").contrast(Colour::WHITE) >= NEEDED);
    assert_ne!(of("#767676").check(), Ok(()));
    let dark = Theme {
        accent_dark: Some(colour("#0b5763")),
        ..Theme::default()
    };
    assert!(dark.check().unwrap_err().to_string().contains("lighter"));
}

#[test]
fn every_accent_of_light_pages_has_a_sibling_on_dark_ones() {
    for accent in ["#0b5763", "#7a0019", "#000000", "#1a1aff", "#5c2d91", "#0a5c2b"] {
        let theme = Theme {
            accent: Some(colour(accent)),
            ..Theme::default()
        };
        assert_eq!(theme.check(), Ok(()), "{accent}");
        let dark = theme.palette().unwrap().dark.unwrap();
        assert!(dark.accent.contrast(DARK.surface) >= NEEDED, "{accent}");
    }
}

#[test]
fn what_says_nothing_leaves_it_to_what_is_below() {
    let deployment = Theme {
        name: DisplayName::parse("Acme").ok(),
        accent: Some(colour("#0b5763")),
        accent_dark: Some(colour("#74c7d0")),
        radius: "4".parse().ok(),
        ..Theme::default()
    };
    let app = Theme {
        accent: Some(colour("#7a0019")),
        ..Theme::default()
    };
    let both = app.over(&deployment);
    assert_eq!(
        (both.name, both.radius),
        (deployment.name.clone(), deployment.radius)
    );
    assert_eq!((both.accent, both.accent_dark), (app.accent, None));
    assert_eq!(Theme::default().over(&deployment), deployment);
}

#[test]
fn a_change_leaves_the_rest_and_is_judged_with_it() {
    let before = Theme {
        accent: Some(colour("#0b5763")),
        radius: "4".parse().ok(),
        ..Theme::default()
    };
    let change = ThemeChange {
        radius: Some(None),
        ..ThemeChange::default()
    };
    let after = change.apply(&before).unwrap();
    assert_eq!((after.accent, after.radius), (before.accent, None));
    let pale = ThemeChange {
        accent: Some(Some(colour("#ffffff"))),
        ..ThemeChange::default()
    };
    assert!(pale.apply(&before).is_err());
    assert_eq!("25".parse::<Radius>(), Err(InvalidRadius));
}

#[test]
fn the_grounds_are_those_of_the_style_sheet() {
    let css = include_str!("../../../../style/tokens.css");
    let (light, dark) = css.split_once("prefers-color-scheme: dark").unwrap();
    for (css, grounds) in [(light, LIGHT), (dark, DARK)] {
        for (name, colour) in [
            ("--bg", grounds.page),
            ("--surface", grounds.surface),
            ("--sunken", grounds.sunken),
            ("--text", grounds.text),
        ] {
            assert!(css.contains(&format!("{name}: {colour};")), "{name} {colour}");
        }
    }
}
