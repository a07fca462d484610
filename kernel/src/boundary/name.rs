//! Enums whose variants users read and write as words.

/// An enum whose variants have names in the API.
pub trait Named: Copy + PartialEq + 'static {
    /// Every variant with its name.
    const NAMES: &'static [(Self, &'static str)];

    /// The variant's name.
    fn name(self) -> &'static str {
        Self::NAMES.iter().find(|&&(variant, _)| variant == self).map_or("", |&(_, name)| name)
    }

    /// The variant of that name.
    fn named(text: &str) -> Option<Self> {
        Self::NAMES.iter().find(|&&(_, name)| name == text).map(|&(variant, _)| variant)
    }
}

/// Declares an enum with the names of its variants. It is serialized by name.
macro_rules! named {
    ($(#[doc = $doc:literal])* $name:ident { $($(#[doc = $vdoc:literal])* $variant:ident = $text:literal,)+ }) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[doc = $vdoc])* $variant,)+
        }

        impl $crate::boundary::name::Named for $name {
            const NAMES: &'static [(Self, &'static str)] = &[$((Self::$variant, $text)),+];
        }

        #[cfg(feature = "serde")]
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str($crate::boundary::name::Named::name(*self))
            }
        }
    };
}
pub(crate) use named;
