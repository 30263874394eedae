// Values: every type that may stand in a field without a sigil. Included into a module that has the macros of one library.

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

fn outer() -> Outer {
    Outer("x".parse::<u8>().unwrap_err())
}

fn values() {
    use std::error::Error;
    use std::num::{NonZeroI32, NonZeroU64, NonZeroUsize, Wrapping};

    case("unsigned integers");                  info!(a = 1_u8, b = 2_u16, c = 3_u32, d = 4_u64, e = 5_usize);
    case("signed integers");                    info!(a = -1_i8, b = -2_i16, c = -3_i32, d = -4_i64, e = -5_isize);
    case("the largest integers");               info!(a = u64::MAX, b = i64::MIN, c = i64::MAX);
    case("integers of 128 bits");               info!(a = u128::MAX, b = i128::MIN, c = 1_u128, d = -1_i128);
    case("a number above i32");                 info!(a = 4_277_009_102_u64, b = 0xff);
    case("floats");                             info!(a = 1.5, b = -0.25, c = 1e300, d = 0.0);
    case("floats that are whole");              info!(a = 1.0, b = 42.0, "m");
    case("floats of 32 bits");                  info!(a = 1.5_f32, b = 0.1_f32);
    case("not a number");                       info!(a = f64::NAN);
    case("infinities");                         info!(a = f64::INFINITY, b = f64::NEG_INFINITY);
    case("booleans");                           info!(a = true, b = false, c = 1 < 2, d = !true);
    case("numbers that are not zero");          info!(a = NonZeroI32::new(42).unwrap(), b = NonZeroU64::MAX, c = NonZeroUsize::MIN);
    case("numbers that wrap");                  info!(a = Wrapping(42), b = Wrapping(7_u8));

    let owned = String::from("owned");
    let boxed: Box<str> = "boxed".into();
    case("strings");                            info!(a = "a", b = owned, c = &owned, d = owned.as_str(), e = &&owned[1..]);
    case("a string with quotes");               info!(a = "say \"hi\"\n");
    case("an empty string");                    info!(a = "");
    case("a boxed string");                     info!(a = boxed, b = &*boxed);
    case("a string that stays");                info!(a = owned, "m");
    drop(owned);
    case("a temporary string");                 info!(a = String::from("temporary").as_str(), b = &format!("{}", 1)[..], "m");
    case("a string of a call");                 info!(a = "x".repeat(3), b = 12.to_string());
    case("a string by Debug");                  info!(a = ?"a\tb", b = ?'c', c = ?Some("d"));

    let (some, none, reference): (Option<u32>, Option<&str>, &Option<bool>) = (Some(42), None, &Some(true));
    case("Some");                               info!(a = Some("yes"), b = Some(true), c = some, "m");
    case("None");                               info!(a = none, b = None::<u64>, c = 1, "m");
    case("only None");                          info!(a = none);
    case("None as shorthand");                  info!(none, some);
    case("a reference to an Option");           info!(a = reference, b = &mut Some("x"), c = &none);
    case("Option by Debug");                    info!(?some, ?none, "m");
    case("Some of a String");                   info!(a = Some(String::from("owned")), b = Some(1.5));

    let (mut changing, counted) = (3_u16, Box::new(4_i64));
    case("references");                         info!(a = &1, b = &&true, c = &mut changing, d = &"x");
    case("a box");                              info!(a = counted, b = *counted);
    case("values by Debug");                    info!(a = ?vec![1, 2], b = ?[true], c = ?(1, "x"), d = ?());
    case("a duration by Debug");                info!(elapsed = ?std::time::Duration::from_millis(1500), "done");
    case("an address by Display");              info!(peer = %std::net::Ipv4Addr::LOCALHOST, "connected");
    case("a path by Display");                  info!(path = %std::path::Path::new("/etc/hosts").display());
    case("format_args! as a value");            info!(a = format_args!("{}-{}", 1, 2));
    case("format_args! by Display");            info!(a = %format_args!("{}-{}", 1, 2), "m");

    let error = outer();
    let boxed: Box<dyn Error> = Box::new(outer());
    let sendable: Box<dyn Error + Send + Sync> = Box::new(outer());
    let texted: Box<dyn Error + Send + Sync> = "only a text".into();
    case("an error as dyn Error");              error!(error = &error as &dyn Error, "failed");
    case("an error as dyn Error, sendable");    error!(error = &error as &(dyn Error + Send + Sync), "failed");
    case("a boxed error");                      error!(error = boxed, "failed");
    case("a boxed error as shorthand");         error!(boxed, "failed");
    case("a boxed error by as_ref");            error!(error = boxed.as_ref(), "failed");
    case("a boxed error by &*");                error!(error = &*boxed, "failed");
    case("a boxed error, sendable");            error!(error = sendable.as_ref(), e = &*texted, "failed");
    case("an error by Display");                error!(error = %error, "failed");
    case("an error by Debug");                  error!(error = ?error, "failed");
    case("an error as shorthand by Display");   error!(%error, "failed");
    case("an error as shorthand by Debug");     error!(?error);
    case("an error in the message");            error!("failed: {}", error);
    case("an error in a hole by name");         error!("failed: {error}");
    case("a boxed error in a hole by name");    error!("failed: {boxed}");
    case("a sendable one in a hole by name");   error!("failed: {sendable}");
    case("the source of an error");             error!(source = error.source(), "failed");

    case("bytes");                              info!(a = &b"ab\xff"[..], "m");
    case("bytes by Debug");                     info!(a = ?b"ab", "m");

    case("a value that is a block");            info!(a = { let z = 2; z * 3 }, "m");
    case("a value that is a condition");        info!(a = if changing > 2 { 1 } else { 2 }, "m");
    case("a value that is a match");            info!(a = match changing { 3 => "three", _ => "other" }, "m");
    case("a value that is a closure's");        info!(a = (|z: i32| z + 1)(4), "m");
    case("a value that is a call");             info!(a = i32::pow(2, 10), b = "a-b".split('-').count(), "m");
    case("a value with generics");              info!(a = "7".parse::<u32>().unwrap_or(0), b = ?Vec::<u8>::new(), "m");
    case("a value that is an index");           info!(a = [1, 2, 3][1], b = "abc".as_bytes()[0]);
    case("a value that is a cast");             info!(a = 3_u8 as f64, b = -1_i32 as i64);
    case("a value that is a macro");            info!(a = concat!("a", "b"), b = line!() > 0, c = stringify!(x y));
    case("a value in parentheses");             info!(a = (1 + 2) * 3, b = -(4_i32));
    case("a value with a closure inside");      info!(a = [1, 2, 3].iter().map(|n| n * 2).sum::<i32>());
    case("a value that is a struct's");         info!(a = Inner { depth: 3 }.depth, b = ?Inner { depth: 4 });
}
