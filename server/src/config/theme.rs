//! How pages look throughout the deployment.

use super::{ConfigError, raw::Raw};
use crate::picture;
use domain::{person::DisplayName, secret::Digest, theme::Theme};
use std::{fmt::Display, path::Path, str::FromStr};

impl Raw {
    pub(super) fn theme(&self) -> Result<Theme, ConfigError> {
        let name = said(self.theme_name.as_deref());
        let theme = Theme {
            name: name
                .map(DisplayName::parse)
                .transpose()
                .map_err(|error| ConfigError::new("SIGNET_THEME_NAME", error.to_string()))?,
            logo: self.logo()?.map(Digest::of),
            accent: value("SIGNET_THEME_ACCENT", self.theme_accent.as_deref())?,
            accent_dark: value("SIGNET_THEME_ACCENT_DARK", self.theme_accent_dark.as_deref())?,
            radius: value("SIGNET_THEME_RADIUS", self.theme_radius.as_deref())?,
        };
        theme.check().map_err(|low| {
            let key = if Some(low.accent) == theme.accent {
                "SIGNET_THEME_ACCENT"
            } else {
                "SIGNET_THEME_ACCENT_DARK"
            };
            ConfigError::new(key, low.to_string())
        })?;
        Ok(theme)
    }

    /// The picture, made anew.
    pub(super) fn logo(&self) -> Result<Option<Vec<u8>>, ConfigError> {
        let path = said(self.theme_logo.as_deref());
        path.map(|path| picture::read(Path::new(path)))
            .transpose()
            .map_err(|error| ConfigError::new("SIGNET_THEME_LOGO", error.to_string()))
    }
}

fn said(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}

fn value<T: FromStr<Err: Display>>(key: &str, text: Option<&str>) -> Result<Option<T>, ConfigError> {
    said(text)
        .map(str::parse)
        .transpose()
        .map_err(|error: T::Err| ConfigError::new(key, error.to_string()))
}
