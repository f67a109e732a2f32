//! The declarations a manifest is made of.
//!
//! Long, and one thing: plain types without behaviour, in the order in which a policy declares them, so that the whole
//! vocabulary can be read in one sitting.

use candor_words::Span;
use serde::Serialize;

use super::{FieldIx, GroupIx, KeepEvent, PurposeIx, RecipientIx};

/// The DPV term of a purpose that lets people in.
pub const AUTHENTICATION: &str = "IdentityAuthentication";

/// An ISO 3166-1 alpha-2 country code, upper case; `Country::WORLD` stands for "anywhere".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Country(pub [u8; 2]);

impl Country {
    /// Anywhere: written `worldwide`.
    pub const WORLD: Self = Self(*b"00");

    /// The two letters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("00")
    }
}

impl Serialize for Country {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}

/// Who the policy speaks for.
#[derive(Debug, Clone, Serialize)]
pub struct Controller {
    /// The organisation's name.
    pub name: String,
    /// Where it is established.
    pub country: Country,
    /// Email addresses, telephone numbers and web pages, in the order written.
    pub contacts: Vec<Contact>,
}

/// One way to reach somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "value")]
pub enum Contact {
    /// An email address.
    Email(String),
    /// A telephone number, as written.
    Telephone(String),
    /// A web page.
    Web(String),
    /// A postal address.
    Post(String),
}

/// A supervisory authority.
#[derive(Debug, Clone, Serialize)]
pub struct Authority {
    /// Its name.
    pub name: String,
    /// The country whose residents it serves.
    pub country: Country,
    /// Where complaints are lodged.
    pub url: Option<String>,
}

/// A law whose rights and clocks Candor knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Law {
    /// Regulation (EU) 2016/679.
    Gdpr,
    /// The UK GDPR.
    UkGdpr,
    /// California Consumer Privacy Act as amended by the CPRA.
    Ccpa,
    /// Digital Personal Data Protection Act 2023 (India).
    Dpdp,
    /// Lei Geral de Proteção de Dados (Brazil).
    Lgpd,
}

/// A kind of record: fields kept together about one subject.
#[derive(Debug, Clone, Serialize)]
pub struct Group {
    /// The name before the dot.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// True when one subject may have many records of this kind.
    pub many: bool,
    /// Its fields, in the order of the text.
    pub fields: Vec<FieldIx>,
}

/// One kind of personal data.
#[derive(Debug, Clone, Serialize)]
pub struct Field {
    /// `group.field`.
    pub name: String,
    /// What people call it; the name in words when the text gives no title.
    pub title: String,
    /// The group it belongs to.
    pub group: GroupIx,
    /// The W3C DPV term (namespace `pd:`), without prefix.
    pub term: String,
    /// What values it takes.
    pub kind: ValueKind,
    /// The most bytes a value may have in UTF-8.
    pub bytes_max: u32,
    /// True when the subject may leave it empty, and empty it later.
    pub optional: bool,
    /// True when a value names exactly one subject of the tenant, and look-ups by it are allowed.
    pub identifies: bool,
    /// True for the special categories of GDPR Art. 9, by term or by declaration.
    pub special: bool,
    /// True when a value may hold information about other people.
    pub about_others: bool,
    /// True when only a password hash is kept; never returned by any read.
    pub hashed: bool,
    /// Set when another holds it: Candor refuses to store a value.
    pub held_by: Option<RecipientIx>,
    /// Where values may come from; `Source::Subject` when the text says nothing.
    pub sources: Vec<Source>,
    /// Set when the vault computes it from another field.
    pub derived: Option<Derivation>,
}

/// The values a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ValueKind {
    /// Any Unicode text.
    Text,
    /// An integer of 64 bits or a decimal number.
    Number,
    /// `true` or `false`.
    Flag,
    /// A calendar date, `2026-11-21`.
    Date,
    /// An RFC 3339 instant.
    Time,
    /// A list of texts.
    List,
}

/// Where a value came from (GDPR Art. 14(2)(f)).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "name")]
pub enum Source {
    /// The person gave it.
    Subject,
    /// Seen while the service was used.
    Observed,
    /// Computed from other fields.
    Derived,
    /// Another user gave it.
    OtherUsers,
    /// The organisation that manages the account gave it.
    Organisation,
    /// A linked sign-in or service, by name (`linked google`).
    Linked(String),
    /// A business partner.
    Partners,
    /// A public source.
    Public,
}

/// A field that follows another.
#[derive(Debug, Clone, Serialize)]
pub struct Derivation {
    /// The field it is computed from.
    pub from: FieldIx,
    /// How.
    pub by: Derive,
}

/// How a derived field follows its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Derive {
    /// The same value.
    Copy,
    /// In lower case.
    Lowercase,
    /// What follows the `@`.
    Domain,
    /// The first letter of each word.
    Initials,
    /// The year of a date.
    Year,
}

