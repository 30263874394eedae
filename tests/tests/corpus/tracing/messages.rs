// Messages: literals, holes, arguments, specifications. Included into a module that has the macros of one library.

fn messages() {
    let (x, y, name, ratio, width, precision) = (5, -7_i64, "ada", 2.0 / 3.0, 8, 2);
    let pair = (1, "b");

    case("a message");                          info!("hello");
    case("a message and a comma");              info!("hello",);
    case("an empty message");                   info!("");
    case("a message beyond ASCII");             info!("größer \u{1f980} \t tab");
    case("a raw message");                      info!(r"c:\logs\{}", x);
    case("a raw message with quotes");          info!(r#"the "{}""#, x);
    case("a message of two lines");             info!("one
        two");
    case("a message that is continued");        info!("one \
                                                       two {}", x);
    case("braces");                             info!("{{}} {{x}} {}", x);

    case("an argument");                        info!("x {}", x);
    case("an argument and a comma");            info!("x {}", x,);
    case("two arguments");                      info!("{} and {}", x, name);
    case("arguments on lines of their own");    info!(
        "{} and {}",
        x,
        name,
    );
    case("an argument by position");            info!("{0} {0} {0:?}", name);
    case("arguments by position, turned");      info!("{1} {0} {}", x, name);
    case("an argument that is a sum");          info!("{}", x + 1);
    case("an argument that is a call");         info!("{}", name.to_uppercase());
    case("an argument that is a reference");    info!("{}", &name);
    case("an argument that is a block");        info!("{}", { let z = x * 2; z + 1 });
    case("an argument that is a condition");    info!("{}", if x > 3 { "large" } else { "small" });
    case("an argument that is a match");        info!("{}", match x { 5 => "five", _ => "other" });
    case("an argument that is a macro");        info!("{}", format!("{x}!"));
    case("an argument that is a closure's");    info!("{}", (|z: i32| z + 1)(x));
    case("an argument that compares");          info!("{}", x < 6);
    case("an argument that is cast");           info!("{}", x as u8 as char);
    case("an argument with generics");          info!("{:?}", "1,2".split(',').collect::<Vec<_>>());
    case("an argument that is an array");       info!("{:?}", [1, 2, 3]);
    case("an argument that is a tuple");        info!("{:?}", (x, name));
    case("an argument that is a field");        info!("{} {}", pair.0, pair.1);
    case("an argument that is a range");        info!("{:?}", 1..3);
    case("a literal as argument");              info!("{}", "quux");
    case("a negative literal as argument");     info!("{}", -1);
    case("arguments of arguments");             info!("{}", format_args!("{}-{}", x, name));

    case("a hole by name");                     info!("x {x}");
    case("holes by name");                      info!("{name} has {x} of {y}");
    case("one name in two holes");              info!("{name} is {name}");
    case("a hole by name, with Debug");         info!("{name:?}");
    case("a hole by name, pretty");             info!("{pair:#?}");
    case("a hole by name and a field");         info!(user = name, "x {x}");
    case("a hole by name and an argument");     info!("{name} {}", x);
    case("a hole of a field and a variable");   info!(name = x, "{name} logged in");
    case("the same with a width");              info!(x = x + 1, "count {x:>3}");
    case("a named argument");                   info!("x {z}", z = x);
    case("a named argument and a comma");       info!("x {z}", z = x,);
    case("a named argument behind another");    info!("{:?} {quux}", true, quux = false);
    case("a keyword as named argument");        info!("hello from {where}! tricky? {:?}!", true, where = "my event");

    case("a width");                            info!("[{:5}] [{:<5}] [{:^5}] [{:>5}]", x, x, x, x);
    case("a fill");                             info!("[{:*>6}] [{:-^7}] [{:0<4}]", x, name, x);
    case("zeros");                              info!("{:05} {:+05} {:+}", x, x, x);
    case("a precision");                        info!("{:.2} {:8.3} {:.0}", ratio, ratio, ratio);
    case("a precision of a string");            info!("{:.2} [{:>6.1}]", name, name);
    case("a width by name");                    info!("[{:>width$}]", name);
    case("a width by named argument");          info!("[{:>w$}]", name, w = 7);
    case("a width by position");                info!("[{:>1$}]", name, width);
    case("a precision by name");                info!("{:.precision$}", ratio);
    case("a precision in front");               info!("{:.*}", precision, ratio);
    case("width and precision by name");        info!("[{:width$.precision$}]", ratio);
    case("a named argument with width");        info!("x {z:>8.2}", z = ratio);
    case("a hole by name with width");          info!("x {ratio:>8.2}");
    case("hexadecimal");                        info!("{:x} {:X} {:#x} {:#06x}", 255, 255, 255, 255);
    case("octal and binary");                   info!("{:o} {:#o} {:b} {:#010b}", 8, 8, 5, 5);
    case("exponents");                          info!("{:e} {:E} {:.1e}", 1500.0, 1500.0, 1540.0);
    case("Debug");                              info!("{:?} {:?} {:?}", name, Some(x), ());
    case("Debug, pretty");                      info!("{:#?}", pair);
    case("Debug in hexadecimal");               info!("{:x?} {:02X?}", [10, 255], [10, 255]);
    case("a pointer of nothing");               info!("{:p}", std::ptr::null::<u8>());
    case("everything at once");                 info!("{:#x} make me one with{what:.>20}", 4_277_009_102_u64, what = "everything");
}

fn messages_of_macros() {
    macro_rules! by_literal {
        ($message:literal $($rest:tt)*) => { info!($message $($rest)*) };
    }
    macro_rules! by_expression {
        ($message:expr $(, $argument:expr)*) => { info!($message $(, $argument)*) };
    }
    macro_rules! by_tokens {
        ($($tokens:tt)+) => { info!($($tokens)+) };
    }
    macro_rules! with_prefix {
        ($message:literal $(, $argument:expr)*) => { info!(concat!("prefix: ", $message) $(, $argument)*) };
    }
    macro_rules! with_field {
        ($key:ident, $value:expr, $($message:tt)+) => { info!($key = $value, $($message)+) };
    }
    macro_rules! at_level {
        ($level:ident, $($message:tt)+) => { $level!($($message)+) };
    }
    let x = 5;

    case("concat!");                            info!(concat!("a", "b"));
    case("concat! with a hole");                info!(concat!("a", "b {}"), x);
    case("concat! with a number");              info!(concat!("a", 1, true, 'c', 1.5));
    case("concat! behind a field");             info!(a = 1, concat!("a", "b {}"), x);
    case("stringify!");                         info!(stringify!(a + b));
    case("a literal of a macro");               by_literal!("hello {}", x);
    case("an expression of a macro");           by_expression!("hello");
    case("expressions of a macro");             by_expression!("hello {}", x + 1);
    case("tokens of a macro");                  by_tokens!(a = x, "hello {}", x);
    case("tokens of a macro with a target");    by_tokens!(target: "app::db", "hello {}", x);
    case("concat! of a macro");                 with_prefix!("hello {}", x);
    case("a field of a macro");                 with_field!(count, x + 1, "hello");
    case("a macro named by a macro");           at_level!(warn, "hello {}", x);
}

fn messages_that_are_fields() {
    let (x, text) = (5, String::from("text"));

    case("message =");                          info!(message = "hello");
    case("message = and a field");              info!(message = "hello", a = 1);
    case("a field and message =");              info!(a = 1, message = "hello");
    case("message = %");                        info!(message = %x);
    case("message = % and a field");            info!(message = %text, a = 1);
    case("message = ?");                        info!(message = ?text);
    case("message = ? and a literal");          info!(message = ?"a \"b\"");
    case("message = % and a literal");          info!(message = %"a {b}");
    case("message = an option");                info!(message = Some("text"));
    case("message = a reference to an option"); info!(message = &Some(x), a = 1);
    case("message = None");                     info!(message = None::<&str>, a = 1);
    case("message = a String");                 info!(message = text);
    case("message = a number");                 info!(message = x);
    case("message = format_args!");             info!(message = format_args!("hello {}", x));
    case("message = % format_args!");           info!(message = %format_args!("hello {}", x));
    case("message = in braces");                info!({ message = "hello", a = 1 });
    let message = text;
    case("message as shorthand");               info!(message);
    case("message as shorthand with %");        info!(%message);
    case("message as shorthand with a field");  info!(a = 1, %message);
    case("no message");                         info!(a = 1);
}
