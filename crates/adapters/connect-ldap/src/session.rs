//! Somebody signed in on a line: searches page by page, and changes. Every request has an end.

use std::future::Future;
use std::time::Duration;

use candor_connect::ConnectError;
use candor_ldap_wire::{Endpoint, Line, WireError, open};
use ldap3::asn1::{StructureTag, parse_tag};
use ldap3::controls::RawControl;
use ldap3::{DerefAliases, Ldap, LdapError, Mod, Scope, SearchOptions};

use crate::address::Address;
use crate::entry::Entry;
use crate::outcome::{INSUFFICIENT_ACCESS, NO_SUCH_OBJECT, SUCCESS, Trouble};

/// How long a request may take.
pub(crate) const REQUEST_SECONDS: u64 = 60;
/// Entries of a page (RFC 2696).
const PAGE_ENTRIES: i32 = 250;
const CERTIFICATES_BYTES_MAX: u64 = 262_144;
const PAGED: &str = "1.2.840.113556.1.4.319";
const SHOW_DELETED: &str = "1.2.840.113556.1.4.417";

/// Somebody signed in.
pub(crate) struct Session {
    line: Line,
}

/// What is looked for.
#[derive(Clone)]
pub(crate) struct Query {
    /// Where.
    pub(crate) base: String,
    /// How deep.
    pub(crate) scope: Scope,
    /// Which entries (RFC 4515).
    pub(crate) filter: String,
    /// Which attributes of them.
    pub(crate) attributes: Vec<String>,
    /// Their names alone, without values.
    pub(crate) names_only: bool,
    /// What was deleted and is kept for a while (Active Directory).
    pub(crate) deleted: bool,
}

impl Query {
    /// Entries below one.
    pub(crate) fn below(base: &str, filter: impl Into<String>, attributes: &[&str]) -> Self {
        let attributes = attributes.iter().map(|name| (*name).to_owned()).collect();
        let (base, filter) = (base.to_owned(), filter.into());
        Self { base, scope: Scope::Subtree, filter, attributes, names_only: false, deleted: false }
    }

    /// The entry of a name.
    pub(crate) fn of(name: &str, attributes: &[&str]) -> Self {
        Self { scope: Scope::Base, ..Self::below(name, "(objectClass=*)", attributes) }
    }
}

/// The pages of a query, one after the other.
pub(crate) struct Pages {
    query: Query,
    cookie: Option<Vec<u8>>,
}

impl Pages {
    /// From the first page.
    pub(crate) const fn of(query: Query) -> Self {
        Self { query, cookie: Some(Vec::new()) }
    }

    /// The next page; nothing after the last.
    pub(crate) async fn next(&mut self, session: &Session) -> Result<Option<Vec<Entry>>, Trouble> {
        let Some(cookie) = self.cookie.take() else { return Ok(None) };
        let (entries, cookie) = session.page(self.query.clone(), cookie).await?;
        self.cookie = cookie;
        Ok(Some(entries))
    }
}

impl Session {
    /// Signs in at an address.
    pub(crate) async fn open(address: &Address, env: &str) -> Result<Self, ConnectError> {
        let malformed = |why| ConnectError::AddressMalformed { env: env.to_owned(), why };
        let trusted = match &address.ca {
            Some(file) => Some(certificates(file).await.map_err(malformed)?),
            None => None,
        };
        let endpoint = Endpoint { address: &address.url, start_tls: address.start_tls, trusted: trusted.as_deref() };
        let line = open(endpoint).await.map_err(|error| match error {
            WireError::AddressMalformed => malformed("its host or port is malformed"),
            WireError::CertificatesMalformed => malformed("its `ca` holds no certificates in PEM"),
            WireError::Insecure => ConnectError::Insecure,
            WireError::Unreachable => ConnectError::Unreachable { why: "no line came about".to_owned() },
        })?;
        let session = Self { line };
        let (name, password) = (address.name.clone(), address.password.expose().clone());
        let bound = session.ask(|mut ldap| async move { Ok(ldap.simple_bind(&name, &password).await?.rc) }).await;
        match bound {
            Ok(SUCCESS) => Ok(session),
            Ok(code) => Err(Trouble::Code(code).about("signing in")),
            Err(error) => Err(error),
        }
    }

    /// Asks in a task of its own: the library panics over answers that are none, and that is the directory's fault.
    async fn ask<T, A>(&self, request: impl FnOnce(Ldap) -> A + Send) -> Result<T, ConnectError>
    where
        T: Send + 'static,
        A: Future<Output = Result<T, LdapError>> + Send + 'static,
    {
        let task = tokio::spawn(request(self.line.ldap.clone()));
        let stop = task.abort_handle();
        match tokio::time::timeout(Duration::from_secs(REQUEST_SECONDS), task).await {
            Ok(Ok(Ok(answer))) => Ok(answer),
            Ok(Ok(Err(LdapError::FilterParsing))) => {
                Err(ConnectError::Failed { why: "a filter has no form".to_owned() })
            }
            Ok(Ok(Err(_))) => Err(ConnectError::Unreachable { why: "the line broke".to_owned() }),
            Ok(Err(_)) => Err(ConnectError::Failed { why: "the directory's answer is none".to_owned() }),
            Err(_) => {
                stop.abort();
                Err(ConnectError::TimedOut { seconds: REQUEST_SECONDS })
            }
        }
    }

