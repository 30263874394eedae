#[derive(rlog::Loggable)]
#[log(tag = "type")]
enum State {
    Open {
        #[log(rename = "type")]
        kind: u8,
    },
    #[log(rename_all = "kebab-case")]
    Closed { r#type: u8 },
}

fn main() {}
