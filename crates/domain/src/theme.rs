//! How pages look: what a deployment, a realm and an app may decide about it. A few values, no style sheet, so that
//! nothing can be hidden or moved by it; colours that could not be read are refused.

mod colour;
mod palette;

pub use colour::{Colour, InvalidColour};
pub use palette::{LowContrast, NEEDED, Palette, Scheme};

use crate::{person::DisplayName, secret::Digest};
use std::str::FromStr;

/// How round corners are, in pixels: 0 to 24.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Radius(u8);

/// The number is no radius.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a radius is a number of pixels from 0 to 24")]
pub struct InvalidRadius;

impl TryFrom<u8> for Radius {
    type Error = InvalidRadius;
    fn try_from(pixels: u8) -> Result<Self, InvalidRadius> {
        if pixels <= 24 {
            Ok(Self(pixels))
        } else {
            Err(InvalidRadius)
        }
    }
}

impl From<Radius> for u8 {
    fn from(radius: Radius) -> u8 {
        radius.0
    }
}

impl FromStr for Radius {
    type Err = InvalidRadius;
    fn from_str(text: &str) -> Result<Self, InvalidRadius> {
        text.parse::<u8>().map_err(|_| InvalidRadius)?.try_into()
    }
}

/// What is decided about the look; whatever is `None` is as it is without it.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Theme {
    /// What stands for the product's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<DisplayName>,
    /// Digest of the picture that stands for its mark.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo: Option<Digest>,
    /// What buttons and links are coloured with on light pages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accent: Option<Colour>,
    /// The same on dark pages; a lighter sibling of the other if not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accent_dark: Option<Colour>,
    /// How round corners are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub radius: Option<Radius>,
}

impl Theme {
    /// This theme, and where it says nothing what `below` says. The colours of both halves of the day go together.
    pub fn over(&self, below: &Theme) -> Theme {
        let own = self.accent.is_some() || self.accent_dark.is_some();
        let colours = if own { self } else { below };
        Theme {
            name: self.name.clone().or_else(|| below.name.clone()),
            logo: self.logo.or(below.logo),
            accent: colours.accent,
            accent_dark: colours.accent_dark,
            radius: self.radius.or(below.radius),
        }
    }

    /// The colours that follow from what is decided; `None` where the product's own stay.
    pub fn palette(&self) -> Option<Palette> {
        Palette::of(self.accent, self.accent_dark)
    }

    /// Refuses colours on which, or in which, words could not be read (WCAG 2.2 §1.4.3).
    pub fn check(&self) -> Result<(), LowContrast> {
        self.palette().map_or(Ok(()), |palette| palette.check())
    }
}

/// What is to be decided otherwise; `None` leaves it, `Some(None)` leaves it to what is below.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of the theme's own")]
pub struct ThemeChange {
    pub name: Option<Option<DisplayName>>,
    pub logo: Option<Option<Digest>>,
    pub accent: Option<Option<Colour>>,
    pub accent_dark: Option<Option<Colour>>,
    pub radius: Option<Option<Radius>>,
}

impl ThemeChange {
    /// The theme that `before` becomes, if it can be read.
    pub fn apply(self, before: &Theme) -> Result<Theme, LowContrast> {
        let theme = Theme {
            name: self.name.unwrap_or_else(|| before.name.clone()),
            logo: self.logo.unwrap_or(before.logo),
            accent: self.accent.unwrap_or(before.accent),
            accent_dark: self.accent_dark.unwrap_or(before.accent_dark),
            radius: self.radius.unwrap_or(before.radius),
        };
        theme.check()?;
        Ok(theme)
    }
}

#[cfg(test)]
mod tests;
