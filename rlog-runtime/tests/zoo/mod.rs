//! Kinds of all sorts, and values that claim to be of one and write any bytes.

use rlog_runtime::{Encoder, EnumShape, FieldShape, Kind, KindOf, Loggable, Shape, Style, Tagging, kind_of};

/// Claims to be `KINDS[N]`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Liar<'a, const N: usize>(pub(crate) &'a [u8]);

impl<const N: usize> Loggable for Liar<'_, N> {
    const KIND: Kind = KINDS[N];

    fn encode(&self, encoder: &mut Encoder) {
        // The only way to write bytes without a length before them.
        for pair in self.0.chunks(2) {
            encoder.variant(u16::from_ne_bytes([pair[0], pair.get(1).copied().unwrap_or(0)]));
        }
    }
}

/// How many kinds there are.
pub(crate) const COUNT: usize = KINDS.len();

/// Kinds, some of which contain themselves.
pub(crate) const KINDS: [Kind; 29] = [
    Kind::Unit,
    Kind::Bool,
    Kind::Char,
    Kind::I64,
    Kind::U64,
    Kind::I128,
    Kind::U128,
    Kind::F32,
    Kind::F64,
    Kind::Str,
    Kind::Text,
    Kind::Bytes,
    Kind::Error,
    Kind::Duration,
    Kind::Time,
    Kind::Described,
    Kind::Group(&[Kind::Described, Kind::Str]),
    Kind::Optional(kind_of::<str>()),
    Kind::Optional(of::<17>()),
    Kind::Sequence(of::<0>()),
    Kind::Sequence(of::<23>()),
    Kind::Map(of::<9>(), of::<8>()),
    Kind::Map(of::<23>(), of::<23>()),
    Kind::Enum(&ANY),
    Kind::Struct(&EMPTY),
    Kind::Sequence(of::<25>()),
    Kind::Struct(&ROW),
    Kind::Optional(of::<26>()),
    Kind::Tagged,
];

const fn of<const N: usize>() -> KindOf {
    fn kind<const N: usize>() -> &'static Kind {
        const { &KINDS[N] }
    }
    kind::<N>
}

const fn field(key: &'static str, kind: KindOf) -> FieldShape {
    FieldShape::new(key, kind)
}

const fn shape(name: &'static str, style: Style, fields: &'static [FieldShape]) -> Shape {
    Shape { name, style, fields }
}

const EMPTY: Shape = shape("Em\n\"pty", Style::Named, &[]);

const ROW: Shape = shape(
    "Row\r\u{1b}[2J",
    Style::Named,
    &[field("a\n\"", of::<9>()), field("next", of::<27>()), field("any", of::<23>()), field("unit", of::<0>())],
);

const ANY: EnumShape = EnumShape {
    name: "Any",
    tagging: Tagging::External,
    variants: &[
        shape("Unit", Style::Unit, &[]),
        shape("New\ntype", Style::Newtype, &[field("0", of::<23>())]),
        shape("Tuple", Style::Tuple, &[field("0", of::<2>()), field("1", of::<23>()), field("2", of::<12>())]),
        shape("Named", Style::Named, &[field("list", of::<20>()), field("map", of::<22>()), field("row", of::<26>())]),
        shape("Deep", Style::Newtype, &[field("0", of::<25>())]),
        shape("Nothing", Style::Newtype, &[]),
        shape("Two", Style::Newtype, &[field("0", of::<14>()), field("1", of::<13>())]),
    ],
};
