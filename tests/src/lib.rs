//! The built executable under test: started over a fresh folder, asked over HTTP, stopped by its id.
//!
//! [`Server::start`] runs `candor serve` with one of the vendors' policies, as a user would. The clock is the
//! machine's; what depends on time passing is tested at the floor where time is an argument.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this crate is only tests")]

mod agent_world;
mod authority;
mod backups;
mod binaries;
mod browser;
mod client;
mod dice;
mod directory;
#[path = "../../crates/adapters/dns/tests/responder/mod.rs"]
mod domains;
mod evidence;
mod front_door;
mod kept;
mod ldif;
mod letters;
mod mail_sink;
mod mirror;
mod office;
mod past;
mod peer;
mod people;
mod picture_service;
mod ports;
mod postgres;
mod routes;
mod samba;
mod server;
mod setup;
mod sites;
mod slapd;
mod sluice;
mod sms_gateway;
mod systems;
mod trace;
mod upstream;
mod visitor;

pub use agent_world::{AgentWorld, DRP_ASK, DRP_EMAIL, drp_names, drp_page_of};
pub use authority::{Authority, Certified};
pub use backups::{Backups, Beside, said};
pub use binaries::{candor, installed, ledger_check};
pub use browser::{Arrived, At, Authenticator, Browser, Culprit, Page, PageOptions, Passkeys, Scheme, Violation};
pub use client::{Client, Reply};
pub use dice::{Dice, setting};
pub use directory::CompanyDirectory;
pub use domains::Responder;
pub use evidence::{after, between, exported, hours_after, of_systems, parts, quoted_after, withheld};
pub use front_door::{FrontDoor, PASSWORD};
pub use kept::{KEPT_POLICY, KeptSystems, in_time, kept_rows};
pub use ldif::{Account, Dump};
pub use letters::{app_secret, digits, letter, letters, link, link_below};
pub use mail_sink::{Mail, MailSink};
pub use mirror::Mirror;
pub use office::{AtDesk, OFFICE_PASSWORD, Office};
pub use past::{Lived, Past, rows_of};
pub use peer::Peer;
pub use people::{Person, text};
pub use picture_service::{PICTURE, PictureService};
pub use ports::free_port;
pub use postgres::PostgresServer;
pub use routes::Route;
pub use samba::{DOMAIN, Samba};
pub use server::Server;
pub use setup::Setup;
pub use sites::{MariaDb, MediaWiki, Planted, SitePerson, WordPress};
pub use slapd::{COMPANY, Slapd};
pub use sluice::Sluice;
pub use sms_gateway::{SmsGateway, Text};
pub use systems::Systems;
pub use trace::Trace;
pub use upstream::UpstreamProvider;
pub use visitor::{Visitor, location};
