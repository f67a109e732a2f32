//! The vault: every use case over sealed personal data.
//!
//! Faces hold an `Arc<Vault>` and call one method per use case; there is no other way to a value than
//! [`Vault::read`] and its kin, which decide first, spend the permit, log, and only then answer.
//! Start at [`Vault::open`], then [`Vault::authenticate`], then `read.rs`.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod accesses;
mod age;
mod aggregate;
mod attempts;
mod backup;
mod beyond;
mod caller;
mod channel;
mod choice;
mod collections;
mod consent;
mod contract;
mod deactivation;
mod derive;
mod digest;
mod disclosures;
mod draft;
mod entry;
mod epoch;
mod erase;
mod error;
mod export;
mod factor_rule;
mod foresee;
mod gather;
mod hashing;
mod holds;
mod idempotency;
mod ids;
mod import;
mod instructions;
mod jobs;
mod kept;
mod ledger_entries;
mod ledger_files;
mod letter;
mod live;
mod managed;
mod notices;
mod objections;
mod observed;
mod onlooker;
mod open;
mod own_identifier;
mod policies;
mod post;
mod preferences;
mod push;
mod read;
mod receipts;
mod recipients;
mod record_form;
mod records;
mod requests;
mod restore;
mod restriction;
mod retention;
mod rotation;
mod scrub;
mod secrets;
mod settings;
mod sign_ins;
mod slips;
mod staff;
mod standing_form;
mod state;
mod steady;
mod stripes;
mod subjects;
mod sync;
mod tenant;
mod tenant_move;
mod tenants;
mod transient;
mod transparency;
mod value;
mod vault;
mod verify;
mod versions;
mod why;

