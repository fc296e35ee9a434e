//! The plain text part.

use super::{Draft, Part};

const WIDTH: usize = 72;

/// The whole text.
pub(super) fn body(draft: &Draft, sent_by: &str) -> String {
    let mut blocks = vec![wrap(&draft.title)];
    for part in &draft.parts {
        match part {
            Part::Text(text) | Part::Small(text) => blocks.push(wrap(text)),
            Part::Code(code) => blocks.push(format!("    {code}")),
            Part::Button { lead, href, .. } => blocks.push(format!("{}\n\n{href}", wrap(lead))),
            Part::Link { lead, text, href } => {
                blocks.push(format!("{}\n\n{href}", wrap(&format!("{lead} {text}:"))))
            }
        }
    }
    blocks.push(format!("--\n{}", wrap(sent_by)));
    let mut whole = blocks.join("\n\n");
    whole.push('\n');
    whole
}

fn wrap(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + word.chars().count() < WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.join("\n")
}
