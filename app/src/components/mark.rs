//! The mark of a provider that people sign in through: that of a well-known one, else the first letter of its name.
//!
//! Marks are those of Simple Icons, in the colour of the text around them, so that they are seen in every theme and with
//! colours of the reader's own.

use domain::federation::Mark;
use leptos::prelude::*;

/// A provider's mark. What it stands for is written beside it.
pub(crate) fn mark(mark: Mark, label: &str, class: &'static str) -> AnyView {
    let drawn = match mark {
        Mark::Google => icondata_si::SiGoogle,
        Mark::GitHub => icondata_si::SiGithub,
        Mark::Plain => return super::tile(label, class),
    };
    view! {
        <span class=class aria-hidden="true">
            <svg class="tile__drawn" viewBox=drawn.view_box fill="currentColor" inner_html=drawn.data></svg>
        </span>
    }
    .into_any()
}
