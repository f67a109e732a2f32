//! Short lists to make people from. No combination is meant to be anybody.

/// First names from many places.
pub const FIRST: [&str; 64] = [
    "Ada", "Amara", "Anita", "Anselm", "Aoife", "Arjun", "Asha", "Benedikt", "Bilal", "Bruna", "Carmen", "Chidi",
    "Chloé", "Dalia", "Deniz", "Diego", "Edda", "Elif", "Emeka", "Esther", "Farid", "Fatou", "Femke", "Goran", "Hana",
    "Henrik", "Ines", "Ioana", "Ismail", "Jana", "Jonas", "Kavita", "Kofi", "Lars", "Leila", "Lin", "Luca", "Maja",
    "Malik", "Marisol", "Mateo", "Mei", "Milan", "Nadia", "Naveen", "Nina", "Noor", "Olena", "Omar", "Paloma", "Petra",
    "Quentin", "Rania", "Rosa", "Samir", "Sanna", "Tariq", "Thandi", "Tomasz", "Uma", "Viktor", "Wei", "Yara", "Zora",
];

/// Family names, made up or widely shared.
pub const LAST: [&str; 48] = [
    "Abara",
    "Adler",
    "Almeida",
    "Amsel",
    "Bakker",
    "Banerjee",
    "Birch",
    "Castell",
    "Chowdhury",
    "Dahl",
    "Demir",
    "Dufour",
    "Eklund",
    "Esposito",
    "Falk",
    "Ferreira",
    "Gupta",
    "Haddad",
    "Hartmann",
    "Ibarra",
    "Iyer",
    "Jansen",
    "Kamara",
    "Kaur",
    "Kim",
    "Kowalski",
    "Lange",
    "Laurent",
    "Lindqvist",
    "Marin",
    "Mbeki",
    "Menon",
    "Moreau",
    "Nakata",
    "Novak",
    "Okafor",
    "Osei",
    "Petrov",
    "Quist",
    "Rao",
    "Reyes",
    "Sandoval",
    "Sharma",
    "Soto",
    "Tanaka",
    "Varga",
    "Winter",
    "Zhao",
];

/// Organisations; each owns `<name>.example`.
pub const COMPANIES: [&str; 32] = [
    "Alder Works",
    "Amber Freight",
    "Arc Studio",
    "Basin Energy",
    "Bluebell Books",
    "Brookline Dental",
    "Cedar Labs",
    "Civic Transit",
    "Coral Software",
    "Delta Foods",
    "Elm Hospital",
    "Fjord Shipping",
    "Granite Bank",
    "Harbour Arts",
    "Indigo Textiles",
    "Juniper School",
    "Kestrel Air",
    "Lagoon Hotels",
    "Maple Press",
    "Nimbus Hosting",
    "Oak Legal",
    "Pine Robotics",
    "Quarry Glass",
    "River Museum",
    "Saffron Kitchen",
    "Tundra Outdoor",
    "Umber Paint",
    "Violet Music",
    "Willow Care",
    "Yarrow Farm",
    "Zephyr Cycles",
    "Zinc Mining",
];

/// Job titles.
pub const JOBS: [&str; 16] = [
    "accountant",
    "administrator",
    "analyst",
    "architect",
    "buyer",
    "designer",
    "developer",
    "editor",
    "engineer",
    "head of support",
    "lecturer",
    "lawyer",
    "nurse",
    "operator",
    "product manager",
    "team lead",
];

/// Cities with their country.
pub const PLACES: [&str; 16] = [
    "Accra, GH",
    "Bogotá, CO",
    "Brno, CZ",
    "Cork, IE",
    "Dakar, SN",
    "Ghent, BE",
    "Kyiv, UA",
    "Lisbon, PT",
    "Lyon, FR",
    "Nairobi, KE",
    "Oslo, NO",
    "Porto Alegre, BR",
    "Pune, IN",
    "Sendai, JP",
    "Turin, IT",
    "Utrecht, NL",
];

/// What people write.
pub const SENTENCES: [&str; 12] = [
    "The export stops at the second page.",
    "How do I add a colleague to our plan?",
    "Sign-in works again, thank you.",
    "Please send the invoice to our accounts team.",
    "The dashboard is slow since the last update.",
    "Could you move our renewal to the end of the month?",
    "The second factor was lost with the old phone.",
    "We would like to see an audit of last week.",
    "Search does not find names with accents.",
    "The plugin and our theme disagree about the login page.",
    "Is there a way to change the language for everybody?",
    "Everything is fine, I only wanted to say so.",
];

/// Things that are used.
pub const FEATURES: [&str; 8] =
    ["search", "export", "dashboard", "bulk edit", "reports", "single sign-on", "reminders", "import"];

/// Plans that are bought.
pub const PLANS: [&str; 4] = ["free", "standard", "business", "enterprise"];

/// Browsers.
pub const BROWSERS: [&str; 4] = ["Firefox 145", "Chromium 142", "Safari 26", "Edge 142"];

/// Systems.
pub const SYSTEMS: [&str; 5] = ["Debian 12", "Windows 11", "macOS 26", "Android 16", "iOS 26"];

/// Languages.
pub const LANGUAGES: [&str; 8] = ["en", "de", "fr", "es", "hi", "pt", "uk", "nl"];
