//! The reader of a page: in which language, and how links keep it.
//!
//! The language is the browser's, unless the reader chose the other one by the switch: then `?lang=` says so in every
//! link, and no cookie is needed.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;

use crate::Language;

/// The parameter that carries a chosen language.
const LANG: &str = "lang";

/// What a page knows of whom it is shown to.
#[derive(Debug, Clone)]
pub struct Reader {
    /// The language of the page.
    pub language: Language,
    /// True when the reader chose it by the switch.
    is_chosen: bool,
    /// The path of the page itself.
    path: String,
    /// Its other parameters, as they came.
    query: String,
}

impl Reader {
    /// The reader of a path, in a language that the browser asked for.
    pub fn new(language: Language, path: &str) -> Self {
        Self { language, is_chosen: false, path: path.to_owned(), query: String::new() }
    }

    /// The address of a page of this server, in the language that was chosen.
    pub fn href(&self, path: &str) -> String {
        if self.is_chosen { with_language(path, self.language) } else { path.to_owned() }
    }

    /// The page's own path, without parameters.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The address of this very page in another language.
    pub fn switched(&self, to: Language) -> String {
        let here = if self.query.is_empty() { self.path.clone() } else { format!("{}?{}", self.path, self.query) };
        with_language(&here, to)
    }
}

fn with_language(path: &str, language: Language) -> String {
    let (page, fragment) = path.split_once('#').map_or((path, None), |(page, fragment)| (page, Some(fragment)));
    let mark = if page.contains('?') { '&' } else { '?' };
    let fragment = fragment.map(|fragment| format!("#{fragment}")).unwrap_or_default();
    format!("{page}{mark}{LANG}={}{fragment}", language.tag())
}

impl<S: Send + Sync> FromRequestParts<S> for Reader {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        let value = |pair: &str| pair.split_once('=').filter(|(name, _)| *name == LANG).map(|(_, tag)| tag.to_owned());
        let chosen = query.split('&').find_map(value).and_then(|tag| Language::of_tag(&tag));
        let rest: Vec<_> = query.split('&').filter(|pair| value(pair).is_none() && !pair.is_empty()).collect();
        let accepted = parts.headers.get(header::ACCEPT_LANGUAGE).and_then(|header| header.to_str().ok());
        Ok(Self {
            language: chosen.or_else(|| Language::accepted(accepted?)).unwrap_or_default(),
            is_chosen: chosen.is_some(),
            // Two slashes at the start would name another host in a link.
            path: format!("/{}", parts.uri.path().trim_start_matches('/')),
            query: rest.join("&"),
        })
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;

    use super::*;

    async fn reader(uri: &str, accepted: &str) -> Reader {
        let request = Request::get(uri).header(header::ACCEPT_LANGUAGE, accepted).body(Body::empty()).unwrap();
        let Ok(reader) = Reader::from_request_parts(&mut request.into_parts().0, &()).await;
        reader
    }

    #[tokio::test]
    async fn the_browser_says_the_language_and_links_stay_plain() {
        let reader = reader("/acme/sign-up?next=%2Fa", "de-CH").await;
        assert_eq!(reader.language, Language::German);
        assert_eq!(reader.href("/acme"), "/acme");
        assert_eq!(reader.switched(Language::English), "/acme/sign-up?next=%2Fa&lang=en");
    }

    #[tokio::test]
    async fn a_chosen_language_wins_and_stays_in_every_link() {
        let reader = reader("/acme/sign-up?lang=de&next=x", "en").await;
        assert_eq!(reader.language, Language::German);
        assert_eq!(reader.href("/acme#rights"), "/acme?lang=de#rights");
        assert_eq!(reader.switched(Language::English), "/acme/sign-up?next=x&lang=en");
    }

    #[tokio::test]
    async fn an_unknown_language_is_none_and_no_link_leads_to_another_host() {
        let reader = reader("//evil.example/x?lang=tlh", "").await;
        assert_eq!(reader.language, Language::English);
        assert_eq!(reader.href("/acme"), "/acme");
        assert_eq!(reader.switched(Language::German), "/evil.example/x?lang=de");
    }
}
