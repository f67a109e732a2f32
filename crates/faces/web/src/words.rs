//! Every text of the front door, in both languages side by side.
//!
//! A text is a function of the language. One that lacks a translation, or a translation that forgets what it should
//! name, does not compile (ADR 0021). Parts in braces are arguments; a second form after `|` is the one for numbers
//! other than one, told by the first argument.

pub(crate) mod account;
pub(crate) mod applications;
pub(crate) mod asked;
pub(crate) mod console;
pub(crate) mod decides;
pub(crate) mod dispute;
pub(crate) mod door;
pub(crate) mod factors;
pub(crate) mod kit;
pub(crate) mod policy;
pub(crate) mod sign_up;
pub(crate) mod upstream;

/// Declares texts: `name = "English" / "Deutsch";`, `name(arg: &str) = "… {arg}" / "… {arg}";`,
/// `name(n: u64) = "one" | "{n} of them" / "eins" | "{n} davon";`.
macro_rules! words {
    ($($name:ident $(($($arg:ident: $of:ty),+))? = $en:literal $(| $ens:literal)? / $de:literal $(| $des:literal)?;)*) => {
        $($crate::words::word! { $name [$($(($arg: $of))+)?] ($en $(, $ens)?) ($de $(, $des)?) })*
    };
}

/// One text; the inner functions are there so that the compiler sees which language leaves an argument out.
macro_rules! word {
    ($name:ident [] ($en:literal) ($de:literal)) => {
        pub(crate) const fn $name(language: $crate::Language) -> &'static str {
            match language {
                $crate::Language::English => $en,
                $crate::Language::German => $de,
            }
        }
    };
    ($name:ident [$(($arg:ident: $of:ty))+] ($en:literal) ($de:literal)) => {
        pub(crate) fn $name(language: $crate::Language, $($arg: $of),+) -> String {
            fn english($($arg: $of),+) -> String { format!($en) }
            fn german($($arg: $of),+) -> String { format!($de) }
            match language {
                $crate::Language::English => english($($arg),+),
                $crate::Language::German => german($($arg),+),
            }
        }
    };
    ($name:ident [($n:ident: $number:ty) $(($arg:ident: $of:ty))*] ($en:literal, $ens:literal) ($de:literal, $des:literal)) => {
        pub(crate) fn $name(language: $crate::Language, $n: $number $(, $arg: $of)*) -> String {
            fn english($n: $number $(, $arg: $of)*) -> String { if $n == 1 { format!($en) } else { format!($ens) } }
            fn german($n: $number $(, $arg: $of)*) -> String { if $n == 1 { format!($de) } else { format!($des) } }
            match language {
                $crate::Language::English => english($n $(, $arg)*),
                $crate::Language::German => german($n $(, $arg)*),
            }
        }
    };
}

pub(crate) use {word, words};