/// Why a field is used.
#[derive(Debug, Clone, Serialize)]
pub struct Purpose {
    /// Its name.
    pub name: String,
    /// What people are told it is.
    pub title: String,
    /// The W3C DPV purpose term, without prefix.
    pub term: String,
    /// The legal basis (GDPR Art. 6).
    pub basis: Basis,
    /// The Art. 9(2) condition under which it may use special categories.
    pub special: Option<SpecialBasis>,
    /// The fields it may use inside the controller.
    pub uses: Vec<FieldIx>,
    /// The fields that recipients get for it.
    pub shares: Vec<Share>,
    /// Set when it reads a de-identified view only: no identifiers, groups of at least this many.
    pub de_identified: Option<DeIdentified>,
    /// The channels over which it reaches people.
    pub channels: Vec<Channel>,
    /// Whether people may opt out of its messages.
    pub opt_out: OptOut,
    /// The exact text people are shown, when there is one; for consent, the text consented to.
    pub notice: Option<String>,
    /// True for DPV `Marketing` and what is narrower: direct marketing and advertising (GDPR Art. 21(2)).
    pub is_marketing: bool,
    /// True for advertising and sale: refused under Global Privacy Control.
    pub yields_to_gpc: bool,
    /// True for DPV `SellDataToThirdParties` and what is narrower.
    pub is_sale: bool,
    /// True when a restriction does not stop it: storage, legal claims, protection of another, public interest
    /// (GDPR Art. 18(2)).
    pub survives_restriction: bool,
}

impl Purpose {
    /// True when a restriction stops it, unless its terms let it go on: restricted data is still processed with the subject's
    /// consent (GDPR Art. 18(2)). So is what lets them in: who presents a password wants it compared, and who could not come in
    /// could not lift the restriction.
    pub fn yields_to_restriction(&self) -> bool {
        !self.survives_restriction && !matches!(self.basis, Basis::Consent { .. }) && self.term != AUTHENTICATION
    }
}

/// A legal basis.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "detail")]
pub enum Basis {
    /// Art. 6(1)(a).
    Consent {
        /// Confirmed a second time, over the channel itself.
        double_opt_in: bool,
        /// Explicit, as Art. 9(2)(a) wants it.
        explicit: bool,
        /// How long it holds before it is asked again.
        lasts: Option<Span>,
    },
    /// Art. 6(1)(b): ends when the contract does.
    Contract,
    /// Art. 6(1)(c), naming the law.
    LegalObligation(String),
    /// Art. 6(1)(d).
    VitalInterest,
    /// Art. 6(1)(e), naming the task.
    PublicTask(String),
    /// Art. 6(1)(f), naming the interest.
    LegitimateInterest(String),
}

/// A condition of GDPR Art. 9(2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is the wording of the clause")]
pub enum SpecialBasis {
    ExplicitConsent,
    Employment,
    VitalInterest,
    NotForProfit,
    MadePublic,
    LegalClaims,
    SubstantialPublicInterest,
    HealthCare,
    PublicHealth,
    Research,
}

/// Fields that one recipient gets for a purpose.
#[derive(Debug, Clone, Serialize)]
pub struct Share {
    /// Who gets them.
    pub with: RecipientIx,
    /// Which fields; a field held by the recipient may stand here too.
    pub fields: Vec<FieldIx>,
    /// True when they go only on the subject's own instruction.
    pub on_instruction: bool,
}

/// A view without identifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct DeIdentified {
    /// Groups with fewer people are suppressed.
    pub group_min: u32,
}

/// A way to reach people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Channel {
    Email,
    Sms,
    Telephone,
    Post,
    InApp,
    Push,
}

/// Whether a purpose's messages can be declined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "why")]
pub enum OptOut {
    /// The purpose sends nothing.
    None,
    /// Per channel, at any time.
    Offered,
    /// Part of the service; the text says why.
    Fixed(String),
}

/// Somebody else who receives fields.
#[derive(Debug, Clone, Serialize)]
pub struct Recipient {
    /// Its name.
    pub name: String,
    /// What people are told it is called.
    pub title: String,
    /// Where it processes.
    pub country: Country,
    /// In what role.
    pub role: RecipientRole,
    /// What makes a transfer abroad lawful (GDPR Chapter V).
    pub safeguard: Option<Safeguard>,
    /// Its own privacy policy.
    pub policy_url: Option<String>,
    /// Where it is told of a rectification, an erasure or a restriction (Art. 19); the person has to ask it, when nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub told_at: Option<ToldAt>,
    /// True when fields go to another country (or out of the EEA) than the controller's.
    pub is_transfer: bool,
}

/// Where a recipient is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ToldAt {
    /// At a mail address.
    Mail(String),
    /// At the web address, signed with the key, that this environment variable holds.
    Env(String),
}

/// What a recipient is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RecipientRole {
    /// Processes on the controller's behalf (Art. 28).
    Processor,
    /// Decides for itself.
    Controller,
    /// Decides together with the controller (Art. 26).
    JointController,
    /// Software that an administrator or subject installed.
    App,
    /// Law enforcement, courts, regulators: two persons must approve each disclosure.
    Authority,
    /// Other users of the same service.
    Users,
    /// Anyone.
    Public,
}

