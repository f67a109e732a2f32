//! The parts that every page of the front door is put together from: plain functions that return markup.
//!
//! Each part works without a script, says what it says in words as well as in colour, and is shown in the specimen
//! (`cargo run -p candor-web --example specimen`). A page is a [`Frame`] around parts; whatever changes something is a
//! [`form`], which cannot be made without its [`FormToken`].

mod banner;
mod button;
mod card;
mod choice;
mod clock;
mod consent;
mod form;
mod frame;
mod input;
mod list;
mod page;
mod table;
mod timeline;

pub use banner::{Tone, banner};
pub use button::{Weight, button, button_link};
pub use card::{card, card_link};
pub use choice::{BoxGroup, CheckBox, Choice, ChoiceGroup};
pub use clock::{Clock, clock, clock_line};
pub use consent::{ConsentCard, ConsentRecipient};
pub use form::{ERRORS_MAX, FormToken, TOKEN_FIELD, error_summary, form};
pub use frame::{Area, Desk, Frame, Place, Tenant};
pub use input::{Input, InputKind};
pub use list::{badge, basis_badge, pairs, plain_list};
pub use page::{confirm_page, empty, heading, paging};
pub use table::{Column, table};
pub use timeline::{Step, timeline};