pub use accesses::{AccessView, UNDECLARED};
pub use age::AgeAct;
pub use aggregate::{
    AGGREGATE_BYTES_MAX, AGGREGATE_FIELDS_MAX, AGGREGATE_GROUPS_MAX, Aggregate, AggregateGroup, ResearchRow,
};
pub use backup::{
    BACKUP_MANIFEST_BYTES_MAX, BACKUP_TENANTS_MAX, BackupManifest, BackupTenant, FileDigest, KEY_FILE_CHUNK_BYTES_MAX,
    KeyFileEnd, KeyFileReader, KeyFileWriter, KeyLine, SubjectKeyLine,
};
pub use beyond::{Beyond, NamedBy, RunChange, RunState};
pub use caller::{Caller, IssuedKey, KeyView, NewKey, Scope};
pub use candor_store::{PAGE_MAX, Page};
pub use channel::{channel_name, channel_of};
pub use choice::{Choice, LINE_BYTES_MAX};
pub use collections::{CollectionView, Switch};
pub use consent::{ConsentAct, ConsentEvent, ConsentVerb, TEXT_BYTES_MAX};
pub use contract::ContractAct;
pub use derive::{Followed, followed};
pub use digest::DigestAsk;
pub use disclosures::{DisclosureState, DisclosureView, LEGAL_REFERENCE_BYTES_MAX};
pub use erase::{Erased, Erasure};
pub use error::{ErrorKind, VaultError};
pub use export::{
    EXPORT_PAGE_ROWS, EXPORTS_TOGETHER_MAX, Export, ExportEnd, ExportHead, ExportKind, ExportPart, ExportedChoice,
    ExportedRecord, FromSystem, HeldRecord, SystemEnd, SystemRow, SystemValue, ValueEnd, WithheldField,
};
pub use foresee::Foreseen;
pub use holds::{HOLDS_MAX, HoldView};
pub use idempotency::{IDEMPOTENCY_KEY_BYTES_MAX, Idempotency, IdempotencyToken};
pub use ids::ONLY_RECORD;
pub use import::{IMPORT_ROWS_MAX, ImportedConsent, ImportedPerson, ImportedRow, RowOutcome};
pub use instructions::InstructAct;
pub use jobs::{JOB_ATTEMPTS_MAX, JobOutcome, Recurring};
pub use letter::{Justification, Letter, LetterAuthority};
pub use managed::Decision;
pub use notices::{Acknowledged, AskAgain, ComingNotice, NoticeDue, OpenNotice, Told, Untold};
pub use objections::{PendingObjection, Resolution};
pub use observed::{Observation, Usable};
pub use onlooker::{Aftermath, Onlooker, StandingTurn};
pub use open::{OpenedRecord, OpenedValue};
pub use own_identifier::is_proved_elsewhere;
pub use policies::{PlanInForce, PolicyView, PutAtStart, digest_of};
pub use post::Post;
pub use preferences::{ChannelPreference, ConsentPreference, OptAct, Preference, Preferences};
pub use push::{CorrectionForm, PUSH, PushForm, PushView, Reach};
pub use read::{ANSWER_RECORDS_MAX, ASKED_FIELDS_MAX, Answer, Ask, RefusedField};
pub use receipts::{RECEIPT_EVENTS_MAX, ReceiptForm};
pub use recipients::{DeclaredShare, RECIPIENT_ENTRIES_MAX, RecipientView, ToldRecipient};
pub use record_form::without_indexes;
pub use records::{NewRecord, RecordView, Rectified};
pub use requests::{
    Alarm, Contested, DISPUTE_WORDS_MAX, DISPUTES_MAX, DisputeEnd, DisputeView, DisputeWords, Disputed, IdentityProof,
    NewDispute, NewRequest, OPEN_REQUESTS_MAX, Proving, RequestView, right_name, right_of,
};
pub use restore::{InDoubt, RestoredKeys, Survivor, TakenOver};
pub use restriction::{ALLOWED_PURPOSES_MAX, Terms};
pub use retention::{
    EVENTS_MAX, HeldBack, KeepRuleView, KeptPerson, LookedAt, OWED_DAYS, Owed, PREVIEW_SUBJECTS_MAX, PROTECTED_MAX,
    RetentionPreview, RetentionRun, RetentionSurvey, RetentionView, RuleOutcome,
};
pub use rotation::{KeyUsage, RotationView};
pub use secrets::{LentSecret, NewSecret, SECRET_PART_BYTES_MAX, SECRET_PARTS_MAX, SECRETS_MAX, SecretAsk, SecretView};
pub use sign_ins::SignInView;
pub use slips::{
    AGENT_MARK_SLIPS, AGENT_REQUEST_SLIPS, AGENT_SLIPS, CLIENT_SLIPS, CONTROLLER_REQUEST_SLIPS, Expect, FACTOR_SLIPS,
    IDENTIFIER_SLIPS, KEEPING_SLIPS, NewSlip, PROVED_SLIPS, PROVING_SLIPS, RUN_BYTES_MAX, RUN_SLIPS, SLIP_BYTES_MAX,
    SLIP_CHANGES_MAX, STAFF_SLIPS, Slip, SlipChange, Told as SlipTold, UPSTREAM_LINK_SLIPS, UPSTREAM_SLIPS,
    client_name, factor_name, request_slip,
};
pub use staff::{Seat, StaffReason};
pub use standing_form::{
    ConsentForm, ConsentState, ContractForm, ObjectionForm, ObjectionOutcome, RestrictionForm, StandingForm,
};
pub use subjects::{CreatedSubject, NEW_RECORDS_MAX, NewContract, NewSubject, SubjectView};
pub use tenant_move::{ImportedTenant, TENANT_LINE_BYTES_MAX, TENANT_MANIFEST_BYTES_MAX, TenantLine, TenantManifest};
pub use tenants::{CreatedTenant, NewTenant, TenantView};
pub use transient::{TRANSIENT_BYTES_MAX, TRANSIENT_MS, TRANSIENT_RECORDS_MAX};
pub use transparency::{DisclosureCount, TransparencyReport};
pub use value::{source_name, source_of};
pub use vault::{Counters, Vault, VaultParts};
pub use verify::{Verified, Verify, Whose, wait_for_step};
pub use why::{Explanation, GrantedField};
