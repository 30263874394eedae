//! The crate under another name; the derive is told about it.
#![deny(warnings)]

extern crate rlog as renamed;

#[derive(renamed::Loggable)]
#[log(crate = renamed)]
struct Order<'a, T> {
    id: u64,
    name: &'a str,
    item: T,
}

fn main() {
    let order = Order { id: 1, name: "a", item: Some(2) };
    renamed::info!(order, order.id, "{:>5} {}", order.name, 1);
    renamed::log!(renamed::Level::WARN, "{}", order.id);
}
