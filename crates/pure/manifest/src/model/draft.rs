//! An empty manifest to build upon where no text is at hand: in tests of what consumes one.

use super::{Controller, Manifest};

impl Manifest {
    /// Makes a manifest that declares nothing but its controller. Nothing checks what is pushed into
    /// it; a policy in force always comes from [`crate::check`].
    #[doc(hidden)]
    pub fn draft(controller: Controller) -> Self {
        Self {
            name: String::new(),
            version: String::new(),
            effective: None,
            languages: Vec::new(),
            controller,
            authorities: Vec::new(),
            laws: Vec::new(),
            honours_gpc: false,
            sells_data: false,
            groups: Vec::new(),
            fields: Vec::new(),
            purposes: Vec::new(),
            recipients: Vec::new(),
            keeps: Vec::new(),
            rights: Vec::new(),
            roles: Vec::new(),
            collections: Vec::new(),
            scrubs: Vec::new(),
            age: None,
            notices: Vec::new(),
            organisations: None,
            systems: Vec::new(),
        }
    }
}
