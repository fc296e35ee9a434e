//! Which browser on which system a `User-Agent` names (RFC 9110 §10.1.5), for people to recognise their devices.

use crate::words::Words;

// Order matters: a browser's agent names those it descends from, so descendants come first.
const BROWSERS: [(&str, &str); 9] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
];
const SYSTEMS: [(&str, &str); 7] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
];

/// The browser in words.
pub(crate) fn describe(user_agent: Option<&str>, w: &Words) -> String {
    known(user_agent, w).unwrap_or_else(|| w.get("device-unknown"))
}

/// The device in words, if it names one that is known: a name is never taken from the agent itself.
pub(crate) fn known(user_agent: Option<&str>, w: &Words) -> Option<String> {
    let named = |names: &[(&'static str, &'static str)]| {
        let agent = user_agent?;
        names
            .iter()
            .find(|(token, _)| agent.contains(token))
            .map(|(_, name)| *name)
    };
    match (named(&BROWSERS), named(&SYSTEMS)) {
        (Some(browser), Some(system)) => Some(w.with(
            "device-on",
            &[("browser", browser.into()), ("system", system.into())],
        )),
        (Some(one), None) | (None, Some(one)) => Some(one.to_owned()),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_not_taken_for_those_it_descends_from() {
        let w = Words::for_locale(None);
        let edge = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36 Edg/130.0";
        let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile/15E148 Safari/604.1";
        assert_eq!(describe(Some(edge), &w), "Edge on Windows");
        assert_eq!(describe(Some(phone), &w), "Safari on iPhone");
        assert_eq!(describe(Some("<script>"), &w), "An unknown browser");
        assert_eq!(known(Some("Your bank asks you to press Allow"), &w), None);
    }
}
