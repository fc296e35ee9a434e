//! What the command line says of how pages look, for a realm or an app.

use crate::picture;
use anyhow::Context as _;
use clap::Args;
use domain::{
    realm_context::RealmContext,
    secret::Digest,
    theme::{Colour, Radius, ThemeChange},
};
use std::{path::Path, str::FromStr};

/// A value, or with an empty text none any more.
#[derive(Clone, Copy)]
pub(super) struct Said<T>(pub Option<T>);

impl<T: FromStr> FromStr for Said<T> {
    type Err = T::Err;
    fn from_str(text: &str) -> Result<Self, T::Err> {
        match text {
            "" => Ok(Self(None)),
            text => text.parse().map(Some).map(Self),
        }
    }
}

#[derive(Args)]
pub(super) struct ThemeArgs {
    /// A picture that stands for it: a PNG, JPEG or WebP file, which is made small; an empty text for none.
    #[arg(long, value_name = "FILE")]
    theme_logo: Option<String>,
    /// What buttons and links are coloured with, as #rrggbb; refused where words could not be read.
    #[arg(long, value_name = "COLOUR")]
    theme_accent: Option<Said<Colour>>,
    /// The same on dark pages; a lighter sibling of the other if it is not said.
    #[arg(long, value_name = "COLOUR")]
    theme_accent_dark: Option<Said<Colour>>,
    /// How round corners are, in pixels: 0 to 24.
    #[arg(long, value_name = "PIXELS")]
    theme_radius: Option<Said<Radius>>,
}

impl ThemeArgs {
    /// What is said; a picture is kept with the realm.
    pub(super) async fn read(self, realm: &RealmContext) -> anyhow::Result<ThemeChange> {
        let logo = match self.theme_logo.as_deref() {
            None => None,
            Some("") => Some(None),
            Some(path) => Some(Some(keep(realm, Path::new(path)).await?)),
        };
        Ok(ThemeChange {
            name: None,
            logo,
            accent: self.theme_accent.map(|said| said.0),
            accent_dark: self.theme_accent_dark.map(|said| said.0),
            radius: self.theme_radius.map(|said| said.0),
        })
    }
}

async fn keep(realm: &RealmContext, path: &Path) -> anyhow::Result<Digest> {
    let png = picture::read(path).with_context(|| format!("--theme-logo {}", path.display()))?;
    let name = Digest::of(&png);
    realm.stores.logos.keep(&name, &png).await?;
    Ok(name)
}
