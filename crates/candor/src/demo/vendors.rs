//! The five vendors, embedded so that the demo works from anywhere.

/// A vendor whose policy is in the program.
#[derive(Debug, Clone, Copy)]
pub struct Vendor {
    /// The tenant's name in addresses.
    pub slug: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// Its policy.
    pub policy: &'static str,
}

macro_rules! vendors {
    ($($slug:literal $title:literal;)*) => {
        /// All five.
        pub const VENDORS: [Vendor; 5] = [$(Vendor {
            slug: $slug,
            title: $title,
            policy: include_str!(concat!("../../../../policies/", $slug, "/policy.candor")),
        }),*];
    };
}

vendors! {
    "asign2" "Asign2 Active Directory Management";
    "miniorange-cloud" "miniOrange cloud apps";
    "assigntask" "@ssignTask";
    "miniorange-plugins" "miniOrange plugins";
    "plugin-vendor" "Plugin Vendor";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_embedded_policy_passes_the_check() {
        for vendor in VENDORS {
            let source = candor_manifest::Source { path: "policy.candor".into(), text: vendor.policy.into() };
            let sources = [source];
            if let Err(findings) = candor_manifest::check(&sources) {
                panic!("{}\n{}", vendor.slug, candor_manifest::render(&findings, &sources, false));
            }
        }
    }
}
