//! Groups of settings, declared.
//!
//! A group is declared once, with `settings!`: its type, the methods that set it in code, how it is read and how it is
//! written all follow from that. So what a file can say and what code can say cannot differ.

/// Declares a group of settings. Before each stands how often it can be there:
///
/// - `opt`, once or not at all: an `Option`;
/// - `req`, once;
/// - `list`, as a list: a `Vec`;
/// - `map`, under names that the user gives: a `BTreeMap`; in parentheses stands the method that adds one;
/// - `names`, the same under the names of loggers.
///
/// Behind `or` stands the setting that a text is in the place of the table, and behind `one of` two of which one must be there.
macro_rules! settings {
    (
        $(#[$meta:meta])*
        pub struct $name:ident, $what:literal $(, or $alone:ident)? $(, one of $first:ident, $second:ident)? {
            $( $(#[$doc:meta])* $often:ident $field:ident $(($setter:ident))?: $type:ty, )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $( $(#[$doc])* pub $field: $crate::config::data::declare::settings!(@type $often $type), )*
        }

        impl $name {
            $( $crate::config::data::declare::settings!(@setter $often $field $(($setter))? $type, $(#[$doc])*); )*
        }

        impl $crate::config::data::setting::Section for $name {
            const KEYS: &'static [&'static str] = &[$( stringify!($field) ),*];

            #[allow(unused_variables, clippy::unnecessary_wraps, reason = "some have no settings, some nothing that must be there")]
            fn read_from(fields: &mut $crate::config::data::setting::Fields<'_, '_>) -> Option<Self> {
                #[cfg(test)]
                fields.saw(stringify!($name), Self::KEYS);
                $( fields.one_of(stringify!($first), stringify!($second)); )?
                $( let $field = $crate::config::data::declare::settings!(@read $often fields, $field); )*
                Some(Self { $( $field: $crate::config::data::declare::settings!(@take $often $field), )* })
            }

            #[allow(unused_variables, reason = "some have no settings")]
            fn write_to(&self, table: &mut $crate::config::data::document::Table) {
                #[allow(unused_imports, reason = "some have no settings")]
                use $crate::config::data::setting::Setting as _;
                $( $crate::config::data::declare::settings!(@write $often self, table, $field); )*
            }
        }

        impl $crate::config::data::setting::Setting for $name {
            fn read(
                node: &$crate::config::data::document::Node,
                reader: &mut $crate::config::data::setting::Reader,
            ) -> Option<Self> {
                $(let node = &reader.alone(node, stringify!($alone));)?
                reader.table(node, $what, <Self as $crate::config::data::setting::Section>::read_from)
            }

            fn write(&self) -> $crate::config::data::document::Item {
                let mut table = $crate::config::data::document::Table::default();
                $crate::config::data::setting::Section::write_to(self, &mut table);
                $crate::config::data::document::Item::Table(table)
            }
        }
    };

    (@type opt $type:ty) => { Option<$type> };
    (@type req $type:ty) => { $type };
    (@type list $type:ty) => { std::vec::Vec<$type> };
    (@type names $type:ty) => { $crate::config::data::declare::settings!(@type map $type) };
    (@type map $type:ty) => { std::collections::BTreeMap<std::string::String, $type> };

    (@setter opt $field:ident $type:ty, $(#[$doc:meta])*) => {
        $(#[$doc])*
        #[must_use]
        pub fn $field(mut self, $field: impl Into<$type>) -> Self {
            self.$field = Some($field.into());
            self
        }
    };
    (@setter req $field:ident $type:ty, $(#[$doc:meta])*) => {
        $(#[$doc])*
        #[must_use]
        pub fn $field(mut self, $field: impl Into<$type>) -> Self {
            self.$field = $field.into();
            self
        }
    };
    (@setter list $field:ident $type:ty, $(#[$doc:meta])*) => {
        $(#[$doc])*
        ///
        /// In place of what was set before.
        #[must_use]
        pub fn $field<T: Into<$type>>(mut self, $field: impl IntoIterator<Item = T>) -> Self {
            self.$field = $field.into_iter().map(Into::into).collect();
            self
        }
    };
    (@setter map $field:ident ($setter:ident) $type:ty, $(#[$doc:meta])*) => {
        $(#[$doc])*
        ///
        /// Adds one, under a name, in place of what has the name.
        #[must_use]
        pub fn $setter(mut self, name: impl Into<std::string::String>, value: impl Into<$type>) -> Self {
            self.$field.insert(name.into(), value.into());
            self
        }
    };

    (@setter names $field:ident ($setter:ident) $type:ty, $(#[$doc:meta])*) => {
        $(#[$doc])*
        ///
        /// Adds one, under a name, in place of what has the name.
        #[must_use]
        pub fn $setter(mut self, name: impl Into<std::string::String>, value: impl Into<$type>) -> Self {
            self.$field.insert($crate::logger::names::canonical(&name.into()), value.into());
            self
        }
    };

    (@read opt $fields:ident, $field:ident) => { $fields.optional(stringify!($field)) };
    (@read req $fields:ident, $field:ident) => { $fields.required(stringify!($field)) };
    (@read list $fields:ident, $field:ident) => { $fields.list(stringify!($field)) };
    (@read names $fields:ident, $field:ident) => { $fields.map(stringify!($field)) };
    (@read map $fields:ident, $field:ident) => { $fields.map(stringify!($field)) };

    (@take req $field:ident) => { $field? };
    (@take $often:ident $field:ident) => { $field };

    (@write opt $self:ident, $table:ident, $field:ident) => {
        if let Some(value) = &$self.$field {
            $table.put(stringify!($field), value.write());
        }
    };
    (@write req $self:ident, $table:ident, $field:ident) => { $table.put(stringify!($field), $self.$field.write()); };
    (@write list $self:ident, $table:ident, $field:ident) => {
        if !$self.$field.is_empty() {
            $table.put(stringify!($field), $self.$field.write());
        }
    };
    (@write names $self:ident, $table:ident, $field:ident) => {
        $crate::config::data::declare::settings!(@write map $self, $table, $field);
    };
    (@write map $self:ident, $table:ident, $field:ident) => {
        if !$self.$field.is_empty() {
            $table.put(stringify!($field), $crate::config::data::setting::write_map(&$self.$field));
        }
    };
}
pub(super) use settings;

/// Declares a setting that is one of a few words.
macro_rules! choice {
    (
        $(#[$meta:meta])*
        pub enum $name:ident, $what:literal { $( $(#[$doc:meta])* $word:literal => $variant:ident, )* }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum $name { $( $(#[$doc])* $variant, )* }

        impl $crate::config::data::setting::Setting for $name {
            fn read(
                node: &$crate::config::data::document::Node,
                reader: &mut $crate::config::data::setting::Reader,
            ) -> Option<Self> {
                let known = [$($word),*];
                let text = $crate::config::data::setting::text(node, concat!("the ", $what, " in quotes"), reader)?;
                let variants = [$(Self::$variant),*];
                let found = known.iter().position(|known| known.eq_ignore_ascii_case(text));
                if found.is_none() {
                    reader.unknown($what, text, known);
                }
                found.map(|index| variants[index])
            }

            fn write(&self) -> $crate::config::data::document::Item {
                $crate::config::data::document::Item::Text(match self { $(Self::$variant => $word.into(),)* })
            }
        }
    };
}
pub(super) use choice;

/// Declares things of several kinds, each with settings of its own: `kind = "file"` and those, in one table; the name of
/// the kind alone where all settings have defaults. Kinds that are not built in are those that were
/// [registered](super::custom).
macro_rules! kinds {
    (
        $(#[$meta:meta])*
        pub enum $name:ident, $what:literal, $registry:expr, $(( $($alias:literal),* ))? {
            $( $(#[$doc:meta])* $word:literal => $variant:ident($settings:ty), )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum $name {
            $( $(#[$doc])* $variant($settings), )*
            /// One of a kind that the program has registered.
            Custom($crate::config::data::custom::Custom),
        }

        $(impl From<$settings> for $name {
            fn from(settings: $settings) -> Self {
                Self::$variant(settings)
            }
        })*

        impl From<$crate::config::data::custom::Custom> for $name {
            fn from(custom: $crate::config::data::custom::Custom) -> Self {
                Self::Custom(custom)
            }
        }

        impl $name {
            /// The name of the kind, as files have it.
            #[must_use]
            pub fn kind(&self) -> &str {
                match self {
                    $(Self::$variant(_) => $word,)*
                    Self::Custom(custom) => &custom.kind,
                }
            }

            /// Reads the settings of a kind.
            fn read_kind(kind: &str, fields: &mut $crate::config::data::setting::Fields<'_, '_>) -> Option<Self> {
                #[allow(unused_imports, reason = "there may be no kind")]
                use $crate::config::data::setting::Section;
                #[cfg(test)]
                fields.reader.kinds.push(($what, kind.into()));
                match kind {
                    $($word => <$settings>::read_from(fields).map(Self::$variant),)*
                    kind => match $registry.keys(kind) {
                        Some(keys) => Some(Self::Custom($crate::config::data::custom::Custom::read(kind, &keys, fields))),
                        None => {
                            fields.leave_the_rest();
                            let custom = $registry.names();
                            let known = [$($word),*].into_iter().chain(custom.iter().map(|name| &**name));
                            fields.reader.below("kind", |reader| reader.unknown(concat!("kind of ", $what), kind, known));
                            None
                        }
                    },
                }
            }

            fn write_kind(&self, table: &mut $crate::config::data::document::Table) {
                #[allow(unused_imports, reason = "there may be no kind")]
                use $crate::config::data::setting::Section;
                table.put("kind", $crate::config::data::document::Item::Text(self.kind().into()));
                match self {
                    $(Self::$variant(settings) => settings.write_to(table),)*
                    Self::Custom(custom) => custom.write_to(table),
                }
            }

            /// Every kind that is built in.
            #[cfg(all(test, feature = "toml", feature = "json"))]
            pub(crate) const KINDS: &'static [&'static str] = &[$($word),*];
        }
    };
}
pub(super) use kinds;
