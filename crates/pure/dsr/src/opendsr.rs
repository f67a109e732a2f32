//! OpenDSR 2.0: a controller tells its processors what a person asks for (specification of 2020-06).
//!
//! The specification leaves open what exactly is signed, and its own examples leave out members that it requires. What is
//! read here is lenient where those two disagree, and strict where somebody could be harmed: the signature is over the raw
//! bytes of the body, and is checked before anything of them is parsed; a certificate that nobody vouches for is refused.

mod answer;
mod callback;
mod request;
mod signature;
mod words;

pub use answer::{Cancelled, Discovery, ErrorAnswer, Received, SupportedIdentity};
pub use callback::{Callback, RequestStatus, SaidStatus, read_discovery, read_received};
pub use request::{IDENTITIES_MAX, Identity, NewRequest, REQUEST_BYTES_MAX, RequestError, request_number};
pub use signature::{ProcessorCertificate, ProcessorKey, SIGNATURE_HEADER, SignatureError, domain_header};
pub use words::{IdentityFormat, IdentityType, Regulation, RequestType, Status};
