//! The front door: people sign up, sign in, and stay signed in; nothing here knows of pages or protocols.
//!
//! Everything personal lies in the vault and is asked for there, for a purpose of the policy. What the door itself has to
//! remember (sessions, attempts, codes on their way) are [slips](candor_vault::Slip) that the vault seals. Start at
//! [`Identity::open`], then `door.rs` (what of a policy is the front door), then `sign_in.rs`.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod address;
mod alarm;
mod asked;
mod attempt;
mod change_email;
mod csrf;
mod device;
mod dispute_told;
mod door;
mod drawer;
mod factors;
mod identity;
mod letters;
mod limits;
mod local_path;
mod lock;
mod mailing;
mod method;
mod oidc;
mod organisations;
mod password;
mod profile_image;
mod recover;
mod risk;
mod session;
mod sign_in;
mod sign_up;
mod staff;
mod token;
mod upstream;
mod visit;
mod who_asks;

pub use asked::AskedLetter;
pub use attempt::{ATTEMPT_MS, Attempt, AttemptToken, RiskOutcome, Step};
pub use candor_identity_port::{ProfileImage, Shape, UpstreamAnswer};
pub use candor_risk::Explanation as RiskExplanation;
pub use candor_words::Language;
pub use csrf::FormToken;
pub use door::{FrontDoor, is_birth_date, is_password};
pub use drawer::Sort;
pub use factors::{Enrolment, FACTORS_MAX, FactorView, PasskeyQuestion, TotpEnrolment};
pub use identity::{Identity, IdentityParts};
pub use local_path::LocalPath;
pub use lock::LockView;
pub use method::{Method, Methods};
pub use oidc::{
    Begun, Client, ConsentStep, DeviceAsk, DeviceStarted, DeviceStep, IssuedClient, Issuer, LogoutStep, NewClient,
    NewInvitation, OidcError, ProofShown, PurposeAsk, ToAsk, TokenAnswer, place_of,
};
pub use organisations::{
    AddressView, AddressesWaiting, Claim, Confirmed, DOMAINS_MAX, DomainView, GRACE_MS, MemberState, MemberView,
    NewOrganisation, ORGANISATIONS_MAX, OrganisationView, RECHECK_MS,
};
pub use password::PASSWORD_CHARS_MIN;
pub use profile_image::{LinkedPicture, ProfileImageParts, ProfilePicture};
pub use risk::{
    RISK_SEEN_MAX, RiskAsked, RiskMark, RiskPage, RiskSeen, RiskSettings, SIGN_INS_MAX, SignInView, WithoutFactor,
};
pub use session::{Opened, SESSION_IDLE_MS, SESSION_MS, Session, SessionView, SignOutCause};
pub use sign_up::{CONFIRM_MS, SignUp, SignUpOutcome};
pub use staff::{StaffLook, StaffRoles, StaffView, TICKET_BYTES_MAX};
pub use token::{TOKEN_CHARS, Token};
pub use upstream::{
    Agreed, AskedFor, Back, Browser, CompanyView, Gate, LinkView, NewPlace, NewUpstream, PlaceView, ProviderView,
    Switch, UPSTREAMS_MAX, UpstreamParts, UpstreamStep, UpstreamView,
};
pub use visit::Visit;
