//! A module in a module, with modules of its own.

use rlog::info;

pub fn run() {
    info!("deep");
    deeper::run();
    fn nested() {
        info!("function in a function");
    }
    nested();
    {
        use rlog as renamed;
        renamed::info!("by another name");
    }
}

mod deeper {
    pub fn run() {
        rlog::info!("deeper");
        <[u8] as Extension>::extend_it(&[1]);
    }

    trait Extension {
        fn extend_it(&self);
    }

    impl<T: rlog::Loggable> Extension for [T] {
        fn extend_it(&self) {
            rlog::info!(length = self.len(), "generic implementation");
        }
    }
}
