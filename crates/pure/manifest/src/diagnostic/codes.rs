//! Every finding the language can report. `spec/manifest.md` lists them all; a test keeps it so.

use super::Severity;

/// The name, weight and meaning of a finding.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// Its stable name.
    pub name: &'static str,
    /// Whether it refuses the text.
    pub severity: Severity,
    /// What it means, in a sentence.
    pub meaning: &'static str,
}

macro_rules! codes {
    ($($constant:ident = $name:literal $severity:ident $meaning:literal;)*) => {
        $(#[doc = $meaning] pub static $constant: Code =
            Code { name: $name, severity: Severity::$severity, meaning: $meaning };)*

        /// Every code, in the order of the text's journey: shape, words, names, then what each declaration must hold.
        pub static ALL: &[&Code] = &[$(&$constant),*];
    };
}

codes! {
    // ── shape ─────────────────────────────────────────────────────────────────────────────────
    TEXT_TOO_LONG = "text-too-long" Error "A file is longer than 1 MiB.";
    TOO_MANY_STATEMENTS = "too-many-statements" Error "The policy has more than 10 000 statements.";
    TOO_MANY_FINDINGS = "too-many-findings" Error "More than 500 findings; the rest is not shown.";
    NESTING_TOO_DEEP = "nesting-too-deep" Error "Blocks stand more than three deep.";
    STRING_TOO_LONG = "string-too-long" Error "A quoted text or a word is longer than 4096 bytes.";
    UNCLOSED_STRING = "unclosed-string" Error "A quoted text has no closing quote on its line.";
    UNKNOWN_ESCAPE = "unknown-escape" Error "A backslash stands before something other than `\"`, `\\` or `n`.";
    STRAY_CHARACTER = "stray-character" Error "A character that is not ASCII stands outside quotes and comments.";
    FORBIDDEN_CHARACTER = "forbidden-character" Error "A character that cannot be seen, or that reorders text on the screen.";
    UNCLOSED_BLOCK = "unclosed-block" Error "A `{` has no `}`.";
    UNOPENED_BLOCK = "unopened-block" Error "A `}` has no `{`.";
    BLOCK_WITHOUT_HEAD = "block-without-head" Error "A `{` follows no declaration.";
    BLOCK_MISSING = "block-missing" Error "A declaration that needs a block has none.";
    BLOCK_UNEXPECTED = "block-unexpected" Error "A block follows what takes none.";
    TRAILING_COMMA = "trailing-comma" Error "Nothing follows a comma.";
    DOUBLED_COMMA = "doubled-comma" Error "Nothing stands before a comma.";
    // ── words ─────────────────────────────────────────────────────────────────────────────────
    UNKNOWN_DECLARATION = "unknown-declaration" Error "A statement begins with a word that declares nothing.";
    UNKNOWN_CLAUSE = "unknown-clause" Error "A clause begins with a word its block does not know.";
    UNKNOWN_WORD = "unknown-word" Error "A word is none of those that can stand there.";
    EXPECTED_WORD = "expected-word" Error "Something is missing where the statement goes on or ends.";
    UNEXPECTED_WORD = "unexpected-word" Error "Something is left over at the end of a statement.";
    CLAUSE_REPEATED = "clause-repeated" Error "A clause that can stand once stands twice.";
    NAME_MALFORMED = "name-malformed" Error "A name is not lower-case letters, digits and `_`, beginning with a letter.";
    NAME_TOO_LONG = "name-too-long" Error "A name is longer than 64 bytes.";
    NUMBER_OUT_OF_BOUNDS = "number-out-of-bounds" Error "A number is none, or outside its bounds.";
    SPAN_MALFORMED = "span-malformed" Error "A length of time is not a count and a unit.";
    DATE_MALFORMED = "date-malformed" Error "A date is not a day of the calendar written YYYY-MM-DD.";
    VERSION_MALFORMED = "version-malformed" Error "A version is neither a date nor a dotted number.";
    LANGUAGE_MALFORMED = "language-malformed" Error "A language is not a BCP 47 tag such as `en` or `pt-BR`.";
    EMAIL_MALFORMED = "email-malformed" Error "An email address has no `@` between a name and a domain.";
    URL_MALFORMED = "url-malformed" Error "A web address does not begin with `https://` or `http://` and a host.";
    COUNTRY_UNKNOWN = "country-unknown" Error "A country is no ISO 3166-1 alpha-2 code.";
    DATA_TERM_UNKNOWN = "data-term-unknown" Error "A kind of personal data is no DPV 2.3 term.";
    PURPOSE_TERM_UNKNOWN = "purpose-term-unknown" Error "The class of a purpose is no DPV 2.3 term.";
    // ── names ─────────────────────────────────────────────────────────────────────────────────
    NAME_DECLARED_TWICE = "name-declared-twice" Error "Two declarations of a kind have the same name.";
    FIELD_UNDECLARED = "field-undeclared" Error "A field is named that no group declares.";
    GROUP_UNDECLARED = "group-undeclared" Error "A group is named that is not declared.";
    PURPOSE_UNDECLARED = "purpose-undeclared" Error "A purpose is named that is not declared.";
    RECIPIENT_UNDECLARED = "recipient-undeclared" Error "A recipient is named that is not declared.";
    PLACE_UNDECLARED = "place-undeclared" Error "A place is named that its system does not declare.";
    NAMED_TWICE = "named-twice" Warning "The same thing is named twice in one clause.";
    TOO_MANY = "too-many" Error "More declarations of a kind than a policy may have.";
    // ── policy ────────────────────────────────────────────────────────────────────────────────
    POLICY_MISSING = "policy-missing" Error "No `policy` is declared.";
    CONTROLLER_MISSING = "controller-missing" Error "No `controller` is declared (GDPR Art. 13(1)(a)).";
    CONTACT_MISSING = "contact-missing" Error "The controller cannot be reached (GDPR Art. 13(1)(a)).";
    LAW_MISSING = "law-missing" Error "No law is named, so that no rights and clocks apply.";
    DECLARED_TWICE = "declared-twice" Error "What a policy has once is declared twice.";
    EFFECTIVE_BEFORE_VERSION = "effective-before-version" Error "The policy comes into force before its version's date.";
    // ── data ──────────────────────────────────────────────────────────────────────────────────
    GROUP_EMPTY = "group-empty" Error "A data group declares no field.";
    FIELD_WITHOUT_PURPOSE = "field-without-purpose" Error "A field is collected for no purpose (GDPR Art. 5(1)(b)).";
    FIELD_WITHOUT_KEEP = "field-without-keep" Error "A field is kept without end (GDPR Art. 5(1)(e)).";
    HELD_FIELD_STORED = "held-field-stored" Error "A field that another holds has a clause for values that Candor stores.";
    HELD_FIELD_USED = "held-field-used" Error "A purpose uses a field that another holds.";
    HELD_FIELD_NOT_SHARED = "held-field-not-shared" Error "No purpose lets the holder of a field have it.";
    HASHED_FIELD_SHARED = "hashed-field-shared" Error "A field kept as a hash is shared.";
    HASHED_FIELD_NAMES = "hashed-field-names" Error "A field kept as a hash cannot identify, or be derived from.";
    DERIVATION_CYCLE = "derivation-cycle" Error "A field is derived from itself.";
    DERIVATION_FROM_MANY = "derivation-from-many" Error "A field is derived from a group of which a subject has many records.";
    DERIVATION_UNFIT = "derivation-unfit" Error "A derivation does not fit the values it is made from.";
    // ── purposes ──────────────────────────────────────────────────────────────────────────────
    PURPOSE_WITHOUT_BASIS = "purpose-without-basis" Error "A purpose has no legal basis (GDPR Art. 6(1)).";
    TWO_BASES = "two-bases" Error "A purpose has two legal bases.";
    PURPOSE_WITHOUT_FIELD = "purpose-without-field" Error "A purpose uses and shares nothing.";
    SPECIAL_WITHOUT_BASIS = "special-without-basis" Error "A special category is used without a condition of GDPR Art. 9(2).";
    SPECIAL_CONSENT_NOT_EXPLICIT = "special-consent-not-explicit" Error "Art. 9(2)(a) wants consent that is explicit.";
    SPECIAL_BASIS_UNUSED = "special-basis-unused" Warning "A condition of Art. 9(2) is given but no special category is used.";
    SALE_NOT_DECLARED = "sale-not-declared" Error "A purpose sells data, but the policy does not say `sells data`.";
    SALE_WITHOUT_PURPOSE = "sale-without-purpose" Warning "The policy says `sells data`, but no purpose does.";
    IDENTIFIER_IN_DE_IDENTIFIED = "identifier-in-de-identified" Error "A de-identified purpose uses a field that identifies.";
    DE_IDENTIFIED_SHARE = "de-identified-share" Error "A de-identified purpose shares single values.";
    OPT_OUT_NOT_STATED = "opt-out-not-stated" Error "A purpose reaches people but does not say whether they can opt out.";
    MARKETING_WITHOUT_OPT_OUT = "marketing-without-opt-out" Error "Marketing without opt-out (GDPR Art. 21(2)).";
    MARKETING_BASIS = "marketing-basis" Error "Marketing on a basis other than consent or legitimate interest.";
    CONSENT_WITHOUT_NOTICE = "consent-without-notice" Warning "Consent is asked for without its own text; the title is shown.";
    // ── recipients ────────────────────────────────────────────────────────────────────────────
    TRANSFER_WITHOUT_SAFEGUARD = "transfer-without-safeguard" Error "Fields go abroad without a safeguard (GDPR Art. 44).";
    ADEQUACY_WITHOUT_DECISION = "adequacy-without-decision" Error "Adequacy is claimed for a country without a decision (Art. 45).";
    SAFEGUARD_UNNEEDED = "safeguard-unneeded" Warning "A safeguard is named where nothing is transferred.";
    RECIPIENT_UNUSED = "recipient-unused" Warning "No purpose shares with a recipient.";
    RECIPIENT_KNOWS_NOBODY = "recipient-knows-nobody" Warning "A recipient is to be told, but no purpose shares an identifier with it.";
    // ── keep ──────────────────────────────────────────────────────────────────────────────────
    KEEP_WITHOUT_ACTION = "keep-without-action" Error "A keep rule does not say what happens at its end.";
    KEEP_EVENT_NEVER = "keep-event-never" Error "A keep rule waits for an event that never happens.";
    KEEP_REPEATED = "keep-repeated" Error "Two keep rules for the same thing start from the same event.";
    // ── rights ────────────────────────────────────────────────────────────────────────────────
    LAW_UNKNOWN = "law-unknown" Error "A law that Candor does not know.";
    LAW_NOT_NAMED = "law-not-named" Error "Rights under a law that the policy does not name.";
    LAW_WITHOUT_RIGHTS = "law-without-rights" Warning "A law is named, but no rights under it.";
    RIGHT_REPEATED = "right-repeated" Error "A right stands twice under one law.";
    RIGHT_LEFT_OUT = "right-left-out" Warning "A right that the law and a basis give is left out.";
    RIGHT_WITHOUT_BASIS = "right-without-basis" Error "A right that no purpose's basis gives.";
    RIGHT_NOT_IN_LAW = "right-not-in-law" Warning "A right that the law does not give.";
    DEADLINE_PAST_LAW = "deadline-past-law" Error "A deadline longer than the law's.";
    EXTENSION_PAST_LAW = "extension-past-law" Error "An extension longer than the law's, or where it allows none.";
    // ── collection, scrubbing, age, organisations ─────────────────────────────────────────────
    COLLECTION_WITHOUT_FIELD = "collection-without-field" Error "A collection covers nothing.";
    COLLECTION_OF_CONTRACT = "collection-of-contract" Warning "A collection that can be switched off covers what a contract needs.";
    SCRUB_ON_IDENTIFIER = "scrub-on-identifier" Error "A field that identifies is scrubbed.";
    SCRUB_UNFIT = "scrub-unfit" Error "A scrub does not fit the field: its kind, or that Candor does not store it as written.";
    PATTERN_MALFORMED = "pattern-malformed" Error "A pattern is no regular expression, or one with back-references or look-around.";
    AGE_OUT_OF_BOUNDS = "age-out-of-bounds" Error "An age is not between 1 and 21.";
    RETENTION_REVERSED = "retention-reversed" Error "The bounds of retention stand the wrong way round.";
    // ── systems ───────────────────────────────────────────────────────────────────────────────
    ENV_MALFORMED = "env-malformed" Error "An environment variable is not upper-case letters, digits and `_`.";
    SECRET_UNFIT = "secret-unfit" Error "A secret holds the address of a system that is no web service, or has no name.";
    CONNECTION_STRING = "connection-string" Error "A connection string stands in the policy, where everyone can read it.";
    OWNER_MISSING = "owner-missing" Error "Nobody owns the rows of a place.";
    OWNER_AMBIGUOUS = "owner-ambiguous" Error "Two owners for the rows of a place.";
    OWNER_CYCLE = "owner-cycle" Error "Places own each other, and no subject owns them.";
    OWNER_NOT_IDENTIFIER = "owner-not-identifier" Error "Rows are matched to subjects by a field that does not identify.";
    ERASURE_NOT_STATED = "erasure-not-stated" Error "A place does not say what erasure does to its rows.";
    MARK_UNFIT = "mark-unfit" Error "A mark is set in a column of the key, or for a no that nobody can say.";
    CLOCK_UNFIT = "clock-unfit" Error "A column says when something happened where nobody asks it, or the vault knows better.";
    CALL_UNFIT = "call-unfit" Error "A call is declared for a system that is no web service.";
    CALL_MALFORMED = "call-malformed" Error "A call's path, places for values or body are malformed.";
    CALL_NAMES_NO_ROW = "call-names-no-row" Error "A call does not say which row it means, or asks for a value that nobody knows.";
    CALL_MISSING = "call-missing" Error "No call does in a place of a web service what its other clauses ask.";
    IDENTITY_UNFIT = "identity-unfit" Error "A place of an organisation asked over OpenDSR says more than by what it knows people.";
    ERASURE_IMPOSSIBLE = "erasure-impossible" Error "A system of this kind cannot do what erasure asks of it.";
}
