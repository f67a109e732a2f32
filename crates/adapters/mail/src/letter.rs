//! One message as mail (RFC 5322): plain text, one recipient, a `Message-ID` that stays the same.
//!
//! Automatic mail says so (`Auto-Submitted`, RFC 3834), so that absence notes do not answer it.

use candor_notify::{Message, Undelivered};
use lettre::Address;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MessageBuilder, SinglePart};

/// The longest title and sender, in bytes: a header line is no place for more.
const LINE_BYTES_MAX: usize = 300;

/// Writes the mail.
///
/// # Errors
/// [`Undelivered::Never`] when a part that becomes a header is not one line, or the address is none.
pub(crate) fn write(message: &Message, from: &Address) -> Result<lettre::Message, Undelivered> {
    if !is_line(&message.title) || !is_line(&message.sender) || !is_id(&message.id) {
        return Err(Undelivered::Never { code: 0 });
    }
    let to: Address = message.to.expose().parse().map_err(|_| Undelivered::Never { code: 0 })?;
    let mut mail = MessageBuilder::new()
        .message_id(Some(format!("<{}@{}>", message.id, from.domain())))
        .from(Mailbox::new(Some(message.sender.clone()), from.clone()))
        .to(Mailbox::new(None, to))
        .subject(message.title.clone())
        .raw_header(raw("Auto-Submitted", "auto-generated"));
    if let Some(one_click) = &message.opt_out {
        if !is_link(&one_click.0) {
            return Err(Undelivered::Never { code: 0 });
        }
        mail = mail
            .raw_header(raw("List-Unsubscribe", &format!("<{}>", one_click.0)))
            .raw_header(raw("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"));
    }
    let text = SinglePart::builder().header(ContentType::TEXT_PLAIN).body(message.text.clone());
    mail.singlepart(text).map_err(|_| Undelivered::Never { code: 0 })
}

fn raw(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

fn is_line(text: &str) -> bool {
    !text.trim().is_empty() && text.len() <= LINE_BYTES_MAX && !text.chars().any(char::is_control)
}

fn is_id(text: &str) -> bool {
    (1..=200).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'))
}

/// One-click addresses are https (RFC 8058, 3.1).
fn is_link(text: &str) -> bool {
    text.starts_with("https://") && text.len() <= 2000 && text.bytes().all(|b| b.is_ascii_graphic() && b != b'>')
}

#[cfg(test)]
mod tests {
    use candor_notify::OneClick;
    use candor_words::Secret;

    use super::*;

    fn message() -> Message {
        Message {
            id: "notice-1.sub-2".into(),
            to: Secret::new("ada@people.example".into()),
            sender: "Müller & Söhne, GmbH".into(),
            title: "Änderungen".into(),
            text: "Hello,\nthe text.\n".into(),
            opt_out: None,
        }
    }

    fn written(message: &Message) -> String {
        String::from_utf8(write(message, &"privacy@vendor.example".parse().unwrap()).unwrap().formatted()).unwrap()
    }

    #[test]
    fn a_message_keeps_its_id_and_says_that_a_machine_wrote_it() {
        let mail = written(&message());
        for line in [
            "Message-ID: <notice-1.sub-2@vendor.example>",
            "Auto-Submitted: auto-generated",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
            "To: ada@people.example",
        ] {
            assert!(mail.lines().any(|found| found == line), "{line}: {mail}");
        }
        assert!(!mail.contains("List-Unsubscribe"), "{mail}");
    }

    #[test]
    fn a_message_with_an_opt_out_can_be_ended_with_one_click() {
        let mail = written(&Message { opt_out: Some(OneClick("https://a.example/u/1".into())), ..message() });
        assert!(mail.contains("\r\nList-Unsubscribe: <https://a.example/u/1>\r\n"), "{mail}");
        assert!(mail.contains("\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"), "{mail}");
    }

    #[test]
    fn no_part_of_a_message_becomes_a_header_of_its_own() {
        let from = "privacy@vendor.example".parse().unwrap();
        let bad = "x\r\nBcc: eve@evil.example";
        for message in [
            Message { title: bad.into(), ..message() },
            Message { sender: bad.into(), ..message() },
            Message { id: bad.into(), ..message() },
            Message { to: Secret::new(format!("ada@people.example{bad}")), ..message() },
            Message { to: Secret::new("ada@people.example, eve@evil.example".into()), ..message() },
            Message { opt_out: Some(OneClick(format!("https://a.example/{bad}"))), ..message() },
        ] {
            assert_eq!(write(&message, &from).unwrap_err(), Undelivered::Never { code: 0 });
        }
        // What stands in the text stays in the text.
        let mail = written(&Message { text: "\r\n\r\nBcc: eve@evil.example\r\n.\r\nQUIT".into(), ..message() });
        let (head, _) = mail.split_once("\r\n\r\n").unwrap();
        assert!(!head.contains("Bcc"), "{mail}");
    }
}