    async fn page(&self, query: Query, cookie: Vec<u8>) -> Result<(Vec<Entry>, Option<Vec<u8>>), Trouble> {
        let asked = self.ask(|mut ldap| async move {
            let options = SearchOptions::new()
                .deref(DerefAliases::Never)
                .timelimit(i32::try_from(REQUEST_SECONDS).unwrap_or_default())
                .typesonly(query.names_only);
            let paged = ldap3::controls::PagedResults { size: PAGE_ENTRIES, cookie };
            let mut controls: Vec<RawControl> = vec![paged.into()];
            if query.deleted {
                controls.push(RawControl { ctype: SHOW_DELETED.to_owned(), crit: true, val: None });
            }
            ldap.with_controls(controls).with_search_options(options);
            let answer = ldap.search(&query.base, query.scope, &query.filter, &query.attributes).await?;
            let sent = answer.0.into_iter().filter(|entry| !entry.is_ref() && !entry.is_intermediate());
            let entries: Option<Vec<Entry>> = sent.map(Entry::read).collect();
            let cookie = answer.1.ctrls.into_iter().find(|control| control.1.ctype == PAGED);
            Ok((answer.1.rc, entries, cookie.and_then(|control| control.1.val).and_then(|value| cookie_of(&value))))
        });
        let (code, entries, cookie) = asked.await?;
        if code != SUCCESS {
            return Err(Trouble::Code(code));
        }
        let broken = || ConnectError::Failed { why: "an entry of the directory is none".to_owned() };
        Ok((entries.ok_or_else(broken)?, cookie.filter(|cookie| !cookie.is_empty())))
    }

    /// The first page of a query.
    pub(crate) async fn first(&self, query: Query) -> Result<Vec<Entry>, Trouble> {
        Ok(self.page(query, Vec::new()).await?.0)
    }

    /// The entry of a name, if there is one that may be seen.
    pub(crate) async fn entry(&self, query: Query) -> Result<Option<Entry>, Trouble> {
        match self.first(query).await {
            Ok(entries) => Ok(entries.into_iter().next()),
            Err(trouble) if trouble.is(NO_SUCH_OBJECT) => Ok(None),
            Err(trouble) => Err(trouble),
        }
    }

    /// Changes an entry: all of it or nothing.
    pub(crate) async fn modify(&self, dn: &str, changes: Vec<Mod<Vec<u8>>>) -> Result<(), Trouble> {
        let dn = dn.to_owned();
        said(self.ask(|mut ldap| async move { Ok(ldap.modify(&dn, changes).await?.rc) }).await?)
    }

    /// Gives an entry another name beside its siblings.
    pub(crate) async fn rename(&self, dn: &str, own: &str, keeps_old: bool) -> Result<(), Trouble> {
        let (dn, own) = (dn.to_owned(), own.to_owned());
        said(self.ask(|mut ldap| async move { Ok(ldap.modifydn(&dn, &own, !keeps_old, None).await?.rc) }).await?)
    }

    /// Takes an entry away that has none below.
    pub(crate) async fn delete(&self, dn: &str) -> Result<(), Trouble> {
        let dn = dn.to_owned();
        said(self.ask(|mut ldap| async move { Ok(ldap.delete(&dn).await?.rc) }).await?)
    }

    /// Whether an attribute of an entry that is seen may be compared at all.
    pub(crate) async fn may_compare(&self, dn: &str, attribute: &str) -> Result<bool, ConnectError> {
        let (dn, attribute) = (dn.to_owned(), attribute.to_owned());
        let code = self.ask(|mut ldap| async move { Ok(ldap.compare(&dn, &attribute, "x").await?.0.rc) }).await?;
        Ok(!matches!(code, INSUFFICIENT_ACCESS | NO_SUCH_OBJECT))
    }
}

fn said(code: u32) -> Result<(), Trouble> {
    if code == SUCCESS { Ok(()) } else { Err(Trouble::Code(code)) }
}

/// Where the next page begins, of `SEQUENCE { size, cookie }`.
fn cookie_of(value: &[u8]) -> Option<Vec<u8>> {
    let (_, tag) = parse_tag(value).ok()?;
    tag.expect_constructed()?.into_iter().nth(1).and_then(StructureTag::expect_primitive)
}

async fn certificates(file: &std::path::Path) -> Result<Vec<u8>, &'static str> {
    let unread = "its `ca` is no file that can be read";
    let known = tokio::fs::metadata(file).await.map_err(|_| unread)?;
    if known.len() > CERTIFICATES_BYTES_MAX {
        return Err("its `ca` is larger than 256 KiB");
    }
    tokio::fs::read(file).await.map_err(|_| unread)
}
