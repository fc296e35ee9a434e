//! The style sheet of a theme: a few custom properties. What it says stands in its name, so that browsers may keep it for
//! good and nothing is looked up; a name that says what no theme may is no style sheet's.

use domain::theme::{Colour, Scheme, Theme};
use std::fmt::Write as _;

/// Stands in a name for what is as it is without a theme.
const UNSAID: &str = "x";

/// Where the style sheet of `theme` is; `None` where it would say nothing.
pub(crate) fn address(theme: &Theme) -> Option<String> {
    if theme.palette().is_none() && theme.radius.is_none() {
        return None;
    }
    Some(format!("/assets/theme-{}.css", said(theme).join("-")))
}

/// The parts of that name: the accent, that of dark pages, the corners.
pub(crate) fn said(theme: &Theme) -> [String; 3] {
    let colour = |colour: Option<Colour>| {
        colour.map_or_else(
            || UNSAID.to_owned(),
            |colour| colour.to_string().trim_start_matches('#').to_owned(),
        )
    };
    let radius = theme
        .radius
        .map_or_else(|| UNSAID.to_owned(), |radius| u8::from(radius).to_string());
    [colour(theme.accent), colour(theme.accent_dark), radius]
}

/// The style sheet of this name.
pub fn stylesheet(name: &str) -> Option<String> {
    let said = name.strip_prefix("theme-")?.strip_suffix(".css")?;
    let mut parts = said.split('-').map(|part| (part != UNSAID).then_some(part));
    let mut colour = || match parts.next()? {
        Some(digits) => format!("#{digits}").parse().ok().map(Some),
        None => Some(None),
    };
    let (accent, accent_dark) = (colour()?, colour()?);
    let radius = match parts.next()? {
        Some(pixels) => Some(pixels.parse().ok()?),
        None => None,
    };
    let theme = Theme {
        accent,
        accent_dark,
        radius,
        ..Theme::default()
    };
    let whole = parts.next().is_none() && theme.check().is_ok();
    // One style sheet has one name.
    (whole && address(&theme)?.ends_with(name)).then(|| written(&theme))
}

fn written(theme: &Theme) -> String {
    let (light, dark) = theme
        .palette()
        .map_or((None, None), |palette| (palette.light, palette.dark));
    let mut css = String::new();
    if let Some(radius) = theme.radius.map(u8::from) {
        let card = u16::from(radius) * 7 / 4;
        // Writing to a text does not fail.
        let _ = write!(css, ":root{{--radius:{radius}px;--radius-card:{card}px}}");
    }
    if let Some(scheme) = light {
        css.push_str(&rule(&scheme));
    }
    if let Some(scheme) = dark {
        let _ = write!(css, "@media (prefers-color-scheme:dark){{{}}}", rule(&scheme));
    }
    css
}

fn rule(scheme: &Scheme) -> String {
    let Scheme {
        accent,
        strong,
        soft,
        on,
    } = scheme;
    format!(":root{{--accent:{accent};--accent-strong:{strong};--accent-soft:{soft};--on-accent:{on}}}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_style_sheet_is_made_of_its_name_alone() {
        let theme = Theme {
            accent: "#7a0019".parse().ok(),
            radius: "4".parse().ok(),
            ..Theme::default()
        };
        let address = address(&theme).unwrap();
        assert_eq!(address, "/assets/theme-7a0019-x-4.css");
        let css = stylesheet(address.rsplit('/').next().unwrap()).unwrap();
        assert!(css.starts_with(":root{--radius:4px;--radius-card:7px}:root{--accent:#7a0019;"));
        assert!(
            css.contains("@media (prefers-color-scheme:dark){:root{--accent:#"),
            "{css}"
        );
        assert_eq!(super::address(&Theme::default()), None);
    }

    #[test]
    fn nothing_else_is_a_style_sheet() {
        for name in [
            "theme-ffcc00-x-x.css",
            "theme-7a0019-x-25.css",
            "theme-7a0019-x-4-x.css",
            "theme-7A0019-x-4.css",
            "theme-7a0019-x-04.css",
            "theme-7a0019-x.css",
            "theme-x-x-x.css",
            "theme-}*{x:y}-x-x.css",
            "theme-x-x-4.js",
            "signet-7a0019-x-4.css",
        ] {
            assert_eq!(stylesheet(name), None, "{name}");
        }
        assert!(stylesheet("theme-x-x-0.css").is_some());
    }
}
