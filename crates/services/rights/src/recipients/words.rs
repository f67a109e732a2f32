//! What a recipient is told, in words and as JSON. No value stands in it but the identifier that it knows.

use serde_json::json;

use super::{Notice, NoticeOf};

impl NoticeOf {
    const fn word(self) -> &'static str {
        match self {
            Self::Rectification => "rectification",
            Self::Erasure => "erasure",
            Self::Restriction => "restriction",
            Self::RestrictionLifted => "restriction_lifted",
        }
    }
}

/// What it is about, in one line.
pub(super) fn title(notice: &Notice<'_>) -> String {
    let what = match notice.of {
        NoticeOf::Rectification => "Rectification of personal data",
        NoticeOf::Erasure => "Erasure of personal data",
        NoticeOf::Restriction => "Restriction of processing",
        NoticeOf::RestrictionLifted => "Restriction of processing lifted",
    };
    format!("{what} (GDPR Art. 19)")
}

/// The letter.
pub(super) fn letter(notice: &Notice<'_>) -> String {
    let controller = &notice.manifest.controller.name;
    let title = |name: &str| {
        let field = notice.manifest.fields.iter().find(|field| field.name == name);
        field.map_or_else(|| name.to_owned(), |field| field.title.clone())
    };
    let asked = match notice.of {
        NoticeOf::Rectification => {
            let fields: Vec<String> = notice.fields.iter().map(|name| title(name)).collect();
            format!(
                "has had data about them put right: {}. Ask us for the right values where you hold copies, and put them right.",
                fields.join(", ")
            )
        }
        NoticeOf::Erasure => {
            "has had data about them erased. Erase what you received from us about them, unless the law has you keep it."
                .to_owned()
        }
        NoticeOf::Restriction => "has had the processing of their data restricted. Keep what you received from us about \
                                  them, and use it for nothing else until we tell you that this has ended."
            .to_owned(),
        NoticeOf::RestrictionLifted => {
            "has had the restriction of which we told you lifted: their data may be processed again as before.".to_owned()
        }
    };
    format!(
        "{recipient},\n\nthe person whom you know by the following {asked}\n\n{field}: {value}\n\nWe tell you because \
         {controller} disclosed data about them to you (GDPR Art. 19). You may get this message more than once; its number \
         is {request}.\n\n{controller}\n",
        recipient = notice.recipient.title,
        field = title(notice.named_by),
        value = notice.value.expose(),
        request = notice.request,
    )
}

/// The body of a notice to a web address.
pub(super) fn body(notice: &Notice<'_>) -> Vec<u8> {
    json!({
        "type": format!("{}.told", notice.of.word()),
        "timestamp": notice.at,
        "data": {
            "organisation": notice.manifest.controller.name,
            "request": notice.request,
            "right": notice.of.word(),
            "person": { "field": notice.named_by, "value": notice.value.expose() },
            "fields": notice.fields,
        },
    })
    .to_string()
    .into_bytes()
}
