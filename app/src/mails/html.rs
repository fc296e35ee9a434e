//! The HTML part. Styles are inline because mail readers drop everything else.

use super::{Draft, Part};
use crate::words::Words;
use std::fmt::Write as _;

const SMALL: &str = "font-size:14px;line-height:20px;color:#4b5a5b;";

/// The whole document.
pub(super) fn body(draft: &Draft, sent_by: &str, words: &Words) -> String {
    let mut parts = String::new();
    for item in &draft.parts {
        part(&mut parts, item, words);
    }
    let (language, direction) = (words.language().as_str(), words.direction());
    let (subject, preview) = (escaped(&draft.subject), escaped(&draft.preview));
    let (title, sent_by) = (escaped(&draft.title), escaped(sent_by));
    format!(
        r#"<!doctype html>
<html lang="{language}" dir="{direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<meta name="supported-color-schemes" content="light">
<title>{subject}</title>
</head>
<body style="margin:0;padding:0;background:#f4f7f7;">
<div style="display:none;max-height:0;overflow:hidden;">{preview}</div>
<div style="max-width:480px;margin:0 auto;padding:24px 16px;font-family:system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif;font-size:16px;line-height:24px;color:#13201f;">
<div style="background:#ffffff;border:1px solid #d3dcdc;border-radius:12px;padding:28px 24px;">
<h1 style="margin:0 0 16px;font-size:22px;line-height:28px;font-weight:600;">{title}</h1>
{parts}</div>
<p style="margin:16px 8px 0;{SMALL}">{sent_by}</p>
</div>
</body>
</html>
"#
    )
}

fn part(out: &mut String, part: &Part, words: &Words) {
    // Writing into a string does not fail.
    let _ = match part {
        Part::Text(text) => writeln!(out, r#"<p style="margin:0 0 16px;">{}</p>"#, escaped(text)),
        Part::Code(code) => writeln!(
            out,
            r#"<p dir="ltr" style="margin:0 0 16px;padding:16px;background:#edf2f2;border-radius:8px;font-family:ui-monospace,Menlo,Consolas,monospace;font-size:32px;line-height:40px;font-weight:600;letter-spacing:4px;text-align:center;">{}</p>"#,
            escaped(code)
        ),
        Part::Button { how, text, href, .. } => how
            .iter()
            .try_for_each(|how| writeln!(out, r#"<p style="margin:0 0 16px;">{}</p>"#, escaped(how)))
            .and_then(|()| button(out, text, href, words)),
        Part::Link { lead, text, href } => writeln!(
            out,
            r#"<p style="margin:0 0 16px;{SMALL}">{} <a href="{}" style="color:#0b5763;">{}</a></p>"#,
            escaped(lead),
            escaped(href),
            escaped(text)
        ),
        Part::Small(text) => writeln!(out, r#"<p style="margin:0;{SMALL}">{}</p>"#, escaped(text)),
    };
}

fn button(out: &mut String, text: &str, href: &str, words: &Words) -> std::fmt::Result {
    let (text, href) = (escaped(text), escaped(href));
    let broken = escaped(&words.get("mail-button-broken"));
    writeln!(
        out,
        r#"<p style="margin:0 0 20px;"><a href="{href}" style="display:inline-block;padding:12px 24px;background:#0b5763;border-radius:8px;color:#ffffff;font-weight:600;text-decoration:none;">{text}</a></p>
<p style="margin:0 0 16px;{SMALL}">{broken}<br><a href="{href}" dir="ltr" style="color:#0b5763;word-break:break-all;">{href}</a></p>"#
    )
}

/// Text that means itself, between tags and in quoted attributes.
fn escaped(text: &str) -> String {
    text.chars()
        .fold(String::with_capacity(text.len()), |mut out, c| {
            match c {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                '"' => out.push_str("&quot;"),
                '\'' => out.push_str("&#39;"),
                c => out.push(c),
            }
            out
        })
}
