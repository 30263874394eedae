#![allow(unexpected_cfgs)]

fn main() {
    rlog::info!(
        #[cfg(a)] a = 1,
        #[cfg(b)] b = 2,
        #[cfg(c)] c = 3,
        #[cfg(d)] d = 4,
        #[cfg(e)] e = 5,
        "paid"
    );
}
