//! The words of the pages and mails, in Fluent files under `locales/`.
//!
//! Values put into a message are plain text; whoever builds markup of it escapes. See <https://projectfluent.org>.

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use std::sync::{Arc, LazyLock};

const ENGLISH: [&str; 18] = [
    include_str!("../locales/en/account.ftl"),
    include_str!("../locales/en/address.ftl"),
    include_str!("../locales/en/consent.ftl"),
    include_str!("../locales/en/device.ftl"),
    include_str!("../locales/en/errors.ftl"),
    include_str!("../locales/en/fields.ftl"),
    include_str!("../locales/en/frame.ftl"),
    include_str!("../locales/en/mail-code.ftl"),
    include_str!("../locales/en/mails.ftl"),
    include_str!("../locales/en/messages.ftl"),
    include_str!("../locales/en/passkeys.ftl"),
    include_str!("../locales/en/passwords.ftl"),
    include_str!("../locales/en/recovery.ftl"),
    include_str!("../locales/en/second-factor.ftl"),
    include_str!("../locales/en/sign-in.ftl"),
    include_str!("../locales/en/sign-up.ftl"),
    include_str!("../locales/en/terms.ftl"),
    include_str!("../locales/en/time.ftl"),
];
const ENGLISH_TOOLS: &str = include_str!("../locales/en/tools.ftl");

static ENGLISH_BUNDLE: LazyLock<Arc<Bundle>> =
    LazyLock::new(|| Arc::new(bundle("en", ENGLISH.into_iter().chain([ENGLISH_TOOLS]))));

type Bundle = FluentBundle<FluentResource>;

/// Stands in for a value that the caller puts into the message as markup.
const SLOT: &str = "\u{fffc}";

/// The words of one language.
#[derive(Clone)]
pub struct Words {
    language: &'static str,
    bundle: Arc<Bundle>,
}

impl Words {
    /// The words of the best language there is for a BCP 47 tag.
    pub fn for_locale(_tag: Option<&str>) -> Self {
        Self {
            language: "en",
            bundle: Arc::clone(&ENGLISH_BUNDLE),
        }
    }

    /// The language of the words, for `lang`.
    pub fn language(&self) -> &'static str {
        self.language
    }

    /// The message `key`.
    pub fn get(&self, key: &str) -> String {
        self.format(key, None)
    }

    /// The message `key` with values.
    pub fn with(&self, key: &str, values: &[(&'static str, FluentValue<'_>)]) -> String {
        let args: FluentArgs<'_> = values
            .iter()
            .map(|(name, value)| (*name, value.clone()))
            .collect();
        self.format(key, Some(&args))
    }

    /// What stands before and after the value `name` in the message `key`, whose other values are `values`.
    pub fn around(
        &self,
        key: &str,
        name: &'static str,
        values: &[(&'static str, FluentValue<'_>)],
    ) -> (String, String) {
        let mut args: FluentArgs<'_> = values
            .iter()
            .map(|(name, value)| (*name, value.clone()))
            .collect();
        args.set(name, SLOT);
        let text = self.format(key, Some(&args));
        match text.split_once(SLOT) {
            Some((before, after)) => (before.to_owned(), after.to_owned()),
            None => (text, String::new()),
        }
    }

    fn format(&self, key: &str, args: Option<&FluentArgs<'_>>) -> String {
        // A key without a message shows as itself; a test sees to it that there is none.
        let Some(pattern) = self.bundle.get_message(key).and_then(|message| message.value()) else {
            return key.to_owned();
        };
        self.bundle
            .format_pattern(pattern, args, &mut Vec::new())
            .into_owned()
    }
}

fn bundle(language: &str, files: impl Iterator<Item = &'static str>) -> Bundle {
    let mut bundle = FluentBundle::new_concurrent(vec![language.parse().unwrap_or_default()]);
    bundle.set_use_isolating(false);
    for file in files {
        let resource = FluentResource::try_new(file.to_owned()).unwrap_or_else(|(resource, _)| resource);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

#[cfg(test)]
mod tests;
