//! `/{tenant}/account/image`: the person's picture, from this server, whoever keeps it.
//!
//! The browser asks nobody else: the page's policy lets images come from here only.

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use candor_identity::{LinkedPicture, ProfileImage, ProfilePicture};
use candor_vault::VaultError;
use maud::{Markup, html};

use super::signed::{Signed, private};
use crate::words::account as words;

/// Shown where the service has no picture: a head and shoulders.
const NOBODY: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 80 80\"><rect width=\"80\" height=\"80\" \
     fill=\"#d5dedc\"/><g fill=\"#5c6f6b\"><circle cx=\"40\" cy=\"31\" r=\"14\"/><path d=\"M12 80c0-18 12-29 28-29s28 11 28 \
     29z\"/></g></svg>";

/// What comes as a picture stays one: nothing in it runs, wherever it is opened.
const GUARDS: [(HeaderName, &str); 3] = [
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox; frame-ancestors 'none'"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::CONTENT_DISPOSITION, "inline; filename=\"picture\""),
];

pub(super) async fn image(signed: Signed) -> Response {
    let picture = signed.at.identity.profile_picture(signed.session.tenant, signed.subject()).await;
    signed.answer(picture.map(|picture| match picture {
        ProfilePicture::Off => private(StatusCode::NOT_FOUND.into_response()),
        ProfilePicture::None => guarded("image/svg+xml", NOBODY.as_bytes().to_vec()),
        ProfilePicture::Image(image) => of(&image),
    }))
}

fn of(image: &ProfileImage) -> Response {
    guarded(image.kind().media_type(), image.bytes().to_vec())
}

fn guarded(media_type: &'static str, bytes: Vec<u8>) -> Response {
    let mut response = ([(header::CONTENT_TYPE, HeaderValue::from_static(media_type))], bytes).into_response();
    for (name, value) in GUARDS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    private(response)
}

/// The picture with what showing it means, when the person lets it be fetched.
pub(super) async fn shown(signed: &Signed) -> Result<Markup, VaultError> {
    let linked = signed.at.identity.linked_picture(signed.session.tenant, signed.subject()).await?;
    Ok(linked.map(|linked| figure(signed, &linked)).unwrap_or_default())
}

fn figure(signed: &Signed, linked: &LinkedPicture) -> Markup {
    let language = signed.language();
    let consent = signed.href(&format!("/consents#purpose-{}", linked.purpose));
    html! {
        figure class="portrait" {
            img src=(signed.href("/image")) width="80" height="80" alt=(words::your_picture(language));
            figcaption {
                (words::picture_kept_by(language, &linked.keeper)) " "
                a href=(consent) { (words::picture_off(language)) }
            }
        }
    }
}
