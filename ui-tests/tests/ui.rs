//! Compiles each file of `fail/` and `pass/`; one mistake per file, by topic.
//!
//! The `.stderr` files hold for one compiler, the stable one that CI names; `TRYBUILD=overwrite` writes them again. With
//! the feature `off` every statement is below the compile-time floor, and the very same words are expected.

#[test]
fn mistakes_are_reported_in_our_words() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("fail/*/*.rs");
    // In these the compiler names the inner macro, which is another one below the floor.
    if !cfg!(feature = "off") {
        cases.compile_fail("fail_above_the_floor/*.rs");
    }
}

#[test]
fn correct_statements_compile_and_warn_about_nothing() {
    let cases = trybuild::TestCases::new();
    cases.pass("pass/*.rs");
}
