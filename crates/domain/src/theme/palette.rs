//! What follows from an accent: its siblings on light and dark pages, and whether words in and on them can be read.
//!
//! The grounds are those of `style/tokens.css`; a test holds the two equal.

use super::Colour;

/// The contrast that words need (WCAG 2.2 §1.4.3).
pub const NEEDED: f64 = 4.5;

/// What pages are made of in one half of the day, apart from the accent.
pub(super) struct Grounds {
    pub surface: Colour,
    pub page: Colour,
    pub sunken: Colour,
    pub text: Colour,
}

pub(super) const LIGHT: Grounds = Grounds {
    surface: Colour::WHITE,
    page: Colour::new(0xf4, 0xf7, 0xf7),
    sunken: Colour::new(0xed, 0xf2, 0xf2),
    text: Colour::new(0x13, 0x20, 0x1f),
};
pub(super) const DARK: Grounds = Grounds {
    surface: Colour::new(0x16, 0x20, 0x22),
    page: Colour::new(0x0e, 0x15, 0x16),
    sunken: Colour::new(0x10, 0x18, 0x19),
    text: Colour::new(0xe7, 0xee, 0xee),
};

/// The colours of one half of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scheme {
    /// Links and buttons.
    pub accent: Colour,
    /// The same under a pointer.
    pub strong: Colour,
    /// The ground of what is pointed out.
    pub soft: Colour,
    /// Words on a button.
    pub on: Colour,
}

/// The colours of both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette {
    /// On light pages; the product's own where nothing is decided.
    pub light: Option<Scheme>,
    /// On dark ones.
    pub dark: Option<Scheme>,
}

/// Two colours that cannot be told apart well enough.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error(
    "the accent {accent} gives {one} on {other} a contrast of {ratio:.2}:1 where 4.5:1 is needed; choose a {advice} one"
)]
pub struct LowContrast {
    /// What was chosen.
    pub accent: Colour,
    /// The words.
    pub one: Colour,
    /// What they stand on.
    pub other: Colour,
    /// How well they are told apart.
    pub ratio: f64,
    advice: &'static str,
}

impl Palette {
    pub(super) fn of(accent: Option<Colour>, accent_dark: Option<Colour>) -> Option<Self> {
        if accent.is_none() && accent_dark.is_none() {
            return None;
        }
        let dark = accent_dark.or_else(|| accent.map(lightened));
        Some(Self {
            light: accent.map(|accent| scheme(accent, &LIGHT)),
            dark: dark.map(|accent| scheme(accent, &DARK)),
        })
    }

    pub(super) fn check(&self) -> Result<(), LowContrast> {
        for (scheme, grounds, advice) in [(self.light, &LIGHT, "darker"), (self.dark, &DARK, "lighter")] {
            if let Some(scheme) = scheme {
                readable(&scheme, grounds, advice)?;
            }
        }
        Ok(())
    }
}

/// The accent of dark pages that is nearest to one of light pages.
fn lightened(accent: Colour) -> Colour {
    let mut lighter = (0..=100)
        .step_by(5)
        .map(|parts| accent.mixed(Colour::WHITE, parts));
    let fits = |colour: &Colour| readable(&scheme(*colour, &DARK), &DARK, "lighter").is_ok();
    lighter.find(fits).unwrap_or(Colour::WHITE)
}

fn scheme(accent: Colour, grounds: &Grounds) -> Scheme {
    let strong = accent.mixed(grounds.text, 25);
    // Under a pointer the button changes, the words on it do not.
    let worst = |words: Colour| words.contrast(accent).min(words.contrast(strong));
    let on = if worst(Colour::WHITE) >= worst(Colour::BLACK) {
        Colour::WHITE
    } else {
        Colour::BLACK
    };
    Scheme {
        accent,
        strong,
        soft: grounds.surface.mixed(accent, 8),
        on,
    }
}

fn readable(scheme: &Scheme, grounds: &Grounds, advice: &'static str) -> Result<(), LowContrast> {
    let Scheme {
        accent,
        strong,
        soft,
        on,
    } = *scheme;
    let Grounds {
        surface,
        page,
        sunken,
        text,
    } = *grounds;
    let words = [accent, strong];
    let links = words
        .into_iter()
        .flat_map(|words| [surface, page, sunken, soft].map(|ground| (words, ground)));
    let buttons = words.map(|ground| (on, ground));
    for (one, other) in links.chain(buttons).chain([(text, soft)]) {
        let ratio = one.contrast(other);
        if ratio < NEEDED {
            return Err(LowContrast {
                accent,
                one,
                other,
                ratio,
                advice,
            });
        }
    }
    Ok(())
}
