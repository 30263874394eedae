// Fields: keys, sigils, shorthand, braces. Included into a module that has the macros of one library.

#[derive(Clone, Debug)]
struct Position {
    x: f64,
    n: u32,
    name: &'static str,
    inner: Inner,
}

#[derive(Clone, Debug)]
struct Inner {
    depth: i8,
}

impl std::fmt::Display for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "depth {}", self.depth)
    }
}

impl Position {
    fn of_self(&self) {
        case("self's field");                   info!(self.n);
        case("self's field with ?");            info!(?self.inner);
        case("self's field with %");            info!(%self.inner, "m");
        case("self's field deep");              info!(self.inner.depth, "m {}", self.n);
        case("self's field as value");          info!(n = self.n, inner = ?self.inner, "m");
        case("self with ?");                    info!(me = ?self);
    }
}

mod keys {
    pub(super) const BAR: &str = "app.bar";
}

fn fields() {
    let (x, y, name) = (5, -7_i64, "ada");
    let p = Position { x: 3.25, n: 8, name: "home", inner: Inner { depth: -1 } };

    case("a field");                            info!(a = 1);
    case("a field and a comma");                info!(a = 1,);
    case("fields");                             info!(a = 1, b = x, c = name);
    case("fields and a comma");                 info!(a = 1, b = x,);
    case("a field and a message");              info!(a = 1, "m");
    case("fields and a message");               info!(a = 1, b = x, "m");
    case("fields and arguments");               info!(a = 1, b = x, "m {}", y);
    case("fields and arguments and a comma");   info!(a = 1, b = x, "m {} {}", y, name,);
    case("fields on lines of their own");       info!(
        a = 1,
        b = x,
        "m {}",
        y,
    );

    case("braces and a message");               info!({ a = 1, b = x }, "m");
    case("braces and arguments");               info!({ a = 1, b = x }, "m {}", y);
    case("braces and named arguments");         info!({ a = 2 }, "quux {:?}, {quux}", true, quux = false);
    case("braces and a comma inside");          info!({ a = 1, b = x, }, "m");
    case("braces and a comma behind");          info!({ a = 1 }, "m",);
    case("braces and sigils");                  info!({ a = ?x, b = %name }, "m");
    case("braces and shorthand");               info!({ x, ?y, %name }, "m");
    case("braces and no message");              info!({ a = 1, b = ?x });
    case("empty braces");                       info!({}, "m");
    case("empty braces and arguments");         info!({ }, "m {}", x);
    case("braces and quoted keys");             info!({ "foo" = 3, "bar.baz" = 80 }, "quux");
    case("braces and dotted keys");             info!({ foo = 3, bar.baz = 80 }, "quux");

    case("shorthand");                          info!(x);
    case("shorthand and a comma");              info!(x,);
    case("shorthand and a message");            info!(x, "m");
    case("shorthand and arguments");            info!(x, y, "m {}", name);
    case("shorthand with ?");                   info!(?x);
    case("shorthand with %");                   info!(%x);
    case("shorthand with both");                info!(%name, ?x, "m");
    case("shorthand of all kinds");             info!(x, ?p, %name, a = 1, "m");
    case("shorthand and field");                info!(a = 1, x, b = ?y);
    case("shorthand of a field");               info!(p.x);
    case("shorthand of fields and a message");  info!(p.x, p.n, "m");
    case("shorthand of a field with ?");        info!(?p.inner);
    case("shorthand of a field with %");        info!(%p.name, "m");
    case("shorthand of a field's field");       info!(p.inner.depth, %p.inner, "m");

    case("no blanks");                          info!(a=1,b=?x,%name,"m {}",y);
    case("more blanks");                        info! (a = ? x, b = % y, % name, p . x, a . b = 1, "m" ,);
    case("a value with %");                     info!(a = %x);
    case("a value with ?");                     info!(a = ?x);
    case("a value with ? and &");               info!(a = ?&x);
    case("a value with % and a call");          info!(a = %name.to_uppercase(), "m");
    case("a value with ? and a call");          info!(a = ?name.chars().rev().collect::<Vec<char>>(), "m");
    case("a string with %");                    info!(a = %"hello world");
    case("a string with ?");                    info!(a = ?"hello \"world\"");
    case("a value with %, field of a struct");  info!(a = %p.inner);
    case("a struct with ?");                    info!(position = ?p, "moved");
    case("debug()");                            info!(a = debug(&p), b = debug(Some(2)));
    case("display()");                          info!(a = display("foo"), b = display(&p.inner), "m");
    case("debug() and display() inside values"); info!(a = Some(debug(&p)), b = Some(5).map(display), c = Some(&p).as_ref().map(debug));
    case("debug() and display() by path");      info!(a = field::debug(&p), b = field::display(&p.inner), c = field::Empty, "m");
    case("display() of what is moved");         info!(a = display(format!("hello from {}", name)));

    case("a dotted key");                       info!(a.b = 1);
    case("a dotted key and a message");         info!(a.b = 1, a.c = x, "m");
    case("a dotted key of three");              info!(http.request.method = "GET", http.response.status = 200_u16, "done");
    case("a dotted key with sigils");           info!(a.b = ?x, a.c = %name, "m {}", y);
    case("a dotted key behind others");         info!(foo = ?3, bar.baz = %2, quux = false);
    case("a quoted key");                       info!("guid:x-request-id" = "abcdef", "m {}", x);
    case("a quoted key with %");                info!("guid:x-request-id" = %"abcdef");
    case("a quoted key with ?");                info!("guid:x-request-id" = ?"abcdef", "m");
    case("a quoted key with blanks");           info!("user name" = name, "schön" = true);
    case("a quoted key behind another");        info!(foo = 3, "bar.baz" = 3,);
    case("a quoted key that is a name");        info!("foo" = x);
    case("a keyword as key");                   info!(type = "a", fn = 1, crate = "tracing", "m");
    case("a raw identifier as key");            info!(r#type = "a", "m");
    case("a raw identifier in a dotted key");   info!(this.r#type = "Value");
    case("a keyword in a dotted key");          info!(event.type = "created", "m");
    case("a raw identifier as shorthand");      { let r#type = 7; info!(r#type, "m"); }
    case("an underscore in a key");             info!(_a = 1, b_ = 2, _c_d = 3, "m");

    const FOO: &str = "foo";
    case("a constant as key");                  info!({ FOO } = "bar", "quux");
    case("a constant of a module as key");      info!({ keys::BAR } = x);
    case("a constant as key, no message");      info!({ FOO } = x);
    case("a constant as key with ?");           info!({ FOO } = ?p.inner, "quux");
    case("a constant as key among others");     info!({ FOO } = "bar", { "constant string" } = "also works", foo.bar = "baz", "quux");
    case("constants as keys in braces");        info!({ { FOO } = "bar", { "constant string" } = "also works", foo.bar = "baz", }, "quux");
    case("an expression as key");               info!({ std::convert::identity(FOO) } = "bar", "{}", "quux");

    case("a literal as shorthand");             info!(x, true, "message");
    case("a literal as shorthand, behind ?");   info!(?x, true, "message");
    case("a key that a setting has, too");      info!(target = "a", "m");
    case("a key name =");                       info!(name = "a", "m");
    case("a key parent =");                     info!(parent = 3, "m");
    case("a key first = every =");              info!(first = 3, every = 100, at_most = "x", "m");
    case("a key error =");                      info!(error = "not an error type", "m");
    p.of_self();
}

fn many_fields() {
    case("33 fields");                          info!(
        a = 1, b = 2, c = 3, d = 4, e = 5, f = 6, g = 7, h = 8, i = 9, j = 10, k = 11, l = 12, m = 13, n = 14, o = 15,
        p = 16, q = 17, r = 18, s = 19, t = 20, u = 21, v = 22, w = 23, x = 24, y = 25, z = 26, aa = 27, bb = 28,
        cc = 29, dd = 30, ee = 31, ff = 32, gg = 33
    );
    case("33 fields and a message");            info!(
        a = 1, b = 2, c = 3, d = 4, e = 5, f = 6, g = 7, h = 8, i = 9, j = 10, k = 11, l = 12, m = 13, n = 14, o = 15,
        p = 16, q = 17, r = 18, s = 19, t = 20, u = 21, v = 22, w = 23, x = 24, y = 25, z = 26, aa = 27, bb = 28,
        cc = 29, dd = 30, ee = 31, ff = 32, gg = 33, "m {}", 34
    );
}
