// Keys and values of `log`, with every modifier. Included into a module that has the macros of one library.

use serde::Serialize;

#[derive(Debug, Serialize)]
struct Order {
    id: u64,
    note: Option<&'static str>,
    items: Vec<Item>,
}

#[derive(Debug, Serialize)]
struct Item {
    name: &'static str,
    cents: i32,
}

#[derive(Serialize)]
enum Payment {
    Open,
    Paid { cents: u64 },
    Failed(i32),
}

#[derive(Debug)]
struct Outer(std::num::ParseIntError);

impl std::fmt::Display for Outer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("cannot read the port")
    }
}

impl std::error::Error for Outer {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

fn pairs() {
    let (x, name) = (5, "ada");
    const KEY: &str = "a constant";

    case("a pair");                             info!(a = 1; "m");
    case("pairs");                              info!(cat_1 = "chashu", cat_2 = "nori", cat_count = 2; "hello");
    case("pairs and an argument");              info!(cat_1 = "chashu", cat_count = 2; "hello {}", "world");
    case("pairs and a named argument");         info!(cat_1 = "chashu", cat_count = 2; "hello {world}", world = "world");
    case("pairs and a hole by name");           info!(cat_1 = "chashu"; "hello {name}");
    case("a hole of a pair and a variable");    info!(name = x; "{name} logged in");
    case("the same with a width");              info!(x = x + 1; "count {x:>3}");
    case("pairs and a comma");                  info!(a = 1, b = 2; "m {}", x,);
    case("pairs on lines of their own");        info!(
        a = 1,
        b:% = name;
        "m {}",
        x
    );
    case("shorthand");                          info!(x; "m");
    case("shorthand and a modifier");           info!(name, x:?; "m {}", name);
    case("shorthand and every modifier");       info!(name:%, x:debug; "m");
    case("shorthand and a pair");               info!(x, cat_2:% = name, cat_count = 2; "hello {world}", world = "world");
    case("a quoted key");                       info!("also dogs" = "Fílos", "key/that-can't/be/an/ident" = "hi"; "hello");
    case("a quoted key and a modifier");        info!("request.id":? = name, "n":% = x; "hello");
    case("a constant as key");                  info!({ KEY } = x; "m");
    case("a keyword as key");                   info!(type = "a", fn = 1; "m");
    case("a key that a setting has, too");      info!(target = "my_target", cat_1 = "chashu"; "hello");
    case("an error as string");                 info!(error = "not an error type"; "m");
}

fn values() {
    let owned = String::from("owned");
    let (some, none): (Option<u32>, Option<&str>) = (Some(42), None);

    case("common types");                       info!(
        u8 = 42_u8, u16 = 42_u16, u32 = 42_u32, u64 = 42_u64, u128 = 42_u128,
        i8 = -42_i8, i16 = -42_i16, i32 = -42_i32, i64 = -42_i64, i128 = -42_i128,
        f64 = -4.2_f64, bool = true, str = "string", char = 'c';
        "hello world"
    );
    case("a float of 32 bits");                 info!(a = 4.5_f32, b = 4.2_f32; "m");
    case("sizes");                              info!(a = usize::MAX, b = isize::MIN; "m");
    case("the largest integers");               info!(a = u128::MAX, b = i128::MIN, c = u64::MAX, d = i64::MIN; "m");
    case("strings");                            info!(a = "a", b = owned, c = &owned, d = owned.as_str(), e = Box::<str>::from("e"); "m");
    case("a string of a Cow");                  info!(a = std::borrow::Cow::Borrowed("cow"), b = std::sync::Arc::<str>::from("arc"); "m");
    case("a string that stays");                info!(owned; "m"); drop(owned);
    case("nothing");                            info!(a = (), b = 1; "m");
    case("Some");                               info!(some, a = Some("yes"), b = Some(1.5); "m");
    case("None");                               info!(none, a = None::<bool>, b = 1; "m");
    case("numbers that are not zero");          info!(a = std::num::NonZeroU8::MIN, b = std::num::NonZeroI64::MAX; "m");
    case("not a number");                       info!(a = f64::NAN, b = f64::INFINITY; "m");
    case("addresses");                          info!(
        a = std::net::Ipv4Addr::new(192, 168, 10, 100), b = std::net::Ipv6Addr::LOCALHOST,
        c = std::net::IpAddr::from([10, 0, 0, 1]), d = std::net::SocketAddr::from(([127, 0, 0, 1], 80));
        "m"
    );
    case("a value that is a block");            info!(cat_math = { let mut x = 0; x += 1; x + 1 }; "hello");
    case("a value that is a call");             info!(a = "x".repeat(3), b = i32::pow(2, 10); "m");
    case("a value that is a condition");        info!(a = if some.is_some() { 1 } else { 2 }, b = some == Some(42); "m");
    case("a value with generics");              info!(a = "7".parse::<u32>().unwrap_or(0), b:? = "a b".split(' ').collect::<Vec<_>>(); "m");
    case("a reference");                        info!(a = &1, b = &&"x", c = &&&true; "m");
    case("a value that is tried");              assert_eq!((tries("12"), tries("x")), (Some(()), None));
}

fn tries(text: &str) -> Option<()> {
    info!(a = text.parse::<u32>().ok()?; "tried");
    Some(())
}

fn modifiers() {
    let (x, name, outer) = (42, "ada", Outer("x".parse::<u8>().unwrap_err()));
    let order = Order { id: 17, note: None, items: vec![Item { name: "tea", cents: 350 }, Item { name: "cup", cents: -1 }] };

    case(":?");                                 info!(a:? = x; "m");
    case(":debug");                             info!(a:debug = x; "m");
    case(":? of a string");                     info!(a:? = name, b:? = "say \"hi\""; "m");
    case(":? of a struct");                     info!(order:?; "m");
    case(":? of a reference");                  info!(a:? = &order.items[0], b:? = &&Some(x); "m");
    case(":%");                                 info!(a:% = x; "m");
    case(":display");                           info!(a:display = x, b:display = name; "m");
    case(":% of a type of its own");            info!(a:% = outer, address:% = std::net::Ipv4Addr::LOCALHOST; "m");
    case(":err");                               error!(a:err = std::io::Error::other("an error"); "m");
    case(":err with a source");                 error!(outer:err; "m");
    case(":err and an argument");                error!(a:err = outer; "m {}", outer);
    case(":err of a boxed error");              error!(err:err = *Box::new(Outer("y".parse::<u8>().unwrap_err())); "m");
    case(":serde of a number");                 info!(a:serde = x, b:serde = -1.5, c:serde = true; "m");
    case(":serde of a string");                 info!(a:serde = name, b:serde = 'c'; "m");
    case(":serde of a struct");                 info!(order:serde; "m");
    case(":serde of a list");                   info!(a:serde = vec![1, 2], b:serde = (1, "x"), c:serde = [Some(1), None]; "m");
    case(":serde of a map");                    info!(a:serde = std::collections::BTreeMap::from([("k", 1), ("l", 2)]); "m");
    case(":serde of an enum");                  info!(a:serde = Payment::Open, b:serde = Payment::Paid { cents: 5 }, c:serde = Payment::Failed(-1); "m");
    case(":serde of an Option");                info!(a:serde = Some(x), b:serde = None::<u8>; "m");
    case("every modifier");                     info!(x, a:? = x, b:% = x, c:debug = name, d:display = name, e:err = outer, f:serde = order.items; "m {} {name}", x);
}