/// What makes a transfer lawful.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Safeguard {
    /// An adequacy decision (Art. 45).
    Adequacy,
    /// Standard contractual clauses (Art. 46(2)(c)).
    Scc,
    /// Binding corporate rules (Art. 46(2)(b)).
    Bcr,
    /// Explicit consent (Art. 49(1)(a)).
    Consent,
    /// Necessary for the contract (Art. 49(1)(b)).
    Contract,
    /// Legal claims (Art. 49(1)(e)).
    LegalClaims,
}

/// How long something is kept, and what then happens.
#[derive(Debug, Clone, Serialize)]
pub struct Keep {
    /// What it covers.
    pub fields: Vec<FieldIx>,
    /// Set when the rule stands inside a purpose: it bounds that purpose's use.
    pub purpose: Option<PurposeIx>,
    /// The event that starts the clock.
    pub event: KeepEvent,
    /// How long after the event; `None` means at the event itself.
    pub after: Option<Span>,
    /// What happens at the end.
    pub action: KeepAction,
    /// Within what time it is done.
    pub within: Option<Span>,
    /// For a quarantine: how long the data stays sealed before it is erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sealed_for: Option<Span>,
    /// A time in which the subject may come back and find all as it was.
    pub grace: Option<Span>,
}

/// What happens at the end of a keep rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KeepAction {
    /// The values and their keys are destroyed.
    Erase,
    /// What identifies is removed, the rest stays.
    Anonymise,
    /// Sealed away from every purpose until it can be erased.
    Quarantine,
}

/// A right and its clock.
#[derive(Debug, Clone, Serialize)]
pub struct Right {
    /// Which right.
    pub kind: RightKind,
    /// Under which law.
    pub law: Law,
    /// Answered within.
    pub within: Span,
    /// By how much the clock may be extended, with notice.
    pub extendable: Option<Span>,
    /// True when identity must be proved first.
    pub identity_first: bool,
    /// True when documents have to prove it: being signed in, or reachable by mail, is not enough.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub identity_documents: bool,
}

/// The rights of people over their data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RightKind {
    /// GDPR Art. 15.
    Access,
    /// Art. 16.
    Rectification,
    /// Art. 17.
    Erasure,
    /// Art. 18.
    Restriction,
    /// Art. 20.
    Portability,
    /// Art. 21.
    Objection,
    /// Art. 7(3).
    Withdrawal,
    /// Art. 22.
    AutomatedDecision,
    /// CCPA § 1798.120: opt-out of sale and sharing.
    SaleOptOut,
}

/// Staff who may read for some purposes.
#[derive(Debug, Clone, Serialize)]
pub struct StaffRole {
    /// Its name.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// The purposes it works for.
    pub purposes: Vec<PurposeIx>,
}

/// Automatic collection that an administrator may switch.
#[derive(Debug, Clone, Serialize)]
pub struct Collection {
    /// Its name.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// What it collects.
    pub fields: Vec<FieldIx>,
    /// Whether it is on until switched.
    pub on: bool,
}

/// What is done to a field before it is stored.
#[derive(Debug, Clone, Serialize)]
pub struct Scrub {
    /// The field.
    pub field: FieldIx,
    /// The treatment.
    pub by: Scrubber,
}

/// A treatment of values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Scrubber {
    /// A keyed hash stands for the value.
    Hash,
    /// Only the first characters stay.
    Truncate {
        /// How many.
        characters: u32,
    },
    /// Nothing is stored.
    Drop,
    /// A coarser value: `year`, `month`, `network`, `country`.
    Generalise {
        /// To what.
        to: String,
    },
    /// What looks like an email address, telephone number or IP address is blotted out.
    Identifiers,
    /// What matches is replaced.
    Pattern {
        /// A regular expression without back-references.
        matches: String,
        /// What stands in its place.
        with: String,
    },
}

/// The age rule (GDPR Art. 8 and stricter policies).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct AgeRule {
    /// Younger people are not knowingly served.
    pub at_least: u8,
    /// What happens when somebody proves to be younger.
    pub otherwise: KeepAction,
}

/// How people are told of a class of change.
#[derive(Debug, Clone, Serialize)]
pub struct NoticeRule {
    /// Which changes.
    pub of: NoticeClass,
    /// Over which channels; `InApp` is the banner.
    pub by: Vec<Channel>,
    /// How long before it takes effect.
    pub before: Option<Span>,
}

/// Classes of change to a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeClass {
    /// Any change.
    Any,
    /// A change that widens what is done with data.
    Significant,
    /// The business or its data changes hands.
    Transfer,
}

/// What organisations that manage accounts may do.
#[derive(Debug, Clone, Serialize)]
pub struct Organisations {
    /// They may claim accounts on domains they own, after this notice.
    pub claim_notice: Option<Span>,
    /// Requests of managed subjects go to them.
    pub decide_requests: bool,
    /// The bounds within which they may set retention.
    pub retention: Option<(Span, Span)>,
}
